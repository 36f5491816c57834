import { auditCatalogue } from '../../src/audit/catalogue.ts';
import type { AuditActor, AuditRecord } from '../../src/audit/record.ts';
import { xml } from '../charts/svg.ts';
import { recordWords } from './record-words.ts';

export interface Evidence {
  /** What it is about, as it was asked for: `rebuild system6-20261120-1`. */
  readonly what: string;
  /** In the order of the chain; at least one. */
  readonly records: readonly AuditRecord[];
  /** Records about other things in between, which the chain needs. */
  readonly between: number;
  /** When it was taken out; ms. */
  readonly at: number;
}

/** An evidence pack on one page: self-contained HTML without scripts, nothing loaded from anywhere. */
export const evidencePage = (evidence: Evidence): string => {
  const { what, records } = evidence;
  const [first] = records;
  const last = records.at(-1);
  if (!first || !last) return '';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Evidence: ${safe(what)}</title>
<style>${style}</style>
<h1>Evidence: ${safe(what)}</h1>
<p class="lead">${safe(moment(first.time_utc))} to ${safe(moment(last.time_utc))} UTC. Written by farmhand ${safe(last.software?.version ?? '')} on ${safe(moment(new Date(evidence.at).toISOString()))} UTC. farmhand rebuilds the in-memory cache of analytics clusters, asked by people in Slack; this page lists what was asked, decided, changed and refused.</p>
${summary(records)}
${changes(records)}
${timeline(records)}
${controls(records)}
${integrity(evidence, first, last)}
</html>
`;
};

/** Longer than any text of a record. */
const longest = 10_000;

/** Nothing of a record is markup, or turns the reading direction. */
const safe = (text: string): string => xml(text, longest);

const moment = (time: string): string => time.replace('T', ' ').replace(/(\.\d+)?Z$/, '');

const named = ({ id, name }: AuditActor): string => (name === undefined ? id : `${name} (${id})`);

const who = ({ actor, on_behalf_of }: AuditRecord): string =>
  on_behalf_of === undefined ? named(actor) : `${named(actor)}, for ${named(on_behalf_of)}`;

const isMade = ({ outcome }: AuditRecord): boolean => outcome === 'done' || outcome === 'already';

const row = (cells: readonly string[], kind = ''): string =>
  `<tr${kind === '' ? '' : ` class="${kind}"`}>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;

const table = (head: readonly string[], rows: readonly string[]): string =>
  `<div class="wide"><table><thead><tr>${head.map((cell) => `<th>${cell}</th>`).join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;

const summary = (records: readonly AuditRecord[]): string => {
  const start = records.find(({ type, command }) => type === 'command' && command?.['verb'] === 'start');
  const approvals = records.filter(
    (record) => record.type === 'approval' && record.command?.['verb'] === 'approve' && isMade(record),
  );
  const ends = records.filter(({ type, after }) => type === 'decision' && after?.['decided'] === 'phase');
  const end = ends.at(-1);
  const refused = records.filter(({ type }) => type === 'command_refused' || type === 'command_denied');
  const overrides = records.filter(
    (record) => record.type === 'command' && record.command?.['verb'] === 'override' && isMade(record),
  );
  const ticket = records.findLast(({ why }) => why?.ticket !== undefined)?.why?.ticket;
  const facts: (readonly [string, string])[] = [
    ...(start
      ? ([
          ['Asked for by', `${named(start.actor)}, ${moment(start.time_utc)} UTC${roleOf(start)}`],
          ['Because', start.why?.reason ?? 'no reason was given'],
          ['What', recordWords(start)],
          ['Values', String(start.command?.['values'] ?? '')],
          ['Plan (SHA-256)', start.plan_hash ?? ''],
        ] as const)
      : []),
    ...approvals.map(
      (record) =>
        ['Approved by', `${named(record.actor)}, ${moment(record.time_utc)} UTC${roleOf(record)}`] as const,
    ),
    ...(ticket === undefined ? [] : [['Ticket', ticket] as const]),
    ...(end ? [['Ended', `${recordWords(end)}, ${moment(end.time_utc)} UTC`] as const] : []),
    ['Overrides', String(overrides.length)],
    ['Refused or denied', String(refused.length)],
  ];
  const rows = facts.map(([label, value]) => `<tr><th>${safe(label)}</th><td>${safe(value)}</td></tr>`);
  return `<h2>In short</h2>\n<table class="facts"><tbody>${rows.join('\n')}</tbody></table>`;
};

const roleOf = ({ authz }: AuditRecord): string =>
  authz?.role === undefined
    ? ''
    : `, as ${authz.role}${authz.through === undefined ? '' : ` through ${authz.through}`}`;

const intentsOf = (records: readonly AuditRecord[]): ReadonlyMap<string, AuditRecord> =>
  new Map(
    records.flatMap((record) =>
      record.type === 'change_intent' && record.action_id !== undefined ? [[record.action_id, record]] : [],
    ),
  );

const changes = (records: readonly AuditRecord[]): string => {
  const outcomes = records.filter(({ type }) => type === 'change_outcome');
  const rows = [...intentsOf(records)].map(([action, intent]) => {
    const outcome = outcomes.findLast(({ action_id }) => action_id === action);
    const approved = (intent.approval ?? []).map(({ by }) => named(by)).join(', ');
    const ended = outcome === undefined ? 'no outcome yet' : outcome.outcome;
    const made = outcome?.after?.['id'];
    return row(
      [
        String(intent.seq),
        safe(moment(intent.time_utc)),
        safe(recordWords(intent).replace(/^About to change: /, '')),
        safe(intent.on_behalf_of ? named(intent.on_behalf_of) : named(intent.actor)),
        safe(approved === '' ? 'not asked for' : approved),
        safe(
          `${ended}${made === undefined ? '' : ` (${made})`}${outcome?.error === undefined ? '' : `: ${outcome.error}`}`,
        ),
      ],
      ended === 'done' ? '' : 'bad',
    );
  });
  const head = ['No.', 'When (UTC)', 'What was changed', 'For', 'Approved by', 'How it ended'];
  return rows.length === 0
    ? '<h2>Changes</h2>\n<p>Nothing was changed.</p>'
    : `<h2>Changes</h2>\n<p>Each was on record before it was made.</p>\n${table(head, rows)}`;
};

const timeline = (records: readonly AuditRecord[]): string => {
  const intents = intentsOf(records);
  const rows = records.map((record) => {
    const words = recordWords(record, intents.get(record.action_id ?? '') ?? record);
    const why = record.type === 'command' || record.type === 'approval' ? record.why?.reason : undefined;
    const bad = ['denied', 'refused', 'failed', 'unknown'].includes(record.outcome);
    const cells = [
      String(record.seq),
      safe(moment(record.time_utc)),
      safe(who(record)),
      `${safe(words)}${why === undefined ? '' : `<br><small>Because: ${safe(why)}</small>`}`,
      safe(record.outcome),
    ];
    return row(cells, bad ? 'bad' : '');
  });
  return `<h2>Everything, in order</h2>\n${table(['No.', 'When (UTC)', 'Who', 'What', 'Outcome'], rows)}`;
};

const controls = (records: readonly AuditRecord[]): string => {
  const rows = Object.entries(auditCatalogue).flatMap(([type, { says, controls: serves }]) => {
    const count = records.filter((record) => record.type === type).length;
    return count === 0 ? [] : [row([`<code>${type}</code>`, String(count), safe(says), serves.join(', ')])];
  });
  const head = ['Record', 'Here', 'What it says', 'Serves (NIST SP 800-53)'];
  return `<h2>Controls</h2>\n${table(head, rows)}`;
};

const integrity = ({ between }: Evidence, first: AuditRecord, last: AuditRecord): string =>
  `<h2>How to check this page</h2>
<p>The records are in <code>audit.ndjson</code>, numbers ${first.seq} to ${last.seq}${between === 0 ? '' : `, with ${between} about other things in between`}. Each carries the hash of the one before it. With Node.js 18 or newer, and nothing else:</p>
<pre>node verify.mjs audit.ndjson checkpoints.ndjson</pre>
<p>The last one has the hash <code>${last.hash}</code>: compare it with what is kept elsewhere.</p>`;

const style = `
body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c;background:#fff}
h1{font-size:1.6rem;margin:0 0 .5rem}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}
.lead{color:#555;max-width:50rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #ddd;overflow-wrap:anywhere}
thead th{border-bottom:2px solid #888;white-space:nowrap}
.facts th{width:12rem;color:#555;font-weight:600}
td:nth-child(2){white-space:nowrap}.facts td{white-space:normal}
tr.bad td{background:#fdf0ee}
td code{white-space:nowrap}code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{background:#f4f4f4;padding:.6rem}
small{color:#555}
@media print{body{margin:0;max-width:none}tr{break-inside:avoid}}
`;
