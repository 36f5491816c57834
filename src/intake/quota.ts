/** How much of the intake a tier may use. */
export interface IntakeQuota {
  /** ms until more of the tier is taken in; 0: now. */
  waitMs(tier: string): number;
  /** So much of it was taken in. */
  charge(tier: string, events: number): void;
}

/** What may be taken in at once after a quiet time: as much as in so many seconds. */
const burstSeconds = 10;

/**
 * A bucket a tier, of this process alone: asking Redis would cost each batch a round trip. What was taken is charged
 * afterwards, when its events are counted, so that one body may go into debt; the next waits until that is paid.
 *
 * @param limitOf events a second; undefined: none
 */
export const createIntakeQuota = (
  limitOf: (tier: string) => number | undefined,
  now: () => number,
): IntakeQuota => {
  const buckets = new Map<string, { left: number; at: number }>();
  const filled = (tier: string, perSecond: number): { left: number; at: number } => {
    const at = now();
    const most = perSecond * burstSeconds;
    const bucket = buckets.get(tier) ?? { left: most, at };
    // A clock that was set back gives nothing, and takes nothing.
    const gained = (Math.max(0, at - bucket.at) / 1000) * perSecond;
    const next = { left: Math.min(most, bucket.left + gained), at };
    buckets.set(tier, next);
    return next;
  };
  return {
    waitMs: (tier) => {
      const perSecond = limitOf(tier);
      if (perSecond === undefined) return 0;
      const { left } = filled(tier, perSecond);
      return left > 0 ? 0 : Math.max(1, Math.ceil(((1 - left) * 1000) / perSecond));
    },
    charge: (tier, events) => {
      const perSecond = limitOf(tier);
      if (perSecond !== undefined) filled(tier, perSecond).left -= events;
    },
  };
};
