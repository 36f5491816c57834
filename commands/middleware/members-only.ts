import type { AnyMiddlewareArgs, Middleware } from '@slack/bolt';
import { outsiderAnswer } from '../../views/messages/answers.ts';
import type { CommandDeps } from '../shared/deps.ts';
import { type Outside, outsideBecause } from '../shared/outside.ts';
import { reply, replyTargetOf } from '../shared/reply.ts';
import { actorOf } from '../shared/slack-actor.ts';

/**
 * Lets through only people of the workspace that farmhand belongs to (`context.teamId`, from `auth.test`), and whom
 * `slack.members` lets in besides. Bots and what nobody sent are ignored; people from elsewhere (Slack Connect),
 * guests, and people of whom Slack does not say where they belong are told, where they addressed farmhand.
 */
export const membersOnly =
  (deps: Pick<CommandDeps, 'log' | 'people' | 'members'>): Middleware<AnyMiddlewareArgs> =>
  async (args) => {
    const actor = actorOf(args.body);
    let outside: Outside | undefined;
    if (actor && !actor.bot && actor.user !== undefined) {
      const profile = await deps.people.profile(args.client, actor.user);
      outside = outsideBecause(args.context.teamId, actor.userTeam, profile, deps.members());
      if (outside === undefined) {
        await args.next();
        return;
      }
      const { user, userTeam: team, kind } = actor;
      deps.log.info({ user, team, kind, outside }, 'outsider refused');
    }
    if ('ack' in args) await args.ack?.();
    if (outside !== undefined && actor && (actor.kind === 'action' || actor.kind === 'command')) {
      await reply(replyTargetOf(args), outsiderAnswer(outside));
    }
  };
