import type { AccessVerdict } from '../../access/access.ts';
import type { Person } from '../../core/person.ts';
import { auditOfVerdict } from '../audit/audit-of-command.ts';
import { leftWords, noAdoptionWords, overWords } from '../messages/commands/adoption.ts';
import { serviceDenialWords } from '../messages/commands/service-denials.ts';
import { isPerson } from '../model/approval.ts';
import type { GivenUp, PlanDraft, PlanResult, Refused, StartRequest, StartResult } from '../model/command.ts';
import { type Adoption, type LostName, type LostRebuild, lostNamed } from '../model/lost.ts';
import type { Instance } from '../model/parts/instance.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { hasEnded } from '../model/record.ts';
import { restored } from '../ports/memory.ts';
import type { AdoptionFacts } from '../ports/ports.ts';
import { adoptedWrite, givenUpWrite, makeAdoption } from './adopt.ts';
import {
  deniedFor,
  draftValidMs,
  findInstance,
  permitted,
  type RebuildServiceDeps,
} from './rebuild-service-deps.ts';

/** The lost rebuild that holds an instance, or that has this id. */
export const lostFor = ({ lost }: Pick<RebuildServiceDeps, 'lost'>, target: string): LostName | undefined =>
  lostNamed(lost?.names() ?? [], target);

/** In place of a plan: how the lost rebuild of the instance would be adopted. Who may ask was checked before. */
export const planAdoption = async (
  deps: RebuildServiceDeps,
  name: LostName,
  request: StartRequest,
  by: Person,
): Promise<PlanResult> => {
  // A route decides on nothing.
  if (!isPerson(by)) return deniedFor('not_now', { code: 'rebuild_lost', lost: name, nothing: 'started' });
  const made = await adoptionNow(deps, name);
  return made.ok ? { ok: true, draft: await keepAdoption(deps, made, request, by) } : made;
};

interface Made {
  readonly ok: true;
  readonly lost: LostRebuild;
  readonly adoption: Adoption;
  readonly rebuild: Rebuild;
  readonly facts: AdoptionFacts;
  /** Of what a person decides on: equal as long as that is the same. */
  readonly hash: string;
}

const adoptionNow = async (
  deps: RebuildServiceDeps,
  { id, instance: name }: LostName,
): Promise<Made | Refused> => {
  const lost = await deps.lost?.get(id);
  if (!lost) return deniedFor('not_now', { code: 'lost_decided', id });
  const found = await findInstance(deps, name);
  if (!found.ok) return found;
  const facts = await lookAt(deps, found.instance);
  const made = makeAdoption(lost, found.instance, facts, deps.now());
  if (!made.ok) return { ok: false, code: 'invalid', says: noAdoptionWords(made.why) };
  const { adoption, rebuild } = made;
  const hash = deps.hash(JSON.stringify([id, lost.memory?.version, adoption.goesOn, steady(facts)]));
  return { ok: true, lost, adoption, rebuild, facts, hash };
};

/** Percentages and pods that become ready change all the time; what is wanted and what runs does not. */
const steady = ({ farmers, synchronizer, engine }: AdoptionFacts) => [
  farmers.ok && farmers.value.wanted,
  synchronizer.ok && synchronizer.value.wanted,
  engine.ok && [engine.value.history.state, engine.value.rebuild.state, engine.value.write.state],
];

const lookAt = async (
  { cluster, engine, scales }: RebuildServiceDeps,
  instance: Instance,
): Promise<AdoptionFacts> => {
  const way = scales?.(instance);
  const [farmers, synchronizer, view, branch] = await Promise.all([
    cluster.look(instance, 'farmer'),
    cluster.look(instance, 'synchronizer'),
    engine.look(instance, ''),
    way?.committed?.(instance),
  ]);
  return { farmers, synchronizer, engine: view, ...(branch && { branch }) };
};

const keepAdoption = async (
  deps: RebuildServiceDeps,
  { adoption, rebuild, hash }: Made,
  request: StartRequest,
  by: Person,
): Promise<PlanDraft> => {
  const at = deps.now();
  const draft: PlanDraft = {
    id: deps.newDraftId(),
    plan: { ...rebuild.plan, hash },
    request,
    by,
    at,
    validUntil: at + draftValidMs,
    adopts: adoption,
  };
  await deps.store.saveDraft(draft);
  return draft;
};

