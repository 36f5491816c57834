import type { RebuildCommand } from '../../../src/rebuild/model/command.ts';
import { modalTitles, OfferValue } from '../../../views/ids.ts';
import { strangeRebuildButtonAnswer } from '../../../views/messages/rebuilds/rebuild-answers.ts';
import type { RebuildSurface } from '../../deps.ts';
import { placeOf } from '../../middleware/boundary.ts';
import { answerClick } from '../../rebuilds/answer.ts';
import { giveOrder } from '../../rebuilds/order.ts';
import { reply } from '../../reply.ts';
import type { ButtonListener } from '../alerts/on-alert.ts';

/** One click to a number that was offered: of an ETA that is too long, or of farmers that somebody else changed. */
export const scaleTo =
  (deps: RebuildSurface, reason: string): ButtonListener =>
  async (args) => {
    await args.ack();
    const offer = OfferValue.safeParse(args.action.value).data;
    if (offer === undefined) {
      await reply(placeOf(args), strangeRebuildButtonAnswer());
      return;
    }
    const { rebuild, farmers } = offer;
    const { user } = args.body;
    const command: RebuildCommand = { verb: 'scale', farmers, reason };
    await answerClick(args, { title: modalTitles.rebuild, what: rebuild }, async () =>
      giveOrder(deps, rebuild, command, await deps.people.person(args.client, user.id, user.name)),
    );
  };
