import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ChannelQueues } from '../alerts/channel/channel-queue.ts';
import { UnreadableRecord } from '../core/errors.ts';
import type { Part } from '../rebuild/ports/store.ts';
import { parts } from '../rebuild/reconcile/schedule.ts';
import { passLaneUnderLease } from './lane-lease.ts';
import type { Next } from './lease.ts';
import { createLocalDedup } from './local-dedup.ts';
import { type Nudge, type Nudges, queueNames } from './nudges.ts';
import { type PartLeaseDeps, passPart } from './part-lease.ts';

export interface WorkerDeps {
  /** A connection of its own for each worker: it blocks. */
  readonly connect: () => Redis;
  readonly prefix: string;
  readonly lanes: ChannelQueues;
  readonly nudges: Nudges;
  /** Makes Slack match the records of a channel; answers when to come again, ms from now. */
  readonly passLane: (channel: string) => Promise<number | undefined>;
  /** Runs the due actions of an alert; answers when to come again, ms from now. */
  readonly runActions: (alertId: string) => Promise<number | undefined>;
  /** Makes the world match one part of a rebuild; answers when to come again, ms from now. Absent: no rebuilds here. */
  readonly rebuilds?: Pick<PartLeaseDeps, 'store' | 'running' | 'now'> & {
    readonly passes: Readonly<Record<Part, (id: string) => Promise<number | undefined>>>;
    /** How many of each part at once; they wait for other systems nearly all the time. */
    readonly concurrency: Readonly<Record<Part, number>>;
  };
  /** Of this process: its leases are its own, whichever of its workers holds them. */
  readonly owner: string;
  readonly concurrency: { readonly lanes: number; readonly actions: number };
  readonly onError: (error: Error, nudge?: Nudge) => void;
  /** Called whenever a loop shows that it is alive. */
  readonly onBeat: (loop: (typeof queueNames)[Nudge['kind']]) => void;
}

export interface Workers {
  /** Lets the running jobs finish, for at most `ms`. */
  stop(ms: number): Promise<void>;
}

/** After an error nobody expected: soon, but not at once. */
const retryMs = 1_000;
/** What only a repair helps is looked at again after this. ms */
const repairMs = 60_000;

/**
 * How long the jobs of a process that died stay with it: until their lock is over, and two looks more. BullMQ's own
 * half minute each is for jobs that must not run twice; a nudge may. ms
 */
const lockMs = 10_000;
const stalledEvery = 5_000;

export const startWorkers = (deps: WorkerDeps): Workers => {
  const connections: Redis[] = [];
  let stopped = false;
  const start = (kind: Nudge['kind'], concurrency: number, work: (id: string) => Promise<void>) => {
    const connection = deps.connect();
    connections.push(connection);
    const worker = new Worker<Nudge>(
      queueNames[kind],
      async (job) => {
        deps.onBeat(queueNames[kind]);
        await work(job.data.id);
      },
      {
        connection,
        prefix: `{${deps.prefix}}`,
        concurrency,
        // A job is only a nudge: however often its worker died, it may run again.
        maxStalledCount: 1_000_000,
        lockDuration: lockMs,
        stalledInterval: stalledEvery,
        // After a lost connection; 15 s by default.
        runRetryDelay: 500,
      },
    );
    worker.on('error', (error) => {
      if (!stopped) deps.onError(error);
    });
    return worker;
  };
  /** What fails unexpectedly is told, and comes again. */
  const failed =
    (kind: Nudge['kind'], id: string) =>
    (error: unknown): Next => {
      deps.onError(error instanceof Error ? error : new Error(String(error)), { kind, id });
      return { ms: error instanceof UnreadableRecord ? repairMs : retryMs, why: 'later' };
    };
  const tried =
    (kind: Nudge['kind'], work: (id: string) => Promise<number | undefined>) =>
    (id: string): Promise<number | undefined> =>
      work(id).catch((error: unknown) => failed(kind, id)(error).ms);

  const onStuck = (kind: Nudge['kind'], id: string) =>
    deps.onError(new Error('A pass hangs; another one begins'), { kind, id });
  const lane = {
    ...deps,
    running: createLocalDedup(),
    now: Date.now,
    onStuck: (channel: string) => onStuck('lane', channel),
  };
  const runActions = tried('alert', deps.runActions);
  const workers = [
    start('lane', deps.concurrency.lanes, async (channel) => {
      const next = await passLaneUnderLease(lane, channel).catch(failed('lane', channel));
      if (next?.why === 'taken') await deps.nudges.afterLease('lane', channel, next.ms);
      else if (next) await deps.nudges.lanes([channel], next.ms);
    }),
    start('alert', deps.concurrency.actions, async (id) => {
      const again = await runActions(id);
      if (again !== undefined) await deps.nudges.alerts([id], again);
    }),
  ];
  const { rebuilds } = deps;
  if (rebuilds) {
    for (const part of parts) {
      const under = {
        ...rebuilds,
        nudges: deps.nudges,
        owner: deps.owner,
        pass: tried(part, rebuilds.passes[part]),
        onStuck,
      };
      const run = async (id: string) => {
        const next = await passPart(under, part, id).catch(failed(part, id));
        if (next) await deps.nudges.parts(part, [id], next.ms);
      };
      workers.push(start(part, rebuilds.concurrency[part], run));
    }
  }

  return {
    stop: async (ms) => {
      const closed = Promise.all(workers.map((worker) => worker.close()));
      const late = new Promise<'late'>((resolve) => {
        setTimeout(() => resolve('late'), ms).unref();
      });
      // Late jobs are left behind: `close(true)` would wait for them as well (bullmq 6.7, a close under way is returned).
      // Their locks run out, and whatever they were at is on record as claimed.
      await Promise.race([closed, late]);
      stopped = true;
      for (const connection of connections) connection.disconnect();
    },
  };
};
