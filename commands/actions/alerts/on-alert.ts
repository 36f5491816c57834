import type { BlockAction, ButtonAction, Middleware, SlackActionMiddlewareArgs } from '@slack/bolt';
import { strangeButtonAnswer } from '../../../views/messages/answers.ts';
import { alertOfButton } from '../../alert-of.ts';
import { ask, type Wish } from '../../ask.ts';
import type { CommandDeps } from '../../deps.ts';
import { placeOf } from '../../middleware/boundary.ts';
import { reply } from '../../reply.ts';

export type ButtonListener = Middleware<SlackActionMiddlewareArgs<BlockAction<ButtonAction>>>;

/** A button that asks one thing of its alert: acknowledged at once, then done, then answered. */
export const onAlert =
  (deps: CommandDeps, wish: Wish): ButtonListener =>
  async (args) => {
    await args.ack();
    const alert = alertOfButton(args.action);
    if (alert === undefined) {
      await reply(placeOf(args), strangeButtonAnswer());
      return;
    }
    const { user } = args.body;
    const by = await deps.people.person(args.client, user.id, user.name);
    await reply(placeOf(args), await ask(deps, wish, alert, by));
  };
