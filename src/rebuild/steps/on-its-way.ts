import type { Way } from '../messages/steps/way.ts';
import type { WorkloadRole } from '../model/parts/workloads.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { lastScale, type Observed } from '../observe/observed.ts';

/** Why the number of a role is not in the cluster; undefined: the last change has arrived, there was none, or it was not looked at. */
export const onItsWay = (rebuild: Rebuild, { arrival }: Observed, role: WorkloadRole): Way | undefined => {
  const last = lastScale(rebuild, role);
  if (!arrival || last?.key !== arrival.key || last.arrivedAt !== undefined) return undefined;
  if (!arrival.seen.ok) return { code: 'unseen', error: arrival.seen.error };
  const { value } = arrival.seen;
  return value.state === 'arrived' ? undefined : { code: value.state, says: value.says };
};
