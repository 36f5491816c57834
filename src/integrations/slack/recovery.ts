import { z } from 'zod';
import type { Message } from '../../../views/blocks.ts';
import { parsePostBlockId, RebuildIdValue } from '../../../views/ids.ts';
import type { Person } from '../../core/person.ts';
import { severities } from '../../core/severity.ts';
import type { PostKey } from '../../delivery/slack-result.ts';
import type { FoundCard } from '../../rebuild/model/lost.ts';
import type { LostRoot, RootState } from '../../recovery/lost-root.ts';
import type { HistoryPage, NoticeFacts, RecoverySlack } from '../../recovery/ports.ts';
import { unpackMemory } from './card-memory.ts';
import { classifyRead } from './client/classify.ts';
import type { SlackIdentity } from './client/identity.ts';
import { isOwn, metadataTypes, readPage, type SeenMessage } from './find.ts';
import { createPosts, type PostsDeps } from './posts.ts';

/** How a recovery looks: `views/messages/recovery.ts`, bound to the view context by the app. */
export interface RecoveryViews {
  notice(facts: NoticeFacts): Message;
  unknown(root: LostRoot, since: number): Message;
  givenUp(card: FoundCard & { readonly instance: string }, by: Person, at: number): Message;
}

/** What recovery reads and says in Slack. */
export const createRecoverySlack = (deps: PostsDeps & { readonly views: RecoveryViews }): RecoverySlack => {
  const { web, identity, views } = deps;
  const { post, update, find } = createPosts(deps);
  return {
    page: async (channel, sinceMs, cursor) => {
      try {
        const me = await identity();
        const { messages, next } = await readPage(web, { channel, sinceMs }, cursor);
        return { ok: true, value: pageOf(channel, messages, next, me) };
      } catch (error) {
        return classifyRead(error);
      }
    },
    card: async (channel, ts) => {
      try {
        const me = await identity();
        const answer = await web.conversations.history({
          channel,
          oldest: ts,
          latest: ts,
          inclusive: true,
          include_all_metadata: true,
          limit: 1,
        });
        const found = (answer.messages ?? []).find((message) => message.ts === ts);
        return { ok: true, value: found && cardOf(channel, found, me) };
      } catch (error) {
        return classifyRead(error);
      }
    },
    giveUp: ({ memory, ...card }, by, at) => {
      const { id, channel, ts, instance } = card;
      // Found after the next loss, it is known to be over.
      const told = { instance, version: memory?.version ?? 0, phase: 'cancelled' };
      return update(channel, ts, { kind: 'rebuild', id }, views.givenUp(card, by, at), [told]);
    },
    tell: async (channel, epoch, facts, known) => {
      const key: PostKey = { kind: 'recovery', id: epoch };
      const view = views.notice(facts);
      if (known) return update(channel, known.ts, key, view);
      // Whoever began to tell may have got no answer: it is told once.
      const told = await find(channel, key, facts.recovery.since - clockSkew);
      const [first] = told.ok ? told.value : [];
      return first ? update(channel, first.ts, key, view) : told.ok ? post(channel, key, view) : told;
    },
    markUnknown: (root, since) =>
      update(root.channel, root.ts, { kind: 'alert', id: root.id }, views.unknown(root, since)),
  };
};

const clockSkew = 60_000;

const pageOf = (
  channel: string,
  messages: readonly SeenMessage[],
  next: string | undefined,
  me: SlackIdentity,
): HistoryPage => {
  const oldest = messages.at(-1)?.ts;
  return {
    roots: messages.flatMap((message) => rootOf(channel, message, me) ?? []),
    cards: messages.flatMap((message) => cardOf(channel, message, me) ?? []),
    back: oldest === undefined ? Number.POSITIVE_INFINITY : Number(oldest) * 1000,
    ...(next !== undefined && { next }),
  };
};

const rootOf = (channel: string, message: SeenMessage, me: SlackIdentity): LostRoot | undefined => {
  const { ts, metadata } = message;
  if (ts === undefined || !isOwn(message, me)) return undefined;
  const told =
    metadata?.event_type === metadataTypes.alert ? Payload.safeParse(metadata.event_payload).data : undefined;
  const blockKey = parsePostBlockId(message.blocks?.[0]?.block_id ?? '');
  const id = told?.id ?? (blockKey?.kind === 'alert' ? blockKey.id : undefined);
  if (id === undefined || !alertId.test(id)) return undefined;
  const state = told && StatePayload.safeParse(metadata?.event_payload).data;
  return { id, channel, ts, ...(state && { state: state as RootState }) };
};

const cardOf = (channel: string, message: SeenMessage, me: SlackIdentity): FoundCard | undefined => {
  const { ts, metadata } = message;
  if (ts === undefined || !isOwn(message, me)) return undefined;
  const told = metadata?.event_type === metadataTypes.rebuild ? metadata.event_payload : undefined;
  const blockKey = parsePostBlockId(message.blocks?.[0]?.block_id ?? '');
  const id = Payload.safeParse(told).data?.id ?? (blockKey?.kind === 'rebuild' ? blockKey.id : undefined);
  if (id === undefined || !RebuildIdValue.safeParse(id).success) return undefined;
  const memory = told && unpackMemory(told);
  return { id, channel, ts, ...(memory && { memory }) };
};

const alertId = /^[0-9a-f]{16}-[0-9a-z]{1,20}$/;

const Payload = z.object({ id: z.string() });
const person = z.object({ id: z.string(), name: z.string().optional() });
/** `RootState`, as an own message of this or an earlier version tells it. */
const StatePayload = z.object({
  shown: z.string(),
  series: z.string(),
  status: z.enum(['firing', 'resolved']),
  severity: z.enum(severities),
  name: z.string(),
  about: z.string().optional(),
  startsAt: z.number(),
  firstStartsAt: z.number(),
  endsAt: z.number().optional(),
  fired: z.number().int().min(1),
  ack: z.object({ by: person, at: z.number() }).optional(),
  pinned: z.object({ text: z.string(), by: person, at: z.number() }).optional(),
  silence: z.object({ by: person, until: z.number(), reason: z.string() }).optional(),
  ticket: z.object({ key: z.string(), url: z.string().optional() }).optional(),
});
