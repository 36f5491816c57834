import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type OtlpReceiver, startOtlpReceiver } from '../../../sandbox/otlp/start.ts';
import { readTracing } from '../../../src/config/tracing.ts';
import { StoreUnavailable } from '../../../src/core/errors.ts';
import { openTracer } from '../../../src/integrations/opentelemetry/open-tracer.ts';
import { createRedactor } from '../../../src/observability/redact.ts';

let receiver: OtlpReceiver;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(async () => {
  await receiver?.[Symbol.asyncDispose]();
});
beforeEach(() => receiver.clear());

const sender = { parent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', state: 'rojo=1' };
const other = { parent: '00-5bf92f3577b34da6a3ce929d0e0e4736-10f067aa0ba902b7-01' };

const nothing = (): void => {};
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** The exporter reads the variables of the process itself. */
const open = async (env: Record<string, string> = {}) => {
  const all = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...env };
  const before = { ...process.env };
  Object.assign(process.env, all);
  try {
    const tracing = readTracing(all);
    if (tracing.state !== 'on') throw new Error(JSON.stringify(tracing));
    const redactor = createRedactor();
    redactor.registerSecret('hunter2hunter2');
    const outcomes: string[] = [];
    const tracer = await openTracer({
      ...{ settings: tracing.settings, version: '1.2.3', instance: 'abc', log: silent, safe: redactor.text },
      told: (outcome, count) => outcomes.push(`${outcome} ${count}`),
    });
    return { tracer, outcomes, end: () => tracer[Symbol.asyncDispose]() };
  } finally {
    for (const name of Object.keys(all)) delete process.env[name];
    Object.assign(process.env, before);
  }
};

