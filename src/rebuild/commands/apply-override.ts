import type { Person } from '../../core/person.ts';
import type { CommandDone } from '../messages/commands/command-news.ts';
import type { RebuildCommand } from '../model/command.ts';
import type { Override, OverrideKind } from '../model/parts/orders.ts';
import type { Step } from '../model/parts/step.ts';
import type { Rebuild } from '../model/rebuild.ts';
import {
  currentStep,
  guardianOrder,
  hasEnded,
  isForced,
  keepsFarmers,
  ticketInTheWay,
  withReached,
} from '../model/record.ts';
import { restartable, type StepName, skippable, stepNames } from '../model/steps.ts';
import { setStep } from '../model/transition.ts';
import { type CommandApplied, commandChanged, refused } from './commanded.ts';
import type { OverrideDenial } from './denial.ts';

type Ask = RebuildCommand & { verb: 'override' };
/** `step`: the one that it is about, where nobody named it. */
type Made = { readonly rebuild: Rebuild; readonly done: CommandDone; readonly step?: StepName };

/** An explicit exception from the rules, with its reason on the record. Pure. */
export const applyOverride = (rebuild: Rebuild, ask: Ask, by: Person, now: number): CommandApplied => {
  const made: Made | OverrideDenial =
    ask.reason.trim() === '' ? { code: 'no_reason' } : make(rebuild, ask, now);
  if ('code' in made) return refused(rebuild, made, 'invalid');
  const step = ask.step ?? made.step;
  const override: Override = {
    n: rebuild.overrides.length + 1,
    kind: ask.kind,
    by,
    at: now,
    reason: ask.reason,
    ...(step !== undefined && { step }),
    ...(ask.amount !== undefined && { amount: ask.amount }),
  };
  const recorded = { ...made.rebuild, overrides: [...made.rebuild.overrides, override] };
  return commandChanged(recorded, made.done, by, now, ask.reason);
};

const make = (rebuild: Rebuild, ask: Ask, now: number): Made | OverrideDenial => {
  switch (ask.kind) {
    case 'skip_step':
      return skip(rebuild, ask.step, now);
    case 'accept_farmers':
      return acceptFarmers(rebuild, ask.amount);
    case 'extend_deadline':
      return extend(rebuild, ask.step, ask.amount, now);
    case 'extend_limit':
      return extendLimit(rebuild, ask.amount);
    case 'force':
      return force(rebuild);
    case 'retry_from':
      return retryFrom(rebuild, ask.step);
    case 'keep_farmers':
      return keepFarmers(rebuild);
    case 'keep_guardian':
      return keepGuardian(rebuild);
    case 'without_ticket':
      return withoutTicket(rebuild);
    case 'drop_guardian':
      return { rebuild, done: { code: 'override_drop_guardian' } };
    default:
      return ask.kind satisfies never;
  }
};

const tooLate = (kind: Extract<OverrideDenial, { code: 'override_too_late' }>['kind']): OverrideDenial => ({
  code: 'override_too_late',
  kind,
});
const over = (rebuild: Rebuild): boolean => hasEnded(rebuild) || rebuild.phase !== 'running';

const skip = (rebuild: Rebuild, named: StepName | undefined, now: number): Made | OverrideDenial => {
  const name = named ?? currentStep(rebuild)?.name;
  if (over(rebuild) || name === undefined) return tooLate('skip_step');
  if (!skippable.includes(name)) {
    return { code: 'step_not_skippable', step: name };
  }
  const state = rebuild.steps.find((step) => step.name === name)?.state;
  if (state === 'done' || state === 'skipped') return { code: 'step_over', step: name, state };
  const next = setStep(rebuild, name, ({ attempt, startedAt }) => ({
    name,
    attempt,
    state: 'skipped',
    endedAt: now,
    ...(startedAt !== undefined && { startedAt }),
  }));
  return { rebuild: next, done: { code: 'override_skip_step', step: name }, step: name };
};

const acceptFarmers = (rebuild: Rebuild, amount: number | undefined): Made | OverrideDenial => {
  if (over(rebuild)) return tooLate('accept_farmers');
  if (amount === undefined || !Number.isInteger(amount) || amount < 1) {
    return { code: 'no_number_of_farmers' };
  }
  const { minimum, target } = rebuild.farmers;
  if (amount > target) return { code: 'more_than_asked_for', farmers: amount, target };
  if (amount === minimum) return { code: 'minimum_already', farmers: minimum };
  return {
    rebuild: { ...rebuild, farmers: { ...rebuild.farmers, minimum: amount } },
    done: { code: 'override_accept_farmers', farmers: amount, minimum },
  };
};

/** What can be extended of a step: when its question ends it, or how long its farmers wait, or its own limit; ms. */
const dueOf = ({ ask, deadline }: Step): number | undefined => ask?.until ?? ask?.kept?.until ?? deadline;

