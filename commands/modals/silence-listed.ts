import type { Middleware, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { FarmhandError } from '../../src/core/errors.ts';
import type { ModalView } from '../../views/blocks.ts';
import { modalTitles, readListModalContext } from '../../views/ids.ts';
import { refusedAlertAnswer } from '../../views/messages/alerts/command-answer.ts';
import { silenceListedAnswer } from '../../views/messages/alerts/silence-listed.ts';
import { strangeButtonAnswer } from '../../views/messages/answers.ts';
import { noticeModal } from '../../views/modals/notice.ts';
import { silenceListedModal } from '../../views/modals/silence.ts';
import { asAlertList, readListed } from '../alerts/listed.ts';
import { askedBy } from '../shared/asked.ts';
import { type CommandDeps, fromRecords } from '../shared/deps.ts';
import { type ModalTrigger, openModal } from '../shared/modal.ts';
import { reply, replyTargetOf } from '../shared/reply.ts';
import { parseSilenceForm } from './silence.ts';

/** Silence all… under a list: shows by which labels, and what else that would silence, as far as Alertmanager says. */
export const openSilenceListed = (deps: CommandDeps, trigger: ModalTrigger, words: string): Promise<void> =>
  openModal(trigger, modalTitles.silenceAll, form(deps, trigger, words));

const form = async (deps: CommandDeps, trigger: ModalTrigger, words: string): Promise<ModalView> => {
  const asOf = deps.now();
  const { channel, thread } = trigger.where;
  const by = await trigger.by();
  const listed = channel === undefined ? undefined : await readListed(deps, words, by, asOf);
  if (channel === undefined || !listed) return noticeModal(modalTitles.silenceAll, strangeButtonAnswer());
  const list = await asAlertList(deps, listed, asOf);
  const scope = await fromRecords(deps, deps.alerts.silenceScopeOf(list), 6);
  if (!scope.ok) return noticeModal(modalTitles.silenceAll, refusedAlertAnswer(scope));
  const where = { channel, ...(thread !== undefined && { thread }), words, asOf, labels: [...scope.labels] };
  return silenceListedModal(listed.where, scope, where);
};

/** The form was submitted: what had fired when it was opened is silenced by the labels that it showed. */
export const submitSilenceListed =
  (deps: CommandDeps): Middleware<SlackViewMiddlewareArgs<ViewSubmitAction>> =>
  async (args) => {
    const { ack, body, view } = args;
    const filled = parseSilenceForm(view.state?.values);
    if (!filled.ok) {
      await ack({ response_action: 'errors', errors: { ...filled.errors } });
      return;
    }
    await ack();
    const where = readListModalContext(view.private_metadata);
    if (!where) throw new FarmhandError('modal_unreadable', 'The silence modal carries no list.');
    const by = await deps.people.person(args.client, askedBy(body));
    const listed = await readListed(deps, where.words, by, where.asOf);
    if (!listed) {
      await reply(replyTargetOf(args), strangeButtonAnswer());
      return;
    }
    const list = await asAlertList(deps, listed, where.asOf);
    const { durationMs, reason } = filled.value;
    const command = { verb: 'silence', durationMs, reason, labels: where.labels } as const;
    const outcome = await fromRecords(deps, deps.alerts.applyToAll(list, command, by));
    const ended = outcome.ok ? (outcome.changed ? 'done' : 'already so') : outcome.code;
    deps.log.info({ user: by.id, list: list.of, verb: 'silence', ended }, 'list command');
    await reply(replyTargetOf(args), silenceListedAnswer(listed.where, durationMs, outcome));
  };
