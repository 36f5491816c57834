import { afterAll, beforeAll, expect, test } from 'vitest';
import { picture } from './browser.ts';
import { openStage, type Stage, withRebuilds } from './stage.ts';

/**
 * One rebuild as a person sees it, from the plan to its report. `docs/img/rebuild-plan.png`, `rebuild-card.png`, `rebuild-kept.png`,
 * `rebuild-finished.png` and `home.png` are copies of the pictures of the same names in `test-results`.
 */
let stage: Stage;
let world: Stage['world'];
let slack: Stage['slack'];
let problems: readonly string[];

const namespace = 'tenant-105858-prod';
const synchronizer = 'system6-dcr-sync';

beforeAll(async () => {
  stage = await openStage(withRebuilds, { width: 1180, height: 900, scale: 2 });
  ({ world, slack, problems } = stage);
  await slack.goTo('dcr');
});

afterAll(() => stage?.[Symbol.asyncDispose]());

const simulated = () => {
  if (!world.rebuilds) throw new Error('the world has no rebuilds');
  return { cluster: world.rebuilds.cluster.control, engine: world.rebuilds.engine };
};
const card = () => slack.message('system6-');
/** Of the card, as wide as its text. */
const shoot = async (name: string): Promise<void> => {
  const size = slack.page.viewportSize();
  await slack.page.setViewportSize({ width: 1180, height: 1_300 });
  const box = await card().boundingBox();
  if (!box) throw new Error('the card is not to be seen');
  await slack.page.mouse.move(0, 0);
  const clip = { ...box, width: Math.min(box.width, 700) };
  await slack.page.screenshot({ path: picture(name), clip, animations: 'disabled' });
  if (size) await slack.page.setViewportSize(size);
};

test('the plan says what will be changed, and waits for a click', async () => {
  simulated().cluster.publishNotReady(namespace, synchronizer, false);
  await slack.write('/dcr start system6 --reason "caches are outdated"');
  const plan = slack.message('Plan: rebuild of');
  const text = await slack.read(plan, 'Nothing has been touched yet.');
  expect(text).toContain('6 farmers – as instances/system6.yaml says');
  expect(text).toContain('system6-dcr-farmer 0 pods → 6 pods → 0 pods in the end');
  expect(text).toContain('3 frontends old caches → new caches, restarted one after another');
  expect(text).toContain('Reason: caches are outdated');
  const box = await plan.boundingBox();
  await slack.page.screenshot({
    path: picture('rebuild-plan'),
    ...(box && { clip: { ...box, width: Math.min(box.width, 700) } }),
    animations: 'disabled',
  });
  await slack.press(plan, 'Start it');
  await slack.read(slack.channel, 'Started the rebuild of system6.');
  await expect.poll(() => slack.anyMessage('Plan: rebuild of').count()).toBe(0);
});

test('the readiness trap is named, once, with what to do; once it is fixed the rebuild goes on by itself', async () => {
  const text = await slack.read(card(), 'Manual intervention required');
  expect(text).toContain('The readiness trap');
  expect(text).toContain('Set publishNotReadyAddresses: true on the Service system6-dcr-sync');
  expect(text).toMatch(/fails (today|tomorrow) .* unless somebody steps in/);
  await slack.shoot('rebuild-intervention', card());
  const { cluster } = simulated();
  cluster.publishNotReady(namespace, synchronizer, true);
  cluster.killPod(namespace, `${synchronizer}-0`);
  await slack.openThread(card());
  await slack.read(slack.thread, 'The synchronizer is ready; nobody is needed any more.');
  const replies = (await world.slack.control.messages('C0DCR')).filter(({ threadTs }) => threadTs);
  expect(replies.filter(({ text: said }) => said.includes('The readiness trap'))).toHaveLength(1);
  await slack.closeThread();
});

