import { messageOf } from '../../core/errors.ts';
import type { EffectSteps } from '../../reconcile/controller.ts';
import { taskEntry } from '../messages/rules/review-task.ts';
import type { Glass } from '../model/parts/glass.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import type { Transition } from '../model/transition.ts';
import type { EvidencePort, TicketResult } from '../ports/ports.ts';
import type { RebuildStore } from '../ports/store.ts';
import { claimTask, decideTask, settleTask, type TaskWork, taskOf } from './review-task.ts';

export interface TaskPassDeps {
  readonly store: RebuildStore;
  readonly evidence: EvidencePort;
  /** The link to a message; undefined while the workspace's address is not known. */
  readonly permalink: (channel: string, ts: string) => string | undefined;
  readonly policy: () => RebuildPolicy;
  readonly now: () => number;
  /** Unique for every claim. */
  readonly newClaim: () => string;
}

interface TaskClaim {
  readonly id: string;
  readonly work: TaskWork;
  /** As it was before the claim: what is in doubt there is what to look for. */
  readonly before: Rebuild;
  /** ms */
  readonly at: number;
}

/** Claims, does and settles one step of a review task, as the ticket’s own steps are. */
export const taskEffect = (deps: TaskPassDeps): EffectSteps<Rebuild, TaskWork, TaskClaim, TicketResult> => {
  const { store, now, policy } = deps;
  return {
    claim: async (seen, work) => {
      const id = deps.newClaim();
      const change = await store.update(seen.id, (before): { write?: Transition; claim?: TaskClaim } => {
        const at = now();
        const newest = decideTask(before, at);
        if (newest?.glass !== work.glass || newest.deed !== work.deed) return {};
        const rebuild = claimTask(before, newest, id, at, policy());
        return { claim: { id, work: newest, before, at }, write: { rebuild, journal: [] } };
      });
      return change?.claim;
    },
    execute: ({ work, before }) => {
      const glass = taskOf(before, work.glass);
      if (!glass) throw new TypeError('a glass on record is never taken off it');
      return carriedOut(deps, before, glass, work);
    },
    unanswered: (error) => ({ ok: false, kind: 'unknown', error: messageOf(error) }),
    apply: async ({ id, work, before }, result) => {
      const doubt = taskOf(before, work.glass)?.task?.doubt;
      await store.update(before.id, (rebuild): { write?: Transition } => {
        const next = settleTask(rebuild, work, id, doubt, result, now(), policy());
        return next ? { write: next } : {};
      });
    },
  };
};

const carriedOut = async (
  { evidence, permalink, policy }: TaskPassDeps,
  rebuild: Rebuild,
  glass: Glass,
  { deed, mayExist }: TaskWork,
): Promise<TicketResult> => {
  const { card } = rebuild;
  const key = glass.task?.key ?? '';
  const ticket = { ...rebuild.ticket, key };
  switch (deed) {
    case 'raised': {
      const thread = card.ts === undefined ? undefined : permalink(card.channel, card.ts);
      return evidence.raiseTask(rebuild, glass, thread, mayExist);
    }
    case 'closed':
    case 'reviewed': {
      const entry = taskEntry(glass, deed);
      return entry ? evidence.comment(rebuild, ticket, entry, mayExist) : { ok: true, id: key };
    }
    case 'moved': {
      const { transitions = {} } = policy().tickets?.review_task ?? {};
      const move = transitions[glass.review?.verdict ?? 'in_order'];
      return move ? evidence.move(rebuild, ticket, move) : { ok: true, id: key };
    }
    default:
      return deed satisfies never;
  }
};
