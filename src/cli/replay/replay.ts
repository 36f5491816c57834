import type { KeptDeadLetters } from '../../app/intake/dead-letters.ts';
import type { Replay, ReplayCounts, ReplayRun, ReplayStanding } from '../../app/intake/replay.ts';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema/schema.ts';
import { FarmhandError } from '../../core/errors.ts';
import { type EventReason, eventReasons } from '../../core/reasons.ts';
import { counted } from '../../core/text.ts';
import { utc } from '../../core/utc.ts';
import type { OffsetRange, PartitionName, SpanGap, WantedSpan } from '../../intake/replay/span.ts';
import { type ExitCode, exitCodes } from '../terminal/failure.ts';
import { columns, type Terminal } from '../terminal/terminal.ts';

export interface ReplayDeps {
  readonly openReplay: (config: Config, now: () => number, from?: 'kafka' | 'archive') => Promise<Replay>;
  readonly openDeadLetters: (config: Config, now: () => number) => Promise<KeptDeadLetters>;
  /** For Ctrl-C. */
  readonly events: {
    on(event: string, listener: (value: unknown) => void): unknown;
    off(event: string, listener: (value: unknown) => void): unknown;
  };
}

export interface ReplayOptions {
  readonly config: string;
  /** ms */
  readonly from?: number;
  readonly to?: number;
  readonly offsets?: readonly Omit<OffsetRange, 'life'>[];
  readonly topic?: readonly string[];
  readonly deadLetters?: boolean;
  /** From the bucket, not from Kafka. */
  readonly archive?: boolean;
  readonly execute?: boolean;
  readonly again?: boolean;
  readonly despiteGaps?: boolean;
  /** Messages a second. */
  readonly rate: number;
}

/**
 * Reads the events of a time again, and makes sure that each has its outcome on record: what is known is counted as known,
 * what was lost is taken in. Without `--execute` it only says what it would do.
 */
export const runReplay = async (
  options: ReplayOptions,
  terminal: Terminal,
  deps: ReplayDeps,
): Promise<ExitCode> => {
  const { env, readFile, now } = terminal;
  const wanted = wantedOf(options);
  if (options.from !== undefined && options.from > now()) {
    throw new FarmhandError('invalid', `--from ${utc(options.from)} is yet to come. Nothing was read.`);
  }
  if (options.archive && options.deadLetters) {
    throw new FarmhandError(
      'invalid',
      'Take --archive or --dead-letters: what could not be read is in the archive, too. Nothing was read.',
    );
  }
  const config = loadConfig({
    ...{ file: options.config, env, readFile },
    secretsFor: { uses: options.archive ? ['redis', 'kafka', 'archive'] : ['redis', 'kafka'] },
  });
  if (options.deadLetters) return replayLetters(wanted, config, options, terminal, deps);
  await using replay = await deps.openReplay(config, now, options.archive ? 'archive' : 'kafka');
  const { refused, remembers } = replay;
  if (refused !== undefined) throw new FarmhandError('replay_refused', `Nothing was read: ${refused}.`);
  if (wanted.by === 'time' && wanted.from < remembers.since) {
    throw new FarmhandError(
      'replay_refused',
      `Nothing was read: ${remembers.why}. What came before may have been taken in without being known any more, and would get a second thread: take --from ${minuteAfter(remembers.since)} or later.`,
    );
  }
  const { ranges, gaps } = await replay.plan(wanted);
  const { out, err, style } = terminal;
  const bad = gaps.filter(({ is }) => is !== 'not_yet');
  for (const gap of gaps)
    err(
      `${style(gap.is === 'not_yet' ? 'yellow' : 'red', gap.is === 'not_yet' ? '!' : '✗')} ${gapWords(gap, options)}`,
    );
  if (bad.some(({ is }) => is === 'unknown') || (bad.length > 0 && !options.despiteGaps)) {
    err(
      `Nothing was read: it cannot be known whether all of it is there. Take a later --from, or what is left of it with --despite-gaps; senders that repeat what fires (Alertmanager) bring the rest back by themselves.`,
    );
    return exitCodes.failed;
  }
  if (ranges.length === 0) {
    out(`${style('green', '✓')} There is nothing to read again there.`);
    return exitCodes.ok;
  }
  const total = ranges.reduce((sum, { from, to }) => sum + Number(BigInt(to) - BigInt(from)), 0);
  for (const range of ranges) out(`${placeOf(range)}@${range.from}-${range.to}`);
  out(
    `${counted(total, 'offset')} of ${counted(ranges.length, 'partition')}, ${options.execute ? `at most ${options.rate} messages a second` : 'nothing is written'}.`,
  );
  const counts = await ran(replay, ranges, options, terminal, deps);
  return told(counts, options, terminal);
};

