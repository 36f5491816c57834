import {
  operatorClass,
  type QueuePosition,
  queuePosition,
  samePosition,
} from '../../../alerts/channel/queue-position.ts';
import { openedLines } from '../../../alerts/evolve/evolve.ts';
import type { Alert } from '../../../alerts/model/alert.ts';
import { auditOfAlertWrite } from '../../../alerts/model/audited.ts';
import {
  blockOf,
  type EventPlace,
  fieldOf,
  placeOfEvent,
  reachOf,
} from '../../../alerts/model/event-place.ts';
import type { EventRecord } from '../../../alerts/model/event-record.ts';
import { keyOfMember, rowOf } from '../../../alerts/model/membership.ts';
import type { LooseEvent, SeriesWrite } from '../../../alerts/ports/store.ts';
import { type AuditStamp, entryTexts } from '../../../audit/chain/entry-text.ts';
import type { AuditEntry } from '../../../audit/record.ts';
import type { JournalEntry } from '../../../core/journal.ts';
import { classOf, type EventReason } from '../../../core/reasons.ts';
import type { Fence } from '../../../recovery/watch.ts';
import { encodeAlert, headOnly } from './alert-format.ts';
import { encodeEvent, encodeLine } from './event-format.ts';

/** How long things stay; ms. */
export interface Retention {
  readonly alert: number;
  readonly event: number;
  /** Lines of a journal; default 200. */
  readonly lines?: number;
}

/** One write as the store gives it. */
export interface Block {
  readonly key: string;
  readonly before: Alert | undefined;
  readonly after: Alert;
  readonly archived: readonly Alert[];
  readonly journal: readonly { readonly id: string; readonly entry: JournalEntry }[];
  readonly events: readonly EventRecord[];
  readonly nonces: SeriesWrite['nonces'];
  readonly settles?: { readonly event: string; readonly reason: EventReason };
  readonly urgent?: boolean;
  readonly audited?: readonly AuditEntry[];
}

/** What the commit script is to do; see commit-script.ts. The long texts lie beside it, in `values`. */
export interface CommitPlan {
  readonly blocks: readonly PlannedBlock[];
  /** Events that are to be kept where nothing is known of them, each with a value. */
  readonly loose: PlannedEvents;
  /** Hashes of events by place. */
  readonly hashes: readonly string[];
  /** Partitions, and how far each may be written once this is done. */
  readonly seen: readonly (readonly [stream: string, end: string])[];
  readonly counts: Counts;
  /** What blocks count; many count the same. */
  readonly tallies: readonly Counts[];
  /** Lines that a journal may have. */
  readonly lines: number;
  /** Groups of which something is written, by fingerprint: in whose lane, and what they are opened from (JSON). */
  readonly groups?: Readonly<Record<string, PlannedGroup>>;
  /** Written only into the store that this process knows; see src/recovery/mark.ts. */
  readonly fence?: Fence | undefined;
  /** Nothing is written where any of it is known. */
  readonly unless?: Unless | undefined;
  /** Lanes that are opened where they get work and were not marked: what looks at them, by channel. */
  readonly open?:
    | Readonly<Record<string, readonly [keys: readonly string[], args: readonly string[]]>>
    | undefined;
  /** The one alert of this write, written once more with its claim where its lane is opened and its post granted. */
  readonly claim?: Pick<ClaimAhead, 'channel' | 'id' | 'key'> | undefined;
}

/** What makes a write on a guess go wrong. */
export interface Unless {
  /** Whole names: none of them may exist. */
  readonly keys: readonly string[];
  /** Partitions, and where what is written begins: none may have been seen beyond. */
  readonly places: readonly (readonly [stream: string, start: string])[];
}

interface PlannedEvents {
  /** Of those with a key of their own. */
  readonly events: readonly string[] | undefined;
  /** Of those by place, one after the other: which of the hashes, from 1, and the field. */
  readonly placed: readonly (number | string)[] | undefined;
}

/** `text`: the record with its claim, the last of the values; `claimed`: the same, as it is read. */
export interface ClaimAhead {
  readonly channel: string;
  readonly id: string;
  readonly key: string;
  readonly text: string;
  readonly claimed: Alert;
  readonly before: Alert;
}

/** Of one new alert that fires and stands for itself alone: undefined where it is not to be claimed. */
export const planClaim = (
  block: Block,
  claim: (alert: Alert) => Alert | undefined,
): ClaimAhead | undefined => {
  const { before, after, key } = block;
  if (before?.id === after.id || after.status !== 'firing' || after.group) return undefined;
  const begun = beginJournal(block).after;
  const posting = claim(begun);
  if (!posting) return undefined;
  // The write itself is the first version after what is there, the claim the second.
  const version = (before?.version ?? 0) + 1;
  const claimed = { ...posting, version: version + 1 };
  const text = encodeAlert(claimed, claimed.version);
  return { channel: after.channel, id: after.id, key, text, claimed, before: { ...begun, version } };
};