test('the card shows how far it is, and who waits for what', async () => {
  const { engine } = simulated();
  engine.speed('system6', 0.5);
  await slack.read(card(), /(2\d|[3-9]\d) % of the rebuild/);
  engine.freezeProgress('system6', true);
  const text = await slack.read(card(), 'Farmers 6 of 6 ready');
  expect(text).toMatch(/system6 · Running · system6-\d{8}-1 · balance engine/);
  expect(text).toMatch(/Target .*: will be met/);
  expect(text).toMatch(/5 of 10 steps done\s+✓\s+Preflight/);
  expect(text).toMatch(/Rebuilt \d+ %, 6 farmers ready/);
  expect(text).toMatch(/Started by @Sam \(SRE\) (today|yesterday) .*: caches are outdated/);
  expect(text).toContain('OPS-1');
  await shoot('rebuild-card');
});

test('a pause says by whom, why, and what it cannot stop', async () => {
  await slack.press(card(), 'Pause…');
  await slack.modal.locator('input').last().fill('waiting for the customer');
  await slack.press(slack.modal, 'Pause');
  const text = await slack.read(card(), 'Paused by');
  expect(text).toMatch(
    /Paused by @Sam \(SRE\) since (today|yesterday) .*, because: waiting for the customer/,
  );
  expect(text).toContain('6 farmers go on computing; their result is kept');
  await slack.shoot('rebuild-paused', card());
});

test('App Home: what is in flight, at a glance', async () => {
  await slack.page.locator('.sidebar-item', { hasText: 'farmhand' }).click();
  const home = slack.page.locator('.main');
  const text = await slack.read(home, '1 rebuild in flight');
  expect(text).toContain('system6 · Paused: Rebuild');
  expect(text).toContain('by @Sam (SRE): waiting for the customer');
  const area = await home.boundingBox();
  await slack.page.screenshot({
    path: picture('home'),
    ...(area && { clip: { x: area.x, y: 44, width: 800, height: 420 } }),
    animations: 'disabled',
  });
  await slack.goTo('dcr');
});

test('a run that fails throws nothing away: farmers stay, at a price that is said, and those are told who can answer', async () => {
  const { engine } = simulated();
  await slack.press(card(), 'Resume');
  await slack.read(card(), 'Running');
  engine.failRun('system6', 'rebuild');
  const text = await slack.read(card(), 'Nothing is lost');
  expect(text).toMatch(
    /for as long as it takes\. Nothing is lost: 6 farmers stay up until .* \(19\.20 USD an hour, 1,382 USD by then\)/,
  );
  expect(text).not.toContain('unless somebody steps in');
  await shoot('rebuild-kept');
  await slack.openThread(card());
  const replies = await slack.read(slack.thread, 'Manual intervention required: The rebuild failed');
  expect(replies).toMatch(/The rebuild failed: .* – @sre/);
  await slack.shoot('rebuild-kept-thread', slack.thread);
  await slack.closeThread();
  await slack.press(card(), 'Retry');
  await slack.read(card(), 'Running');
});

test('it comes to its end: the card says so, the thread has the chart, the ticket the report', async () => {
  const { engine } = simulated();
  engine.freezeProgress('system6', false);
  engine.speed('system6', 1);
  const text = await slack.read(card(), 'Released after');
  expect(text).toContain('The frontends have its caches.');
  expect(text).toMatch(/Target .*: met/);
  await slack.openThread(card());
  await slack.read(slack.thread, 'The rebuild of system6 is finished');
  const chart = slack.thread.locator('.msg').last().locator('img');
  await chart.waitFor();
  await chart.scrollIntoViewIfNeeded();
  await slack.page.mouse.move(0, 0);
  const pane = await slack.thread.boundingBox();
  await slack.page.screenshot({
    path: picture('rebuild-finished'),
    ...(pane && { clip: { ...pane, y: 330, height: 500 } }),
    animations: 'disabled',
  });
  await slack.closeThread();
  await expect
    .poll(() => JSON.stringify(world.jira.issues()), { timeout: 20_000 })
    .toContain('The rebuild of system6 is finished');
  await slack.page.locator('.sidebar-item', { hasText: 'farmhand' }).click();
  await slack.read(slack.page.locator('.main'), 'No rebuild is in flight');
});

test('the page had no errors', () => {
  expect(problems).toEqual([]);
});
