import { afterAll, beforeAll, expect, test } from 'vitest';
import { rules, serviceNamed } from '../../sandbox/generator/catalogue.ts';
import { fault } from '../../sandbox/generator/fault.ts';
import { actionIds } from '../../views/ids.ts';
import { picture } from './browser.ts';
import { openStage, type Stage } from './stage.ts';

/** The picture in the README: `docs/img/thread.png` is a copy of `test-results/readme-thread.png`. */
let stage: Stage;

beforeAll(async () => {
  stage = await openStage(
    { slackPacing: false, pacing: { posts_per_second: 20 } },
    { width: 1280, height: 760, scale: 2 },
  );
});

afterAll(() => stage?.[Symbol.asyncDispose]());

test('one channel, three alerts: firing, acknowledged, resolved, and the thread of the last', async () => {
  const minute = 60_000;
  const now = Date.now();
  const { world, slack, story } = stage;
  const { page } = slack;
  const { control } = world.slack;
  const channel = world.slack.channels['alerts'] ?? '';
  const lena = world.slack.users['lena.l1'] ?? '';
  const nora = world.slack.users['nora.sre'] ?? '';

  const tsOf = async (name: string): Promise<string> =>
    (await slack.message(name).getAttribute('data-ts')) ?? '';
  const acknowledge = async (name: string, user: string): Promise<void> => {
    await slack.message(name).waitFor();
    const ts = await tsOf(name);
    await control.click({ channel, user, ts, action_id: actionIds.acknowledge });
    await slack.read(slack.message(name), 'Acknowledged');
  };

  const errors = fault(rules.HighErrorRate, serviceNamed('checkout'), 12);
  await story.fires(now - 14 * minute, errors);
  await slack.read(slack.message('HighErrorRate'), 'OPS-1');
  await acknowledge('HighErrorRate', lena);
  await slack.openThread(slack.message('HighErrorRate'));
  await slack.read(slack.thread, 'Lena (L1 on call) has it');
  const thread_ts = await tsOf('HighErrorRate');
  await control.say({ channel, user: lena, thread_ts, text: 'Since the deploy of 2.41.0. Rolling back.' });
  await story.fires(now - 9 * minute, fault(rules.KafkaConsumerLag, serviceNamed('shipping'), 22));
  await acknowledge('KafkaConsumerLag', nora);
  await story.resolves(now - 14 * minute, now - minute, errors);
  await slack.read(slack.thread, '✅ Resolved');
  await story.fires(now - minute, fault(rules.PodCrashLooping, serviceNamed('search'), 5, 3));
  await slack.read(slack.message('PodCrashLooping'), 'Nobody has it yet');

  // What only one person was told belongs to their screen, not into a picture of everybody's.
  for (const message of await control.messages(channel)) {
    if (message.ephemeralTo !== undefined) await control.deleteMessage(channel, message.ts);
  }
  await expect.poll(() => page.getByText('only visible to you').count()).toBe(0);
  await page.mouse.move(0, 0);
  const area = await page.locator('.main').boundingBox();
  const left = area?.x ?? 0;
  await page.screenshot({
    path: picture('readme-thread'),
    clip: { x: left, y: 44, width: 1280 - left, height: 600 },
    animations: 'disabled',
  });
});
