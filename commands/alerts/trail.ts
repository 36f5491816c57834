import type { Trail } from '../../views/trail.ts';
import { withDeadline } from '../deadline.ts';
import type { CommandDeps } from '../deps.ts';

/** An alert with its decision trail, in time; undefined when no alert, or more than one, has this id or prefix. */
export const trailOf = (deps: CommandDeps, idOrPrefix: string): Promise<Trail | undefined> =>
  withDeadline(readTrail(deps, idOrPrefix), deps.deadlineMs);

const readTrail = async (deps: CommandDeps, idOrPrefix: string): Promise<Trail | undefined> => {
  const alert = await deps.queries.get(idOrPrefix);
  if (!alert) return undefined;
  return { alert, explanation: deps.explain(alert), journal: await deps.queries.journal(alert.id) };
};
