import { bySeverity } from '../../core/severity.ts';
import { remark } from '../messages/remarks.ts';
import type { Alert } from '../model/alert.ts';
import { addNote } from '../model/notes.ts';
import { escalateAnew } from './escalate.ts';

/** A firing is shown in the channel when it was over for so long, and this often at the most; ms. */
const worthFrom = 600_000;
const broadcastEvery = 3_600_000;

/** What fires again wants a thread of its own: the one before was not wanted, or no channel took it. */
export const wantsThreadAgain = ({ thread }: Alert): boolean =>
  thread.state === 'folded' || thread.state === 'failed';

/**
 * What follows when `before` fires again, as `fires` says: it is told of in its thread, or wants one, and people are called
 * anew. `because`: the event that says so; empty for a group. Pure; `now` in ms.
 */
export const firesAgain = (before: Alert, fires: Alert, now: number, because: string): Alert => {
  const { ack } = before;
  const broadcast = isWorthBroadcast(before, fires, now);
  const again = escalateAnew(fires, now, broadcast);
  if (wantsThreadAgain(before)) return { ...again, thread: { state: 'wanted', since: now, event: because } };
  return addNote(again, {
    kind: 'refired',
    at: fires.startsAt,
    ...(ack && { text: remark({ code: 'ack_outdated', who: ack.by.name ?? ack.by.id }) }),
    ...(broadcast && { broadcast }),
  });
};

/**
 * Whether the firing that follows `before` is worth a place in the channel: people have gone on to other things, or it is
 * worse than it was.
 */
const isWorthBroadcast = (before: Alert, next: Alert, now: number): boolean => {
  const { notify, endsAt = before.eventTime } = before;
  if (!notify?.broadcastRefire || now - (notify.broadcastAt ?? 0) < broadcastEvery) return false;
  return next.startsAt - endsAt >= worthFrom || bySeverity(next.severity, before.severity) < 0;
};
