import type { EventType } from '../alerts/event.ts';
import { argoContext, isArgoEvent, webhookBody } from './argo.ts';
import { readNested } from './body.ts';
import {
  binaryAttributes,
  CloudEventSchema,
  originOf as originOfCloudEvent,
  pairingProblems,
} from './cloudevent.ts';
import { originOf as originOfEnvelope, WrappingSchema } from './envelope.ts';
import { eventTypeOf, eventTypes, type Origin, type Parcel } from './parcel.ts';
import { joinPath, problemsOf, type Refusal, refuse } from './refusal.ts';

export type Unwrapped = { readonly ok: true; readonly parcel: Parcel } | Refusal;
type Fields = Readonly<Record<string, unknown>>;

/** Takes the wrapping off a body: envelope, CloudEvent (structured or binary), Argo Events, or none (Alertmanager). */
export const unwrap = (
  json: unknown,
  headers: Readonly<Record<string, string>>,
  maxBytes: number,
): Unwrapped => {
  const attributes = binaryAttributes(headers);
  if (attributes !== undefined) return cloudEvent({ ...attributes, data: json }, '', maxBytes);
  if (!isObject(json)) return unknownShape('(body)');
  const known = selfDescribed(json, '', maxBytes);
  if (known !== undefined) return known;
  return isArgoEvent(json) ? argoEvent(json, maxBytes) : unknownShape('(body)');
};

/** Bodies that say themselves what they are. */
const selfDescribed = (json: Fields, path: string, maxBytes: number): Unwrapped | undefined => {
  if (Array.isArray(json['alerts'])) return parcel({}, 'alertmanager', json, path);
  if (Object.hasOwn(json, 'farmhand')) return envelope(json, path, maxBytes);
  if (Object.hasOwn(json, 'specversion')) return cloudEvent(json, path, maxBytes);
  return undefined;
};

const envelope = (json: Fields, path: string, maxBytes: number): Unwrapped => {
  const wrapping = WrappingSchema.safeParse(json);
  const type = eventTypes.find((known) => known === json['type']);
  return wrapping.success
    ? open(type, originOfEnvelope(wrapping.data), [], json['data'], 'data', path, maxBytes)
    : open(type, {}, problemsOf(wrapping.error, path), json['data'], 'data', path, maxBytes);
};

const cloudEvent = (json: Fields, path: string, maxBytes: number): Unwrapped => {
  const event = CloudEventSchema.safeParse(json);
  const type = typeof json['type'] === 'string' ? eventTypeOf(json['type']) : undefined;
  const key = json['data_base64'] == null ? 'data' : 'data_base64';
  return event.success
    ? open(
        type,
        originOfCloudEvent(event.data),
        pairingProblems(event.data, path),
        json[key],
        key,
        path,
        maxBytes,
      )
    : open(type, {}, problemsOf(event.error, path), json[key], key, path, maxBytes);
};

const open = (
  type: EventType | undefined,
  origin: Origin,
  problems: Parcel['problems'],
  data: unknown,
  key: string,
  path: string,
  maxBytes: number,
): Unwrapped => {
  if (type === undefined) return unknownType(path, problems);
  const dataPath = joinPath(path, key);
  const read = readNested(data, maxBytes, dataPath);
  if (!read.ok) return { ...read, problems: [...problems, ...read.problems] };
  return parcel(origin, type, read.json, dataPath, problems);
};

const argoEvent = (json: Fields, maxBytes: number): Unwrapped => {
  const context = argoContext(json['context'], maxBytes);
  if (!context.ok) return context;
  const data = readNested(json['data'], maxBytes, 'data');
  if (!data.ok) return data;
  const body = webhookBody(data.json);
  const path = body === undefined ? 'data' : 'data.body';
  const inner = body === undefined ? data : readNested(body, maxBytes, path);
  if (!inner.ok) return inner;
  if (!isObject(inner.json)) return unknownShape(path);
  const known = selfDescribed(inner.json, path, maxBytes);
  if (known !== undefined) return known.ok ? withOrigin(known.parcel, context.origin) : known;
  const type = context.type ?? typeByFields(inner.json);
  return type === undefined ? unknownShape(path) : parcel(context.origin, type, inner.json, path);
};

/** What was said further in goes first. */
const withOrigin = (inner: Parcel, outer: Origin): Unwrapped => ({
  ok: true,
  parcel: { ...inner, origin: inner.origin.id === undefined ? outer : inner.origin },
});

/** Argo Events has a wrapping of its own, so its data need not have farmhand's. */
const typeByFields = (json: Fields): EventType | undefined => {
  if (typeof json['title'] === 'string') return 'adhoc';
  if (isObject(json['labels']) && typeof json['startsAt'] === 'string') return 'alertmanager';
  return typeof json['instance'] === 'string' && typeof json['event'] === 'string' ? 'dcr' : undefined;
};

const parcel = (
  origin: Origin,
  type: EventType,
  data: unknown,
  path: string,
  problems: Parcel['problems'] = [],
): Unwrapped => ({ ok: true, parcel: { origin, type, data, path, problems } });

const unknownType = (path: string, problems: Parcel['problems']): Refusal => {
  const typePath = joinPath(path, 'type');
  // A type that is missing or no string is told already, as a problem of the wrapping.
  if (problems.some((p) => p.path === typePath)) return { ok: false, reason: 'invalid_envelope', problems };
  const message = `is none of ${eventTypes.join(', ')}`;
  return { ok: false, reason: 'unknown_type', problems: [{ path: typePath, message }, ...problems] };
};

const unknownShape = (path: string): Refusal =>
  refuse(
    'unknown_shape',
    path,
    'is not an envelope (farmhand: 1), a CloudEvent (specversion), an Argo event (context, data) or an ' +
      'Alertmanager webhook (alerts); see docs/envelope.md',
  );

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
