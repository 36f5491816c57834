import { alertNotes } from '../../views/messages/alerts/alert-notes.ts';
import { alertRoot } from '../../views/messages/alerts/alert-root.ts';
import { digestMessage } from '../../views/messages/alerts/digest.ts';
import { groupMembers } from '../../views/messages/alerts/group-members.ts';
import { sharesOf } from '../access/tiers.ts';
import { channelTurn, turnAhead } from '../alerts/channel/channel-controller.ts';
import type { LaneOpening } from '../alerts/channel/channel-queue.ts';
import { createDigestKeeper } from '../alerts/channel/digest-keeper.ts';
import { createInFlightCalls } from '../alerts/channel/in-flight-calls.ts';
import type { GroupPolicy } from '../alerts/groups/evolve-group.ts';
import type { ThreadPort } from '../alerts/ports/ports.ts';
import { messageOf } from '../core/errors.ts';
import { createSlackThreads } from '../integrations/slack/threads.ts';
import type { Turn } from '../reconcile/lease.ts';
import { actionSpecs } from '../routes/actions.ts';
import { notifyWishOf } from '../routes/table.ts';
import type { Records } from './records/open-records.ts';
import { laneRecovery } from './records/recovery.ts';
import type { AppContext } from './shared/context.ts';
import { measured } from './shared/measured.ts';
import { nextChannel, type Workspace } from './shared/open-workspace.ts';
import { slackCalls } from './shared/slack-calls.ts';
import { aroundThread } from './tracing/around.ts';

/** Longer than any call to Slack may take (10 s); a claim older than this has lost its owner. ms */
const claimTimeout = 15_000;
/** As many as the Slack client lets out at once: the others would grow old in its queue, with their claims. */
const callsAtOnce = 64;

export interface Channels {
  /** Makes Slack match the records of a channel. */
  readonly turn: (channel: string) => Turn;
  /** The same, whose lane is opened by a write that is about to be made. */
  readonly ahead: (
    channel: string,
    lease: LaneOpening['lease'],
  ) => { readonly opening: LaneOpening; readonly turn: Turn };
  /** Until no call of theirs is under way any more, for at most `ms`. */
  ended(ms: number): Promise<void>;
}

/** The threads of alerts, and the digests of what waits for its thread. */
export const openChannels = (context: AppContext, records: Records, workspace: Workspace): Channels => {
  const { log, now, after, stopping, config, newClaim, tracer } = context;
  const { metrics } = context.metrics;
  const { lanes } = records;
  const recovery = laneRecovery(context, records);
  const slack = createSlackThreads({
    ...workspace.posts,
    views: {
      root: (facts) => alertRoot(facts, workspace.view()),
      notes: (facts, notes) => alertNotes(facts, notes, workspace.view()),
      members: (page) => groupMembers(page, workspace.view()),
      digest: (digest) => digestMessage(digest, workspace.view()),
    },
  });
  const shared = {
    ...{ store: records.alerts, lanes, pacer: records.pacer, now, newClaim },
    threads: measured<ThreadPort>(slack, slackCalls(context, methods)),
  };
  const underWay = createInFlightCalls({
    after,
    atOnce: callsAtOnce,
    shares: () => sharesOf(config().tiers),
    onLate: (error, channel) =>
      log.warn(
        { error: messageOf(error), nudge: { kind: 'lane', id: channel } },
        'A job failed; it will be tried again',
      ),
  });
  const deps = {
    ...shared,
    makeReady: slack.makeReady,
    digests: createDigestKeeper({
      ...shared,
      adopt: async (ids) => (recovery.state() === 'adopt' ? recovery.adopt(ids) : 0),
      digests: records.digests,
      claimTimeout,
      settings: () => {
        const { digest, pacing } = config().slack;
        // A backlog that is gone within five seconds needs no digest, however fast the channel is.
        return { ...digest, threshold: Math.max(digest.threshold, pacing.posts_per_second * 5) };
      },
    }),
    groups: {
      groups: records.groups,
      policy: () => groupPolicy(context),
      ...(tracer.on && {
        traceOf: async (id: string) => (await records.alerts.getMany([id])).get(id)?.trace,
      }),
    },
    around: aroundThread(tracer),
    underWay,
    policy: { claimTimeout },
    concurrency: 16,
    budget: 1_000,
    stopping,
    recovery,
    nextChannel: (channel: string) => nextChannel(context, channel),
    onThread: ({ tier }: { readonly tier: string }, waitedMs: number) =>
      metrics.eventToThreadSeconds.observe({ tier }, Math.max(0, waitedMs) / 1000),
    onEscalated: (kind: string) => metrics.alertEscalations.inc({ kind }),
    onUndeliverable: (alert: { id: string; channel: string }, error: string) =>
      log.error(
        { alert: alert.id, channel: alert.channel, error },
        'No channel accepts the thread of an alert',
      ),
    onWait: (kind: 'post' | 'update', _channel: string, waitMs: number) =>
      metrics.pacingWaitSeconds.observe({ kind }, waitMs / 1000),
  };
  return {
    turn: (channel) => channelTurn(deps, channel),
    ahead: (channel, lease) => turnAhead(deps, channel, lease),
    ended: underWay.ended,
  };
};

const methods = {
  postRoot: 'chat.postMessage',
  updateRoot: 'chat.update',
  postNotes: 'chat.postMessage',
  postMembers: 'chat.postMessage',
  updateMembers: 'chat.update',
  postDigest: 'chat.postMessage',
  updateDigest: 'chat.update',
  find: 'conversations.history',
  remove: 'chat.delete',
} as const satisfies Record<keyof ThreadPort, string>;

const groupPolicy = ({ config }: AppContext): GroupPolicy => {
  const { alerts, routes } = config();
  return {
    refireWindow: alerts.refire_window,
    ticketsOf: (name) =>
      actionSpecs(routes.find((route) => route.name === name)?.actions ?? []).filter(
        ({ kind }) => kind === 'ticket' || kind === 'pager',
      ),
    notifyOf: (name) => {
      const route = routes.find((one) => one.name === name);
      return route && notifyWishOf(route, alerts.quiet_hours);
    },
    runbookOf: (name) => routes.find((route) => route.name === name)?.runbook_url,
  };
};
