import { formatDuration } from '../../core/duration.ts';
import type { Person } from '../../core/person.ts';
import type { RebuildCommand } from '../model/command.ts';
import type { Override, OverrideKind } from '../model/parts/orders.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { currentStep, guardianOrder, hasEnded, isForced, keepsFarmers } from '../model/record.ts';
import { restartable, type StepName, skippable, stepNames, stepTitle } from '../model/steps.ts';
import { announce, setStep, soon, type Transition, writeOf } from '../model/transition.ts';

type Ask = RebuildCommand & { verb: 'override' };
/** `step`: the one that it is about, where nobody named it. */
type Made = { readonly rebuild: Rebuild; readonly says: string; readonly step?: StepName };
type Problems = { readonly problems: readonly string[] };

const nothing = 'Nothing was changed.';

/** An explicit exception from the rules, with its reason on the record. Pure. */
export const applyOverride = (
  rebuild: Rebuild,
  ask: Ask,
  by: Person,
  now: number,
): { readonly write: Transition; readonly says: string } | Problems => {
  if (ask.reason.trim() === '') return no('An override needs a reason: auditors will read it.');
  const made = make(rebuild, ask, now);
  if ('problems' in made) return made;
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
  const text = `Override: ${made.says} Because: ${ask.reason}`;
  const recorded = { ...made.rebuild, overrides: [...made.rebuild.overrides, override] };
  const announcement = {
    what: `override_${ask.kind}`,
    text,
    note: 'override',
    entry: 'override',
    mark: 'override',
    marked: ask.kind.replaceAll('_', ' '),
    by,
  } as const;
  return {
    write: announce(writeOf(soon(recorded, now)), announcement, now),
    says: made.says,
  };
};

const make = (rebuild: Rebuild, ask: Ask, now: number): Made | Problems => {
  switch (ask.kind) {
    case 'skip_step':
      return skip(rebuild, ask.step, now);
    case 'accept_farmers':
      return acceptFarmers(rebuild, ask.amount);
    case 'extend_deadline':
      return extend(rebuild, ask.step, ask.amount, now);
    case 'force':
      return force(rebuild);
    case 'retry_from':
      return retryFrom(rebuild, ask.step);
    case 'keep_farmers':
      return keepFarmers(rebuild);
    case 'keep_guardian':
      return keepGuardian(rebuild);
    case 'drop_guardian':
      return {
        rebuild,
        says: 'the guardian is released when its time comes, or now where it only waits for that.',
      };
    default:
      return ask.kind satisfies never;
  }
};

const no = (...problems: readonly string[]): Problems => ({ problems: [...problems, nothing] });

const over = (rebuild: Rebuild): boolean => hasEnded(rebuild) || rebuild.phase !== 'running';
const isOver = 'the rebuild is being torn down, so this would change nothing.';

const skip = (rebuild: Rebuild, named: StepName | undefined, now: number): Made | Problems => {
  const name = named ?? currentStep(rebuild)?.name;
  if (over(rebuild) || name === undefined) return no(`No step can be skipped: ${isOver}`);
  if (!skippable.includes(name)) {
    return no(
      `The step ${stepTitle[name]} cannot be skipped: what comes after it would rest on nothing. These can: ${titles(skippable)}.`,
    );
  }
  const state = rebuild.steps.find((step) => step.name === name)?.state;
  if (state === 'done' || state === 'skipped') return no(`The step ${stepTitle[name]} is ${state} already.`);
  const next = setStep(rebuild, name, ({ attempt, startedAt }) => ({
    name,
    attempt,
    state: 'skipped',
    endedAt: now,
    ...(startedAt !== undefined && { startedAt }),
  }));
  return { rebuild: next, says: `the step ${stepTitle[name]} is skipped.`, step: name };
};

const acceptFarmers = (rebuild: Rebuild, amount: number | undefined): Made | Problems => {
  if (over(rebuild)) return no(`The minimum cannot be changed: ${isOver}`);
  if (amount === undefined || !Number.isInteger(amount) || amount < 1) {
    return no(
      'Say how many farmers are enough: a whole number, at least 1. A rebuild is never done without any.',
    );
  }
  const { minimum, target } = rebuild.farmers;
  if (amount > target) return no(`${amount} farmers are more than the ${target} that were asked for.`);
  if (amount === minimum) return no(`${minimum} is the minimum already.`);
  return {
    rebuild: { ...rebuild, farmers: { ...rebuild.farmers, minimum: amount } },
    says: `${amount === 1 ? '1 farmer is' : `${amount} farmers are`} enough, instead of ${minimum}.`,
  };
};

