import { type AccessVerdict, actingAs } from '../../access/access.ts';
import { messageOf } from '../../core/errors.ts';
import { line } from '../../core/journal.ts';
import type { Person } from '../../core/person.ts';
import type { MayApprove } from '../approvers/message.ts';
import { type AuditedCommand, auditOfCommand, auditOfStart } from '../audit/audit-of-command.ts';
import { unprovenWords } from '../messages/authority.ts';
import { type ServiceDenial, serviceDenialWords } from '../messages/commands/service-denials.ts';
import { doctorWords, serviceLines } from '../messages/commands/service-lines.ts';
import { problemWords } from '../messages/planning/problems.ts';
import { pendingOf, rolesOfAskers, selfAmong } from '../model/approval.ts';
import type {
  CommandResult,
  DoctorFinding,
  DoctorResult,
  PlanDraft,
  PlanResult,
  RebuildCommand,
  RebuildService,
  Refused,
  StartRequest,
  StartResult,
} from '../model/command.ts';
import type { Instance } from '../model/parts/instance.ts';
import type { Plan } from '../model/parts/plan.ts';
import { differences } from '../model/plan-differences.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { partsOfId, type RebuildId } from '../model/rebuild-id.ts';
import { startNeedsTwo } from '../model/rules/controlled.ts';
import { namedOf } from '../planning/named.ts';
import { makePlan, type Planned } from '../planning/plan.ts';
import type { PlanFacts } from '../ports/ports.ts';
import type { RebuildsInFlight } from '../ports/store.ts';
import { confirmAdoption, giveUp, lostFor, planAdoption } from './adopting.ts';
import { applyRebuildCommand, type CommandPolicy } from './apply-command.ts';
import { commandResult } from './commanded.ts';
import { dayOf, newRebuild } from './create.ts';
import {
  deniedFor,
  draftValidMs,
  type FoundInstance,
  findInstance,
  permitted,
  type RebuildServiceDeps,
} from './rebuild-service-deps.ts';
import { refusalNoted } from './refusals.ts';
import { auditApprovalOf, environmentLimit, frozenStart, ruledFacts, startedUnderGlass } from './ruled.ts';

/** What people ask of rebuilds. Every wish is checked against `access:` here, so no surface can forget it. */
export const createRebuildService = (deps: RebuildServiceDeps): RebuildService => ({
  plan: async (request, by) => {
    const permit = await permitted(
      deps,
      by,
      request.glass ? ['break_glass'] : ['start', 'plan'],
      request.instance,
    );
    return permit.ok ? draftFor(deps, request, permit.by) : permit;
  },
  start: (draftId, by) => start(deps, draftId, by),
  apply: (id, command, by) => carryOut(deps, id, command, by),
  giveUp: (target, by, why) => giveUp(deps, target, by, why),
  doctor: (instance, by) => examine(deps, instance, by),
});

/** A draft of the plan, kept for its confirmation. Who may ask for it was checked before. */
export const draftFor = async (
  deps: RebuildServiceDeps,
  request: StartRequest,
  by: Person,
): Promise<PlanResult> => {
  const lost = lostFor(deps, request.instance);
  if (lost) return planAdoption(deps, lost, request, by);
  const planned = await planNow(deps, request);
  return planned.ok ? { ok: true, draft: await keepDraft(deps, planned.plan, request, by) } : planned;
};

const keepDraft = async (
  deps: RebuildServiceDeps,
  plan: Plan,
  request: StartRequest,
  by: Person,
): Promise<PlanDraft> => {
  const approvers = startNeedsTwo(plan) ? await couldApprove(deps, plan.instance, [by]) : undefined;
  const at = deps.now();
  const trace = deps.trace?.();
  const draft: PlanDraft = {
    id: deps.newDraftId(),
    plan,
    request,
    by,
    at,
    validUntil: at + draftValidMs,
    ...(approvers && { approvers }),
    ...(trace && { trace }),
  };
  await deps.store.saveDraft(draft);
  return draft;
};

/** Whether anybody could is said while it can still be thought over. */
const couldApprove = async (
  { whoMay }: RebuildServiceDeps,
  instance: Instance,
  askers: readonly Person[],
): Promise<MayApprove | undefined> => {
  const found = await whoMay?.(instance, askers);
  return found && { ...found, people: found.people.filter((id) => !askers.some((asker) => asker.id === id)) };
};

