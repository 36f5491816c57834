import { z } from 'zod';
import type { EventType } from '../../alerts/model/event.ts';
import { readNested } from './body.ts';
import { type IntakeRefusal, problemsOf } from './refusal.ts';
import { type EventMetadata, eventTypeOf, OptionalTimestamp, optionalTime } from './unwrapped-event.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `EventContext` of Argo Events: `source` is the event source's name, `subject` the event's within it. */
const ContextSchema = z.object({
  id: z.string().min(1).max(1024),
  source: z.string().min(1).max(1024),
  type: z.string().optional(),
  time: OptionalTimestamp,
});

export type ArgoContext =
  | {
      readonly ok: true;
      readonly origin: EventMetadata;
      readonly type: EventType | undefined;
      readonly notes: readonly string[];
    }
  | IntakeRefusal;

/** True for what a trigger sends that maps context and data, with or without `useRawData`. */
export const isArgoEvent = (json: Fields): boolean =>
  Object.hasOwn(json, 'context') &&
  (Object.hasOwn(json, 'data') || Object.keys(json).length === 1) &&
  (typeof json['context'] === 'string' || (typeof json['context'] === 'object' && json['context'] !== null));

export const argoContext = (value: unknown, maxBytes: number, path: string): ArgoContext => {
  const read = readNested(value, maxBytes, path);
  if (!read.ok) return read;
  const context = ContextSchema.safeParse(read.json);
  if (!context.success) {
    return { ok: false, reason: 'invalid_envelope', problems: problemsOf(context.error, path) };
  }
  const notes: string[] = [];
  const time = optionalTime(context.data.time, `${path}.time`, notes);
  const { id, source, type } = context.data;
  return {
    ok: true,
    origin: { id, source, carried: true, ...(time !== undefined && { time }) },
    type: type === undefined ? undefined : eventTypeOf(type),
    notes,
  };
};

/**
 * Where a message carrier's own record holds what it carried: Argo Events' sources (`body`; `userPayload` of its
 * calendar, `values` of a Redis stream), SNS (`Message`), and an object with one field, as a Sensor writes it that
 * maps everything to one `dest`. Undefined where there is nothing further in.
 */
export const carriedIn = (json: Fields): string | undefined => {
  const there = (name: string): boolean => Object.hasOwn(json, name) && json[name] !== '';
  if (json['Type'] === 'Notification' && there('Message')) return 'Message';
  if (there('userPayload') && typeof json['eventTime'] === 'string') return 'userPayload';
  if (there('values') && typeof json['stream'] === 'string') return 'values';
  if (there('body')) return 'body';
  const named = ['payload', 'message', 'event', 'data'].find((name) => isJson(json[name]));
  if (named !== undefined) return named;
  const [only, ...more] = Object.keys(json);
  if (only === undefined || only === '__proto__' || more.length > 0) return undefined;
  return isCarrier(json[only]) ? only : undefined;
};

/** Also where it was written as JSON once more. */
const isJson = (value: unknown): boolean => typeof value === 'string' && /^\s*"?\{/.test(value);

const isCarrier = (value: unknown): boolean =>
  typeof value === 'string'
    ? isJson(value) || /^[A-Za-z0-9+/_-]{24,}/.test(value)
    : typeof value === 'object' && value !== null && !Array.isArray(value);

/** What to change in a Sensor whose messages cannot be read. */
export const sensorAdvice = (data: unknown): string => {
  if (typeof data === 'object' && data !== null && 'eventTime' in data && !('userPayload' in data)) {
    return (
      'is an event of a calendar source without userPayload: give the EventSource a `userPayload` in the shape ' +
      'of docs/envelope.md (JSON in a string), and map it with `dataKey: userPayload`, `dest: data`'
    );
  }
  return (
    'holds none of the shapes farmhand reads: in the Sensor map what the event carries to `dest: data` ' +
    '(dataKey: body, useRawData: true), with farmhand, id, type, source and time beside it, as in ' +
    'examples/argo-events/sensor.yaml'
  );
};
