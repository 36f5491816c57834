import type { Middleware, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { z } from 'zod';
import type { Alert } from '../../src/alerts/model/alert.ts';
import type { AlertCommand, SilenceScope } from '../../src/alerts/model/command.ts';
import { FarmhandError } from '../../src/core/errors.ts';
import type { ModalView } from '../../views/blocks.ts';
import { actionIds, blockIds, modalTitles, readModalContext } from '../../views/ids.ts';
import { refusedAlertAnswer } from '../../views/messages/alerts/command-answer.ts';
import { goneAnswer, nothingToSilenceAnswer, strangeButtonAnswer } from '../../views/messages/answers.ts';
import { noticeModal } from '../../views/modals/notice.ts';
import { silenceAllModal, silenceModal } from '../../views/modals/silence.ts';
import { applyToAlert } from '../alerts/apply.ts';
import { wholeDuration } from '../parse/duration.ts';
import { askedBy } from '../shared/asked.ts';
import { type CommandDeps, fromRecords } from '../shared/deps.ts';
import { type Form, type ModalTrigger, openModal } from '../shared/modal.ts';
import { alertFor, readsFor } from '../shared/reads.ts';
import { reply, replyTargetOf } from '../shared/reply.ts';

/** Silence…: asks for how long and why. */
export const openSilence = (deps: CommandDeps, trigger: ModalTrigger, id: string): Promise<void> => {
  const content = alertFor(deps, id, trigger.by).then((alert) => modal(alert, trigger.where));
  return openModal(trigger, modalTitles.silence, content);
};

/** Silence all…: shows first what else that would silence, as far as Alertmanager says. */
export const openSilenceAll = (deps: CommandDeps, trigger: ModalTrigger, id: string): Promise<void> => {
  const content = fromRecords(
    deps,
    readsFor(deps, trigger.by).then(async (reads) => {
      const alert = await reads.get(id);
      return [alert, alert && (await deps.alerts.silenceScope(id))] as const;
    }),
    6,
  ).then(([alert, scope]) => modal(alert, trigger.where, scope));
  return openModal(trigger, modalTitles.silenceAll, content);
};

const modal = (
  alert: Alert | undefined,
  { channel, thread }: ModalTrigger['where'],
  scope?: SilenceScope,
): ModalView => {
  const title = scope ? modalTitles.silenceAll : modalTitles.silence;
  const notice =
    channel === undefined
      ? strangeButtonAnswer()
      : alert === undefined
        ? goneAnswer()
        : alert.status === 'resolved'
          ? nothingToSilenceAnswer()
          : scope?.ok === false
            ? refusedAlertAnswer(scope)
            : undefined;
  if (alert === undefined || channel === undefined || notice) {
    return noticeModal(title, notice ?? goneAnswer());
  }
  const where = { alert: alert.id, channel, ...(thread !== undefined && { thread }) };
  return scope?.ok
    ? silenceAllModal(alert, scope, { ...where, labels: [...scope.labels] })
    : silenceModal(alert, where);
};

/** The silence modal was submitted: wrong inputs are said beside them, the rest is answered where it was opened. */
export const submitSilence =
  (deps: CommandDeps): Middleware<SlackViewMiddlewareArgs<ViewSubmitAction>> =>
  async (args) => {
    const { ack, body, view } = args;
    const form = parseSilenceForm(view.state?.values);
    if (!form.ok) {
      await ack({ response_action: 'errors', errors: { ...form.errors } });
      return;
    }
    await ack();
    const where = readModalContext(view.private_metadata);
    if (!where) throw new FarmhandError('modal_unreadable', 'The silence modal carries no alert.');
    const by = await deps.people.person(args.client, askedBy(body));
    const command = where.labels ? { ...form.value, labels: where.labels } : form.value;
    await reply(replyTargetOf(args), await applyToAlert(deps, where.alert, command, by));
  };

/** What Slack hands over of the silence modal's inputs. */
const SilenceForm = z.object({
  [blockIds.silenceDuration]: z.object({
    [actionIds.silenceDuration]: z.object({
      selected_option: z.object({ value: z.string().nullish() }).nullish(),
    }),
  }),
  [blockIds.silenceCustom]: z.object({
    [actionIds.silenceCustom]: z.object({ value: z.string().nullish() }),
  }),
  [blockIds.silenceReason]: z.object({
    [actionIds.silenceReason]: z.object({ value: z.string().nullish() }),
  }),
});

/** Reads the silence modal. Throws when the inputs are not those of this modal. */
export const parseSilenceForm = (values: unknown): Form<Extract<AlertCommand, { verb: 'silence' }>> => {
  const form = SilenceForm.parse(values);
  const chosen = form[blockIds.silenceDuration][actionIds.silenceDuration].selected_option?.value ?? '';
  const custom = form[blockIds.silenceCustom][actionIds.silenceCustom].value?.trim() ?? '';
  const reason = form[blockIds.silenceReason][actionIds.silenceReason].value?.trim() ?? '';
  const duration = wholeDuration(custom === '' ? chosen : custom);
  const at = custom === '' ? blockIds.silenceDuration : blockIds.silenceCustom;
  const errors = {
    ...(duration.ok ? {} : { [at]: duration.problem }),
    ...(reason === '' ? { [blockIds.silenceReason]: 'Say why, for the next person on call.' } : {}),
  };
  return duration.ok && reason !== ''
    ? { ok: true, value: { verb: 'silence', durationMs: duration.ms, reason } }
    : { ok: false, errors };
};