const planNow = async (
  deps: RebuildServiceDeps,
  request: StartRequest,
): Promise<Extract<Planned, { ok: true }> | Refused> => {
  const found = await findInstance(deps, request.instance);
  if (!found.ok) return found;
  const facts = await gather(deps, found, request.glass === true);
  const { targetMs, changeRule } = deps.settings();
  const planned = makePlan(request, facts, {
    ...(targetMs !== undefined && { targetMs }),
    ...(changeRule && { changeRule }),
    hash: deps.hash,
  });
  await auditApprovalOf(deps, facts);
  if (planned.ok) return planned;
  const { code, problems } = planned;
  const says = [...problems, { code: 'not_started' } as const].map(problemWords);
  return { ok: false, code, says, ...(facts.inFlight && { rebuild: facts.inFlight }) };
};

const gather = async (
  deps: RebuildServiceDeps,
  { instance, stale }: FoundInstance,
  glass: boolean,
): Promise<PlanFacts> => {
  const { cluster, engine, instances, queries } = deps;
  const [farmers, synchronizer, engineView, lastFarmers, inFlight, flight, ended] = await Promise.all([
    cluster.look(instance, 'farmer'),
    cluster.look(instance, 'synchronizer'),
    engine.look(instance, ''),
    instances.lastFarmers(instance),
    queries.ofInstance(instance.name),
    queries.inFlight(),
    queries.list({ state: 'ended', instance: instance.name, limit: 10 }),
  ]);
  return {
    instance,
    ...(await ruledFacts(deps, instance, ended[0], glass)),
    ...(stale !== undefined && { stale }),
    farmers,
    synchronizer,
    engine: engineView,
    lastFarmers,
    earlier: ended.flatMap(pastOf),
    ...(ended[0] && { last: ended[0] }),
    inFlight,
    allInFlight: [...flight.values()].map(({ id }) => id).sort(),
    limit: deps.settings().inFlight,
    ...tierFacts(deps, instance.name, flight),
    ...afterLoss(deps, instance.name),
  };
};

const tierFacts = (
  { settings }: RebuildServiceDeps,
  instance: string,
  flight: Awaited<ReturnType<RebuildsInFlight['inFlight']>>,
): Pick<PlanFacts, 'tier'> => {
  const tier = settings().tierOf?.(instance);
  if (!tier) return {};
  const inFlight = [...flight].flatMap(([name, { id }]) => (tier.has(name) ? [id] : [])).sort();
  return { tier: { name: tier.name, inFlight, ...(tier.limit && { limit: tier.limit.limit }) } };
};

const afterLoss = ({ lost }: RebuildServiceDeps, name: string): Pick<PlanFacts, 'lostAt' | 'unclear'> => {
  const lostAt = lost?.since();
  const unclear = lost?.names().find(({ instance }) => instance === name)?.id;
  return lostAt === undefined ? {} : { lostAt, ...(unclear !== undefined && { unclear }) };
};

const pastOf = (rebuild: Rebuild): PlanFacts['earlier'] => {
  const step = rebuild.steps.find(({ name }) => name === 'rebuild');
  if (rebuild.phase !== 'released' || step?.startedAt === undefined || step.endedAt === undefined) return [];
  const ms = step.endedAt - step.startedAt - rebuild.pausedMs;
  return ms > 0 ? [{ farmers: rebuild.farmers.target, ms, id: rebuild.id }] : [];
};

const start = async (deps: RebuildServiceDeps, draftId: string, by: Person): Promise<StartResult> => {
  const draft = await deps.store.draft(draftId);
  if (!draft) {
    return deniedFor('not_found', { code: 'unknown_plan' });
  }
  const verb = draft.request.glass ? 'break_glass' : 'start';
  const permit = await permitted(deps, by, [verb], draft.plan.instance);
  return permit.ok ? confirm(deps, draft, permit.by, permit.verdict) : permit;
};

/**
 * Starts what the draft says, if the world still is what it was made for. `verdict`: who may was checked before; absent
 * where a route starts it.
 */
