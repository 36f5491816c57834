import { backoff } from '../../core/backoff.ts';
import { messageOf } from '../../core/errors.ts';
import type { Pacer } from '../../delivery/pacer.ts';
import { refusalAbout } from '../../delivery/refusal.ts';
import type { SlackResult } from '../../delivery/slack-result.ts';
import type { Rebuild, RebuildId } from '../model/rebuild.ts';
import type { Transition } from '../model/transition.ts';
import type { CardPort } from '../ports/ports.ts';
import type { RebuildStore } from '../ports/store.ts';
import type { CardChange } from './card-change.ts';
import type { CardPolicy } from './decide-card.ts';

export interface CardDeps {
  readonly store: Pick<RebuildStore, 'get' | 'update'>;
  readonly cards: CardPort;
  readonly pacer: Pacer;
  readonly policy: () => CardPolicy;
  readonly now: () => number;
  /** Unique for every claim. */
  readonly newClaim: () => string;
  /** Where a thread goes when Slack refuses `channel`; undefined when there is nowhere left. */
  readonly nextChannel: (refused: string) => string | undefined;
  /** Told of what a port threw instead of answering: a defect. */
  readonly onDefect?: (error: unknown) => void;
}

export type Failed = Exclude<SlackResult<unknown>, { ok: true }>;

/** The newest record, and what was changed in it if the outcome still applied. */
export interface Recorded {
  readonly rebuild: Rebuild;
  readonly change?: CardChange;
}

/** ms: how long to leave Slack alone; the first wait is doubled with each failure. */
export const wait = { first: 2_000, most: 60_000, badToken: 30_000 } as const;

/** What was claimed is acted upon within this, or not at all: a process that slept may have been replaced; ms. */
export const cardClaimStaleAfter = 4_000;

/** Puts an outcome on the newest record; answers that record, and the change if it still applied. */
export const record = async (
  { store }: CardDeps,
  id: RebuildId,
  outcome: (rebuild: Rebuild) => CardChange | undefined,
): Promise<Recorded | undefined> =>
  store.update(id, (rebuild): { write?: Transition; rebuild: Rebuild; change?: CardChange } => {
    const change = outcome(rebuild);
    return change ? { write: change, rebuild: change.rebuild, change } : { rebuild };
  });

/** A call that throws may have been made: what is thrown is told, and looked into like a lost answer. */
export const answered = <T>({ onDefect }: CardDeps, call: Promise<SlackResult<T>>): Promise<SlackResult<T>> =>
  call.catch((error: unknown) => {
    onDefect?.(error);
    return { ok: false, kind: 'ambiguous', error: messageOf(error) } as const;
  });

export const backOff = (result: Failed, tries: number): number => {
  if (result.kind === 'rate_limited') return result.retryAfterMs;
  if (result.kind === 'refused' && refusalAbout(result.error) === 'token') return wait.badToken;
  return backoff(tries + 1, wait);
};

export const retryAfter = (result: Failed): number =>
  result.kind === 'rate_limited' ? result.retryAfterMs : 0;

export const describe = (result: Failed): string =>
  result.kind === 'rate_limited' ? 'ratelimited' : result.error;
