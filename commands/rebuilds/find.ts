import type { Verb } from '../../src/access/verbs.ts';
import { inTime } from '../../src/core/deadline.ts';
import { nearest } from '../../src/core/nearest.ts';
import type { Person } from '../../src/core/person.ts';
import { heldWords } from '../../src/rebuild/messages/commands/lost.ts';
import { lostNamed } from '../../src/rebuild/model/lost.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { hasEnded } from '../../src/rebuild/model/record.ts';
import { statusOfRebuild } from '../../src/rebuild/model/status.ts';
import { type Absence, absenceWords } from '../../views/messages/rebuilds/rebuild-absent.ts';
import { instanceNamed, isRebuildId } from '../parse/target.ts';
import { fromRecords, type RebuildSurface } from '../shared/deps.ts';
import { deniedBecause } from './visible.ts';

export type Found =
  | { readonly ok: true; readonly rebuild: Rebuild }
  /** Every reason, each a sentence. */
  | { readonly ok: false; readonly says: readonly string[]; readonly denied?: true };

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
  if (denied !== undefined) return { ok: false, says: [denied, 'Nothing was changed.'], denied: true };
  const lost = lostNamed(deps.rebuilds.lost(), target);
  if (lost) return { ok: false, says: [heldWords(lost)] };
  const rebuild = await fromRecords(
    deps,
    isRebuildId(target) ? queries.get(target) : queries.ofInstance(target),
  );
  return rebuild ? { ok: true, rebuild } : { ok: false, says: [absenceWords(await whyNone(deps, target))] };
};

/** The same, or else the instance's last one. */
export const findLatest = async (
  deps: RebuildSurface,
  target: string,
  by: Person,
  verb: Verb = 'status',
): Promise<Found> => {
  const found = await findInFlight(deps, target, by, verb);
  // Who may not see it is not told by another answer whether there was one. Of a lost one that it is lost is the answer,
  // and not what was before it.
  if (found.ok || found.denied || isRebuildId(target) || lostNamed(deps.rebuilds.lost(), target))
    return found;
  const [last] = await earlier(deps, target);
  return last ? { ok: true, rebuild: last } : found;
};

const earlier = (deps: RebuildSurface, instance: string): Promise<readonly Rebuild[]> =>
  fromRecords(deps, deps.rebuilds.queries.list({ instance, limit: 1 }));

const whyNone = async (deps: RebuildSurface, target: string): Promise<Absence> => {
  if (isRebuildId(target)) return { code: 'not_on_record', id: target };
  const [last] = await earlier(deps, target);
  if (last && hasEnded(last)) {
    return { code: 'ended', instance: target, last: last.id, status: statusOfRebuild(last) };
  }
  const names = await inTime(deps.deadlineMs, () => deps.rebuilds.instances.names());
  const known = names?.ok ? names.value : [];
  if (known.includes(target)) return { code: 'never_begun', instance: target };
  return known.length === 0
    ? { code: 'perhaps_unknown', instance: target }
    : { code: 'no_instance', instance: target, near: nearest(target, known) };
};
