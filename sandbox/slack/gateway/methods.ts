import { type Args, flag, record, text } from '../args.ts';
import { type Box, type Channel, channelId } from '../box.ts';
import { membersOf } from '../control/usergroups.ts';
import { roots, thread, told } from '../messages/conversation.ts';
import { windowOf } from '../messages/history.ts';
import type { Json } from '../messages/messages.ts';

/** What a method does here; the rest goes to the local Slack as it is. */
export type Method = (box: Box, args: Args, token: string) => Json | Promise<Json>;

const error = (word: string): Json => ({ ok: false, error: word });
const isError = (value: object): value is { readonly error: string } => 'error' in value;

const reading = (box: Box, args: Args): Channel | Json => {
  const channel = box.channels.get(channelId(box, text(args['channel'])));
  if (!channel || (channel.isPrivate && !channel.isMember)) return error('channel_not_found');
  return channel.isMember ? channel : error('not_in_channel');
};

const history: Method = (box, args) => {
  const channel = reading(box, args);
  if (!('isMember' in channel)) return channel;
  const withMetadata = flag(args['include_all_metadata']);
  const page = windowOf(roots(String(channel.id), box.messages), args, 100);
  if (isError(page)) return error(page.error);
  return {
    ok: true,
    ...page,
    messages: page.messages.map((message) => told(message, box.messages, withMetadata)),
    pin_count: 0,
  };
};

/** The root is always there, and first; the window is for replies. */
const replies: Method = (box, args) => {
  const channel = reading(box, args);
  if (!('isMember' in channel)) return channel;
  const [root, ...rest] = thread(String(channel.id), text(args['ts']), box.messages);
  if (!root) return error('thread_not_found');
  const page = windowOf(rest, args, 1000);
  if (isError(page)) return error(page.error);
  const withMetadata = flag(args['include_all_metadata']);
  return {
    ok: true,
    ...page,
    messages: [root, ...page.messages].map((message) => told(message, box.messages, withMetadata)),
  };
};

const post: Method = async (box, args, token) => {
  const channel = box.channels.get(channelId(box, text(args['channel'])));
  if (channel?.isArchived) return error('is_archived');
  if (channel?.isPrivate && !channel.isMember) return error('channel_not_found');
  const parent = text(args['thread_ts']);
  if (channel && parent !== '' && thread(channel.id, parent, box.messages).length === 0) {
    return error('thread_not_found');
  }
  const answer = await box.inner.call('chat.postMessage', args, token);
  const message = record(answer['message']);
  const metadata = record(args['metadata']);
  if (answer['ok'] !== true || !message) return answer;
  box.messages.put(message, metadata);
  return { ...answer, message: { ...message, ...(metadata && { metadata }) } };
};

/** Blocks and metadata that are left out stay as they are. https://docs.slack.dev/reference/methods/chat.update */
const update: Method = async (box, args, token) => {
  const channel = channelId(box, text(args['channel']));
  const known = box.messages.find(channel, text(args['ts']));
  const refusal = own(box, channel, text(args['ts']), 'cant_update_message');
  if (refusal || !known) return refusal ?? error('message_not_found');
  if (box.channels.get(channel)?.isArchived) return error('is_inactive');
  const blocks = args['blocks'] ?? known.blocks;
  const answer = await box.inner.call('chat.update', { ...args, channel, blocks }, token);
  const message = record(answer['message']);
  if (answer['ok'] !== true || !message) return answer;
  box.messages.put(message, record(args['metadata']));
  const metadata = box.messages.find(channel, known.ts)?.metadata;
  return { ...answer, message: { ...message, ...(metadata && { metadata }) } };
};

const remove: Method = async (box, args, token) => {
  const channel = channelId(box, text(args['channel']));
  const ts = text(args['ts']);
  const refusal = own(box, channel, ts, 'cant_delete_message');
  if (refusal) return refusal;
  const answer = await box.inner.call('chat.delete', { channel, ts }, token);
  if (answer['ok'] === true) box.messages.remove(channel, ts);
  return answer;
};

