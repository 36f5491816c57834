import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { spansOfJson } from '../../../sandbox/otlp/json.ts';
import type { ReceivedSpan } from '../../../sandbox/otlp/spans.ts';
import { startOtlpReceiver } from '../../../sandbox/otlp/start.ts';
import { freePort } from '../../../sandbox/process/free-port.ts';
import { tempDir } from '../../../sandbox/process/temp-dir.ts';
import { readTracing } from '../../../src/config/tracing.ts';
import { openTracer } from '../../../src/integrations/opentelemetry/open-tracer.ts';

interface Receiver extends AsyncDisposable {
  readonly url: string;
  spans(): readonly ReceivedSpan[];
}

/** The OpenTelemetry Collector, which prints what it took in as OTLP's JSON. */
const startCollector = async (binary: string): Promise<Receiver> => {
  const dir = await tempDir('otelcol');
  const port = await freePort();
  const file = join(dir.path, 'config.yaml');
  await writeFile(
    file,
    `
receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:${port}" } } } }
exporters: { lines: {} }
service:
  telemetry: { metrics: { level: none } }
  pipelines: { traces: { receivers: [otlp], exporters: [lines] } }
`,
  );
  const child = spawn(binary, ['--config', file], { stdio: ['ignore', 'pipe', 'ignore'] });
  const received: ReceivedSpan[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => received.push(...spansOfJson(line)));
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    const up = await fetch(url).then(
      () => true,
      () => false,
    );
    if (up) break;
    if (child.exitCode !== null) throw new Error(`${binary} ended with ${child.exitCode}`);
    await sleep(50);
  }
  return {
    url,
    spans: () => received,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await once(child, 'exit');
      await dir[Symbol.asyncDispose]();
    },
  };
};

const sender = { parent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', state: 'rojo=1,congo=2' };

/** Spans of every shape that farmhand sends, as the receiver has them. */
const sentTo = async (receiver: Receiver, protocol: string, compression: string) => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    OTEL_EXPORTER_OTLP_COMPRESSION: compression,
  };
  Object.assign(process.env, env);
  try {
    const tracing = readTracing(env);
    if (tracing.state !== 'on') throw new Error(JSON.stringify(tracing));
    const nothing = (): void => {};
    const outcomes: string[] = [];
    const tracer = await openTracer({
      ...{ settings: tracing.settings, version: '1.2.3', instance: 'abc', safe: (text) => text },
      log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
      told: (outcome, count) => outcomes.push(`${outcome} ${count}`),
    });
    const span = tracer.begin({
      ...{ name: 'process alerts', kind: 'consumer', parent: sender, links: [sender] },
      facts: { text: 'Größe', whole: -7, big: 123_456_789_012, half: 0.25, yes: true, no: false },
    });
    span.end('invalid_data');
    for (const kind of ['server', 'client', 'internal'] as const) {
      tracer.past({ name: `past ${kind}`, kind, parent: span.context }, 1_700_000_000_123, 1_700_000_000_456);
    }
    await tracer[Symbol.asyncDispose]();
    expect(outcomes).toEqual(['sent 4']);
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
  }
  for (let tries = 0; receiver.spans().length < 4 && tries < 100; tries++) await sleep(20);
  // Ids and the clock differ from run to run.
  return receiver.spans().map(({ spanId, parentId, start, end, ...same }) => ({
    ...same,
    ids: [spanId.length, parentId.length],
    ms: same.name.startsWith('past') ? [start, end] : end - start >= 0,
  }));
};

const everyWay = (start: () => Promise<Receiver>): void => {
  test.each([
    ['http/protobuf', 'none'],
    ['http/protobuf', 'gzip'],
    ['http/json', 'none'],
    ['http/json', 'gzip'],
  ])('spans are as they were sent: %s, %s', async (protocol, compression) => {
    await using receiver = await start();
    const resource = { 'service.name': 'farmhand', 'service.version': '1.2.3', 'service.instance.id': 'abc' };
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const past = (kind: string) => ({
      ...{ traceId, name: `past ${kind}`, kind, state: sender.state, failed: false, resource },
      ...{ attributes: {}, links: [], ids: [16, 16], ms: [1_700_000_000_123, 1_700_000_000_456] },
    });
    expect(await sentTo(receiver, protocol, compression)).toEqual([
      {
        ...{ traceId, name: 'process alerts', kind: 'consumer', state: sender.state, failed: true, resource },
        attributes: {
          ...{ text: 'Größe', whole: -7, big: 123_456_789_012, half: 0.25, yes: true, no: false },
          'error.type': 'invalid_data',
        },
        links: [{ traceId, spanId: '00f067aa0ba902b7' }],
        ...{ ids: [16, 16], ms: true },
      },
      ...['server', 'client', 'internal'].map(past),
    ]);
  });
};

describe('the receiver of the sandbox', () => everyWay(startOtlpReceiver));

/** See "A real OpenTelemetry Collector" in CONTRIBUTING.md. */
const collector = process.env['FARMHAND_OTELCOL'];
describe.runIf(collector !== undefined)(`the Collector at ${collector}`, () =>
  everyWay(() => startCollector(collector ?? '')),
);
