import { startArchive } from '../../../src/app/intake/archive.ts';
import { loadConfig } from '../../../src/config/load.ts';
import type { Config } from '../../../src/config/schema/schema.ts';
import { archiveHoldings, portionsOf } from '../../../src/intake/archive/holdings.ts';
import { rangeOfKey } from '../../../src/intake/archive/object-name.ts';
import { unpackObject } from '../../../src/intake/archive/records.ts';
import type { Log } from '../../../src/observability/log.ts';
import { createMetrics } from '../../../src/observability/metrics.ts';

export interface ArchiveWorld {
  readonly brokers: string;
  readonly topic: string;
  readonly s3: string;
  readonly group: string;
  readonly prefix?: string;
  readonly maxBytes?: number;
  readonly maxAge?: string;
}

export const archiveYaml = (world: ArchiveWorld): string => `slack: { default_channel: C0DEFAULT }
kafka:
  brokers: ['${world.brokers}']
  group_id: ${world.group}
  topics: [{ name: ${world.topic} }]
  dead_letter_topic: dead-${world.group}
  session_timeout: 6s
redis: { url: 'redis://127.0.0.1:1', prefix: ${world.prefix ?? 'none'} }
archive:
  bucket: events
  endpoint: '${world.s3}'
  allow_http: true
  path_style: true
  access_key_id: { env: ARCHIVE_ID }
  secret_access_key: { env: ARCHIVE_SECRET }
  max_bytes: ${world.maxBytes ?? 65_536}
  max_age: ${world.maxAge ?? '1s'}
`;

export const archiveKeys = { ARCHIVE_ID: 'AKIASANDBOX', ARCHIVE_SECRET: 'sandbox-secret-key' };

const archiveConfig = (world: ArchiveWorld): Config =>
  loadConfig({
    file: 'farmhand.yml',
    env: archiveKeys,
    readFile: () => archiveYaml(world),
    secretsFor: { uses: ['redis', 'kafka', 'archive'] },
  });

export const archiveOf = (
  world: ArchiveWorld,
  log: Log,
): AsyncDisposable & { readonly said: () => Promise<string> } => {
  const metrics = createMetrics({ processMetrics: false });
  const archive = startArchive({
    config: archiveConfig(world),
    metrics: metrics.metrics,
    log,
    now: Date.now,
  });
  return {
    said: async () => (await metrics.expose()).body,
    [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose](),
  };
};

/** What a reader finds of a topic: values by `partition@offset` in the order in which they are taken, and what is missing. */
export const readArchive = async (objects: ReadonlyMap<string, Buffer>, prefix = 'farmhand/') => {
  const ranges = [...objects.keys()].flatMap((key) => rangeOfKey(key.slice(prefix.length)) ?? []);
  const load = async (range: (typeof ranges)[number]) => {
    const key = [...objects.keys()].find(
      (each) => JSON.stringify(rangeOfKey(each.slice(prefix.length))) === JSON.stringify(range),
    );
    return unpackObject(range, objects.get(key ?? '') ?? Buffer.alloc(0));
  };
  const first = async (range: (typeof ranges)[number]) => (await load(range))[0]?.offset;
  const held = await archiveHoldings(ranges, { by: 'time', from: 0 }, first);
  const all = held.map(({ low, high, ...of }) => ({ ...of, from: low, to: high }));
  const taken: (readonly [place: string, value: string])[] = [];
  for (const { range, object, from, to } of portionsOf(all, ranges)) {
    for (const { offset, value } of await load(object)) {
      if (BigInt(offset) < BigInt(from) || BigInt(offset) >= BigInt(to)) continue;
      taken.push([`${range.partition}@${offset}`, value?.toString() ?? '']);
    }
  }
  return {
    objects: ranges.length,
    taken,
    holes: held.flatMap(({ partition, holes = [] }) =>
      holes.map(([from, to]) => `${partition}@${from}-${to}`),
    ),
    low: held.map(({ low }) => low),
  };
};
