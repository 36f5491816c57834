import { formatDuration } from '../../core/duration.ts';
import { counted } from '../../core/text.ts';
import { dayAndTime } from '../../core/time/clock-words.ts';
import type { AlertFigures, Made } from '../../report/alert-figures.ts';
import type { Change, ChangeKind } from '../../report/changes.ts';
import type { Rows, Times } from '../../report/figures.ts';
import type { RebuildFigures } from '../../report/rebuild-figures.ts';
import type { Report } from '../../report/report.ts';
import { basisLines, missingLines } from './basis.ts';

/** What a report says, however it is written down. Plain text; what comes from outside is as it came. */
export type ReportBlock =
  | { readonly is: 'lines'; readonly lines: readonly string[] }
  /** The first column is text, the others are figures. */
  | { readonly is: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

export interface Section {
  readonly title: string;
  readonly blocks: readonly ReportBlock[];
}

const none = '–';
const number = (count: number): string => count.toLocaleString('en');

/** Changes of a list that are said one by one. */
export interface HowMuch {
  readonly changes: number;
}

export const sectionsOf = (report: Report, { changes }: HowMuch): readonly Section[] => [
  { title: 'In short', blocks: [lines(inShort(report)), ...someLines(missingLines(report))] },
  { title: 'Alerts', blocks: alertBlocks(report) },
  { title: 'Response times', blocks: timeBlocks(report) },
  { title: 'Where alerts came from', blocks: originBlocks(report.alerts) },
  { title: 'Rebuilds', blocks: rebuildBlocks(report) },
  { title: 'Changes', blocks: changeBlocks(report, changes) },
  { title: 'farmhand itself', blocks: [lines(ownLines(report))] },
  { title: 'What this rests on', blocks: [lines(basisLines(report))] },
];

/** From when until when, compared with what, and for whom. */
export const headLines = (report: Report): readonly string[] => {
  const { period, madeAt, tier, people } = report;
  const { from, to, before, zone } = period;
  const hours = (ms: number): string => `${number(Math.round(ms / 36_000) / 100)} h`;
  const seen = tier === undefined ? 'All that is on record' : `Only what the tier ${tier} may see`;
  return [
    `${dayAndTime(from, zone)} to ${dayAndTime(to, zone)} (${hours(to - from)})`,
    `Compared with the ${hours(before.to - before.from)} from ${dayAndTime(before.from, zone)} on. Made ${dayAndTime(madeAt, zone)}.`,
    `Times are by the clocks of ${zone}. ${seen}; people are ${people ? '' : 'not '}named.`,
  ];
};

const lines = (all: readonly string[]): ReportBlock => ({ is: 'lines', lines: all });
const someLines = (all: readonly string[]): readonly ReportBlock[] => (all.length === 0 ? [] : [lines(all)]);
const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly ReportBlock[] =>
  rows.length === 0 ? [] : [{ is: 'table', head, rows }];

/** `+8 %`; how it differs where there is something to compare with. */
const changed = (now: number, before: number | undefined): string => {
  if (before === undefined || (before === 0 && now === 0)) return none;
  if (before === 0) return 'new';
  const percent = Math.round((100 * (now - before)) / before);
  return percent === 0 ? '±0 %' : `${percent > 0 ? '+' : '−'}${number(Math.abs(percent))} %`;
};

type Counted = readonly [label: string, now: number, before?: number | undefined];

const comparison = ({ period: { of } }: Report, rows: readonly Counted[]): readonly ReportBlock[] =>
  table(
    ['', of === 'time' ? 'period' : of, beforeWords[of], 'change'],
    rows.map(([label, now, before]) => [
      label,
      number(now),
      before === undefined ? none : number(before),
      changed(now, before),
    ]),
  );

const beforeWords = { week: 'week before', month: 'month before', time: 'before it' } as const;

const inShort = ({ alerts: a, rebuilds: r, changes, before }: Report): readonly string[] => {
  const trend =
    before.alerts && a.began !== before.alerts.began ? ` (${changed(a.began, before.alerts.began)})` : '';
  const { over, open } = a.neverAcknowledged;
  const { p50 } = a.toAcknowledge;
  const taken =
    p50 === undefined
      ? 'None was acknowledged.'
      : `Half of those acknowledged were so within ${time(p50)}; ${number(over + open)} were not at all.`;
  const ended = r.released + r.failed + r.cancelled;
  const all = changes.all.length + changes.more;
  const approved = changes.all.filter(({ approval }) => approval === 'approved').length;
  return [
    a.began === 0
      ? `No alert began to fire; ${number(a.openAfter)} fired at the end.`
      : `${counted(a.began, 'firing')} began${trend}; ${counted(a.openAfter, 'alert')} fired at the end. ${taken}`,
    r.started + ended + r.inFlight === 0
      ? 'No rebuild ran.'
      : `${counted(r.started, 'rebuild')} started, ${number(r.released)} released, ${number(r.failed)} failed, ${number(r.cancelled)} cancelled, ${number(r.inFlight)} in flight at the end.`,
    all === 0
      ? 'Nothing was changed.'
      : `${counted(all, 'change')}${changes.more > 0 ? '' : `, ${number(approved)} of them approved`}.`,
  ];
};

const alertBlocks = (report: Report): readonly ReportBlock[] => {
  const { alerts: a, before } = report;
  const b = before.alerts;
  const pages = (figures: AlertFigures): number => figures.pages.reduce((sum, [, count]) => sum + count, 0);
  const also: readonly Counted[] = [
    ['Calls because nobody reacted', a.escalations, b?.escalations],
    ['Reminders of whoever had it', a.reminders, b?.reminders],
    ['Pages', pages(a), b && pages(b)],
    ['Tickets', made(a.tickets), b && made(b.tickets)],
    ['Silences', made(a.silences), b && made(b.silences)],
    ['Jobs', made(a.tasks), b && made(b.tasks)],
  ];
  return [
    ...comparison(report, [
      ['Firings that began', a.began, b?.began],
      ['  of these again in their thread', a.refired, b?.refired],
      ['Firings that ended', a.resolved, b?.resolved],
      ['Fired at the beginning', a.openBefore, b?.openBefore],
      ['Fired at the end', a.openAfter, b?.openAfter],
      // What never happened is no news.
      ...also.filter(([, now, then = 0]) => now + then > 0),
    ]),
    ...table(
      ['by severity', 'began', 'ended', 'at begin', 'at end'],
      a.bySeverity.map((each) => [
        each.severity,
        ...[each.began, each.resolved, each.openBefore, each.openAfter].map(number),
      ]),
    ),
    ...someLines(
      made(a.tickets) + made(a.silences) + made(a.tasks) === 0
        ? []
        : [
            `Asked for by people: ${counted(a.tickets.byPeople, 'ticket')}, ${counted(a.silences.byPeople, 'silence')}, ${counted(a.tasks.byPeople, 'job')}; the others by routes.`,
          ],
    ),
    ...table(
      ['pager', 'pages'],
      a.pages.map(([name, count]) => [name, number(count)]),
    ),
  ];
};

const made = ({ byPeople, byRoutes }: Made): number => byPeople + byRoutes;

const time = (ms: number): string => (ms < 1_000 ? '< 1s' : formatDuration(ms));

const timeRow = (label: string, { count, p50, p90, worst }: Times): readonly string[] => [
  label,
  ...[p50, p90, worst].map((ms) => (ms === undefined ? none : time(ms))),
  number(count),
];

const timeHead = ['', 'half within', '9 in 10', 'longest', 'measured'];

const timeBlocks = (report: Report): readonly ReportBlock[] => {
  const { alerts: a, before, people, period } = report;
  const kinds = [
    ['Event to thread', 'toThread'],
    ['Thread to acknowledged', 'toAcknowledge'],
    ['Event to resolved', 'toResolve'],
  ] as const;
  const rows = kinds.flatMap(([label, of]) => [
    timeRow(label, a[of]),
    ...(before.alerts ? [timeRow(`  ${beforeWords[period.of]}`, before.alerts[of])] : []),
  ]);
  const { over, open } = a.neverAcknowledged;
  const { times, people: count, most, byPerson = [] } = a.taken;
  return [
    ...table(timeHead, rows),
    lines([
      `Never acknowledged: ${counted(over, 'firing')} that ended, ${number(open)} that went on at the end.`,
      ...(a.unseen > 0
        ? [
            `Besides, ${counted(a.unseen, 'firing')} that nobody could take: without a thread, or over before its turn.`,
          ]
        : []),
      ...(times > 0
        ? [
            `Alerts and groups were taken ${counted(times, 'time')} by ${count === 1 ? 'one person' : `${number(count)} people`}; whoever took most took ${number(most)}.`,
          ]
        : []),
    ]),
    ...(people ? table(['taken by', 'times'], named(byPerson)) : []),
  ];
};

const named = (rows: Rows): readonly (readonly string[])[] =>
  rows.map(([name, count]) => [name, number(count)]);

const originBlocks = (a: AlertFigures): readonly ReportBlock[] => {
  if (a.began === 0) return [lines(['No alert began to fire.'])];
  const share = (rows: Rows): readonly (readonly string[])[] =>
    rows.map(([name, count]) => [name, number(count), `${Math.round((100 * count) / a.began)} %`]);
  return [
    ...table(['noisiest names', 'firings', 'share'], share(a.noisiest)),
    ...table(['by service', 'firings', 'share'], share(a.byService)),
    ...table(['by route', 'firings', 'share'], share(a.byRoute)),
    ...(a.byTier.length > 1 ? table(['by tier', 'firings', 'share'], share(a.byTier)) : []),
  ];
};

const rebuildBlocks = (report: Report): readonly ReportBlock[] => {
  const { rebuilds: r, before, period } = report;
  const b = before.rebuilds;
  const count = (label: string, of: (figures: RebuildFigures) => number): Counted => [
    label,
    of(r),
    b && of(b),
  ];
  const rows = [
    count('Started', ({ started }) => started),
    count('  of these from an alert', ({ fromAlerts }) => fromAlerts),
    count('Released', ({ released }) => released),
    count('Failed', ({ failed }) => failed),
    count('Cancelled', ({ cancelled }) => cancelled),
    count('In flight at the end', ({ inFlight }) => inFlight),
    count('Farmer hours', ({ farmerHours }) => Math.round(farmerHours)),
    ...(r.cost
      ? [count(`Cost of farmers, ${r.cost.currency}`, ({ cost }) => Math.round(cost?.amount ?? 0))]
      : []),
    count('A person was needed', ({ interventions }) => interventions.asked),
    count('Approvals asked for', ({ approvals }) => approvals.asked),
    count('Overrides', ({ overrides }) => overrides.reduce((sum, [, each]) => sum + each, 0)),
    count('Broken glass', ({ brokenGlass }) => brokenGlass),
  ];
  if (rows.every(([, now, then = 0]) => now === 0 && then === 0)) return [lines(['No rebuild ran.'])];
  const waits = r.interventions.byCode.map(({ code, waited }) => timeRow(`  ${code}`, waited));
  return [
    ...comparison(report, rows),
    ...table(timeHead, [
      timeRow('A rebuild took', r.took),
      timeRow('An approval waited', r.approvals.waited),
      timeRow('A question waited', r.interventions.waited),
      ...waits,
    ]),
    ...someLines(openQuestions(r)),
    ...someLines([
      ...r.badEnds.map(
        ({ id, at, phase, step, reason }) =>
          `${dayAndTime(at, period.zone)}: ${id} ${phase}${step === undefined ? '' : ` in ${step}`}${reason === undefined ? '' : `: ${reason}`}`,
      ),
      ...(r.badEndsMore > 0 ? [`and ${number(r.badEndsMore)} more that did not end well.`] : []),
    ]),
    ...table(['override', 'times'], named(r.overrides)),
  ];
};

const openQuestions = ({ approvals, interventions, notReviewed }: RebuildFigures): readonly string[] => [
  ...(approvals.open + interventions.open > 0
    ? [
        `Not answered at the end: ${counted(approvals.open, 'approval')}, ${counted(interventions.open, 'question')}.`,
      ]
    : []),
  ...(notReviewed > 0 ? [`Broken glass that nobody had reviewed at the end: ${number(notReviewed)}.`] : []),
];

const kindWords: Readonly<Record<ChangeKind, string>> = {
  scale: 'scale',
  run: 'order to the engine',
  propagate: 'caches to a frontend',
  stop_run: 'stop of a run',
  override: 'override',
  break_glass: 'broken glass',
  silence: 'silence',
  freeze: 'freeze',
  thaw: 'thaw',
};

const changeBlocks = ({ changes: { all, more }, period }: Report, most: number): readonly ReportBlock[] => {
  if (all.length === 0) return [lines(['Nothing was changed.'])];
  const rows = Object.entries(kindWords).flatMap(([kind, words]) => {
    const of = all.filter((each) => each.kind === kind);
    const count = (fits: (change: Change) => boolean): string => number(of.filter(fits).length);
    if (of.length === 0) return [];
    return [
      [
        words,
        count(({ outcome }) => outcome === 'done'),
        count(({ outcome }) => outcome !== 'done'),
        count(({ approval }) => approval === 'approved'),
        count(({ approval }) => approval === 'glass'),
        count(({ approval }) => approval === 'none'),
      ],
    ];
  });
  const left = all.length - Math.min(all.length, most) + more;
  return [
    ...table(['kind', 'done', 'not done', 'approved', 'under glass', 'by one'], rows),
    lines([
      ...(left > 0 ? [`The last ${number(Math.min(all.length, most))}; --format json has up to 5,000:`] : []),
      ...all.slice(-most).map((change) => `${dayAndTime(change.at, period.zone)}: ${changeWords(change)}`),
    ]),
  ];
};

const approvalWords: Readonly<Record<Change['approval'], string>> = {
  approved: 'approved',
  glass: 'under a broken glass',
  none: '',
};

const changeWords = ({
  kind,
  what,
  where,
  of,
  outcome,
  approval,
  role,
  by,
  approvedBy,
  reason,
}: Change): string =>
  [
    `${kind === 'override' ? 'override ' : ''}${what}, ${where}`,
    ...(of === undefined ? [] : [of]),
    outcome === 'open' ? 'no outcome yet' : outcome,
    ...(by === undefined
      ? role === undefined
        ? []
        : [`role ${role}`]
      : [`by ${by}${role === undefined ? '' : ` as ${role}`}`]),
    ...(approvedBy === undefined ? [approvalWords[approval]] : [`approved by ${approvedBy}`]),
    ...(reason === undefined ? [] : [reason]),
  ]
    .filter((part) => part !== '')
    .join('; ');

const ownLines = ({ alerts: a, rebuilds: r, own }: Report): readonly string[] => {
  const rowsIn = (rows: Rows): string => rows.map(([name, count]) => `${name} ${number(count)}`).join(', ');
  const dead = own?.deadLetters.reduce((sum, [, count]) => sum + count, 0) ?? 0;
  return [
    a.failedActions.length === 0
      ? 'No action of an alert was given up.'
      : `Actions of alerts that were given up: ${rowsIn(a.failedActions)}.`,
    `Threads that no channel took: ${number(a.undeliverable)}; found again after their record was lost: ${number(a.adopted)}.`,
    `Tickets and comments of rebuilds that Jira did not take: ${number(r.ticketsRefused)}.`,
    ...(own
      ? [
          `Events that could not be read: ${number(dead)}${dead === 0 ? '' : ` (${rowsIn(own.deadLetters)})`} in Redis${own.deadLetterTopic === undefined ? '' : `; others are in the topic ${own.deadLetterTopic}: farmhand dead-letters list`}.`,
          `Records that are lost as of now: ${counted(own.lostThreads, 'thread')}, ${counted(own.lostRebuilds, 'rebuild')}.`,
        ]
      : []),
  ];
};
