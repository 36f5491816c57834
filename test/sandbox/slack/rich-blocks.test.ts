import { describe, expect, test } from 'vitest';
import { refuse } from '../../../sandbox/slack/blocks/checks.ts';

const raw = (text: string) => ({ type: 'raw_text', text });
const rich = (text: string) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});
const rows = (count: number, columns = 2) =>
  Array.from({ length: count }, () => Array.from({ length: columns }, () => raw('x')));
const dataTable = (over: object = {}) => ({ type: 'data_table', caption: 'All', rows: rows(3), ...over });
const table = (over: object = {}) => ({ type: 'table', rows: rows(3), ...over });
const names = (count: number) => Array.from({ length: count }, (_, i) => `c${i}`);
const chart = (over: object = {}, points = 20) => ({
  type: 'data_visualization',
  title: 'Farmers',
  chart: {
    type: 'line',
    axis_config: { categories: names(points) },
    series: [{ name: 'ready', data: names(points).map((label) => ({ label, value: 1 })) }],
    ...over,
  },
});
const task = (over: object = {}) => ({ task_id: 'a', title: 'Preflight', status: 'complete', ...over });
const plan = (...tasks: object[]) => ({ type: 'plan', title: 'Ten steps', tasks });
const section = { type: 'section', text: { type: 'mrkdwn', text: 'x' } };
const title = { type: 'plain_text', text: 'In order' };
const container = (over: object = {}) => ({ type: 'container', title, child_blocks: [section], ...over });
const problems = (...blocks: object[]) =>
  refuse('chat.postMessage', { channel: 'C1', text: 'x', blocks })?.messages ?? [];

describe('at their documented limits they are taken', () => {
  test.each<[string, object]>([
    ['a data table of a header and 100 rows, 20 columns wide', dataTable({ rows: rows(101, 20) })],
    ['a table of 100 rows', table({ rows: rows(100, 20) })],
    ['10,000 characters in a table', dataTable({ rows: [[raw('a')], [raw('x'.repeat(9_999))]] })],
    ['rich text in a cell', dataTable({ rows: [[raw('a')], [rich('b')]] })],
    ['20 points', chart()],
    ['10 tasks', plan(...names(10).map((task_id) => task({ task_id })))],
    ['details and output', plan(task({ details: rich('x'), output: rich('y') }))],
    ['10 children', container({ child_blocks: Array.from({ length: 10 }, () => section) })],
    ['one that is folded', container({ is_collapsible: true, default_collapsed: true })],
    ['a table in a container', container({ child_blocks: [table()] })],
  ])('%s', (_, block) => {
    expect(problems(block)).toEqual([]);
  });
});

describe('beyond them they are refused, with the place', () => {
  test.each<[string, object[], string]>([
    [
      '102 rows',
      [dataTable({ rows: rows(102) })],
      'no more than 101 items allowed [json-pointer:/blocks/0/rows]',
    ],
    [
      'a header alone',
      [dataTable({ rows: rows(1) })],
      'no fewer than 2 items required [json-pointer:/blocks/0/rows]',
    ],
    [
      '101 rows of a table',
      [table({ rows: rows(101) })],
      'no more than 100 items allowed [json-pointer:/blocks/0/rows]',
    ],
    [
      'no caption',
      [dataTable({ caption: undefined })],
      'missing required field [json-pointer:/blocks/0/caption]',
    ],
    [
      'a row that is shorter',
      [dataTable({ rows: [[raw('a'), raw('b')], [raw('c')]] })],
      'all rows must have the same number of values [json-pointer:/blocks/0/rows/1]',
    ],
    [
      'rich text in a header',
      [dataTable({ rows: [[rich('a')], [raw('b')]] })],
      'unsupported type: rich_text [json-pointer:/blocks/0/rows/0/0/type]',
    ],
    [
      'an empty cell',
      [dataTable({ rows: [[raw('a')], [raw('')]] })],
      'must be more than 0 characters [json-pointer:/blocks/0/rows/1/0/text]',
    ],
    [
      '10,001 characters',
      [dataTable({ rows: [[raw('a')], [raw('x'.repeat(10_000))]] })],
      'must be less than 10001 characters in all cells [json-pointer:/blocks/0]',
    ],
    ['two tables', [table(), dataTable()], 'only_one_table_allowed [json-pointer:/blocks]'],
    [
      'a second table in a container',
      [dataTable(), container({ child_blocks: [table()] })],
      'only_one_table_allowed [json-pointer:/blocks]',
    ],
    [
      'three charts',
      [chart(), chart(), chart()],
      'no more than 2 data_visualization blocks allowed [json-pointer:/blocks]',
    ],
    [
      'a chart in a container',
      [container({ child_blocks: [chart()] })],
      'unsupported type: data_visualization [json-pointer:/blocks/0/child_blocks/0/type]',
    ],
    [
      'a name of 21 characters',
      [
        chart({
          axis_config: { categories: ['x'.repeat(21)] },
          series: [{ name: 's', data: [{ label: 'x'.repeat(21), value: 1 }] }],
        }),
      ],
      'must be less than 21 characters [json-pointer:/blocks/0/chart/axis_config/categories/0]',
    ],
    [
      'a point that is missing',
      [
        chart({
          axis_config: { categories: ['a', 'b'] },
          series: [{ name: 's', data: [{ label: 'a', value: 1 }] }],
        }),
      ],
      'must have one point for each category [json-pointer:/blocks/0/chart/series/0/data]',
    ],
    ['a step twice', [plan(task(), task())], '`task_id` already exists [json-pointer:/blocks/0/tasks]'],
    [
      'a state of its own',
      [plan(task({ status: 'paused' }))],
      'must be one of pending, in_progress, complete, error [json-pointer:/blocks/0/tasks/0/status]',
    ],
    [
      '11 children',
      [container({ child_blocks: Array.from({ length: 11 }, () => section) })],
      'no more than 10 items allowed [json-pointer:/blocks/0/child_blocks]',
    ],
    [
      'folded and not to be unfolded',
      [container({ default_collapsed: true })],
      'requires is_collapsible [json-pointer:/blocks/0/default_collapsed]',
    ],
    [
      'a container without a title',
      [container({ title: undefined })],
      'must be a text object [json-pointer:/blocks/0/title]',
    ],
  ])('%s', (_, blocks, message) => {
    expect(problems(...blocks)).toEqual([`[ERROR] ${message}`]);
  });

  test('21 points and 7 series', () => {
    expect(problems(chart({}, 21))).toHaveLength(2);
    const data = names(20).map((label) => ({ label, value: 1 }));
    expect(problems(chart({ series: names(7).map((name) => ({ name, data })) }))).toEqual([
      '[ERROR] no more than 6 items allowed [json-pointer:/blocks/0/chart/series]',
    ]);
  });

  test('in a modal or App Home', () => {
    const view = { type: 'home', blocks: [dataTable(), plan(task()), container()] };
    expect(refuse('views.publish', { view })?.messages).toHaveLength(3);
  });
});
