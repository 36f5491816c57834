import { oneLine } from '../../core/text.ts';
import type { AlertFigures } from '../../report/alert-figures.ts';
import type { Rows, Times } from '../../report/figures.ts';
import type { Questions, RebuildFigures } from '../../report/rebuild-figures.ts';
import type { Report } from '../../report/report.ts';

type Figure = readonly [figure: string, name: string, unit: string, value: number];

/** One figure a line, with that of the time before beside it: for a spreadsheet. The changes one by one are in the JSON. */
export const reportCsv = ({ period, alerts, rebuilds, before, own }: Report): string => {
  const then = new Map(
    [
      ...(before.alerts ? alertRows(before.alerts) : []),
      ...(before.rebuilds ? rebuildRows(before.rebuilds) : []),
    ].map(([figure, name, , value]) => [`${figure}\n${name}`, value]),
  );
  const known = (figure: string): boolean =>
    figure.startsWith('alerts') ? before.alerts !== undefined : before.rebuilds !== undefined;
  const rows = [
    ...alertRows(alerts),
    ...rebuildRows(rebuilds),
    ...(own ? named('own.dead_letters', own.deadLetters) : []),
  ];
  const [from, to] = [period.from, period.to].map((ms) => new Date(ms).toISOString());
  return [
    ['from', 'to', 'figure', 'name', 'unit', 'value', 'before'],
    ...rows.map(([figure, name, unit, value]) => {
      // Of a list only the most frequent are kept: a name that is not in that of the time before may have been there.
      const old = then.get(`${figure}\n${name}`);
      const comparable = known(figure) && (name === '' || old !== undefined);
      return [from ?? '', to ?? '', figure, name, unit, rounded(value), comparable ? rounded(old ?? 0) : ''];
    }),
  ]
    .map((cells) => cells.map(cell).join(','))
    .join('\n');
};

const rounded = (value: number): string => String(Math.round(value * 100) / 100);

/** A name from outside is never a formula. */
const cell = (text: string): string => {
  const safe = oneLine(text).replace(/^[=+\-@]/, "'$&");
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const named = (figure: string, rows: Rows): readonly Figure[] =>
  rows.map(([name, count]) => [figure, name, 'count', count]);

const times = (figure: string, name: string, { count, p50, p90, worst }: Times): readonly Figure[] => [
  [`${figure}.measured`, name, 'count', count],
  ...(p50 === undefined ? [] : [[`${figure}.p50`, name, 'ms', p50] as const]),
  ...(p90 === undefined ? [] : [[`${figure}.p90`, name, 'ms', p90] as const]),
  ...(worst === undefined ? [] : [[`${figure}.worst`, name, 'ms', worst] as const]),
];

const count = (figure: string, value: number): Figure => [figure, '', 'count', value];

const alertRows = (a: AlertFigures): readonly Figure[] => [
  count('alerts.began', a.began),
  count('alerts.refired', a.refired),
  count('alerts.resolved', a.resolved),
  count('alerts.open_before', a.openBefore),
  count('alerts.open_after', a.openAfter),
  ...a.bySeverity.flatMap(({ severity, began, resolved, openBefore, openAfter }): readonly Figure[] => [
    ['alerts.severity.began', severity, 'count', began],
    ['alerts.severity.resolved', severity, 'count', resolved],
    ['alerts.severity.open_before', severity, 'count', openBefore],
    ['alerts.severity.open_after', severity, 'count', openAfter],
  ]),
  ...times('alerts.to_thread', '', a.toThread),
  ...times('alerts.to_acknowledge', '', a.toAcknowledge),
  ...times('alerts.to_resolve', '', a.toResolve),
  count('alerts.never_acknowledged.over', a.neverAcknowledged.over),
  count('alerts.never_acknowledged.open', a.neverAcknowledged.open),
  count('alerts.unseen', a.unseen),
  count('alerts.taken', a.taken.times),
  count('alerts.taken.people', a.taken.people),
  count('alerts.taken.most', a.taken.most),
  ...named('alerts.taken.by', a.taken.byPerson ?? []),
  count('alerts.escalations', a.escalations),
  count('alerts.reminders', a.reminders),
  ...named('alerts.pages', a.pages),
  count('alerts.tickets.by_people', a.tickets.byPeople),
  count('alerts.tickets.by_routes', a.tickets.byRoutes),
  count('alerts.silences.by_people', a.silences.byPeople),
  count('alerts.silences.by_routes', a.silences.byRoutes),
  count('alerts.tasks.by_people', a.tasks.byPeople),
  count('alerts.tasks.by_routes', a.tasks.byRoutes),
  ...named('alerts.noisiest', a.noisiest),
  ...named('alerts.service', a.byService),
  ...named('alerts.route', a.byRoute),
  ...named('alerts.tier', a.byTier),
  ...named('alerts.failed_actions', a.failedActions),
  count('alerts.undeliverable', a.undeliverable),
  count('alerts.adopted', a.adopted),
];

const questions = (figure: string, name: string, { asked, open, waited }: Questions): readonly Figure[] => [
  [`${figure}.asked`, name, 'count', asked],
  [`${figure}.open`, name, 'count', open],
  ...times(`${figure}.waited`, name, waited),
];

const rebuildRows = (r: RebuildFigures): readonly Figure[] => [
  count('rebuilds.started', r.started),
  count('rebuilds.from_alerts', r.fromAlerts),
  count('rebuilds.forced', r.forced),
  count('rebuilds.released', r.released),
  count('rebuilds.failed', r.failed),
  count('rebuilds.cancelled', r.cancelled),
  count('rebuilds.in_flight', r.inFlight),
  ...times('rebuilds.took', '', r.took),
  ['rebuilds.farmer_hours', '', 'h', r.farmerHours],
  ...(r.cost ? [['rebuilds.cost', '', r.cost.currency, r.cost.amount] as const] : []),
  ...questions('rebuilds.approvals', '', r.approvals),
  ...questions('rebuilds.interventions', '', r.interventions),
  ...r.interventions.byCode.flatMap((each) => questions('rebuilds.intervention', each.code, each)),
  ...named('rebuilds.overrides', r.overrides),
  count('rebuilds.broken_glass', r.brokenGlass),
  count('rebuilds.not_reviewed', r.notReviewed),
  count('rebuilds.tickets', r.tickets),
  count('rebuilds.tickets_refused', r.ticketsRefused),
];
