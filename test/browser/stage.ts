import type { Browser } from 'playwright-core';
import type { FarmhandSpec } from '../../sandbox/world/farmhand.ts';
import { startWorld, type World, type WorldOptions } from '../../sandbox/world/world.ts';
import { openBrowser, openPage, type PageOptions } from './browser.ts';
import { openSlack, type SlackPage } from './slack-page.ts';
import { storyOf } from './story.ts';

/** A world with its farmhand, and its Slack in a browser. */
export interface Stage extends AsyncDisposable {
  readonly world: World;
  readonly browser: Browser;
  readonly slack: SlackPage;
  readonly story: ReturnType<typeof storyOf>;
  /** What the page has thrown. */
  readonly problems: readonly string[];
}

/** With rebuilds, of which each takes a minute or two. */
export const withRebuilds: WorldOptions = {
  rebuilds: { timeScale: 6 },
  slackPacing: false,
  pacing: { posts_per_second: 20 },
};

export const openStage = async (
  options: WorldOptions,
  view: PageOptions,
  farmhand: Partial<FarmhandSpec> = {},
): Promise<Stage> => {
  await using starting = new AsyncDisposableStack();
  const world = starting.use(await startWorld(options));
  await world.start(farmhand);
  const browser = await openBrowser();
  starting.defer(() => browser.close());
  const { page, problems } = await openPage(browser, view);
  const slack = await openSlack(page, world.slack);
  const held = starting.move();
  return {
    ...{ world, browser, slack, story: storyOf(world), problems },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
};
