import type { HandoverSchedule } from '../core/time/handover-times.ts';
import type { MessageState } from '../delivery/message.ts';

/**
 * What is on record of a schedule: its newest handover. How it moves:
 *
 *     (none) → over       the schedule is new: what was due before is none of its
 *     over → due          its time has come, or came while nobody was there, and is not too long ago
 *     due → over          it is in Slack; or its time is too long ago, and surely it is not there
 */
export interface HandoverRecord {
  readonly name: string;
  readonly version: number;
  /** When it was due; ms. */
  readonly due: number;
  /** Open once it is in Slack. Absent: it was not to be posted, or not any more. */
  readonly message?: MessageState;
  /** How it ended. */
  readonly ended?: 'posted' | 'missed' | 'none';
}

export type HandoverDecision =
  | { readonly do: 'nothing' }
  /** Goes on record, if nobody was faster. `missed`: when one was due that is not posted. */
  | { readonly do: 'save'; readonly record: HandoverRecord; readonly missed?: number }
  | { readonly do: 'deliver'; readonly record: HandoverRecord };

/** What is to be done now. Pure; `due`: the newest time of its schedule, ms. */
export const decideHandover = (
  record: HandoverRecord | undefined,
  { name, channel, late }: Pick<HandoverSchedule, 'name' | 'channel' | 'late'>,
  due: number,
  now: number,
): HandoverDecision => {
  if (!record) return { do: 'save', record: { name, version: 0, due, ended: 'none' } };
  const { message } = record;
  if (message && message.state !== 'open') {
    const isTooLate = now > record.due + late && message.posting === undefined;
    return isTooLate
      ? { do: 'save', record: withoutMessage(record), missed: record.due }
      : { do: 'deliver', record };
  }
  if (due <= record.due) {
    // What an earlier try has posted may have come late: a second one is taken away.
    return message?.showAgainAt === undefined ? { do: 'nothing' } : { do: 'deliver', record };
  }
  const next = { name, version: record.version, due };
  return now > due + late
    ? { do: 'save', record: { ...next, ended: 'missed' }, missed: due }
    : { do: 'save', record: { ...next, message: firstOf(channel, due, now) } };
};

/**
 * One that is late may have been posted by somebody whose records are not these: a copy that was put back, or another region. It
 * is looked for first.
 */
const firstOf = (channel: string, due: number, now: number): MessageState =>
  now - due <= onTime
    ? { channel, state: 'wanted' }
    : { channel, state: 'posting', posting: { through: 0, since: due, claim: 'late', lookAt: now } };
const onTime = 30_000;

/** Nobody wants it in the channel any more: what may be there already is still looked for. */
export const isInTime = ({ due }: HandoverRecord, late: number, now: number): boolean => now <= due + late;

const withoutMessage = ({ message: _, ...record }: HandoverRecord): HandoverRecord => ({
  ...record,
  ended: 'missed',
});

/** What it is looked up by: of each time of a schedule there is one. */
export const handoverKey = ({ name, due }: Pick<HandoverRecord, 'name' | 'due'>): string =>
  `${name}-${due.toString(36)}`;