const extend = (
  rebuild: Rebuild,
  named: StepName | undefined,
  ms: number | undefined,
  now: number,
): Made | Problems => {
  if (ms === undefined || !(ms > 0)) return no('Say by how much, as a duration: 30m, 2h, 1d.');
  const step = currentStep(rebuild);
  const due = step?.ask?.until ?? step?.deadline;
  if (!step || due === undefined) {
    return no(`${step ? `The step ${stepTitle[step.name]}` : 'It'} has no deadline at the moment.`);
  }
  if (named !== undefined && named !== step.name) {
    return no(`It is not in the step ${stepTitle[named]}, but in ${stepTitle[step.name]}.`);
  }
  const next = setStep(rebuild, step.name, (s) => ({
    ...s,
    ...(s.deadline !== undefined && { deadline: Math.max(s.deadline, now) + ms }),
    ...(s.ask?.until !== undefined && { ask: { ...s.ask, until: s.ask.until + ms } }),
  }));
  return {
    rebuild: next,
    says: `the step ${stepTitle[step.name]} may take ${formatDuration(ms)} longer.`,
    step: step.name,
  };
};

const force = (rebuild: Rebuild): Made | Problems => {
  if (over(rebuild)) return no(`It cannot be forced: ${isOver}`);
  if (isForced(rebuild)) return no('It is forced already.');
  const state = rebuild.steps.find(({ name }) => name === 'rebuild')?.state;
  if (state === 'done' || state === 'skipped')
    return no('The rebuild itself is done; forcing it would change nothing.');
  const says =
    state === 'pending'
      ? 'the rebuild will be forced.'
      : 'the rebuild is forced from its next try on; override “retry from Rebuild” to begin it again.';
  return { rebuild, says };
};

const retryFrom = (rebuild: Rebuild, name: StepName | undefined): Made | Problems => {
  if (over(rebuild)) return no(`It cannot go back: ${isOver}`);
  if (name === undefined || !restartable.includes(name)) {
    return no(`Say from which step: ${titles(restartable)}.`);
  }
  const current = currentStep(rebuild)?.name ?? 'release';
  const at = stepNames.indexOf(name);
  if (at > stepNames.indexOf(current)) {
    return no(`The step ${stepTitle[name]} has not begun yet; it is in the step ${stepTitle[current]}.`);
  }
  const { progress: _, stalledSince: __, offer: ___, ...rest } = rebuild;
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
    says: `it goes back to the step ${stepTitle[stepNames[from] ?? name]}; what comes after it is done again.`,
  };
};

const keepFarmers = (rebuild: Rebuild): Made | Problems => {
  if (hasEnded(rebuild)) return no('It has ended; the farmers are gone.');
  if (keepsFarmers(rebuild)) return no('The farmers are kept already.');
  if (rebuild.steps.some(({ name, state }) => name === 'teardown' && state === 'done')) {
    return no('The farmers are gone already.');
  }
  return {
    rebuild,
    says: 'the farmers stay up when it ends. They cost money until somebody scales them down.',
  };
};

const keepGuardian = (rebuild: Rebuild): Made | Problems => {
  if (guardianOrder(rebuild) === 'keep') return no('The guardian is kept already.');
  return { rebuild, says: 'the guardian stays up until somebody drops it.' };
};

const titles = (names: readonly StepName[]): string => names.map((name) => stepTitle[name]).join(', ');

/** The overrides that would not be refused outright now: what the modal offers. */
export const offeredOverrides = (rebuild: Rebuild): readonly OverrideKind[] => {
  const current = currentStep(rebuild);
  const kinds: readonly (readonly [OverrideKind, boolean])[] = [
    ['skip_step', !over(rebuild) && current !== undefined && skippable.includes(current.name)],
    ['accept_farmers', !over(rebuild)],
    ['extend_deadline', (current?.ask?.until ?? current?.deadline) !== undefined],
    ['force', !('problems' in force(rebuild))],
    ['retry_from', !over(rebuild) && current !== undefined && stepNames.indexOf(current.name) >= 2],
    ['keep_farmers', !('problems' in keepFarmers(rebuild))],
    ['keep_guardian', !hasEnded(rebuild) && guardianOrder(rebuild) !== 'keep'],
    ['drop_guardian', !hasEnded(rebuild) && guardianOrder(rebuild) !== 'drop'],
  ];
  return kinds.flatMap(([kind, may]) => (may ? [kind] : []));
};
