import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReceivedSpan } from '../../../sandbox/otlp/spans.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../../../sandbox/otlp/start.ts';
import { sandboxTopics } from '../../../sandbox/world/config.ts';
import { type Broker, openBroker } from '../support/broker.ts';
import { openRebuildScene, type RebuildScene } from '../support/rebuild-scene.ts';
import { channels, unpaced } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { alertIdOf, webhook } from '../support/webhook.ts';

let receiver: OtlpReceiver;
let on: RebuildScene;
let broker: Broker;
const instance = 'system6';
const sender = { trace: '4bf92f3577b34da6a3ce929d0e0e4736', span: '00f067aa0ba902b7' };

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  on = await openRebuildScene(
    {
      ...unpaced,
      kafka: 'always',
      kafkaSettings: { session_timeout: '6s' },
      routes: [
        {
          name: 'outdated',
          match: ['name="CacheOutdated"'],
          channel: channels.alerts,
          actions: ['thread', { ticket: {} }, { rebuild: { instance, reason: '{{summary}}', run: true } }],
        },
      ],
    },
    {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20a-token-of-the-receiver',
        OTEL_BSP_SCHEDULE_DELAY: '100',
      },
    },
  );
  broker = await openBroker(on.scene.world);
});
afterAll(async () => {
  await broker?.[Symbol.asyncDispose]();
  await on?.[Symbol.asyncDispose]();
  await receiver?.[Symbol.asyncDispose]();
});

const spans = (name: string): readonly ReceivedSpan[] =>
  receiver.spans().filter((span) => span.name === name);
const arrived = (name: string, count = 1, timeout = 60_000): Promise<readonly ReceivedSpan[]> =>
  until(
    `${count} spans ${name}`,
    async () => spans(name),
    (found) => found.length >= count,
    timeout,
  );

test('one trace from the event in Kafka to its thread, its ticket and a scale, across a kill (−9)', {
  timeout: 420_000,
}, async () => {
  const alert = { name: 'CacheOutdated', summary: 'Ada asks for a new dataset' };
  const id = alertIdOf(alert);
  await broker.send(sandboxTopics.gold, [
    {
      key: 'k',
      value: webhook(alert),
      headers: { traceparent: `00-${sender.trace}-${sender.span}-01`, tracestate: 'rojo=1' },
    },
  ]);

  const [taken] = await arrived(`process ${sandboxTopics.gold}`);
  expect(taken).toMatchObject({
    ...{ traceId: sender.trace, parentId: sender.span, state: 'rojo=1', kind: 'consumer', failed: false },
    links: [{ traceId: sender.trace, spanId: sender.span }],
    attributes: {
      ...{ 'messaging.system': 'kafka', 'messaging.operation.type': 'process' },
      'messaging.destination.name': sandboxTopics.gold,
      ...{ 'messaging.consumer.group.name': 'farmhand', 'farmhand.alert.id': id, 'farmhand.events': 1 },
    },
  });
  const root = await on.scene.root(id);
  const [posted] = await arrived('slack post alert');
  expect(posted).toMatchObject({
    ...{ traceId: sender.trace, parentId: taken?.spanId, kind: 'client', failed: false },
    attributes: {
      ...{ 'farmhand.alert.id': id, 'farmhand.slack.channel': root.channel },
      'farmhand.slack.method': 'chat.postMessage',
    },
  });
  const [raised] = await arrived('action ticket');
  expect(raised).toMatchObject({ traceId: sender.trace, parentId: taken?.spanId, failed: false });
  const [proposed] = await arrived('action rebuild');
  expect(proposed).toMatchObject({ traceId: sender.trace, parentId: taken?.spanId, failed: false });

  // The rebuild is on its way: what comes of it is another process's.
  const rebuild = await on.started(instance);
  expect(rebuild.trace?.parent.slice(3, 35)).toBe(sender.trace);
  await on.scene.farmhand().kill();
  const before = new Set(receiver.spans().map(({ resource }) => resource['service.instance.id']));
  await on.scene.start();

  await on.inStep(rebuild.id, 'rebuild', 240_000);
  // That of the synchronizer may have gone with the process that made it, before it was sent.
  const scales = await until(
    'the scale of the farmers',
    async () => spans('effect scale'),
    (found) => found.some(({ attributes }) => attributes['farmhand.role'] === 'farmer'),
    60_000,
  );
  for (const scale of scales) {
    expect(scale).toMatchObject({
      ...{ traceId: sender.trace, parentId: proposed?.spanId, failed: false },
      attributes: { 'farmhand.rebuild.id': rebuild.id, 'farmhand.instance': instance },
    });
  }
  const after = new Set(scales.map(({ resource }) => resource['service.instance.id']));
  expect([...after].some((process) => !before.has(process))).toBe(true);
  const [step] = await arrived('step farmers');
  expect(step).toMatchObject({ traceId: sender.trace, parentId: proposed?.spanId, failed: false });
  const record = await on.books.get(rebuild.id);
  const farmers = record?.steps.find(({ name }) => name === 'farmers');
  expect([step?.start, step?.end]).toEqual([farmers?.startedAt, farmers?.endedAt]);
  const names = receiver
    .spans()
    .filter(({ traceId }) => traceId === sender.trace)
    .map(({ name }) => name);
  expect(names).toContain('slack reply alert');

  // What is brought up to date again and again has traces of its own, which know where they belong.
  const [updated] = await arrived('slack update rebuild');
  expect(updated?.traceId).not.toBe(sender.trace);
  expect(updated?.links.map(({ traceId }) => traceId)).toEqual([sender.trace]);

  const all = JSON.stringify(receiver.spans());
  for (const kept of ['Ada', 'new dataset', on.scene.world.slack.botToken, on.scene.world.jira.token]) {
    expect(all).not.toContain(kept);
  }
  expect(receiver.requests().at(-1)?.headers.authorization).toBe('Bearer a-token-of-the-receiver');
});
