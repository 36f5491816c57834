import { type JournalEntry, partedJournal } from '../core/journal.ts';
import type { Price } from '../rebuild/model/parts/kept.ts';
import type { InterventionCode } from '../rebuild/model/parts/step.ts';
import type { Rebuild } from '../rebuild/model/rebuild.ts';
import { endedAt, hasEnded } from '../rebuild/model/record.ts';
import { createTally, type Rows, spreadOf, type Times } from './figures.ts';
import type { Span } from './period.ts';

export interface RebuildFigures {
  readonly started: number;
  /** Of these, from an alert. */
  readonly fromAlerts: number;
  readonly forced: number;
  readonly released: number;
  readonly failed: number;
  readonly cancelled: number;
  /** When the time ended. */
  readonly inFlight: number;
  /** From asked for to over, of those that ended; pauses included. */
  readonly took: Times;
  /** Those that did not end well, the oldest first. */
  readonly badEnds: readonly BadEnd[];
  readonly badEndsMore: number;
  /** Farmers that were asked for, times how long. */
  readonly farmerHours: number;
  /** By the price that the config names now; absent where it names none. */
  readonly cost?: { readonly amount: number; readonly currency: string };
  readonly approvals: Questions;
  /** Without approvals; the most frequent first. */
  readonly interventions: Questions & { readonly byCode: readonly (Questions & { readonly code: string })[] };
  readonly overrides: Rows;
  readonly brokenGlass: number;
  readonly notReviewed: number;
  readonly tickets: number;
  /** Tickets and comments that Jira did not take. */
  readonly ticketsRefused: number;
  readonly journalsCut: number;
}

export interface BadEnd {
  readonly id: string;
  readonly at: number;
  readonly phase: 'failed' | 'cancelled';
  /** The step it was in, and why: plain text. */
  readonly step?: string;
  readonly reason?: string;
}

export interface Questions {
  readonly asked: number;
  /** How long those waited that were answered, or answered themselves. */
  readonly waited: Times;
  /** When the time ended. */
  readonly open: number;
}

const badEndsAtMost = 50;
const hour = 3_600_000;

