import type { AlertStore } from '../alerts/ports/store.ts';
import type { FoundCard } from '../rebuild/model/lost.ts';
import { type LostCardDeps, lostAmong } from './lost-cards.ts';
import type { LostRoot } from './lost-root.ts';
import type { RecoverySlack, RecoveryStore } from './ports.ts';
import type { ChannelRead, Recovery } from './recovery.ts';

export interface ReadDeps extends LostCardDeps {
  readonly store: RecoveryStore;
  readonly alerts: Pick<AlertStore, 'getMany'>;
  readonly slack: RecoverySlack;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly stopping: () => boolean;
}

/** 50,000 messages: nearly fourteen hours of a channel at its limit. The newest come first. */
const mostPages = 100;
/** A channel that does not answer for this long is given up, and that is said; ms. */
const giveUpAfter = 30 * 60_000;
const waitMs = 2_000;

/** Reads a channel back, and keeps the roots of farmhand's own whose alerts are not on record. */
export const readChannel = async (deps: ReadDeps, recovery: Recovery, channel: string): Promise<Recovery> => {
  const read = await readPages(deps, recovery, channel);
  return { ...recovery, channels: { ...recovery.channels, [channel]: read } };
};

const readPages = async (deps: ReadDeps, recovery: Recovery, channel: string): Promise<ChannelRead> => {
  const before = recovery.channels[channel];
  const failingSince = before?.state === 'wanted' ? (before.failingSince ?? deps.now()) : deps.now();
  const found = new Map<string, LostRoot>();
  const cards: FoundCard[] = [];
  let cursor: string | undefined;
  let back = deps.now();
  for (let page = 0; page < mostPages; page++) {
    const answer = await deps.slack.page(channel, recovery.from, cursor);
    if (!answer.ok) {
      const error = answer.kind === 'rate_limited' ? 'ratelimited' : answer.error;
      const beyond = answer.kind === 'refused' || /missing_scope|not_allowed/.test(error);
      if (beyond || deps.now() - failingSince > giveUpAfter) return { state: 'unreadable', error };
      await deps.sleep(answer.kind === 'rate_limited' ? answer.retryAfterMs : waitMs);
      if (answer.kind !== 'rate_limited' || deps.stopping()) return { state: 'wanted', error, failingSince };
      page -= 1;
      continue;
    }
    back = Math.min(back, answer.value.back);
    // Older pages come later: of copies the first one that was posted counts.
    for (const root of answer.value.roots) found.set(root.id, root);
    cards.push(...answer.value.cards);
    cursor = answer.value.next;
    if (cursor === undefined) {
      back = recovery.from;
      break;
    }
  }
  const lost = await unknownOf(deps, [...found.values()]);
  await deps.store.addLost(lost);
  const firing = lost.filter(({ state }) => state?.status !== 'resolved').length;
  const rebuilds = (await lostAmong(deps, cards)).length;
  return { state: 'read', roots: lost.length, firing, back, ...(rebuilds > 0 && { rebuilds }) };
};

const atOnce = 250;

/**
 * Those that are not on record, oldest first: the newest of a series is written last, and counts. Ended ones too: their
 * end may be told once more, by the other half of a pair or by a replay.
 */
const unknownOf = async (deps: ReadDeps, roots: readonly LostRoot[]): Promise<readonly LostRoot[]> => {
  const lost: LostRoot[] = [];
  for (let from = 0; from < roots.length; from += atOnce) {
    const part = roots.slice(from, from + atOnce);
    const known = await deps.alerts.getMany(part.map(({ id }) => id));
    // Who was reported meanwhile is on record, and waits for a thread that is here.
    lost.push(...part.filter(({ id }) => (known.get(id)?.thread.state ?? 'wanted') === 'wanted'));
  }
  return lost.toSorted((a, b) => Number(a.ts) - Number(b.ts));
};
