import type { Middleware, SlackEventMiddlewareArgs } from '@slack/bolt';
import type { HomeKeeper } from '../home/keeper.ts';

/** Somebody opened App Home; its other tab, Messages, is none of its business. */
export const appHomeOpened =
  (home: HomeKeeper): Middleware<SlackEventMiddlewareArgs<'app_home_opened'>> =>
  async ({ event, client }) => {
    if (event.tab === 'home') await home.opened(client, { id: event.user });
  };
