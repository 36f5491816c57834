import type { RebuildProposals } from '../../alerts/ports/ports.ts';
import type { RebuildService } from '../model/command.ts';
import type { FreezeStore } from '../ports/freeze-store.ts';

/** What people ask is decided on what is frozen by then: as known at most a second ago. */
export const knowingFreezes = (
  service: RebuildService,
  { fresh }: Pick<FreezeStore, 'fresh'>,
): RebuildService => ({
  ...service,
  plan: async (request, by) => {
    await fresh();
    return service.plan(request, by);
  },
  start: async (draft, by) => {
    await fresh();
    return service.start(draft, by);
  },
  apply: async (id, command, by) => {
    await fresh();
    return service.apply(id, command, by);
  },
});

/** The same for what routes ask for. */
export const proposalsKnowingFreezes = (
  { propose }: RebuildProposals,
  { fresh }: Pick<FreezeStore, 'fresh'>,
): RebuildProposals => ({
  propose: async (ask) => {
    await fresh();
    return propose(ask);
  },
});
