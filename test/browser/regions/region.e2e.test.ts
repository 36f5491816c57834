import { afterAll, beforeAll, expect, test } from 'vitest';
import { rules, serviceNamed } from '../../../sandbox/generator/catalogue.ts';
import { fault } from '../../../sandbox/generator/fault.ts';
import { startRedis } from '../../../sandbox/redis/start.ts';
import { startWorld, type World } from '../../../sandbox/world/world.ts';
import { openSide, works } from '../../e2e/regions/two-regions.ts';
import { openBrowser, openPage, picture } from '../browser.ts';
import { openSlack, type SlackPage } from '../slack-page.ts';
import { storyOf } from '../story.ts';

/** A failover as people see it: who works, and what becomes of the threads that are there. */
let world: World;
let slack: SlackPage;
let before: Awaited<ReturnType<World['start']>>;
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  world = stack.use(await startWorld({ slackPacing: false, pacing: { posts_per_second: 20 } }));
  before = await world.start();
  const browser = await openBrowser();
  stack.defer(() => browser.close());
  const { page } = await openPage(browser, { width: 1180, height: 900, scale: 2, patience: 60_000 });
  slack = await openSlack(page, world.slack);
});

afterAll(() => stack.disposeAsync());

test('the channel of the regions says who works, and the default channel what becomes of what is known', {
  timeout: 240_000,
}, async () => {
  const second = stack.use(await startRedis());
  const west = await openSide(world, 'west', { redis: world.redis.url, topic: 'none' });
  const east = await openSide(world, 'east', { redis: second.url, topic: 'none' });
  const shoot = (name: string) =>
    slack.page.screenshot({ path: picture(`region-${name}`), animations: 'disabled' });
  const since = Date.now() - 60_000;
  const restarts = fault(rules.PodCrashLooping, serviceNamed('search'), 5, 3);
  await storyOf(world).fires(since, restarts);
  const message = slack.message('PodCrashLooping');
  await slack.press(message, 'Acknowledge');
  await slack.read(message, 'Acknowledged');

  await west.farmhand('promote', '--why', 'first start, change CHG0042');
  await slack.goTo('sre');
  expect(await slack.read(slack.channel, 'Region west works from now on')).toContain(
    'first start, change CHG0042',
  );
  await east.farmhand('promote', '--why', 'west is gone: no answer from any of its pods since 02:10');
  expect(await slack.read(slack.channel, 'Region east works from now on, and west no more')).toContain(
    'west stops by itself',
  );
  await shoot('promoted');

  await before.stop();
  await works(await east.start());
  await slack.goTo('alerts');
  await slack.read(slack.channel, 'Region east was promoted, and works since');
  await slack.read(slack.channel, '1 thread found in Slack');
  await shoot('goes-on');
  expect(await slack.read(message, 'Acknowledged')).toMatch(/has it since/);
});
