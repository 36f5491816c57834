import type { AuditFacts, AuditRecord } from '../../src/audit/record.ts';
import { isMade, moment, named, row, safe, table } from './parts.ts';
import { recordWords } from './record-words.ts';

/** By the id that joins the intent of a change with its outcome. */
export const intentsOf = (records: readonly AuditRecord[]): ReadonlyMap<string, AuditRecord> =>
  new Map(
    records.flatMap((record) =>
      record.type === 'change_intent' && record.action_id !== undefined ? [[record.action_id, record]] : [],
    ),
  );

/** Every change of the world: from what to what, for whom, approved by whom, and how it ended. */
export const changes = (records: readonly AuditRecord[]): string => {
  const outcomes = records.filter(({ type }) => type === 'change_outcome');
  const rows = [...intentsOf(records)].map(([action, intent]) => {
    const outcome = outcomes.findLast(({ action_id }) => action_id === action);
    const approved = (intent.approval ?? []).map(({ by }) => named(by)).join(', ') || 'not asked for';
    const glass = intent.correlation?.['glass'];
    const ended = outcome === undefined ? 'no outcome yet' : outcome.outcome;
    const made = outcome?.after?.['id'];
    return row(
      [
        String(intent.seq),
        safe(moment(intent.time_utc)),
        safe(recordWords(intent).replace(/^About to change: /, '')),
        safe(sideOf(intent.before)),
        safe(sideOf(intent.after)),
        safe(intent.on_behalf_of ? named(intent.on_behalf_of) : named(intent.actor)),
        safe(
          glass === undefined
            ? approved
            : `nobody: made under broken glass ${glass}, where no approval is asked for`,
        ),
        safe(
          `${ended}${made === undefined ? '' : ` (${made})`}${outcome?.error === undefined ? '' : `: ${outcome.error}`}`,
        ),
      ],
      outcome && isMade(outcome) ? '' : 'bad',
    );
  });
  const head = [
    'No.',
    'When (UTC)',
    'What was changed',
    'Before',
    'After',
    'For',
    'Approved by',
    'How it ended',
  ];
  return rows.length === 0
    ? '<h2>Changes</h2>\n<p>Nothing was changed.</p>'
    : `<h2>Changes</h2>\n<p>Each was on record before it was made. The word in brackets is what the changed system calls it: a version, or a commit.</p>\n${table(head, rows)}`;
};

/** One side of a change in a word or two. */
const sideOf = (facts: AuditFacts = {}): string => {
  const { replicas, ordered } = facts;
  if (replicas !== undefined) return `${replicas} ${replicas === 1 ? 'pod' : 'pods'}`;
  if (ordered !== undefined) return ordered === true ? 'ordered' : 'not ordered';
  return '–';
};
