import type { types } from '@slack/bolt';
import type { Alert } from '../../src/alerts/model/alert.ts';
import type { SilenceScope, SilenceScopePart } from '../../src/alerts/model/command.ts';
import { span } from '../../src/core/duration.ts';
import { counted } from '../../src/core/text.ts';
import { type Block, context, dotted, type ModalView, plainText, section } from '../blocks.ts';
import { code, inline } from '../escape.ts';
import {
  actionIds,
  blockIds,
  callbackIds,
  type ListModalContext,
  type ListPlace,
  type ModalContext,
  modalTitles,
  packModalContext,
} from '../ids.ts';
import { limits } from '../limits.ts';
import { whereWords } from '../messages/alerts/list-place.ts';
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
export const silenceModal = (alert: Alert, where: ModalContext): ModalView =>
  form(
    modalTitles.silence,
    where,
    [section(headline(alert))],
    [`Silences in Alertmanager exactly this: ${matchers(alert.labels)}`],
  );

/** The same of a group: what else would be silenced stands above the form. */
export const silenceAllModal = (
  alert: Alert,
  scope: Extract<SilenceScope, { ok: true }>,
  where: ModalContext,
): ModalView =>
  form(
    modalTitles.silenceAll,
    where,
    [section(headline(alert)), section(reachWords(scope, 'of this group'))],
    [byLabels(scope)],
  );

/** The same of a list. */
export const silenceListedModal = (
  place: ListPlace,
  scope: Extract<SilenceScope, { ok: true }>,
  where: ListModalContext,
): ModalView => ({
  ...form(modalTitles.silenceAll, where, [section(reachWords(scope, whereWords(place)))], [byLabels(scope)]),
  callback_id: callbackIds.silenceListed,
});

type Scope = Extract<SilenceScope, { ok: true }>;

const byLabels = ({ parts }: Scope): string =>
  `Silences in Alertmanager whatever has ${matchers(parts[0]?.matchers ?? {})}, also what fires later.${parts.length > 1 ? ' One silence in each Alertmanager.' : ''}`;

/** Who is silenced in each Alertmanager, what else, and who is not. `which`: what they are called. */
const reachWords = ({ parts, unreached }: Scope, which: string): string => {
  const several = parts.length > 1;
  const reach = parts.slice(0, mostParts).map((part) => reachOf(part, several, which));
  const left = [
    parts.length > mostParts && `and the same in ${parts.length - mostParts} more Alertmanagers`,
    unreached > 0 &&
      `⚠️ ${counted(unreached, 'alert')} did not come from an Alertmanager that farmhand knows, and ${unreached === 1 ? 'goes' : 'go'} on`,
  ].filter((line) => line !== false);
  return [...reach, ...left].join('\n');
};

const mostParts = 8;

const reachOf = (
  { alertmanager, cluster, members, others }: SilenceScopePart,
  several: boolean,
  which: string,
): string => {
  const where = several || cluster !== undefined ? ` in ${inline(cluster ?? alertmanager, 60)}` : '';
  const all = `🔕 *${counted(members, 'alert')} ${which}*${where}`;
  if (!others.ok) {
    return `${all}\n⚠️ What else would be silenced${where} could not be seen: ${inline(others.error, 200)}`;
  }
  if (others.count === 0) return `${all}, and nothing else that fires now`;
  const names = others.names.map((name) => inline(name, 60)).join(', ');
  return `${all}\n⚠️ *and ${counted(others.count, 'other alert')}*${where}${names === '' ? '' : `: ${names}`}`;
};

const form = (
  title: string,
  where: ModalContext | ListModalContext,
  about: readonly Block[],
  silences: readonly string[],
): ModalView => ({
  type: 'modal',
  callback_id: callbackIds.silence,
  private_metadata: packModalContext(where),
  title: plainText(title, limits.modalTitle),
  submit: plainText('Silence', limits.modalTitle),
  close: plainText('Cancel', limits.modalTitle),
  blocks: [
    ...about,
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
    ...context(...silences),
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

const matchers = (labels: Readonly<Record<string, string>>): string =>
  fitted(
    Object.entries(labels).map(([label, value]) => code(`${label}="${value}"`, 200)),
    1800,
  ).join(' ');
