import { messageOf } from '../core/errors.ts';
import { queueNames } from '../jobs/nudges.ts';
import { startWorkers } from '../jobs/workers.ts';
import type { FreezeService } from '../rebuild/freezing/freeze-service.ts';
import type { Rebuild } from '../rebuild/model/rebuild.ts';
import { leaseMs, type Turn } from '../reconcile/lease.ts';
import { startResync, startRounds } from '../reconcile/resync.ts';
import { createRun, type Run } from '../reconcile/run.ts';
import type { Part, Pass, Work } from '../reconcile/work.ts';
import type { Channels } from './open-channels.ts';
import type { RebuildPasses } from './rebuilds/open-rebuilds.ts';
import type { Records } from './records/open-records.ts';
import type { AppContext } from './shared/context.ts';
import { timed } from './shared/measured.ts';

export interface JobParts {
  readonly channels: Channels;
  readonly actions: Pass;
  /** Absent: no rebuilds are configured. */
  readonly rebuilds: RebuildPasses | undefined;
  readonly freezes: Pick<FreezeService, 'sweep'> | undefined;
}

/** Channels that nudges are worked off for; and as many again that this process itself has given work to. */
const lanesAtOnce = 16;
/** The same of cards. */
const cardsAtOnce = 32;
const resyncEvery = 10_000;
/** How soon it is on record that the time of a freeze is over; ms. */
const sweepEvery = 2_000;
/** How soon work that nobody is at is found, once its lease is over; ms. */
const watchEvery = 1_000;
/** Of each kind, in one round. */
const foundAtMost = 1_000;
/** What is under way when it is time to stop may end within this: longer than any call to Slack may take; ms. */
const stopLimit = 12_000;
/** Wants to turn at least every `resyncEvery`; dead when it has not for this long. ms */
const loopLimit = 90_000;

/** The workers, which run the passes that nudges ask for, and the resync, which puts back the nudges that were lost. */
export const startJobs = (context: AppContext, records: Records, work: JobParts): void => {
  const { log, now, after, owner, stack, config } = context;
  const { nudges, running, leases } = records;
  const { channels, actions, rebuilds, freezes } = work;
  const onError = (error: unknown, kind?: Work, id?: string) =>
    log.warn(
      { error: messageOf(error), ...(kind && { nudge: { kind, id } }) },
      'A job failed; it will be tried again',
    );
  const pass = timedPass(context);
  const passes = {
    alert: pass('alert', actions),
    ...(rebuilds && byPart((part) => pass(part, rebuilds[part]))),
  };
  const timedTurn = (channel: string, turn: Turn): Turn => ({
    take: turn.take,
    pass: () => pass('lane', turn.pass)(channel),
  });
  const turns = {
    lane: (channel: string): Turn => timedTurn(channel, channels.turn(channel)),
    ...(rebuilds &&
      byPart((part) =>
        partTurn(records, part, (id, known) => pass(part, (of) => rebuilds[part](of, known))(id)),
      )),
  };
  const { rebuildsDue } = records;
  const run = createRun({
    ...{ passes, turns, leases, owner, running, nudges, now, after, onError },
    onTimed: rebuildsDue.due,
  });
  const endLanes = records.lanesAtHand.open(
    (channel) => run('lane', channel),
    lanesAtOnce,
    (channel) => {
      if (running.at('lane', channel)) return undefined;
      const { opening, turn } = channels.ahead(channel, { owner, ms: leaseMs });
      return { opening, ended: run('lane', channel, timedTurn(channel, turn)) };
    },
  );
  const endCards = rebuilds && records.cardsAtHand.open((id) => run('card', id), cardsAtOnce);
  const workers = startWorkers({
    connect: records.connectWorker,
    prefix: config().redis.prefix,
    concurrency: {
      lane: lanesAtOnce,
      alert: 40,
      // They wait for other systems nearly all the time.
      ...(rebuilds && { drive: 32, card: cardsAtOnce, ticket: 8, approvers: 8 }),
    },
    run,
    onError,
  });
  const endLooks = rebuilds && startLooks(context, records, rebuilds, run);
  const overdue = (ms: number) =>
    rebuilds && {
      ...byPart((part) => () => records.rebuilds.due(part, now() - ms, foundAtMost)),
      // Taken from the due index itself.
      drive: undefined,
    };
  const loop = context.health.loop('resync', loopLimit);
  const stops = [
    startResync({
      ...{ after, nudges, every: resyncEvery, first: 0, wake: records.onBack },
      find: {
        lane: () => records.lanes.busy(),
        alert: () => records.overdue(resyncEvery, foundAtMost),
        ...overdue(resyncEvery),
      },
      onRound: loop.beat,
      onError: (error) => log.warn({ error: messageOf(error) }, 'A resync failed; the next one follows'),
    }),
    // Work that nobody is at. What is due for shorter has its own nudge under way; how Redis is, is told elsewhere.
    startResync({
      ...{ after, nudges, every: watchEvery, onError: () => {} },
      find: { lane: () => records.lanes.orphans(), ...overdue(watchEvery) },
    }),
    startRounds({
      ...{ after, every: resyncEvery, round: records.tidy },
      onError: (error) =>
        log.warn({ error: messageOf(error) }, 'Old records are still in the indexes; they leave next time'),
    }),
    ...(freezes
      ? [
          startRounds({
            ...{ after, every: sweepEvery },
            round: async () => {
              for (const { n, instance = 'all' } of await freezes.sweep()) {
                log.info({ freeze: n, instance }, 'The time of a freeze is over');
              }
            },
            // Nothing holds any more all the same; how Redis is, is told elsewhere.
            onError: () => {},
          }),
        ]
      : []),
    loop.stop,
  ];
  stack.defer(async () => {
    for (const stop of stops) stop();
    const began = now();
    await Promise.all([
      workers.stop(stopLimit),
      endLanes(stopLimit),
      endCards?.(stopLimit),
      endLooks?.(stopLimit),
    ]);
    await channels.ended(stopLimit - (now() - began));
  });
};

