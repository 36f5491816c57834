import type { AnyMiddlewareArgs, Middleware } from '@slack/bolt';
import { messageOf, StoreUnavailable, UnreadableRecord } from '../../src/core/errors.ts';
import type { Message } from '../../views/blocks.ts';
import {
  expiredAnswer,
  failureAnswer,
  unavailableAnswer,
  unreadableAnswer,
} from '../../views/messages/answers.ts';
import type { CommandDeps } from '../shared/deps.ts';
import { slackWord } from '../shared/modal.ts';
import { reply, replyTargetOf } from '../shared/reply.ts';
import { actorOf } from '../shared/slack-actor.ts';

/**
 * The one place where a failing listener ends up: logged with a reference, and the person is told what was not
 * changed and what to do next. Comes before every other middleware.
 */
export const errorBoundary =
  (deps: Pick<CommandDeps, 'log' | 'newReference'>): Middleware<AnyMiddlewareArgs> =>
  async (args) => {
    try {
      await args.next();
    } catch (error) {
      const reference = deps.newReference();
      const actor = actorOf(args.body);
      const facts = { error, reference, kind: actor?.kind, user: actor?.user, channel: actor?.channel };
      if (error instanceof StoreUnavailable) deps.log.warn(facts, 'command not carried out: no records');
      else deps.log.error(facts, 'command failed');
      await reply(replyTargetOf(args), answer(error, reference)).catch((unsaid: unknown) => {
        deps.log.warn(
          { reference, error: messageOf(unsaid) },
          'could not tell a person that a command failed',
        );
      });
    }
  };

const answer = (error: unknown, reference: string): Message => {
  if (error instanceof StoreUnavailable) return unavailableAnswer(error.why);
  if (error instanceof UnreadableRecord) return unreadableAnswer(error.says);
  return slackWord(error) === 'expired_trigger_id' ? expiredAnswer() : failureAnswer(reference);
};
