import type { Middleware, SlackViewMiddlewareArgs, ViewSubmitAction, webApi } from '@slack/bolt';
import { FarmhandError } from '../../src/core/errors.ts';
import type { RebuildCommand } from '../../src/rebuild/model/command.ts';
import { modalTitles, type RebuildModalContext, readRebuildContext } from '../../views/ids.ts';
import { loadingModal, noticeModal } from '../../views/modals/notice.ts';
import { fillWith } from '../actions/open-modal.ts';
import type { RebuildSurface } from '../deps.ts';
import { placeOf } from '../middleware/boundary.ts';
import { giveOrder } from '../rebuilds/order.ts';
import { reply } from '../reply.ts';
import { type Form, parseOrderForm, parseOverrideForm } from './rebuild-form.ts';

type Submit = Middleware<SlackViewMiddlewareArgs<ViewSubmitAction>>;

/** Scale…, Pause…, Cancel… were submitted. */
export const submitOrder = (deps: RebuildSurface): Submit =>
  submitted(deps, (where, values) => {
    if (where.verb === undefined) throw new FarmhandError('modal_unreadable', 'The form carries no order.');
    return parseOrderForm(where.verb, values);
  });

/** Override… was submitted. */
export const submitOverride = (deps: RebuildSurface): Submit =>
  submitted(deps, (_, values) => parseOverrideForm(values));

/** Wrong inputs are said beside them; the rest is answered where the form was opened, or in its place. */
const submitted =
  (
    deps: RebuildSurface,
    read: (where: RebuildModalContext, values: unknown) => Form<RebuildCommand>,
  ): Submit =>
  async (args) => {
    const { ack, body, view, client } = args;
    const where = readRebuildContext(view.private_metadata);
    if (where?.rebuild === undefined) {
      await ack();
      throw new FarmhandError('modal_unreadable', 'The form carries no rebuild.');
    }
    const form = read(where, view.state?.values);
    if (!form.ok) {
      await ack({ response_action: 'errors', errors: { ...form.errors } });
      return;
    }
    const { rebuild } = where;
    const order = async (person: webApi.WebClient) =>
      giveOrder(deps, rebuild, form.value, await deps.people.person(person, body.user.id, body.user.name));
    if (where.channel !== undefined) {
      await ack();
      await reply(placeOf(args), await order(client));
      return;
    }
    // App Home has no place for an answer: it takes the form's.
    await ack({ response_action: 'update', view: loadingModal(modalTitles.rebuild) });
    const content = order(client).then((message) => noticeModal(modalTitles.rebuild, message));
    await fillWith(client, view.id, modalTitles.rebuild, content);
  };