/** Values: the record, each archived record, each event. What is undefined is left out. */
interface PlannedBlock extends PlannedEvents {
  readonly key: string;
  /** The version that is there, as text; 0: nothing is. */
  readonly expect: string;
  /** ms; without it the record stays. */
  readonly ttl: number | undefined;
  /** Without it, the value is written over the head of the record, and nothing else of it has changed. */
  readonly place: PlannedPlace | undefined;
  /** A person waits for it: the lane is nudged even while it is marked. */
  readonly urgent: true | undefined;
  /** Ts of a root message that is new. */
  readonly ts: string | undefined;
  /** With the hash and the field of an event by place. */
  readonly settles: readonly [event: string, reason: string, block?: string, field?: string] | undefined;
  readonly archived: readonly { readonly ttl: number; readonly place: PlannedPlace }[] | undefined;
  /** `left`: earlier ones that are dropped at once, as there are too many. */
  readonly journal: readonly (readonly [id: string, lines: readonly string[], left: number])[] | undefined;
  /** Lines that go before all others of the journal, the first one last. */
  readonly first: readonly [id: string, lines: readonly string[]] | undefined;
  /** Entries of the audit, for its inbox. */
  readonly audit: readonly string[] | undefined;
  readonly nonces: readonly (readonly [key: string, ttl: number])[] | undefined;
  /** Which of the tallies is its own, from 1. */
  readonly tally: number | undefined;
}

interface PlannedGroup {
  readonly channel: string;
  readonly key?: string;
}

type Counts = Readonly<Record<string, number>>;

/** Where an alert is listed: by status, in its lane, among what is due. */
interface PlannedPlace extends Partial<PlannedQueue> {
  readonly id: string;
  /** True when it was on record before. */
  readonly known: boolean;
  readonly set: 'open' | 'closed' | 'gopen' | 'gclosed' | undefined;
  readonly score: number | undefined;
  readonly channel: string;
  /** 0: no longer. */
  readonly due: number | undefined;
  /** A group that is to be gathered; the row of this member there, where it has changed. */
  readonly group?: readonly [fingerprint: string, row?: string];
}

interface PlannedQueue {
  readonly former: string | undefined;
  /** p: waits for a post, u: for an update, -: for nothing. */
  readonly queue: 'p' | 'u' | '-';
  readonly class: number | undefined;
  readonly tier: string;
  readonly wake: number | undefined;
}

export interface CommitContext {
  readonly retention: Retention;
  /** ms */
  readonly now: number;
  /** What entries of the audit carry; undefined: nobody asks for an audit. */
  readonly stamp: AuditStamp | undefined;
}

/** `values` grows in the order in which the script takes them. */
export const planCommit = (
  blocks: readonly Block[],
  loose: readonly LooseEvent[],
  context: CommitContext,
): { readonly plan: CommitPlan; readonly values: readonly string[] } => {
  const values: string[] = [];
  const tallies = createTallies();
  const events = createEvents(values);
  const planned = blocks.map((block) => planBlock(block, values, events, tallies.of(block), context));
  const groups = groupsOf(blocks, planned);
  const kept = events.plan(loose.flatMap(({ record, keep }) => (keep ? [record] : [])));
  const counts: Sums = {};
  for (const { record } of loose) receive(counts, record);
  const { lines = usualLines } = context.retention;
  const { hashes, seen } = events.all();
  const plan = { blocks: planned, loose: kept, hashes, seen, counts, tallies: tallies.all, lines };
  return { plan: groups ? { ...plan, groups } : plan, values };
};

