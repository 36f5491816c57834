import { z } from 'zod';
import { parseDuration } from '../../src/core/duration.ts';
import type { RebuildCommand, StartRequest } from '../../src/rebuild/model/command.ts';
import { stepNames } from '../../src/rebuild/model/steps.ts';
import { actionIds, blockIds } from '../../views/ids.ts';
import { farmersProblem } from '../parse/target.ts';
import type { Form } from '../shared/modal.ts';

const text = z.object({ value: z.string().nullish() });
const choice = z.object({ selected_option: z.object({ value: z.string().nullish() }).nullish() });
const typeIt = (typed: string, instance: string): string =>
  `Type ${instance}.${typed === '' ? '' : ` “${typed.slice(0, 80)}” is another name.`} Nothing was changed.`;
const sayWhy = 'Say why, for whoever looks at it next.';

const StartForm = z.object({
  [blockIds.startInstance]: z.object({ [actionIds.startInstance]: choice }),
  [blockIds.startForced]: z.object({
    [actionIds.startForced]: z.object({ selected_options: z.array(z.unknown()).nullish() }),
  }),
  [blockIds.startFarmers]: z.object({ [actionIds.startFarmers]: text }),
  /** A form from before it was asked for is still open somewhere. */
  [blockIds.startChange]: z.object({ [actionIds.startChange]: text }).optional(),
  [blockIds.startReason]: z.object({ [actionIds.startReason]: text }),
});

/** Reads the start form. Throws when the inputs are not those of this form. */
export const parseStartForm = (values: unknown): Form<StartRequest> => {
  const form = StartForm.parse(values);
  const instance = form[blockIds.startInstance][actionIds.startInstance].selected_option?.value ?? '';
  const forced = form[blockIds.startForced][actionIds.startForced].selected_options ?? [];
  const farmers = trimmed(form[blockIds.startFarmers][actionIds.startFarmers].value);
  const reason = trimmed(form[blockIds.startReason][actionIds.startReason].value);
  const change = trimmed(form[blockIds.startChange]?.[actionIds.startChange].value);
  const errors = {
    ...(instance === '' && { [blockIds.startInstance]: 'Say which instance.' }),
    ...(/\s/.test(change) && { [blockIds.startChange]: 'A number has no spaces in it.' }),
    ...wrongFarmers(blockIds.startFarmers, farmers),
  };
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  return {
    ok: true,
    value: {
      instance,
      forced: forced.length > 0,
      ...(farmers !== '' && { farmers: Number(farmers) }),
      ...(change !== '' && { change }),
      ...(reason !== '' && { reason }),
    },
  };
};

const OrderForm = z.object({
  [blockIds.orderFarmers]: z.object({ [actionIds.orderFarmers]: text }).optional(),
  [blockIds.orderReason]: z.object({ [actionIds.orderReason]: text }),
  /** Only where policy wants it. */
  [blockIds.orderTyped]: z.object({ [actionIds.orderTyped]: text }).optional(),
});

/** Reads the form of an order to a rebuild of `instance`: a number to scale to, or why to pause or cancel. */
export const parseOrderForm = (
  verb: 'scale' | 'pause' | 'cancel',
  values: unknown,
  instance: string,
): Form<RebuildCommand> => {
  const form = OrderForm.parse(values);
  const reason = trimmed(form[blockIds.orderReason][actionIds.orderReason].value);
  if (verb !== 'scale') {
    const field = form[blockIds.orderTyped]?.[actionIds.orderTyped];
    const typed = trimmed(field?.value);
    const errors = {
      ...(reason === '' && { [blockIds.orderReason]: sayWhy }),
      ...(field && typed !== instance && { [blockIds.orderTyped]: typeIt(typed, instance) }),
    };
    if (Object.keys(errors).length > 0) return { ok: false, errors };
    return { ok: true, value: { verb, reason, ...(verb === 'cancel' && typed !== '' && { typed }) } };
  }
  const farmers = trimmed(form[blockIds.orderFarmers]?.[actionIds.orderFarmers].value);
  const [problem] = farmersProblem(farmers);
  if (problem !== undefined) return { ok: false, errors: { [blockIds.orderFarmers]: problem } };
  return { ok: true, value: { verb, farmers: Number(farmers), ...(reason !== '' && { reason }) } };
};

