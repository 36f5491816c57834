import { placeKey } from '../health/positions.ts';

export interface PutOffDeps {
  readonly pause: (topic: string, partition: number) => void;
  readonly resume: (topic: string, partition: number) => void;
  /** A timer that keeps no process alive. */
  readonly after: (ms: number, run: () => void) => void;
}

/** Partitions that are not fetched for a while, so that those of other tiers are. */
export interface PutOff {
  /** Until `ms` are over. */
  forMs(topic: string, partition: number, ms: number): void;
  /** Until its tier has a place again. */
  untilFree(topic: string, partition: number, tier: string): void;
  /** A batch of the tier is written; so many of it still are. */
  freed(tier: string, left: number): void;
  /** A new membership: all are fetched again. */
  clear(): void;
}

interface Waiting {
  readonly topic: string;
  readonly partition: number;
  /** Undefined: for a time. */
  readonly tier: string | undefined;
}

/**
 * What is put off was not resolved: kafkajs fetches it again once it is resumed. Of those that wait for a place one is
 * resumed for each that is freed, and all once none is taken: none can wait for a batch that will never end.
 */
export const createPutOff = ({ pause, resume, after }: PutOffDeps): PutOff => {
  // A Map keeps the order of insertion: who waits longest is first.
  const waiting = new Map<string, Waiting>();
  const add = (one: Waiting): void => {
    waiting.set(placeKey(one.topic, one.partition), one);
    pause(one.topic, one.partition);
  };
  const end = (key: string, one: Waiting): void => {
    if (waiting.get(key) !== one) return;
    waiting.delete(key);
    resume(one.topic, one.partition);
  };
  return {
    forMs: (topic, partition, ms) => {
      const one = { topic, partition, tier: undefined };
      add(one);
      after(ms, () => end(placeKey(topic, partition), one));
    },
    untilFree: (topic, partition, tier) => add({ topic, partition, tier }),
    freed: (tier, left) => {
      const its = [...waiting].filter(([, one]) => one.tier === tier);
      for (const [key, one] of left === 0 ? its : its.slice(0, 1)) end(key, one);
    },
    clear: () => {
      for (const [key, one] of [...waiting]) end(key, one);
    },
  };
};
