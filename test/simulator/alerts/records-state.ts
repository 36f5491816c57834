import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { Digest } from '../../../src/alerts/model/digest.ts';
import { blockOf, fieldOf, placeOfEvent } from '../../../src/alerts/model/event-place.ts';
import type { EventRecord } from '../../../src/alerts/model/event-record.ts';
import type { GroupKey, MemberRow } from '../../../src/alerts/model/group.ts';
import type { JournalEntry } from '../../../src/core/journal.ts';
import type { LeasesState } from '../../fakes/leases.ts';
import type { CallsHistory } from '../calls.ts';

/** What the record store holds: a model of the Redis keys, for one installation and any number of processes. */
export interface RecordsState {
  /** The store's own clock; ms. */
  readonly clock: () => number;
  readonly series: Map<string, Alert>;
  readonly archive: Map<string, Alert>;
  /** By where they lie: an id, or a hash and a field of it. */
  readonly events: Map<string, EventRecord>;
  /** By partition: no event at or after that offset was ever written. */
  readonly seen: Map<string, string>;
  /** Valid until, by source and nonce; ms. */
  readonly nonces: Map<string, number>;
  readonly journals: Map<string, JournalEntry[]>;
  readonly calls: Map<string, CallsHistory>;
  readonly books: Map<string, number>;
  readonly lanes: Map<string, LaneState>;
  /** The members of each group. */
  readonly groups: Map<string, GroupState>;
  readonly marks: Set<string>;
  /** Every lease is given, as if it had just run out: two workers on one lane. */
  leaseless: boolean;
  readonly leases: LeasesState;
  /** When each bucket would be empty again; ms. */
  readonly paces: Map<string, number>;
  readonly digests: Map<string, Digest>;
  readonly due: Map<string, number>;
  /** Alert id by channel and ts. */
  readonly threads: Map<string, Map<string, string>>;
  /** What somebody did to a claim that was not theirs. */
  readonly trespasses: string[];
}

export interface GroupState {
  readonly rows: Map<string, MemberRow>;
  key: GroupKey | undefined;
  seq: number;
  /** Not gathered again before that; ms. */
  next: number;
}

export interface LaneState {
  /** Groups of which something has changed: when they are gathered; ms. */
  readonly groups: Map<string, number>;
  readonly posts: Map<string, number>;
  readonly updates: Map<string, number>;
  readonly parked: Map<string, { readonly until: number; readonly turn?: number }>;
  readonly turns: Map<string, number>;
}

export const createRecordsState = (clock: () => number): RecordsState => ({
  clock,
  series: new Map(),
  archive: new Map(),
  events: new Map(),
  seen: new Map(),
  nonces: new Map(),
  journals: new Map(),
  calls: new Map(),
  books: new Map(),
  lanes: new Map(),
  groups: new Map(),
  marks: new Set(),
  leaseless: false,
  leases: new Map(),
  paces: new Map(),
  digests: new Map(),
  due: new Map(),
  threads: new Map(),
  trespasses: [],
});

/** Where the record of an event lies. */
export const keyOfEvent = (id: string): string => {
  const place = placeOfEvent(id);
  return place ? `${blockOf(place)} ${fieldOf(place)}` : id;
};

export const laneOf = (state: RecordsState, channel: string): LaneState => {
  const known = state.lanes.get(channel);
  if (known) return known;
  const lane: LaneState = {
    groups: new Map(),
    posts: new Map(),
    updates: new Map(),
    parked: new Map(),
    turns: new Map(),
  };
  state.lanes.set(channel, lane);
  return lane;
};

/** Ids by score, lowest first; equal scores by id, as Redis has them. */
export const ranked = (scores: ReadonlyMap<string, number>): readonly string[] =>
  [...scores].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1)).map(([id]) => id);
