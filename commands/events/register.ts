import type { App } from '@slack/bolt';
import type { CommandDeps } from '../deps.ts';
import { appMention } from './app-mention.ts';
import { threadReply } from './thread-reply.ts';

export const registerEvents = (app: App, deps: CommandDeps): void => {
  app.event('app_mention', appMention(deps));
  app.event('message', threadReply(deps));
};
