import type { Rebuild, RebuildId } from '../model/rebuild.ts';
import type { CardDeps } from './card-call.ts';
import { findPost, post } from './card-post.ts';
import { repairCard, updateCard } from './card-update.ts';
import { type CardStep, decideCard } from './decide-card.ts';

/** A pass gives the worker back after so many steps, so that no rebuild keeps another waiting. */
const stepsAtMost = 12;

/**
 * Makes Slack show what the record of a rebuild says: its card, and each note once. Answers when to come again, ms from
 * now; undefined: not before something changes. Safe to run twice, late, or after a crash.
 */
export const reconcileThread = async (deps: CardDeps, id: RebuildId): Promise<number | undefined> => {
  let rebuild = await deps.store.get(id);
  for (let steps = 0; steps < stepsAtMost; steps++) {
    if (!rebuild) return undefined;
    const step = decideCard(rebuild, deps.now(), deps.policy());
    if (step.do === 'nothing') return undefined;
    if (step.do === 'wait') return Math.max(1, step.until - deps.now());
    const waitMs = await paced(deps, rebuild, step);
    if (waitMs > 0) return waitMs;
    rebuild = await perform(deps, rebuild, step);
  }
  return 0;
};

type Work = Exclude<CardStep, { do: 'nothing' | 'wait' }>;

/** How long to wait for a turn. Look-ups need none, and what a person waits for is never held back. ms */
const paced = async ({ pacer }: CardDeps, { card }: Rebuild, step: Work): Promise<number> => {
  const kind = step.do === 'post_card' || step.do === 'post_notes' ? 'post' : 'update';
  if (step.do === 'find' || step.do === 'heal' || (step.do === 'update_card' && step.urgent)) return 0;
  const { granted, waitMs } = await pacer.take(kind, card.channel, 1);
  return granted > 0 ? 0 : Math.max(1, waitMs);
};

/** Makes one step; answers the record as it is known afterwards. */
const perform = async (deps: CardDeps, rebuild: Rebuild, step: Work): Promise<Rebuild | undefined> => {
  switch (step.do) {
    case 'post_card':
    case 'post_notes':
      return post(deps, rebuild, undefined);
    case 'find':
      return findPost(deps, rebuild, step.posting);
    case 'update_card':
      return updateCard(deps, rebuild, step);
    case 'heal':
      return repairCard(deps, rebuild, step);
    default:
      return step satisfies never;
  }
};
