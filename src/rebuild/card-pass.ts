import type { Pacer } from '../alerts/lanes.ts';
import type { PostedMessage, SlackResult } from '../alerts/ports.ts';
import { messageOf } from '../errors.ts';
import { cardKey } from './card-key.ts';
import {
  type CardChange,
  cardRefused,
  cardUpdated,
  channelRefused,
  claimPost,
  claimUpdate,
  healed,
  notesPosted,
  notesRefused,
  notPosted,
  postUnknown,
  rootGone,
  rootPosted,
  surplusLeft,
  updateFailed,
} from './card-outcome.ts';
import { refusalKind } from './card-refusal.ts';
import { type CardPolicy, type CardStep, cardStep } from './card-step.ts';
import type { CardPort } from './ports.ts';
import type { Card, Rebuild, RebuildId, RebuildWrite } from './rebuild.ts';
import type { RebuildStore } from './store.ts';

export interface CardDeps {
  readonly store: Pick<RebuildStore, 'get' | 'update'>;
  readonly cards: CardPort;
  readonly pacer: Pacer;
  readonly policy: () => CardPolicy;
  readonly now: () => number;
  /** Unique for every claim. */
  readonly newClaim: () => string;
  /** Where a thread goes when Slack refuses `channel`; undefined when there is nowhere left. */
  readonly nextChannel: (refused: string) => string | undefined;
  /** Told of what a port threw instead of answering: a defect. */
  readonly onDefect?: (error: unknown) => void;
}

export type Failed = Exclude<SlackResult<unknown>, { ok: true }>;
type Posting = NonNullable<Card['posting']>;

/** A pass gives the worker back after so many steps, so that no rebuild keeps another waiting. */
const stepsAtMost = 12;
/** ms: how long to leave Slack alone; the first wait is doubled with each failure. */
const wait = { first: 2_000, most: 60_000, badToken: 30_000 } as const;
/** What was claimed is acted upon within this, or not at all: a process that slept may have been replaced; ms. */
const staleAfter = 4_000;
/** A look-up that found nothing says so for this long, its own time included; ms. */
const lookUpGood = 15_000;
/** For so long a look-up that fails is repeated before a post is risked; ms. */
const lookUpLimit = 600_000;
/** Clocks of ours and of Slack may differ by this; ms. */
const clockSkew = 60_000;
/** A second root is looked for this far back; ms. */
const healLookBack = 3_600_000;

/**
 * Makes Slack show what the record of a rebuild says: its card, and each note once. Answers when to come again, ms from
 * now; undefined: not before something changes. Safe to run twice, late, or after a crash.
 */
export const passCard = async (deps: CardDeps, id: RebuildId): Promise<number | undefined> => {
  let rebuild = await deps.store.get(id);
  for (let steps = 0; steps < stepsAtMost; steps++) {
    if (!rebuild) return undefined;
    const step = cardStep(rebuild, deps.now(), deps.policy());
    if (step.do === 'nothing') return undefined;
    if (step.do === 'wait') return Math.max(1, step.until - deps.now());
    const waitMs = await paced(deps, rebuild, step);
    if (waitMs > 0) return waitMs;
    rebuild = await perform(deps, rebuild, step);
  }
  return 0;
};

type Work = Exclude<CardStep, { do: 'nothing' | 'wait' }>;

/** How long to wait for a turn. Look-ups need none, and what a person waits for is never held back. ms */
const paced = async ({ pacer }: CardDeps, { card }: Rebuild, step: Work): Promise<number> => {
  const kind = step.do === 'post_card' || step.do === 'post_notes' ? 'post' : 'update';
  if (step.do === 'find' || step.do === 'heal' || (step.do === 'update_card' && step.urgent)) return 0;
  const { granted, waitMs } = await pacer.take(kind, card.channel, 1);
  return granted > 0 ? 0 : Math.max(1, waitMs);
};

/** Makes one step; answers the record as it is known afterwards. */
const perform = async (deps: CardDeps, rebuild: Rebuild, step: Work): Promise<Rebuild | undefined> => {
  switch (step.do) {
    case 'post_card':
    case 'post_notes':
      return post(deps, rebuild, undefined);
    case 'find':
      return find(deps, rebuild, step.posting);
    case 'update_card':
      return update(deps, rebuild, step);
    case 'heal':
      return heal(deps, rebuild, step);
    default:
      return step satisfies never;
  }
};

/** Puts an outcome on the newest record; answers that record, and the change if it still applied. */
const record = async (
  { store }: CardDeps,
  id: RebuildId,
  outcome: (rebuild: Rebuild) => CardChange | undefined,
): Promise<{ readonly rebuild: Rebuild; readonly change?: CardChange } | undefined> =>
  store.update(id, (rebuild): { write?: RebuildWrite; rebuild: Rebuild; change?: CardChange } => {
    const change = outcome(rebuild);
    return change ? { write: change, rebuild: change.rebuild, change } : { rebuild };
  });