export const confirm = async (
  deps: RebuildServiceDeps,
  draft: PlanDraft,
  by: Person,
  verdict?: AccessVerdict,
): Promise<StartResult> => {
  const { instance } = draft.plan;
  if (draft.adopts) return confirmAdoption(deps, draft, draft.adopts, by, verdict);
  const lost = lostFor(deps, instance.name);
  if (lost) return deniedFor('not_now', { code: 'rebuild_lost', lost, nothing: 'started' });
  const running = await deps.queries.ofInstance(instance.name);
  if (running?.draft === draft.id) return { ok: true, rebuild: running, already: true };
  const planned = await planNow(deps, draft.request);
  if (!planned.ok) return planned;
  const late = deps.now() > draft.validUntil;
  if (late || planned.plan.hash !== draft.plan.hash) {
    const fresh = await keepDraft(deps, planned.plan, draft.request, by);
    const why: ServiceDenial = late
      ? { code: 'plan_expired' }
      : { code: 'plan_changed', changes: differences(draft.plan, fresh.plan) };
    return { ok: false, code: 'stale_plan', says: serviceDenialWords(why), draft: fresh };
  }
  // Before it is looked at: what is frozen meanwhile is another version, which the store refuses.
  const freezes = draft.request.glass ? undefined : deps.freezes?.known()?.version;
  const frozen = draft.request.glass ? undefined : frozenStart(deps, planned.plan.instance);
  if (frozen) return deniedFor('not_now', frozen);
  // Records may have been lost while all this was looked at.
  const held = deps.held?.();
  if (held !== undefined) return deniedFor('not_now', { code: 'records_lost', why: held });
  const now = deps.now();
  const { channel, ticket, inFlight, tierOf } = deps.settings();
  const tier = tierOf?.(instance.name);
  const within = environmentLimit({ ...draft, plan: planned.plan });
  const created = await deps.store.create(
    {
      ...{ instance: instance.name, day: dayOf(now), draft: draft.id, limit: inFlight },
      ...(within && { within }),
      ...(tier?.limit && { tier: tier.limit }),
      ...(freezes !== undefined && { freezes }),
    },
    (id) => {
      const made = newRebuild(id, draft, by, { channel, ticket }, now);
      return draft.request.glass
        ? startedUnderGlass(deps, made, by, verdict, now)
        : { ...made, audited: [auditOfStart(made.rebuild, verdict)] };
    },
  );
  if (created.ok) return created;
  // Somebody has frozen or thawed something at this very moment: all of it is looked at once more.
  if (created.code === 'frozen_since') return confirm(deps, draft, by, verdict);
  if (created.code === 'busy') {
    return deniedFor('busy', { code: 'instance_busy', instance: instance.name, id: created.id });
  }
  const isOwn = (id: RebuildId): boolean => tier?.has(partsOfId(id)?.instance ?? '') ?? true;
  const flying = namedOf(created.inFlight.filter(isOwn), created.inFlight);
  if (created.code === 'tier_limit' && tier?.limit) {
    return deniedFor('limit', { code: 'tier_limit', ...flying, tier: tier.limit });
  }
  return created.code === 'environment_limit' && within
    ? deniedFor('limit', { code: 'environment_limit', ...flying, within })
    : deniedFor('limit', { code: 'in_flight_limit', ...flying });
};

/** What somebody asked for or approved themselves they may take back, whatever they hold by now. */
const allowedTo = async (
  { access }: RebuildServiceDeps,
  by: Person,
  { verb }: RebuildCommand,
  rebuild: Rebuild,
): Promise<AccessVerdict> => {
  if (verb === 'revoke') return { allowed: true, role: 'whoever approved', through: by.id };
  if (verb === 'withdraw') return { allowed: true, role: 'whoever asked', through: by.id };
  if (verb === 'review') return access.check(by, 'approve', rebuild.plan.instance);
  const askers = (verb === 'approve' && pendingOf(rebuild)?.askers) || [];
  // Whoever asked is told that, whatever their roles.
  const without = selfAmong(askers, by) ? [] : rolesOfAskers(askers);
  return access.check(by, verb, rebuild.plan.instance, without);
};

