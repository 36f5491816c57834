import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OtlpReceiver, startOtlpReceiver } from '../../../sandbox/otlp/start.ts';
import { channels, openScene, type Scene, sam, unpaced } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { alertIdOf, webhook } from '../support/webhook.ts';

let receiver: OtlpReceiver;
let scene: Scene;
const sender = { trace: '4bf92f3577b34da6a3ce929d0e0e4736', span: '00f067aa0ba902b7' };

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  scene = await openScene(
    {
      ...unpaced,
      routes: [{ name: 'groups', match: ['service="orders"'], group_by: ['service'], actions: ['thread'] }],
    },
    {
      env: {
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/v1/traces`,
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
        ...{ OTEL_BSP_SCHEDULE_DELAY: '50', OTEL_BSP_MAX_QUEUE_SIZE: '20', OTEL_BSP_EXPORT_TIMEOUT: '1000' },
        LOG_LEVEL: 'debug',
      },
    },
  );
});
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
  await receiver?.[Symbol.asyncDispose]();
});

let clickedIn = '';

const traceparent = (trace = sender.trace) => `00-${trace}-${sender.span}-01`;
const send = async (body: string, headers: Record<string, string> = {}): Promise<number> =>
  (await scene.client.post(body, headers)).status;
const arrived = (name: string, count = 1) =>
  until(
    `${count} spans ${name}`,
    async () => receiver.spans().filter((span) => span.name === name),
    (found) => found.length >= count,
  );
const spansCounted = async (outcome: string): Promise<number> => {
  const text = await (await fetch(`${scene.world.url}/metrics`)).text();
  return Number(new RegExp(`farmhand_trace_spans_total{outcome="${outcome}"} (\\d+)`).exec(text)?.[1] ?? 0);
};

test('over HTTP: a request with a traceparent, a click, and another event of the same alert', {
  timeout: 60_000,
}, async () => {
  const alert = { name: 'DiskFull' };
  expect(await send(webhook(alert), { traceparent: traceparent() })).toBeLessThan(300);
  const [taken] = await arrived('POST /v1/events');
  expect(taken).toMatchObject({
    traceId: sender.trace,
    parentId: sender.span,
    kind: 'server',
    failed: false,
  });
  const root = await scene.root(alertIdOf(alert));
  const [posted] = await arrived('slack post alert');
  expect(posted).toMatchObject({ traceId: sender.trace, parentId: taken?.spanId });

  await scene.click(root, sam, 'acknowledge');
  const [clicked] = await arrived('slack button');
  expect(clicked).toMatchObject({ parentId: '', kind: 'server', failed: false });
  expect(JSON.stringify(clicked)).not.toContain(sam);
  clickedIn = clicked?.traceId ?? '';

  // It is told in its own sender's trace, and knows where it went.
  const other = '5bf92f3577b34da6a3ce929d0e0e4736';
  await send(webhook({ ...alert, status: 'resolved' }), { traceparent: traceparent(other) });
  const [, joined] = await arrived('POST /v1/events', 2);
  expect(joined?.traceId).toBe(other);
  expect(joined?.links.map(({ traceId }) => traceId)).toEqual([other, sender.trace]);
});

test('a group belongs to the trace of its first member', { timeout: 60_000 }, async () => {
  receiver.clear();
  const trace = '6bf92f3577b34da6a3ce929d0e0e4736';
  const of = (instance: string) => webhook({ name: 'Down', labels: { service: 'orders', instance } });
  await send(of('node-1'), { traceparent: traceparent(trace) });
  const [posted] = await arrived('slack post group');
  expect(posted?.traceId).toBe(trace);
});

test('what cannot be read has failed, with its reason', { timeout: 60_000 }, async () => {
  receiver.clear();
  await send('{"what":"is this"}', { traceparent: traceparent() });
  const [refused] = await arrived('POST /v1/events');
  expect(refused).toMatchObject({ failed: true, attributes: { 'error.type': 'unknown_shape' } });
});

test('the log says which trace a line belongs to, and which alert', { timeout: 60_000 }, async () => {
  const log = await readFile(join(scene.world.dir, 'farmhand.log'), 'utf8');
  const lines = log.split('\n').filter((line) => line.includes('"msg":"command"'));
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      ...{ trace_id: clickedIn, span_id: expect.stringMatching(/^[\da-f]{16}$/) },
      alert: alertIdOf({ name: 'DiskFull' }),
    }),
  ]);
});

test('a receiver that hangs or refuses holds up no alert: spans are dropped, and counted', {
  timeout: 90_000,
}, async () => {
  receiver.mood('hang');
  const alerts = Array.from({ length: 60 }, (_, n) => ({ name: `Hung${n}` }));
  for (const alert of alerts) expect(await send(webhook(alert))).toBeLessThan(300);
  for (const alert of alerts) await scene.root(alertIdOf(alert), channels.alerts);
  expect(await spansCounted('dropped')).toBeGreaterThan(0);
  await until(
    'a batch to fail',
    () => spansCounted('failed'),
    (count) => count > 0,
  );
  receiver.mood(503);
  expect(await send(webhook({ name: 'Refused' }))).toBeLessThan(300);
  await scene.root(alertIdOf({ name: 'Refused' }), channels.alerts);

  receiver.mood('takes');
  receiver.clear();
  expect(await send(webhook({ name: 'Back' }))).toBeLessThan(300);
  await arrived('POST /v1/events');
  expect(await spansCounted('sent')).toBeGreaterThan(0);

  // Its end waits two seconds at the most for a receiver that is away.
  receiver.mood('hang');
  await send(webhook({ name: 'Last' }));
  const began = performance.now();
  const { code } = await scene.farmhand().stop();
  expect(code).toBe(0);
  expect(performance.now() - began).toBeLessThan(15_000);
});
