import { setTimeout as delay } from 'node:timers/promises';
import { type Beat, flapping } from './beat.ts';
import { rules, serviceNamed, services } from './catalogue.ts';
import { fault } from './fault.ts';
import { openTroubles } from './open-troubles.ts';
import { randomFrom } from './random.ts';
import { type Sending, sendingsOf } from './sendings.ts';
import { storm } from './storm.ts';
import { beatsOfWeek, dayMs } from './week.ts';

export interface GeneratorOptions {
  readonly seed: number;
  /** 1 is the week in 21 minutes. */
  readonly speed: number;
  /** Resolves when the message is taken over. */
  readonly send: (message: Sending) => Promise<void>;
  /** A message that could not be sent; the generator goes on. */
  readonly onError: (error: unknown, message: Sending) => void;
  readonly now?: () => number;
  /** Resolves after `ms`, or as soon as `signal` says so. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface Generator {
  /** Plays week after week until `signal` says stop. */
  run(signal: AbortSignal): Promise<void>;
  /** Hundreds of alerts of one cause. */
  storm(): void;
  /** One alert that comes and goes. */
  flap(): void;
  /** Everything that fires is resolved; the week goes on. */
  resolveAll(): void;
  /** As `resolveAll`, and nothing new begins for `ms` (5 minutes, where nothing else is said). */
  quiet(ms?: number): void;
  /** How many alerts fire now. */
  firing(): number;
}

/** Beats this close to each other are sent together, as Alertmanager's `group_wait` does. */
const together = 500;

const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);

/** An alert generator that behaves like a real week in compressed time. */
export const createGenerator = (options: GeneratorOptions): Generator => {
  const now = options.now ?? Date.now;
  const sleep = options.sleep ?? wait;
  const open = openTroubles();
  const random = randomFrom(options.seed ^ 0x5eed);
  let pending: readonly Beat[] = [];
  let last: Sending | undefined;
  let wake = new AbortController();

  /** Puts beats of a story that begins at `start` among those that wait. */
  const plan = (beats: readonly Beat[], start: number): void => {
    const clock = (ms: number): number => Math.round(start + ms / options.speed);
    const planned = beats.map((beat) => ({
      ...beat,
      atMs: clock(beat.atMs),
      ...('since' in beat && { since: clock(beat.since) }),
    }));
    pending = [...pending, ...planned].toSorted((a, b) => a.atMs - b.atMs);
    wake.abort();
  };

  const resolveAll = (): void => {
    const at = now();
    const ends = open
      .list()
      .map(({ trouble, since }) => ({ atMs: at, what: 'resolves', trouble, since }) as const);
    pending = [...ends, ...pending];
    wake.abort();
  };

  const play = async (due: readonly Beat[]): Promise<void> => {
    const told = due.filter(open.take);
    const again = told.some((beat) => beat.what === 'repeats') && last !== undefined ? [last] : [];
    for (const message of [...again, ...sendingsOf(told)]) {
      try {
        await options.send(message);
        last = message;
      } catch (error) {
        options.onError(error, message);
      }
    }
  };

  return {
    async run(signal) {
      const stop = (): void => wake.abort();
      signal.addEventListener('abort', stop);
      let week = 0;
      let weekEnds = now();
      while (!signal.aborted) {
        if (now() >= weekEnds) {
          plan(beatsOfWeek(options.seed + week), weekEnds);
          week += 1;
          weekEnds += (7 * dayMs) / options.speed;
        }
        const at = now();
        const due = pending.filter((beat) => beat.atMs <= at);
        pending = pending.filter((beat) => beat.atMs > at);
        await play(due);
        wake = new AbortController();
        if (signal.aborted) break;
        const next = Math.min(weekEnds, (pending[0]?.atMs ?? weekEnds) + together);
        await sleep(Math.max(1, next - now()), wake.signal);
      }
      signal.removeEventListener('abort', stop);
    },
    storm: () => plan(storm(random.pick(services), 0, random), now()),
    flap: () =>
      plan(flapping(fault(rules.KafkaConsumerLag, serviceNamed('shipping'), 22), 0, 5, 6_000), now()),
    resolveAll,
    quiet(ms = 300_000) {
      const until = now() + ms;
      pending = pending.filter((beat) => beat.what === 'resolves' || beat.atMs > until);
      resolveAll();
    },
    firing: () => open.list().length,
  };
};