describe.each(['http/protobuf', 'http/json'])('over %s', (protocol) => {
  test('a span arrives as it was', async () => {
    const { tracer, end, outcomes } = await open({ OTEL_EXPORTER_OTLP_PROTOCOL: protocol });
    const facts = {
      'farmhand.events': 2,
      'farmhand.id': 'A-1',
      'farmhand.on': true,
      half: 0.5,
      none: undefined,
    };
    const span = tracer.begin({
      name: 'process alerts',
      kind: 'consumer',
      parent: sender,
      links: [other, undefined],
      facts,
    });
    span.link(sender);
    span.note({ more: 'said later' });
    span.end();
    tracer.past({ name: 'step farmers', kind: 'internal' }, 1_700_000_000_000, 1_700_000_060_000, 'failed');
    await end();
    expect(outcomes).toEqual(['sent 2']);
    const resource = {
      ...{ 'service.name': 'farmhand', 'service.version': '1.2.3', 'service.instance.id': 'abc' },
    };
    expect(receiver.spans()).toEqual([
      {
        ...{ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', parentId: '00f067aa0ba902b7', state: 'rojo=1' },
        ...{ name: 'process alerts', kind: 'consumer', failed: false, resource },
        spanId: span.context.parent.slice(36, 52),
        start: expect.any(Number),
        end: expect.any(Number),
        attributes: {
          ...{ 'farmhand.events': 2, 'farmhand.id': 'A-1', 'farmhand.on': true, half: 0.5 },
          more: 'said later',
        },
        links: [
          { traceId: '5bf92f3577b34da6a3ce929d0e0e4736', spanId: '10f067aa0ba902b7' },
          { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' },
        ],
      },
      {
        ...{ traceId: expect.any(String), spanId: expect.any(String), parentId: '', state: '' },
        ...{ name: 'step farmers', kind: 'internal', failed: true, links: [], resource },
        ...{ start: 1_700_000_000_000, end: 1_700_000_060_000, attributes: { 'error.type': 'failed' } },
      },
    ]);
  });
});

test('the variables of OpenTelemetry: headers, compression, name and resource', async () => {
  const { tracer, end } = await open({
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_SERVICE_NAME: 'farmhand-eu',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod,service.instance.id=pod-7',
  });
  tracer.begin({ name: 'one', kind: 'internal' }).end();
  await end();
  const headers = receiver.requests().at(-1)?.headers;
  expect([headers?.authorization, headers?.['content-encoding']]).toEqual(['Bearer abc', 'gzip']);
  expect(receiver.spans()[0]?.resource).toEqual({
    ...{ 'service.name': 'farmhand-eu', 'service.version': '1.2.3', 'service.instance.id': 'pod-7' },
    'deployment.environment.name': 'prod',
  });
});

test('what runs in a span knows it, and nothing else does', async () => {
  const { tracer, end } = await open();
  expect(tracer.current()).toBeUndefined();
  const inside = await tracer.span({ name: 'outer', kind: 'client', parent: sender }, async () => {
    await new Promise((go) => setTimeout(go, 1));
    tracer.note({ answered: 'ok' });
    tracer.linkTo(other);
    expect(tracer.outside(() => tracer.current())).toBeUndefined();
    return tracer.current();
  });
  expect(tracer.current()).toBeUndefined();
  await end();
  const [span] = receiver.spans();
  expect(inside).toEqual({ parent: `00-${span?.traceId}-${span?.spanId}-01`, state: 'rojo=1' });
  expect([span?.attributes, span?.links.length, span?.traceId]).toEqual([
    { answered: 'ok' },
    1,
    '4bf92f3577b34da6a3ce929d0e0e4736',
  ]);
});

test('what fails is marked with a code, and never with what it says', async () => {
  const { tracer, end } = await open();
  const named = (name: string, run: () => Promise<unknown>) =>
    tracer.span({ name, kind: 'internal' }, run).catch(() => undefined);
  await named('thrown', async () => {
    throw new TypeError('Ada’s password is hunter2');
  });
  await named('own', async () => {
    throw new StoreUnavailable('Redis is away');
  });
  await named('answered', async () => ({ ok: false, kind: 'rate_limited', error: 'for Ada' }));
  await named('retry', async () => ({ ok: false, retry: true, error: 'for Ada' }));
  await named('given up', async () => ({ ok: false, retry: false, error: 'for Ada' }));
  await named('fine', async () => ({ ok: true }));
  await end();
  expect(receiver.spans().map(({ name, failed, attributes }) => [name, failed, attributes])).toEqual([
    ['thrown', true, { 'error.type': 'TypeError' }],
    ['own', true, { 'error.type': 'store_unavailable' }],
    ['answered', true, { 'error.type': 'rate_limited' }],
    ['retry', true, { 'error.type': 'retry' }],
    ['given up', true, { 'error.type': 'failed' }],
    ['fine', false, {}],
  ]);
  expect(JSON.stringify(receiver.spans())).not.toContain('Ada');
});

test('no secret and no long text leaves', async () => {
  const { tracer, end } = await open();
  tracer
    .begin({ name: 'one', kind: 'internal', facts: { id: 'x hunter2hunter2 y', long: 'z'.repeat(1_000) } })
    .end();
  await end();
  const { id, long } = receiver.spans()[0]?.attributes ?? {};
  expect([id, String(long).length]).toEqual(['x [redacted] y', 250]);
});

test.each([
  ['always_off', [0, 0]],
  ['always_on', [1, 1]],
  ['parentbased_always_off', [0, 1]],
  ['parentbased_always_on', [1, 1]],
] as const)(
  'the sampler %s decides what begins here, and what its sender asked for',
  async (name, counts) => {
    const { tracer, end } = await open({ OTEL_TRACES_SAMPLER: name });
    const own = tracer.begin({ name: 'own', kind: 'internal' });
    own.end();
    tracer.begin({ name: 'sent', kind: 'internal', parent: sender }).end();
    await end();
    const count = (of: string) => receiver.spans().filter((span) => span.name === of).length;
    expect([count('own'), count('sent')]).toEqual(counts);
    // It is handed on that it is not told, so that nobody else does.
    expect(own.context.parent.endsWith('-01')).toBe(counts[0] === 1);
  },
);

test('a sender that asked for silence gets it, and its trace is handed on all the same', async () => {
  const { tracer, end } = await open();
  const silent = { parent: sender.parent.replace(/01$/, '00') };
  const span = tracer.begin({ name: 'quiet', kind: 'internal', parent: silent });
  expect(span.context.parent).toMatch(
    /^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[\da-f]{16}-00$/,
  );
  span.end();
  await end();
  expect(receiver.spans()).toEqual([]);
});

test('a receiver that refuses is counted, and nothing throws', async () => {
  receiver.mood(400);
  try {
    const { tracer, end, outcomes } = await open();
    tracer.begin({ name: 'one', kind: 'internal' }).end();
    await end();
    expect(outcomes).toEqual(['failed 1']);
  } finally {
    receiver.mood('takes');
  }
});
