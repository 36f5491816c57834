/** How much of the intake a tier may use. */
export interface IntakeQuota {
  /** ms until more of the tier is taken in; 0: now. */
  waitMs(tier: string): number;
  /** The same until it is heard what the other processes took in; for whom waiting costs nothing. */
  unheardMs(tier: string): number;
  /** So much of it was taken in. */
  charge(tier: string, events: number): void;
  /** What was taken in since this was asked the last time, of each tier that is not at rest. */
  untold(): readonly TierTaken[];
  /** Nobody knows whether what `untold` gave was counted: this process goes on with what it knows by itself. */
  unheard(): void;
  /** What the whole installation has taken in of a tier, with what `untold` gave: paid for after so many ms. */
  told(tier: string, debtMs: number): void;
}

export interface TierTaken {
  readonly tier: string;
  /** What it costs: each event is as long as it takes until the next one is due; ms. */
  readonly ms: number;
}

/** What may be taken in at once after a quiet time: as much as in so many seconds. */
const burstSeconds = 10;
/** Who can wait takes in no more than that and a last body before it hears what the others have. */
const unheardSeconds = 1;
/** How long one that waits to hear of the others is told to wait; ms. */
const hearsIn = 100;

interface Bucket {
  left: number;
  at: number;
  /** Taken in, and not asked for yet by who tells the others. */
  untold: number;
  /** Asked for, and not answered yet. */
  telling: number;
}

/**
 * A bucket a tier, as this process knows it. What was taken is charged afterwards, when its events are counted, so that one
 * body may go into debt; the next waits until that is paid. Asking Redis would cost each batch a round trip, so what the
 * other processes take in is heard from time to time. Until then a process goes by what it knows: at worst each of them takes
 * in what may come at once, one time, and what was too much is paid by all.
 *
 * @param limitOf events a second of the whole installation; undefined: none
 */
export const createIntakeQuota = (
  limitOf: (tier: string) => number | undefined,
  now: () => number,
): IntakeQuota => {
  const buckets = new Map<string, Bucket>();
  const filled = (tier: string, perSecond: number): Bucket => {
    const at = now();
    const most = perSecond * burstSeconds;
    const bucket = buckets.get(tier) ?? { left: most, at, untold: 0, telling: 0 };
    // A clock that was set back gives nothing, and takes nothing.
    bucket.left = Math.min(most, bucket.left + (Math.max(0, at - bucket.at) / 1000) * perSecond);
    bucket.at = at;
    buckets.set(tier, bucket);
    return bucket;
  };
  return {
    waitMs: (tier) => {
      const perSecond = limitOf(tier);
      if (perSecond === undefined) return 0;
      const { left } = filled(tier, perSecond);
      return left > 0 ? 0 : Math.max(1, Math.ceil(((1 - left) * 1000) / perSecond));
    },
    unheardMs: (tier) => {
      const perSecond = limitOf(tier);
      const { untold = 0, telling = 0 } = buckets.get(tier) ?? {};
      return perSecond !== undefined && untold + telling > perSecond * unheardSeconds ? hearsIn : 0;
    },
    charge: (tier, events) => {
      const perSecond = limitOf(tier);
      if (perSecond === undefined) return;
      const bucket = filled(tier, perSecond);
      bucket.left -= events;
      bucket.untold += events;
    },
    untold: () =>
      [...buckets.keys()].flatMap((tier) => {
        const perSecond = limitOf(tier);
        if (perSecond === undefined) return [];
        const bucket = filled(tier, perSecond);
        if (bucket.untold === 0 && bucket.left >= perSecond * burstSeconds) return [];
        bucket.telling = bucket.untold;
        bucket.untold = 0;
        return [{ tier, ms: (bucket.telling * 1000) / perSecond }];
      }),
    unheard: () => {
      for (const bucket of buckets.values()) bucket.telling = 0;
    },
    told: (tier, debtMs) => {
      const perSecond = limitOf(tier);
      if (perSecond === undefined) return;
      const bucket = filled(tier, perSecond);
      bucket.telling = 0;
      bucket.left = perSecond * burstSeconds - (debtMs / 1000) * perSecond - bucket.untold;
    },
  };
};
