import type { Pacer } from '../../delivery/pacer.ts';
import { passesLater } from '../../delivery/refusal.ts';
import type { SlackResult } from '../../delivery/slack-result.ts';
import type { AlertId } from '../model/alert.ts';
import type { ThreadPort } from '../ports/ports.ts';
import type { AlertStore } from '../ports/store.ts';
import { foldThread } from '../thread/thread-message.ts';
import type { ChannelQueue, ChannelQueues } from './channel-queue.ts';
import { type Digest, digestKey, groupAlerts, startDigest } from './digest.ts';

export interface DigestStore {
  load(channel: string): Promise<Digest | undefined>;
  /** Compare-and-set on the version; answers what is now stored, or undefined when somebody was faster. */
  save(digest: Digest): Promise<Digest | undefined>;
  remove(digest: Digest): Promise<void>;
}

export interface DigestDeps {
  readonly digests: DigestStore;
  readonly store: AlertStore;
  readonly lanes: ChannelQueues;
  readonly pacer: Pacer;
  readonly threads: ThreadPort;
  readonly now: () => number;
  readonly newClaim: () => string;
  readonly settings: () => { readonly threshold: number; readonly refresh: number };
  /** A claim older than this has lost its owner; ms. */
  readonly claimTimeout: number;
  /** After records were lost: gives those of these alerts their root that had one, so that they are not folded. */
  readonly adopt?: (ids: readonly AlertId[]) => Promise<unknown>;
}

export interface DigestKeeper {
  /** Opens, refreshes, fills and closes the digest of a lane. Answers when it wants to be tended again, ms. */
  tend(channel: string, view: ChannelQueue): Promise<number | undefined>;
}

/** Alerts read to name what waits; a longer backlog is counted whole, and its tail is not named. */
const namedAtMost = 2_000;
const foldAtOnce = 200;

export const createDigestKeeper = (deps: DigestDeps): DigestKeeper => ({
  tend: async (channel, view) => {
    const { threshold, refresh } = deps.settings();
    if (!view.hasDigest) {
      if (view.waiting <= threshold) return undefined;
      await deps.digests.save(startDigest(channel, view.threads, deps.now()));
    }
    const digest = await deps.digests.load(channel);
    if (!digest) return undefined;
    const wait = (digest.retryAt ?? digest.updatedAt + refresh) - deps.now();
    if (wait > 0 && !(view.waiting === 0 && digest.retryAt === undefined)) return wait;
    const current = await bringUpToDate(deps, digest, view);
    if (current) await show(deps, current);
    return refresh;
  },
});

/** Folds what resolved before its turn, then counts what waits. */
const bringUpToDate = async (
  deps: DigestDeps,
  old: Digest,
  view: ChannelQueue,
): Promise<Digest | undefined> => {
  const { channel } = old;
  const found = old.folding.length > 0 ? old.folding : await deps.lanes.foldable(channel, foldAtOnce);
  const planned = found.length > 0 ? await deps.digests.save({ ...old, folding: found }) : old;
  if (!planned) return undefined;
  await deps.adopt?.(planned.folding);
  // One that is gone or cannot be read is passed over: the lane deals with it.
  for (const id of (await deps.store.getMany(planned.folding)).keys()) {
    await deps.store.update(id, (alert) => {
      const applied = foldThread(alert, planned.id, deps.now());
      return applied ? { write: applied } : {};
    });
  }
  const folded = [...(await deps.store.getMany(planned.folding)).values()].filter(
    (a) => a.thread.state === 'folded',
  );
  const waitingIds = await deps.lanes.waiting(channel, namedAtMost);
  const waiting = await deps.store.getMany(waitingIds);
  const waitingCount = Math.max(waiting.size, view.waiting - planned.folding.length);
  const over = waiting.size === 0;
  return deps.digests.save({
    ...planned,
    updatedAt: deps.now(),
    state: over && planned.state === 'open' ? 'closed' : planned.state,
    waiting: groupAlerts(waiting.values()),
    waitingCount: over ? 0 : waitingCount,
    folded: groupAlerts(folded, planned.folded),
    foldedCount: planned.foldedCount + folded.length,
    folding: [],
    threaded: Math.max(0, view.threads - planned.threadsBefore),
  });
};

