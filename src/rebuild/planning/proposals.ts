import type { ActionResult, ProposalRequest, RebuildProposals } from '../../alerts/ports/ports.ts';
import { confirm, draftFor } from '../commands/rebuild-service.ts';
import type { RebuildServiceDeps } from '../commands/rebuild-service-deps.ts';
import type { Refused, StartResult } from '../model/command.ts';
import type { Rebuild } from '../model/rebuild.ts';
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
    const { plan } = draft;
    const kind = plan.forced ? 'a forced rebuild' : 'a rebuild';
    const text = `${kind} of ${plan.instance.name} on the ${plan.engine} engine with ${plan.farmers} farmers (${plan.farmersFrom})`;
    return { ok: true, id: draft.id, text };
  },
});

const draftIdOf = (key: string): string => `route-${key}`.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 120);

/** Where a second person must approve, a route is not the first: nobody has asked for it yet. */
const started = ({ id, plan }: Rebuild): ActionResult => ({
  ok: true,
  id,
  text: plan.instance.approval
    ? `Started rebuild ${id}. Nothing is touched before one person has confirmed and another one approved it`
    : `Started rebuild ${id}`,
});

const outcomeOf = (result: StartResult, { start }: ProposalRequest): ActionResult => {
  if (result.ok) return started(result.rebuild);
  if ('draft' in result) {
    return {
      ok: false,
      retry: true,
      error: `The plan for ${start.instance} changed while it was started; it is made again.`,
    };
  }
  return refused(result);
};

/** What may pass by itself is tried again; everything else is for a person. */
const refused = ({ code, says }: Refused): ActionResult => ({
  ok: false,
  retry: code === 'unavailable',
  error: says.join(' '),
});