const planBlock = (
  block: Block,
  values: string[],
  planner: EventsPlanner,
  tally: number | undefined,
  { retention, now, stamp }: CommitContext,
): PlannedBlock => {
  const { before, after, archived, events, nonces, settles, audited = [] } = block;
  // One number for all that this write touches, so that nothing that was read before it counts as the same.
  const version = (before?.version ?? 0) + 1;
  const formerOf = (alert: Alert) => (before?.id === alert.id ? before : undefined);
  const begun = beginJournal(block);
  const whole = block.urgent || settles || begun.first;
  const head = before && !whole ? headOnly(before, after, version) : undefined;
  values.push(head ?? encodeAlert(begun.after, version));
  for (const old of archived) values.push(encodeAlert(old, version));
  const planned = planner.plan(events);
  return {
    key: block.key,
    expect: String(before?.version ?? 0),
    ttl: head === undefined && after.status === 'resolved' ? retention.alert : undefined,
    place: head === undefined ? planPlace(formerOf(after), after, now, block.urgent === true) : undefined,
    urgent: block.urgent === true ? true : undefined,
    ts: threadTs(after) === threadTs(before) ? undefined : threadTs(after),
    settles: settles && planSettled(settles),
    archived: some(archived)?.map((old) => ({
      ttl: retention.alert,
      place: planPlace(formerOf(old), old, now, false),
    })),
    journal: some(begun.journal) && linesById(begun.journal, retention.lines ?? usualLines),
    first: begun.first,
    ...planned,
    nonces: some(nonces)?.map(({ key, validUntil }) => [key.toWellFormed(), Math.max(1, validUntil - now)]),
    tally,
    audit: stamp && some(entryTexts([...audited, ...auditOfAlertWrite(formerOf(after), after, now)], stamp)),
  };
};

const planSettled = ({ event, reason }: NonNullable<Block['settles']>): PlannedBlock['settles'] => {
  const place = placeOfEvent(event);
  return place ? [event, reason, blockOf(place), fieldOf(place)] : [event, reason];
};

interface EventsPlanner {
  /** Pushes their values, too: first of those with a key of their own. */
  plan(events: readonly EventRecord[]): PlannedEvents;
  /** Of all that were planned. */
  all(): Pick<CommitPlan, 'hashes' | 'seen'>;
}

const createEvents = (values: string[]): EventsPlanner => {
  const hashes = new Map<string, number>();
  const places: EventPlace[] = [];
  return {
    plan: (events) => {
      const named: string[] = [];
      const placed: (number | string)[] = [];
      const placedValues: string[] = [];
      for (const event of events) {
        const place = placeOfEvent(event.id);
        if (!place) {
          named.push(event.id);
          values.push(encodeEvent(event));
          continue;
        }
        places.push(place);
        const name = blockOf(place);
        const at = hashes.get(name) ?? hashes.size + 1;
        hashes.set(name, at);
        placed.push(at, fieldOf(place));
        placedValues.push(encodeEvent(event, place));
      }
      values.push(...placedValues);
      return { events: some(named), placed: some(placed) };
    },
    all: () => ({ hashes: [...hashes.keys()], seen: [...reachOf(places)] }),
  };
};

interface Begun extends Pick<Block, 'after' | 'journal'> {
  readonly first?: PlannedBlock['first'];
}

/**
 * What every journal begins with is written with the first line after it: until then the record says it (`opening`).
 * Most alerts have a line more only when their thread is there, and the key of a list takes more than its lines.
 */
const beginJournal = ({ before, after, journal, events }: Block): Begun => {
  if (journal.length === 0) return { after, journal };
  if (before?.id === after.id) {
    const { opening, ...rest } = after;
    if (opening === undefined || journal.every(({ id }) => id !== after.id)) return { after, journal };
    const lines = openedLines(after, opening).map(encodeLine).reverse();
    return { after: rest, journal, first: [after.id, lines] };
  }
  const event = events.find(({ alertId }) => alertId === after.id)?.id;
  const at = journal[0]?.entry.at;
  if (event === undefined || at === undefined) return { after, journal };
  const opening = { at, event };
  const derived = openedLines(after, opening);
  const same =
    journal.length === derived.length &&
    derived.every((line, i) => {
      const { id, entry } = journal[i] ?? {};
      return id === after.id && entry !== undefined && sameLine(entry, line);
    });
  return same ? { after: { ...after, opening }, journal: [] } : { after, journal };
};

const sameLine = (one: JournalEntry, other: JournalEntry): boolean =>
  one.at === other.at && one.who === other.who && one.what === other.what && one.why === other.why;

const some = <T>(list: readonly T[]): readonly T[] | undefined => (list.length === 0 ? undefined : list);

/** `before` is the same alert as it was. */
const planPlace = (before: Alert | undefined, after: Alert, now: number, urgent: boolean): PlannedPlace => {
  const due = dueAt(after);
  const wasDue = before !== undefined && dueAt(before) !== undefined;
  const moved = before?.status !== after.status;
  const firing = after.status === 'firing';
  return {
    id: after.id,
    known: before !== undefined,
    set: moved ? (after.group ? (firing ? 'gopen' : 'gclosed') : firing ? 'open' : 'closed') : undefined,
    score: moved ? (firing ? after.startsAt : (after.endsAt ?? now)) : undefined,
    channel: after.channel,
    due: due ?? (wasDue ? 0 : undefined),
    ...(after.memberOf && planRow(before, after, after.memberOf.group)),
    ...(after.group && wantsGathering(before, after) && { group: [after.fingerprint] as const }),
    ...planQueue(before, after, urgent),
  };
};

