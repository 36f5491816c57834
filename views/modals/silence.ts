import type { types } from '@slack/bolt';
import type { Alert } from '../../src/alerts/model/alert.ts';
import { span } from '../../src/core/duration.ts';
import { context, dotted, type ModalView, plainText, section } from '../blocks.ts';
import { code, inline } from '../escape.ts';
import {
  actionIds,
  blockIds,
  callbackIds,
  type ModalContext,
  modalTitles,
  packModalContext,
} from '../ids.ts';
import { limits } from '../limits.ts';
import { fitted } from '../trail.ts';
import { subjectOf } from '../words.ts';

const hour = 3_600_000;
/** Option values are what `commands/parse/duration.ts` reads. */
const choices = [
  ['30m', hour / 2],
  ['1h', hour],
  ['2h', 2 * hour],
  ['4h', 4 * hour],
  ['1d', 24 * hour],
] as const;
const usual = '2h';

/** How long, and why; it shows what the silence will match, so nobody silences more than they mean to. */
export const silenceModal = (alert: Alert, where: ModalContext): ModalView => ({
  type: 'modal',
  callback_id: callbackIds.silence,
  private_metadata: packModalContext(where),
  title: plainText(modalTitles.silence, limits.modalTitle),
  submit: plainText('Silence', limits.modalTitle),
  close: plainText('Cancel', limits.modalTitle),
  blocks: [
    section(headline(alert)),
    {
      type: 'input',
      block_id: blockIds.silenceDuration,
      label: plainText('How long', 100),
      element: durationSelect(),
    },
    {
      type: 'input',
      block_id: blockIds.silenceCustom,
      label: plainText('Or exactly', 100),
      element: {
        type: 'plain_text_input',
        action_id: actionIds.silenceCustom,
        placeholder: plainText('45m, 1h 30m, 3d', 100),
        max_length: 40,
      },
      hint: plainText('Counts instead of the choice above.', 200),
      optional: true,
    },
    {
      type: 'input',
      block_id: blockIds.silenceReason,
      label: plainText('Why', 100),
      element: {
        type: 'plain_text_input',
        action_id: actionIds.silenceReason,
        multiline: true,
        max_length: 500,
        placeholder: plainText('What the next person on call should know', 100),
      },
    },
    ...context(`Silences in Alertmanager exactly this: ${matchers(alert)}`),
  ],
});

const headline = (alert: Alert): string => {
  const subject = subjectOf(alert);
  const title = dotted(
    `🔕 *${inline(alert.name, 150) || 'unnamed alert'}*`,
    subject !== undefined && code(subject, 150),
  );
  return `${title}\n${inline(alert.summary, 300)}`.trim();
};

const durationSelect = (): types.StaticSelect => {
  const options = choices.map(([value, ms]) => ({ text: plainText(span(ms), 75), value }));
  const initial = options.find((option) => option.value === usual);
  return {
    type: 'static_select',
    action_id: actionIds.silenceDuration,
    options,
    ...(initial && { initial_option: initial }),
  };
};

const matchers = (alert: Alert): string =>
  fitted(
    Object.entries(alert.labels).map(([label, value]) => code(`${label}="${value}"`, 200)),
    1800,
  ).join(' ');
