import type { types } from '@slack/bolt';
import type { OverrideKind } from '../../src/rebuild/model/parts/orders.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { controlsOf, mostFarmers } from '../../src/rebuild/model/rules/controlled.ts';
import type { TypedVerb } from '../../src/rebuild/model/rules/rules.ts';
import type { StepName } from '../../src/rebuild/model/steps.ts';
import { context, type ModalView, plainText, section } from '../blocks.ts';
import { code, inline } from '../escape.ts';
import {
  actionIds,
  blockIds,
  callbackIds,
  modalTitles,
  packRebuildContext,
  type RebuildModalContext,
} from '../ids.ts';
import { limits } from '../limits.ts';
import { overrideTitles } from '../rebuild/words.ts';

type Block = types.KnownBlock;

export interface StartPrefill {
  readonly instance?: string;
  readonly forced?: boolean;
  /** Usual number, shown as a hint: left empty, farmhand takes it from the values and the last rebuild. */
  readonly farmers?: number;
  readonly reason?: string;
  /** What is known of the instance, in a line of plain text. */
  readonly about?: string;
}

/** What a rebuild is started with. Everything but the instance and `forced` may be left as it is. */
export const startModal = (prefill: StartPrefill, where: RebuildModalContext): ModalView => ({
  ...modal(callbackIds.rebuildStart, modalTitles.start, 'Show the plan', where),
  blocks: [
    {
      type: 'input',
      block_id: blockIds.startInstance,
      label: plainText('Instance', 100),
      element: {
        type: 'external_select',
        action_id: actionIds.startInstance,
        min_query_length: 0,
        placeholder: plainText('Search …', 100),
        ...(prefill.instance !== undefined && { initial_option: option(prefill.instance, prefill.instance) }),
      },
    },
    {
      type: 'input',
      block_id: blockIds.startForced,
      label: plainText('Forced', 100),
      optional: true,
      element: {
        type: 'checkboxes',
        action_id: actionIds.startForced,
        options: [forced],
        ...(prefill.forced === true && { initial_options: [forced] }),
      },
    },
    {
      type: 'input',
      block_id: blockIds.startFarmers,
      label: plainText('Farmers', 100),
      optional: true,
      element: number(actionIds.startFarmers, prefill.farmers),
      hint: plainText('Empty: as in the last rebuild, or as the instance’s values say.', 200),
    },
    {
      type: 'input',
      block_id: blockIds.startChange,
      label: plainText('Change request', 100),
      optional: true,
      element: { type: 'plain_text_input', action_id: actionIds.startChange, max_length: 80 },
      hint: plainText('Its number, where the rules of the instance demand one.', 200),
    },
    reasonInput(blockIds.startReason, actionIds.startReason, 'Why', true, prefill.reason),
    ...context(
      ...(prefill.about === undefined ? [] : [inline(prefill.about, 300)]),
      'Nothing is touched before you have seen the plan and confirmed it.',
    ),
  ],
});

export interface OrderPrefill {
  readonly verb: 'scale' | 'pause' | 'cancel';
  readonly rebuild: Rebuild;
}

const orderWords = {
  scale: { submit: 'Scale', why: 'Why', hint: undefined },
  pause: {
    submit: 'Pause',
    why: 'Why',
    hint: 'What is under way is finished; farmers that compute go on computing. It can be resumed at any time.',
  },
  cancel: {
    submit: 'Cancel it',
    why: 'Why',
    hint: 'Farmers and synchronizer go down. A cancelled rebuild is not taken up again.',
  },
} as const;

/** Asks for what an order needs: a number to scale to, a reason to pause or cancel. */
export const orderModal = ({ verb, rebuild }: OrderPrefill, where: RebuildModalContext): ModalView => {
  const words = orderWords[verb];
  const { farmers, plan } = rebuild;
  return {
    ...modal(callbackIds.rebuildOrder, modalTitles[verb], words.submit, {
      ...where,
      rebuild: rebuild.id,
      verb,
    }),
    blocks: [
      section(`*${inline(plan.instance.name, 80)}* · ${code(rebuild.id, 90)}`),
      ...(verb === 'scale'
        ? [
            {
              type: 'input',
              block_id: blockIds.orderFarmers,
              label: plainText('Farmers', 100),
              element: number(actionIds.orderFarmers, rebuild.offer?.farmers ?? farmers.target),
              hint: plainText(
                `Now ${farmers.target}${farmers.seen ? `, ${farmers.seen.ready} of them ready` : ''}; from ${farmers.minimum} to ${mostFarmers(rebuild)}.`,
                200,
              ),
            } satisfies Block,
          ]
        : []),
      reasonInput(blockIds.orderReason, actionIds.orderReason, words.why, verb === 'scale'),
      ...(verb === 'cancel' && mustType(rebuild, ['cancel'])
        ? [typedInput(blockIds.orderTyped, actionIds.orderTyped, rebuild, 'To cancel it', false)]
        : []),
      ...context(words.hint),
    ],
  };
};

