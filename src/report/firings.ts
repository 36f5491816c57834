import { openedLines } from '../alerts/evolve/evolve.ts';
import { remark } from '../alerts/messages/remarks.ts';
import type { Alert } from '../alerts/model/alert.ts';
import { type JournalEntry, partedJournal } from '../core/journal.ts';
import type { Building } from '../core/json.ts';
import { journalWords } from '../delivery/journal-words.ts';

/** One firing of an alert, as farmhand heard of it; ms by farmhand's clock. */
export interface Firing {
  /** Absent: it began before what is left of its journal. */
  readonly at?: number;
  /** It opened the alert; else the alert fired again. */
  readonly opens: boolean;
  /** When its thread was there; only of the one that opened it. */
  readonly thread?: number;
  /** When somebody took it first. */
  readonly ack?: number;
  readonly end?: number;
}

export interface AlertStory {
  readonly firings: readonly Firing[];
  /** All lines that are known, those that the record stands for included. */
  readonly lines: readonly JournalEntry[];
  /** The journal was cut then: what happened before is not known. ms */
  readonly cutAt?: number;
}

/** What happened to an alert, from its record and its journal. Pure. */
export const storyOf = (alert: Alert, journal: readonly JournalEntry[]): AlertStory => {
  const { lines: written, dropped } = partedJournal(journal);
  const isWritten = alert.opening === undefined || written.some(({ what }) => what === 'opened');
  const lines = isWritten ? written : [...openedLines(alert, alert.opening), ...written];
  const firings: Building<Firing>[] = [];
  for (const { at, what } of lines) {
    if (what === 'opened' || what === 'refired') {
      // It fires again, and nobody told the end of the one before.
      const before = firings.at(-1);
      if (before) before.end ??= at;
      firings.push({ at, opens: what === 'opened' });
      continue;
    }
    if (!happensToFiring.has(what)) continue;
    if (firings.length === 0) firings.push({ opens: false });
    const last = firings.at(-1);
    if (!last) continue;
    if (what === 'resolved') last.end ??= at;
    else if (what === journalWords.alert.opened) {
      if (last.opens) last.thread ??= at;
    } else if (last.end === undefined) last.ack ??= at;
  }
  const last = firings.at(-1);
  // It was over before anybody heard of it: its first event was its end.
  if (alert.status === 'resolved' && last?.end === undefined && last?.at !== undefined) last.end = last.at;
  return { firings, lines, ...(dropped && { cutAt: dropped.at }) };
};

const happensToFiring: ReadonlySet<string> = new Set([
  'resolved',
  'ack',
  'assign',
  journalWords.alert.opened,
]);

/** Of a member whose group somebody took: that is counted with the group. */
export const takenWithGroup = ({ what, why }: JournalEntry): boolean =>
  (what === 'ack' && why === remark({ code: 'with_group' })) ||
  (what === 'assign' && why?.endsWith(', with its group') === true);
