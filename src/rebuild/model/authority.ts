import type { Authority } from './parts/grant.ts';
import type { Override, WiderOrder } from './parts/orders.ts';
import type { Plan } from './parts/plan.ts';
import type { Rebuild } from './rebuild.ts';
import { guardianOrder } from './record.ts';
import { type StepName, skippable } from './steps.ts';

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
    case 'extend_limit':
      return { ...from, longer: (from.longer ?? 0) + amount };
    case 'force':
      return { ...from, forced: true };
    case 'retry_from':
      return { ...from, back: [...from.back, step ?? 'synchronizer'] };
    case 'keep_farmers':
      return { ...from, keepFarmers: true };
    case 'keep_guardian':
      return { ...from, keepGuardian: true };
    case 'without_ticket':
      return { ...from, withoutTicket: true };
    case 'drop_guardian':
      return from;
    default:
      return kind satisfies never;
  }
};

/** What an authority holds beside its numbers. */
export type Exception =
  /** So many are enough, without waiting for more. */
  | { readonly code: 'accepted'; readonly farmers: number }
  | { readonly code: 'skipped' | 'back'; readonly step: StepName }
  | { readonly code: 'extended'; readonly step: StepName; readonly ms: number }
  | { readonly code: 'longer'; readonly ms: number }
  | { readonly code: 'farmers_kept' | 'guardian_kept' | 'without_ticket' };

/** One way in which something goes further than what was granted. */
export type Excess =
  | { readonly code: 'farmers' | 'minimum'; readonly wanted: number; readonly granted: number }
  | { readonly code: 'forced' }
  /** Fewer farmers than may be left without a second person, of the most that there were. */
  | {
      readonly code: 'lowered';
      readonly farmers: number;
      readonly least: number;
      readonly most: number;
      readonly rule: string;
    }
  | Exception;

/** Each way in which `wanted` goes further than what was granted. Nothing when all of it is granted. */
export const beyond = (granted: Authority, wanted: Authority): readonly Excess[] => [
  ...(wanted.farmers > granted.farmers
    ? [{ code: 'farmers', wanted: wanted.farmers, granted: granted.farmers } as const]
    : []),
  ...(wanted.minimum < granted.minimum
    ? [{ code: 'minimum', wanted: wanted.minimum, granted: granted.minimum } as const]
    : wanted.accepted !== undefined && wanted.accepted < (granted.accepted ?? Number.POSITIVE_INFINITY)
      ? [{ code: 'accepted', farmers: wanted.accepted } as const]
      : []),
  ...(wanted.forced && !granted.forced ? [{ code: 'forced' } as const] : []),
  ...wanted.skipped.filter((step) => !granted.skipped.includes(step)).map(skipped),
  ...extensions(wanted).flatMap(([step, ms]) => {
    const more = ms - (granted.extended[step] ?? 0);
    return more > 0 ? [extended(step, more)] : [];
  }),
  ...((wanted.longer ?? 0) > (granted.longer ?? 0)
    ? [longer((wanted.longer ?? 0) - (granted.longer ?? 0))]
    : []),
  ...wanted.back.slice(granted.back.length).map(back),
  ...(wanted.keepFarmers && !granted.keepFarmers ? [farmersKept] : []),
  ...(wanted.keepGuardian && !granted.keepGuardian ? [guardianKept] : []),
  ...(wanted.withoutTicket && !granted.withoutTicket ? [noTicket] : []),
];

/** Every exception from its plan that an authority holds. */
export const exceptionsOf = (authority: Authority): readonly Exception[] => [
  ...(authority.accepted === undefined ? [] : [{ code: 'accepted', farmers: authority.accepted } as const]),
  ...authority.skipped.map(skipped),
  ...extensions(authority).map(([step, ms]) => extended(step, ms)),
  ...(authority.longer === undefined ? [] : [longer(authority.longer)]),
  ...authority.back.map(back),
  ...(authority.keepFarmers ? [farmersKept] : []),
  ...(authority.keepGuardian ? [guardianKept] : []),
  ...(authority.withoutTicket ? [noTicket] : []),
];

const extensions = ({ extended }: Authority): readonly (readonly [StepName, number])[] =>
  Object.entries(extended) as [StepName, number][];

const skipped = (step: StepName): Exception => ({ code: 'skipped', step });
const back = (step: StepName): Exception => ({ code: 'back', step });
const extended = (step: StepName, ms: number): Exception => ({ code: 'extended', step, ms });
const longer = (ms: number): Exception => ({ code: 'longer', ms });
const farmersKept: Exception = { code: 'farmers_kept' };
const noTicket: Exception = { code: 'without_ticket' };
const guardianKept: Exception = { code: 'guardian_kept' };
