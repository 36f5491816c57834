import type { Verb } from '../../src/access/verbs.ts';
import { inTime } from '../../src/core/deadline.ts';
import { nearest } from '../../src/core/nearest.ts';
import type { Person } from '../../src/core/person.ts';
import { heldWords, lostNamed } from '../../src/rebuild/model/lost.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { hasEnded } from '../../src/rebuild/model/record.ts';
import { statusOfRebuild } from '../../src/rebuild/model/status.ts';
import { instanceNamed, isRebuildId } from '../parse/target.ts';
import { fromRecords, type RebuildSurface } from '../shared/deps.ts';
import { deniedBecause } from './visible.ts';

export type Found =
  | { readonly ok: true; readonly rebuild: Rebuild }
  /** Every reason, each a sentence. */
  | { readonly ok: false; readonly says: readonly string[] };

/**
 * The rebuild that a person means: by its id, or the one in flight of the instance they named. What there is instead,
 * down to the names of instances, is told only to those who may do `verb` there, or see it.
 */
export const findInFlight = async (
  deps: RebuildSurface,
  target: string,
  by: Person,
  verb: Verb = 'status',
): Promise<Found> => {
  const { queries } = deps.rebuilds;
  const denied = await deniedBecause(deps, by, [verb, 'status'], instanceNamed(target));
  if (denied !== undefined) return { ok: false, says: [denied, 'Nothing was changed.'] };
  const lost = lostNamed(deps.rebuilds.lost(), target);
  if (lost) return { ok: false, says: [heldWords(lost)] };
  const rebuild = await fromRecords(
    deps,
    isRebuildId(target) ? queries.get(target) : queries.ofInstance(target),
  );
  return rebuild ? { ok: true, rebuild } : { ok: false, says: await whyNone(deps, target) };
};

/** The same, or else the instance's last one. */
export const findLatest = async (deps: RebuildSurface, target: string, by: Person): Promise<Found> => {
  const found = await findInFlight(deps, target, by);
  // Of a lost one that it is lost is the answer, and not what was before it.
  if (found.ok || isRebuildId(target) || lostNamed(deps.rebuilds.lost(), target)) return found;
  const [last] = await earlier(deps, target);
  return last ? { ok: true, rebuild: last } : found;
};

const earlier = (deps: RebuildSurface, instance: string): Promise<readonly Rebuild[]> =>
  fromRecords(deps, deps.rebuilds.queries.list({ instance, limit: 1 }));

const whyNone = async (deps: RebuildSurface, target: string): Promise<readonly string[]> => {
  if (isRebuildId(target)) {
    return [`There is no rebuild ${target} on record. Nothing was changed. /dcr list shows those there are.`];
  }
  const [last] = await earlier(deps, target);
  if (last && hasEnded(last)) {
    const how = `The last one, ${last.id}, has ended: ${statusOfRebuild(last)}.`;
    return [`${target} has no rebuild in flight. Nothing was changed. ${how}`];
  }
  const names = await inTime(deps.deadlineMs, () => deps.rebuilds.instances.names());
  const known = names?.ok ? names.value : [];
  if (known.includes(target)) {
    return [`${target} has no rebuild in flight. Nothing was changed. /dcr start ${target} plans one.`];
  }
  const meant = nearest(target, known);
  const perhaps = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return [
    known.length === 0
      ? `${target} has no rebuild in flight. Nothing was changed. /dcr list shows those there are.`
      : `There is no instance ${target}. Nothing was changed.${perhaps}`,
  ];
};
