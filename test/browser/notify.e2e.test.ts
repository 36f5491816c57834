import { afterAll, beforeAll, expect, test } from 'vitest';
import { rules, serviceNamed } from '../../sandbox/generator/catalogue.ts';
import { fault } from '../../sandbox/generator/fault.ts';
import { openStage, type Stage } from './stage.ts';

/**
 * Nobody reacts: the on-call group is mentioned, then the channel, until somebody does; in quiet hours nobody is, but for what
 * is critical. `docs/img/notify.png` is cut out of `notify-thread`.
 */
let stage: Stage;
let slack: Stage['slack'];
let story: Stage['story'];

const began = Date.now() - 120_000;
const trouble = fault(rules.ConnectionPoolExhausted, serviceNamed('orders'), 9, 1);
const atNight = fault(rules.KafkaConsumerLag, serviceNamed('reporting'), 40);
const critical = fault(rules.DatabasePrimaryDown, serviceNamed('reporting'), 1);

const minute = 60_000;
/** The config knows whole minutes only: time enough to start, and to look. */
const quietEnds = Math.ceil((Date.now() + 2 * minute) / minute) * minute;
const clock = (at: number): string => new Date(at).toISOString().slice(11, 16);
const nights = { name: 'nights', from: clock(quietEnds - 60 * minute), until: clock(quietEnds), zone: 'UTC' };

beforeAll(async () => {
  stage = await openStage(
    {
      slackPacing: false,
      alerts: { quiet_hours: [nights] },
      routes: [
        {
          name: 'reporting',
          match: ['service="reporting"'],
          quiet: 'nights',
          notify: [
            { after: '0s', mention: ['S0SRE'] },
            { after: '10s', mention: ['U0SRE1'] },
          ],
          actions: ['thread'],
        },
        {
          name: 'services',
          notify: [
            { after: '0s', mention: ['S0SRE'] },
            { after: '62s', mention: ['U0SRE1', 'channel'] },
            { after: '120s', mention: ['here'] },
          ],
          actions: ['thread'],
        },
      ],
    },
    { width: 1080, height: 780, scale: 2 },
  );
  ({ slack, story } = stage);
});

afterAll(() => stage?.[Symbol.asyncDispose]());

const root = () => slack.message('orders');
let opened = 0;

test('in quiet hours the root says until when nobody is mentioned, and what is critical is said at once', async () => {
  await story.fires(began, atNight);
  const root = slack.message('KafkaConsumerLag');
  await slack.read(root, /nobody is mentioned before \d+:\d\d.*nights/);
  await story.fires(began, critical);
  await slack.openThread(slack.message('DatabasePrimaryDown'));
  await slack.read(slack.thread, 'please look at this');
  await slack.shoot('notify-quiet');
  expect(await root.locator('.thread-summary').count()).toBe(0);
  // Else there was nothing to be held, and this says nothing.
  expect(Date.now()).toBeLessThan(quietEnds);
  await slack.closeThread();
});

test('who is on call is mentioned at once, and the channel a minute later, where all see it', async () => {
  await story.fires(began, trouble);
  await slack.read(root(), 'Firing');
  await slack.openThread(root());
  opened = Date.now();
  await slack.read(slack.thread, 'please look at this');
  await slack.page.waitForTimeout(62_000);
  await slack.read(slack.thread, 'nobody has acknowledged this for 1m');
  await slack.shoot('notify-thread');
});

test('an acknowledgement is told in the thread', async () => {
  await slack.press(root(), 'Acknowledge');
  await slack.read(slack.thread, /has it/);
  await slack.shoot('notify-acknowledged');
});

test('when quiet hours end, what was held is said in one reply', { timeout: 240_000 }, async () => {
  const held = slack.message('KafkaConsumerLag');
  await held.locator('.thread-summary').waitFor({ timeout: Math.max(0, quietEnds - Date.now()) + minute });
  await slack.closeThread();
  await slack.openThread(held);
  const said = await slack.read(slack.thread, 'nobody has acknowledged this for');
  expect(said).toMatch(/@sre.*Sam/i);
  expect(await slack.thread.getByText('nobody has acknowledged').count()).toBe(1);
  await slack.read(held, 'Nobody has it yet');
  expect(await held.textContent()).not.toContain('nobody is mentioned before');
  await slack.shoot('notify-quiet-over');
});

test('nobody is mentioned any more where somebody has it', { timeout: 240_000 }, async () => {
  await slack.page.waitForTimeout(Math.max(0, opened + 125_000 - Date.now()));
  await slack.closeThread();
  await slack.openThread(root());
  await slack.read(slack.thread, /has it/);
  expect(await slack.thread.getByText('nobody has acknowledged').count()).toBe(1);
});
