import { afterAll, beforeAll, expect, test } from 'vitest';
import { rules, serviceNamed } from '../../sandbox/generator/catalogue.ts';
import { fault } from '../../sandbox/generator/fault.ts';
import { openPage, picture } from './browser.ts';
import { openStage, type Stage } from './stage.ts';

/** One alert's life, and the windows around it, in the order in which a newcomer sees them. */
let stage: Stage;
let world: Stage['world'];
let slack: Stage['slack'];
let problems: readonly string[];
let story: Stage['story'];

const minute = 60_000;
const began = Date.now() - 12 * minute;
const errors = fault(rules.HighErrorRate, serviceNamed('checkout'), 12);
const restarts = fault(rules.PodCrashLooping, serviceNamed('search'), 5, 3);
const lag = fault(rules.KafkaConsumerLag, serviceNamed('shipping'), 22);

beforeAll(async () => {
  stage = await openStage(
    { slackPacing: false, pacing: { posts_per_second: 20 } },
    { width: 1280, height: 900 },
  );
  ({ world, slack, problems, story } = stage);
});

afterAll(() => stage?.[Symbol.asyncDispose]());

test('a firing alert says what, where, since when, and that nobody has it', async () => {
  await story.fires(began, restarts);
  const message = slack.message('PodCrashLooping');
  expect(await slack.read(message, 'Nobody has it yet')).toContain(
    '⚠️ Firing · warning · PodCrashLooping · search-3\nsearch-3 restarted 5 times in 10 minutes',
  );
  await slack.shoot('firing');
});

test('a click acknowledges it, and the message says who has it', async () => {
  await slack.actAs('Nora (SRE)');
  const message = slack.message('PodCrashLooping');
  await slack.press(message, 'Acknowledge');
  expect(await slack.read(message, 'Acknowledged')).toMatch(/@Nora \(SRE\) has it since/);
  await slack.read(slack.channel, 'You have PodCrashLooping now.');
  await slack.shoot('acknowledged');
});

test('the silence window proposes two hours, and shows what it will match', async () => {
  const message = slack.message('PodCrashLooping');
  await slack.press(message, 'Silence…');
  await slack.read(slack.modal, 'Silences in Alertmanager exactly this');
  const duration = slack.modal.locator('select');
  await expect.poll(() => duration.inputValue()).toBe('2h');
  await slack.shoot('silence-window');
  await slack.press(slack.modal, 'Silence');
  await slack.read(slack.modal, 'Say why, for the next person on call.');
  await slack.modal.locator('input').last().fill('a bad build, <rolling> back & watching');
  await slack.press(slack.modal, 'Silence');
  expect(await slack.read(message, 'Silenced')).toMatch(
    /Silenced until .* by @Nora \(SRE\): a bad build, <rolling> back & watching/,
  );
  await slack.shoot('silenced');
});

test('a gold service’s errors bring their ticket and their diagnostics by themselves', async () => {
  await story.fires(began, errors);
  const message = slack.message('HighErrorRate');
  await slack.read(message, 'OPS-1');
  await slack.openThread(message);
  await slack.read(slack.thread, 'Accepted: collect-diagnostics');
});

test('words in the thread do what the buttons do; the second one is told who was first', async () => {
  await slack.actAs('Lena (L1 on call)');
  await slack.write('ack', 'thread');
  await slack.read(slack.thread, 'Lena (L1 on call) has it');
  await slack.actAs('Sam (SRE)');
  await slack.write('ack', 'thread');
  await slack.read(slack.thread, 'Lena (L1 on call) acknowledged this first');
});

test('why tells the route, the thread and what was done, in words', async () => {
  await slack.write('why', 'thread');
  const text = await slack.read(slack.thread, 'Why HighErrorRate is where it is');
  expect(text).toContain('Lena (L1 on call) (U0L1A) acknowledged it');
  expect(text).not.toMatch(/C0ALERTS \d|[0-9a-f]{32}/);
  await slack.shoot('why');
});

test('resolved: the root says so, and for how long it lasted', async () => {
  await story.resolves(began, began + 9 * minute, errors);
  const message = slack.message('HighErrorRate');
  expect(await slack.read(message, 'Resolved')).toMatch(/after 9m/);
  await slack.read(slack.thread, '✅ Resolved');
  await slack.shoot('thread');
  await slack.closeThread();
  await slack.shoot('resolved');
});

test('a flapping alert stays one thread, and a calm one', async () => {
  for (let i = 0; i < 5; i++) {
    const since = began + i * minute;
    await story.fires(since, lag);
    await slack.read(slack.message('KafkaConsumerLag'), 'Firing');
    await story.resolves(since, since + 20_000, lag);
    await slack.read(slack.message('KafkaConsumerLag'), 'Resolved');
  }
  const message = slack.message('KafkaConsumerLag');
  await slack.read(message, 'Fired 5× since');
  expect(await slack.channel.locator('.msg', { hasText: 'KafkaConsumerLag' }).count()).toBe(1);
  await slack.openThread(message);
  await slack.shoot('flapping');
  await slack.closeThread();
});

test('details: every label and annotation, and the trail', async () => {
  await slack.press(slack.message('PodCrashLooping'), 'Details…');
  const text = await slack.read(slack.modal, 'What was done');
  expect(text).toContain('pod search-3');
  expect(text).toContain('The silence in Alertmanager was made');
  await slack.shoot('details');
  await slack.press(slack.modal, 'Close');
});

test('/alerts lists what is open; a wrong word is answered with what was meant', async () => {
  await slack.write('/alerts');
  await slack.read(slack.channel, '1 alert firing');
  await slack.write('/alerts warnign');
  await slack.read(slack.channel, 'Did you mean “warning”?');
  await slack.shoot('alerts-list');
});

test('the ticket can be read in Jira, and leads back to the thread', async () => {
  const { page } = await openPage(stage.browser, { width: 1280, height: 900 });
  await page.goto(`${world.jira.url}/browse/OPS-1`);
  const text = await page.locator('body').allInnerTexts();
  expect(text.join()).toContain('[critical] HighErrorRate on checkout');
  await page.screenshot({ path: picture('ticket') });
  await page.close();
});

test('the page had no errors', () => {
  expect(problems).toEqual([]);
});