const own = (box: Box, channel: string, ts: string, otherwise: string): Json | undefined => {
  if (!box.channels.has(channel) && /^[CG]/.test(channel)) return error('channel_not_found');
  const known = box.messages.find(channel, ts);
  if (!known || known.deleted || known.ephemeralTo !== undefined) return error('message_not_found');
  return known.user === box.seed.bot.userId ? undefined : error(otherwise);
};

const info: Method = async (box, args, token) => {
  const channel = box.channels.get(channelId(box, text(args['channel'])));
  if (channel?.isPrivate && !channel.isMember) return error('channel_not_found');
  const answer = await box.inner.call('conversations.info', args, token);
  const known = record(answer['channel']);
  if (!known || !channel) return answer;
  return { ...answer, channel: { ...known, is_archived: channel.isArchived, is_member: channel.isMember } };
};

const join: Method = async (box, args, token) => {
  const channel = box.channels.get(text(args['channel']));
  if (!channel || channel.isPrivate) return error('channel_not_found');
  if (channel.isArchived) return error('is_archived');
  const before = channel.isMember;
  channel.isMember = true;
  const answer = await info(box, args, token);
  return before ? { ...answer, warning: 'already_in_channel' } : answer;
};

const invite: Method = (box, args, token) => {
  const channel = box.channels.get(text(args['channel']));
  if (!channel) return error('channel_not_found');
  const users = text(args['users']).split(',');
  const known = new Set(box.seed.users.map(({ id }) => id));
  if (users.some((user) => !known.has(user))) return error('user_not_found');
  return info(box, args, token);
};

/** A direct message with one person; the local Slack knows the same one again. */
const openDirect: Method = async (box, args, token) => {
  const users = text(args['users']).split(',');
  if (users.length !== 1 || users[0] === '') return error('users_list_not_supplied');
  if (!box.seed.users.some(({ id }) => id === users[0])) return error('user_not_found');
  const answer = await box.inner.call('conversations.open', args, token);
  const id = text(record(answer['channel'])?.['id']);
  if (answer['ok'] !== true || id === '') return answer;
  if (!box.channels.has(id)) {
    box.channels.set(id, { id, name: id, isPrivate: true, isMember: true, isArchived: false });
  }
  return answer;
};

const usergroups: Method = (box, args) => ({
  ok: true,
  usergroups: box.seed.usergroups.map(({ id, handle, name }) => ({
    id,
    team_id: box.seed.workspace.teamId,
    is_usergroup: true,
    name,
    handle,
    date_delete: 0,
    user_count: membersOf(box, id)?.length ?? 0,
    ...(flag(args['include_users']) && { users: membersOf(box, id) }),
  })),
});

const usergroupUsers: Method = (box, args) => {
  const users = membersOf(box, text(args['usergroup']));
  return users ? { ok: true, users } : error('no_such_subteam');
};

/** Views need a fresh trigger, once. */
const triggered =
  (method: string): Method =>
  (box, args, token) => {
    const refusal = box.triggers.use(text(args['trigger_id']), Date.now());
    return refusal === undefined ? box.inner.call(method, args, token) : error(refusal);
  };

/** The address of the page, so that permalinks open where people are. */
const authTest: Method = async (box, args, token) => ({
  ...(await box.inner.call('auth.test', args, token)),
  url: `${box.inner.publicUrl}/`,
});

export const methods: Readonly<Record<string, Method>> = {
  'auth.test': authTest,
  'chat.postMessage': post,
  'chat.update': update,
  'chat.delete': remove,
  'conversations.history': history,
  'conversations.replies': replies,
  'conversations.info': info,
  'conversations.join': join,
  'conversations.invite': invite,
  'conversations.open': openDirect,
  'usergroups.list': usergroups,
  'usergroups.users.list': usergroupUsers,
  'views.open': triggered('views.open'),
  'views.push': triggered('views.push'),
};
