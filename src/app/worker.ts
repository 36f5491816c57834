import { alertNotes } from '../../views/messages/alerts/alert-notes.ts';
import { alertRoot } from '../../views/messages/alerts/alert-root.ts';
import { digestMessage } from '../../views/messages/alerts/digest.ts';
import { createBulkhead } from '../alerts/actions/bulkhead.ts';
import { reconcileActions } from '../alerts/actions/reconcile-actions.ts';
import { reconcileChannel, underMark } from '../alerts/channel/channel-controller.ts';
import { createDigestKeeper } from '../alerts/channel/digest-keeper.ts';
import { createInFlightCalls } from '../alerts/channel/in-flight-calls.ts';
import type { ActionState } from '../alerts/model/alert.ts';
import type { ActionResult } from '../alerts/ports/ports.ts';
import { messageOf } from '../core/errors.ts';
import { openClients } from '../integrations/alertmanager/clients.ts';
import { createSilences } from '../integrations/alertmanager/silences.ts';
import { openHttp } from '../integrations/http-client/call.ts';
import { createJiraTickets } from '../integrations/jira/tickets.ts';
import { createSlackThreads } from '../integrations/slack/threads.ts';
import { createApiTasks } from '../integrations/sre-api/tasks.ts';
import { queueNames } from '../jobs/nudges.ts';
import { startWorkers } from '../jobs/workers.ts';
import { startResync } from '../reconcile/resync.ts';
import { startRounds } from '../reconcile/rounds.ts';
import { createRun } from '../reconcile/run.ts';
import { type Part, type Pass, parts, type Work, works } from '../reconcile/work.ts';
import type { AppContext } from './context.ts';
import { sayWhetherTicketsWork } from './jira-check.ts';
import { measuredThreads } from './measured-threads.ts';
import { nextChannel } from './next-channel.ts';
import type { Rebuilds } from './rebuilds/rebuilds.ts';
import type { Records } from './records/records.ts';
import { isHeld, laneRecovery } from './records/recovery.ts';
import { redacted, withoutSecrets } from './redacted.ts';
import { timed } from './timed.ts';
import type { Workspace } from './workspace.ts';

/** Longer than any call to Slack may take (10 s); a claim older than this has lost its owner. ms */
const claimTimeout = 15_000;
/** Longer than one attempt of any action: a ticket takes at most seven times jira.timeout. ms */
export const actionTimeout = 90_000;
const resyncEvery = 10_000;
/** How soon work that nobody is at is found, once its lease is over; ms. */
const watchEvery = 1_000;
/** Of each kind, in one round. */
const foundAtMost = 1_000;
/** What is under way when it is time to stop may end within this: longer than any call to Slack may take; ms. */
const stopLimit = 12_000;
/** Wants to turn at least every `resyncEvery`; dead when it has not for this long. ms */
const loopLimit = 90_000;

