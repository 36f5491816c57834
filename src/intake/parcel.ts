import { z } from 'zod';
import type { AlertEvent, EventType } from '../alerts/event.ts';
import type { Problem } from '../errors.ts';

/** What the wrapping of an event says about it. Without `id` the event is known by its position. */
export interface Origin {
  readonly id?: string;
  readonly source?: string;
  /** ms since the epoch. */
  readonly time?: number;
  readonly tier?: string;
  readonly nonce?: NonNullable<AlertEvent['nonce']>;
}

/** A body with its wrapping off. */
export interface Parcel {
  readonly origin: Origin;
  readonly type: EventType;
  readonly data: unknown;
  /** Where `data` lies in the body, for problems. */
  readonly path: string;
  /** What is wrong with the wrapping; the data is still looked at, so that every problem is told at once. */
  readonly problems: readonly Problem[];
}

/** RFC 3339, with `Z` or an offset, to any precision. */
export const Timestamp = z.iso.datetime({
  offset: true,
  error: 'is not an RFC 3339 time, as 2026-11-20T14:13:42Z',
});

/** ms since the epoch; undefined for no time, and for Go's zero time (0001-01-01), which means none. */
export const timeOf = (text: string | null | undefined): number | undefined => {
  const ms = text == null ? Number.NaN : Date.parse(text);
  return ms > 0 ? ms : undefined;
};

export const eventTypes = ['alertmanager', 'adhoc', 'dcr'] as const satisfies readonly EventType[];

/** The event type that a name stands for: exactly, or as the last segment of a dotted name. */
export const eventTypeOf = (name: string): EventType | undefined => {
  const last = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return eventTypes.find((type) => type === last);
};
