import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refuse } from '../../../sandbox/slack/blocks/checks.ts';
import { inline } from '../../../views/escape.ts';
import { lineChart } from '../../../views/rich/chart.ts';
import { container, sectionsOf } from '../../../views/rich/container.ts';
import { inlinesOf } from '../../../views/rich/inlines.ts';
import { planOf } from '../../../views/rich/plan.ts';
import { dataTable } from '../../../views/rich/table.ts';
import { hostileText } from '../support/hostile.ts';

const taken = (blocks: readonly unknown[]): void => {
  expect(refuse('chat.postMessage', { channel: 'C1', text: 'x', blocks })).toBeUndefined();
};
const text = hostileText.map((any) => inline(any, 300));

test('a table of any size is within Slack’s limits, and says what it left out', () => {
  fc.assert(
    fc.property(
      fc.array(hostileText, { minLength: 1, maxLength: 30 }),
      fc.array(fc.array(text, { maxLength: 30 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      hostileText,
      fc.integer({ min: -5, max: 500 }),
      (columns, some, times, caption, pageSize) => {
        const rows = Array.from({ length: times }, () => some).flat();
        const { blocks, left } = dataTable({ caption, columns, rows, pageSize });
        taken(blocks);
        expect((blocks[0]?.rows.length ?? 1) - 1 + left).toBe(rows.length);
      },
    ),
    { numRuns: 60 },
  );
});

test('a chart of any points is within Slack’s limits, and none where there is no curve', () => {
  const number = fc.oneof(fc.double(), fc.integer());
  const point = fc.record({ label: hostileText, values: fc.array(number, { maxLength: 8 }) });
  fc.assert(
    fc.property(
      fc.array(point, { maxLength: 60 }),
      fc.array(hostileText, { maxLength: 9 }),
      hostileText,
      (points, names, title) => {
        const blocks = lineChart({ title, xLabel: title, yLabel: title, names, points });
        if (blocks.length > 0) taken(blocks);
        if (points.length < 2) expect(blocks).toEqual([]);
      },
    ),
    { numRuns: 100 },
  );
});

test('a plan and a container of anything are within Slack’s limits', () => {
  const status = fc.constantFrom('pending', 'in_progress', 'complete', 'error');
  const task = fc.record({ title: hostileText, status, details: text });
  fc.assert(
    fc.property(hostileText, fc.array(task, { maxLength: 12 }), fc.array(text), (title, tasks, lines) => {
      taken([
        planOf(
          title,
          tasks.map((one, i) => ({ ...one, id: `task-${i}` })),
        ),
      ]);
      taken([...container(title, sectionsOf(lines.filter((line) => line !== ''))), { type: 'divider' }]);
    }),
    { numRuns: 60 },
  );
});

test('mrkdwn of farmhand’s own is the same in rich text, and whatever else it holds stays text', () => {
  expect(
    inlinesOf(
      'since <!date^1795184022^{time}|2026-11-20 14:13 UTC> *<https://a.example/?a=1&amp;b=2|Its &lt;name&gt;>* `x&amp;y` <@U1>',
    ),
  ).toEqual([
    { type: 'text', text: 'since ' },
    { type: 'date', timestamp: 1795184022, format: '{time}', fallback: expect.stringContaining('UTC') },
    { type: 'text', text: ' ' },
    { type: 'link', url: 'https://a.example/?a=1&b=2', text: 'Its <name>', style: { bold: true } },
    { type: 'text', text: ' ' },
    { type: 'text', text: 'x&y', style: { code: true } },
    { type: 'text', text: ' ' },
    { type: 'user', user_id: 'U1' },
  ]);
  fc.assert(
    fc.property(hostileText, (any) => {
      expect(inlinesOf(inline(any, 200)).every(({ type }) => type === 'text')).toBe(true);
    }),
  );
});