/** The controllers: they make Slack, Jira, Alertmanager and the SRE API match the records. */
export const startWorker = (
  context: AppContext,
  records: Records,
  workspace: Workspace,
  rebuilds: Rebuilds | undefined,
): void => {
  const { log, now, stack, metrics, config } = context;
  const threads = measuredThreads(
    createSlackThreads({
      web: workspace.client,
      identity: workspace.known,
      views: {
        root: (facts) => alertRoot(facts, workspace.view()),
        notes: (facts, notes) => alertNotes(facts, notes, workspace.view()),
        digest: (digest) => digestMessage(digest, workspace.view()),
      },
    }),
    metrics.metrics,
  );
  let claims = 0;
  let stopping = false;
  const shared = {
    store: records.alerts,
    lanes: records.lanes,
    pacer: records.pacer,
    threads,
    now,
    newClaim: () => `${context.owner}.${++claims}`,
  };
  const recovery = laneRecovery(context, records);
  const digests = createDigestKeeper({
    ...shared,
    adopt: async (ids) => (recovery.state() === 'adopt' ? recovery.adopt(ids) : 0),
    digests: records.digests,
    claimTimeout,
    settings: () => {
      const { digest, pacing } = config().slack;
      // A backlog that is gone within five seconds needs no digest, however fast the channel is.
      return { ...digest, threshold: Math.max(digest.threshold, pacing.posts_per_second * 5) };
    },
  });
  const onError = (error: unknown, kind?: Work, id?: string) =>
    log.warn(
      { error: messageOf(error), ...(kind && { nudge: { kind, id } }) },
      'A job failed; it will be tried again',
    );
  const underWay = createInFlightCalls({
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    // As many as the Slack client lets out at once: the others would grow old in its queue, with their claims.
    atOnce: 64,
    onLate: (error, channel) => onError(error, 'lane', channel),
  });
  const pass = {
    ...shared,
    underWay,
    digests,
    policy: { claimTimeout },
    concurrency: 16,
    budget: 1_000,
    stopping: () => stopping,
    recovery,
    nextChannel: (channel: string) => nextChannel(context, channel),
    onThread: (_alert: unknown, waitedMs: number) =>
      metrics.metrics.eventToThreadSeconds.observe({}, Math.max(0, waitedMs) / 1000),
    onUndeliverable: (alert: { id: string; channel: string }, error: string) =>
      log.error(
        { alert: alert.id, channel: alert.channel, error },
        'No channel accepts the thread of an alert',
      ),
    onWait: (kind: 'post' | 'update', _channel: string, waitMs: number) =>
      metrics.metrics.pacingWaitSeconds.observe({ kind }, waitMs / 1000),
  };
  const actions = actionDeps(context, records, workspace, rebuilds);

  const passes: Partial<Record<Work, Pass>> = {
    lane: (channel) => underMark(records.lanes, channel, () => reconcileChannel(pass, channel)),
    alert: (id) => reconcileActions(actions, id),
    ...rebuilds?.passes,
  };
  const { nudges, running, leases } = records;
  const { owner, after } = context;
  const run = createRun({
    passes: timedPasses(context, passes),
    leases,
    owner,
    running,
    nudges,
    now,
    after,
    onError,
  });
  const workers = startWorkers({
    connect: records.connectWorker,
    prefix: config().redis.prefix,
    concurrency: {
      lane: 16,
      alert: 32,
      ...(rebuilds && { drive: 128, card: 32, ticket: 8, approvers: 8 }),
    },
    run,
    onError,
  });
  const loop = context.health.loop('resync', loopLimit);
  const overdue = (part: Part, ms: number) => () => records.rebuilds.due(part, now() - ms, foundAtMost);
  const overdueParts = (ms: number) =>
    rebuilds ? Object.fromEntries(parts.map((part) => [part, overdue(part, ms)])) : {};
  const stopResync = startResync({
    ...{ after, nudges, every: resyncEvery, first: 0 },
    find: {
      lane: () => records.lanes.busy(),
      alert: () => records.overdue(resyncEvery, foundAtMost),
      ...overdueParts(resyncEvery),
    },
    onRound: loop.beat,
    onError: (error) => log.warn({ error: messageOf(error) }, 'A resync failed; the next one follows'),
    wake: records.onBack,
  });
  const stopTidying = startRounds({
    ...{ after, every: resyncEvery, round: records.tidy },
    onError: (error) =>
      log.warn(
        { error: messageOf(error) },
        'Old records were not left out of the indexes; the next time they are',
      ),
  });
  // Work that nobody is at: what is due for shorter has its own nudge under way.
  const stopWatch = startResync({
    ...{ after, nudges, every: watchEvery },
    find: { lane: () => records.lanes.orphans(), ...overdueParts(watchEvery) },
    // How Redis is, is told elsewhere.
    onError: () => {},
  });
  stack.defer(async () => {
    stopping = true;
    stopResync();
    stopTidying();
    stopWatch();
    loop.stop();
    const began = now();
    await workers.stop(stopLimit);
    await underWay.ended(stopLimit - (now() - began));
  });
};

const timedPasses = (context: AppContext, passes: Partial<Record<Work, Pass>>): typeof passes =>
  Object.fromEntries(
    works.flatMap((work) => {
      const pass = passes[work];
      return pass ? [[work, (id: string) => timed(context, queueNames[work], () => pass(id))]] : [];
    }),
  );

/** What each action talks to, as `/statusz` names it. */
const behind = {
  ticket: 'jira',
  silence: 'alertmanager',
  api_task: 'sre_api',
  rebuild: undefined,
} as const;

const actionDeps = (
  context: AppContext,
  records: Records,
  workspace: Workspace,
  rebuilds: Rebuilds | undefined,
) => {
  const { log, metrics, now, stack, health } = context;
  const safe = context.redactor.text;
  const { jira, alertmanagers, sre_api } = context.config();
  const http = stack.use(openHttp({ proxyFromEnv: true }));
  const clients = stack.use(openClients(http));
  sayWhetherTicketsWork(context, http).catch((error: unknown) =>
    log.warn({ error }, 'Jira could not be checked'),
  );
  return {
    store: records.alerts,
    tickets:
      jira && redacted(createJiraTickets(jira, { http: withoutSecrets(http, context), log, now }), safe),
    silences:
      alertmanagers.length > 0
        ? redacted(createSilences(alertmanagers, { httpFor: clients.httpFor, now }), safe)
        : undefined,
    rebuilds: rebuilds?.proposals,
    apiTasks: sre_api && redacted(createApiTasks(sre_api, { http, now }), safe),
    // Fewer in all than the workers have places: a Jira that hangs never holds up a silence.
    gate: createBulkhead({ ticket: 8, api_task: 8, silence: 8, rebuild: 8 }),
    permalink: workspace.permalink,
    now,
    claimTimeout: actionTimeout,
    held: () => isHeld(records.watch),
    onDone: (action: Pick<ActionState, 'kind'>, result: ActionResult, ms: number) => {
      const outcome = result.ok ? 'ok' : result.retry ? 'retry' : 'failed';
      metrics.metrics.actions.inc({ kind: action.kind, outcome });
      metrics.metrics.actionSeconds.observe({ kind: action.kind }, ms / 1000);
      const system = behind[action.kind];
      if (system === undefined) return;
      if (result.ok) health.report(system, 'up');
      else if (result.retry) health.report(system, 'down', result.error);
    },
  };
};