const extend = (
  rebuild: Rebuild,
  named: StepName | undefined,
  ms: number | undefined,
  now: number,
): Made | OverrideDenial => {
  if (ms === undefined || !(ms > 0)) return { code: 'no_duration' };
  const step = currentStep(rebuild);
  if (!step || dueOf(step) === undefined) {
    return { code: 'no_deadline', step: step?.name };
  }
  if (named !== undefined && named !== step.name) {
    return { code: 'in_another_step', step: named, current: step.name };
  }
  const kept = step.ask?.kept;
  const next = setStep(rebuild, step.name, (s) => ({
    ...s,
    ...(s.deadline !== undefined && { deadline: Math.max(s.deadline, now) + ms }),
    ...(s.ask?.until !== undefined && { ask: { ...s.ask, until: s.ask.until + ms } }),
    ...(s.ask && kept && { ask: { ...s.ask, kept: { ...kept, until: Math.max(kept.until, now) + ms } } }),
  }));
  return {
    rebuild: next,
    done: kept
      ? { code: 'override_farmers_stay', ms }
      : { code: 'override_extend_deadline', step: step.name, ms },
    step: step.name,
  };
};

/** Of the whole rebuild: counted with the limit of the config (`limitOf`). */
const extendLimit = (rebuild: Rebuild, ms: number | undefined): Made | OverrideDenial => {
  if (over(rebuild)) return tooLate('extend_limit');
  if (ms === undefined || !(ms > 0)) return { code: 'no_duration' };
  return { rebuild, done: { code: 'override_extend_limit', ms } };
};

const force = (rebuild: Rebuild): Made | OverrideDenial => {
  if (over(rebuild)) return tooLate('force');
  if (isForced(rebuild)) return { code: 'forced_already' };
  const state = rebuild.steps.find(({ name }) => name === 'rebuild')?.state;
  if (state === 'done' || state === 'skipped') return { code: 'rebuild_step_over' };
  return { rebuild, done: { code: 'override_force', begun: state !== 'pending' } };
};

const retryFrom = (rebuild: Rebuild, name: StepName | undefined): Made | OverrideDenial => {
  if (over(rebuild)) return tooLate('retry_from');
  if (name === undefined || !restartable.includes(name)) {
    return { code: 'step_not_restartable' };
  }
  const current = currentStep(rebuild)?.name ?? 'release';
  const at = stepNames.indexOf(name);
  if (at > stepNames.indexOf(current)) {
    return { code: 'step_not_begun', step: name, current };
  }
  const { progress: _, stalledSince: __, offer: ___, ...rest } = withReached(rebuild);
  const gone = rebuild.farmers.wanted === 0 && stepNames.indexOf('teardown') < stepNames.indexOf(current);
  // The farmers are down by then: going back to a step that needs them begins with bringing them up.
  const from = gone && (name === 'rebuild' || name === 'write') ? stepNames.indexOf('farmers') : at;
  const steps = rebuild.steps.map((step, i) =>
    i < from || step.state === 'pending'
      ? step
      : { name: step.name, attempt: step.attempt, state: 'pending' as const },
  );
  const frontends = rebuild.frontends.map((frontend) => ({ name: frontend.name, state: 'waiting' as const }));
  return {
    rebuild: { ...rest, steps, frontends },
    done: { code: 'override_retry_from', step: stepNames[from] ?? name },
  };
};

const keepFarmers = (rebuild: Rebuild): Made | OverrideDenial => {
  if (keepsFarmers(rebuild)) return { code: 'kept_already', what: 'farmers' };
  const gone = rebuild.steps.some(({ name, state }) => name === 'teardown' && state === 'done');
  if (hasEnded(rebuild) || gone) return { code: 'no_farmers_to_keep' };
  return { rebuild, done: { code: 'override_keep_farmers' } };
};

const keepGuardian = (rebuild: Rebuild): Made | OverrideDenial => {
  if (guardianOrder(rebuild) === 'keep') return { code: 'kept_already', what: 'guardian' };
  return { rebuild, done: { code: 'override_keep_guardian' } };
};

const withoutTicket = (rebuild: Rebuild): Made | OverrideDenial =>
  over(rebuild) || !ticketInTheWay(rebuild)
    ? { code: 'ticket_not_in_the_way' }
    : { rebuild, done: { code: 'override_without_ticket' } };

/** The overrides that would not be refused outright now: what the modal offers. */
export const offeredOverrides = (rebuild: Rebuild): readonly OverrideKind[] => {
  const current = currentStep(rebuild);
  const kinds: readonly (readonly [OverrideKind, boolean])[] = [
    ['skip_step', !over(rebuild) && current !== undefined && skippable.includes(current.name)],
    ['accept_farmers', !over(rebuild)],
    ['extend_deadline', current !== undefined && dueOf(current) !== undefined],
    ['extend_limit', !over(rebuild)],
    ['force', !('code' in force(rebuild))],
    ['retry_from', !over(rebuild) && current !== undefined && stepNames.indexOf(current.name) >= 2],
    ['without_ticket', !('code' in withoutTicket(rebuild))],
    ['keep_farmers', !('code' in keepFarmers(rebuild))],
    ['keep_guardian', !hasEnded(rebuild) && guardianOrder(rebuild) !== 'keep'],
    ['drop_guardian', !hasEnded(rebuild) && guardianOrder(rebuild) !== 'drop'],
  ];
  return kinds.flatMap(([kind, may]) => (may ? [kind] : []));
};
