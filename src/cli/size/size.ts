import { readConfig } from '../../config/load.ts';
import { formatDuration } from '../../core/duration.ts';
import { counted } from '../../core/text.ts';
import { type ExitCode, exitCodes } from '../terminal/failure.ts';
import { columns, type Terminal } from '../terminal/terminal.ts';
import { installationNeeds, type Keeping, type Load, type Needs } from './needs.ts';

export interface SizeOptions {
  /** Alerts a second. */
  readonly alerts: number;
  readonly firesFor: number;
  readonly repeat: number;
  readonly storm?: number;
  readonly channels: number;
  readonly eventBytes: number;
  readonly ownIds?: true;
  readonly tickets: number;
  readonly rebuilds: number;
  readonly rebuildLasts: number;
  readonly kafkaKeeps: number;
  readonly kafkaCopies: number;
  readonly growth: number;
  /** A config file, for how long things are kept; default: what holds where nothing is said. */
  readonly config?: string;
  readonly json?: true;
}

/** Says what an installation needs; asks nobody. @throws ConfigError where the config is not valid */
export const runSize = (options: SizeOptions, terminal: Terminal): ExitCode => {
  const load = loadOf(options);
  const keeping = keepingOf(options, terminal);
  const needs = installationNeeds(load, keeping);
  const { out, style } = terminal;
  if (options.json) {
    out(JSON.stringify({ load, keeping, needs }, undefined, 2));
    return exitCodes.ok;
  }
  out(style('bold', `For ${loadWords(load, keeping)}:`));
  out('');
  out(columns(rows(load, keeping, needs), (label) => style('bold', label)));
  out('');
  out(
    'Bodies of alerts, and how long things are kept, make the most of it: docs/sizing.md says how this is worked out, ' +
      'docs/performance.md what was measured.',
  );
  return exitCodes.ok;
};

/** A storm is what nobody knows beforehand: a thousand, or as many as come in a hundred minutes. */
const usualStorm = (alertsPerSecond: number): number => Math.max(1_000, Math.ceil(alertsPerSecond * 6_000));

const loadOf = (options: SizeOptions): Load => ({
  alertsPerSecond: options.alerts,
  firesFor: options.firesFor,
  repeatEvery: options.repeat,
  storm: options.storm ?? usualStorm(options.alerts),
  channels: options.channels,
  eventBytes: options.eventBytes,
  ownIds: options.ownIds === true,
  tickets: options.tickets,
  rebuilds: options.rebuilds,
  rebuildLasts: options.rebuildLasts,
});

/** The least that is a config: all else is as it is where nothing is said. */
const leastConfig = 'slack: { default_channel: C0123456789 }\nhttp: { events_token: { env: TOKEN } }\n';

const keepingOf = (options: SizeOptions, { env, readFile }: Terminal): Keeping => {
  const { file, read, from } =
    options.config === undefined
      ? { file: 'farmhand.yml', read: () => leastConfig, from: {} }
      : { file: options.config, read: readFile, from: env };
  const { config } = readConfig({ file, env: from, readFile: read, withoutSecrets: true });
  return {
    alerts: config.alerts.retention,
    events: config.alerts.event_retention,
    audit: config.audit.keep,
    kafka: options.kafkaKeeps,
    kafkaCopies: options.kafkaCopies,
    growth: options.growth,
    postsPerSecond: config.slack.pacing.posts_per_second,
  };
};

const loadWords = (load: Load, { growth }: Keeping): string =>
  [
    `${number(load.alertsPerSecond * 3_600)} alerts an hour that fire for ${formatDuration(load.firesFor)} and are repeated every ${formatDuration(load.repeatEvery)}`,
    `storms of ${load.storm.toLocaleString('en')}`,
    ...(load.rebuilds > 0
      ? [`${counted(load.rebuilds, 'rebuild')} in flight for ${formatDuration(load.rebuildLasts)} each`]
      : []),
    `and ${number(growth * 100)} % to grow`,
  ].join(', ');

const rows = (load: Load, keeping: Keeping, needs: Needs): readonly (readonly [string, string])[] => {
  const { pods, processor, memory, redis, kafka } = needs;
  return [
    ...pods.map(({ role, replicas, cpu, request, limit }, i): readonly [string, string] => [
      i === 0 ? 'Pods' : '',
      `${replicas} × ${role}: cpu ${cores(cpu)}, memory ${request}Mi, limit ${limit}Mi`,
    ]),
    [
      '',
      `together ${busy(processor.usual)} of a core as a rule, ${busy(processor.storm)} in a storm; ${number(memory)} MiB a process`,
    ],
    ['Redis', `${size(redis.memory)} of memory, ${size(redis.disk)} of disk for its append-only file`],
    ['', `${size(redis.now)} of records today: ${partsOf(redis)}`],
    ...lessOf(redis),
    [
      'Kafka',
      `${counted(kafka.partitions, 'partition')}, ${size(kafka.disk)} of disk: ${formatDuration(keeping.kafka)} in ${keeping.kafkaCopies === 1 ? '1 copy' : `${keeping.kafkaCopies} copies`}`,
    ],
    [
      'Slack',
      `a storm of ${load.storm.toLocaleString('en')} in ${counted(load.channels, 'channel')}: the last thread after ${formatDuration(needs.lastThread)}; a digest tells of the others meanwhile`,
    ],
  ];
};

const partsOf = ({ alerts, events, rebuilds, audit }: Needs['redis']): string =>
  Object.entries({ alerts, events, rebuilds, audit })
    .filter(([, bytes]) => bytes > 0)
    .map(([what, bytes]) => `${what} ${size(bytes)}`)
    .join(', ');

const shorter = {
  alerts: '`alerts.retention` of resolved alerts',
  events: '`alerts.event_retention`',
  rebuilds: '`rebuilds.retention`',
  audit: '`audit.keep`, with a copy of all in `audit.file` or `audit.topic`',
} as const;

/** From here on it is worth a thought what of it is kept that long. */
const much = 2 ** 30;

/** What makes most of it, where that is much. */
const lessOf = ({ alerts, events, rebuilds, audit, now }: Needs['redis']): readonly [string, string][] => {
  if (now < much) return [];
  const parts = Object.entries({ alerts, events, rebuilds, audit }) as [keyof typeof shorter, number][];
  const [most] = parts.toSorted(([, a], [, b]) => b - a);
  return most ? [['', `less with a shorter ${shorter[most[0]]}`]] : [];
};

const busy = (share: number): string => (share < 0.01 ? 'under 0.01' : number(share));

const cores = (count: number): string => `${Math.round(count * 1_000)}m`;

/** Two figures that count; whole from ten on. */
const number = (value: number): string =>
  value >= 10
    ? Math.round(value).toLocaleString('en')
    : value.toLocaleString('en', { maximumSignificantDigits: 2 });

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

const size = (bytes: number): string => {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${number(bytes / 1_024 ** power)} ${units[power]}`;
};
