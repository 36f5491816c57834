/** Slack's limits as token buckets; `false` turns all of them off. */
export interface PacingLimits {
  /** `chat.postMessage`, a channel. Slack: about 1, with short bursts. */
  readonly postsPerSecond: number;
  readonly burst: number;
  /** `chat.update`, the workspace (Tier 3). */
  readonly updatesPerMinute: number;
  /** `conversations.history` and `.replies`, each for the workspace (Tier 3). */
  readonly lookupsPerMinute: number;
}

export type Pacing = PacingLimits | false;

/** https://docs.slack.dev/apis/web-api/rate-limits */
export const slackPacing: PacingLimits = {
  postsPerSecond: 1,
  burst: 3,
  updatesPerMinute: 50,
  lookupsPerMinute: 50,
};

export interface Pacer {
  /** Takes one call at `now` (ms); 0, or the whole seconds for `Retry-After`. */
  take(method: string, channel: string, now: number): number;
  set(pacing: Pacing): void;
  reset(): void;
}

export const createPacer = (initial: Pacing): Pacer => {
  let pacing = initial;
  const buckets = new Map<string, { tokens: number; at: number }>();
  const draw = (key: string, perSecond: number, capacity: number, now: number): number => {
    const bucket = buckets.get(key) ?? { tokens: capacity, at: now };
    const tokens = Math.min(capacity, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    if (tokens >= 1) {
      buckets.set(key, { tokens: tokens - 1, at: now });
      return 0;
    }
    buckets.set(key, { tokens, at: now });
    return Math.max(1, Math.ceil((1 - tokens) / perSecond));
  };
  return {
    take: (method, channel, now) => {
      if (pacing === false) return 0;
      switch (method) {
        case 'chat.postMessage':
          return draw(`post ${channel}`, pacing.postsPerSecond, pacing.burst, now);
        case 'chat.update':
          return draw(method, pacing.updatesPerMinute / 60, pacing.updatesPerMinute, now);
        case 'conversations.history':
        case 'conversations.replies':
          return draw(method, pacing.lookupsPerMinute / 60, pacing.lookupsPerMinute, now);
        default:
          return 0;
      }
    },
    set: (next) => {
      pacing = next;
      buckets.clear();
    },
    reset: () => {
      pacing = initial;
      buckets.clear();
    },
  };
};
