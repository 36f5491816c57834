import type { WebClient } from '@slack/web-api';
import type { SlackIdentity } from './client/identity.ts';
import { isOwn } from './find.ts';

/** All that farmhand's own message shows, as text; undefined where it is not there. @throws what the call throws */
export const readBack = async (
  web: WebClient,
  me: SlackIdentity,
  channel: string,
  ts: string,
): Promise<string | undefined> => {
  const { messages = [] } = await web.conversations.history({
    ...{ channel, latest: ts, oldest: ts },
    inclusive: true,
    limit: 1,
  });
  const found = messages.find((message) => message.ts === ts && isOwn(message, me));
  return found && JSON.stringify([found.text, found.blocks]);
};