const carryOut = async (
  deps: RebuildServiceDeps,
  id: RebuildId,
  command: RebuildCommand,
  by: Person,
): Promise<CommandResult> => {
  const lost = lostFor(deps, id);
  if (lost?.id === id) return deniedFor('not_now', { code: 'rebuild_lost', lost, nothing: 'changed' });
  const seen = await deps.store.get(id);
  if (!seen) {
    return deniedFor('not_found', { code: 'unknown_rebuild', id });
  }
  const verdict = await allowedTo(deps, by, command, seen);
  const now = deps.now();
  const audited = (
    before: Rebuild,
    after: Rebuild,
    result: Pick<AuditedCommand, 'outcome' | 'error' | 'reasons'>,
  ) => [auditOfCommand({ before, after, command, by, verdict, now, ...result })];
  if (!verdict.allowed) {
    await deps.store.update(id, (rebuild) => ({
      write: {
        ...refusalNoted(rebuild, by, `denied_${command.verb}`, verdict.says, now),
        audited: audited(rebuild, rebuild, { outcome: 'denied', error: verdict.says }),
      },
    }));
    return { ...deniedFor('not_allowed', { code: 'no_role', why: verdict.says }), rebuild: seen };
  }
  const { remind, approvalValid, bot, controls, breakers } = deps.settings();
  const policy: CommandPolicy = {
    remind,
    ...(approvalValid !== undefined && { approvalValid }),
    ...(bot !== undefined && { bot }),
    ...(controls && { controls }),
    ...(breakers && { breakers: breakers(seen.plan.instance) }),
  };
  const actor = command.verb === 'withdraw' || command.verb === 'revoke' ? by : actingAs(by, verdict);
  const done = await deps.store.update(id, (rebuild) => {
    const { write, result: outcome } = applyRebuildCommand(rebuild, command, actor, now, policy);
    const result = commandResult(outcome);
    if (!result.ok) {
      const says = result.says.join(' ');
      const reasons = outcome.ok ? [] : outcome.reasons.map(({ code }) => code);
      const noted = refusalNoted(rebuild, by, `refused_${command.verb}`, says, now);
      return {
        result,
        write: { ...noted, audited: audited(rebuild, rebuild, { outcome: 'refused', error: says, reasons }) },
      };
    }
    if (!write) return { result };
    const role = line(now, by.id, 'allowed', serviceLines.allowed(verdict.role, verdict.through));
    const proof = audited(rebuild, write.rebuild, { outcome: result.held ? 'held' : 'done' });
    const { approval } = write.rebuild;
    const unproven = approval && approval !== rebuild.approval ? (approval.unproven ?? []) : [];
    const accounts = unproven.length === 0 ? [] : [line(now, by.id, 'by_accounts', unprovenWords(unproven))];
    return { result, write: { ...write, journal: [role, ...accounts, ...write.journal], audited: proof } };
  });
  if (done?.result.ok && !done.result.changed) {
    const { rebuild } = done.result;
    await deps.audit.record(audited(rebuild, rebuild, { outcome: 'already' }));
  }
  if (done) return withApprovers(deps, done.result);
  return deniedFor('not_found', { code: 'rebuild_gone', id });
};

const withApprovers = async (deps: RebuildServiceDeps, result: CommandResult): Promise<CommandResult> => {
  if (!result.ok || !result.held) return result;
  const { rebuild } = result;
  const approvers = await couldApprove(deps, rebuild.plan.instance, pendingOf(rebuild)?.askers ?? []);
  return { ...result, ...(approvers && { approvers }) };
};

const examine = async (deps: RebuildServiceDeps, name: string, by: Person): Promise<DoctorResult> => {
  const permit = await permitted(deps, by, ['doctor'], name);
  if (!permit.ok) return permit;
  const found = await deps.instances.get(name);
  if (!found.ok && found.kind === 'invalid') {
    const findings = found.problems.map(
      (problem): DoctorFinding => ({
        level: 'problem',
        check: 'values',
        ...doctorWords.bad_value(problem),
      }),
    );
    return { ok: true, instance: name, findings };
  }
  const usable = await findInstance(deps, name);
  if (!usable.ok) return usable;
  const { instance } = usable;
  const [cluster, engine] = await Promise.all([
    deps.cluster.doctor(instance).catch((error: unknown): readonly DoctorFinding[] => [
      {
        level: 'unknown',
        check: 'cluster',
        ...doctorWords.cluster_unseen(messageOf(error)),
      },
    ]),
    deps.engine.look(instance, ''),
  ]);
  const values: DoctorFinding = {
    level: 'ok',
    check: 'values',
    ...doctorWords.values_fine(instance),
  };
  const admin: DoctorFinding = engine.ok
    ? { level: 'ok', check: 'engine', ...doctorWords.engine_fine() }
    : {
        level: 'problem',
        check: 'engine',
        ...doctorWords.engine_silent(instance, engine.error),
      };
  return { ok: true, instance: name, findings: [values, admin, ...cluster] };
};
