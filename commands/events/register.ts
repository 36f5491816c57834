import type { App } from '@slack/bolt';
import type { CommandDeps } from '../deps.ts';
import type { HomeKeeper } from '../home/keeper.ts';
import { appHomeOpened } from './app-home-opened.ts';
import { appMention } from './app-mention.ts';
import { threadReply } from './thread-reply.ts';

export const registerEvents = (app: App, deps: CommandDeps, home: HomeKeeper): void => {
  app.event('app_home_opened', appHomeOpened(home));
  app.event('app_mention', appMention(deps));
  app.event('message', threadReply(deps));
};
