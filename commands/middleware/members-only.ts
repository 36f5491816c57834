import type { AnyMiddlewareArgs, Middleware } from '@slack/bolt';
import { outsiderAnswer } from '../../views/messages/answers.ts';
import type { CommandDeps } from '../deps.ts';
import { originOf } from '../origin.ts';
import { tell } from '../tell.ts';
import { placeOf } from './boundary.ts';

/**
 * Lets through only people of the workspace that farmhand belongs to (`context.teamId`, from `auth.test`). Bots and
 * what nobody sent are ignored; people from elsewhere (Slack Connect) are told, where they addressed farmhand.
 */
export const membersOnly =
  (deps: Pick<CommandDeps, 'log'>): Middleware<AnyMiddlewareArgs> =>
  async (args) => {
    const origin = originOf(args.body);
    if (origin && !origin.bot && origin.user !== undefined) {
      if (origin.userTeam !== undefined && origin.userTeam === args.context.teamId) {
        await args.next();
        return;
      }
      deps.log.info({ user: origin.user, team: origin.userTeam, kind: origin.kind }, 'outsider refused');
    }
    if ('ack' in args) await args.ack?.();
    if (origin && (origin.kind === 'action' || origin.kind === 'command')) {
      await tell(placeOf(args), outsiderAnswer());
    }
  };
