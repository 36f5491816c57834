import type { AuditActor, AuditRecord } from '../../src/audit/record.ts';
import { isMade, moment, named, roleOf, row, safe, table } from './parts.ts';
import { orderWords, recordWords } from './record-words.ts';

/** Everybody who asked for something or approved it: who they are, by which role, and what they did. */
export const people = (records: readonly AuditRecord[]): string => {
  const all = new Map<string, readonly AuditRecord[]>();
  for (const record of records) {
    // That a glass closes by itself is nobody's deed.
    if (!asks.has(record.type) || record.command === undefined) continue;
    all.set(record.actor.id, [...(all.get(record.actor.id) ?? []), record]);
  }
  const rows = [...all.values()].map((theirs) => {
    const roles = new Set(theirs.flatMap((record) => roleOf(record) ?? []));
    const last = theirs.at(-1)?.actor ?? { id: '' };
    return row([
      safe(named(last)),
      safe(addressOf(last)),
      safe([...roles].join('; ') || 'none was needed, or none allowed it'),
      theirs.map((record) => safe(deedOf(record))).join('<br>'),
    ]);
  });
  const head = ['Who', 'E-mail, workspace', 'Role', 'What they did'];
  return rows.length === 0 ? '' : `<h2>People</h2>\n${table(head, rows)}`;
};

const asks: ReadonlySet<AuditRecord['type']> = new Set([
  'command',
  'command_refused',
  'command_denied',
  'approval',
  'break_glass',
]);

const addressOf = ({ email, team }: AuditActor): string =>
  [email, team].filter((part) => part !== undefined && part !== 'unknown').join(', ') || 'not known';

const deedOf = (record: AuditRecord): string => `${moment(record.time_utc).slice(11)} ${recordWords(record)}`;

/** What an approval was of: what was asked for beyond the plan and waited then, else the rebuild as a whole. */
export const approvedWords = (records: readonly AuditRecord[], approval: AuditRecord): string => {
  let waiting: readonly AuditRecord[] = [];
  for (const record of records) {
    if (record === approval) break;
    if (record.outcome === 'held') waiting = [...waiting, record];
    else if (record.type === 'approval' && isMade(record)) waiting = [];
  }
  return waiting.length === 0
    ? 'the rebuild as it was then'
    : waiting.map((record) => `${orderWords(record)}, asked for by ${named(record.actor)}`).join('; ');
};

/** Each approval and each attempt at one: of exactly what, by whom, and who had asked for it. */
export const approvals = (records: readonly AuditRecord[]): string => {
  const tries = records.filter(({ command }) => command?.['verb'] === 'approve');
  const asked = records.find(({ type, command }) => type === 'command' && command?.['verb'] === 'start');
  const rows = tries.map((record) =>
    row(
      [
        String(record.seq),
        safe(moment(record.time_utc)),
        safe(named(record.actor)),
        safe(roleOf(record) ?? 'none'),
        `${safe(approvedWords(records, record))}<br><code>${safe(String(record.command?.['hash'] ?? ''))}</code>`,
        safe(asked ? named(asked.actor) : 'not in these records'),
        safe(`${record.outcome}${record.error === undefined ? '' : `: ${record.error}`}`),
      ],
      isMade(record) ? '' : 'bad',
    ),
  );
  const head = [
    'No.',
    'When (UTC)',
    'Who',
    'As',
    'Of exactly what, and its hash',
    'Rebuild asked for by',
    'Outcome',
  ];
  return rows.length === 0
    ? '<h2>Approvals</h2>\n<p>No approval is in these records.</p>'
    : `<h2>Approvals</h2>\n<p>An approval counts for one hash: of all that was shown to whoever approved. Nobody approves what they asked for themselves.</p>\n${table(head, rows)}`;
};
