import { contentHash } from '../../core/hash.ts';
import { ownLine } from '../../core/journal.ts';
import { noted } from '../messages/notes.ts';
import type { Ticket, TicketDescription } from '../model/parts/told.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { hasEnded } from '../model/record.ts';
import { type Transition, writeOf } from '../model/transition.ts';
import type { TicketResult } from '../ports/ports.ts';
import { triesAfterTheEnd, waitAfter } from './try-again.ts';

/** Write farmhand's part of the description. `ifAbsent`: what is done where it is not found as it was written. */
export interface DescribeWork {
  readonly do: 'describe';
  /** Of what will be written. */
  readonly hash: string;
  readonly ifAbsent: 'append' | 'leave';
}

/** Stands for the description where entries have their number. */
export const descriptionNumber = -1;

/** It is not written more often than this, but at the end; ms. */
const describeEvery = 60_000;
/** So often it is tried before the closing report, which does not wait for ever. */
const beforeTheReport = 4;

const unknownYet: TicketDescription = { state: 'new', due: 0, tries: 0 };

const descriptionOf = ({ ticket }: Rebuild): TicketDescription => ticket.description ?? unknownYet;

/** Of all that the description shows of the record. */
export const descriptionHash = (rebuild: Rebuild): string => {
  const { plan, ticket, end, steps, farmers } = rebuild;
  return contentHash([
    [plan.hash, rebuild.by, rebuild.reason, rebuild.at, rebuild.plannedBy, rebuild.alert, rebuild.card.ts],
    [rebuild.approval, rebuild.confirmed, rebuild.adoptions],
    [rebuild.phase, end, rebuild.endedAt, farmers.target, farmers.minimum],
    steps.map(({ name, state, startedAt, endedAt, attempt }) => [name, state, startedAt, endedAt, attempt]),
    [ticket.rows, ticket.rowsCut, ticket.description?.since],
    ...(ticket.checkpoints ? [ticket.checkpoints] : []),
  ]);
};

/** When the description is to be written, ms; undefined: it shows what is on record, or is not farmhand's any more. */
export const descriptionDueAt = (rebuild: Rebuild): number | undefined => {
  const { ticket } = rebuild;
  if (ticket.state !== 'open') return undefined;
  // One that was over before there was such a part keeps the description it has.
  if (hasEnded(rebuild) && ticket.rows === undefined && ticket.entries.length === 0) return undefined;
  const { state, hash, due, tries } = descriptionOf(rebuild);
  if (state === 'left' || hash === descriptionHash(rebuild)) return undefined;
  return hasEnded(rebuild) && tries === 0 ? 0 : due;
};

/** The description now, where it is due; `report`: the closing report waits for it, but not for ever. */
export const describeStep = (rebuild: Rebuild, now: number, report: boolean): DescribeWork | undefined => {
  const due = descriptionDueAt(rebuild);
  const { state, tries } = descriptionOf(rebuild);
  if (due === undefined || due > now || (report && tries >= beforeTheReport)) return undefined;
  const ifAbsent = state === 'new' || state === 'gone' ? 'append' : 'leave';
  return { do: 'describe', hash: descriptionHash(rebuild), ifAbsent };
};

/** True while the closing report is better written after the description: then the ticket may be closed to changes. */
export const reportWaits = (rebuild: Rebuild): boolean =>
  descriptionDueAt(rebuild) !== undefined && descriptionOf(rebuild).tries < beforeTheReport;

/** The part of a ticket that was just raised with it. */
export const placedAt = (now: number): TicketDescription => ({
  state: 'placed',
  due: now + describeEvery,
  tries: 0,
});

const put = (rebuild: Rebuild, description: TicketDescription): Rebuild => {
  const { doubt: _, retryAt: __, ...rest }: Ticket = rebuild.ticket;
  return { ...rebuild, ticket: { ...rest, description } };
};

/** What came of it: nothing of the rebuild waits for it, and what is new to people is told once. */
export const settleDescription = (
  rebuild: Rebuild,
  work: DescribeWork,
  result: TicketResult,
  now: number,
  policy: RebuildPolicy,
): Transition => {
  const before = descriptionOf(rebuild);
  if (result.ok) return described(rebuild, before, work, result.absent === true, now);
  const { error } = result;
  const tries = before.tries + 1;
  const { hash: _, ...rest } = before;
  if (result.kind === 'refused' || (hasEnded(rebuild) && tries >= triesAfterTheEnd)) {
    const next = put(rebuild, { ...rest, hash: work.hash, due: now + describeEvery, tries: 0, error });
    if (before.error === error) return writeOf(next);
    return writeOf(
      noted(next, { code: 'description_refused', error, ticket: rebuild.ticket.key }, now),
      ownLine(now, 'ticket_description_refused', error),
    );
  }
  const due = now + waitAfter(tries, result, policy);
  return writeOf(put(rebuild, { ...before, due, tries }));
};

const described = (
  rebuild: Rebuild,
  before: TicketDescription,
  work: DescribeWork,
  absent: boolean,
  now: number,
): Transition => {
  const { error: _, hash: __, ...rest } = before;
  const { key } = rebuild.ticket;
  if (absent && work.ifAbsent === 'leave') {
    if (before.state === 'again') {
      const left = put(rebuild, { ...rest, state: 'left', due: now, tries: 0 });
      return writeOf(
        noted(left, { code: 'description_left', ticket: key }, now),
        ownLine(now, 'ticket_description_left', key),
      );
    }
    const gone = put(rebuild, { ...rest, state: 'gone', due: now, tries: 0 });
    return writeOf(
      noted(gone, { code: 'description_changed', ticket: key }, now),
      ownLine(now, 'ticket_description_changed', key),
    );
  }
  const state = before.state === 'gone' || before.state === 'again' ? 'again' : 'placed';
  return writeOf(put(rebuild, { ...rest, state, hash: work.hash, due: now + describeEvery, tries: 0 }));
};
