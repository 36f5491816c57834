import type { Redis } from 'ioredis';
import { type Part, parts } from '../../src/reconcile/work.ts';

export interface Seen {
  /** Commands that came over the wire, by name; calls made within scripts are not among them. */
  readonly sent: ReadonlyMap<string, number>;
  /** Commands that scripts made. */
  readonly within: number;
  /** Passes that were due, how long after that each began, ms; by part. */
  readonly lags: Readonly<Record<Part, readonly number[]>>;
  /** Passes of `drive` that are due and have not begun. */
  readonly overdue: number;
  /** Passes of `drive` that began before they were due. */
  readonly early: number;
  /** The same that began for what a pass had begun for already, which did not say when to come again. */
  readonly repeated: number;
  /** Wall clock when the first look at each rebuild was over: it is on record when the next one is due. ms */
  readonly looked: ReadonlyMap<string, number>;
  /** Looks that were over. */
  readonly looks: number;
}

export interface Witness extends AsyncDisposable {
  /** Forgets what it has counted; what is due stays known. */
  clear(): void;
  seen(): Seen;
}

/** Later than this before it is due, a pass was asked for by somebody else; ms. */
const slack = 20;

const leasePattern = new RegExp(`:rl:(${parts.join('|')}):(.+)$`);
const duePattern = new RegExp(`:rdue:(${parts.join('|')})$`);
const isPart = (word: string | undefined): word is Part => parts.some((part) => part === word);

/**
 * Looks on from outside, over Redis' MONITOR and by its clock: when the record says that a part of a rebuild is due
 * (the score in the due index, written with every record), and when a worker takes its lease and gives it back, whichever
 * script does that. Nobody but farmhand may talk to Redis meanwhile.
 */
export const openWitness = async (redis: Redis, prefix: string): Promise<Witness> => {
  const due = new Map<string, number>();
  for (const part of parts) {
    const scored = await redis.zrange(`{${prefix}}:rdue:${part}`, '0', '-1', 'WITHSCORES');
    for (let i = 0; i < scored.length; i += 2) due.set(`${part} ${scored[i]}`, Number(scored[i + 1]));
  }
  const monitor = await redis.monitor();
  const running = new Set<string>();
  /** What was due when the last pass began. */
  const begunFor = new Map<string, number>();
  let counts = empty();

  const onBegin = (part: Part, id: string, at: number): void => {
    const key = `${part} ${id}`;
    running.add(key);
    const wanted = due.get(key);
    if (wanted !== undefined && at >= wanted - slack && begunFor.get(key) !== wanted) {
      begunFor.set(key, wanted);
      counts.lags[part].push(Math.max(0, at - wanted));
      return;
    }
    if (part !== 'drive') return;
    // Or nothing is due at all: whoever asked has written nothing.
    if (wanted === undefined || at < wanted - slack) counts.early += 1;
    else counts.repeated += 1;
  };

  const onDue = (part: Part, id: string, wanted: number | undefined, at: number): void => {
    const key = `${part} ${id}`;
    if (wanted === undefined) due.delete(key);
    else due.set(key, wanted);
    if (part !== 'drive' || wanted === undefined || wanted <= at || !running.has(key)) return;
    counts.looks += 1;
    if (!counts.looked.has(id)) counts.looked.set(id, at);
  };

  monitor.on('monitor', (time: string, args: readonly string[], source: string) => {
    const [command = '', key = '', ...rest] = args;
    const name = command.toLowerCase();
    if (source !== 'lua') {
      counts.sent.set(name, (counts.sent.get(name) ?? 0) + 1);
      return;
    }
    counts.within += 1;
    const at = Number(time) * 1000;
    const [, leased, of] = name === 'set' || name === 'del' ? (leasePattern.exec(key) ?? []) : [];
    if (isPart(leased) && of !== undefined) {
      if (name === 'del') running.delete(`${leased} ${of}`);
      // With what is left of its time, it is only marked: somebody else asked. And one that is held is not taken with NX.
      else if (!rest.includes('KEEPTTL') && !(rest.includes('NX') && running.has(`${leased} ${of}`)))
        onBegin(leased, of, at);
      return;
    }
    const [, part] = name === 'zadd' || name === 'zrem' ? (duePattern.exec(key) ?? []) : [];
    const id = rest.at(-1);
    if (!isPart(part) || id === undefined) return;
    const score = Number(rest.at(-2));
    const before = due.get(`${part} ${id}`);
    if (name === 'zrem') onDue(part, id, undefined, at);
    else if (rest.includes('LT')) onDue(part, id, Math.min(before ?? score, score), at);
    else if (rest.includes('GT')) onDue(part, id, Math.max(before ?? score, score), at);
    else onDue(part, id, score, at);
  });

  return {
    clear: () => {
      counts = empty();
    },
    seen: () => {
      const now = Date.now();
      const late = [...due].filter(
        ([key, at]) =>
          key.startsWith('drive ') && at <= now && !(running.has(key) && begunFor.get(key) === at),
      );
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
  repeated: 0,
  looked: new Map<string, number>(),
  looks: 0,
});
