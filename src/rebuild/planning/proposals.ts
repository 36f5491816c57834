import type { ActionResult, ProposalRequest, RebuildProposals } from '../../alerts/ports/ports.ts';
import { confirm, draftFor } from '../commands/rebuild-service.ts';
import type { RebuildServiceDeps } from '../commands/rebuild-service-deps.ts';
import { proposalWords } from '../messages/planning/proposals.ts';
import type { Refused, StartResult } from '../model/command.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { startNeedsTwo } from '../model/rules/controlled.ts';
import { farmhand } from '../model/transition.ts';

/**
 * Rebuilds that routes ask for. A proposal is a plan that a person confirms, under that person's rights; with `run`
 * the config is the permission, and it is started once for its key, whatever is repeated. It never counts as a person:
 * where the instance asks for an approval, one person confirms and another one approves before anything is touched.
 */
export const createRebuildProposals = (deps: RebuildServiceDeps): RebuildProposals => ({
  propose: async (ask) => {
    // The key is the draft: a repeated proposal is the same one, and a repeated start is refused by the store.
    const keyed: RebuildServiceDeps = { ...deps, newDraftId: () => draftIdOf(ask.key) };
    const running = await deps.queries.ofInstance(ask.start.instance);
    if (ask.run && running?.draft === draftIdOf(ask.key)) return started(running);
    const planned = await draftFor(keyed, ask.start, farmhand);
    if (!planned.ok) return refused(planned);
    const { draft } = planned;
    if (ask.run) return outcomeOf(await confirm(deps, draft, farmhand), ask);
    return { ok: true, id: draft.id, text: proposalWords({ code: 'proposed', plan: draft.plan }) };
  },
});

/** An alert names any instance it likes in its labels: what came in as one tier asks for nothing of another's. */
export const proposalsOfTier = (
  proposals: RebuildProposals,
  mayConcern: (tier: string, instance: string) => boolean,
): RebuildProposals => ({
  propose: async (ask) => {
    const { tier, start } = ask;
    if (mayConcern(tier, start.instance)) return proposals.propose(ask);
    const error = proposalWords({ code: 'other_tier', instance: start.instance, tier });
    return { ok: false, retry: false, error };
  },
});

const draftIdOf = (key: string): string => `route-${key}`.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 120);

/** Where a second person must approve, a route is not the first: nobody has asked for it yet. */
const started = ({ id, plan }: Rebuild): ActionResult => ({
  ok: true,
  id,
  text: proposalWords({ code: 'started', id, approval: startNeedsTwo(plan) }),
});

const outcomeOf = (result: StartResult, { start }: ProposalRequest): ActionResult => {
  if (result.ok) return started(result.rebuild);
  if ('draft' in result) {
    const error = proposalWords({ code: 'stale', instance: start.instance });
    return { ok: false, retry: true, error };
  }
  // Frozen, or records were lost: it is over some time, and then it is started.
  return { ...refused(result), ...(result.code === 'not_now' && { retry: true }) };
};

/** What may pass by itself is tried again; everything else is for a person. */
const refused = ({ code, says }: Refused): ActionResult => ({
  ok: false,
  retry: code === 'unavailable',
  error: says.join(' '),
});
