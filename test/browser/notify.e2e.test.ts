import { afterAll, beforeAll, expect, test } from 'vitest';
import { rules, serviceNamed } from '../../sandbox/generator/catalogue.ts';
import { fault } from '../../sandbox/generator/fault.ts';
import { openStage, type Stage } from './stage.ts';

/** Nobody reacts: the on-call group is mentioned, then the channel, until somebody does. `docs/img/notify.png` is cut out of `notify-thread`. */
let stage: Stage;
let slack: Stage['slack'];
let story: Stage['story'];

const began = Date.now() - 120_000;
const trouble = fault(rules.ConnectionPoolExhausted, serviceNamed('orders'), 9, 1);

beforeAll(async () => {
  stage = await openStage(
    {
      slackPacing: false,
      routes: [
        {
          name: 'services',
          notify: [
            { after: '0s', mention: ['S0SRE'] },
            { after: '62s', mention: ['U0SRE1', 'channel'] },
            { after: '70s', mention: ['here'] },
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

test('who is on call is mentioned at once, and the channel a minute later, where all see it', async () => {
  await story.fires(began, trouble);
  await slack.read(root(), 'Firing');
  await slack.openThread(root());
  await slack.read(slack.thread, 'please look at this');
  await slack.page.waitForTimeout(62_000);
  await slack.read(slack.thread, 'nobody has acknowledged this for 1m');
  await slack.shoot('notify-thread');
});

test('an acknowledgement ends it', async () => {
  await slack.press(root(), 'Acknowledge');
  await slack.read(slack.thread, /has it/);
  await slack.page.waitForTimeout(10_000);
  expect(await slack.thread.getByText('nobody has acknowledged').count()).toBe(1);
  await slack.shoot('notify-acknowledged');
});
