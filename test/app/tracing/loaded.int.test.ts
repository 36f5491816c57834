import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OtlpReceiver, startOtlpReceiver } from '../../../sandbox/otlp/start.ts';
import { freePort } from '../../../sandbox/process/free-port.ts';
import { tempDir } from '../../../sandbox/process/temp-dir.ts';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';
import { startFarmhand } from '../../../sandbox/world/farmhand.ts';

let redis: RedisServer;
let receiver: OtlpReceiver;
let dir: Awaited<ReturnType<typeof tempDir>>;
beforeAll(async () => {
  redis = await startRedis();
  receiver = await startOtlpReceiver();
  dir = await tempDir('loaded');
});
afterAll(async () => {
  await redis?.stop();
  await receiver?.[Symbol.asyncDispose]();
  await dir?.[Symbol.asyncDispose]();
});

/** What a process has loaded of tracing by the time it is ready, and its log. */
const loaded = async (env: Readonly<Record<string, string>>) => {
  const port = await freePort();
  const [configFile, list, logFile] = ['yml', 'list', 'log'].map((kind) => join(dir.path, `${port}.${kind}`));
  if (!configFile || !list || !logFile) throw new Error('no files');
  await writeFile(
    configFile,
    `
slack: { bot_token: { env: BOT }, app_token: { env: APP }, default_channel: C0ALERTS, api_url: "http://127.0.0.1:9/" }
redis: { url: "${redis.url}", prefix: loaded-${port}, durability: none }
http: { port: ${port} }
routes: [{ name: all, match: [], channel: C0ALERTS }]
`,
  );
  const hook = new URL('./loaded-modules.ts', import.meta.url).pathname;
  const farmhand = await startFarmhand({
    ...{ configFile, port, logFile, nodeArgs: ['--import', hook] },
    env: {
      FARMHAND_EVENTS_TOKEN: '0123456789abcdef0123456789abcdef',
      BOT: 'xoxb-1',
      APP: 'xapp-1',
      LOADED_MODULES: list,
      ...env,
    },
  });
  await farmhand.stop();
  const modules = (await readFile(list, 'utf8')).split('\n');
  const log = await readFile(logFile, 'utf8');
  // prom-client asks OpenTelemetry's API for the current span of an exemplar, whether or not anybody traces.
  const tracing = modules.filter((url) => /opentelemetry/.test(url) && !url.includes('/@opentelemetry/api/'));
  return { tracing, all: modules.length, log };
};

test('nothing of tracing is loaded while nobody asks for it', { timeout: 60_000 }, async () => {
  const off = await loaded({ OTEL_SERVICE_NAME: 'farmhand' });
  expect(off.tracing).toEqual([]);
  expect(off.all).toBeGreaterThan(500);

  const disabled = await loaded({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_SDK_DISABLED: 'true' });
  expect(disabled.tracing).toEqual([]);
});

test('where it is asked for, of the two exporters only that one is loaded', { timeout: 60_000 }, async () => {
  const on = await loaded({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20not-for-the-log',
  });
  const packages = (name: string) =>
    on.tracing.filter((url) => url.includes(`@opentelemetry/${name}/`)).length;
  expect(packages('sdk-trace')).toBeGreaterThan(0);
  expect(packages('exporter-trace-otlp-http')).toBeGreaterThan(0);
  expect(packages('exporter-trace-otlp-proto')).toBe(0);
  expect(on.log).toContain('Traces are sent');
  expect(on.log).not.toContain('not-for-the-log');
});

test('wrong variables keep nobody from starting: it is said what to set, and nothing is loaded', {
  timeout: 60_000,
}, async () => {
  const wrong = await loaded({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4317',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
  });
  expect(wrong.tracing).toEqual([]);
  expect(wrong.log).toContain('Tracing is off until its variables are right');
  expect(wrong.log).toContain('set OTEL_EXPORTER_OTLP_TRACES_PROTOCOL to http/protobuf or http/json');
});
