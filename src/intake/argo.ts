import { z } from 'zod';
import type { EventType } from '../alerts/event.ts';
import { readNested } from './body.ts';
import { eventTypeOf, type Origin, Timestamp, timeOf } from './parcel.ts';
import { problemsOf, type Refusal } from './refusal.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `EventContext` of Argo Events: `source` is the event source's name, `subject` the event's within it. */
const ContextSchema = z.object({
  id: z.string().min(1).max(1024),
  source: z.string().min(1).max(1024),
  type: z.string().optional(),
  time: Timestamp.nullish(),
});

export type ArgoContext =
  | { readonly ok: true; readonly origin: Origin; readonly type: EventType | undefined }
  | Refusal;

/** True for what a trigger sends that maps the whole event, with or without `useRawData`. */
export const isArgoEvent = (json: Fields): boolean =>
  Object.hasOwn(json, 'data') &&
  (typeof json['context'] === 'string' || (typeof json['context'] === 'object' && json['context'] !== null));

export const argoContext = (value: unknown, maxBytes: number): ArgoContext => {
  const read = readNested(value, maxBytes, 'context');
  if (!read.ok) return read;
  const context = ContextSchema.safeParse(read.json);
  if (!context.success) {
    return { ok: false, reason: 'invalid_envelope', problems: problemsOf(context.error, 'context') };
  }
  const time = timeOf(context.data.time);
  const { id, source, type } = context.data;
  return {
    ok: true,
    origin: { id, source, ...(time !== undefined && { time }) },
    type: type === undefined ? undefined : eventTypeOf(type),
  };
};

/**
 * The body within what an event source recorded about a request or message: the webhook source gives
 * `{header, body}`, those of Kafka, SQS and others `{topic, partition, body, …}`.
 */
export const webhookBody = (data: unknown): unknown =>
  typeof data === 'object' && data !== null && !Array.isArray(data) && Object.hasOwn(data, 'body')
    ? (data as { body: unknown }).body
    : undefined;
