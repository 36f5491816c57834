import { messageOf } from '../core/errors.ts';
import { checkCards, type LostCardDeps, recheckAll } from './lost-cards.ts';
import type { NoticeFacts, RecoverySlack, RecoveryStore } from './ports.ts';
import { readChannel } from './read-channel.ts';
import { confirmed, dismissed, type Recovery, type RecoveryStep, recoveryStep } from './recovery.ts';
import { type SettledAlerts, settleRoots } from './settle.ts';

export interface RecoveryDeps extends LostCardDeps {
  readonly store: RecoveryStore;
  readonly alerts: SettledAlerts;
  readonly slack: RecoverySlack;
  /** Where the notice goes. */
  readonly noticeChannel: () => string;
  /** How far back threads are looked for; ms. */
  readonly window: () => number;
  /** Roots of which nobody has heard for this long are marked as unknown; ms. */
  readonly settleAfter: () => number;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly stopping: () => boolean;
  /** This process looks now at what is on record of the recovery. */
  readonly refresh: () => Promise<void>;
  readonly onStep: (step: RecoveryStep, recovery: Recovery) => void;
  readonly onTrouble: (what: string, error: string) => void;
}

/**
 * Does what a recovery needs next, step after step, until there is nothing to do now. Under the lease of the caller; a
 * step that is made twice does no harm. Answers how the recovery stands.
 */
export const runRecovery = async (deps: RecoveryDeps, epoch: string, start: Recovery): Promise<Recovery> => {
  let recovery = start;
  for (let steps = 0; steps < mostSteps && !deps.stopping(); steps++) {
    const facts = await factsOf(deps, recovery);
    const step = recoveryStep(recovery, {
      now: deps.now(),
      shown: noticeKey(facts),
      settleAfter: deps.settleAfter(),
    });
    if (step.do === 'nothing') break;
    const next = await perform(deps, epoch, recovery, step, facts);
    if (!(await deps.store.save(epoch, next))) break;
    if (step.do !== 'tell') deps.onStep(step, next);
    // Whoever is told of what was found, and asks, must not be answered from before.
    if (step.do === 'go_on') await deps.refresh();
    if (next === recovery) break;
    recovery = next;
  }
  return recovery;
};

const mostSteps = 200;

const factsOf = async (deps: RecoveryDeps, recovery: Recovery): Promise<NoticeFacts> => ({
  recovery,
  rebuilds: (await deps.store.look()).rebuilds,
  waiting: await deps.store.lostCount(),
  settleAt: recovery.since + deps.settleAfter(),
});

const perform = async (
  deps: RecoveryDeps,
  epoch: string,
  recovery: Recovery,
  step: Exclude<RecoveryStep, { do: 'nothing' }>,
  facts: NoticeFacts,
): Promise<Recovery> => {
  switch (step.do) {
    case 'read':
      return readChannel(deps, recovery, step.channel);
    case 'check':
      return checkCards(deps, recovery);
    case 'confirm':
      return confirmed(recovery, deps.now() - deps.window());
    case 'dismiss':
      return dismissed(recovery, deps.now());
    case 'go_on':
      await recheckAll(deps);
      return { ...recovery, phase: 'rebuilds' };
    case 'tell':
      return tell(deps, epoch, recovery, facts);
    case 'end':
      return { ...recovery, phase: 'over', ended: { at: deps.now() } };
    case 'settle': {
      const { marked, left } = await settleRoots(deps, recovery.since);
      const unknown = (recovery.unknown ?? 0) + marked;
      return left ? { ...recovery, unknown } : { ...recovery, settled: { at: deps.now(), unknown } };
    }
    default:
      return step satisfies never;
  }
};

/** A notice that cannot be told holds nothing up. ms */
const tellAgainAfter = 30_000;

const tell = async (
  deps: RecoveryDeps,
  epoch: string,
  recovery: Recovery,
  facts: NoticeFacts,
): Promise<Recovery> => {
  const channel = recovery.notice?.channel ?? deps.noticeChannel();
  const told = await deps.slack
    .tell(channel, epoch, facts, recovery.notice)
    .catch((error: unknown) => ({ ok: false, kind: 'unavailable', error: messageOf(error) }) as const);
  if (told.ok) return { ...recovery, notice: { ...told.value, shown: noticeKey(facts) } };
  deps.onTrouble('notice', told.kind === 'rate_limited' ? 'ratelimited' : told.error);
  const wait = told.kind === 'rate_limited' ? told.retryAfterMs : tellAgainAfter;
  return { ...recovery, noticeAt: deps.now() + wait };
};

/**
 * Equal when the notice says the same. How many still wait is told when something else has changed, too: it would be
 * brought up to date with every alert else.
 */
const noticeKey = ({ recovery, rebuilds }: NoticeFacts): string =>
  JSON.stringify([
    recovery.why,
    recovery.phase,
    recovery.channels,
    recovery.ended,
    recovery.settled,
    rebuilds.map(({ id, is }) => [id, is]),
  ]);