/** Adopts what the draft says, if it still is so. Who may was checked before. */
export const confirmAdoption = async (
  deps: RebuildServiceDeps,
  draft: PlanDraft,
  adopts: Adoption,
  by: Person,
  verdict: AccessVerdict | undefined,
): Promise<StartResult> => {
  const { name } = draft.plan.instance;
  const { rebuild: id } = adopts;
  const known = lostFor(deps, id);
  const lost = known && (await deps.lost?.get(id));
  if (!lost) {
    const rebuild = await deps.store.get(id);
    if (rebuild) return { ok: true, rebuild, already: true };
    return deniedFor('not_now', { code: 'lost_given_up', id, instance: name });
  }
  const made = await adoptionNow(deps, lost);
  if (!made.ok) return made;
  const late = deps.now() > draft.validUntil;
  if (late || made.hash !== draft.plan.hash) {
    const fresh = await keepAdoption(deps, made, draft.request, by);
    const says = serviceDenialWords({ code: late ? 'adoption_expired' : 'adoption_changed' });
    return { ok: false, code: 'stale_plan', says, draft: fresh };
  }
  const { facts, rebuild } = made;
  const now = deps.now();
  const result = await deps.store.adopt(
    { id, instance: name, version: lost.memory?.version ?? 0, draft: draft.id },
    () => ({
      ...adoptedWrite({ ...rebuild, draft: draft.id }, by, facts, rebuild.plan.instance, now),
      audited: [auditOfVerdict('adopt', { rebuild: id, instance: name }, by, verdict, now)],
    }),
  );
  if (result.ok && !result.already) await deps.lost?.decided('adopted');
  if (!result.ok) return notAdopted(result, id, name);
  // Somebody was faster, and has said that it is over.
  return result.already && hasEnded(result.rebuild) ? notAdopted({ code: 'decided' }, id, name) : result;
};

const notAdopted = (
  result: { readonly code: 'busy'; readonly id: string } | { readonly code: 'decided' },
  id: string,
  name: string,
): Refused =>
  result.code === 'busy'
    ? deniedFor('busy', { code: 'adoption_busy', instance: name, id: result.id })
    : deniedFor('not_now', { code: 'lost_decided', id });

/** A person says that a lost rebuild is over: the case is closed, and nothing is changed in the cluster. */
export const giveUp = async (
  deps: RebuildServiceDeps,
  target: string,
  by: Person,
  why: string,
): Promise<GivenUp> => {
  const name = lostFor(deps, target);
  const permit = await permitted(deps, by, ['cancel'], name?.instance ?? target);
  if (!permit.ok) return permit;
  const proof = (rebuild: string, instance: string) =>
    auditOfVerdict('give_up', { rebuild, instance, reason: why }, by, permit.verdict, deps.now());
  const lost = name && (await deps.lost?.get(name.id));
  if (!name || !lost || !deps.lost) {
    return deniedFor('not_found', { code: 'none_lost', target });
  }
  const { id, memory } = lost;
  const record = await deps.store.get(id);
  const found = await findInstance(deps, name.instance);
  if (!found.ok && found.code === 'unavailable') return found;
  const instance = found.ok ? found.instance : record?.plan.instance;
  const now = deps.now();
  const base = memory?.kept && instance ? restored(lost, memory.kept, instance, now) : record;
  const left = found.ok ? leftWords(found.instance, await lookAt(deps, found.instance)) : [];
  const says = [overWords(id), ...left];
  if (base) {
    const result = await deps.store.adopt(
      { id, instance: name.instance, version: memory?.version ?? 0 },
      () => ({ ...givenUpWrite(base, by, why, now), audited: [proof(id, name.instance)] }),
    );
    if (result.ok && result.already && !hasEnded(result.rebuild)) {
      return notAdopted({ code: 'decided' }, id, name.instance);
    }
    if (result.ok && !result.already) await deps.lost.decided('given_up');
    return result.ok ? { ok: true, says, rebuild: result.rebuild } : notAdopted(result, id, name.instance);
  }
  await deps.audit.record([proof(id, name.instance)]);
  const told = await deps.lost.giveUp(lost, by, now);
  if (!told.ok && told.kind !== 'refused') {
    return deniedFor('unavailable', { code: 'card_unmarked' });
  }
  await deps.lost.forget(id);
  await deps.lost.decided('given_up');
  return { ok: true, says };
};
