import type { Redis } from 'ioredis';
import type { Part } from '../../src/reconcile/work.ts';

export interface Seen {
  /** Commands that came over the wire, by name; calls made within scripts are not among them. */
  readonly sent: ReadonlyMap<string, number>;
  /** Commands that scripts made. */
  readonly within: number;
  /** Passes that were due, how long after that each began, ms; by part. */
  readonly lags: Readonly<Record<Part, readonly number[]>>;
  /** Passes of `drive` that are due and have not begun. */
  readonly overdue: number;
  /** Passes that began though nothing was due. */
  readonly early: number;
  /** Wall clock when the first pass of each rebuild's `drive` began, ms. */
  readonly first: ReadonlyMap<string, number>;
}

export interface Witness extends AsyncDisposable {
  /** Forgets what it has counted; what is due stays known. */
  clear(): void;
  seen(): Seen;
}

/** Later than this before it is due, a pass was asked for by somebody else; ms. */
const slack = 20;

/**
 * Looks on from outside, over Redis' MONITOR and by its clock: when the record says that a part of a rebuild is due
 * (the score in the due index, written with every record), and when a worker takes its lease. Nobody but farmhand
 * may talk to Redis meanwhile.
 */
export const openWitness = async (redis: Redis): Promise<Witness> => {
  const monitor = await redis.monitor();
  const due = new Map<string, number>();
  const running = new Set<string>();
  let counts = empty();

  const onLease = (part: Part, id: string, at: number, lets: boolean): void => {
    const key = `${part} ${id}`;
    if (lets) {
      running.delete(key);
      return;
    }
    // A lease that is asked for again by its owner is no new pass.
    if (running.has(key)) return;
    running.add(key);
    if (part === 'drive' && !counts.first.has(id)) counts.first.set(id, at);
    const wanted = due.get(key);
    due.delete(key);
    if (wanted === undefined || at < wanted - slack) counts.early += 1;
    else counts.lags[part].push(Math.max(0, at - wanted));
  };

  monitor.on('monitor', (time: string, args: readonly string[], source: string) => {
    const [command = '', ...rest] = args;
    const name = command.toLowerCase();
    if (source !== 'lua') {
      counts.sent.set(name, (counts.sent.get(name) ?? 0) + 1);
      if (name !== 'evalsha' && name !== 'eval') return;
      const [, part, id] = /:rl:(drive|card|ticket):(.+)$/.exec(rest[2] ?? '') ?? [];
      if (part !== undefined && id !== undefined)
        onLease(part as Part, id, Number(time) * 1000, rest.length < 5);
      return;
    }
    counts.within += 1;
    const [, part] =
      ((name === 'zadd' || name === 'zrem') && (/:rdue:(\w+)$/.exec(rest[0] ?? '') ?? [])) || [];
    const id = rest.at(-1);
    if (part === undefined || id === undefined) return;
    const key = `${part} ${id}`;
    if (name === 'zrem') due.delete(key);
    else if (rest.includes('LT'))
      due.set(key, Math.min(due.get(key) ?? Number.POSITIVE_INFINITY, Number(rest.at(-2))));
    else due.set(key, Number(rest.at(-2)));
  });

  return {
    clear: () => {
      counts = empty();
    },
    seen: () => {
      const now = Date.now();
      const late = [...due].filter(([key, at]) => key.startsWith('drive ') && at <= now);
      return { ...counts, overdue: late.length };
    },
    [Symbol.asyncDispose]: async () => {
      monitor.disconnect();
    },
  };
};

const empty = () => ({
  sent: new Map<string, number>(),
  within: 0,
  lags: { drive: [], card: [], ticket: [], approvers: [] } as Record<Part, number[]>,
  early: 0,
  first: new Map<string, number>(),
});
