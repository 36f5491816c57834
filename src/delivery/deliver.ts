/** Makes one step of a message in Slack and puts its outcome on the newest record. Safe to repeat, late or twice. */
import type { Backoff } from '../core/backoff.ts';
import { StoreUnavailable, messageOf as textOf } from '../core/errors.ts';
import type { MessageChange, MessageState, Posting } from './message.ts';
import type { DeliveryWork } from './next-step.ts';
import type { PaceKind, Pacer } from './pacer.ts';
import { type Refusal, refusalOf } from './refusal.ts';
import type { PostedMessage, SlackResult } from './slack-result.ts';
import {
  backOff,
  claimStaleAfter,
  clockSkew,
  describe,
  type Failed,
  lookAfter,
  lookAgainAfter,
  lookUpGood,
  mayRisk,
} from './timing.ts';
import {
  claimPost,
  claimUpdate,
  duplicatesLeft,
  givenUp,
  gone,
  lookFrom,
  notPosted,
  notUpdated,
  perhapsPosted,
  posted,
  refusedBy,
  repaired,
  replied,
  replyRefused,
  stays,
  updated,
} from './transitions.ts';

/** The newest record, and what an outcome made of its message if it still applied. */
export interface Delivered<R> {
  readonly record: R;
  readonly next?: MessageChange;
}

/**
 * What follows from a refusal, by what it is about. `later`: tried again as it is. `elsewhere`: the next channel, or none.
 * `gone`: it was deleted. `stays`: it cannot be changed, which people are told. `shown`, `unsaid`: this content or reply
 * is left out.
 */
export interface RefusalPolicy {
  readonly root: Readonly<Record<Refusal, 'later' | 'elsewhere'>>;
  readonly reply?: Readonly<Record<Refusal, 'unsaid' | 'gone' | 'elsewhere'>>;
  readonly update: Readonly<Record<Refusal, 'stays' | 'shown' | 'gone' | 'elsewhere'>>;
}

/** One kind of record that shows itself in Slack: `R` holds the state of one message. */
export interface Delivery<R> {
  /** Undefined: the record wants no message. */
  readonly messageOf: (record: R) => MessageState | undefined;
  /** Hash of all that the message shows. */
  readonly contentOf: (record: R) => string;
  /**
   * Puts an outcome on the newest record, and what it means to that; `outcome` is pure, and may be called more than once.
   * The record is written by its owner alone, so journal, notes and books change with the message or not at all.
   */
  readonly write: (
    seen: R,
    outcome: (message: MessageState, newest: R) => MessageChange | undefined,
  ) => Promise<Delivered<R> | undefined>;
  /** False when nobody waits for the post any more; default: always true. */
  readonly isWanted?: (record: R) => boolean;
  readonly slack: DeliveryPort<R>;
  readonly replies?: Replies<R>;
  readonly refusals: RefusalPolicy;
  readonly retry: Backoff;
  /** After a clean look at what may have come late it is looked again, after each of these; ms. */
  readonly looks: readonly number[];
  /** Where it goes when Slack refuses `channel`; undefined when there is nowhere left. */
  readonly nextChannel?: (channel: string) => string | undefined;
  readonly pacer?: Pick<Pacer, 'hold'>;
  readonly now: () => number;
  /** Unique for every claim. */
  readonly newClaim: () => string;
  /** Waits; ms. Absent: what cannot be put on record at once is left to whoever finds the claim too old. */
  readonly pause?: ((ms: number) => Promise<void>) | undefined;
  /** Told of what a port threw instead of answering: a defect, looked into like a lost answer. Absent: it is thrown. */
  readonly onDefect?: ((error: unknown) => void) | undefined;
}

/** Calls to Slack about one message. Never repeated by the port itself. */
export interface DeliveryPort<R> {
  post(record: R): Promise<SlackResult<PostedMessage>>;
  update(record: R, ts: string): Promise<SlackResult<PostedMessage>>;
  /** Copies of the root (`through` 0) or of a reply, posted since then, oldest first; ms. */
  find(record: R, through: number, sinceMs: number): Promise<SlackResult<readonly PostedMessage[]>>;
  remove(message: PostedMessage): Promise<SlackResult<void>>;
}

