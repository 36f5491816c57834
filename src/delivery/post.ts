import { StoreUnavailable } from '../core/errors.ts';
import { answered, held, removed, storeBack, writeSurely } from './calls.ts';
import type { Delivered, Delivery } from './delivery.ts';
import type { MessageChange, MessageState, Posting } from './message.ts';
import { refusalOf } from './refusal.ts';
import type { PostedMessage } from './slack-result.ts';
import { backOff, claimStaleAfter, clockSkew, describe, type Failed, lookAfter } from './timing.ts';
import {
  claimPost,
  givenUp,
  gone,
  notPosted,
  perhapsPosted,
  posted,
  refusedBy,
  replied,
  replyRefused,
} from './transitions.ts';

export interface PostOptions {
  readonly reply: boolean;
  /** A claim that was surely lost. */
  readonly over?: Posting;
  /** No look-up of that one was answered. */
  readonly unsure?: boolean;
  /** The claim that the record has is this process's, and it has not posted yet. */
  readonly claimed?: boolean;
}

/** Claims and posts the root or the next reply. */
export const post = async <R>(
  d: Delivery<R>,
  seen: R,
  { reply, over, unsure = false, claimed: ahead = false }: PostOptions,
): Promise<R | undefined> => {
  const own = ahead ? d.messageOf(seen) : undefined;
  const claim = own?.posting?.claim ?? d.newClaim();
  const claimed: Delivered<R> | undefined = own
    ? { record: seen, next: { message: own } }
    : await d
        .write(seen, (message, newest) => {
          if (d.isWanted?.(newest) === false) return over && givenUp(message, over, d.now());
          const through = reply ? (over?.through ?? d.replies?.next(newest)) : 0;
          return through === undefined
            ? undefined
            : claimPost(message, { claim, through, ...(over && { over }) }, d.now());
        })
        .catch((error: unknown) => giveBack(d, seen, claim, error));
  const message = claimed?.next?.message;
  if (!claimed || message?.posting?.claim !== claim) return claimed?.record;
  const { record } = claimed;
  const { posting, ts = '' } = message;
  if (d.now() - posting.since > claimStaleAfter) {
    const back = await d.write(record, (newest) =>
      notPosted(newest, claim, { retryAt: d.now(), tries: newest.tries ?? 0 }),
    );
    return back?.record;
  }
  const { through } = posting;
  const result = await answered(
    d,
    reply && d.replies ? d.replies.post(record, ts, through) : d.slack.post(record),
  );
  if (!result.ok) return postFailed(d, record, { ...message, posting }, result);
  const at = result.value;
  const done = reply
    ? await d.write(record, (newest, all) =>
        replied(newest, through, d.replies?.unsaid(all, through) === true, claim),
      )
    : await writeSurely(d, record, (newest) =>
        posted(newest, at, { shown: d.contentOf(record), unsure }, d.now()),
      );
  const tooMany = done?.next?.happened?.what === 'duplicate' || (done && !d.messageOf(done.record));
  if (tooMany) return removed(d, done, [at]);
  return reply && done && !done.next ? oldestStays(d, done.record, posting, at) : done?.record;
};

/**
 * While this process slept, its reply got on record as said: found as it is, or posted once more. Which of the two, the
 * thread tells; whoever looks keeps the oldest copy, so one stays however many look.
 */
const oldestStays = async <R>(
  d: Delivery<R>,
  record: R,
  { through, since, first = since }: Posting,
  at: PostedMessage,
): Promise<R | undefined> => {
  const found = await answered(d, d.slack.find(record, through, first - clockSkew));
  const [oldest, ...copies] = found.ok ? found.value : [];
  if (!oldest) return record;
  const unlisted = at.ts > oldest.ts && !copies.some(({ ts }) => ts === at.ts);
  const [one, ...more] = unlisted ? [...copies, at] : copies;
  if (!one) return record;
  const done = await d.write(record, (message) => ({
    message,
    happened: { what: 'duplicate', message: one },
  }));
  return removed(d, done, [one, ...more]);
};

/** Nobody knows whether the claim is on record, and nothing was posted: it is given back, should it be there. */
const giveBack = async <R>(d: Delivery<R>, seen: R, claim: string, error: unknown): Promise<undefined> => {
  if (error instanceof StoreUnavailable && d.pause) {
    await d.pause(storeBack.after);
    await writeSurely(d, seen, (message) =>
      notPosted(message, claim, { retryAt: d.now(), tries: message.tries ?? 0 }),
    );
  }
  throw error;
};

const postFailed = async <R>(
  d: Delivery<R>,
  record: R,
  { channel, ts = '', tries = 0, posting }: MessageState & { readonly posting: Posting },
  result: Failed,
): Promise<R | undefined> => {
  const { claim, through } = posting;
  const error = describe(result);
  const outcome = (newest: MessageState): MessageChange | undefined => {
    const wait = backOff(result, tries + 1, d.retry);
    const later = () => notPosted(newest, claim, { retryAt: d.now() + wait, tries: tries + 1, error });
    if (result.kind === 'ambiguous') {
      const lost = posting.since - (posting.first ?? posting.since);
      return perhapsPosted(newest, claim, { lookAt: d.now() + lookAfter(lost, through > 0), error });
    }
    if (result.kind === 'rate_limited') {
      return notPosted(newest, claim, { retryAt: d.now() + wait, tries, error });
    }
    if (result.kind === 'unavailable') return later();
    if (newest.posting?.claim !== claim) return undefined;
    const { root, reply = root } = d.refusals;
    const table = through > 0 ? reply : root;
    const verdict = table[refusalOf(error)] ?? table.otherwise;
    switch (verdict) {
      case 'later':
        return later();
      case 'unsaid':
        return replyRefused(newest, claim, error);
      case 'gone':
        return gone(newest, ts, error);
      case 'elsewhere':
        return refusedBy(newest, channel, d.nextChannel?.(channel), error);
      default:
        return verdict satisfies never;
    }
  };
  await held(d, 'post', channel, result);
  return (await writeSurely(d, record, outcome))?.record;
};
