import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rules, serviceNamed } from '../../sandbox/generator/catalogue.ts';
import { fault } from '../../sandbox/generator/fault.ts';
import { picture } from './browser.ts';
import { openStage, type Stage, withRebuilds } from './stage.ts';

/**
 * The same answers in Slack's newest blocks, and, in a workspace that does not know those, in classic ones: pictures of both are in
 * `test-results`, `form-…-rich` and `form-…-classic`.
 */
let stage: Stage;
let world: Stage['world'];
let slack: Stage['slack'];
let problems: readonly string[];

beforeAll(async () => {
  stage = await openStage(withRebuilds, { width: 1180, height: 900, scale: 2 });
  ({ world, slack, problems } = stage);
  const began = Date.now() - 300_000;
  const service = serviceNamed('orders');
  await stage.story.fires(
    began,
    ...[1, 2, 3].map((pod) => fault(rules.HighLatency, service, 9, pod)),
    fault(rules.ConnectionPoolExhausted, service, 9, 1),
    fault(rules.HighErrorRate, serviceNamed('checkout'), 9, 1),
  );
  await slack.goTo('dcr');
});

afterAll(() => stage?.[Symbol.asyncDispose]());

const shoot = async (name: string, of: Locator): Promise<void> => {
  await of.scrollIntoViewIfNeeded();
  const box = await of.boundingBox();
  await slack.page.mouse.move(0, 0);
  await slack.page.screenshot({
    path: picture(name),
    ...(box && { clip: { ...box, width: Math.min(box.width, 720) } }),
    animations: 'disabled',
  });
};
const card = () => slack.message('system6-');
const answers = [
  ['/dcr list', 'in flight', 'list'],
  ['/alerts', 'alerts firing', 'alerts'],
  ['/dcr history system6', 'History of system6', 'history'],
  ['/dcr doctor system6', 'of a rebuild', 'doctor'],
] as const;
const ask = async (form: 'rich' | 'classic'): Promise<void> => {
  for (const [command, says, name] of answers) {
    const said = slack.anyMessage(says).filter({ has: slack.page.locator('.blocks') });
    const before = await said.count();
    await slack.write(command);
    await expect.poll(() => said.count(), { timeout: 20_000 }).toBeGreaterThan(before);
    const answer = said.last();
    if (form === 'rich') await answer.locator('.bk-rich').first().waitFor();
    else expect(await answer.locator('.bk-rich').count()).toBe(0);
    await shoot(`form-${name}-${form}`, answer);
  }
};

test('a rebuild that runs: its steps as a plan, its progress as a chart', async () => {
  await slack.write('/dcr start system6 --reason "caches are outdated"');
  await slack.press(slack.message('Plan: rebuild of'), 'Start it');
  await slack.read(card(), /([3-9]\d) % of the rebuild/);
  world.rebuilds?.engine.freezeProgress('system6', true);
  const text = await slack.read(card(), 'Rebuilt');
  expect(text).toContain('5 of 10 steps done');
  await shoot('form-card-rich', card());
});

test('lists, history and doctor in the newest blocks', () => ask('rich'));

test('where Slack refuses those, the same is said classic, at once', async () => {
  for (const kind of ['data_table', 'container', 'plan', 'data_visualization']) {
    await world.slack.control.fault({
      contains: `"type":"${kind}"`,
      times: 1_000,
      effect: { kind: 'error', error: 'invalid_blocks' },
    });
  }
  // Of the answers alone: the card may change at any time, and has kinds of its own that are refused once as well.
  const refused = async () =>
    (await world.slack.control.journal()).filter(
      ({ method, outcome }) => outcome === 'fault:error' && method !== 'chat.update',
    ).length;
  await ask('classic');
  const once = await refused();
  await ask('classic');
  expect([once > 0, await refused()]).toEqual([true, once]);
});

test('and the card with its next change', async () => {
  world.rebuilds?.engine.freezeProgress('system6', false);
  await slack.read(card(), '✓ Preflight · ✓ Ticket');
  expect(await card().locator('.bk-rich').count()).toBe(0);
  await shoot('form-card-classic', card());
});

test('the page had no errors', () => {
  expect(problems).toEqual([]);
});
