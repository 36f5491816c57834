import type { Json, Kept, Messages } from './messages.ts';

/** How a message is told by `conversations.history` and `.replies`. */
export const told = (
  message: Kept,
  messages: Messages,
  withMetadata: boolean,
): Json & { readonly ts: string } => {
  const { channel: _, ...raw } = message.raw;
  const replies = messages.replies(message.channel, message.ts);
  const users = [...new Set(replies.map(({ user }) => user))];
  return {
    ...(message.deleted ? tombstone : raw),
    ts: message.ts,
    ...(withMetadata && !message.deleted && message.metadata && { metadata: message.metadata }),
    ...(replies.length > 0 && {
      thread_ts: message.ts,
      reply_count: replies.length,
      reply_users_count: users.length,
      reply_users: users,
      latest_reply: replies.at(-1)?.ts,
    }),
  };
};

/** What stays of a deleted message that has replies. */
const tombstone: Json = {
  type: 'message',
  subtype: 'tombstone',
  user: 'USLACKBOT',
  text: 'This message was deleted.',
  hidden: true,
};

/** Messages of the channel itself, newest first: no replies, no ephemerals, deleted ones only with replies. */
export const roots = (channel: string, messages: Messages): readonly Kept[] =>
  messages
    .all(channel)
    .filter((message) => message.threadTs === undefined || message.threadTs === message.ts)
    .filter((message) => message.ephemeralTo === undefined && isThere(message, messages))
    .reverse();

/** The root and its replies, oldest first; empty when there is no such thread. */
export const thread = (channel: string, ts: string, messages: Messages): readonly Kept[] => {
  const root = messages.find(channel, ts);
  if (!root || root.ephemeralTo !== undefined || !isThere(root, messages)) return [];
  return [root, ...messages.replies(channel, ts)];
};

const isThere = (message: Kept, messages: Messages): boolean =>
  !message.deleted || messages.replies(message.channel, message.ts).length > 0;
