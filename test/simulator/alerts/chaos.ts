import type { Random } from '../../../sandbox/generator/random.ts';
import type { SlackResult } from '../../../src/delivery/slack-result.ts';

/** What becomes of a call to Slack. Times in ms. */
export type SlackFate =
  | { readonly kind: 'fine'; readonly there: number; readonly back: number }
  /** Never arrives. */
  | { readonly kind: 'lost' }
  /** Done, but the answer is lost. */
  | { readonly kind: 'unanswered'; readonly there: number }
  /** Done, when the caller has long given up; `share` of the latest. */
  | { readonly kind: 'late'; readonly share: number }
  | { readonly kind: 'failed'; readonly failure: Exclude<SlackResult<never>, { ok: true }> };

export type StoreFate = 'fine' | 'lost' | 'unanswered' | 'slow';

/** Decides what goes wrong; nothing does once it is over. */
export interface Chaos {
  readonly random: Random;
  over: boolean;
  /** Until when no look-up is answered; ms. */
  noLookUps: number;
  chance(probability: number): boolean;
  slackFate(kind: 'post' | 'edit' | 'read' | 'remove'): SlackFate;
  storeFate(): StoreFate;
}

export const createChaos = (random: Random, now: () => number, level: number): Chaos => {
  const chaos: Chaos = {
    random,
    over: false,
    noLookUps: 0,
    chance: (probability) => !chaos.over && random.next() < probability * level,
    slackFate: (kind) => {
      const fine: SlackFate = { kind: 'fine', there: random.between(5, 300), back: random.between(5, 100) };
      if (kind === 'read' && !chaos.over && now() < chaos.noLookUps) return unavailable;
      if (!chaos.chance(0.35)) return fine;
      const changes = kind !== 'read';
      switch (random.between(0, 6)) {
        case 0:
          return changes ? { kind: 'lost' } : unavailable;
        case 1:
        case 2:
          return changes ? { kind: 'unanswered', there: random.between(5, 9_000) } : unavailable;
        case 3:
          return changes ? { kind: 'late', share: random.next() } : unavailable;
        case 4:
          return {
            kind: 'failed',
            failure: { ok: false, kind: 'rate_limited', retryAfterMs: random.between(1, 60) * 1_000 },
          };
        case 5:
          return unavailable;
        default:
          return { kind: 'fine', there: random.between(1_000, 9_000), back: random.between(5, 900) };
      }
    },
    storeFate: () => {
      if (!chaos.chance(0.03)) return 'fine';
      return random.pick(['lost', 'unanswered', 'slow', 'slow']);
    },
  };
  return chaos;
};

const unavailable: SlackFate = {
  kind: 'failed',
  failure: { ok: false, kind: 'unavailable', error: 'connect ECONNREFUSED' },
};
