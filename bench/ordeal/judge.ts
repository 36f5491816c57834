import { percentile } from '../measure/stats.ts';
import type { Act, Due, State } from './acts.ts';
import type { Sending } from './population.ts';
import { longestSilence } from './silence.ts';

/** A sending that was confirmed, and of which series. */
export interface Said extends Pick<Sending, 'kind'> {
  readonly series: string;
  readonly channel: string;
  /** When it was confirmed; ms. */
  readonly at: number;
  /**
   * Gone with what was destroyed on purpose: acknowledged into a store that was then emptied, or in a topic that was
   * deleted before it was read. Only its source can say it again.
   */
  readonly gone?: 'store' | 'topic';
}

/** A message that stands at the end. */
export type Standing =
  | { readonly series: string; readonly is: 'root'; readonly shows: State }
  | { readonly series: string; readonly is: 'line'; readonly text: string };

export interface Seen {
  /** By time. */
  readonly acts: readonly Act[];
  readonly standing: readonly Standing[];
  /** Calls that Slack refused, by what it said. */
  readonly refused: ReadonlyMap<string, number>;
}

export interface Phase {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** How long a channel may say nothing although there is something to say; ms. */
  readonly silenceAtMost: number;
}

export interface Figures {
  readonly phase: Phase;
  readonly sent: number;
  /** Alerts that were new, and so want a root. */
  readonly alerts: number;
  /** Alerts that end without a root, or with one that shows another state than their source said last. */
  readonly lost: readonly string[];
  /** The same, where what they said last was destroyed on purpose, and the root does not claim otherwise. */
  readonly gone: number;
  /** Second roots that stand, and lines that were told twice. */
  readonly doubled: readonly string[];
  /** Second roots that farmhand took away itself. */
  readonly removed: number;
  /** ms */
  readonly silence: number;
  /** From the beginning of the phase to the last thing that was told later than `late`; ms. */
  readonly backAfter: number;
  /** From the confirmation of a new alert to its root; ms. */
  readonly p50: number;
  readonly p99: number;
}

/** What is told later than this after it was sent counts as late; ms. */
const late = 2_000;
/** A channel may act before the broker's confirmation has reached the source; ms. */
const ahead = 1_000;

/** Pure: from what was sent and what Slack showed, the figures of each phase. */
export const judge = (said: readonly Said[], seen: Seen, phases: readonly Phase[]): readonly Figures[] => {
  const sayings = grouped(said);
  const acts = grouped(
    seen.acts.flatMap((act) => (act.series === undefined ? [] : [{ ...act, series: act.series }])),
  );
  const standing = grouped(seen.standing);
  const dues = [...sayings].flatMap(([series, all]) => duesOf(all, acts.get(series) ?? []));
  const ends = [...sayings].map(([series, all]) => ({
    series,
    at: all.at(-1)?.at ?? 0,
    end: endOf(all, standing.get(series) ?? []),
    doubled: doublesOf(all, standing.get(series) ?? []),
    lastAct: acts.get(series)?.at(-1)?.at ?? 0,
  }));
  const silences = longestSilence(dues, seen.acts);
  return phases.map((phase) => {
    const within = (at: number): boolean => at >= phase.from && at < phase.to;
    // What gets late does so in the phase in which it is not told in time.
    const here = dues.filter(({ from, until }) => within(until - from > late ? from + late : from));
    const waits = here.filter(({ isNew }) => isNew).map(({ from, until }) => until - from);
    const tardy = here.filter(({ from, until }) => until - from > late && Number.isFinite(until));
    const ended = ends.filter(({ at }) => within(at));
    return {
      phase,
      sent: said.filter(({ at }) => within(at)).length,
      alerts: said.filter(({ at, kind }) => kind === 'new' && within(at)).length,
      lost: ended.flatMap(({ series, end }) => (end.is === 'lost' ? [`${series}: ${end.why}`] : [])),
      gone: ended.filter(({ end }) => end.is === 'gone').length,
      doubled: ends
        .filter(({ lastAct }) => within(lastAct))
        .flatMap(({ series, doubled }) => doubled.map((what) => `${series}: ${what}`)),
      removed: seen.acts.filter(({ kind, at }) => kind === 'removed' && within(at)).length,
      silence: Math.max(
        0,
        ...silences.filter(({ from, to }) => within((from + to) / 2)).map(({ from, to }) => to - from),
      ),
      backAfter: Math.max(0, ...tardy.map(({ until }) => until - phase.from)),
      p50: percentile(waits, 50),
      p99: percentile(waits, 99),
    };
  });
};

const duesOf = (sayings: readonly Said[], acts: readonly Act[]): readonly Due[] => {
  const dues: Due[] = [];
  let next = Number.POSITIVE_INFINITY;
  // From the last to the first: what was overtaken by something newer counts as told with that.
  for (let i = sayings.length - 1; i >= 0; i--) {
    const saying = sayings[i];
    if (saying === undefined || saying.kind === 'repeat') continue;
    const shows = saying.kind === 'resolve' ? 'resolved' : 'firing';
    const told = acts.find(
      (act) =>
        (act.kind === 'root' || act.kind === 'update') &&
        act.at >= saying.at - ahead &&
        (act.shows === shows || saying.kind === 'new'),
    );
    const until = Math.min(told?.at ?? Number.POSITIVE_INFINITY, next);
    next = until;
    const heard = sayings.slice(i).find(({ gone }) => gone === undefined);
    if (heard === undefined) continue;
    // What was destroyed, and had been told before: it was heard after all.
    const from = Math.min(until < heard.at ? saying.at : heard.at, until);
    dues.push({ channel: saying.channel, isNew: saying.kind === 'new', from, until });
  }
  return dues;
};

type End = { readonly is: 'right' | 'gone' } | { readonly is: 'lost'; readonly why: string };

const endOf = (sayings: readonly Said[], standing: readonly Standing[]): End => {
  const roots = standing.flatMap((message) => (message.is === 'root' ? [message] : []));
  const [root] = roots;
  if (root === undefined) {
    return sayings.every(({ gone }) => gone !== undefined) ? { is: 'gone' } : { is: 'lost', why: 'no root' };
  }
  const last = sayings.findLastIndex(({ kind }) => kind !== 'repeat');
  const expected = sayings[last]?.kind === 'resolve' ? 'resolved' : 'firing';
  if (root.shows === expected) return { is: 'right' };
  const since = sayings.slice(last);
  const told = since.find(({ gone }) => gone === undefined);
  if (told === undefined && (since.some(({ gone }) => gone === 'topic') || root.shows === 'unknown'))
    return { is: 'gone' };
  return { is: 'lost', why: `its root says ${root.shows}, its source said ${expected}` };
};

const doublesOf = (sayings: readonly Said[], standing: readonly Standing[]): readonly string[] => {
  const roots = standing.filter(({ is }) => is === 'root').length;
  const lines = standing.flatMap((message) => (message.is === 'line' ? [message.text] : []));
  const found: string[] = [];
  if (roots > 1) found.push(`${roots} roots`);
  for (const [words, kind] of [
    [/^✅ Resolved(?! now)/, 'resolve'],
    [/^🔁 Fired again/, 'refire'],
  ] as const) {
    const told = lines.filter((text) => words.test(text)).length;
    const wanted = sayings.filter((saying) => saying.kind === kind).length;
    if (told > wanted) found.push(`${told} lines for ${wanted} × ${kind}`);
  }
  return found;
};

const grouped = <T extends { readonly series: string }>(
  all: readonly T[],
): ReadonlyMap<string, readonly T[]> => Map.groupBy(all, ({ series }) => series);
