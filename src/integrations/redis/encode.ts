import type { Alert } from '../../alerts/alert.ts';
import type { EventRecord } from '../../alerts/desk.ts';
import { type LanePlace, lanePlace, operatorClass, samePlace } from '../../alerts/lane.ts';
import type { LooseEvent, SeriesWrite } from '../../alerts/store.ts';
import { classOf, type EventReason } from '../../reasons.ts';

/** How long things stay; ms. */
export interface Retention {
  readonly alert: number;
  readonly event: number;
}

/** `<version>|<json>`: the script compares the version without parsing the rest. */
export const encodeAlert = (alert: Alert): string => `${alert.version}|${JSON.stringify(alert)}`;

export const decodeAlert = (value: string): Alert => JSON.parse(value.slice(value.indexOf('|') + 1)) as Alert;

/** `<reason>|<json>`: the script replaces the reason without parsing the rest. */
export const encodeEvent = (event: EventRecord): string => {
  const { id: _, reason, ...rest } = event;
  return `${reason}|${JSON.stringify(rest)}`;
};

export const decodeEvent = (id: string, value: string): EventRecord => {
  const bar = value.indexOf('|');
  const rest = JSON.parse(value.slice(bar + 1)) as Omit<EventRecord, 'id' | 'reason'>;
  return { id, reason: value.slice(0, bar) as EventReason, ...rest };
};

/** One write as the script takes it. */
export interface Block {
  readonly key: string;
  readonly before: Alert | undefined;
  readonly after: Alert;
  readonly archived: readonly Alert[];
  readonly journal: readonly { readonly id: string; readonly entry: unknown }[];
  readonly events: readonly EventRecord[];
  readonly nonces: SeriesWrite['nonces'];
  readonly settles?: { readonly event: string; readonly reason: EventReason };
  readonly urgent?: boolean;
}

export const encodeBlock = (block: Block, retention: Retention, now: number): string[] => {
  const { before, after } = block;
  // One number for all that this write touches, so that nothing that was read before it counts as the same.
  const version = (before?.version ?? 0) + 1;
  const formerOf = (alert: Alert) => (before?.id === alert.id ? before : undefined);
  const args = [
    block.key,
    String(before?.version ?? 0),
    encodeAlert({ ...after, version }),
    after.status === 'firing' ? '0' : String(retention.alert),
    ...placeArgs(formerOf(after), after, now, block.urgent === true),
    after.thread.state === 'open' && threadTs(before) !== after.thread.ts ? after.thread.ts : '',
    block.settles?.event ?? '',
    block.settles?.reason ?? '',
    String(block.archived.length),
    ...block.archived.flatMap((old) => [
      encodeAlert({ ...old, version }),
      String(retention.alert),
      ...placeArgs(formerOf(old), old, now, false),
    ]),
    String(block.journal.length),
    ...block.journal.flatMap(({ id, entry }) => [id, JSON.stringify(entry)]),
    String(block.events.length),
    ...block.events.flatMap((event) => [event.id, encodeEvent(event)]),
    String(block.nonces.length),
    ...block.nonces.flatMap(({ key, validUntil }) => [key, String(Math.max(1, validUntil - now))]),
    ...countArgs(bookEntries(block)),
  ];
  return [String(args.length), ...args];
};

export const encodeLoose = (loose: readonly LooseEvent[]): string[] => [
  String(loose.length),
  ...loose.flatMap(({ record, keep }) => [record.id, keep ? encodeEvent(record) : '']),
  ...countArgs(loose.flatMap(({ record }) => received(record))),
];

/** Where an alert is listed: by status, in its lane, among what is due. `before` is the same alert as it was. */
const placeArgs = (before: Alert | undefined, after: Alert, now: number, urgent: boolean): string[] => {
  const moved = before === undefined || before.status !== after.status;
  return [
    after.id,
    moved ? (after.status === 'firing' ? 'open' : 'closed') : '',
    String(after.status === 'firing' ? after.startsAt : (after.endsAt ?? now)),
    ...laneArgs(before, after, urgent),
    dueArg(before, after),
  ];
};

const laneArgs = (before: Alert | undefined, after: Alert, urgent: boolean): string[] => {
  const place = lanePlace(after);
  const former = before && before.channel !== after.channel ? before.channel : '';
  const still = before && former === '' && !urgent && samePlace(lanePlace(before), place);
  const stays = still || (before === undefined && place.queue === 'idle' && place.wakeAt === undefined);
  return [
    after.channel,
    former,
    stays ? '' : queueLetter(place),
    laneClass(place, urgent),
    after.tier,
    wake(place),
  ];
};

const queueLetter = (place: LanePlace): string => ({ post: 'p', update: 'u', idle: '-' })[place.queue];

const laneClass = (place: LanePlace, urgent: boolean): string =>
  place.queue === 'idle' ? '' : String(urgent && place.queue === 'update' ? operatorClass : place.class);

const wake = (place: LanePlace): string =>
  place.queue === 'idle' && place.wakeAt !== undefined ? String(place.wakeAt) : '';

/** When the first of the alert's unfinished actions is due; ms. */
export const dueAt = (alert: Alert): number | undefined => {
  const open = alert.actions.filter((a) => a.state === 'waiting' || a.state === 'running');
  return open.length === 0 ? undefined : Math.min(...open.map((a) => a.nextAt));
};

const dueArg = (before: Alert | undefined, after: Alert): string => {
  const at = dueAt(after);
  if (at !== undefined) return String(at);
  return before && dueAt(before) !== undefined ? '-' : '';
};

const threadTs = (alert: Alert | undefined): string | undefined =>
  alert?.thread.state === 'open' ? alert.thread.ts : undefined;

type Entry = readonly [field: string, delta: number];

const bookEntries = (block: Block): Entry[] => {
  const entries = block.events.flatMap(received);
  if (block.settles)
    entries.push(['pending', -1], [classOf(block.settles.reason), 1], [`settled|${block.settles.reason}`, 1]);
  return entries;
};

const received = (event: EventRecord): Entry[] => [
  ['received', 1],
  [classOf(event.reason), 1],
  [`${event.type ?? '-'}|${event.reason}`, 1],
];

const countArgs = (entries: readonly Entry[]): string[] => {
  const sums = new Map<string, number>();
  for (const [field, delta] of entries) sums.set(field, (sums.get(field) ?? 0) + delta);
  return [String(sums.size), ...[...sums].flatMap(([field, delta]) => [field, String(delta)])];
};
