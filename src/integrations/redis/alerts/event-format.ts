import type { Position } from '../../../alerts/model/event.ts';
import { type EventPlace, placeOfEvent } from '../../../alerts/model/event-place.ts';
import type { EventRecord } from '../../../alerts/model/event-record.ts';
import type { JournalEntry } from '../../../core/journal.ts';
import type { EventReason } from '../../../core/reasons.ts';
import { mustBe } from '../shared/reader.ts';

/**
 * By place, as alerts are: for days there is one for every event. null: it has none. Without a position its id says it.
 */
type Stored = readonly [
  alertId: string | null,
  type: string | null,
  source: string | null,
  tier: string | null,
  time: number | null,
  receivedAt: number,
  detail: string | null,
  ...position: StoredPosition | readonly [],
];
type StoredPosition =
  | readonly [topic: string, partition: number, offset: string, index: number]
  | readonly [request: string, index: number]
  | readonly ['look', alertmanager: string, index: number];

/** `<reason>|<json>`: the script replaces the reason without parsing the rest. */
export const encodeEvent = (event: EventRecord, place?: EventPlace): string => {
  const position = place && isAt(event.position, place) ? none : encodePosition(event.position);
  const stored: Stored = [
    event.alertId ?? null,
    event.type ?? null,
    event.source ?? null,
    event.tier ?? null,
    event.time ?? null,
    event.receivedAt,
    event.detail ?? null,
    ...position,
  ];
  return `${event.reason}|${JSON.stringify(stored)}`;
};

/** @throws when it is not an event */
export const decodeEvent = (id: string, value: string): EventRecord => {
  const bar = value.indexOf('|');
  const stored: unknown = JSON.parse(value.slice(bar + 1));
  mustBe(
    bar > 0 &&
      Array.isArray(stored) &&
      (stored.length === 7 || stored.length >= 9) &&
      Number.isFinite(stored[5]),
    'an event',
  );
  const [alertId, type, source, tier, time, receivedAt, detail, ...position] = stored as unknown as Stored;
  return {
    id,
    ...(type !== null && { type }),
    ...(source !== null && { source }),
    ...(tier !== null && { tier }),
    ...(time !== null && { time }),
    receivedAt,
    position: position.length === 0 ? positionOf(id) : decodePosition(position),
    reason: value.slice(0, bar) as EventReason,
    ...(detail !== null && { detail }),
    ...(alertId !== null && { alertId }),
  };
};

const encodePosition = (position: Position): StoredPosition => {
  switch (position.via) {
    case 'kafka':
      return [position.topic, position.partition, position.offset, position.index];
    case 'http':
      return [position.request, position.index];
    case 'look':
      return ['look', position.alertmanager, position.index];
    default:
      return position satisfies never;
  }
};

const none: readonly [] = [];

const isAt = (position: Position, { topic, partition, offset, index }: EventPlace): boolean =>
  position.via === 'kafka' &&
  position.topic === topic &&
  position.partition === partition &&
  position.offset === offset &&
  position.index === index;

const positionOf = (id: string): Position => {
  const place = placeOfEvent(id);
  if (!place) throw new Error('it is not an event: nothing says where it came in');
  const { topic, partition, offset, index } = place;
  return { via: 'kafka', topic, partition, offset, index };
};

const decodePosition = (stored: StoredPosition): Position => {
  if (stored.length === 2) return { via: 'http', request: stored[0], index: stored[1] };
  if (stored.length === 3) return { via: 'look', alertmanager: stored[1], index: stored[2] };
  const [topic, partition, offset, index] = stored;
  return { via: 'kafka', topic, partition, offset, index };
};

/** One line of a journal; 0 stands for farmhand itself. */
export const encodeLine = ({ at, who, what, why }: JournalEntry): string =>
  JSON.stringify([at, who === 'farmhand' ? 0 : who, what, ...(why === undefined ? [] : [why])]);

/** @throws when it is not a line */
export const decodeLine = (line: string): JournalEntry => {
  const stored: unknown = JSON.parse(line);
  mustBe(Array.isArray(stored) && Number.isFinite(stored[0]) && typeof stored[2] === 'string', 'a line');
  const [at, who, what, why] = stored as [number, string | 0, string, string?];
  return { at, who: who === 0 ? 'farmhand' : who, what, ...(why !== undefined && { why }) };
};
