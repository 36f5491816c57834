import { formatDuration } from '../../core/duration.ts';
import { counted } from '../../core/text.ts';
import type { Authority } from './parts/grant.ts';
import type { Override, WiderOrder } from './parts/orders.ts';
import type { Plan } from './parts/plan.ts';
import type { Rebuild } from './rebuild.ts';
import { guardianOrder } from './record.ts';
import { type StepName, skippable, stepTitle } from './steps.ts';

/** What a plan asks for, and nothing besides. */
export const plannedAuthority = ({ farmers, minimum, forced }: Plan): Authority => ({
  farmers,
  minimum,
  forced,
  skipped: [],
  extended: {},
  back: [],
  keepFarmers: false,
  keepGuardian: false,
});

/** All that the record would do as it stands: the plan, and what was asked for and taken since. */
export const authorityOf = (rebuild: Rebuild): Authority => {
  const { plan, farmers, overrides } = rebuild;
  const base: Authority = {
    ...plannedAuthority(plan),
    farmers: Math.max(farmers.target, farmers.wanted),
    minimum: farmers.minimum,
    skipped: skippedNow(rebuild),
  };
  // The minimum is on record already; an override of it must not be counted a second time.
  const all = overrides.reduce((sum, override) => widened(sum, orderOf(override)), base);
  return { ...all, minimum: farmers.minimum, keepGuardian: guardianOrder(rebuild) === 'keep' };
};

const orderOf = ({ kind, reason, step, amount }: Override): WiderOrder => ({
  verb: 'override',
  kind,
  reason,
  ...(step !== undefined && { step }),
  ...(amount !== undefined && { amount }),
});

/** By its steps: records of before do not say in the override which one was skipped. */
const skippedNow = ({ phase, steps }: Rebuild): readonly StepName[] =>
  phase === 'running'
    ? steps.flatMap(({ name, state }) => (state === 'skipped' && skippable.includes(name) ? [name] : []))
    : [];

/** What was granted, and an order besides. */
export const widened = (from: Authority, order: WiderOrder): Authority => {
  if (order.verb === 'scale') return { ...from, farmers: Math.max(from.farmers, order.farmers) };
  const { kind, step, amount = 0 } = order;
  switch (kind) {
    case 'skip_step':
      return step === undefined || from.skipped.includes(step)
        ? from
        : { ...from, skipped: [...from.skipped, step] };
    case 'accept_farmers':
      return {
        ...from,
        minimum: Math.min(from.minimum, amount),
        accepted: Math.min(from.accepted ?? amount, amount),
      };
    case 'extend_deadline': {
      const name = step ?? 'rebuild';
      return { ...from, extended: { ...from.extended, [name]: (from.extended[name] ?? 0) + amount } };
    }
    case 'force':
      return { ...from, forced: true };
    case 'retry_from':
      return { ...from, back: [...from.back, step ?? 'synchronizer'] };
    case 'keep_farmers':
      return { ...from, keepFarmers: true };
    case 'keep_guardian':
      return { ...from, keepGuardian: true };
    case 'drop_guardian':
      return from;
    default:
      return kind satisfies never;
  }
};

/** Each way in which `wanted` goes further than what was granted, in words. Nothing when all of it is granted. */
export const beyond = (granted: Authority, wanted: Authority): readonly string[] => [
  ...(wanted.farmers > granted.farmers
    ? [`${counted(wanted.farmers, 'farmer')} instead of at most ${granted.farmers}`]
    : []),
  ...(wanted.minimum < granted.minimum
    ? [`goes on with ${counted(wanted.minimum, 'farmer')} instead of at least ${granted.minimum}`]
    : wanted.accepted !== undefined && wanted.accepted < (granted.accepted ?? Number.POSITIVE_INFINITY)
      ? [acceptedWords(wanted.accepted)]
      : []),
  ...(wanted.forced && !granted.forced ? ['forced'] : []),
  ...wanted.skipped.filter((step) => !granted.skipped.includes(step)).map(skippedWords),
  ...extensions(wanted).flatMap(([step, ms]) => {
    const more = ms - (granted.extended[step] ?? 0);
    return more > 0 ? [extendedWords(step, more)] : [];
  }),
  ...wanted.back.slice(granted.back.length).map(backWords),
  ...(wanted.keepFarmers && !granted.keepFarmers ? [keepsFarmersWords] : []),
  ...(wanted.keepGuardian && !granted.keepGuardian ? [keepsGuardianWords] : []),
];

/** Every exception from its plan that an authority holds, in words. */
export const exceptionsOf = (authority: Authority): readonly string[] => [
  ...(authority.accepted === undefined ? [] : [acceptedWords(authority.accepted)]),
  ...authority.skipped.map(skippedWords),
  ...extensions(authority).map(([step, ms]) => extendedWords(step, ms)),
  ...authority.back.map(backWords),
  ...(authority.keepFarmers ? [keepsFarmersWords] : []),
  ...(authority.keepGuardian ? [keepsGuardianWords] : []),
];

/** `at most 4 farmers, at least 2 to go on with, not forced; nothing skipped, extended or kept`. Plain text. */
export const authorityWords = (authority: Authority): string => {
  const { farmers, minimum, forced } = authority;
  const exceptions = exceptionsOf(authority);
  const rest = exceptions.length === 0 ? 'nothing skipped, extended or kept' : exceptions.join('; ');
  return `at most ${counted(farmers, 'farmer')}, at least ${minimum} to go on with, ${forced ? 'forced' : 'not forced'}; ${rest}`;
};

/** What an order wants, as a sentence goes on after “to”. */
export const orderWords = (order: WiderOrder): string => {
  if (order.verb === 'scale') return `scale to ${counted(order.farmers, 'farmer')}`;
  const { kind, step, amount = 0 } = order;
  const name = step === undefined ? 'its step' : `the step ${stepTitle[step]}`;
  switch (kind) {
    case 'skip_step':
      return `skip ${name}`;
    case 'accept_farmers':
      return `accept ${counted(amount, 'farmer')}`;
    case 'extend_deadline':
      return `give ${name} ${formatDuration(amount)} longer`;
    case 'force':
      return 'force the rebuild';
    case 'retry_from':
      return `go back to ${name}`;
    case 'keep_farmers':
      return 'keep the farmers up when it ends';
    case 'keep_guardian':
      return 'keep the guardian up';
    case 'drop_guardian':
      return 'drop the guardian';
    default:
      return kind satisfies never;
  }
};

const extensions = ({ extended }: Authority): readonly (readonly [StepName, number])[] =>
  Object.entries(extended) as [StepName, number][];

const acceptedWords = (n: number): string =>
  `${counted(n, 'farmer')} accepted as enough, without waiting for more`;
const skippedWords = (step: StepName): string => `the step ${stepTitle[step]} is skipped`;
const extendedWords = (step: StepName, ms: number): string =>
  `the step ${stepTitle[step]} may take ${formatDuration(ms)} longer`;
const backWords = (step: StepName): string =>
  `goes back to the step ${stepTitle[step]}, and does it and what comes after it again`;
const keepsFarmersWords = 'the farmers stay up when it ends';
const keepsGuardianWords = 'the guardian stays up until somebody drops it';
