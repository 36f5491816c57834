import { UnreadableRecord } from '../core/errors.ts';
import { endedWrite } from '../rebuild/commands/adopt.ts';
import type { FoundCard, LostRebuild } from '../rebuild/model/lost.ts';
import type { Rebuild } from '../rebuild/model/rebuild.ts';
import { partsOfId } from '../rebuild/model/rebuild-id.ts';
import { hasEnded } from '../rebuild/model/record.ts';
import { toRecheck } from '../rebuild/planning/recheck.ts';
import { isBehind, isOver } from '../rebuild/ports/memory.ts';
import type { RebuildQueries, RebuildStore } from '../rebuild/ports/store.ts';
import type { RecoverySlack, RecoveryStore } from './ports.ts';
import type { CardsChecked, Recovery } from './recovery.ts';

export interface LostCardDeps {
  readonly store: RecoveryStore;
  readonly slack: RecoverySlack;
  readonly rebuilds: Pick<RebuildStore, 'taken' | 'adopt' | 'update'> & Pick<RebuildQueries, 'get' | 'list'>;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

export type CardVerdict =
  | 'fine'
  /** Its rebuild is in flight, and not on record. */
  | 'gone'
  /** Its rebuild is in flight, and its record is an older one. */
  | 'behind'
  /** Its rebuild is over, and its record, an older one, does not know it. */
  | 'ended'
  /** Its rebuild is not on record, and the card does not say whether it is over. */
  | 'unclear';

/** Pure: how the record of a rebuild stands to what its card remembers. */
export const cardVerdict = ({ memory }: FoundCard, record: Rebuild | undefined): CardVerdict => {
  if (!record) return memory ? (isOver(memory.phase) ? 'fine' : 'gone') : 'unclear';
  if (!memory || hasEnded(record) || !isBehind(record, memory)) return 'fine';
  return isOver(memory.phase) ? 'ended' : 'behind';
};

/**
 * Of the cards of a channel those whose rebuilds are in flight, and not on record as their cards know them: kept on
 * record as lost. No number of any of them is given once more. Of an older version's cards only the newest of an
 * instance can be of a rebuild in flight; it is kept as well, and not counted.
 */
export const lostAmong = async (
  deps: LostCardDeps,
  cards: readonly FoundCard[],
): Promise<readonly LostRebuild[]> => {
  await deps.rebuilds.taken(cards.map(({ id }) => id));
  const newest = new Map<string, FoundCard>();
  for (const card of byAge(cards)) newest.set(instanceOf(card), card);
  const lost: LostRebuild[] = [];
  for (const card of byAge(cards)) {
    // A copy of it may stand there as well: the one that knows most counts.
    const same = cards.filter(({ id }) => id === card.id);
    if (same.some((other) => (other.memory?.version ?? -1) > (card.memory?.version ?? -1))) continue;
    const found = await lostRebuild(deps, card);
    if (found && (found.is !== 'unclear' || newest.get(found.instance) === card)) lost.push(found);
  }
  await deps.store.addLostRebuilds(lost);
  return lost.filter(({ is }) => is !== 'unclear');
};

const byAge = (cards: readonly FoundCard[]): readonly FoundCard[] =>
  cards.toSorted((a, b) => Number(a.ts) - Number(b.ts));

const instanceOf = ({ id, memory }: FoundCard): string => memory?.instance ?? partsOfId(id)?.instance ?? id;

const lostRebuild = async (deps: LostCardDeps, card: FoundCard): Promise<LostRebuild | undefined> => {
  const record = await onRecord(deps, card.id);
  if (record === 'unreadable') return undefined;
  const is = cardVerdict(card, record);
  switch (is) {
    case 'fine':
      return undefined;
    case 'ended':
      if (record && card.memory) await close(deps, card, card.memory, record);
      return undefined;
    default:
      return { ...card, instance: instanceOf(card), since: deps.now(), is };
  }
};

/** What cannot be read is there, and is told elsewhere. */
const onRecord = async (
  { rebuilds }: LostCardDeps,
  id: string,
): Promise<Rebuild | undefined | 'unreadable'> => {
  try {
    return await rebuilds.get(id);
  } catch (error) {
    if (error instanceof UnreadableRecord) return 'unreadable';
    throw error;
  }
};

/** That it is over changes nothing in the cluster, and is known for certain: nobody need be asked. */
const close = async (
  { store, rebuilds, now }: LostCardDeps,
  card: FoundCard,
  memory: NonNullable<FoundCard['memory']>,
  record: Rebuild,
): Promise<void> => {
  const { id, plan } = record;
  const instance = plan.instance.name;
  await store.addLostRebuilds([{ ...card, instance, since: now(), is: 'behind' }]);
  await rebuilds.adopt({ id, instance, version: memory.version }, () =>
    endedWrite(record, card, memory, now()),
  );
};

/** A card that does not answer for this long is given up, and that is said; ms. */
const giveUpAfter = 30 * 60_000;
const waitMs = 2_000;

/**
 * Holds the records of rebuilds in flight against their cards, whenever those were posted: a snapshot that came back
 * knows less than they do.
 */
export const checkCards = async (deps: LostCardDeps, recovery: Recovery): Promise<Recovery> => {
  const since = recovery.cards?.state === 'wanted' ? recovery.cards.failingSince : deps.now();
  let [behind, unread] = [0, 0];
  for (const { card } of await deps.rebuilds.list({ state: 'flight', limit: 200 })) {
    if (card.ts === undefined) continue;
    const answer = await deps.slack.card(card.channel, card.ts);
    if (answer.ok) {
      const found = answer.value ? await lostAmong(deps, [answer.value]) : [];
      behind += found.length;
      continue;
    }
    const error = answer.kind === 'rate_limited' ? 'ratelimited' : answer.error;
    if (answer.kind !== 'refused' && deps.now() - since <= giveUpAfter) {
      await deps.sleep(answer.kind === 'rate_limited' ? answer.retryAfterMs : waitMs);
      return { ...recovery, cards: { state: 'wanted', error, failingSince: since } };
    }
    unread += 1;
  }
  const cards: CardsChecked = { state: 'read', behind, unread };
  return { ...recovery, cards };
};

/**
 * Records in flight that came back may lack what was done last, though their cards know no more: the world is asked
 * first. Those that are held stay as they are until a person decides.
 */
export const recheckAll = async (deps: LostCardDeps): Promise<void> => {
  const held = new Set((await deps.store.look()).rebuilds.map(({ id }) => id));
  for (const { id } of await deps.rebuilds.list({ state: 'flight', limit: 200 })) {
    if (held.has(id)) continue;
    await deps.rebuilds.update(id, (rebuild) =>
      rebuild.recheck ? {} : { write: toRecheck(rebuild, deps.now()) },
    );
  }
};