const wantedOf = ({ from, to, offsets = [], topic = [], deadLetters }: ReplayOptions): WantedSpan => {
  const wrong = (why: string) => new FarmhandError('invalid', `${why} Nothing was read.`);
  if (offsets.length > 0) {
    if (from !== undefined || to !== undefined || topic.length > 0 || deadLetters)
      throw wrong('--offsets says all: leave out --from, --to, --topic and --dead-letters.');
    const places = offsets.map(placeOf);
    const twice = places.find((each, i) => places.indexOf(each) !== i);
    if (twice !== undefined)
      throw wrong(`--offsets names ${twice} twice: one range of a partition at a time.`);
    return { by: 'offsets', ranges: offsets };
  }
  if (from === undefined)
    throw wrong('Say from when: --from 2026-11-20T21:00Z (and --to), or --offsets alerts/0@100-200.');
  if (to !== undefined && to <= from) throw wrong('--to must be after --from.');
  return { by: 'time', from, ...(to !== undefined && { to }), ...(topic.length > 0 && { topics: topic }) };
};

/** How often it is said how far it is; ms. */
const standingEvery = 5_000;

const ran = async (
  replay: Replay,
  ranges: readonly OffsetRange[],
  options: ReplayOptions,
  { err, style }: Terminal,
  deps: ReplayDeps,
): Promise<ReplayCounts> => {
  const stopped = new AbortController();
  const stop = () =>
    stopped.abort(
      new FarmhandError(
        'stopped',
        options.execute
          ? 'Stopped. What was read is on record; say the same again, and it goes on there.'
          : 'Stopped. Nothing was changed.',
      ),
    );
  for (const signal of ['SIGINT', 'SIGTERM']) deps.events.on(signal, stop);
  let said = performance.now();
  const onStanding: ReplayRun['onStanding'] = (standing) => {
    if (performance.now() - said < standingEvery) return;
    said = performance.now();
    err(style('dim', standingWords(standing)));
  };
  try {
    return await replay.run(ranges, {
      dry: !options.execute,
      rate: options.rate,
      again: options.again ?? false,
      signal: stopped.signal,
      onStanding,
    });
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM']) deps.events.off(signal, stop);
  }
};

const standingWords = (standing: ReplayStanding): string => {
  const { messages, at } = standing;
  const left = at.filter(({ next, to }) => BigInt(next) < BigInt(to));
  const offsets = left.reduce((sum, { next, to }) => sum + Number(BigInt(to) - BigInt(next)), 0);
  const { known, taken } = sums(standing);
  const where = left.slice(0, 4).map((range) => `${placeOf(range)} at ${range.next}`);
  return `${counted(messages, 'message')}: ${n(known)} known, ${n(taken)} new; ${counted(offsets, 'offset')} left${where.length === 0 ? '' : ` (${where.join(', ')})`}`;
};

const knownReasons: readonly EventReason[] = ['duplicate_id', 'duplicate_nonce'];

const sums = ({ outcomes, rejected }: Pick<ReplayCounts, 'outcomes' | 'rejected'>) => {
  const all = [...outcomes].filter(([reason]) => eventReasons[reason].class !== 'rejected');
  const known = all.filter(([reason]) => knownReasons.includes(reason));
  const sum = (some: typeof all): number => some.reduce((total, [, count]) => total + count, 0);
  return { known: sum(known) + rejected.known, taken: sum(all) - sum(known) };
};

const n = (count: number): string => count.toLocaleString('en');

const reasonRow = ([reason, count]: readonly [EventReason, number]): readonly [string, string] => [
  `  ${reason}`,
  `${n(count)}  ${eventReasons[reason].says}`,
];

