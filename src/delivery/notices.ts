/**
 * What is told once in a channel, in one message that is never changed. It is written onto the record of what it tells of,
 * in the same write, and leaves it when it is in Slack: so it is told exactly when that was stored, whoever dies.
 */
import { deliverOnce, type Once, onceStep } from './deliver.ts';
import type { RefusalPolicy } from './delivery.ts';
import type { MessageState } from './message.ts';

export interface Notice<F> {
  /** What it is looked up by: never given twice. */
  readonly key: string;
  /** When it was written; ms. */
  readonly at: number;
  /** All that it says. */
  readonly facts: F;
  readonly message: MessageState;
}

/** A record with what of it is not told yet, oldest first. */
export interface Telling<F> {
  readonly untold?: readonly Notice<F>[];
}

/** The record with one more. `n`: of what it tells, and so of its key, with the time: numbers begin again after a loss. */
export const withNotice = <R extends Telling<F>, F>(
  record: R,
  { name, channel, facts }: { readonly name: string; readonly channel: string; readonly facts: F },
  now: number,
): R => {
  const message: MessageState = { state: 'wanted', channel };
  const notice: Notice<F> = { key: `${name}-${now.toString(36)}`, at: now, facts, message };
  return { ...record, untold: [...(record.untold ?? []), notice] };
};

interface NoticeChange<R> {
  readonly write?: R;
}

export interface NoticeStore<R> {
  fresh(): Promise<R>;
  change<T extends NoticeChange<R>>(change: (record: R) => T): Promise<T>;
}

export interface TellingDeps<R extends Telling<F>, F>
  extends Pick<Once<Notice<F>>, 'now' | 'newClaim' | 'pause' | 'nextChannel' | 'slack' | 'pacer'> {
  readonly store: NoticeStore<R>;
  /** A claim older than this has lost its owner; ms. */
  readonly claimTimeout: number;
  /** Where what would be posted there is posted instead; undefined: there. */
  readonly divert?: (channel: string) => string | undefined;
  readonly onTold: (notice: Notice<F>) => void;
  /** No channel takes it. */
  readonly onRefused: (notice: Notice<F>, error: string) => void;
}

const retry = { first: 3_000, most: 60_000 };
const refusals: RefusalPolicy = { root: { otherwise: 'elsewhere' }, update: { otherwise: 'shown' } };
/** One that is older may have been posted by somebody whose records are not these: a copy that was put back; ms. */
const onTime = 30_000;

/**
 * Tells what is to be told, in its order in each channel. Every process may do so at the same time: whoever claims one on the
 * record posts it, and a claim without an outcome is looked up in Slack first.
 */
export const tellNotices = async <R extends Telling<F>, F>(deps: TellingDeps<R, F>): Promise<void> => {
  const { untold = [] } = await deps.store.fresh();
  const waiting = new Set<string>();
  for (const notice of untold) {
    const { channel } = notice.message;
    if (waiting.has(channel)) continue;
    const left = await tell(deps, notice);
    if (left) waiting.add(channel).add(left.message.channel);
  }
};

/** @returns the notice while it is not told */
const tell = async <R extends Telling<F>, F>(
  deps: TellingDeps<R, F>,
  seen: Notice<F>,
): Promise<Notice<F> | undefined> => {
  const notice = await prepared(deps, seen);
  if (!notice) return undefined;
  const step = onceStep(notice.message, deps.now(), deps.claimTimeout);
  const after = step ? await deliverOnce(onceOf(deps), notice, step) : notice;
  return after && !isTold(after) ? after : undefined;
};

/** In Slack, and nobody doubts it: it may leave the record. Or no channel takes it. */
const isTold = ({ message: { state, showAgainAt } }: Notice<unknown>): boolean =>
  state === 'failed' || (state === 'open' && showAgainAt === undefined);

/** Before its first post: into the channel where that is posted now, and looked for where it is late. */
const prepared = async <R extends Telling<F>, F>(
  deps: TellingDeps<R, F>,
  seen: Notice<F>,
): Promise<Notice<F> | undefined> => {
  const change = ({ message, at }: Notice<F>): MessageState | undefined => {
    const { state, channel, retryAt, tries } = message;
    if (state !== 'wanted') return undefined;
    const to = deps.divert?.(channel);
    if (to !== undefined && to !== channel) return { state, channel: to };
    const isLate = deps.now() - at > onTime && retryAt === undefined && tries === undefined;
    const posting = { through: 0, since: at, claim: 'late', lookAt: deps.now() };
    return isLate ? { state: 'posting', channel, posting } : undefined;
  };
  if (!change(seen)) return seen;
  const { notice } = await deps.store.change((record) => {
    const known = record.untold?.find(({ key }) => key === seen.key);
    const message = known && change(known);
    if (!known || !message) return { notice: known };
    const next = { ...known, message };
    return { notice: next, write: replaced(record, next) };
  });
  return notice;
};

/** The record with the notice as it is now; without it once it is told. */
const replaced = <R extends Telling<F>, F>(record: R, notice: Notice<F>): R => {
  const { untold = [], ...rest } = record;
  const left = untold.flatMap((one) => (one.key !== notice.key ? [one] : isTold(notice) ? [] : [notice]));
  // Without the field where nothing is left, as before there was any.
  return (left.length > 0 ? { ...rest, untold: left } : rest) as R;
};

const onceOf = <R extends Telling<F>, F>(deps: TellingDeps<R, F>): Once<Notice<F>> => ({
  ...deps,
  messageOf: ({ message }) => message,
  write: async (seen, outcome) => {
    const { record, next } = await deps.store.change((all) => {
      const known = all.untold?.find(({ key }) => key === seen.key);
      const change = known && outcome(known.message, known);
      if (!known || !change) return { record: known };
      const changed = { ...known, message: change.message };
      return { record: changed, next: change, write: replaced(all, changed) };
    });
    if (record && next?.happened?.what === 'opened') deps.onTold(record);
    if (record && next?.message.state === 'failed') {
      deps.onRefused(record, next.happened?.what === 'refused' ? next.happened.error : 'gone');
    }
    return record && { record, ...(next && { next }) };
  },
  refusals,
  retry,
});
