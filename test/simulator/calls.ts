import type { Alert, Note } from '../../src/alerts/model/alert.ts';
import type { SimSlack } from './alerts/slack.ts';

/** What the writes of one alert said of who is to be called. */
export interface CallsHistory {
  /** When nobody was to be called any more; ms. */
  readonly ended: number[];
  /** When nobody had it any more, somebody else had, or it was over; ms. */
  readonly freed: number[];
  /** By the number of its note: when it was written, and in which wait for somebody to react. */
  readonly notes: Map<number, NoteWritten>;
}

interface NoteWritten {
  readonly at: number;
  readonly round: number;
  readonly kind: Note['kind'];
  /** Each time that it began to be on its way to Slack, until that was surely over; and whether it may be said in quiet hours. */
  readonly claims: { readonly at: number; readonly loud: boolean }[];
  claimed: boolean;
}

/** Longer than it takes from the claim of a reply to its arrival, also where it arrives late; ms. */
const onItsWay = 20_000;

const waits = ({ status, ack, silence }: Alert): boolean => status === 'firing' && !ack && !silence;
const isHad = ({ status, ack }: Alert): boolean => status === 'firing' && ack !== undefined;
/** One wait ends, and another begins, with each of these. */
const roundOf = ({ notify }: Alert): number => notify?.since ?? 0;

const noCalls = (): CallsHistory => ({ ended: [], freed: [], notes: new Map() });

/** Notes what a write means to those who are called. */
export const noteCalls = (
  all: Map<string, CallsHistory>,
  before: Alert | undefined,
  after: Alert,
  at: number,
): void => {
  if (!after.notify) return;
  const known = all.get(after.id) ?? noCalls();
  all.set(after.id, known);
  if (before?.id === after.id && waits(before) && !waits(after)) known.ended.push(at);
  const taken = before?.ack?.by.id !== after.ack?.by.id;
  if (before?.id === after.id && isHad(before) && (!isHad(after) || taken)) known.freed.push(at);
  const claimed = after.thread.state === 'open' ? (after.thread.posting?.through ?? 0) : 0;
  for (const { n, kind, to } of after.notes) {
    if (to && !known.notes.has(n))
      known.notes.set(n, { at, round: roundOf(after), kind, claims: [], claimed: false });
    const note = known.notes.get(n);
    if (!note) continue;
    if (n <= claimed && !note.claimed) note.claims.push({ at, loud: after.severity === 'critical' });
    note.claimed = n <= claimed;
  }
};

/** When nobody is to be mentioned; ms. Worked out by the simulator, from when its run began. */
export interface QuietSpan {
  readonly from: number;
  readonly until: number;
  /** Also what is critical. */
  readonly all: boolean;
}

/** What the clocks of two processes may differ by; ms. */
const skew = 2_000;

/** Nobody is mentioned in quiet hours, but for what is critical, and what was on its way when they began. */
const ofQuiet = (
  id: string,
  said: readonly { readonly at: number; readonly to: readonly string[]; readonly known: NoteWritten }[],
  { from, until, all }: QuietSpan,
): readonly string[] =>
  said.flatMap(({ at, to, known }) => {
    const claim = known.claims.findLast((one) => one.at <= at);
    const held = claim !== undefined && (all || !claim.loud);
    const inIt = claim !== undefined && claim.at > from + skew && claim.at < until - skew;
    return held && inIt && at < until - skew && !deliberate.has(known.kind)
      ? [`I12 ${id}: mentioned ${to.join(' ')} at ${at}, in quiet hours`]
      : [];
  });

/** Somebody gives it to a colleague. */
const deliberate: ReadonlySet<Note['kind']> = new Set(['assigned']);

/** Whoever has it is reminded no sooner than after so long, and so once of what was held. */
const ofReminders = (
  id: string,
  reminders: readonly NoteWritten[],
  { remind = 0 }: NonNullable<Alert['notify']>,
  freed: readonly number[],
): readonly string[] =>
  reminders.flatMap(({ at, round }, i) => {
    const before = reminders[i - 1];
    if (!before || before.round !== round || at - before.at >= remind - skew) return [];
    return freed.some((end) => end >= before.at && end <= at)
      ? []
      : [`I12 ${id}: reminded at ${before.at}, and again at ${at}`];
  });

/**
 * Who is called while nobody reacts: each step once for each time that it begins, nobody after an acknowledgement, and
 * everybody where nobody reacts.
 */
export const ofCalls = (
  alert: Alert,
  all: ReadonlyMap<string, CallsHistory>,
  slack: SimSlack,
  quiet?: QuietSpan,
): readonly string[] => {
  const { id, notify, thread } = alert;
  const { ended, freed, notes: written } = all.get(id) ?? noCalls();
  const said = slack.posted
    .filter(({ key }) => key.kind === 'note' && key.id.startsWith(`${id}#`))
    .flatMap(({ notes, at, ts }) =>
      notes.flatMap(({ n, to }) => {
        const known = written.get(n);
        return to && known ? [{ ts, at, to, known }] : [];
      }),
    );
  const calls = said.filter(({ known }) => known.kind === 'nobody_reacts');
  const found: string[] = [];
  // What was one too many, and taken back, may have called people a second time: see docs/failure-modes.md.
  const there = <T extends { readonly ts: string }>(some: readonly T[]): readonly T[] =>
    some.filter(({ ts }) => slack.messages.has(ts));
  for (const [round, same] of Map.groupBy(there(calls), ({ known }) => known.round)) {
    const whom = same.flatMap(({ to }) => to);
    if (new Set(whom).size !== whom.length)
      found.push(`I12 ${id}: called ${whom.join(' ')} in round ${round}`);
  }
  for (const { at, to, known } of said) {
    const over = known.kind === 'nobody_reacts' ? ended : freed;
    // It was taken from somebody else with the write that gave it to them.
    const from = known.kind === 'assigned' ? known.at + 1 : known.at;
    const reacted = over.find((end) => end >= from && end < at - onItsWay);
    if (reacted)
      found.push(`I12 ${id}: called ${to.join(' ')} at ${at}, and nobody was to be from ${reacted}`);
  }
  if (quiet && notify?.quiet) found.push(...ofQuiet(id, said, quiet));
  const reminders = new Set(there(said).flatMap(({ known }) => (known.kind === 'still_open' ? known : [])));
  if (notify)
    found.push(
      ...ofReminders(
        id,
        [...reminders].toSorted((a, b) => a.at - b.at),
        notify,
        freed,
      ),
    );
  if (!notify || thread.state !== 'open' || !waits(alert)) return found;
  const round = roundOf(alert);
  const called = new Set(calls.filter(({ known }) => known.round === round).flatMap(({ to }) => to));
  const missing = notify.steps.flatMap(({ mention }) => mention).filter((whom) => !called.has(whom));
  if (missing.length > 0) found.push(`I12 ${id}: nobody reacts, and ${missing.join(' ')} was not called`);
  return found;
};
