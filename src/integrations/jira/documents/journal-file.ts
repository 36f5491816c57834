import { sha256 } from '../../../core/hash.ts';
import { type DroppedLines, type JournalEntry, partedJournal } from '../../../core/journal.ts';
import { counted } from '../../../core/text.ts';
import { inRole } from '../../../rebuild/messages/authority.ts';
import type { Rebuild } from '../../../rebuild/model/rebuild.ts';

/** What is attached to a ticket. */
export interface JiraFile {
  readonly name: string;
  readonly type: 'image/png' | 'application/json' | 'application/zip';
  readonly bytes: Uint8Array;
}

export interface JournalFile extends JiraFile {
  /** Of the bytes; hex. */
  readonly hash: string;
  readonly entries: number;
  /** Why it is not all of it, as a sentence. */
  readonly lacks?: string;
}

/**
 * The journal of a rebuild up to its end, as a file that is the same whenever it is made: what is written while the ticket
 * is closed is no part of it. Its name carries the beginning of its hash.
 *
 * @param until when the closing report was written; ms
 * @param safe takes out what no ticket may hold; the hash is of what is attached
 */
export const journalFile = (
  rebuild: Rebuild,
  journal: readonly JournalEntry[],
  until: number,
  safe: (text: string) => string = (text) => text,
): JournalFile => {
  const { id, plan, phase, by, approval } = rebuild;
  const { lines: kept, dropped } = partedJournal(journal);
  const past = kept.filter(({ at }) => at <= until);
  const end = past.findLastIndex(({ what }) => what === phase);
  const lines = end < 0 ? past : past.slice(0, end + 1);
  const text = safe(
    JSON.stringify(
      {
        rebuild: id,
        instance: plan.instance.name,
        plan: plan.hash,
        requestedBy: inRole(by),
        ...(approval && { approvedBy: inRole(approval.by) }),
        ended: phase,
        ...(dropped && { dropped: { lines: dropped.count, says: lacking(dropped) } }),
        entries: lines.map(({ at, who, what, why }) => ({
          at: new Date(at).toISOString(),
          who,
          what,
          ...(why !== undefined && { why }),
        })),
      },
      null,
      1,
    ),
  );
  const bytes = Buffer.from(`${text}\n`, 'utf8');
  const hash = sha256(bytes);
  return {
    name: `${id}-journal-${hash.slice(0, 12)}.json`,
    type: 'application/json',
    bytes,
    hash,
    entries: lines.length,
    ...(dropped && { lacks: lacking(dropped) }),
  };
};

const lacking = ({ count, at }: DroppedLines): string =>
  `${counted(count, 'earlier line')} ${count === 1 ? 'was' : 'were'} dropped, the last on ${new Date(at).toISOString().slice(0, 10)}, since the journal was too long (rebuilds.journal_lines). What was asked, decided and changed is in the audit, all of it.`;
