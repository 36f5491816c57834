import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { ActionResult, SilenceRequest } from '../../../src/alerts/ports/ports.ts';
import { createSilenceScopes } from '../../../src/integrations/alertmanager/scopes.ts';
import { createSilences } from '../../../src/integrations/alertmanager/silences.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { anAlert } from '../../builders/alert.ts';

export const silenceRequest = (change: Partial<SilenceRequest> = {}): SilenceRequest => {
  const now = Date.now();
  const labels = { alertname: 'HighErrorRate', service: 'payments', summary: 'odd "text" \\ with €' };
  return {
    key: `series-${now.toString(36)}-${Math.random().toString(36).slice(2)}/silence`,
    labels,
    alertLabels: change.labels ?? labels,
    left: 0,
    startsAt: now,
    endsAt: now + 7_200_000,
    createdBy: 'ada (Slack U012AB3CD)',
    comment: 'the deploy is being rolled back',
    ...change,
  };
};

const Listed = z.array(z.looseObject({ id: z.string(), comment: z.string() }));

export const listSilences = async (url: string): Promise<z.infer<typeof Listed>> =>
  Listed.parse(await (await fetch(`${url}/api/v2/silences`)).json());

/** What `createSilences` relies on, held against an Alertmanager: the real one and the simulator alike. */
export const silencesConform = (start: () => Promise<AsyncDisposable & { readonly url: string }>): void => {
  let alertmanager: Awaited<ReturnType<typeof start>>;
  const http = openHttp();
  beforeAll(async () => {
    alertmanager = await start();
  });
  afterAll(async () => {
    await http[Symbol.asyncDispose]();
    await alertmanager[Symbol.asyncDispose]();
  });
  const port = () =>
    createSilences([{ name: 'main', url: alertmanager.url }], { httpFor: () => http, sleep: async () => {} });
  const ownSilences = async (request: SilenceRequest) =>
    (await listSilences(alertmanager.url)).filter((s) => s.comment.includes(request.key));

  test('a silence is created with all labels as plain equal matchers', async () => {
    const request = silenceRequest();
    const result = await port().silence(request);
    const [silence] = await ownSilences(request);
    expect(result).toEqual({
      ok: true,
      id: silence?.id,
      url: `${alertmanager.url}/#/silences/${silence?.id}`,
      text: 'in Alertmanager main',
      effect: {
        seen: 'unknown',
        says: 'Alertmanager main does not list this alert at the moment, so whether it is silenced could not be seen',
      },
    });
    expect(silence).toEqual({
      id: expect.any(String),
      status: { state: 'active' },
      updatedAt: expect.any(String),
      startsAt: expect.any(String),
      endsAt: new Date(request.endsAt).toISOString(),
      createdBy: 'ada (Slack U012AB3CD)',
      comment: `the deploy is being rolled back [farmhand ${request.key}]`,
      matchers: [
        { name: 'alertname', value: 'HighErrorRate', isRegex: false, isEqual: true },
        { name: 'service', value: 'payments', isRegex: false, isEqual: true },
        { name: 'summary', value: 'odd "text" \\ with €', isRegex: false, isEqual: true },
      ],
    });
  });

  test('nothing happens when a silence of the same key is asked for again', async () => {
    const request = silenceRequest();
    const first = await port().silence(request);
    expect(await port().silence(request)).toEqual(first);
    expect(await ownSilences(request)).toHaveLength(1);
  });

  test('it is found again although its alertname cannot be written as a filter', async () => {
    const request = silenceRequest({ labels: { alertname: 'two words, "quoted" {x}' } });
    const first = await port().silence(request);
    expect(await port().silence(request)).toEqual(first);
    expect(await ownSilences(request)).toHaveLength(1);
  });

  test('a silence that a person ended early is not created again', async () => {
    const request = silenceRequest();
    const first = await port().silence(request);
    const id = first.ok ? first.id : '';
    await fetch(`${alertmanager.url}/api/v2/silence/${id}`, { method: 'DELETE' });
    const { effect: _, ...made } = first as Extract<ActionResult, { ok: true }>;
    expect(await port().silence(request)).toEqual({
      ...made,
      text: 'in Alertmanager main; it has expired since',
    });
    expect(await ownSilences(request)).toHaveLength(1);
  });

  const fire = async (...labels: readonly Readonly<Record<string, string>>[]): Promise<void> => {
    const answer = await fetch(`${alertmanager.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(
        labels.map((each) => ({ labels: each, endsAt: new Date(Date.now() + 3_600_000) })),
      ),
    });
    expect(answer.status).toBe(200);
  };
  const effectOf = async (request: SilenceRequest) => {
    const result = await port().silence(request);
    return result.ok ? result.effect : result;
  };

  test('afterwards it says that the alert is listed as silenced', async () => {
    const labels = { alertname: 'Silenced', service: 'pay ments', summary: 'odd "text" \\ with €' };
    await fire(labels, { ...labels, service: 'other' });
    expect(await effectOf(silenceRequest({ labels }))).toEqual({
      seen: 'silences',
      says: 'Alertmanager main lists it as silenced.',
    });
  });

  test('a silence whose matchers do not fit the alert is not told as one that silences it', async () => {
    const sent = { alertname: 'Missed', note: 'x'.repeat(2_000) };
    const kept = { alertname: 'Missed', note: `${'x'.repeat(1_023)}…` };
    await fire(sent);
    const result = await port().silence(silenceRequest({ labels: kept, alertLabels: kept }));
    expect(result).toMatchObject({
      ok: true,
      effect: {
        seen: 'misses',
        says: 'Alertmanager main lists this alert as firing and not silenced: notifications go on. Make one there that fits',
      },
    });
  });

  test('labels that are not known as they were are left out of it, and who else it silences is told', async () => {
    const sent = { alertname: 'Cut', pod: 'a', note: 'x'.repeat(2_000) };
    const kept = { alertname: 'Cut', pod: 'a', note: `${'x'.repeat(1_023)}…` };
    await fire(sent, { ...sent, note: 'another' });
    const request = silenceRequest({
      labels: { alertname: 'Cut', pod: 'a' },
      alertLabels: kept,
      left: 1,
    });
    expect(await effectOf(request)).toEqual({
      seen: 'silences',
      says: 'Alertmanager main lists it as silenced, and 1 other alert with the same labels. 1 of its labels is too long or oddly written for farmhand to match, so the silence goes by the others.',
    });
  });

  test('a silence for all that fit says how many; before, what it would silence besides is listed', async () => {
    const matchers = { alertname: 'Grouped', service: 'pay' };
    const labels = (instance: string) => ({ ...matchers, instance });
    await fire(labels('a'), labels('b'), { ...labels('c'), team: 'x' }, { ...labels('d'), service: 'other' });
    const configs = () => [{ name: 'main', url: alertmanager.url }];
    const scopes = createSilenceScopes(configs, { httpFor: () => http, timeoutMs: 5_000 });
    const member = anAlert({ labels: labels('a') });
    expect(scopes.placeOf(member)).toBe('main');
    const before = await scopes.others('main', matchers, [member]);
    expect(before.ok && before.others.map(({ instance }) => instance).toSorted()).toEqual(['b', 'c']);
    const { alertLabels: _, ...request } = silenceRequest({ labels: matchers });
    expect(await effectOf(request)).toEqual({
      seen: 'silences',
      says: 'Alertmanager main lists 3 alerts as silenced',
    });
    const silences = await listSilences(alertmanager.url);
    expect(silences.find(({ comment }) => comment.includes(request.key))?.['matchers']).toHaveLength(2);
    // They are silent already.
    expect(await scopes.others('main', matchers, [])).toEqual({ ok: true, others: [] });
    expect(await scopes.others('gone', matchers, [])).toEqual({
      ok: false,
      error: 'gone is not configured any more',
    });
  });

  test('what Alertmanager refuses is refused for good, in its words', async () => {
    const request = silenceRequest({ labels: { '': 'x' } });
    expect(await port().silence(request)).toEqual({
      ok: false,
      retry: false,
      // In the words of its version.
      error: expect.stringMatching(
        /^Alertmanager main answered 400: .*invalid label matcher 0.*invalid label name ""\. Nothing was silenced\.$/,
      ),
    });
  });
};
