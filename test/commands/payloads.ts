import { anAlert } from '../views/support/builders.ts';
import { bot, rootTs, team } from './slack-world.ts';

/** What Slack sends, in the shape of its documentation; unique where Slack's is. */
let serial = 0;
const next = (): string => String(++serial).padStart(6, '0');
/** Slack knows the first two. */
const people = { U01ANA: 'ana', U02BEN: 'ben', U99NOBODY: 'nobody' } as const;
export type Who = keyof typeof people;

export const click = (actionId: string, over: { user?: Who; value?: string; userTeam?: string } = {}) => {
  const user = over.user ?? 'U01ANA';
  return {
    type: 'block_actions',
    api_app_id: 'A1',
    team: { id: team, domain: 'acme' },
    user: { id: user, username: people[user], name: people[user], team_id: over.userTeam ?? team },
    channel: { id: 'C01ALERTS', name: 'alerts' },
    container: { type: 'message', message_ts: rootTs, channel_id: 'C01ALERTS', is_ephemeral: false },
    message: { type: 'message', ts: rootTs, user: bot, text: '' },
    trigger_id: `1.2.${next()}`,
    response_url: 'https://slack.test/respond/1',
    state: { values: {} },
    actions: [
      {
        type: 'button',
        action_id: actionId,
        block_id: 'b',
        value: over.value ?? anAlert().id,
        text: { type: 'plain_text', text: 'x' },
        action_ts: `1795184100.${next()}`,
      },
    ],
  };
};

/** A click in App Home: no channel, no response_url. */
export const homeClick = (actionId: string, value: string) => inView('home', actionId, value);

/** A click in an open modal. */
export const modalClick = (actionId: string, value: string) => inView('modal', actionId, value);

const inView = (type: 'home' | 'modal', actionId: string, value: string) => {
  const { channel: _, message: __, response_url: ___, ...rest } = click(actionId, { value });
  return {
    ...rest,
    container: { type: 'view', view_id: 'V7' },
    view: {
      id: 'V7',
      type,
      callback_id: 'x',
      private_metadata: '',
      hash: next(),
      blocks: [],
      state: { values: {} },
    },
  };
};

/** Somebody types into a select with options from farmhand. */
export const suggestion = (actionId: string, value: string) => ({
  type: 'block_suggestion',
  api_app_id: 'A1',
  team: { id: team, domain: 'acme' },
  user: { id: 'U01ANA', name: 'ana', team_id: team },
  container: { type: 'view', view_id: 'V1' },
  action_id: actionId,
  block_id: 'b',
  value,
  view: {
    id: 'V1',
    type: 'modal',
    private_metadata: '{}',
    callback_id: 'x',
    blocks: [],
    state: { values: {} },
  },
});

export const slash = (text: string, over: { userTeam?: string; command?: string } = {}) => ({
  command: over.command ?? '/alerts',
  text,
  team_id: over.userTeam ?? team,
  team_domain: 'acme',
  channel_id: 'C01ALERTS',
  channel_name: 'alerts',
  user_id: 'U01ANA',
  user_name: 'ana',
  api_app_id: 'A1',
  response_url: 'https://slack.test/respond/1',
  trigger_id: `1.2.${next()}`,
});

const envelope = (event: Record<string, unknown>) => ({
  type: 'event_callback',
  team_id: team,
  api_app_id: 'A1',
  event_id: `Ev${next()}`,
  event_time: 1795184100,
  authorizations: [{ team_id: team, user_id: bot, is_bot: true }],
  event,
});

export const reply = (text: string, over: Record<string, unknown> = {}) =>
  envelope({
    type: 'message',
    user: 'U01ANA',
    team,
    channel: 'C01ALERTS',
    channel_type: 'channel',
    text,
    ts: `1795184200.${next()}`,
    thread_ts: rootTs,
    parent_user_id: bot,
    ...over,
  });

export const homeOpened = (tab = 'home') =>
  envelope({
    type: 'app_home_opened',
    user: 'U01ANA',
    channel: 'D01ANA',
    tab,
    event_ts: `1795184200.${next()}`,
  });

export const mention = (text: string, over: Record<string, unknown> = {}) =>
  envelope({
    type: 'app_mention',
    user: 'U01ANA',
    team,
    channel: 'C01ALERTS',
    text,
    ts: `1795184200.${next()}`,
    thread_ts: rootTs,
    ...over,
  });

export const submit = (privateMetadata: string, callbackId: string, values: Record<string, unknown>) => ({
  type: 'view_submission',
  api_app_id: 'A1',
  team: { id: team, domain: 'acme' },
  user: { id: 'U01ANA', name: 'ana', username: 'ana', team_id: team },
  trigger_id: `1.2.${next()}`,
  view: {
    id: 'V1',
    type: 'modal',
    callback_id: callbackId,
    hash: next(),
    private_metadata: privateMetadata,
    blocks: [],
    state: { values },
  },
  response_urls: [],
});
