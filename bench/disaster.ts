/**
 * What is lost, and how long it takes until records are back: `node bench/disaster.ts [alerts]`. Prints a table in Markdown,
 * with this machine's clock: hold it against another run, not against another machine.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { tempDir } from '../sandbox/process/temp-dir.ts';
import { startRedis } from '../sandbox/redis/start.ts';
import { openTaking, type Taking } from '../src/app/intake/taking.ts';
import { exportRecords, importRecords } from '../src/app/records/transfer.ts';
import { type Config, ConfigSchema } from '../src/config/schema/schema.ts';
import { Secret } from '../src/config/schema/secret.ts';
import type { RawMessage } from '../src/intake/wire/raw.ts';
import { createKeys } from '../src/integrations/redis/shared/keys.ts';

const alerts = Number(process.argv[2] ?? 10_000);
const keys = createKeys('farmhand');

const configFor = (url: string): Config =>
  ConfigSchema.parse({
    slack: {
      default_channel: 'C0ALERTS',
      bot_token: new Secret('xoxb-0000000000'),
      app_token: new Secret('xapp-0000000000'),
    },
    redis: { url },
  });

const messageAt = (offset: number): RawMessage => ({
  value: Buffer.from(
    JSON.stringify({
      version: '4',
      status: 'firing',
      receiver: 'farmhand',
      externalURL: 'http://alertmanager:9093',
      alerts: [
        {
          status: 'firing',
          labels: {
            alertname: `Alert${offset}`,
            severity: 'warning',
            pod: `pod-${offset}`,
            namespace: 'payments',
          },
          annotations: { summary: `pod-${offset} does not answer`, description: 'x'.repeat(200) },
          startsAt: new Date(Date.now() - 60_000).toISOString(),
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: 'http://prometheus/graph',
        },
      ],
    }),
  ),
  headers: {},
  position: { via: 'kafka', topic: 'alerts', partition: 0, offset: String(offset), index: 0 },
  receivedAt: Date.now(),
});

const batch = 250;

/** Takes messages in, batch by batch, until all are in or the store is gone; answers how many were acknowledged. */
const takeIn = async (taking: Taking, from: number, to: number): Promise<number> => {
  const { ingest } = taking.ingest({
    decode: taking.decode,
    deadLetters: { keep: async () => {} },
    onOutcome: () => {},
  });
  for (let at = from; at < to; at += batch) {
    const messages = Array.from({ length: Math.min(batch, to - at) }, (_, i) => messageAt(at + i));
    try {
      await ingest(messages);
    } catch {
      return at;
    }
  }
  return to;
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const row = (...cells: readonly string[]): void => console.log(`| ${cells.join(' | ')} |`);
const live = (redis: Redis, at: number): Promise<unknown> =>
  redis.hset(keys.mark, { epoch: 'e1', generation: '1', places: '0', at: String(at) });

await using server = await startRedis();
const config = configFor(server.url);
const redis = new Redis(server.url);
redis.on('error', () => {});
await live(redis, Date.now());
await redis.hset(keys.mark, 'count', '0');
const half = Math.floor(alerts / 2);
const filling = await openTaking(config, Date.now);
await takeIn(filling, 0, half);
// Killed while it writes the other half.
const [acknowledged] = await Promise.all([
  takeIn(filling, half, alerts * 10),
  (async () => {
    while ((await redis.zcard(keys.open)) < alerts) await new Promise((next) => setTimeout(next, 5));
    await server.kill();
  })(),
]);
filling[Symbol.dispose]();
const began = performance.now();
await server.restart();
await redis.ping();
const back = performance.now() - began;
const there = await redis.zcard(keys.open);
row('what', 'records', 'lost of what was acknowledged', 'until they are back');
row('---', '---', '---', '---');
row(
  'Redis killed (−9) while it writes, its append-only file read again',
  `${there.toLocaleString('en')} alerts`,
  String(Math.max(0, acknowledged - there)),
  seconds(back),
);

await using dir = await tempDir('disaster');
const file = join(dir.path, 'records.ndjson.gz');
await live(redis, Date.now() - 60_000);
const options = { file, now: Date.now, version: '0.0.0' };
const exporting = performance.now();
const { entries } = await exportRecords({ ...options, config, whileRunning: false });
const exported = performance.now() - exporting;
const { size } = await stat(file);
row(
  'export into a file',
  `${entries.toLocaleString('en')} lines, ${(size / 1e6).toFixed(1)} MB`,
  'what comes after it',
  seconds(exported),
);
await using other = await startRedis();
const elsewhere = configFor(other.url);
const importing = performance.now();
await importRecords({ ...options, config: elsewhere, replace: false });
const imported = performance.now() - importing;
const second = new Redis(other.url);
const after = await second.zcard(keys.open);
row(
  'import of it into an empty Redis',
  `${after.toLocaleString('en')} alerts`,
  String(there - after),
  seconds(imported),
);
second.disconnect();
redis.disconnect();
