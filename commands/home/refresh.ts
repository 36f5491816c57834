import type { AnyMiddlewareArgs, Middleware } from '@slack/bolt';
import { messageOf } from '../../src/core/errors.ts';
import type { CommandDeps } from '../deps.ts';
import { actorOf } from '../slack-actor.ts';
import type { HomeKeeper } from './keeper.ts';

/** After a click or a form App Home is brought up to date for the one who did it, where they have it open. */
export const refreshHome =
  (deps: Pick<CommandDeps, 'log'>, home: HomeKeeper): Middleware<AnyMiddlewareArgs> =>
  async (args) => {
    await args.next();
    const origin = actorOf(args.body);
    const acted = origin?.kind === 'action' || origin?.kind === 'view';
    if (!acted || origin.user === undefined) return;
    await home.changed(args.client, { id: origin.user }).catch((error: unknown) => {
      deps.log.warn(
        { user: origin.user, error: messageOf(error) },
        'App Home could not be brought up to date',
      );
    });
  };