const OverrideForm = z.object({
  [blockIds.overrideKind]: z.object({ [actionIds.overrideKind]: choice }),
  [blockIds.overrideStep]: z.object({ [actionIds.overrideStep]: choice }),
  [blockIds.overrideAmount]: z.object({ [actionIds.overrideAmount]: text }),
  [blockIds.overrideReason]: z.object({ [actionIds.overrideReason]: text }),
  [blockIds.overrideTyped]: z.object({ [actionIds.overrideTyped]: text }).optional(),
});
const Kind = z.enum([
  'skip_step',
  'accept_farmers',
  'extend_deadline',
  'extend_limit',
  'force',
  'retry_from',
  'keep_farmers',
  'keep_guardian',
  'drop_guardian',
  'without_ticket',
]);

/** Reads the override form of a rebuild of `instance`: what is needed follows from what is overridden. */
export const parseOverrideForm = (values: unknown, instance: string): Form<RebuildCommand> => {
  const form = OverrideForm.parse(values);
  const kind = Kind.safeParse(
    form[blockIds.overrideKind][actionIds.overrideKind].selected_option?.value,
  ).data;
  const chosen = form[blockIds.overrideStep][actionIds.overrideStep].selected_option?.value;
  const step = stepNames.find((name) => name === chosen);
  const amount = trimmed(form[blockIds.overrideAmount][actionIds.overrideAmount].value);
  const reason = trimmed(form[blockIds.overrideReason][actionIds.overrideReason].value);
  const typed = trimmed(form[blockIds.overrideTyped]?.[actionIds.overrideTyped].value);
  const ms = parseDuration(amount.replace(/\s+/g, ''));
  const takesTime = kind === 'extend_deadline' || kind === 'extend_limit';
  const needsStep = kind === 'skip_step' || kind === 'retry_from';
  const [wrongNumber] = kind === 'accept_farmers' ? farmersProblem(amount) : [];
  const errors = {
    ...(kind === undefined && { [blockIds.overrideKind]: 'Say what to override.' }),
    ...(needsStep && step === undefined && { [blockIds.overrideStep]: 'Say which step.' }),
    ...(wrongNumber !== undefined && { [blockIds.overrideAmount]: wrongNumber }),
    ...(takesTime &&
      !(ms !== undefined && ms > 0) && { [blockIds.overrideAmount]: 'Say by how much: 30m, 2h, 1d.' }),
    ...(reason === '' && { [blockIds.overrideReason]: 'Say why: it is on the record.' }),
    ...(typed !== '' && typed !== instance && { [blockIds.overrideTyped]: typeIt(typed, instance) }),
  };
  if (kind === undefined || Object.keys(errors).length > 0) return { ok: false, errors };
  return {
    ok: true,
    value: {
      verb: 'override',
      kind,
      reason,
      ...(needsStep && step !== undefined && { step }),
      ...(kind === 'accept_farmers' && { amount: Number(amount) }),
      ...(takesTime && ms !== undefined && { amount: ms }),
      ...(typed !== '' && { typed }),
    },
  };
};

const ReviewForm = z.object({
  [blockIds.reviewVerdict]: z.object({ [actionIds.reviewVerdict]: choice }),
  [blockIds.reviewSays]: z.object({ [actionIds.reviewSays]: text }),
});
const Given = z.enum(['in_order', 'objected']);

/** Reads the form of a review: the verdict, and what was found. */
export const parseReviewForm = (values: unknown): Form<RebuildCommand> => {
  const form = ReviewForm.parse(values);
  const chosen = form[blockIds.reviewVerdict][actionIds.reviewVerdict].selected_option?.value;
  const verdict = Given.safeParse(chosen).data;
  const says = trimmed(form[blockIds.reviewSays][actionIds.reviewSays].value);
  const errors = {
    ...(verdict === undefined && { [blockIds.reviewVerdict]: 'Say whether it was in order.' }),
    ...(says === '' && { [blockIds.reviewSays]: 'Say what you found: auditors will read it.' }),
  };
  if (verdict === undefined || says === '') return { ok: false, errors };
  return { ok: true, value: { verb: 'review', verdict, says } };
};

const trimmed = (value: string | null | undefined): string => value?.trim() ?? '';

const wrongFarmers = (block: string, value: string): Readonly<Record<string, string>> => {
  const [problem] = value === '' ? [] : farmersProblem(value);
  return problem === undefined ? {} : { [block]: problem };
};
