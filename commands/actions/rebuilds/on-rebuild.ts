import type { Person } from '../../../src/core/person.ts';
import type { RebuildCommand } from '../../../src/rebuild/model/command.ts';
import type { Message } from '../../../views/blocks.ts';
import { modalTitles, RebuildIdValue } from '../../../views/ids.ts';
import { strangeRebuildButtonAnswer } from '../../../views/messages/rebuilds/rebuild-answers.ts';
import type { RebuildSurface } from '../../deps.ts';
import { placeOf } from '../../middleware/boundary.ts';
import { answerClick } from '../../rebuilds/answer.ts';
import { giveOrder } from '../../rebuilds/order.ts';
import { reply } from '../../reply.ts';
import type { ButtonListener } from '../alerts/on-alert.ts';

/** A button about one rebuild: acknowledged at once, done, and answered where it was clicked. */
export const onRebuild =
  (deps: RebuildSurface, act: (rebuild: string, by: Person) => Promise<Message>): ButtonListener =>
  async (args) => {
    await args.ack();
    const rebuild = RebuildIdValue.safeParse(args.action.value).data;
    if (rebuild === undefined) {
      await reply(placeOf(args), strangeRebuildButtonAnswer());
      return;
    }
    const { user } = args.body;
    await answerClick(args, { title: modalTitles.rebuild, what: rebuild }, async () =>
      act(rebuild, await deps.people.person(args.client, user.id, user.name)),
    );
  };

/** A button that gives one order. */
export const ordering = (deps: RebuildSurface, command: RebuildCommand): ButtonListener =>
  onRebuild(deps, (rebuild, by) => giveOrder(deps, rebuild, command, by));