const told = (counts: ReplayCounts, { execute }: ReplayOptions, { out, err, style }: Terminal): ExitCode => {
  const { outcomes, rejected, forgotten, empty, removed, messages } = counts;
  const { known, taken } = sums(counts);
  const rows: (readonly [string, string])[] = [
    ['known already', n(known)],
    [execute ? 'taken in now' : 'would be taken in', n(taken)],
    ...[...outcomes]
      .filter(([reason]) => !knownReasons.includes(reason) && eventReasons[reason].class !== 'rejected')
      .toSorted(([, one], [, other]) => other - one)
      .map(reasonRow),
    [
      'cannot be read',
      `${n(rejected.kept)}${rejected.kept === 0 ? '' : execute ? ' (in the dead letters: farmhand dead-letters list)' : ' (would be put into the dead letters)'}`,
    ],
    ...(empty > 0 ? [['without a message', `${n(empty)} offsets (markers, or removed)`] as const] : []),
  ];
  out(`\n${columns(rows, (label) => style('bold', label))}\n`);
  for (const range of removed)
    err(
      `${style('red', '✗')} ${placeOf(range)}: offsets ${range.from} to ${range.to} were removed (retention) while they were read: what was in them is not known.`,
    );
  if (forgotten.count > 0)
    err(
      `${style('red', '✗')} ${counted(forgotten.count, 'message')} up to ${forgotten.last} came before what farmhand remembers, and ${forgotten.count === 1 ? 'was' : 'were'} left: taken in again they could get a second thread.`,
    );
  if (removed.length > 0 || forgotten.count > 0) return exitCodes.failed;
  if (execute && messages === 0 && empty === 0) {
    out(
      `${style('green', '✓')} An earlier replay has been through all of it. With --again it is read once more.`,
    );
    return exitCodes.ok;
  }
  out(
    execute
      ? `${style('green', '✓')} Each event of ${counted(messages, 'message')} has its outcome on record. Threads that are missing are opened within ten seconds.`
      : `${style('yellow', '!')} Nothing was changed. The same with --execute does it.`,
  );
  return exitCodes.ok;
};

const placeOf = ({ topic, partition }: Omit<PartitionName, 'life'>): string => `${topic}/${partition}`;

const minuteAfter = (ms: number): string => `${new Date(ms + 60_000).toISOString().slice(0, 16)}Z`;

/** What is missing of a span, for people. */
const gapWords = (gap: SpanGap, { archive }: ReplayOptions): string => {
  const where = placeOf(gap.of);
  const gone = archive ? 'are not in the archive' : 'are gone (retention)';
  switch (gap.is) {
    case 'gone':
      return `${where}: offsets ${gap.from} to ${gap.to} ${gone}.`;
    case 'perhaps':
      return `${where}: offsets before ${gap.to} ${gone}, and the earliest that is left ${gap.lowAt === undefined ? 'came after --from' : `came at ${utc(gap.lowAt)}`}: what was before it may have come after --from as well.`;
    case 'not_yet':
      return `${where}: ${archive ? 'the archive has nothing' : 'nothing has come'} at offsets ${gap.from} to ${gap.to} yet.`;
    case 'unknown':
      return `${where}: there is no such partition${archive ? ' in the archive' : ''}.`;
    default:
      return gap satisfies never;
  }
};

/** So many of the newest letters are looked through. */
const lettersAtMost = 100_000;

const replayLetters = async (
  wanted: WantedSpan,
  config: Config,
  { execute, again }: ReplayOptions,
  { out, err, style, now }: Terminal,
  deps: ReplayDeps,
): Promise<ExitCode> => {
  if (wanted.by !== 'time') return exitCodes.failed;
  await using kept = await deps.openDeadLetters(config, now);
  const { from, to = Number.POSITIVE_INFINITY } = wanted;
  const all = (await kept.list(lettersAtMost)).filter(({ at }) => at >= from && at < to).toReversed();
  const letters = again
    ? all
    : all.filter(({ replayedAt, replaysForgotten }) => replayedAt === undefined && !replaysForgotten);
  const outcomes = new Map<EventReason, number>();
  const still = new Map<string, number>();
  for (const letter of letters) {
    const said = letter.cutFrom === undefined ? await kept.replay(letter, { dry: !execute }) : undefined;
    for (const [reason, count] of said?.outcomes ?? [])
      outcomes.set(reason, (outcomes.get(reason) ?? 0) + count);
    const reasons = said?.rejected.map(({ reason }) => reason) ?? ['cut'];
    for (const reason of reasons) still.set(reason, (still.get(reason) ?? 0) + 1);
  }
  const { known, taken } = sums({ outcomes, rejected: { known: 0, kept: 0 } });
  const rows: (readonly [string, string])[] = [
    ['replayed before', n(all.length - letters.length)],
    ['known already', n(known)],
    [execute ? 'taken in now' : 'would be taken in', n(taken)],
    ...[...outcomes].filter(([reason]) => !knownReasons.includes(reason)).map(reasonRow),
    ...[...still].map(
      ([reason, count]) =>
        [
          `  ${reason}`,
          `${n(count)}  ${reason === 'cut' ? 'only the beginning was kept' : 'still cannot be read'}`,
        ] as const,
    ),
  ];
  out(
    `${counted(letters.length, 'dead letter')} in ${kept.place}\n\n${columns(rows, (label) => style('bold', label))}\n`,
  );
  if (still.size > 0) err(`${style('red', '✗')} Not all could be read: farmhand dead-letters list says why.`);
  if (!execute) out(`${style('yellow', '!')} Nothing was changed. The same with --execute does it.`);
  return still.size > 0 ? exitCodes.failed : exitCodes.ok;
};
