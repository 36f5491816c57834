import type { BlockAction, ButtonAction, Middleware, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { AlertCommand } from '../../../src/alerts/model/command.ts';
import { strangeButtonAnswer } from '../../../views/messages/answers.ts';
import { alertOfButton } from '../../alert-of.ts';
import { applyToAlert } from '../../alerts/apply.ts';
import type { CommandDeps } from '../../deps.ts';
import { placeOf } from '../../middleware/boundary.ts';
import { reply } from '../../reply.ts';

export type ButtonListener = Middleware<SlackActionMiddlewareArgs<BlockAction<ButtonAction>>>;

/** A button that asks one thing of its alert: acknowledged at once, then done, then answered. */
export const onAlert =
  (deps: CommandDeps, command: AlertCommand): ButtonListener =>
  async (args) => {
    await args.ack();
    const alert = alertOfButton(args.action);
    if (alert === undefined) {
      await reply(placeOf(args), strangeButtonAnswer());
      return;
    }
    const { user } = args.body;
    const by = await deps.people.person(args.client, user.id, user.name);
    await reply(placeOf(args), await applyToAlert(deps, alert, command, by));
  };
