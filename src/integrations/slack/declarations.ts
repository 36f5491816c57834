import { z } from 'zod';
import { type DeclaredBeside, regionDeclared } from '../../../views/messages/region.ts';
import type { PostedMessage, SlackResult } from '../../delivery/slack-result.ts';
import type { Declaration, Declaring } from '../../region/region.ts';
import { classifyRead } from './client/classify.ts';
import { isOwn, metadataTypes, type SeenMessage } from './find.ts';
import { createPosts, type PostsDeps } from './posts.ts';

/** Where it is said which region works. */
export interface Declarations {
  /** The newest one; undefined: there is none. */
  newest(): Promise<SlackResult<Declaration | undefined>>;
  /** `id` is its own: with it an answer that was lost can be looked up. */
  declare(declaring: Declaring, id: string, beside: DeclaredBeside): Promise<SlackResult<PostedMessage>>;
}

const pageSize = 50;
/** 1,000 messages: nobody else should write there. */
const mostPages = 20;

export const createDeclarations = (deps: PostsDeps, channel: string): Declarations => {
  const { web, identity } = deps;
  const { post } = createPosts(deps);
  return {
    newest: async () => {
      try {
        const me = await identity();
        let cursor: string | undefined;
        for (let page = 0; page < mostPages; page++) {
          const { messages = [], response_metadata } = await web.conversations.history({
            ...{ channel, limit: pageSize, include_all_metadata: true },
            ...(cursor !== undefined && { cursor }),
          });
          // Newest first.
          const found = messages.flatMap((message) =>
            isOwn(message, me) ? (declarationIn(message) ?? []) : [],
          );
          if (found[0]) return { ok: true, value: found[0] };
          cursor = response_metadata?.next_cursor;
          if (!cursor) return { ok: true, value: undefined };
        }
      } catch (error) {
        return classifyRead(error);
      }
      const error = `no declaration among ${mostPages * pageSize} messages: nobody else should write in ${channel}`;
      return { ok: false, kind: 'unavailable', error };
    },
    declare: ({ region, after, by, why }, id, beside) =>
      post(channel, { kind: 'region', id }, regionDeclared({ region, by, why }, beside), {
        told: [{ region, by, why, ...(after !== undefined && { after }) }],
      }),
  };
};

const Told = z.object({
  region: z.string().min(1),
  after: z.string().optional(),
  by: z.string(),
  why: z.string(),
});

const declarationIn = ({ ts, metadata }: SeenMessage): Declaration | undefined => {
  if (ts === undefined || metadata?.event_type !== metadataTypes.region) return undefined;
  const told = Told.safeParse(metadata.event_payload).data;
  if (!told) return undefined;
  const { after, ...rest } = told;
  return { ts, ...rest, ...(after !== undefined && { after }) };
};