const show = async (deps: DigestDeps, digest: Digest): Promise<void> => {
  switch (digest.state) {
    case 'wanted':
      return digest.waitingCount === 0 && digest.foldedCount === 0
        ? deps.digests.remove(digest)
        : post(deps, digest);
    case 'posting':
      return find(deps, digest);
    case 'open':
    case 'closed':
      return refresh(deps, digest);
    default:
      digest.state satisfies never;
  }
};

const post = async (deps: DigestDeps, digest: Digest): Promise<void> => {
  const { granted, waitMs } = await deps.pacer.take('post', digest.channel, 1);
  if (granted === 0) {
    await deps.digests.save({ ...digest, retryAt: deps.now() + waitMs });
    return;
  }
  const claim = { since: deps.now(), id: deps.newClaim() };
  const claimed = await deps.digests.save({ ...cleared(digest), state: 'posting', claim });
  if (!claimed) return;
  const result = await deps.threads.postDigest({ ...claimed, state: 'open' });
  if (result.ok) await opened(deps, claimed, result.value.ts);
  else if (isRefused(result) && claimed.waitingCount === 0) {
    // Its channel takes nothing, and nothing waits for it any more: what was folded is told by the books and the API.
    await deps.digests.remove(claimed);
  } else if (result.kind !== 'ambiguous') {
    await deps.digests.save({
      ...cleared(claimed),
      state: 'wanted',
      retryAt: await retryAt(deps, digest, result),
    });
  }
};

/** The digest was claimed and has no message on record: look before posting another. */
const find = async (deps: DigestDeps, digest: Digest): Promise<void> => {
  const since = digest.claim?.since ?? digest.startedAt;
  if (deps.now() - since < deps.claimTimeout) return;
  const key = { kind: 'digest', id: digest.id } as const;
  const found = await deps.threads.find(digest.channel, key, digest.startedAt - 60_000);
  if (!found.ok) {
    await deps.digests.save({ ...digest, retryAt: await retryAt(deps, digest, found) });
    return;
  }
  const [first, ...surplus] = found.value;
  if (first) await opened(deps, digest, first.ts);
  else await deps.digests.save({ ...cleared(digest), state: 'wanted' });
  for (const message of surplus) await deps.threads.remove(message);
};

const opened = async (deps: DigestDeps, digest: Digest, ts: string): Promise<void> => {
  await deps.digests.save({
    ...cleared(digest),
    state: 'open',
    ts,
    shown: digestKey({ ...digest, state: 'open' }),
  });
};

const refresh = async (deps: DigestDeps, digest: Digest): Promise<void> => {
  const key = digestKey(digest);
  if (digest.ts === undefined) return;
  if (key !== digest.shown) {
    const result = await deps.threads.updateDigest(digest, digest.ts);
    // Deleted, in a channel that is closed, or not to be changed: it is asked again when it has something else to show.
    if (!result.ok && !isRefused(result)) {
      await deps.digests.save({ ...digest, retryAt: await retryAt(deps, digest, result) });
      return;
    }
  }
  if (digest.state === 'closed') await deps.digests.remove(digest);
  else await deps.digests.save({ ...cleared(digest), shown: key });
};

/** For good, as it is. */
const isRefused = (result: SlackResult<unknown>): boolean =>
  !result.ok && result.kind === 'refused' && !passesLater(result.error);

const cleared = (digest: Digest): Digest => {
  const { retryAt: _, claim: __, ...rest } = digest;
  return rest;
};

const retryAt = async (
  deps: DigestDeps,
  digest: Digest,
  result: Exclude<SlackResult<unknown>, { ok: true }>,
): Promise<number> => {
  if (result.kind !== 'rate_limited') return deps.now() + 5_000;
  await deps.pacer.hold('post', digest.channel, result.retryAfterMs);
  return deps.now() + result.retryAfterMs;
};
