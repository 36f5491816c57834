import { expect, test } from 'vitest';
import { readTracing } from '../../src/config/tracing.ts';

const at = 'http://collector:4318';
const on = (env: Record<string, string>) => {
  const tracing = readTracing(env);
  if (tracing.state !== 'on') throw new Error(JSON.stringify(tracing));
  return tracing;
};

test.each([
  ['nothing is set', {}],
  ['only a name', { OTEL_SERVICE_NAME: 'farmhand', OTEL_RESOURCE_ATTRIBUTES: 'a=b' }],
  ['an empty address', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }],
  ['the SDK is disabled', { OTEL_EXPORTER_OTLP_ENDPOINT: at, OTEL_SDK_DISABLED: 'TRUE' }],
  ['no exporter is asked for', { OTEL_EXPORTER_OTLP_ENDPOINT: at, OTEL_TRACES_EXPORTER: 'none' }],
  ['another signal', { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: at }],
])('tracing is off: %s', (_name, env) => {
  expect(readTracing(env)).toEqual({ state: 'off' });
});

test.each([
  ['the path of traces is put behind the base', { OTEL_EXPORTER_OTLP_ENDPOINT: at }, `${at}/v1/traces`],
  ['a base with a path', { OTEL_EXPORTER_OTLP_ENDPOINT: `${at}/otlp/` }, `${at}/otlp/v1/traces`],
  [
    'its own address is taken as it is',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${at}/spans` },
    `${at}/spans`,
  ],
  ['the default address', { OTEL_TRACES_EXPORTER: 'otlp' }, 'http://localhost:4318/v1/traces'],
])('where traces go: %s', (_name, env, endpoint) => {
  expect(on(env).settings.endpoint).toBe(endpoint);
});

test('the defaults are those of the specification', () => {
  const { settings, ignored } = on({ OTEL_EXPORTER_OTLP_ENDPOINT: at });
  expect(ignored).toEqual([]);
  expect(settings).toEqual({
    protocol: 'http/protobuf',
    endpoint: `${at}/v1/traces`,
    sampler: { name: 'parentbased_always_on', ratio: 1 },
    queue: 2048,
    batch: 512,
    delay: 5_000,
    timeout: 30_000,
    secrets: [],
  });
});

test('what can be said is taken', () => {
  const { settings, ignored } = on({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: at,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
    OTEL_BSP_MAX_QUEUE_SIZE: '100',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '500',
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_BSP_EXPORT_TIMEOUT: '7000',
  });
  expect(ignored).toEqual([]);
  expect(settings).toMatchObject({
    protocol: 'http/json',
    sampler: { name: 'parentbased_traceidratio', ratio: 0.25 },
    ...{ queue: 100, batch: 100, delay: 100, timeout: 7_000 },
  });
});

test('what cannot be used is told, all of it at once, and its default taken', () => {
  const { settings, ignored } = on({
    OTEL_EXPORTER_OTLP_ENDPOINT: at,
    OTEL_TRACES_SAMPLER: 'jaeger_remote',
    OTEL_BSP_MAX_QUEUE_SIZE: 'many',
    OTEL_BSP_SCHEDULE_DELAY: '0',
    OTEL_EXPORTER_OTLP_TIMEOUT: '10s',
  });
  expect(ignored.map(({ path }) => path)).toEqual([
    'OTEL_BSP_MAX_QUEUE_SIZE',
    'OTEL_TRACES_SAMPLER',
    'OTEL_BSP_SCHEDULE_DELAY',
    'OTEL_EXPORTER_OTLP_TIMEOUT',
  ]);
  expect(settings).toMatchObject({ sampler: { name: 'parentbased_always_on' }, queue: 2048, delay: 5_000 });
  const ratio = on({
    OTEL_EXPORTER_OTLP_ENDPOINT: at,
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '7',
  });
  expect(ratio.ignored).toEqual([
    { path: 'OTEL_TRACES_SAMPLER_ARG', message: 'is no number from 0 to 1; 1 is taken' },
  ]);
});

test('what farmhand cannot do is refused with every reason, and what to set instead', () => {
  expect(
    readTracing({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_TRACES_EXPORTER: 'zipkin',
    }),
  ).toEqual({
    state: 'refused',
    problems: [
      { path: 'OTEL_TRACES_EXPORTER', message: 'is zipkin; farmhand has otlp and none' },
      {
        path: 'OTEL_EXPORTER_OTLP_PROTOCOL',
        message:
          'is grpc, which farmhand does not speak; set OTEL_EXPORTER_OTLP_TRACES_PROTOCOL to http/protobuf or http/json, and the endpoint of its HTTP port, which is mostly 4318',
      },
      {
        path: 'OTEL_EXPORTER_OTLP_ENDPOINT',
        message: 'is no http or https address, as http://collector.observability:4318',
      },
    ],
    secrets: [],
  });
});

test('what must be seen nowhere is known, in each form', () => {
  const { settings } = on({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://me:p%40ssword@collector:4318',
    OTEL_EXPORTER_OTLP_HEADERS:
      'authorization=Bearer%20abc123,x-scope-orgid=production,x-id=0123456789abcdef',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'api-key=key456',
  });
  expect(settings.endpoint).toBe('https://collector:4318/v1/traces');
  expect(settings.secrets).toEqual([
    ...['Bearer%20abc123', 'Bearer abc123', 'abc123', '0123456789abcdef'],
    ...['key456', 'p%40ssword', 'p@ssword'],
  ]);
});
