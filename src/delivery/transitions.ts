/**
 * What came of a step, put on the newest state of a message, whatever happened to it meanwhile: what Slack shows is a
 * fact, and the next step closes the difference. Undefined: it no longer applies, and nothing is written.
 */
import type { MessageChange, MessageState, Posting } from './message.ts';
import type { PostedMessage } from './slack-result.ts';
import { lateBy, lookBack } from './timing.ts';

const without = <K extends keyof MessageState>(
  message: MessageState,
  ...names: readonly K[]
): Omit<MessageState, K> => {
  const rest = { ...message };
  for (const name of names) delete rest[name];
  return rest;
};

/** In doubt from now on. `since` is when the first call was made whose end is not known; ms. */
const inDoubt = (message: MessageState, now: number, since: number = now) => ({
  showAgainAt: now + lateBy,
  doubt: { since: Math.min(since, message.doubt?.since ?? since), looks: 0 },
});

/** How far back a look at what may have come late has to go; ms. */
export const lookFrom = ({ doubt, showAgainAt = 0 }: MessageState): number =>
  (doubt?.since ?? showAgainAt - lateBy) - lookBack;

/** Claims the post of the root (`through` 0) or of a reply; `over` is the lost claim that this one replaces. */
export const claimPost = (
  message: MessageState,
  { claim, through, over }: { readonly claim: string; readonly through: number; readonly over?: Posting },
  now: number,
): MessageChange | undefined => {
  const { posting, state } = message;
  const root = through === 0;
  if (posting?.claim !== over?.claim || state === 'failed' || root === (state === 'open')) return undefined;
  const claimed: Posting = { through, since: now, claim, first: posting?.first ?? posting?.since ?? now };
  return {
    message: { ...message, ...(root && { state: 'posting' }), posting: claimed },
    ...(posting && { happened: { what: 'claimed_again', through } }),
  };
};

/**
 * The root is there. `shown` is the content it was rendered from, or another word when it was found. `unsure`: no look-up
 * was answered; `copies`: more than one was found.
 */
export const posted = (
  message: MessageState,
  at: PostedMessage,
  {
    shown,
    unsure = false,
    copies = false,
  }: { readonly shown: string; readonly unsure?: boolean; readonly copies?: boolean },
  now: number,
): MessageChange | undefined => {
  if (message.state === 'open') {
    const same = message.ts === at.ts && message.channel === at.channel;
    return same ? undefined : { message, happened: { what: 'duplicate', message: at } };
  }
  const { posting } = message;
  // A post of an earlier claim may still come.
  const doubt =
    unsure || copies || (posting !== undefined && (posting.first ?? posting.since) !== posting.since);
  const open: MessageState = {
    ...without(message, 'posting', 'retryAt', 'tries'),
    state: 'open',
    channel: at.channel,
    ts: at.ts,
    shown,
    shownAt: now,
    ...(doubt && inDoubt(message, now, posting?.first ?? posting?.since)),
  };
  return { message: open, happened: { what: 'opened', message: at, unsure } };
};

/**
 * The reply is there; `by` is the claim it was posted under now, absent when it was found. `unsaid`: not all of it counts
 * as said. Undefined: somebody else has it on record as said, perhaps by having found this very one.
 */
export const replied = (
  message: MessageState,
  through: number,
  unsaid: boolean,
  by?: string,
): MessageChange | undefined => {
  if (by !== undefined && by !== message.posting?.claim && !unsaid) return undefined;
  const done = message.posting !== undefined && message.posting.through <= through;
  return {
    message: done ? without(message, 'posting', 'tries', 'retryAt') : message,
    happened: { what: 'replied', through },
  };
};

/** When to try again, and how often it was tried. */
export interface Again {
  readonly retryAt: number;
  readonly tries: number;
  readonly error?: string;
}

const tried = ({ retryAt, tries }: Again) => ({ retryAt, ...(tries > 0 && { tries }) });
const putOff = ({ error }: Again) =>
  error !== undefined && ({ happened: { what: 'put_off', error } } as const);

/** Surely not posted: the claim is given back, unless an earlier one of the same post may still have come. */
export const notPosted = (message: MessageState, claim: string, again: Again): MessageChange | undefined => {
  const { posting } = message;
  if (posting?.claim !== claim) return undefined;
  if ((posting.first ?? posting.since) !== posting.since) {
    const looked = { ...message, ...tried(again), posting: { ...posting, lookAt: again.retryAt } };
    return { message: looked, ...putOff(again) };
  }
  return { message: { ...givenBack(message), ...tried(again) }, ...putOff(again) };
};

const givenBack = (message: MessageState): MessageState => ({
  ...without(message, 'posting'),
  state: message.state === 'posting' ? 'wanted' : message.state,
});

/** A lost claim is not replaced: nobody wants the message any more. It may come all the same. */
export const givenUp = (message: MessageState, over: Posting, now: number): MessageChange | undefined =>
  message.posting?.claim === over.claim
    ? { message: { ...givenBack(message), ...inDoubt(message, now, over.first) } }
    : undefined;

