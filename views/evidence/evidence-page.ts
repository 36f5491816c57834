import { auditCatalogue } from '../../src/audit/catalogue.ts';
import type { AuditRecord } from '../../src/audit/record.ts';
import { changes, intentsOf } from './changes.ts';
import { isMade, moment, named, roleOf, row, safe, table, who } from './parts.ts';
import { approvals, approvedWords, people } from './people.ts';
import { recordWords } from './record-words.ts';

export interface Evidence {
  /** What it is about, as it was asked for: `rebuild system6-20261120-1`. */
  readonly what: string;
  /** In the order of the chain; at least one. */
  readonly records: readonly AuditRecord[];
  /** Records about other things in between, which the chain needs. */
  readonly between: number;
  /** Those are left out: whoever reads this may not see them. */
  readonly withheld?: boolean;
  /** When it was taken out; ms. */
  readonly at: number;
  /** What verifying the records said then. */
  readonly verified?: string;
  readonly charts?: readonly EvidenceChart[];
}

export interface EvidenceChart {
  /** An SVG that loads nothing. */
  readonly svg: string;
  /** What it shows; plain text. */
  readonly says: string;
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
<p class="lead">${safe(moment(first.time_utc))} to ${safe(moment(last.time_utc))} UTC. Written by farmhand ${safe(last.software?.version ?? '')} on ${safe(moment(new Date(evidence.at).toISOString()))} UTC. farmhand rebuilds the in-memory cache of analytics clusters, asked by people in Slack; this page lists what was asked, decided, changed and refused. All times are UTC. <a href="#words">What the words mean</a> is at its end.</p>
${summary(records)}
${charts(evidence)}
${people(records)}
${approvals(records)}
${changes(records)}
${timeline(records)}
${controls(records)}
${integrity(evidence, first, last)}
${words}
</html>
`;
};

const summary = (records: readonly AuditRecord[]): string => {
  const [first] = records;
  const start = records.find(({ type, command }) => type === 'command' && command?.['verb'] === 'start');
  const approvals = records.filter(
    (record) => record.type === 'approval' && record.command?.['verb'] === 'approve' && isMade(record),
  );
  // Broken by a person, or reviewed by one; that it closes is in the list of everything.
  const glasses = records.filter(({ type, command }) => type === 'break_glass' && command !== undefined);
  const ends = records.filter(({ type, after }) => type === 'decision' && after?.['decided'] === 'phase');
  const end = ends.at(-1);
  const refused = records.filter(({ type }) => type === 'command_refused' || type === 'command_denied');
  // One that was held counts as well: what came of it stands among the approvals.
  const overrides = records.filter(
    (record) =>
      record.type === 'command' &&
      record.command?.['verb'] === 'override' &&
      (isMade(record) || record.outcome === 'held'),
  );
  const ticket = records.findLast(({ why }) => why?.ticket !== undefined)?.why?.ticket;
  const facts: (readonly [string, string])[] = [
    ...(first?.object.instance === undefined ? [] : [['Instance', first.object.instance] as const]),
    ...(start
      ? ([
          ['Asked for by', `${named(start.actor)}, ${moment(start.time_utc)} UTC${asRole(start)}`],
          ['Because', start.why?.reason ?? 'no reason was given'],
          ['What', recordWords(start)],
          ['Values', String(start.command?.['values'] ?? '')],
          ['Plan (SHA-256)', start.plan_hash ?? ''],
        ] as const)
      : []),
    ...approvals.map(
      (record) =>
        [
          'Approved by',
          `${named(record.actor)}, ${moment(record.time_utc)} UTC${asRole(record)}: ${approvedWords(records, record)}`,
        ] as const,
    ),
    ...glasses.map(
      (record) =>
        [
          record.command?.['verb'] === 'review' ? 'Reviewed by' : 'Glass broken by',
          `${named(record.actor)}, ${moment(record.time_utc)} UTC${asRole(record)}: ${String(record.command?.['says'] ?? record.why?.reason ?? 'no reason was given')}`,
        ] as const,
    ),
    ...(ticket === undefined ? [] : [['Ticket', ticket] as const]),
    ...(end ? [['Ended', `${recordWords(end)}, ${moment(end.time_utc)} UTC`] as const] : []),
    [
      'Overrides',
      overrides
        .map((record) => `${recordWords(record)} – ${named(record.actor)}${cameOf(records, record)}`)
        .join('; ') || 'none',
    ],
    ['Refused or denied', String(refused.length)],
  ];
  const rows = facts.map(([label, value]) => `<tr><th>${safe(label)}</th><td>${safe(value)}</td></tr>`);
  return `<h2>In short</h2>\n<table class="facts"><tbody>${rows.join('\n')}</tbody></table>`;
};

/** What came of an order that was held: the next approval was of all that waited. */
const cameOf = (records: readonly AuditRecord[], { outcome, seq }: AuditRecord): string => {
  if (outcome !== 'held') return '';
  const next = records.find((record) => record.seq > seq && record.type === 'approval' && isMade(record));
  if (!next) return '; nobody approved it';
  const how = next.command?.['verb'] === 'approve' ? 'approved' : 'taken back';
  return `; ${how} by ${named(next.actor)}, ${moment(next.time_utc)} UTC`;
};

const asRole = (record: AuditRecord): string => {
  const role = roleOf(record);
  return role === undefined ? '' : `, as ${role}`;
};

const charts = ({ charts: drawn = [] }: Evidence): string =>
  drawn.length === 0
    ? ''
    : `<h2>Charts</h2>\n${drawn.map(({ svg, says }) => `<figure role="img" aria-label="${safe(says)}">${svg}<figcaption>${safe(says)}</figcaption></figure>`).join('\n')}`;

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

const integrity = (
  { between, withheld, verified }: Evidence,
  first: AuditRecord,
  last: AuditRecord,
): string => {
  const others = withheld
    ? `; ${between} about other things are left out, and a line says where`
    : `, with ${between} about other things in between`;
  return `<h2>How to check this page</h2>
<p>The records are in <code>audit.ndjson</code>, numbers ${first.seq} to ${last.seq}${between === 0 ? '' : others}. Each carries the hash of the one before it, so none can be edited, removed or added unseen.${verified === undefined ? '' : ` When this page was written they were verified:`}</p>
${verified === undefined ? '' : `<pre>${verified.split('\n').map(safe).join('\n')}</pre>\n`}<p>To verify them again, with Node.js 18 or newer and nothing else:</p>
<pre>node verify.mjs audit.ndjson checkpoints.ndjson</pre>
<p>The last one has the hash <code>${last.hash}</code>. That nobody wrote all of it again shows only when it is compared with what is kept elsewhere${withheld && between > 0 ? '. So does what stands before a record that is left out' : ''}: whoever runs farmhand does that with <code>farmhand audit verify --against checkpoints.ndjson</code>.</p>`;
};

/** For somebody who has never seen farmhand. */
const words = `<h2 id="words">Words</h2>
<dl>
<dt>Instance</dt><dd>One analytics cluster, whose data is held in memory. It is described by a values file in a Git repository.</dd>
<dt>Rebuild</dt><dd>The work that makes the in-memory data of an instance from the beginning. It has ten steps, and a number of its own.</dd>
<dt>Farmers</dt><dd>Pods that are started for a rebuild, compute a share of the data each, and are taken down after it.</dd>
<dt>Synchronizer</dt><dd>The pod that leads the farmers; afterwards it may stay up as the guardian of the data.</dd>
<dt>Plan</dt><dd>What would be changed, from what to what, as it was shown before the start. Its hash (SHA-256) stands for all of it.</dd>
<dt>Override</dt><dd>An instruction that departs from the plan, given by a person with a reason.</dd>
<dt>Broken glass</dt><dd>For an emergency: for a limited time approvals, freeze windows and limits do not bar the person who broke it. Another person reviews what was done.</dd>
<dt>Refused, denied</dt><dd>Refused: the state of things did not allow it. Denied: no role of that person allows it. Nothing was changed in either case.</dd>
<dt>Intent, outcome</dt><dd>A change is written down before it is made (intent), and what came of it afterwards (outcome).</dd>
</dl>`;

const style = `
body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c;background:#fff}
h1{font-size:1.6rem;margin:0 0 .5rem}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}
.lead{color:#555;max-width:50rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #ddd;overflow-wrap:break-word}.facts td,td code{overflow-wrap:anywhere}
thead th{border-bottom:2px solid #888;white-space:nowrap}
.facts th{width:12rem;color:#555;font-weight:600}
figure{margin:1rem 0}figure svg{width:100%;height:auto}figcaption{color:#555;font-size:.9rem}
dt{font-weight:600;margin-top:.5rem}dd{margin:0 0 0 1rem;max-width:50rem}
tr.bad td{background:#fdf0ee}
code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{background:#f4f4f4;padding:.6rem;white-space:pre-wrap;overflow-wrap:anywhere}
small{color:#555}
@page{size:A4 landscape;margin:12mm}
@media print{body{margin:0;max-width:none;padding:0;font-size:12px}th,td{padding:.25rem .35rem;overflow-wrap:anywhere}thead th{white-space:normal}.wide{overflow:visible}tr,figure,pre{break-inside:avoid}h2{break-after:avoid}a{color:inherit;text-decoration:none}}
`;
