import type { BlockAction, ButtonAction, Middleware, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { Person } from '../../src/alerts/alert.ts';
import { strangeButtonAnswer } from '../../views/messages/answers.ts';
import { alertOfButton } from '../alert-of.ts';
import { ask, type Wish } from '../ask.ts';
import type { CommandDeps } from '../deps.ts';
import { placeOf } from '../middleware/boundary.ts';
import { tell } from '../tell.ts';

export type ButtonListener = Middleware<SlackActionMiddlewareArgs<BlockAction<ButtonAction>>>;

const personOf = (body: Pick<BlockAction, 'user'>): Person => ({
  id: body.user.id,
  ...(body.user.name !== undefined && { name: body.user.name }),
});

/** A button that asks one thing of its alert: acknowledged at once, then done, then answered. */
export const onAlert =
  (deps: CommandDeps, wish: Wish): ButtonListener =>
  async (args) => {
    await args.ack();
    const alert = alertOfButton(args.action);
    const answer =
      alert === undefined ? strangeButtonAnswer() : await ask(deps, wish, alert, personOf(args.body));
    await tell(placeOf(args), answer);
  };
