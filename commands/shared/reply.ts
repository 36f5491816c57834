import {
  type AnyMiddlewareArgs,
  type Middleware,
  RespondError,
  type RespondFn,
  type types,
  type webApi,
} from '@slack/bolt';
import {
  type BlockForms,
  type BlocksRefused,
  blocksRefusedBy,
  classicForms,
} from '../../src/delivery/block-forms.ts';
import type { Message } from '../../views/blocks.ts';
import { readOpenedIn } from '../../views/ids.ts';
import { slackWord } from './modal.ts';
import { actorOf } from './slack-actor.ts';

/** Where an answer can go that only one person sees. */
export interface ReplyTarget {
  readonly client: webApi.WebClient;
  /** Of a click or a slash command: good for half an hour, and not counted against Slack's limits. */
  readonly respond?: RespondFn;
  readonly user?: string;
  readonly channel?: string;
  readonly thread?: string;
  /** Which form of an answer the workspace takes; default: the classic one. */
  readonly forms?: BlockForms | undefined;
}

const formsOf: WeakMap<object, BlockForms> = new WeakMap();

/** Whoever is answered later is answered in a form that the workspace takes. */
export const withForms =
  (forms: BlockForms | undefined): Middleware<AnyMiddlewareArgs> =>
  async ({ context, next }) => {
    if (forms) formsOf.set(context, forms);
    await next();
  };

/** Where the person of any request can be answered. */
export const replyTargetOf = (
  args: Pick<Parameters<Middleware<AnyMiddlewareArgs>>[0], 'client' | 'body'> & {
    respond?: RespondFn;
    context?: object;
  },
): ReplyTarget => {
  const actor = actorOf(args.body);
  const metadata = 'view' in args.body ? (args.body.view?.private_metadata ?? '') : '';
  const opened = readOpenedIn(metadata);
  const channel = actor?.channel ?? opened.channel;
  const thread = actor?.thread ?? opened.thread;
  const forms = args.context && formsOf.get(args.context);
  return {
    client: args.client,
    ...(args.respond && { respond: args.respond }),
    ...(actor?.user !== undefined && { user: actor.user }),
    ...(channel !== undefined && { channel }),
    ...(thread !== undefined && { thread }),
    ...(forms && { forms }),
  };
};

/**
 * Answers one person, seen by nobody else; false when there is nowhere to do so. `replacing`: in place of the
 * message that was clicked, where only that person sees it. `inChannel`: seen by everybody there, as they asked.
 */
export const reply = async (
  to: ReplyTarget,
  message: Message,
  {
    replacing = false,
    inChannel = false,
  }: { readonly replacing?: boolean; readonly inChannel?: boolean } = {},
): Promise<boolean> => {
  const { client, respond, user, channel, thread, forms = classicForms } = to;
  if (respond) {
    await inForm(forms, message, (shown) =>
      respond({
        ...shown,
        response_type: inChannel ? 'in_channel' : 'ephemeral',
        replace_original: replacing,
        unfurl_links: false,
      }),
    );
    return true;
  }
  if (user === undefined || channel === undefined) return false;
  await inForm(forms, message, (shown) =>
    client.chat.postEphemeral({
      channel,
      user,
      ...shown,
      ...(thread !== undefined && { thread_ts: thread }),
    }),
  );
  return true;
};

interface Shown {
  readonly text: string;
  readonly blocks: types.AnyBlock[];
}

interface Sent {
  readonly refused: BlocksRefused | undefined;
  /** What was thrown. */
  readonly failure?: { readonly error: unknown };
}

/** @throws what Slack answers, but for a refusal of blocks that only newer Slacks know */
const inForm = async (
  forms: BlockForms,
  message: Message,
  call: (shown: Shown) => Promise<unknown>,
): Promise<void> => {
  const sent = await forms.send(
    message,
    async ({ text, blocks }): Promise<Sent> => {
      try {
        return { refused: await refusedInAnswer(await call({ text, blocks: [...blocks] })) };
      } catch (error) {
        return { refused: refusedBy(error), failure: { error } };
      }
    },
    ({ refused }) => refused,
  );
  if (sent.failure) throw sent.failure.error;
};

/** A response URL answers with a status and no more; 404 is one that is used up, and 400 what it does not take. */
const refusedBy = (error: unknown): BlocksRefused | undefined => {
  if (error instanceof RespondError) return error.statusCode === 400 ? 'kind' : undefined;
  return blocksRefusedBy(slackWord(error) ?? '');
};

/** It may also answer 200, and say no in its body. */
const refusedInAnswer = async (answer: unknown): Promise<BlocksRefused | undefined> => {
  if (!(answer instanceof Response) || answer.bodyUsed) return undefined;
  const text = await answer.text().catch(() => '');
  return /"ok"\s*:\s*false/.test(text)
    ? blocksRefusedBy(/"error"\s*:\s*"(\w+)"/.exec(text)?.[1] ?? '')
    : undefined;
};
