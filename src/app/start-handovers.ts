import { type HandoverFacts, handover } from '../../views/messages/handover.ts';
import { decideSight, type Sight, tierOfInstance } from '../access/tiers.ts';
import { groupsWith } from '../alerts/ports/queries.ts';
import { readAll } from '../alerts/ports/read-all.ts';
import { type AlertReads, seenBy } from '../alerts/ports/seen.ts';
import type { HandoverSchedule } from '../core/time/handover-times.ts';
import type { PostKey } from '../delivery/slack-result.ts';
import { postHandovers } from '../handover/post-handovers.ts';
import { type HandoverRecord, handoverKey } from '../handover/record.ts';
import type { LostName } from '../rebuild/model/lost.ts';
import { startRounds } from '../reconcile/resync.ts';
import type { Records } from './records/open-records.ts';
import { isHeld } from './records/recovery.ts';
import type { AppContext } from './shared/context.ts';
import type { Workspace } from './shared/open-workspace.ts';
import { slackPosts } from './shared/slack-calls.ts';

/** Whoever works looks so often; ms. */
const every = 5_000;
/** Longer than any call to Slack may take; ms. */
const claimTimeout = 60_000;
const mostRebuilds = 200;

/** Posts the handovers of the config when they are due, whichever process sees it first. */
export const startHandovers = (
  context: AppContext,
  records: Records,
  workspace: Workspace,
  lost: (() => readonly LostName[]) | undefined,
): void => {
  const { log, now, after, newClaim, config, metrics, stack } = context;
  const posts = slackPosts(context, workspace);
  const told = (record: HandoverRecord) => ({
    handover: record.name,
    due: new Date(record.due).toISOString(),
  });
  const round = async (): Promise<void> => {
    if (context.stopping() || isHeld(records.watch)) return;
    await postHandovers({
      ...{ now, newClaim, claimTimeout, store: records.handovers, pacer: records.pacer },
      schedules: () => config().handover,
      slack: async (schedule, record) => {
        const facts = await factsFor(context, records, schedule, lost);
        const key: PostKey = { kind: 'handover', id: handoverKey(record) };
        return {
          post: () =>
            posts.post(schedule.channel, key, handover({ ...facts, due: record.due }, workspace.view())),
          find: (_, __, sinceMs) => posts.find(schedule.channel, key, sinceMs),
          remove: posts.remove,
        };
      },
      onEnd: (record, outcome, late_ms) => {
        metrics.metrics.handovers.inc({ outcome });
        if (outcome === 'posted') log.info({ ...told(record), late_ms }, 'A handover is posted');
        else log.error({ ...told(record), late_ms }, 'A handover was missed: nobody could post it in time');
      },
      onRefused: (record, error) =>
        log.warn({ ...told(record), error }, 'Slack does not take a handover; it is tried again'),
      onError: (name, error) =>
        log.warn({ handover: name, error }, 'A handover could not be looked after; the next round follows'),
    });
  };
  stack.defer(
    startRounds({
      ...{ after, every, first: every, round },
      onError: (error) => log.warn({ error }, 'Handovers could not be looked after; the next round follows'),
    }),
  );
};

/** As whoever stands in that channel sees it. */
const factsFor = async (
  { config }: AppContext,
  records: Records,
  { channel, rebuilds }: HandoverSchedule,
  lost: (() => readonly LostName[]) | undefined,
): Promise<HandoverFacts> => {
  const rules = config().tiers;
  const none = { member: new Set<string>(), unknown: new Set<string>() };
  const here = { id: 'farmhand', via: { client: 'slash', channel } } as const;
  const sight: Sight = decideSight(rules, here, none);
  const reads: AlertReads = rules.list.length === 0 ? records.queries : seenBy(records.queries, sight);
  const [page, counts] = await Promise.all([readAll(reads, { status: 'firing' }), reads.counts('firing')]);
  const seen = (instance: string): boolean =>
    rules.list.length === 0 || sight.sees(tierOfInstance(rules, instance));
  const gone = (lost?.() ?? []).filter(({ instance }) => seen(instance));
  const held = new Set(gone.map(({ id }) => id));
  const flight =
    rebuilds && lost
      ? await records.rebuildQueries.list({ state: 'flight', limit: mostRebuilds })
      : undefined;
  return {
    alerts: page.alerts,
    firing: Math.max(counts.firing, page.alerts.length),
    groups: await groupsWith(reads, page.alerts),
    ...(flight && {
      rebuilds: flight.filter(({ id, plan }) => !held.has(id) && seen(plan.instance.name)),
      lost: gone,
    }),
  };
};
