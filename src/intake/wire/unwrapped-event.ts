import { z } from 'zod';
import type { AlertEvent, EventType } from '../../alerts/model/event.ts';
import type { Problem } from '../../core/errors.ts';
import type { TraceContext } from '../../core/tracing/context.ts';
import { isTime, msOf } from './rfc3339.ts';

/** What the wrapping of an event says about it. Without `id` the event is known by its position. */
export interface EventMetadata {
  readonly id?: string;
  readonly source?: string;
  /** `source` names the carrier (an EventSource of Argo Events), not where an alert in it comes from. */
  readonly carried?: true;
  /** ms since the epoch. */
  readonly time?: number;
  readonly tier?: string;
  readonly nonce?: NonNullable<AlertEvent['nonce']>;
  /** Where its sender's trace was when it was made. */
  readonly trace?: TraceContext;
}

/** A body with its wrapping off. */
export interface UnwrappedEvent {
  readonly origin: EventMetadata;
  readonly type: EventType;
  readonly data: unknown;
  /** Where `data` lies in the body, for problems. */
  readonly path: string;
  /** What is wrong with the wrapping; the data is still looked at, so that every problem is told at once. */
  readonly problems: readonly Problem[];
  /** What of the wrapping could not be used and is not needed. */
  readonly notes: readonly string[];
  /** The body again, with other data in it. */
  readonly rewrap: Rewrap;
}

export type Rewrap = (data: unknown) => unknown;

/** RFC 3339, with `Z` or an offset, to any precision. */
export const Timestamp = z
  .string({ error: 'is not an RFC 3339 time, as 2026-11-20T14:13:42Z' })
  .refine(isTime, { error: 'is not an RFC 3339 time, as 2026-11-20T14:13:42Z' })
  .meta({ format: 'date-time' });

/** A time that an event can do without: whatever stands there, the event is taken. See `optionalTime`. */
export const OptionalTimestamp = z.unknown().optional().meta({ type: 'string', format: 'date-time' });

/** ms since the epoch; undefined for no time, and for Go's zero time (0001-01-01), which means none. */
export const timeOf = (text: string | null | undefined): number | undefined => {
  const ms = text == null ? Number.NaN : (msOf(text) ?? Date.parse(text.toUpperCase()));
  return ms > 0 ? ms : undefined;
};

/** As `timeOf`, for a time that an event can do without: one that cannot be read is told in `notes`. */
export const optionalTime = (value: unknown, field: string, notes: string[]): number | undefined => {
  if (value === undefined || value === null || value === '') return undefined;
  const ms = typeof value === 'string' ? msOf(value) : undefined;
  if (ms !== undefined) return ms > 0 ? ms : undefined;
  notes.push(`${field} is not an RFC 3339 time: the time of receipt was taken`);
  return undefined;
};

export const eventTypes = ['alertmanager', 'adhoc', 'dcr'] as const satisfies readonly EventType[];

/** `.v1`, `.1.0`, `/v2beta1` … at the end of a name. */
const version = /(?:[./:_-]v?\d+(?:(?:alpha|beta|rc)\d*)?)+$/i;

/** The event type that a name stands for: exactly, or as the last segment of a dotted name before its version. */
export const eventTypeOf = (name: string): EventType | undefined => {
  const last = name.trim().replace(version, '').split(/[./:]/).at(-1)?.toLowerCase();
  return eventTypes.find((type) => type === last);
};