/** Claims and posts the root or the next notes; `over` is a claim that was surely lost. */
const post = async (
  deps: CardDeps,
  seen: Rebuild,
  over: Posting | undefined,
  unsure = false,
): Promise<Rebuild | undefined> => {
  const { now, cards } = deps;
  const claim = deps.newClaim();
  const claimed = await record(deps, seen.id, (rebuild) => claimPost(rebuild, claim, over, now()));
  const posting = claimed?.change?.rebuild.card.posting;
  if (!claimed || !posting) return claimed?.rebuild;
  const { rebuild } = claimed;
  const { card } = rebuild;
  if (now() - posting.since > staleAfter) {
    return (await record(deps, seen.id, (newest) => notPosted(newest, claim, now(), card.tries ?? 0)))
      ?.rebuild;
  }
  const { through } = posting;
  const root = card.state !== 'open' || card.ts === undefined;
  const notes = card.notes.filter(({ n }) => n <= through);
  const result = root
    ? await answered(deps, cards.postCard(rebuild))
    : await answered(deps, cards.postNotes(rebuild, card.ts, notes));
  if (!result.ok) return postFailed(deps, rebuild, posting, result);
  const message = result.value;
  const done = await record(deps, seen.id, (newest) =>
    root
      ? rootPosted(newest, message, cardKey(rebuild), unsure, now())
      : notesPosted(newest, through, { claim, message }, now()),
  );
  return removeSurplus(deps, done);
};

const postFailed = async (
  deps: CardDeps,
  rebuild: Rebuild,
  posting: Posting,
  result: Failed,
): Promise<Rebuild | undefined> => {
  const { now } = deps;
  const { claim } = posting;
  const { channel, ts = '', state } = rebuild.card;
  const { tries = 0 } = rebuild.card;
  const error = describe(result);
  const outcome = (newest: Rebuild): CardChange | undefined => {
    const later = notPosted(newest, claim, now() + backOff(result, tries), tries + 1);
    if (result.kind === 'ambiguous') {
      const lost = posting.since - (posting.first ?? posting.since);
      const lookAt = now() + Math.min(wait.most, Math.max(wait.first, lost));
      return postUnknown(newest, claim, lookAt, error, now());
    }
    if (result.kind === 'rate_limited') return notPosted(newest, claim, now() + result.retryAfterMs, tries);
    if (result.kind === 'unavailable' || newest.card.posting?.claim !== claim) return later;
    switch (refusalKind(error)) {
      case 'token':
        return later;
      case 'content':
        return state === 'open' ? notesRefused(newest, claim, error, now()) : later;
      case 'gone':
        if (state === 'open') return rootGone(newest, ts, error, now());
        break;
      case 'channel':
        break;
    }
    return channelRefused(newest, channel, deps.nextChannel(channel), error, now());
  };
  if (result.kind === 'rate_limited') await deps.pacer.hold('post', channel, result.retryAfterMs);
  return (await record(deps, rebuild.id, outcome))?.rebuild;
};

const find = async (deps: CardDeps, seen: Rebuild, posting: Posting): Promise<Rebuild | undefined> => {
  const { now } = deps;
  const { through, claim } = posting;
  const asked = now();
  const since = (posting.first ?? posting.since) - clockSkew;
  const found = await answered(deps, deps.cards.find(seen, through, since));
  if (!found.ok && !isNowhere(found)) {
    const held = now() - posting.since;
    if (held > lookUpLimit) return post(deps, seen, posting, true);
    const lookAt = now() + Math.max(retryAfter(found), Math.min(wait.most, Math.max(wait.first, held / 2)));
    const error = describe(found);
    return (await record(deps, seen.id, (rebuild) => postUnknown(rebuild, claim, lookAt, error, now())))
      ?.rebuild;
  }
  const [first, ...more] = found.ok ? found.value : [];
  // Too long ago to say that nothing is there: another look is taken.
  if (!first) return now() - asked > lookUpGood ? seen : post(deps, seen, posting);
  const done = await record(deps, seen.id, (rebuild) =>
    through === 0
      ? rootPosted(rebuild, first, 'adopted', more.length > 0, now())
      : notesPosted(rebuild, through, undefined, now()),
  );
  // Meanwhile another copy may have got on record: that one stays, whichever was found first.
  const kept = through === 0 && done?.rebuild.card.state === 'open' ? done.rebuild.card.ts : first.ts;
  return removeAll(deps, done?.rebuild, others([first, ...more], kept));
};

