import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSimulatedAlertmanager } from '../../../sandbox/alertmanager/simulated.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { AlertmanagerConfig } from '../../../src/integrations/alertmanager/choose.ts';
import { createSightings } from '../../../src/integrations/alertmanager/sightings.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { anAlert } from '../../builders/alert.ts';
import { hours, minutes } from '../../builders/event.ts';
import { fire } from '../../conformance/alertmanager/alertmanager-looks.ts';

type Simulated = Awaited<ReturnType<typeof startSimulatedAlertmanager>>;
const old = Date.now() - hours(1);
let main: Simulated;
let http: ReturnType<typeof openHttp>;
beforeEach(async () => {
  main = await startSimulatedAlertmanager({ upSince: old });
  http = openHttp();
});
afterEach(async () => {
  await http[Symbol.asyncDispose]();
  await main[Symbol.asyncDispose]();
});

const port = (...configs: readonly AlertmanagerConfig[]) =>
  createSightings(() => configs, { httpFor: () => http, timeoutMs: 1_000, now: Date.now });
const onMain = (change: Partial<AlertmanagerConfig> = {}) => port({ name: 'main', url: main.url, ...change });
const from = (alertmanager: string, over: Partial<Alert> = {}): Alert => {
  const labels = { alertname: 'HighErrorRate', service: 'checkout' };
  return anAlert({ labels, links: { alertmanager }, ...over });
};
const one = async (look: Promise<ReadonlyMap<string, unknown>>) => [...(await look).values()][0];

test('gone from its Alertmanager, it is told as absent; while it is listed, it is not', async () => {
  const alert = from(main.url);
  expect(await one(onMain().look([alert], []))).toEqual({ kind: 'absent', alertmanager: 'main', looks: 2 });
  await fire(main.url, alert.labels);
  expect(await one(onMain().look([alert], []))).toEqual({ kind: 'listed', quiet: false });
});

test('labels are compared as they are kept: cut ones are found again', async () => {
  const sent = { alertname: 'Long', note: 'x'.repeat(3_000), 'odd\nname': 'v' };
  await fire(main.url, sent);
  const labels = { alertname: 'Long', note: `${'x'.repeat(1_023)}…`, 'odd name': 'v' };
  expect(await one(onMain().look([from(main.url, { labels })], []))).toEqual({
    kind: 'listed',
    quiet: false,
  });
});

test('one that has only just started says nothing: it was not told everything again', async () => {
  await using young = await startSimulatedAlertmanager({ upSince: Date.now() - minutes(9) });
  expect(await one(port({ name: 'main', url: young.url }).look([from(young.url)], []))).toEqual({
    kind: 'unknown',
    alertmanager: 'main',
    why: expect.stringMatching(/was started less than 10m ago and may not have been told everything again$/),
  });
});

test.for(['status 503', 'no JSON', 'hangs', 'is away'])('one that %s says nothing', async (trouble) => {
  if (trouble === 'status 503') main.control.fault({ match: 'alerts', effect: 'answer_before', status: 503 });
  if (trouble === 'no JSON')
    main.control.fault({ match: 'alerts', effect: 'answer_before', status: 200, body: '<html>' });
  if (trouble === 'hangs') main.control.fault({ match: 'alerts', effect: 'hang_after' });
  if (trouble === 'is away') main.control.outage(true);
  expect(await one(onMain().look([from(main.url)], []))).toMatchObject({ kind: 'unknown' });
});

test('of a pair both are asked: what one of them lists still fires, and one that is away is waited for', async () => {
  await using peer = await startSimulatedAlertmanager({ upSince: old });
  const alert = from(main.url);
  const pair = onMain({ peers: [peer.url] });
  expect(await one(pair.look([alert], []))).toMatchObject({ kind: 'absent' });
  await fire(peer.url, alert.labels);
  expect(await one(pair.look([alert], []))).toEqual({ kind: 'listed', quiet: false });
  peer.control.outage(true);
  expect(await one(pair.look([alert], []))).toMatchObject({ kind: 'unknown' });
});

test('members that are not named may answer behind its address: it is asked more often', async () => {
  await using three = await startSimulatedAlertmanager({ upSince: old, members: 3 });
  const look = port({ name: 'main', url: three.url }).look([from(three.url)], []);
  expect(await one(look)).toEqual({ kind: 'absent', alertmanager: 'main', looks: 6 });
});

test('an Alertmanager that is not known to be the one of the alert says nothing, until it lists one of its alerts', async () => {
  const alert = from('http://am.internal:9093');
  const other = from('http://am.internal:9093', { id: 'other', labels: { alertname: 'Other' } });
  const sightings = onMain();
  expect(await one(sightings.look([alert], []))).toEqual({
    kind: 'unknown',
    alertmanager: 'main',
    why: `none of the alerts that come from http://am.internal:9093 is listed at ${main.url}: if they are its own, set external_url of main in farmhand.yml to that address, and see that nothing changes labels on the way to farmhand`,
  });
  await fire(main.url, other.labels);
  expect(await one(sightings.look([alert], [other]))).toMatchObject({ kind: 'absent' });
  // Once seen it is remembered.
  expect(await one(sightings.look([alert], []))).toMatchObject({ kind: 'absent' });
});

test('alerts heard of just now that are not listed either: labels are changed on the way, and nothing is claimed', async () => {
  const fresh = from(main.url, { id: 'fresh', labels: { alertname: 'Fresh', added: 'on the way' } });
  await fire(main.url, { alertname: 'Fresh' });
  expect(await one(onMain().look([from(main.url)], [fresh]))).toMatchObject({ kind: 'unknown' });
});

test('of several, only the one that the alert names is asked; an alert of none of them is left alone', async () => {
  const sightings = port(
    { name: 'east', url: main.url, external_url: 'https://east.example.com' },
    {
      name: 'west',
      url: 'http://127.0.0.1:9',
      external_url: 'https://west.example.com',
      repeat_interval: hours(12),
    },
  );
  expect(sightings.repeatOf(from('https://west.example.com'))).toBe(hours(12));
  expect(sightings.repeatOf(from('https://east.example.com/'))).toBe(hours(4));
  expect(sightings.repeatOf(from('https://elsewhere.example.com'))).toBeUndefined();
});

test('a name that a thousand alerts share is asked for once', async () => {
  const alerts = Array.from({ length: 1_000 }, (_, i) =>
    from(main.url, { id: `${i}`, labels: { alertname: 'Same', pod: `${i}` } }),
  );
  expect((await onMain().look(alerts, [])).size).toBe(1_000);
  expect(main.control.requests().map(({ path }) => path)).toEqual(['/api/v2/status', '/api/v2/alerts']);
});
