import { wordsFrom } from '../../../core/message.ts';
import type { Plan } from '../../model/parts/plan.ts';
import type { RebuildId } from '../../model/rebuild-id.ts';

/** What becomes of a rebuild that a route asks for, as its alert tells it. */
const proposals = {
  proposed: ({ plan: { forced, instance, engine, farmers, farmersFrom } }: { readonly plan: Plan }) =>
    `${forced ? 'a forced rebuild' : 'a rebuild'} of ${instance.name} on the ${engine} engine with ${farmers} farmers (${farmersFrom})`,
  /** `approval`: by two persons, for a route is not the first. */
  started: ({ id, approval }: { readonly id: RebuildId; readonly approval: boolean }) =>
    approval
      ? `Started rebuild ${id}. Nothing is touched before one person has confirmed and another one approved it`
      : `Started rebuild ${id}`,
  other_tier: ({ instance, tier }: { readonly instance: string; readonly tier: string }) =>
    `${instance} is of another tier than this alert, which came in as ${tier}: only a route of its own tier may ask for its rebuild (tiers.list[].instances). Nothing was started.`,
  stale: ({ instance }: { readonly instance: string }) =>
    `The plan for ${instance} changed while it was started; it is made again.`,
};

export const proposalWords = wordsFrom(proposals);