/** Where there is no thread or channel, there is no message of ours. */
const isNowhere = (found: Failed): boolean =>
  found.kind === 'refused' && (refusalKind(found.error) === 'gone' || found.error === 'channel_not_found');

const update = async (
  deps: CardDeps,
  seen: Rebuild,
  { ts }: Extract<CardStep, { do: 'update_card' }>,
): Promise<Rebuild | undefined> => {
  const { now } = deps;
  const claim = deps.newClaim();
  const asked = now();
  const claimed = await record(deps, seen.id, (rebuild) => claimUpdate(rebuild, claim, ts, now()));
  if (!claimed?.change) return claimed?.rebuild;
  const { rebuild } = claimed;
  const { channel, tries = 0 } = rebuild.card;
  const key = cardKey(rebuild);
  const stale = now() - asked > staleAfter;
  const result = stale ? undefined : await answered(deps, deps.cards.updateCard(rebuild, ts));
  const outcome = (newest: Rebuild): CardChange | undefined => {
    if (result === undefined)
      return updateFailed(newest, claim, { retryAt: now(), tries, late: false }, now());
    if (result.ok) return cardUpdated(newest, claim, key, now());
    const later = { retryAt: now() + backOff(result, tries), tries: tries + 1 };
    if (result.kind === 'rate_limited')
      return updateFailed(newest, claim, { retryAt: now() + result.retryAfterMs, tries, late: false }, now());
    if (result.kind !== 'refused')
      return updateFailed(newest, claim, { ...later, late: result.kind === 'ambiguous' }, now());
    switch (refusalKind(result.error)) {
      case 'token':
        return updateFailed(newest, claim, { ...later, late: false }, now());
      case 'gone':
        return rootGone(newest, ts, result.error, now());
      case 'content':
        return cardRefused(newest, claim, key, result.error, now());
      case 'channel':
        return newest.card.ts === ts
          ? channelRefused(newest, channel, deps.nextChannel(channel), result.error, now())
          : undefined;
    }
  };
  if (result?.ok === false && result.kind === 'rate_limited')
    await deps.pacer.hold('update', channel, result.retryAfterMs);
  return (await record(deps, seen.id, outcome))?.rebuild;
};

const heal = async (
  deps: CardDeps,
  seen: Rebuild,
  { ts, doubt }: Extract<CardStep, { do: 'heal' }>,
): Promise<Rebuild | undefined> => {
  const found = await answered(deps, deps.cards.find(seen, 0, doubt - healLookBack));
  const clean = found.ok && (await allRemoved(deps, others(found.value, ts)));
  return (await record(deps, seen.id, (rebuild) => healed(rebuild, doubt, clean, deps.now())))?.rebuild;
};

const others = (messages: readonly PostedMessage[], ts: string | undefined): readonly PostedMessage[] =>
  messages.filter((message) => message.ts !== ts);

const removeSurplus = (
  deps: CardDeps,
  done: { readonly rebuild: Rebuild; readonly change?: CardChange } | undefined,
): Promise<Rebuild | undefined> =>
  removeAll(deps, done?.rebuild, done?.change?.surplus ? [done.change.surplus] : []);

const removeAll = async (
  deps: CardDeps,
  rebuild: Rebuild | undefined,
  messages: readonly PostedMessage[],
): Promise<Rebuild | undefined> => {
  if (!rebuild || (await allRemoved(deps, messages))) return rebuild;
  return (await record(deps, rebuild.id, (newest) => surplusLeft(newest, deps.now())))?.rebuild;
};

/** True when none of them is there any more, as far as Slack lets us see to it. */
const allRemoved = async (deps: CardDeps, messages: readonly PostedMessage[]): Promise<boolean> => {
  let all = true;
  for (const message of messages) {
    const removed = await answered(deps, deps.cards.remove(message));
    if (!removed.ok && removed.kind !== 'refused') all = false;
  }
  return all;
};

/** A call that throws may have been made: what is thrown is told, and looked into like a lost answer. */
const answered = <T>({ onDefect }: CardDeps, call: Promise<SlackResult<T>>): Promise<SlackResult<T>> =>
  call.catch((error: unknown) => {
    onDefect?.(error);
    return { ok: false, kind: 'ambiguous', error: messageOf(error) } as const;
  });

const backOff = (result: Failed, tries: number): number => {
  if (result.kind === 'rate_limited') return result.retryAfterMs;
  if (result.kind === 'refused' && refusalKind(result.error) === 'token') return wait.badToken;
  return Math.min(wait.most, wait.first * 2 ** Math.min(tries, 10));
};

const retryAfter = (result: Failed): number => (result.kind === 'rate_limited' ? result.retryAfterMs : 0);

const describe = (result: Failed): string => (result.kind === 'rate_limited' ? 'ratelimited' : result.error);
