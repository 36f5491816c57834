import type { types } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Message } from '../../../views/blocks.ts';
import { postBlockId } from '../../../views/ids.ts';
import { isObject } from '../../core/json.ts';
import {
  type BlockForms,
  type BlocksRefused,
  blocksRefusedBy,
  classicForms,
} from '../../delivery/block-forms.ts';
import type { PostedMessage, PostKey, SlackResult } from '../../delivery/slack-result.ts';
import { classify } from './client/classify.ts';
import type { SlackIdentity } from './client/identity.ts';
import type { MessageCall } from './client/message-call.ts';
import { findPosts, metadataTypes } from './find.ts';

/** farmhand's keyed messages. Each call is made once; what came of it is told, never guessed. */
export interface Posts {
  /** `told` travels in the metadata beside the key: the first one that Slack takes, and none if it takes none. */
  post(
    channel: string,
    key: PostKey,
    view: Message,
    options?: {
      readonly threadTs?: string;
      /** A reply that stands in the channel, too. */
      readonly broadcast?: boolean;
      readonly told?: readonly object[];
    },
  ): Promise<SlackResult<PostedMessage>>;
  update(
    channel: string,
    ts: string,
    key: PostKey,
    view: Message,
    told?: readonly object[],
  ): Promise<SlackResult<PostedMessage>>;
  find(
    channel: string,
    key: PostKey,
    sinceMs: number,
    threadTs?: string,
  ): Promise<SlackResult<readonly PostedMessage[]>>;
  /** One that is gone already counts as removed. */
  remove(message: PostedMessage): Promise<SlackResult<void>>;
}

export interface PostsDeps {
  /** Both neither retry nor wait by themselves: `createSlackClient`. */
  readonly web: WebClient;
  readonly call: MessageCall;
  /** Who farmhand is; may throw while Slack does not answer, and is asked again then. */
  readonly identity: () => Promise<SlackIdentity>;
  /** Which form of a message is sent; absent: the classic one. */
  readonly forms?: BlockForms;
}

const inThread = (ts: string | undefined, broadcast: boolean | undefined) => {
  if (ts === undefined) return {};
  return broadcast ? { thread_ts: ts, reply_broadcast: true } : { thread_ts: ts };
};

export const createPosts = ({ web, call, identity, forms = classicForms }: PostsDeps): Posts => ({
  post: (channel, key, view, { threadTs, broadcast, told } = {}) =>
    orTellingLess(told, (tells) =>
      inForm(forms, view, (shown) =>
        attempt(async () =>
          posted(
            channel,
            await call('chat.postMessage', {
              channel,
              ...content(key, shown, tells),
              unfurl_links: false,
              unfurl_media: false,
              ...inThread(threadTs, broadcast),
            }),
          ),
        ),
      ),
    ),
  update: (channel, ts, key, view, told) =>
    orTellingLess(told, (tells) =>
      inForm(forms, view, (shown) =>
        attempt(async () =>
          posted(channel, await call('chat.update', { channel, ts, ...content(key, shown, tells) })),
        ),
      ),
    ),
  find: async (channel, key, sinceMs, threadTs) => {
    const me = await attempt(identity);
    if (!me.ok) return me.kind === 'ambiguous' ? { ...me, kind: 'unavailable' } : me;
    return findPosts(web, me.value, { channel, key, sinceMs, ...(threadTs !== undefined && { threadTs }) });
  },
  remove: async ({ channel, ts }) => {
    const removed = await attempt(async () => {
      await web.chat.delete({ channel, ts });
    });
    const gone = !removed.ok && removed.kind === 'refused' && removed.error === 'message_not_found';
    return gone ? { ok: true, value: undefined } : removed;
  },
});

/** The key travels twice: as metadata, and as the first `block_id`, whatever the view has put there. */
const content = (key: PostKey, { text, blocks }: Shown, told: object | undefined) => {
  const [first, ...rest] = blocks;
  const keyed: types.AnyBlock[] = first ? [{ ...first, block_id: postBlockId(key) }, ...rest] : [];
  const metadata = { event_type: metadataTypes[key.kind], event_payload: { ...told, id: key.id } };
  return { text, blocks: keyed, metadata };
};

/** Slack's words for metadata that it won't take; the message was surely not taken. */
const badMetadata = new Set([
  ...['metadata_too_large', 'invalid_metadata_format', 'invalid_metadata_schema'],
  ...['metadata_must_be_sent_from_app', 'invalid_metadata_keys'],
]);

/** What is shown is worth more than what is told beside it. */
const orTellingLess = async (
  told: readonly object[] = [],
  send: (told: object | undefined) => Promise<SlackResult<PostedMessage>>,
): Promise<SlackResult<PostedMessage>> => {
  const [first, ...less] = told;
  const result = await send(first);
  if (first === undefined || result.ok || result.kind !== 'refused' || !badMetadata.has(result.error)) {
    return result;
  }
  return orTellingLess(less, send);
};

/** A message in the form that is sent. */
interface Shown {
  readonly text: string;
  readonly blocks: readonly types.AnyBlock[];
}

const blocksRefused = (result: SlackResult<unknown>): BlocksRefused | undefined =>
  result.ok || result.kind !== 'refused' ? undefined : blocksRefusedBy(result.error);

/** The newest blocks, else the classic ones, else one plain line: all in the same call, since a refusal is certain. */
const inForm = (
  forms: BlockForms,
  view: Message,
  send: (shown: Shown) => Promise<SlackResult<PostedMessage>>,
): Promise<SlackResult<PostedMessage>> =>
  forms.send(view, (shown, form) => (form === 'rich' ? send(shown) : orPlainly(shown, send)), blocksRefused);

/** What is to be said is worth more than its looks: blocks that Slack refuses are said again as one plain line. */
const orPlainly = async (
  view: Shown,
  send: (view: Shown) => Promise<SlackResult<PostedMessage>>,
): Promise<SlackResult<PostedMessage>> => {
  const result = await send(view);
  if (blocksRefused(result) === undefined) return result;
  const text = [...view.text].slice(0, 2_000).join('');
  return send({ text, blocks: [{ type: 'section', text: { type: 'plain_text', text } }] });
};

const attempt = async <T>(call: () => Promise<T>): Promise<SlackResult<T>> => {
  try {
    return { ok: true, value: await call() };
  } catch (error) {
    return classify(error);
  }
};

/** An answer without a timestamp is none: the post may be there, and has to be looked for. */
const posted = (channel: string, answer: unknown): PostedMessage => {
  const { ts, channel: at }: Readonly<Record<string, unknown>> = isObject(answer) ? answer : {};
  if (typeof ts !== 'string' || ts === '') throw new Error('Slack answered ok and named no message');
  return { channel: typeof at === 'string' ? at : channel, ts };
};