export interface OverridePrefill {
  readonly rebuild: Rebuild;
  /** At least one. */
  readonly offered: readonly OverrideKind[];
  readonly steps: readonly { readonly name: StepName; readonly title: string }[];
}

/** What is overridden and why; which step or how much, where the kind needs it. */
export const overrideModal = (
  { rebuild, offered, steps }: OverridePrefill,
  where: RebuildModalContext,
): ModalView => ({
  ...modal(callbackIds.rebuildOverride, modalTitles.override, 'Override', { ...where, rebuild: rebuild.id }),
  blocks: [
    section(`*${inline(rebuild.plan.instance.name, 80)}* · ${code(rebuild.id, 90)}`),
    {
      type: 'input',
      block_id: blockIds.overrideKind,
      label: plainText('What', 100),
      element: {
        type: 'static_select',
        action_id: actionIds.overrideKind,
        options: offered.map((kind) => option(overrideTitles[kind], kind)),
      },
    },
    {
      type: 'input',
      block_id: blockIds.overrideStep,
      label: plainText('Which step', 100),
      optional: true,
      element: {
        type: 'static_select',
        action_id: actionIds.overrideStep,
        options: steps.map(({ name, title }) => option(title, name)),
      },
      hint: plainText('To skip a step, or to retry from one.', 200),
    },
    {
      type: 'input',
      block_id: blockIds.overrideAmount,
      label: plainText('How many, or how long', 100),
      optional: true,
      element: {
        type: 'plain_text_input',
        action_id: actionIds.overrideAmount,
        max_length: 40,
        placeholder: plainText('8 (farmers), 2h (deadline)', 100),
      },
      hint: plainText('The number of farmers to accept, or the time to extend the deadline by.', 200),
    },
    reasonInput(blockIds.overrideReason, actionIds.overrideReason, 'Why', false),
    ...(mustType(rebuild, ['force', 'skip_step', 'drop_guardian'])
      ? [typedInput(blockIds.overrideTyped, actionIds.overrideTyped, rebuild, typedOverrides(rebuild), true)]
      : []),
    ...context('An override is on the record: in the thread, the journal and the ticket.'),
  ],
});

/** Policy wants the name of the instance typed for one of these. */
const mustType = (rebuild: Rebuild, what: readonly TypedVerb[]): boolean => {
  const { typedName } = controlsOf(rebuild);
  const up = rebuild.farmers.wanted + rebuild.synchronizer.wanted > 0;
  return what.some((verb) => typedName.includes(verb) && (verb !== 'cancel' || up));
};

const typedTitles = {
  cancel: 'cancel',
  force: 'force',
  skip_step: 'skip a step',
  drop_guardian: 'drop the guardian',
};

/** `To force, or skip a step` */
const typedOverrides = (rebuild: Rebuild): string =>
  `To ${controlsOf(rebuild)
    .typedName.filter((verb) => verb !== 'cancel')
    .map((verb) => typedTitles[verb])
    .join(', or ')}`;

const typedInput = (
  blockId: string,
  actionId: string,
  { plan }: Rebuild,
  what: string,
  optional: boolean,
): Block => ({
  type: 'input',
  block_id: blockId,
  label: plainText('Name of the instance', 100),
  optional,
  element: { type: 'plain_text_input', action_id: actionId, max_length: 80 },
  hint: plainText(`${what}, type ${plan.instance.name}.`, 200),
});

/** What all forms of rebuilds share. */
export const modal = (callbackId: string, title: string, submit: string, where: RebuildModalContext) => ({
  type: 'modal' as const,
  callback_id: callbackId,
  private_metadata: packRebuildContext(where),
  title: plainText(title, limits.modalTitle),
  submit: plainText(submit, limits.modalTitle),
  close: plainText('Close', limits.modalTitle),
});

/** Names as a select takes them. */
export const instanceOptions = (names: readonly string[]): types.PlainTextOption[] =>
  names.map((name) => option(name, name));

/** One choice. */
export const option = (text: string, value: string): types.PlainTextOption => ({
  text: plainText(text, 75),
  value,
});

const forced: types.PlainTextOption = {
  text: plainText('Forced: rebuild even what looks up to date', 75),
  value: 'forced',
};

const number = (actionId: string, initial: number | undefined): types.NumberInput => ({
  type: 'number_input',
  action_id: actionId,
  is_decimal_allowed: false,
  min_value: '1',
  max_value: '9999',
  ...(initial !== undefined && { initial_value: String(initial) }),
});

const reasonInput = (
  blockId: string,
  actionId: string,
  label: string,
  optional: boolean,
  initial?: string,
): Block => ({
  type: 'input',
  block_id: blockId,
  label: plainText(label, 100),
  optional,
  element: {
    type: 'plain_text_input',
    action_id: actionId,
    multiline: true,
    max_length: 500,
    ...(initial !== undefined && initial !== '' && { initial_value: initial }),
  },
});
