import type {
  App,
  BlockAction,
  ButtonAction,
  Middleware,
  SlackActionMiddlewareArgs,
  StaticSelectAction,
} from '@slack/bolt';
import type { z } from 'zod';
import type { AlertCommand } from '../src/alerts/model/command.ts';
import type { Person } from '../src/core/person.ts';
import type { RebuildCommand } from '../src/rebuild/model/command.ts';
import type { Message } from '../views/blocks.ts';
import {
  AlertIdValue,
  ApproveValue,
  actionIds,
  DoctorNonceValue,
  DraftIdValue,
  ListedValue,
  ListValue,
  modalTitles,
  OfferValue,
  RebuildIdValue,
  StartValue,
  TicketListedValue,
} from '../views/ids.ts';
import { strangeButtonAnswer } from '../views/messages/answers.ts';
import { doctorClickAnswer } from '../views/messages/doctor.ts';
import {
  notConfiguredAnswer,
  strangeRebuildButtonAnswer,
} from '../views/messages/rebuilds/rebuild-answers.ts';
import { acknowledgeListed, askForListed } from './alerts/acknowledge-listed.ts';
import { applyToAlert } from './alerts/apply.ts';
import { askForTicket, ticketForListed } from './alerts/ticket-listed.ts';
import { openDetails } from './alerts/trail.ts';
import { openOrder, openOverride, openReview } from './modals/order.ts';
import { openSilence, openSilenceAll } from './modals/silence.ts';
import { openSilenceListed } from './modals/silence-listed.ts';
import { openStart } from './modals/start.ts';
import { answerClick } from './rebuilds/answer.ts';
import { applyToRebuild } from './rebuilds/apply.ts';
import { confirmPlan, discardPlan, giveUp } from './rebuilds/plan.ts';
import { historyOf, statusById } from './rebuilds/read.ts';
import { askedBy } from './shared/asked.ts';
import { type CommandDeps, fromRecords, type RebuildSurface, rebuildSurface } from './shared/deps.ts';
import type { ModalTrigger } from './shared/modal.ts';
import { reply, replyTargetOf } from './shared/reply.ts';

/** What each button of an alert does: gives a command, or opens a modal. */
const alertButtons = (): Buttons<CommandDeps> => ({
  [actionIds.acknowledge]: alertCommand({ verb: 'acknowledge' }),
  [actionIds.unacknowledge]: alertCommand({ verb: 'unacknowledge' }),
  [actionIds.ticket]: alertCommand({ verb: 'ticket' }),
  [actionIds.silence]: opening(AlertIdValue, strangeButtonAnswer, openSilence),
  [actionIds.silenceAll]: opening(AlertIdValue, strangeButtonAnswer, openSilenceAll),
  [actionIds.details]: opening(AlertIdValue, strangeButtonAnswer, openDetails),
  [actionIds.acknowledgeList]: carrying(ListValue, strangeButtonAnswer, async (deps, click, words) =>
    reply(replyTargetOf(click), await askForListed(deps, words, await clicker(deps, click))),
  ),
  [actionIds.silenceList]: opening(ListValue, strangeButtonAnswer, openSilenceListed),
  [actionIds.ticketList]: carrying(ListValue, strangeButtonAnswer, async (deps, click, words) =>
    reply(replyTargetOf(click), await askForTicket(deps, words, await clicker(deps, click))),
  ),
  [actionIds.ticketListed]: carrying(TicketListedValue, strangeButtonAnswer, async (deps, click, listed) => {
    const done = await ticketForListed(deps, listed, await clicker(deps, click));
    return reply(replyTargetOf(click), done, { replacing: true });
  }),
  [actionIds.acknowledgeListed]: carrying(ListedValue, strangeButtonAnswer, async (deps, click, listed) => {
    const done = await acknowledgeListed(deps, listed, await clicker(deps, click));
    return reply(replyTargetOf(click), done, { replacing: true });
  }),
});

/** Of no record: what `farmhand doctor` asks a person to press. */
const doctorButtons = (): Buttons<CommandDeps> => ({
  [actionIds.doctorClick]: carrying(DoctorNonceValue, strangeButtonAnswer, async (deps, click, nonce) => {
    const awaited = await fromRecords(deps, deps.clickHeard?.(nonce) ?? Promise.resolve(false));
    return reply(replyTargetOf(click), doctorClickAnswer(awaited));
  }),
});

/** The same of a rebuild and its plan. */
const rebuildButtons = (): Buttons<RebuildSurface> => ({
  [actionIds.rebuildConfirm]: carrying(DraftIdValue, strangeRebuildButtonAnswer, confirmPlan),
  [actionIds.rebuildDiscard]: (_, click) => discardPlan(click),
  [actionIds.rebuildGiveUp]: answering(RebuildIdValue, giveUp),
  [actionIds.rebuildStart]: opening(StartValue, strangeRebuildButtonAnswer, openStart),
  [actionIds.rebuildScale]: opening(RebuildIdValue, strangeRebuildButtonAnswer, openOrder('scale')),
  [actionIds.rebuildPause]: opening(RebuildIdValue, strangeRebuildButtonAnswer, openOrder('pause')),
  [actionIds.rebuildCancel]: opening(RebuildIdValue, strangeRebuildButtonAnswer, openOrder('cancel')),
  [actionIds.rebuildOverride]: opening(RebuildIdValue, strangeRebuildButtonAnswer, openOverride),
  [actionIds.rebuildReview]: opening(RebuildIdValue, strangeRebuildButtonAnswer, openReview),
  [actionIds.rebuildResume]: rebuildCommand({ verb: 'resume' }),
  [actionIds.rebuildRetry]: rebuildCommand({ verb: 'retry' }),
  [actionIds.rebuildWithdraw]: rebuildCommand({ verb: 'withdraw' }),
  [actionIds.rebuildRevoke]: rebuildCommand({ verb: 'revoke' }),
  [actionIds.rebuildApprove]: answering(ApproveValue, (deps, { rebuild, ...shown }, by) =>
    applyToRebuild(deps, rebuild, { verb: 'approve', ...shown }, by),
  ),
  [actionIds.rebuildScaleTo]: scaleTo('the offer: the ETA passed the target'),
  [actionIds.rebuildKeepDrift]: scaleTo('what somebody else set counts'),
  [actionIds.rebuildUndoDrift]: scaleTo('back to what this rebuild wants'),
  [actionIds.rebuildStatus]: answering(RebuildIdValue, statusById),
  [actionIds.rebuildHistory]: answering(RebuildIdValue, historyOf),
});