/** Looks at rebuilds wait for other systems nearly all the time; some of those may be away. */
const looksAtOnce = 128;

/** The looks at rebuilds that come by themselves: taken from the due index, with their records, many at once. */
const startLooks = (context: AppContext, records: Records, { drive }: RebuildPasses, run: Run) => {
  const { now, owner } = context;
  const lease = { owner, ms: leaseMs };
  return records.rebuildsDue.open({
    take: (count) => records.rebuilds.take('drive', now(), count, lease),
    run: ({ id, rebuild }) => run('drive', id, () => drive(id, rebuild)),
    places: looksAtOnce,
    // How Redis is, is told elsewhere.
    onError: () => {},
  });
};

/** A pass over a part of a rebuild that was nudged: its record comes with its lease. */
const partTurn = (
  { rebuilds }: Records,
  part: Part,
  pass: (id: string, known: Rebuild | undefined) => ReturnType<Pass>,
) => {
  return (id: string): Turn => {
    let known: Rebuild | undefined;
    return {
      take: async (owner, ms) => {
        const { lease, rebuild } = await rebuilds.takeOne(part, id, { owner, ms });
        known = rebuild;
        return lease;
      },
      pass: () => pass(id, known),
    };
  };
};

const byPart = <T>(of: (part: Part) => T): Record<Part, T> => ({
  drive: of('drive'),
  card: of('card'),
  ticket: of('ticket'),
  approvers: of('approvers'),
});

const timedPass =
  ({ metrics: { metrics }, tracer }: AppContext) =>
  (work: Work, pass: Pass): Pass =>
  (id) =>
    timed(
      // Begun by whoever wrote the record, perhaps: it is no part of that.
      () => tracer.outside(() => pass(id)),
      ({ seconds, outcome }) => {
        const queue = queueNames[work];
        metrics.jobs.inc({ queue, outcome });
        metrics.jobSeconds.observe({ queue }, seconds);
      },
    );