/** Takes in one rebuild after another, each once. */
export const createRebuildFigures = (span: Span, price: Price | undefined) => {
  const { from, to } = span;
  const counts = { started: 0, fromAlerts: 0, forced: 0, released: 0, failed: 0, cancelled: 0, inFlight: 0 };
  const more = {
    badEndsMore: 0,
    brokenGlass: 0,
    notReviewed: 0,
    tickets: 0,
    ticketsRefused: 0,
    journalsCut: 0,
  };
  const took: number[] = [];
  const badEnds: BadEnd[] = [];
  const overrides = createTally();
  const asked = new Map<string, { asked: number; waited: number[]; open: number }>();
  let farmerMs = 0;
  const isIn = (at: number): boolean => at >= from && at < to;

  const questions = (lines: readonly JournalEntry[], over: number): void => {
    for (const [i, { at, what }] of lines.entries()) {
      if (!what.startsWith('ask_') || !isIn(at)) continue;
      const code = what.slice('ask_'.length);
      const known = asked.get(code) ?? { asked: 0, waited: [], open: 0 };
      asked.set(code, known);
      known.asked += 1;
      const answered = Math.min(lines.slice(i + 1).find((line) => answers(what, line))?.at ?? over, over);
      if (answered < to) known.waited.push(answered - at);
      else known.open += 1;
    }
  };

  const ended = ({ id, phase, end }: Rebuild, over: number): void => {
    if (phase === 'released') counts.released += 1;
    if (phase !== 'failed' && phase !== 'cancelled') return;
    counts[phase] += 1;
    if (badEnds.length >= badEndsAtMost) more.badEndsMore += 1;
    else badEnds.push({ id, at: over, phase, ...(end && { step: end.step, reason: end.reason }) });
  };

  const add = (rebuild: Rebuild, journal: readonly JournalEntry[]): void => {
    const { at, alert, plan, glass = [] } = rebuild;
    const over = hasEnded(rebuild) ? endedAt(rebuild) : Number.POSITIVE_INFINITY;
    if (at >= to || over < from) return;
    const { lines, dropped } = partedJournal(journal);
    if (dropped && dropped.at >= from) more.journalsCut += 1;
    if (at >= from) {
      counts.started += 1;
      if (alert !== undefined) counts.fromAlerts += 1;
      if (plan.forced) counts.forced += 1;
    }
    if (over >= to) counts.inFlight += 1;
    else {
      took.push(over - at);
      ended(rebuild, over);
    }
    for (const each of rebuild.overrides) if (isIn(each.at)) overrides.add(each.kind.replaceAll('_', ' '));
    for (const each of glass.filter((broken) => isIn(broken.at))) {
      more.brokenGlass += 1;
      if (each.review === undefined || each.review.at >= to) more.notReviewed += 1;
    }
    more.tickets += lines.filter((line) => line.what === 'ticket_raised' && isIn(line.at)).length;
    more.ticketsRefused += lines.filter((line) => refused.has(line.what) && isIn(line.at)).length;
    farmerMs += farmerMsOf(rebuild, span, over);
    questions(lines, over);
  };

  const figures = (): RebuildFigures => {
    const all = [...asked].map(([code, each]) => ({ code, ...each }));
    const interventions = all.filter(({ code }) => code !== approval);
    const farmerHours = farmerMs / hour;
    return {
      ...counts,
      ...more,
      took: spreadOf(took),
      badEnds: badEnds.toSorted((a, b) => a.at - b.at),
      farmerHours,
      ...(price && { cost: { amount: farmerHours * price.cost, currency: price.currency } }),
      approvals: questionsOf(all.filter(({ code }) => code === approval)),
      interventions: {
        ...questionsOf(interventions),
        byCode: interventions
          .map((each) => ({ code: each.code.replaceAll('_', ' '), ...questionsOf([each]) }))
          .toSorted((a, b) => b.asked - a.asked || (a.code < b.code ? -1 : 1)),
      },
      overrides: overrides.rows(),
    };
  };
  return { add, figures };
};

const refused: ReadonlySet<string> = new Set(['ticket_failed', 'ticket_refused', 'ticket_comment_refused']);
const approval: InterventionCode = 'approval';

const questionsOf = (
  all: readonly { readonly asked: number; readonly waited: readonly number[]; readonly open: number }[],
): Questions => ({
  asked: all.reduce((sum, each) => sum + each.asked, 0),
  waited: spreadOf(all.flatMap(({ waited }) => waited)),
  open: all.reduce((sum, each) => sum + each.open, 0),
});

/** What ends the wait for an answer: a person's order, that it goes on or ends by itself, or another question. */
const answers = (question: string, { who, what }: JournalEntry): boolean => {
  if (what === 'goes_on' || what === 'failing' || what.startsWith('begin_')) return true;
  if (what.startsWith('ask_')) return what !== question;
  return who !== 'farmhand' && (orders.has(what) || what.startsWith('override_'));
};
const orders: ReadonlySet<string> = new Set([
  'approve',
  'retry',
  'cancel',
  'resume',
  'scale',
  'withdraw',
  'give_up',
]);

/** Farmers that were asked for, times how long, within the span; ms. */
const farmerMsOf = ({ effects }: Rebuild, { from, to }: Span, over: number): number => {
  let [farmers, since, sum] = [0, from, 0];
  const until = (at: number): void => {
    const end = Math.min(at, to, over);
    sum += farmers * Math.max(0, end - Math.max(since, from));
    since = Math.max(since, at);
  };
  for (const { effect, state, at, arrivedAt, endedAt: done } of effects) {
    if (effect.kind !== 'scale' || effect.role !== 'farmer' || state !== 'done') continue;
    until(arrivedAt ?? done ?? at);
    farmers = effect.to;
  }
  until(to);
  return sum;
};
