import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Part } from '../rebuild/ports/store.ts';

/** What a job carries: only where to look. It may be lost or doubled without harm. */
export interface Nudge {
  readonly kind: 'lane' | 'alert' | Part;
  readonly id: string;
}

export const queueNames = {
  lane: 'lanes',
  alert: 'actions',
  drive: 'rebuilds',
  card: 'cards',
  ticket: 'tickets',
  approvers: 'approvers',
} as const satisfies Record<Nudge['kind'], string>;

export interface Nudges {
  /** Look at these lanes, now or after `delayMs`. */
  lanes(channels: readonly string[], delayMs?: number): Promise<void>;
  /** Look at this alert's actions, now or after `delayMs`. */
  alerts(ids: readonly string[], delayMs?: number): Promise<void>;
  /** Look at this part of these rebuilds, now or after `delayMs`. */
  parts(part: Part, ids: readonly string[], delayMs?: number): Promise<void>;
  /** Look when somebody else's lease is over; does not stand in for any other wake-up. */
  afterLease(work: 'lane' | Part, id: string, delayMs: number): Promise<void>;
  /** Jobs waiting and delayed, for metrics. */
  depth(): Promise<Readonly<Record<Nudge['kind'], number>>>;
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
  const queues = {
    lane: open(queueNames.lane),
    alert: open(queueNames.alert),
    drive: open(queueNames.drive),
    card: open(queueNames.card),
    ticket: open(queueNames.ticket),
    approvers: open(queueNames.approvers),
  };

  const add = async (
    kind: Nudge['kind'],
    ids: readonly string[],
    delayMs: number,
    why = 'later',
  ): Promise<void> => {
    if (ids.length === 0) return;
    // A later wake-up of the same thing is replaced: there is one at most, however often it is put off. One that is
    // added while it runs waits for its end; with a time to live instead it could be lost, or they could pile up.
    const opts = (id: string) =>
      delayMs > 0
        ? {
            delay: Math.ceil(delayMs),
            deduplication: { id: `${id}.${why}`, replace: true, keepLastIfActive: true },
          }
        : {};
    const jobs = ids.map((id) => ({ name: kind, data: { kind, id }, opts: opts(id) }));
    const [only] = jobs;
    // A single one needs no transaction around it.
    if (only && jobs.length === 1) await queues[kind].add(only.name, only.data, only.opts);
    else await queues[kind].addBulk(jobs);
  };

  return {
    lanes: (channels, delayMs = 0) => add('lane', channels, delayMs),
    alerts: (ids, delayMs = 0) => add('alert', ids, delayMs),
    parts: (part, ids, delayMs = 0) => add(part, ids, delayMs),
    afterLease: (work, id, delayMs) => add(work, [id], Math.max(1, delayMs), 'taken'),
    depth: async () => {
      const { lane, alert, drive, card, ticket, approvers } = queues;
      const all = [lane, alert, drive, card, ticket, approvers];
      const counts = await Promise.all(all.map((queue) => queue.count()));
      const [lanes = 0, alerts = 0, drives = 0, cards = 0, tickets = 0, asked = 0] = counts;
      return { lane: lanes, alert: alerts, drive: drives, card: cards, ticket: tickets, approvers: asked };
    },
    close: async () => {
      await Promise.all(Object.values(queues).map((queue) => queue.close()));
    },
  };
};
