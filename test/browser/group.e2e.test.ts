import { afterAll, beforeAll, expect, test } from 'vitest';
import { rules, serviceNamed } from '../../sandbox/generator/catalogue.ts';
import { fault } from '../../sandbox/generator/fault.ts';
import { openStage, type Stage } from './stage.ts';

/** Many alerts of one cause, seen by somebody on call: one thread, one click. `docs/img/group.png` is cut out of `group-firing`. */
let stage: Stage;
let slack: Stage['slack'];
let story: Stage['story'];

const began = Date.now() - 120_000;
const pods = Array.from({ length: 400 }, (_, i) =>
  fault(i < 30 ? rules.ConnectionPoolExhausted : rules.HighLatency, serviceNamed('orders'), 9, i + 1),
);
const late = [401, 402, 403].map((pod) =>
  fault(rules.ConnectionPoolExhausted, serviceNamed('orders'), 9, pod),
);

beforeAll(async () => {
  stage = await openStage(
    {
      slackPacing: false,
      pacing: { posts_per_second: 5, burst: 5, updates_per_minute: 600 },
      routes: [{ name: 'by-service', group_by: ['service'], actions: ['thread'] }],
    },
    { width: 1080, height: 780, scale: 2 },
  );
  ({ slack, story } = stage);
});

afterAll(() => stage?.[Symbol.asyncDispose]());

const root = () => slack.message('orders');

test('400 alerts are one thread, that says how many and how bad', async () => {
  await story.fires(began, ...pods);
  const text = await slack.read(root(), '400 firing');
  expect(text).toContain('30 error');
  expect(text).toContain('370 warning');
  expect(text).toContain('Nobody has it yet');
  expect(await slack.channel.locator('.msg', { hasText: 'Firing' }).count()).toBe(1);
  await slack.shoot('group-firing');
});

test('its members stand in the thread, the worst first', async () => {
  await slack.openThread(root());
  await slack.read(slack.thread, '… and 300 more');
  const text = await slack.read(slack.thread, 'What is in this group');
  expect(text.indexOf('ConnectionPoolExhausted')).toBeLessThan(text.indexOf('HighLatency'));
  await slack.shoot('group-members');
});

test('one click has all of them', async () => {
  await slack.press(root(), 'Acknowledge all');
  await slack.read(root(), /has it since/);
  await slack.read(slack.thread, 'all 400 that fire');
  expect(await slack.thread.getByText('has it: all').count()).toBe(1);
  await slack.read(slack.thread.locator('.msg', { hasText: 'What is in this group' }), '👀');
  await slack.shoot('group-acknowledged');
});

test('one silence of at most three matchers silences all, and shows first what else it would', async () => {
  const other = { alertname: 'DiskFull', service: 'orders', severity: 'warning' };
  await story.lists(other);
  await slack.press(root(), 'Silence all…');
  await slack.read(slack.modal, '400 alerts of this group');
  const said = await slack.read(slack.modal, 'Silences in Alertmanager whatever has');
  expect(said).toContain('and nothing else that fires now');
  await slack.shoot('group-silence-form');
  await slack.modal.locator('input').last().fill('the pool is being resized');
  await slack.press(slack.modal, 'Silence');
  await slack.read(root(), 'Silenced until');
  await slack.read(slack.thread.locator('.msg', { hasText: 'What is in this group' }), '🔕');
  await slack.shoot('group-silenced');
  const silences = await story.silences();
  expect(silences).toHaveLength(1);
  expect(silences[0]?.matchers.length).toBeLessThanOrEqual(3);
  expect(silences[0]?.matchers.map(({ name }) => name)).toContain('service');
});

test('who comes later is nobody’s, and can be taken', async () => {
  await story.fires(Date.now(), ...late);
  await slack.read(root(), '3 new since');
  await slack.shoot('group-new-since');
  await slack.press(root(), 'Acknowledge 3 new');
  await root().getByText('3 new since').waitFor({ state: 'detached' });
  await slack.read(slack.thread, 'the 3 new as well');
});

test('one of them gets a thread of its own', async () => {
  const members = slack.thread.locator('.msg', { hasText: 'What is in this group' });
  await members.locator('select').first().selectOption({ index: 1 });
  await slack.read(slack.channel.locator('.msg', { hasText: 'taken out of a group' }), 'orders-');
  await slack.read(members, 'own thread');
  await slack.shoot('group-taken-out');
});

test('it is over with the last of them', async () => {
  await story.resolves(began, Date.now(), ...pods, ...late);
  const over = slack.channel.locator('.msg', { hasText: 'All 403 alerts resolved' });
  await over.waitFor();
  await slack.read(slack.thread, '✅ Resolved');
  await slack.shoot('group-over');
});