const planRow = (before: Alert | undefined, after: Alert, group: string): Pick<PlannedPlace, 'group'> => {
  const row = JSON.stringify(rowOf(after));
  return before?.memberOf && row === JSON.stringify(rowOf(before)) ? {} : { group: [group, row] };
};

/** A person has acknowledged all, or given them back; all are silenced, or that is over. */
const wantsGathering = (before: Alert | undefined, after: Alert): boolean =>
  before !== undefined &&
  (before.ack !== after.ack ||
    before.silence !== after.silence ||
    before.group?.givenBack !== after.group?.givenBack);

const groupsOf = (
  blocks: readonly Block[],
  planned: readonly PlannedBlock[],
): Record<string, PlannedGroup> | undefined => {
  let groups: Record<string, PlannedGroup> | undefined;
  for (const [i, { place }] of planned.entries()) {
    const { after } = blocks[i] ?? {};
    if (!place?.group || !after) continue;
    groups ??= {};
    const [fingerprint] = place.group;
    const channel = after.memberOf?.channel ?? after.group?.home ?? after.channel;
    const key = keyOfMember(after);
    groups[fingerprint] = key ? { channel, key: JSON.stringify(key) } : (groups[fingerprint] ?? { channel });
  }
  return groups;
};

/** undefined: it stays where it is. */
const planQueue = (before: Alert | undefined, after: Alert, urgent: boolean): PlannedQueue | undefined => {
  const position = queuePosition(after);
  const idle = position.queue === 'idle';
  const wake = idle ? position.wakeAt : undefined;
  const former = before && before.channel !== after.channel ? before.channel : undefined;
  if (before === undefined && idle && wake === undefined) return undefined;
  if (before && former === undefined && !urgent && samePosition(queuePosition(before), position))
    return undefined;
  return {
    former,
    queue: queueLetter[position.queue],
    class: idle ? undefined : urgent && position.queue === 'update' ? operatorClass : position.class,
    tier: after.tier,
    wake,
  };
};

const queueLetter = { post: 'p', update: 'u', idle: '-' } as const satisfies Record<
  QueuePosition['queue'],
  PlannedQueue['queue']
>;

/** When the first of the alert's unfinished actions is due; ms. */
const dueAt = (alert: Alert): number | undefined => {
  if (alert.actions.length === 0) return undefined;
  const open = alert.actions.filter((a) => a.state === 'waiting' || a.state === 'running');
  return open.length === 0 ? undefined : Math.min(...open.map((a) => a.nextAt));
};

const threadTs = (alert: Alert | undefined): string | undefined =>
  alert?.thread.state === 'open' ? alert.thread.ts : undefined;

/** No more than the script keeps: what is cut away at once need not be sent. One line is for saying so. */
const linesById = (journal: Block['journal'], most: number): NonNullable<PlannedBlock['journal']> => {
  const entries = Map.groupBy(journal, ({ id }) => id);
  return [...entries].map(([id, all]) => {
    const sent = all.length > most + Math.floor(most / 10) ? all.slice(1 - most) : all;
    return [id, sent.map(({ entry }) => encodeLine(entry)), all.length - sent.length];
  });
};
const usualLines = 200;

type Sums = Record<string, number>;

const createTallies = () => {
  const all: Counts[] = [];
  const places = new Map<string, number>();
  return {
    all,
    of: (block: Block): number | undefined => {
      const { events, settles } = block;
      if (events.length === 0 && !settles) return undefined;
      let key = `${settles?.reason}`;
      for (const { type, reason } of events) key += ` ${type} ${reason}`;
      const known = places.get(key);
      if (known !== undefined) return known;
      const place = all.push(booked(block));
      places.set(key, place);
      return place;
    },
  };
};

const booked = ({ events, settles }: Block): Counts => {
  const sums: Sums = {};
  for (const event of events) receive(sums, event);
  if (settles) {
    add(sums, 'pending', -1);
    add(sums, classOf(settles.reason), 1);
    add(sums, `settled|${settles.reason}`, 1);
  }
  return sums;
};

const receive = (sums: Sums, { type, reason }: EventRecord): void => {
  add(sums, 'received', 1);
  add(sums, classOf(reason), 1);
  add(sums, `${type ?? '-'}|${reason}`, 1);
};

const add = (sums: Sums, field: string, delta: number): void => {
  sums[field] = (sums[field] ?? 0) + delta;
};
