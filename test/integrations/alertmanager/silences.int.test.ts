import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSimulatedAlertmanager } from '../../../sandbox/alertmanager/simulated.ts';
import { Secret } from '../../../src/config/schema/secret.ts';
import type { AlertmanagerConfig } from '../../../src/integrations/alertmanager/choose.ts';
import { createSilences } from '../../../src/integrations/alertmanager/silences.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { listSilences, silenceRequest } from '../../conformance/alertmanager/alertmanager.ts';

let alertmanager: Awaited<ReturnType<typeof startSimulatedAlertmanager>>;
let http: ReturnType<typeof openHttp>;
beforeEach(async () => {
  alertmanager = await startSimulatedAlertmanager();
  http = openHttp();
});
afterEach(async () => {
  await http[Symbol.asyncDispose]();
  await alertmanager[Symbol.asyncDispose]();
});

const make = (change: Partial<AlertmanagerConfig> = {}) => {
  const waits: number[] = [];
  const port = createSilences([{ name: 'main', url: alertmanager.url, ...change }], {
    httpFor: () => http,
    sleep: async (ms) => waits.push(ms),
    timeoutMs: 300,
  });
  return { port, waits };
};

test.for(['drop_after', 'hang_after', 'answer_after'] as const)(
  'an answer lost by %s is looked for, and the silence is created once',
  async (effect) => {
    alertmanager.control.fault({ match: '^POST', effect, body: 'oops' });
    const { port, waits } = make();
    const request = silenceRequest();
    const result = await port.silence(request);
    const silences = await listSilences(alertmanager.url);
    expect(silences).toHaveLength(1);
    expect(result).toEqual({
      ok: true,
      id: silences[0]?.id,
      url: `${alertmanager.url}/#/silences/${silences[0]?.id}`,
      text: 'in Alertmanager main',
      effect: { seen: 'unknown', says: expect.stringContaining('does not list this alert') },
    });
    // The first for the lost answer, the others for an alert that is not listed yet.
    expect(waits).toEqual([500, 500, 2_000]);
  },
);

test('a request lost on its way is looked for twice, and the next try creates it', async () => {
  alertmanager.control.fault({ match: '^POST', effect: 'drop_before' });
  const { port, waits } = make();
  const request = silenceRequest();
  expect(await port.silence(request)).toEqual({
    ok: false,
    retry: true,
    error: expect.stringMatching(/^Alertmanager main: other side closed .*looked for again before/),
  });
  expect(waits).toEqual([500, 2_000]);
  expect(await listSilences(alertmanager.url)).toEqual([]);
  expect((await port.silence(request)).ok).toBe(true);
  expect(await listSilences(alertmanager.url)).toHaveLength(1);
});

test('nothing is created while the look-up fails', async () => {
  alertmanager.control.fault({ match: '^GET', effect: 'answer_before', status: 503, body: 'starting' });
  expect(await make().port.silence(silenceRequest())).toEqual({
    ok: false,
    retry: true,
    error: 'Alertmanager main answered 503: starting. Nothing was silenced.',
  });
  expect(await listSilences(alertmanager.url)).toEqual([]);
});

test('a rate limit is passed on with its wait', async () => {
  alertmanager.control.fault({
    match: '^POST',
    effect: 'answer_before',
    status: 429,
    headers: { 'retry-after': '7' },
  });
  expect(await make().port.silence(silenceRequest())).toEqual({
    ok: false,
    retry: true,
    retryAfterMs: 7_000,
    error: 'Alertmanager main answered 429: (an empty answer). Nothing was silenced.',
  });
});

test('an Alertmanager that is not there is retried, and surely nothing was done', async () => {
  const result = await make({ url: 'http://127.0.0.1:9' }).port.silence(silenceRequest());
  expect(result).toEqual({
    ok: false,
    retry: true,
    error:
      'Alertmanager main cannot be reached: connect ECONNREFUSED 127.0.0.1:9 (ECONNREFUSED). Nothing was silenced.',
  });
});

test('a redirect is not followed, and told', async () => {
  alertmanager.control.fault({
    match: '^GET',
    effect: 'answer_before',
    status: 302,
    headers: { location: 'http://169.254.169.254/' },
  });
  expect(await make().port.silence(silenceRequest())).toEqual({
    ok: false,
    retry: false,
    error: `Alertmanager main answered 302: (an empty answer). Nothing was silenced. Check that ${alertmanager.url} is where its API v2 is; redirects are not followed.`,
  });
});

