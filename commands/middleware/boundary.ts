import type { AnyMiddlewareArgs, Middleware, RespondFn } from '@slack/bolt';
import { messageOf, StoreUnavailable, UnreadableRecord } from '../../src/core/errors.ts';
import type { Message } from '../../views/blocks.ts';
import { readModalContext, readRebuildContext } from '../../views/ids.ts';
import {
  expiredAnswer,
  failureAnswer,
  unavailableAnswer,
  unreadableAnswer,
} from '../../views/messages/answers.ts';
import type { CommandDeps } from '../deps.ts';
import { type ReplyTarget, reply } from '../reply.ts';
import { actorOf } from '../slack-actor.ts';
import { slackWord } from '../slack-error.ts';

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
      const origin = actorOf(args.body);
      const facts = { error, reference, kind: origin?.kind, user: origin?.user, channel: origin?.channel };
      const message = answer(error, reference);
      if (error instanceof StoreUnavailable) deps.log.warn(facts, 'command not carried out: no records');
      else deps.log.error(facts, 'command failed');
      await reply(placeOf(args), message).catch((untold: unknown) => {
        deps.log.warn(
          { reference, error: messageOf(untold) },
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

/** Where the person of any request can be answered. */
export const placeOf = (
  args: Pick<Parameters<Middleware<AnyMiddlewareArgs>>[0], 'client' | 'body'> & { respond?: RespondFn },
): ReplyTarget => {
  const origin = actorOf(args.body);
  const metadata = 'view' in args.body ? (args.body.view?.private_metadata ?? '') : '';
  const modal = readModalContext(metadata) ?? readRebuildContext(metadata);
  const channel = origin?.channel ?? modal?.channel;
  const thread = origin?.thread ?? modal?.thread;
  return {
    client: args.client,
    ...(args.respond && { respond: args.respond }),
    ...(origin?.user !== undefined && { user: origin.user }),
    ...(channel !== undefined && { channel }),
    ...(thread !== undefined && { thread }),
  };
};