/** What is said under a message: numbered notes, several in one reply. */
export interface Replies<R> {
  /** When no look-up is answered for long it is said once more, perhaps twice; else it waits for an answer. */
  readonly mayRepeat: boolean;
  /** Number of the last note of the next reply; undefined when there is nothing to say. */
  next(record: R): number | undefined;
  /** True when a note up to this one still counts as unsaid. */
  unsaid(record: R, through: number): boolean;
  /** Posts the notes up to this one. */
  post(record: R, ts: string, through: number): Promise<SlackResult<PostedMessage>>;
}

/** @returns the record as it is known afterwards */
export const deliverMessage = <R>(d: Delivery<R>, seen: R, step: DeliveryWork): Promise<R | undefined> => {
  switch (step.do) {
    case 'post':
    case 'reply':
      return post(d, seen, { reply: step.do === 'reply' });
    case 'look_up':
      return lookUp(d, seen, step.posting);
    case 'update':
      return update(d, seen, step.ts);
    case 'repair':
      return repair(d, seen, step);
    default:
      return step satisfies never;
  }
};

/** A store that fails over, or a lost connection, is back within this: so often, and so long between; ms. */
const storeBack = { times: 8, after: 500 } as const;

/**
 * What Slack has answered is put on record also while the store fails over: else everybody would have to wait until the
 * claim is old. Only for outcomes that change nothing when they are applied twice: the first try may have arrived.
 */
const writeSurely = async <R>(
  d: Delivery<R>,
  seen: R,
  outcome: (message: MessageState) => MessageChange | undefined,
): Promise<Delivered<R> | undefined> => {
  for (let tries = 0; ; tries++) {
    try {
      return await d.write(seen, outcome);
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || tries === storeBack.times || !d.pause) throw error;
      await d.pause(storeBack.after);
    }
  }
};

const answered = <R, T>({ onDefect }: Delivery<R>, call: Promise<SlackResult<T>>): Promise<SlackResult<T>> =>
  onDefect === undefined
    ? call
    : call.catch((error: unknown) => {
        onDefect(error);
        return { ok: false, kind: 'ambiguous', error: textOf(error) } as const;
      });

const held = async <R>(d: Delivery<R>, kind: PaceKind, channel: string, result: Failed): Promise<void> => {
  if (result.kind === 'rate_limited') await d.pacer?.hold(kind, channel, result.retryAfterMs);
};

interface PostOptions {
  readonly reply: boolean;
  /** A claim that was surely lost. */
  readonly over?: Posting;
  /** No look-up of that one was answered. */
  readonly unsure?: boolean;
}

