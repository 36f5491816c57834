import { expect, test } from 'vitest';
import { homeView } from '../../../views/home/home.ts';
import { anAlert } from '../support/builders.ts';
import { readable } from '../support/read.ts';
import { inState, rebuildContext } from '../support/rebuilds.ts';
import { problemsOf } from '../support/slack-rules.ts';

const ctx = rebuildContext();
const nothing = { inFlight: [], failed: [], recent: [], alerts: [] };

test('nothing at all is told kindly, with a way to begin', () => {
  const { blocks } = homeView(nothing, ctx);
  expect(readable(blocks)).toEqual([
    '*Rebuilds*',
    '🌱 No rebuild is in flight. When one is, you will see here how far it is.',
    '(divider)',
    '*Failed*',
    '✅ None lately.',
    '(divider)',
    '*Released or cancelled lately*',
    'None yet.',
    '(divider)',
    '*Open alerts*',
    '✅ Nothing is firing.',
    'As of 12:10; opening this tab again brings it up to date.',
  ]);
  expect(JSON.stringify(blocks[0])).toContain('Start rebuild…');
});

test('what runs has its buttons, what failed its history, and an alert its thread', () => {
  const view = homeView(
    {
      inFlight: [inState['waiting for a person']()],
      failed: [inState.failed()],
      recent: [inState.released()],
      alerts: [anAlert()],
    },
    ctx,
  );
  const link = '<https://acme.slack.com/archives/C0DCR/p1763607600000100|system6-20261120-1>';
  const text = readable(view.blocks);
  expect(text[1]).toBe(
    `✋ *system6* · Manual intervention required: Farmers · ${link}\n5/24 farmers · *fails 2026-11-20 12:30* · started 2026-11-20 03:00 by <@U0ALICE>`,
  );
  expect(text[2]).toBe('[Retry] [Override…] [Scale…] [Pause…] [Status] [Cancel…]');
  expect(text).toContain(
    '🚨 *<https://acme.slack.com/archives/C01ALERTS/p1795184022000100|HighErrorRate>* · `checkout-5c9f-1` · critical · since 2026-11-20 14:13 · nobody has it',
  );
  expect(problemsOf(view, ctx, ['acme.slack.com'])).toEqual([]);
});

test('a hundred of everything stay within a hundred blocks', () => {
  const many = <T>(one: T): T[] => Array.from({ length: 100 }, () => one);
  const view = homeView(
    {
      inFlight: many(inState['waiting for a person']()),
      failed: many(inState.failed()),
      recent: many(inState.released()),
      alerts: many(anAlert()),
    },
    ctx,
  );
  expect(problemsOf(view, ctx, ['acme.slack.com'])).toEqual([]);
  expect(view.blocks.length).toBeLessThanOrEqual(100);
  expect(readable(view.blocks)).toContain('… and 80 more: `/dcr list` shows them.');
});

test('without rebuilds in the config, only the alerts', () => {
  const text = readable(homeView({ ...nothing, canRebuild: false }, ctx).blocks);
  expect(text[0]).toBe('*Open alerts*');
});

test('what could not be read is no all-clear, and what was read in part is counted whole', () => {
  expect(readable(homeView({ ...nothing, firing: 3 }, ctx).blocks)).toContain(
    'What is firing could not be read whole: ask `/alerts`.',
  );
  const text = readable(homeView({ ...nothing, alerts: [anAlert()], more: true, firing: 1_234 }, ctx).blocks);
  expect(text).toContain('*Open alerts* (1,234)');
  expect(text).toContain('… and 1,233 more: `/alerts` shows them.');
});