test('the token is sent, and a refusal says what to check', async () => {
  await using guarded = await startSimulatedAlertmanager({ token: 's3cret' });
  const url = guarded.url;
  expect((await make({ url, token: new Secret('s3cret') }).port.silence(silenceRequest())).ok).toBe(true);
  expect(await make({ url, token: new Secret('wrong') }).port.silence(silenceRequest())).toEqual({
    ok: false,
    retry: false,
    error:
      'Alertmanager main answered 401: (an empty answer). Nothing was silenced. Check the token of main in farmhand.yml.',
  });
});

test('basic auth is sent, and a refusal says what to check', async () => {
  await using guarded = await startSimulatedAlertmanager({ basic: 'farmhand:s3cret' });
  const { url } = guarded;
  const basic = { url, username: 'farmhand', password: new Secret('s3cret') };
  expect((await make(basic).port.silence(silenceRequest())).ok).toBe(true);
  expect(
    await make({ ...basic, password: new Secret('wrong') }).port.silence(silenceRequest()),
  ).toMatchObject({
    error:
      'Alertmanager main answered 401: (an empty answer). Nothing was silenced. Check username and password of main in farmhand.yml.',
  });
  expect(await make({ url }).port.silence(silenceRequest())).toMatchObject({
    error:
      'Alertmanager main answered 401: (an empty answer). Nothing was silenced. It is protected: give main a token, a username and password, or a tls certificate in farmhand.yml.',
  });
});

test('without the name of the alert among what can be matched, nothing is silenced', async () => {
  const labels = { severity: 'critical' };
  const request = silenceRequest({ labels, alertLabels: { ...labels, alertname: 'A…' }, left: 1 });
  expect(await make().port.silence(request)).toEqual({
    ok: false,
    retry: false,
    error:
      'Nothing was silenced: the alertname is not on record as it was sent (it was cut or cleaned), and the other labels would match far more than this alert; make the silence in Alertmanager.',
  });
  expect(await listSilences(alertmanager.url)).toEqual([]);
});

test('without labels, or without an Alertmanager, nothing is called', async () => {
  expect(await make().port.silence(silenceRequest({ labels: { empty: '' } }))).toEqual({
    ok: false,
    retry: false,
    error:
      'Nothing was silenced: the alert carries no labels, and a silence without matchers would silence everything.',
  });
  expect(await createSilences([], { httpFor: () => http }).silence(silenceRequest())).toEqual({
    ok: false,
    retry: false,
    error:
      'Nothing was silenced: no Alertmanager is configured; add one under alertmanagers in farmhand.yml.',
  });
  expect(alertmanager.control.requests()).toEqual([]);
});

test('the alert chooses among several, and its own URL is never called', async () => {
  await using other = await startSimulatedAlertmanager();
  const port = createSilences(
    [
      { name: 'east', url: alertmanager.url, external_url: 'https://am-east.example.com/' },
      { name: 'west', url: other.url, external_url: 'https://am-west.example.com/alerts' },
    ],
    { httpFor: () => http, sleep: async () => {} },
  );
  const west = await port.silence(silenceRequest({ alertmanager: 'https://am-west.example.com/alerts/' }));
  expect(west).toMatchObject({ ok: true, text: 'in Alertmanager west' });
  expect(await listSilences(other.url)).toHaveLength(1);
  const unknown = await port.silence(silenceRequest({ alertmanager: 'http://169.254.169.254' }));
  expect(unknown).toMatchObject({
    ok: true,
    text: 'in Alertmanager east; the first one configured: no external_url is that of the alert',
    effect: {
      seen: 'misses',
      says: 'Alertmanager east does not know this alert: it came from another one. Add that one to alertmanagers in farmhand.yml, with its external_url',
    },
  });
});

test('an alert of a cluster is silenced there, and never in another cluster', async () => {
  await using other = await startSimulatedAlertmanager();
  const port = createSilences(
    [
      { name: 'am-test', url: alertmanager.url, cluster: 'test' },
      {
        name: 'am-stage',
        url: other.url,
        external_url: ['https://am-0.stage', 'https://am-1.stage'],
        cluster: 'stage',
      },
    ],
    { httpFor: () => http },
  );
  const stage = await port.silence(silenceRequest({ cluster: 'stage', alertmanager: 'https://am-7.stage' }));
  expect(stage).toMatchObject({ ok: true, text: 'in Alertmanager am-stage' });
  expect(await listSilences(other.url)).toHaveLength(1);
  expect(await port.silence(silenceRequest({ key: 'k2', cluster: 'prod' }))).toEqual({
    ok: false,
    retry: false,
    error:
      'Nothing was silenced: no Alertmanager of the cluster prod is configured; add one with that cluster under alertmanagers in farmhand.yml.',
  });
  expect(alertmanager.control.requests()).toEqual([]);
});
