import { z } from 'zod';
import { type Box, seedChannels } from '../box.ts';
import { type Answer, json } from '../gateway/http.ts';
import type { Sockets } from '../gateway/sockets.ts';
import { Fault, Outage } from './faults.ts';
import { CannotDo, click, command, say } from './people.ts';
import { setUsergroup, Usergroup } from './usergroups.ts';

const person = { channel: z.string(), user: z.string() };
const Say = z.strictObject({ ...person, text: z.string(), thread_ts: z.string().exactOptional() });
const Command = z.strictObject({ ...person, command: z.string(), text: z.string().default('') });
const Click = z.strictObject({
  ...person,
  ts: z.string(),
  action_id: z.string(),
  stale_value: z.string().exactOptional(),
});
const Submit = z.strictObject({ user: z.string(), values: z.record(z.string(), z.unknown()) });
const User = z.strictObject({ user: z.string() });
const Message = z.strictObject({ channel: z.string(), ts: z.string() });
const ChannelState = z.strictObject({
  channel: z.string(),
  archived: z.boolean().optional(),
  member: z.boolean().optional(),
});
const positive = z.number().positive();
const PacingInput = z.union([
  z.literal(false),
  z.strictObject({
    postsPerSecond: positive,
    burst: positive,
    updatesPerMinute: positive,
    lookupsPerMinute: positive,
  }),
]);

/** Answers under `/_box/`: what tests and people do to this Slack. `body` is parsed JSON. */
export const serveControl = async (
  box: Box,
  sockets: Sockets,
  call: string,
  query: URLSearchParams,
  body: unknown,
): Promise<Answer> => {
  try {
    return json({ ok: true, ...(await act(box, sockets, call, query, body)) });
  } catch (error) {
    if (error instanceof z.ZodError) return json({ ok: false, error: z.prettifyError(error) }, 400);
    if (error instanceof CannotDo) return json({ ok: false, error: error.message }, 400);
    throw error;
  }
};

const act = async (
  box: Box,
  sockets: Sockets,
  call: string,
  query: URLSearchParams,
  body: unknown,
): Promise<Readonly<Record<string, unknown>>> => {
  const { feed } = box;
  if (!feed) throw new CannotDo('The gateway has not started yet.');
  switch (call) {
    case 'POST faults':
      return { id: box.faults.add(Fault.parse(body)) };
    case 'DELETE faults':
      if (query.has('id')) box.faults.remove(Number(query.get('id')));
      else box.faults.clear();
      return {};
    case 'GET faults':
      return { pending: box.faults.pending() };
    case 'PUT outage':
      box.faults.outage(Outage.parse(body));
      return {};
    case 'PUT pacing':
      box.pacer.set(PacingInput.parse(body));
      return {};
    case 'GET journal':
      return { entries: box.journal.read(Number(query.get('since') ?? 0)) };
    case 'GET messages':
      return {
        messages: box.messages.all(query.get('channel') ?? '').map(({ raw: _, ...message }) => message),
      };
    case 'GET modals':
      return { modals: feed.modals() };
    case 'GET home':
      return { view: feed.home(query.get('user') ?? '') ?? null };
    case 'GET sockets':
      return { open: sockets.count() };
    case 'POST say':
      return say(box, Say.parse(body));
    case 'POST command':
      await command(box, Command.parse(body));
      return {};
    case 'POST click':
      await click(box, Click.parse(body));
      return {};
    case 'POST submit': {
      const { user, values } = Submit.parse(body);
      if (feed.modals().length === 0) throw new CannotDo('There is no open modal to submit.');
      return { ...(await feed.submit(user, values)) };
    }
    case 'POST close':
      feed.close(User.parse(body).user);
      return {};
    case 'POST open-home':
      return box.inner.act('open-home', User.parse(body));
    case 'POST delete': {
      const { channel, ts } = Message.parse(body);
      await box.inner.call('chat.delete', { channel, ts }, box.seed.bot.botToken);
      box.messages.remove(channel, ts);
      return {};
    }
    case 'PUT channel': {
      const { channel: id, archived, member } = ChannelState.parse(body);
      const channel = box.channels.get(id);
      if (!channel) throw new CannotDo(`There is no channel ${id}; use its id.`);
      channel.isArchived = archived ?? channel.isArchived;
      channel.isMember = member ?? channel.isMember;
      return {};
    }
    case 'PUT usergroup':
      setUsergroup(box, Usergroup.parse(body));
      return {};
    case 'PUT revoked': {
      const revoked = z.array(z.string()).parse(body);
      box.revoked.clear();
      for (const token of revoked) box.revoked.add(token);
      return {};
    }
    case 'POST recycle':
      return { recycled: sockets.recycle(query.has('oldest') ? 'oldest' : 'all') };
    case 'POST cut':
      return { cut: sockets.cut() };
    case 'POST resend':
      return { sent: sockets.resend(z.strictObject({ type: z.string() }).parse(body).type) };
    case 'POST reset':
      return reset(box);
    default:
      throw new CannotDo(`Unknown call: ${call}. See sandbox/slack/control/control-api.ts.`);
  }
};

/** Back to the seed: no messages, faults, journal, and the limits it started with. Sockets stay. */
const reset = async (box: Box): Promise<Readonly<Record<string, unknown>>> => {
  await box.inner.act('reset', {});
  box.messages.clear();
  box.faults.clear();
  box.journal.clear();
  box.pacer.reset();
  box.revoked.clear();
  box.usergroups.clear();
  box.channels.clear();
  for (const [id, channel] of seedChannels(box.seed)) box.channels.set(id, channel);
  return {};
};
