import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';

/** What a job carries: only where to look. It may be lost or doubled without harm. */
export interface Nudge {
  readonly kind: 'lane' | 'alert';
  readonly id: string;
}

export const queueNames = { lane: 'lanes', alert: 'actions' } as const;

export interface Nudges {
  /** Look at these lanes, now or after `delayMs`. */
  lanes(channels: readonly string[], delayMs?: number): Promise<void>;
  /** Look at this alert's actions, now or after `delayMs`. */
  alerts(ids: readonly string[], delayMs?: number): Promise<void>;
  /** Jobs waiting and delayed, for metrics. */
  depth(): Promise<Readonly<Record<'lane' | 'alert', number>>>;
  close(): Promise<void>;
}

/** Nothing of a finished job is worth keeping: the records say what happened. */
const jobOptions = { removeOnComplete: true, removeOnFail: 100 } as const;

export const createNudges = (connection: Redis, prefix: string, onError: (error: Error) => void): Nudges => {
  const open = (name: string) => {
    const queue = new Queue<Nudge>(name, {
      connection,
      prefix: `{${prefix}}`,
      defaultJobOptions: jobOptions,
    });
    queue.on('error', onError);
    return queue;
  };
  const queues = { lane: open(queueNames.lane), alert: open(queueNames.alert) };

  const add = async (kind: Nudge['kind'], ids: readonly string[], delayMs: number): Promise<void> => {
    if (ids.length === 0) return;
    // A later wake-up of the same thing is replaced: there is one at most, however often it is put off. One that is
    // added while it runs waits for its end; with a time to live instead it could be lost, or they could pile up.
    const opts = (id: string) =>
      delayMs > 0
        ? {
            delay: delayMs,
            deduplication: { id: `${id}.later`, replace: true, keepLastIfActive: true },
          }
        : {};
    await queues[kind].addBulk(ids.map((id) => ({ name: kind, data: { kind, id }, opts: opts(id) })));
  };

  return {
    lanes: (channels, delayMs = 0) => add('lane', channels, delayMs),
    alerts: (ids, delayMs = 0) => add('alert', ids, delayMs),
    depth: async () => {
      const [lane, alert] = await Promise.all([queues.lane.count(), queues.alert.count()]);
      return { lane, alert };
    },
    close: async () => {
      await Promise.all([queues.lane.close(), queues.alert.close()]);
    },
  };
};
