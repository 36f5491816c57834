import { type Args, flag, text } from '../args.ts';
import { micros } from './timestamps.ts';

interface Page<T> {
  readonly messages: readonly T[];
  readonly has_more: boolean;
  readonly response_metadata: { readonly next_cursor: string };
}

/**
 * The part of `messages` that a call asks for, in their order: `oldest` and `latest` are exclusive unless `inclusive`,
 * at most `limit` (100; 1000 at most), from `cursor` on. An error word when the arguments are no good.
 * https://docs.slack.dev/reference/methods/conversations.history
 */
export const windowOf = <T extends { readonly ts: string }>(
  messages: readonly T[],
  args: Args,
  defaultLimit: number,
): Page<T> | { readonly error: string } => {
  const inclusive = flag(args['inclusive']);
  const oldest = bound(args['oldest'], 0);
  const latest = bound(args['latest'], Number.MAX_SAFE_INTEGER);
  if (oldest === undefined) return { error: 'invalid_ts_oldest' };
  if (latest === undefined) return { error: 'invalid_ts_latest' };
  const limit = args['limit'] === undefined ? defaultLimit : Number(args['limit']);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) return { error: 'invalid_limit' };
  const start = startOf(text(args['cursor']));
  if (start === undefined) return { error: 'invalid_cursor' };
  const within = messages.filter(({ ts }) => {
    const at = micros(ts) ?? 0;
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  });
  const page = within.slice(start, start + limit);
  const more = start + limit < within.length;
  return {
    messages: page,
    has_more: more,
    response_metadata: { next_cursor: more ? cursorAt(start + limit) : '' },
  };
};

const bound = (value: unknown, otherwise: number): number | undefined => {
  if (value === undefined || value === '' || value === '0' || value === 0) return otherwise;
  return micros(String(value));
};

const cursorAt = (index: number): string => Buffer.from(`next:${index}`).toString('base64');

const startOf = (cursor: string): number | undefined => {
  if (cursor === '') return 0;
  const match = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString());
  return match ? Number(match[1]) : undefined;
};
