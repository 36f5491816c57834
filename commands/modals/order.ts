import type { Middleware, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { FarmhandError } from '../../src/core/errors.ts';
import type { Person } from '../../src/core/person.ts';
import { offeredOverrides } from '../../src/rebuild/commands/apply-override.ts';
import { reviewBar } from '../../src/rebuild/commands/glass.ts';
import { commandDenialWords } from '../../src/rebuild/messages/commands/denials.ts';
import { commandRefusal } from '../../src/rebuild/model/allowed.ts';
import type { RebuildCommand } from '../../src/rebuild/model/command.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { partsOfId } from '../../src/rebuild/model/rebuild-id.ts';
import { hasEnded } from '../../src/rebuild/model/record.ts';
import { restartable, skippable, stepNames, stepTitle } from '../../src/rebuild/model/steps.ts';
import type { ModalView } from '../../views/blocks.ts';
import { modalTitles, type RebuildModalContext, readRebuildContext } from '../../views/ids.ts';
import {
  nothingToOverrideAnswer,
  rebuildEndedAnswer,
  rebuildGoneAnswer,
  refusedAnswer,
} from '../../views/messages/rebuilds/rebuild-answers.ts';
import { loadingModal, noticeModal } from '../../views/modals/notice.ts';
import { orderModal, overrideModal } from '../../views/modals/rebuild-forms.ts';
import { reviewModal } from '../../views/modals/review.ts';
import { applyToRebuild } from '../rebuilds/apply.ts';
import { type Found, findInFlight } from '../rebuilds/find.ts';
import { modalIfAllowed } from '../rebuilds/visible.ts';
import { askedBy } from '../shared/asked.ts';
import { fromRecords, type RebuildSurface } from '../shared/deps.ts';
import { type Form, fillWith, type ModalTrigger, openModal } from '../shared/modal.ts';
import { reply, replyTargetOf } from '../shared/reply.ts';
import { parseOrderForm, parseOverrideForm, parseReviewForm } from './rebuild-form.ts';

/** Scale…, Pause…, Cancel…: the form for a command that needs a number or a reason. */
export const openOrder =
  (verb: 'scale' | 'pause' | 'cancel') =>
  (deps: RebuildSurface, trigger: ModalTrigger, id: string): Promise<void> =>
    openFor(deps, trigger, verb, byId(deps, id), (rebuild) => orderModal({ verb, rebuild }, trigger.where));

/** Override…: of the rebuild with an id. */
export const openOverride = (deps: RebuildSurface, trigger: ModalTrigger, id: string): Promise<void> =>
  openOverrideOf(deps, trigger, byId(deps, id));

/** The same of the rebuild that a person names: the form is there before it is looked for. */
export const openOverrideNamed = (
  deps: RebuildSurface,
  trigger: ModalTrigger,
  target: string,
): Promise<void> => openOverrideOf(deps, trigger, (by) => findInFlight(deps, target, by, 'override'));

/** Only what would not be refused outright is offered. */
const openOverrideOf = (deps: RebuildSurface, trigger: ModalTrigger, find: Find): Promise<void> =>
  openFor(deps, trigger, 'override', find, (rebuild) => {
    const offered = offeredOverrides(rebuild);
    if (offered.length === 0) return noticeModal(modalTitles.override, nothingToOverrideAnswer());
    const names = stepNames.filter((name) => skippable.includes(name) || restartable.includes(name));
    const steps = names.map((name) => ({ name, title: stepTitle[name] }));
    return overrideModal({ rebuild, offered, steps }, trigger.where);
  });

/** Review…: also of a rebuild that is over. Nobody fills in a form that is refused whatever it says. */
export const openReview = (deps: RebuildSurface, trigger: ModalTrigger, id: string): Promise<void> => {
  const title = modalTitles.review;
  const content = async (): Promise<ModalView> => {
    const by = await trigger.by();
    const rebuild = await fromRecords(deps, deps.rebuilds.queries.get(id));
    if (!rebuild) return noticeModal(title, rebuildGoneAnswer(id));
    return modalIfAllowed(deps, by, { title, verbs: ['approve'], instance: rebuild.plan.instance }, () => {
      const why = reviewBar(rebuild, by);
      return why === undefined
        ? reviewModal(rebuild, trigger.where)
        : noticeModal(title, refusedAnswer([commandDenialWords(why)]));
    });
  };
  return openModal(trigger, title, content());
};

type Find = (by: Person) => Promise<Found | { readonly ok: false; readonly gone: string }>;

const byId =
  (deps: RebuildSurface, id: string): Find =>
  async () => {
    const rebuild = await fromRecords(deps, deps.rebuilds.queries.get(id));
    return rebuild ? { ok: true, rebuild } : { ok: false, gone: id };
  };

const openFor = (
  deps: RebuildSurface,
  trigger: ModalTrigger,
  verb: 'scale' | 'pause' | 'cancel' | 'override',
  find: Find,
  view: (rebuild: Rebuild) => ModalView,
): Promise<void> => {
  const title = modalTitles[verb];
  const content = async (): Promise<ModalView> => {
    const by = await trigger.by();
    const found = await find(by);
    if (!found.ok) {
      return noticeModal(title, 'gone' in found ? rebuildGoneAnswer(found.gone) : refusedAnswer(found.says));
    }
    const { rebuild } = found;
    return modalIfAllowed(deps, by, { title, verbs: [verb], instance: rebuild.plan.instance }, () => {
      if (hasEnded(rebuild)) return noticeModal(title, rebuildEndedAnswer(rebuild));
      // Nobody fills in a form that is refused whatever it says.
      const why = commandRefusal(rebuild, verb);
      return why === undefined ? view(rebuild) : noticeModal(title, refusedAnswer([commandDenialWords(why)]));
    });
  };
  return openModal(trigger, title, content());
};

type Submit = Middleware<SlackViewMiddlewareArgs<ViewSubmitAction>>;

/** Scale…, Pause…, Cancel… were submitted. */
export const submitOrder = (deps: RebuildSurface): Submit =>
  submitted(deps, ({ verb }, values, instance) => {
    if (verb === undefined) throw new FarmhandError('modal_unreadable', 'The form carries no order.');
    return parseOrderForm(verb, values, instance);
  });

/** Override… was submitted. */
export const submitOverride = (deps: RebuildSurface): Submit =>
  submitted(deps, (_, values, instance) => parseOverrideForm(values, instance));

/** Review… was submitted. */
export const submitReview = (deps: RebuildSurface): Submit =>
  submitted(deps, (_, values) => parseReviewForm(values));

/** Wrong inputs are said beside them; the rest is answered where the form was opened, or in its place. */
const submitted =
  (
    deps: RebuildSurface,
    read: (where: RebuildModalContext, values: unknown, instance: string) => Form<RebuildCommand>,
  ): Submit =>
  async (args) => {
    const { ack, body, view, client } = args;
    const where = readRebuildContext(view.private_metadata);
    if (where?.rebuild === undefined) {
      await ack();
      throw new FarmhandError('modal_unreadable', 'The form carries no rebuild.');
    }
    const form = read(where, view.state?.values, partsOfId(where.rebuild)?.instance ?? '');
    if (!form.ok) {
      await ack({ response_action: 'errors', errors: { ...form.errors } });
      return;
    }
    const { rebuild } = where;
    const work = async () => {
      const by = await deps.people.person(client, askedBy(body));
      return applyToRebuild(deps, rebuild, form.value, by);
    };
    if (where.channel !== undefined) {
      await ack();
      await reply(replyTargetOf(args), await work());
      return;
    }
    // App Home has no place for an answer: it takes the form's.
    await ack({ response_action: 'update', view: loadingModal(modalTitles.rebuild) });
    const content = work().then((message) => noticeModal(modalTitles.rebuild, message));
    await fillWith(client, view.id, modalTitles.rebuild, content);
  };