/** Perhaps posted: the claim is kept, and looked up from `lookAt` on. `failing`: a look-up of it failed. */
export const perhapsPosted = (
  message: MessageState,
  claim: string,
  { lookAt, error, failing }: { readonly lookAt: number; readonly error: string; readonly failing?: number },
): MessageChange | undefined => {
  const { posting } = message;
  if (posting?.claim !== claim) return undefined;
  const looks = (posting.unanswered?.looks ?? 0) + 1;
  const unanswered =
    failing === undefined ? undefined : { since: posting.unanswered?.since ?? failing, looks };
  return {
    message: { ...message, posting: { ...posting, lookAt, ...(unanswered && { unanswered }) } },
    ...(posting.lookAt === undefined && { happened: { what: 'perhaps_posted', error } }),
  };
};

/** Slack does not take this reply, as it is. */
export const replyRefused = (
  message: MessageState,
  claim: string,
  error: string,
): MessageChange | undefined =>
  message.posting?.claim === claim
    ? {
        message: without(message, 'posting'),
        happened: { what: 'reply_refused', through: message.posting.through, error },
      }
    : undefined;

const ended = (message: MessageState): MessageState => ({
  ...without(message, 'posting', 'retryAt', 'tries', 'showAgainAt', 'doubt'),
  state: 'failed',
});

/** To be posted from the start. */
export const wantedIn = (message: MessageState, channel: string): MessageState => ({
  ...without(
    message,
    ...(['ts', 'shown', 'shownAt', 'posting', 'retryAt', 'tries', 'showAgainAt', 'doubt', 'stays'] as const),
  ),
  channel,
  state: 'wanted',
});

/** Somebody deleted the root. */
export const gone = (message: MessageState, ts: string, error: string): MessageChange | undefined =>
  message.state === 'open' && message.ts === ts
    ? { message: ended(message), happened: { what: 'gone', error } }
    : undefined;

/** Its channel takes nothing any more: another one, or none. */
export const refusedBy = (
  message: MessageState,
  from: string,
  to: string | undefined,
  error: string,
): MessageChange | undefined =>
  message.channel !== from || message.state === 'failed'
    ? undefined
    : {
        message: to === undefined ? ended(message) : wantedIn(message, to),
        happened: { what: 'refused', from, to, error },
      };

/** In place of what is shown while an update is under way; never equal to a hash. */
const updating = 'updating ';

/** Before an update: should its outcome never come, nobody knows what is shown. */
export const claimUpdate = (
  message: MessageState,
  claim: string,
  ts: string,
  now: number,
): MessageChange | undefined => {
  if (message.state !== 'open' || message.ts !== ts) return undefined;
  // The update of a lost claim may still come, and would then show what is older than this one.
  const lost = message.shown?.startsWith(updating) === true;
  return { message: { ...message, shown: `${updating}${claim}`, ...(lost && inDoubt(message, now)) } };
};

/** The outcome of an update counts only while nobody has begun another one since. */
const isNewest = (message: MessageState, claim: string): boolean => message.shown === `${updating}${claim}`;

/** `error`: Slack does not take it. It counts as shown, until there is something else to show. */
export const updated = (
  message: MessageState,
  claim: string,
  { content, error }: { readonly content: string; readonly error?: string },
  now: number,
): MessageChange | undefined => {
  if (!isNewest(message, claim)) return undefined;
  const fresh = without(message, 'retryAt', 'tries');
  return {
    message: { ...(error === undefined ? without(fresh, 'stays') : fresh), shown: content, shownAt: now },
    happened: { what: 'shown', content, ...(error !== undefined && { error }) },
  };
};

/** It is there, and Slack does not let it be changed: asked again when there is something else to show. */
export const stays = (
  message: MessageState,
  claim: string,
  { content, error }: { readonly content: string; readonly error: string },
  now: number,
): MessageChange | undefined =>
  isNewest(message, claim)
    ? {
        message: { ...without(message, 'retryAt', 'tries'), shown: content, shownAt: now, stays: true },
        happened: { what: 'stays', error, told: message.stays === true },
      }
    : undefined;

/** `late`: it may still arrive, and be older than what is shown then. */
export const notUpdated = (
  message: MessageState,
  claim: string,
  again: Again & { readonly late: boolean },
  now: number,
): MessageChange | undefined =>
  isNewest(message, claim)
    ? {
        message: {
          ...message,
          ...tried(again),
          shown: 'unknown',
          ...(again.late && inDoubt(message, now)),
        },
        ...putOff(again),
      }
    : undefined;

/**
 * After a look at what may have come late. `clean`: nothing of ours is there twice; the content is shown once more, and
 * looked at again after each of `looks`.
 */
export const repaired = (
  message: MessageState,
  doubt: number,
  clean: boolean,
  looks: readonly number[],
  now: number,
): MessageChange | undefined => {
  if (message.state !== 'open' || message.showAgainAt !== doubt) return undefined;
  if (!clean) return { message: { ...message, ...inDoubt(message, now) } };
  const { since = now, looks: before = 0 } = message.doubt ?? {};
  const next = looks[before];
  return {
    message: {
      ...without(message, 'showAgainAt', 'doubt'),
      ...(next !== undefined && { showAgainAt: now + next, doubt: { since, looks: before + 1 } }),
      shown: 'healed',
    },
    happened: { what: 'repaired', again: before > 0 },
  };
};

/** One that is too many could not be removed: repaired later. */
export const duplicatesLeft = (message: MessageState, now: number): MessageChange | undefined =>
  message.state === 'open'
    ? { message: { ...message, ...inDoubt(message, now) }, happened: { what: 'duplicates_left' } }
    : undefined;
