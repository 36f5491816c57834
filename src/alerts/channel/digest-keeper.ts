import type { AlertId } from '../model/alert.ts';
import { type Digest, groupAlerts, startDigest } from '../model/digest.ts';
import { readMany } from '../ports/many.ts';
import type { AlertStore } from '../ports/store.ts';
import { foldThread } from '../thread/thread-message.ts';
import type { ChannelQueue, ChannelQueues } from './channel-queue.ts';
import { type DigestMessageDeps, showDigest } from './digest-message.ts';

export interface DigestDeps extends DigestMessageDeps {
  readonly store: AlertStore;
  readonly lanes: ChannelQueues;
  readonly settings: () => { readonly threshold: number; readonly refresh: number };
  /** After records were lost: gives those of these alerts their root that had one, so that they are not folded. */
  readonly adopt?: (ids: readonly AlertId[]) => Promise<unknown>;
}

export interface DigestKeeper {
  /** Whether there is a digest, or has to be one. Its message goes before those of single alerts. */
  wants(view: ChannelQueue): boolean;
  /** Opens, refreshes, fills and closes the digest of a lane. Answers when it wants to be tended again, ms. */
  tend(channel: string, view: ChannelQueue): Promise<number | undefined>;
}

/** Alerts read to name what waits; a longer backlog is counted whole, and its tail is not named. */
const namedAtMost = 2_000;
/** All of them at once would hold up every other channel while they are decoded: so many are 2 ms of processor. */
const readAtOnce = 50;
const foldAtOnce = 200;

export const createDigestKeeper = (deps: DigestDeps): DigestKeeper => ({
  wants: (view) => view.hasDigest || view.waiting > deps.settings().threshold,
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
    if (current) await showDigest(deps, current);
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
  const waiting = await readMany(deps.store, waitingIds, readAtOnce);
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