/** Claims and posts the root or the next reply. */
const post = async <R>(
  d: Delivery<R>,
  seen: R,
  { reply, over, unsure = false }: PostOptions,
): Promise<R | undefined> => {
  const claim = d.newClaim();
  const claimed = await d
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
    const back = await d.write(seen, (newest) =>
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
    ? await d.write(seen, (newest, all) =>
        replied(newest, through, d.replies?.unsaid(all, through) === true, { claim, message: at }),
      )
    : await writeSurely(d, seen, (newest) =>
        posted(newest, at, { shown: d.contentOf(record), unsure }, d.now()),
      );
  const tooMany = done?.next?.happened?.what === 'duplicate' || (done && !d.messageOf(done.record));
  return tooMany ? removed(d, done, [at]) : done?.record;
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
    const table = through > 0 ? d.refusals.reply : d.refusals.root;
    const verdict = table?.[refusalOf(error)];
    switch (verdict) {
      case 'later':
      case undefined:
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

/** Looks for a post whose answer was lost; only what is surely not there is posted again. */
const lookUp = async <R>(d: Delivery<R>, seen: R, posting: Posting): Promise<R | undefined> => {
  const { through, claim } = posting;
  const again: PostOptions = { reply: through > 0, over: posting };
  const asked = d.now();
  const since = (posting.first ?? posting.since) - clockSkew;
  const found = await answered(d, d.slack.find(seen, through, since));
  if (!found.ok && !isNowhere(found)) {
    // From the first look that failed: what was claimed before a long sleep has not been looked for all that time.
    const { since: failing = asked, looks = 0 } = posting.unanswered ?? {};
    const lasts = d.now() - failing;
    const risk = through === 0 || d.replies?.mayRepeat === true;
    if (risk && mayRisk(lasts, looks)) return post(d, seen, { ...again, unsure: true });
    const lookAt = d.now() + lookAgainAfter(found, lasts);
    const error = describe(found);
    return (await d.write(seen, (message) => perhapsPosted(message, claim, { lookAt, error, failing })))
      ?.record;
  }
  const [first, ...more] = found.ok ? found.value : [];
  // Too long ago to say that nothing is there: another look is taken.
  if (!first) return d.now() - asked > lookUpGood ? seen : post(d, seen, again);
  const done = await d.write(seen, (message, newest) =>
    through === 0
      ? posted(message, first, { shown: 'adopted', copies: more.length > 0 }, d.now())
      : replied(message, through, d.replies?.unsaid(newest, through) === true),
  );
  // Meanwhile another copy may have got on record: that one stays, whichever was found first.
  const known = done && d.messageOf(done.record);
  const kept = through === 0 && known?.state === 'open' ? known.ts : first.ts;
  return removed(d, done, others([first, ...more], kept));
};

/** Where there is no thread or channel, there is no message of ours. */
const isNowhere = (found: Failed): boolean =>
  found.kind === 'refused' && (refusalOf(found.error) === 'gone' || found.error === 'channel_not_found');

/** Brings the root up to date. */
const update = async <R>(d: Delivery<R>, seen: R, ts: string): Promise<R | undefined> => {
  const claim = d.newClaim();
  const asked = d.now();
  const claimed = await d.write(seen, (message) => claimUpdate(message, claim, ts, d.now()));
  if (!claimed?.next) return claimed?.record;
  const { record } = claimed;
  const { channel, tries = 0 } = claimed.next.message;
  const content = d.contentOf(record);
  if (d.now() - asked > claimStaleAfter) {
    const again = { retryAt: d.now(), tries, late: false };
    return (await d.write(seen, (message) => notUpdated(message, claim, again, d.now())))?.record;
  }
  const result = await answered(d, d.slack.update(record, ts));
  const outcome = (message: MessageState): MessageChange | undefined => {
    if (result.ok) return updated(message, claim, { content }, d.now());
    const error = describe(result);
    if (result.kind !== 'refused') {
      const again = {
        retryAt: d.now() + backOff(result, tries + 1, d.retry),
        tries: result.kind === 'rate_limited' ? tries : tries + 1,
        late: result.kind === 'ambiguous',
        error,
      };
      return notUpdated(message, claim, again, d.now());
    }
    const verdict = d.refusals.update[refusalOf(error)];
    switch (verdict) {
      case 'gone':
        return gone(message, ts, error);
      case 'elsewhere':
        return message.ts === ts ? refusedBy(message, channel, d.nextChannel?.(channel), error) : undefined;
      case 'shown':
        return updated(message, claim, { content, error }, d.now());
      case 'stays':
        return stays(message, claim, { content, error }, d.now());
      default:
        return verdict satisfies never;
    }
  };
  if (!result.ok) await held(d, 'update', channel, result);
  return (await writeSurely(d, seen, outcome))?.record;
};

/** What was given up may have come late: one root stays, and shows the content once more. */
const repair = async <R>(
  d: Delivery<R>,
  seen: R,
  { ts, doubt }: { readonly ts: string; readonly doubt: number },
): Promise<R | undefined> => {
  const message = d.messageOf(seen);
  if (!message) return seen;
  const found = await answered(d, d.slack.find(seen, 0, lookFrom(message)));
  // A look that Slack refuses is refused the next time as well.
  const clean = found.ok ? await allRemoved(d, others(found.value, ts)) : found.kind === 'refused';
  return (await d.write(seen, (newest) => repaired(newest, doubt, clean, d.looks, d.now())))?.record;
};

const others = (messages: readonly PostedMessage[], ts: string | undefined): readonly PostedMessage[] =>
  messages.filter((message) => message.ts !== ts);

const removed = async <R>(
  d: Delivery<R>,
  done: Delivered<R> | undefined,
  messages: readonly PostedMessage[],
): Promise<R | undefined> => {
  if (!done || (await allRemoved(d, messages))) return done?.record;
  return (await d.write(done.record, (message) => duplicatesLeft(message, d.now())))?.record;
};

/** True when none of them is there any more, as far as Slack lets farmhand see to it. */
const allRemoved = async <R>(d: Delivery<R>, messages: readonly PostedMessage[]): Promise<boolean> => {
  let all = true;
  for (const message of messages) {
    const result = await answered(d, d.slack.remove(message));
    if (!result.ok && result.kind !== 'refused') all = false;
  }
  return all;
};