/** The browser does the work; Slack only wants to hear that the click arrived. */
const links = [actionIds.openTicket, actionIds.rebuildOpen];

/** Every button: acknowledged at once, then done, then answered where it was clicked. */
export const registerButtons = (app: App, deps: CommandDeps): void => {
  const on = (id: string, act: (click: Click) => Promise<unknown>): void => {
    app.action<BlockAction<ButtonAction>>(id, async (click) => {
      await click.ack();
      await act(click);
    });
  };
  const own = { ...alertButtons(), ...doctorButtons() };
  for (const [id, button] of Object.entries(own)) on(id, (click) => button(deps, click));
  const surface = rebuildSurface(deps);
  for (const [id, button] of Object.entries(rebuildButtons())) {
    // Without a surface: a button of the time when rebuilds were configured.
    on(id, (click) =>
      surface ? button(surface, click) : reply(replyTargetOf(click), notConfiguredAnswer()),
    );
  }
  app.action<BlockAction<StaticSelectAction>>(actionIds.takeOut, async (choice) => {
    await choice.ack();
    await takeOut(deps, choice);
  });
  for (const id of links) on(id, async () => undefined);
};

type Click = Parameters<Middleware<SlackActionMiddlewareArgs<BlockAction<ButtonAction>>>>[0];
type Button<Deps> = (deps: Deps, click: Click) => Promise<unknown>;
type Buttons<Deps> = Readonly<Record<string, Button<Deps>>>;

/** `value`: what the button carries. One that carries something else is from another version of farmhand. */
const carrying =
  <Deps, T>(
    value: z.ZodType<T>,
    strange: () => Message,
    act: (deps: Deps, click: Click, value: T) => Promise<unknown>,
  ): Button<Deps> =>
  (deps, click) => {
    const { data } = value.safeParse(click.action.value);
    return data === undefined ? reply(replyTargetOf(click), strange()) : act(deps, click, data);
  };

const clicker = ({ people }: CommandDeps, { client, body }: Click): Promise<Person> =>
  people.person(client, askedBy(body));

const alertCommand = (command: AlertCommand): Button<CommandDeps> =>
  carrying(AlertIdValue, strangeButtonAnswer, async (deps, click, id) =>
    reply(replyTargetOf(click), await applyToAlert(deps, id, command, await clicker(deps, click))),
  );

/** Chosen under the members of a group. */
const takeOut = async (
  deps: CommandDeps,
  choice: Parameters<Middleware<SlackActionMiddlewareArgs<BlockAction<StaticSelectAction>>>>[0],
): Promise<void> => {
  const { data: id } = AlertIdValue.safeParse(choice.action.selected_option?.value);
  const by = await deps.people.person(choice.client, askedBy(choice.body));
  const answer =
    id === undefined ? strangeButtonAnswer() : await applyToAlert(deps, id, { verb: 'take_out' }, by);
  await reply(replyTargetOf(choice), answer);
};

const opening = <Deps extends CommandDeps, T>(
  value: z.ZodType<T>,
  strange: () => Message,
  open: (deps: Deps, trigger: ModalTrigger, value: T) => Promise<void>,
): Button<Deps> =>
  carrying(value, strange, (deps, click, carried) => {
    const { client, body } = click;
    const { channel, thread } = replyTargetOf(click);
    const where = { ...(channel !== undefined && { channel }), ...(thread !== undefined && { thread }) };
    return open(deps, { client, trigger: body.trigger_id, by: () => clicker(deps, click), where }, carried);
  });

/** A rebuild's button whose work is a message for the one who clicked. */
const answering = <T extends string | { readonly rebuild: string }>(
  value: z.ZodType<T>,
  work: (deps: RebuildSurface, value: T, by: Person) => Promise<Message>,
): Button<RebuildSurface> =>
  carrying(value, strangeRebuildButtonAnswer, (deps, click, carried) => {
    const what = typeof carried === 'string' ? carried : carried.rebuild;
    return answerClick(click, { title: modalTitles.rebuild, what }, async () =>
      work(deps, carried, await clicker(deps, click)),
    );
  });

const rebuildCommand = (command: RebuildCommand): Button<RebuildSurface> =>
  answering(RebuildIdValue, (deps, id, by) => applyToRebuild(deps, id, command, by));

/** One click to a number that was offered: of an ETA that is too long, or of farmers that somebody else changed. */
const scaleTo = (reason: string): Button<RebuildSurface> =>
  answering(OfferValue, (deps, { rebuild, farmers }, by) =>
    applyToRebuild(deps, rebuild, { verb: 'scale', farmers, reason }, by),
  );
