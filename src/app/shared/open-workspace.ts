import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { ViewContext } from '../../../views/context.ts';
import { type PermalinkOf, permalinkFrom } from '../../alerts/actions/values.ts';
import { inTime } from '../../core/deadline.ts';
import { isRetryable, messageOf } from '../../core/errors.ts';
import { type BlockForms, createBlockForms } from '../../delivery/block-forms.ts';
import type { RefusedBlocksStore } from '../../integrations/redis/shared/refused-blocks.ts';
import { createSlackClient } from '../../integrations/slack/client/client.ts';
import { identify, type SlackIdentity } from '../../integrations/slack/client/identity.ts';
import type { PostsDeps } from '../../integrations/slack/posts.ts';
import type { AppContext } from './context.ts';

export interface Workspace {
  readonly client: WebClient;
  /** What posts farmhand's own messages. */
  readonly posts: PostsDeps;
  /** Which form of a message the workspace takes; one for all that is said in it. */
  readonly forms: BlockForms;
  readonly permalink: PermalinkOf;
  /** Who farmhand is; throws while Slack does not say, and asks again with the next call. */
  known(): Promise<SlackIdentity>;
  /** Its own user id, once Slack has said who farmhand is. */
  self(): string | undefined;
  view(): ViewContext;
}

/** From the channel that was wanted to the fallback, then to the default one; each is tried once. */
export const nextChannel = ({ config }: AppContext, refused: string): string | undefined => {
  const { fallback_channel, default_channel } = config().slack;
  if (refused !== fallback_channel && refused !== default_channel) return fallback_channel ?? default_channel;
  if (refused === fallback_channel && default_channel !== fallback_channel) return default_channel;
  return undefined;
};

/** A message does not wait longer for what other processes know of blocks; ms. */
const blocksWithin = 300;

/** The Web API client and who farmhand is there. Slack away: it keeps asking; a refused token is told, not fatal. */
export const openWorkspace = (
  context: AppContext,
  { refusedBlocks }: { readonly refusedBlocks: RefusedBlocksStore },
): Workspace => {
  const { log, health, stack, now } = context;
  const { slack } = context.config();
  const botToken = slack.bot_token.reveal();
  const { web: client, call } = stack.use(
    createSlackClient({ botToken, apiUrl: slack.api_url, log, safe: context.redactor.known }),
  );
  let identity: SlackIdentity | undefined;
  let stopped = false;
  stack.defer(() => {
    stopped = true;
  });
  const known = async (): Promise<SlackIdentity> => {
    identity ??= await identify(client);
    return identity;
  };
  const forms = createBlockForms({
    setting: () => context.config().slack.blocks,
    now,
    onRefused: (kinds) => log.warn({ kinds }, 'Slack does not take these blocks: classic ones for a day'),
    // What one workspace refuses says nothing about another.
    shared: {
      known: async () =>
        (await inTime(blocksWithin, async () => refusedBlocks.known((await known()).teamId, now()))) ??
        new Map(),
      keep: async (kinds, until) => refusedBlocks.keep((await known()).teamId, kinds, until),
    },
    onNotKept: (error) => log.warn({ error: messageOf(error) }, 'That Slack refuses blocks is not on record'),
  });
  const ask = async (): Promise<void> => {
    while (!identity && !stopped) {
      try {
        await known();
        health.report('slack', 'up');
      } catch (error) {
        health.report('slack', 'down', error);
        if (isRetryable(error)) log.warn({ error: messageOf(error) }, 'Waiting for Slack');
        else log.error({ error: messageOf(error) }, 'Slack refuses farmhand');
        await sleep(isRetryable(error) ? 2_000 : 30_000, undefined, { ref: false });
      }
    }
  };
  void ask();
  const teamUrl = () => identity?.url;
  return {
    client,
    posts: { web: client, call, identity: known, forms },
    forms,
    permalink: permalinkFrom(teamUrl),
    known,
    self: () => identity?.botUserId,
    view: () => {
      const config = context.config();
      const url = teamUrl();
      return {
        allowedHosts: config.slack.allowed_link_hosts,
        now: now(),
        ...(url !== undefined && { teamUrl: url }),
        can: { ticket: config.jira !== undefined, silence: config.alertmanagers.length > 0 },
        postsPerSecond: config.slack.pacing.posts_per_second,
      };
    },
  };
};
