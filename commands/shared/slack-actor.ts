import { z } from 'zod';

/** Who did what where, alike for all that Slack sends. */
export interface SlackActor {
  readonly kind: 'event' | 'action' | 'command' | 'view' | 'search';
  readonly user?: string;
  /** The workspace the person belongs to; undefined when Slack did not say. */
  readonly userTeam?: string;
  readonly bot: boolean;
  readonly channel?: string;
  readonly thread?: string;
  /** Equal for what Slack sends twice; undefined when there is nothing to tell it by. */
  readonly key?: string;
}

const id = z.string().optional();

const EventBody = z.object({
  type: z.literal('event_callback'),
  team_id: id,
  event: z.object({
    user: id,
    bot_id: id,
    subtype: id,
    team: id,
    user_team: id,
    source_team: id,
    channel: id,
    ts: id,
    thread_ts: id,
  }),
});

const ActionBody = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string(), team_id: id }),
  team: z.object({ id: z.string() }).nullish(),
  channel: z.object({ id: z.string() }).optional(),
  container: z.object({ channel_id: id, thread_ts: id }).optional(),
  actions: z.array(z.object({ action_id: z.string(), action_ts: id })).min(1),
});

const ViewBody = z.object({
  type: z.enum(['view_submission', 'view_closed']),
  user: z.object({ id: z.string(), team_id: id }),
  team: z.object({ id: z.string() }).nullish(),
  view: z.object({ id: z.string(), hash: id }),
  trigger_id: id,
});

/** What is typed into a select whose options come from here: every letter is its own, so none has a key. */
const SearchBody = z.object({
  type: z.literal('block_suggestion'),
  user: z.object({ id: z.string(), team_id: id }),
  team: z.object({ id: z.string() }).nullish(),
});

const CommandBody = z.object({
  command: z.string(),
  user_id: z.string(),
  team_id: z.string(),
  channel_id: z.string(),
  trigger_id: id,
});

/** Reads the body of a Slack request; undefined when it is of no kind that farmhand listens to. */
export const actorOf = (body: unknown): SlackActor | undefined =>
  fromEvent(body) ?? fromAction(body) ?? fromView(body) ?? fromSearch(body) ?? fromCommand(body);

const fromEvent = (body: unknown): SlackActor | undefined => {
  const { data } = EventBody.safeParse(body);
  if (!data) return undefined;
  const { event } = data;
  // Not `team_id`: that is the workspace that got the event, whoever sent it.
  const userTeam = event.user_team ?? event.source_team ?? event.team;
  // A mention arrives as `message` and as `app_mention`: one message, whichever comes first.
  const key =
    event.channel !== undefined && event.ts !== undefined ? `${event.channel}:${event.ts}` : undefined;
  return compact({
    kind: 'event',
    user: event.user,
    userTeam,
    bot: event.bot_id !== undefined || event.subtype === 'bot_message' || event.user === 'USLACKBOT',
    channel: event.channel,
    thread: event.thread_ts,
    key,
  });
};

const fromAction = (body: unknown): SlackActor | undefined => {
  const { data } = ActionBody.safeParse(body);
  if (!data) return undefined;
  const action = data.actions[0];
  return compact({
    kind: 'action',
    user: data.user.id,
    userTeam: data.user.team_id,
    bot: false,
    channel: data.channel?.id ?? data.container?.channel_id,
    thread: data.container?.thread_ts,
    key: action?.action_ts && `${action.action_ts}:${data.user.id}:${action.action_id}`,
  });
};

const fromView = (body: unknown): SlackActor | undefined => {
  const { data } = ViewBody.safeParse(body);
  if (!data) return undefined;
  const userTeam = data.user.team_id;
  return compact({ kind: 'view', user: data.user.id, userTeam, bot: false, key: data.trigger_id });
};

const fromSearch = (body: unknown): SlackActor | undefined => {
  const { data } = SearchBody.safeParse(body);
  const userTeam = data?.user.team_id;
  return data && compact({ kind: 'search', user: data.user.id, userTeam, bot: false });
};

const fromCommand = (body: unknown): SlackActor | undefined => {
  const { data } = CommandBody.safeParse(body);
  return (
    data &&
    compact({
      kind: 'command',
      user: data.user_id,
      userTeam: data.team_id,
      bot: false,
      channel: data.channel_id,
      key: data.trigger_id,
    })
  );
};

type Loose<T> = { [K in keyof T]: T[K] | undefined };
type Found = Loose<Omit<SlackActor, 'kind' | 'bot'>> & Pick<SlackActor, 'kind' | 'bot'>;

const compact = ({ kind, bot, ...found }: Partial<Found> & Pick<SlackActor, 'kind' | 'bot'>): SlackActor => ({
  kind,
  bot,
  ...Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)),
});
