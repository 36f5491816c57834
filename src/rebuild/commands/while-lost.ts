import type { RebuildProposals } from '../../alerts/ports/ports.ts';
import type { RebuildService, Refused } from '../model/command.ts';
import { deniedFor } from './rebuild-service-deps.ts';

/**
 * Records were lost, and it is not known yet which rebuilds are in flight: nothing is begun on the strength of what is
 * left. Plans and looks are free; a pause or a cancel is taken down, and takes effect when the recovery is over.
 *
 * @param lost why not, as a sentence; undefined while all is well
 */
export const whileLost = (service: RebuildService, lost: () => string | undefined): RebuildService => ({
  plan: service.plan,
  doctor: service.doctor,
  giveUp: async (target, by, reason) => {
    const why = lost();
    return why === undefined ? service.giveUp(target, by, reason) : notNow(why, 'changed');
  },
  start: async (draft, by) => {
    const why = lost();
    return why === undefined ? service.start(draft, by) : notNow(why, 'started');
  },
  apply: async (id, command, by) => {
    const why = lost();
    if (why === undefined) return service.apply(id, command, by);
    if (command.verb !== 'pause' && command.verb !== 'cancel') return notNow(why, 'changed');
    const result = await service.apply(id, command, by);
    if (result.ok) return { ...result, says: `${result.says} ${why} It takes effect after that.` };
    return { ...result, says: [...result.says, why] };
  },
});

/** The same for what routes ask for. */
export const proposalsWhileLost = (
  proposals: RebuildProposals,
  lost: () => string | undefined,
): RebuildProposals => ({
  propose: async (ask) => {
    const why = ask.run ? lost() : undefined;
    return why === undefined ? proposals.propose(ask) : { ok: false, retry: true, error: why };
  },
});

const notNow = (why: string, nothing: 'changed' | 'started'): Refused =>
  deniedFor('not_now', { code: 'recovering', why, nothing });
