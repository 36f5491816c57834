import { type MetricSpec, metricTable } from '../../src/observability/metric-table.ts';

/** One place on the 24 columns of a dashboard. */
interface Place {
  readonly h: number;
  readonly w: number;
  readonly x: number;
  readonly y: number;
}

interface Query {
  readonly expr: string;
  readonly legend: string;
}

type Drawing = 'stat' | 'timeseries';

interface Panel {
  readonly drawing: Drawing;
  readonly title: string;
  readonly about: string;
  readonly unit: string;
  readonly queries: readonly Query[];
}

/** The rows, each by how the names of its metrics begin; the first that fits takes a metric. */
const rows: readonly (readonly [title: string, begins: RegExp])[] = [
  ['Events', /^(events|books|looks|dead_letters|ingest|event_to)_?/],
  ['Tiers', /^tier_/],
  ['Kafka', /^kafka_/],
  ['Slack and its channels', /^(slack|interaction|interactions|lane|pacing)_/],
  ['Rebuilds', /^(rebuild|rebuilds|lost_rebuilds)(_|$)/],
  ['Actions and jobs', /^(action|actions|job|jobs)_/],
  ['Redis and records', /^(redis|unreadable|recovery|recoveries|lost|roots)_?/],
  ['Audit', /^audit_/],
  ['The process', /.*/],
];

const selected = '{namespace=~"$namespace",job=~"$job"}';
const shortName = ({ name }: MetricSpec): string => name.replace(/^farmhand_/, '');
const legendOf = (labels: readonly string[]): string =>
  labels.map((label) => `{{${label}}}`).join(' ') || '{{pod}}';

const unitOf = ({ name, kind }: MetricSpec): string => {
  if (name.endsWith('_seconds')) return 's';
  return kind === 'counter' ? 'ops' : 'short';
};

/** What is asked of a metric, by its kind. */
const queriesOf = (spec: MetricSpec): readonly Query[] => {
  const { name, kind, labels } = spec;
  if (kind === 'counter') {
    const by = labels.length === 0 ? ['pod'] : labels;
    return [
      {
        expr: `sum by (${by.join(', ')}) (rate(${name}${selected}[$__rate_interval]))`,
        legend: legendOf(by),
      },
    ];
  }
  if (kind === 'gauge') {
    const by = [...labels, ...(labels.length === 0 ? ['pod'] : [])];
    return [{ expr: `max by (${by.join(', ')}) (${name}${selected})`, legend: legendOf(by) }];
  }
  const by = ['le', ...labels];
  return [0.5, 0.99].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (${by.join(', ')}) (rate(${name}_bucket${selected}[$__rate_interval])))`,
    legend: `${quantile * 100} % ${labels.map((label) => `{{${label}}}`).join(' ')}`.trim(),
  }));
};

const panelOf = (spec: MetricSpec): Panel => ({
  drawing: 'timeseries',
  title: shortName(spec).replaceAll('_', ' '),
  about: spec.help,
  unit: unitOf(spec),
  queries: queriesOf(spec),
});

/** What one looks at first. */
const glance: readonly Panel[] = [
  {
    title: 'ready',
    about: 'Processes that answer 200 at /readyz.',
    unit: 'short',
    expr: `sum(${metricTable.ready.name}${selected})`,
  },
  {
    title: 'Redis',
    about: 'Processes that can write to Redis.',
    unit: 'short',
    expr: `sum(${metricTable.redisUp.name}${selected})`,
  },
  {
    title: 'hear people',
    about: 'Processes that Slack reaches.',
    unit: 'short',
    expr: `sum(${metricTable.slackConnected.name}${selected})`,
  },
  {
    title: 'behind in Kafka',
    about: metricTable.kafkaLag.help,
    unit: 'short',
    expr: `sum(max by (topic, partition) (${metricTable.kafkaLag.name}${selected}))`,
  },
  {
    title: 'oldest in a channel',
    about: metricTable.laneOldestSeconds.help,
    unit: 's',
    expr: `max(${metricTable.laneOldestSeconds.name}${selected})`,
  },
  {
    title: 'event to thread, 99 %',
    about: metricTable.eventToThreadSeconds.help,
    unit: 's',
    expr: `histogram_quantile(0.99, sum by (le) (rate(${metricTable.eventToThreadSeconds.name}_bucket${selected}[$__rate_interval])))`,
  },
].map(({ expr, ...rest }) => ({ ...rest, drawing: 'stat', queries: [{ expr, legend: '' }] }) as const);

const datasource = { type: 'prometheus', uid: '${datasource}' };

const drawn = (id: number, panel: Panel, gridPos: Place): object => ({
  id,
  type: panel.drawing,
  title: panel.title,
  description: panel.about,
  datasource,
  gridPos,
  fieldConfig: { defaults: { unit: panel.unit, min: 0 }, overrides: [] },
  options:
    panel.drawing === 'stat'
      ? { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'value', graphMode: 'area' }
      : { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
  targets: panel.queries.map(({ expr, legend }, at) => ({
    refId: String.fromCharCode(65 + at),
    expr,
    legendFormat: legend,
    datasource,
  })),
});

/** Panels side by side, so many a row, from `y` on. */
const grid = (panels: readonly Panel[], w: number, h: number, y: number, firstId: number): object[] =>
  panels.map((panel, at) =>
    drawn(firstId + at, panel, { h, w, x: (at * w) % 24, y: y + Math.floor((at * w) / 24) * h }),
  );

const bodyOf = (specs: readonly MetricSpec[]): object[] => {
  const rowOf = (spec: MetricSpec): number => rows.findIndex(([, begins]) => begins.test(shortName(spec)));
  const panels: object[] = grid(glance, 4, 4, 0, 1);
  let y = 4;
  for (const [at, [title]] of rows.entries()) {
    const own = specs.filter((spec) => rowOf(spec) === at && !spec.name.endsWith('_build_info'));
    if (own.length === 0) continue;
    const gridPos: Place = { h: 1, w: 24, x: 0, y };
    panels.push({ id: panels.length + 1, type: 'row', title, collapsed: false, gridPos, panels: [] });
    panels.push(...grid(own.map(panelOf), 8, 7, y + 1, panels.length + 1));
    y += 1 + Math.ceil(own.length / 3) * 7;
  }
  return panels;
};

const choice = (name: string, label: string): object => ({
  name,
  label,
  type: 'query',
  datasource,
  query: { query: `label_values(${metricTable.buildInfo.name}, ${name})`, refId: name },
  refresh: 2,
  includeAll: true,
  multi: true,
  allValue: '.*',
  current: { selected: true, text: ['All'], value: ['$__all'] },
});

/** The Grafana dashboard: every metric of the table, in rows, and what one looks at first above them. */
export const dashboard = (specs: readonly MetricSpec[] = Object.values(metricTable)): object => ({
  uid: 'farmhand',
  title: 'farmhand',
  description: 'Written by scripts/generate.ts from src/observability/metric-table.ts.',
  tags: ['farmhand'],
  schemaVersion: 39,
  editable: true,
  graphTooltip: 1,
  refresh: '30s',
  time: { from: 'now-6h', to: 'now' },
  timezone: '',
  annotations: { list: [] },
  links: [],
  templating: {
    list: [
      { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus', current: {} },
      choice('namespace', 'Namespace'),
      choice('job', 'Job'),
    ],
  },
  panels: bodyOf(specs),
});
