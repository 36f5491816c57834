import type { SlackResult } from '../../delivery/slack-result.ts';
import { createPosts, type Posts } from '../../integrations/slack/posts.ts';
import type { AppContext } from './context.ts';
import { type MeasuredCall, measured } from './measured.ts';
import type { Workspace } from './open-workspace.ts';

/** For `measured`: each call of a port to Slack is counted and timed under its Web API method, and told to the current span. */
export const slackCalls =
  <Name extends string>(
    { metrics: { metrics }, tracer }: Pick<AppContext, 'metrics' | 'tracer'>,
    methods: Readonly<Record<Name, string>>,
  ) =>
  (name: Name, { seconds, result }: MeasuredCall<SlackResult<unknown>>): void => {
    if (!result) return;
    const method = methods[name];
    const outcome = result.ok ? 'ok' : result.kind;
    metrics.slackCalls.inc({ method, outcome });
    tracer.note({ 'farmhand.slack.method': method }, result.ok ? undefined : outcome);
    metrics.slackCallSeconds.observe({ method }, seconds);
    if (outcome === 'rate_limited') metrics.slackRateLimited.inc({ method });
  };

/** Keyed messages whose calls are counted. */
export const slackPosts = (context: AppContext, workspace: Workspace): Posts =>
  measured(
    createPosts(workspace.posts),
    slackCalls(context, {
      post: 'chat.postMessage',
      update: 'chat.update',
      find: 'conversations.history',
      remove: 'chat.delete',
    }),
  );
