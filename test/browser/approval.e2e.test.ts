import { afterAll, beforeAll, expect, test } from 'vitest';
import { picture } from './browser.ts';
import { openStage, type Stage, withRebuilds } from './stage.ts';

/**
 * The approval of a rebuild as the one who asks and the one who approves see it. `docs/img/rebuild-approval.png` and
 * `rebuild-approver.png` are copies of the pictures of the same names in `test-results`.
 */
let stage: Stage;
let slack: Stage['slack'];
let problems: readonly string[];

beforeAll(async () => {
  stage = await openStage(withRebuilds, { width: 1180, height: 1000, scale: 2 });
  ({ slack, problems } = stage);
  await slack.goTo('dcr');
});

afterAll(() => stage?.[Symbol.asyncDispose]());

const openDirect = async (person: string): Promise<void> => {
  await slack.page.locator('.sidebar-item', { hasText: person }).click();
  await slack.page.locator('.channel-title', { hasText: person }).waitFor();
};
const card = () => slack.message('systemgov1-');
/** Of a message, as wide as its text. */
const shoot = async (name: string, of = card()): Promise<void> => {
  await slack.page.mouse.move(0, 0);
  await of.scrollIntoViewIfNeeded();
  const box = await of.boundingBox();
  if (!box) throw new Error('it is not to be seen');
  const clip = { ...box, width: Math.min(box.width, 720) };
  await slack.page.screenshot({ path: picture(name), clip, animations: 'disabled' });
};

test('the plan says that a second person is needed, and who that could be', async () => {
  await slack.write('/dcr start systemgov1 --reason "new dataset"');
  const plan = slack.message('Plan: rebuild of');
  const text = await slack.read(plan, 'A second person must approve');
  expect(text).toMatch(/Can be approved by @Pia \(Platform\), @Rami \(RMT\), @Nora \(SRE\)/);
  await shoot('approval-plan', plan);
  await slack.press(plan, 'Start it');
});

test('the card shows all of it, and who was told', async () => {
  const text = await slack.read(card(), 'Each of them got a direct message.');
  expect(text).toContain('At most 4 farmers');
  await shoot('rebuild-approval');
});

test('the requester cannot approve it, and is told so', async () => {
  await slack.press(card(), 'Approve');
  await slack.read(slack.channel, 'whoever asked for a rebuild cannot approve it');
  await slack.write('/dcr scale systemgov1 11');
  await slack.read(slack.channel, /waits for the approval|waits for approval/);
  await slack.shoot('approval-refusals');
});

test('the approver finds it in a direct message, and approves it there', async () => {
  await slack.actAs('Nora (SRE)');
  await openDirect('Nora (SRE)');
  const message = slack.channel.locator('.msg').last();
  const text = await slack.read(message, 'waits for your approval');
  expect(text).toContain('4 farmers are few');
  await shoot('rebuild-approver', message);
  await slack.press(message, 'Approve');
  const after = await slack.read(slack.channel, /Approved by @Nora \(SRE\)/);
  expect(after).not.toContain('waits for your approval');
  await slack.read(slack.channel, 'is approved');
  await slack.shoot('approval-decided');
});

test('more than was approved is asked for, and said to be', async () => {
  await slack.actAs('Sam (SRE)');
  await slack.goTo('dcr');
  await slack.write('/dcr scale systemgov1 9 the ETA is too long');
  await slack.read(slack.channel, 'Asked for, not done');
  await slack.read(card(), 'More is asked for than was approved');
  await shoot('approval-more');
  await slack.shoot('approval-more-answer');
  await slack.press(card(), 'Withdraw');
  await slack.read(slack.channel, 'Withdrawn: scale to 9 farmers');
});

test('the page had no errors', () => {
  expect(problems).toEqual([]);
});
