import type { EventType } from '../../alerts/model/event.ts';
import type { Problem } from '../../core/errors.ts';
import { isObject } from '../../core/json.ts';
import { argoContext, carriedIn, isArgoEvent, sensorAdvice } from './argo.ts';
import { readNested } from './body.ts';
import {
  binaryAttributes,
  CloudEventSchema,
  cloudEventMetadata as originOfCloudEvent,
  pairingProblems,
} from './cloudevent.ts';
import { envelopeMetadata as originOfEnvelope } from './envelope.ts';
import { foreignShape } from './foreign.ts';
import { readWrapping } from './quick.ts';
import { type IntakeRefusal, joinPath, problemsOf, refuse, segment } from './refusal.ts';
import {
  type EventMetadata,
  eventTypeOf,
  eventTypes,
  type Rewrap,
  type UnwrappedEvent,
} from './unwrapped-event.ts';

export type Unwrapped = { readonly ok: true; readonly unwrapped: UnwrappedEvent } | IntakeRefusal;
type Fields = Readonly<Record<string, unknown>>;

/** A value within the body, and what was said on the way to it. */
interface Place {
  readonly json: unknown;
  readonly path: string;
  readonly rewrap: Rewrap;
  readonly origin: EventMetadata;
  readonly notes: readonly string[];
  /** Within an Argo event; its type, where that names one of farmhand's. */
  readonly argo?: { readonly type: EventType | undefined };
  /** How many more wrappings may be taken off. */
  readonly layers: number;
  readonly maxBytes: number;
}

/** More than any sender puts around each other: Argo Events around SQS around SNS around an envelope has seven. */
const maxLayers = 10;

/**
 * Takes the wrapping off a body: envelope, CloudEvent (structured or binary), Argo Events and what it carries, or
 * none (Alertmanager). `path` is where `json` lies in the whole. What a body is, its shape decides; a name on the
 * outside only where the shape does not.
 */
export const unwrap = (
  json: unknown,
  headers: Readonly<Record<string, string>>,
  maxBytes: number,
  path = '',
): Unwrapped => {
  const rewrap: Rewrap = (data) => data;
  const place: Place = { json, path, rewrap, origin: {}, notes: [], layers: maxLayers, maxBytes };
  const attributes = binaryAttributes(headers);
  if (attributes === undefined) return find(place);
  if (isObject(json) && isSelfDescribed(json)) return find({ ...place, ...outerOf(attributes) });
  return cloudEvent({ ...attributes, data: json }, place, { key: 'data', at: path, rewrap });
};

/** What binary attributes say about a body that says itself what it is: as much as can be used. */
const outerOf = (attributes: Fields): Pick<Place, 'origin' | 'notes'> => {
  const event = CloudEventSchema.safeParse(attributes);
  const notes: string[] = [];
  if (event.success && pairingProblems(event.data, '').length === 0) {
    return { origin: originOfCloudEvent(event.data, notes), notes };
  }
  return { origin: {}, notes: ['the CloudEvents headers beside it could not be used'] };
};

const find = (place: Place): Unwrapped => {
  const { json, path } = place;
  if (place.layers < 0) return refuse('too_deep', path, `is wrapped more than ${maxLayers} times`);
  if (typeof json === 'string') return asText(json, place);
  if (!isObject(json)) return unknownShape(place);
  if (isWebhook(json)) return unwrappedAs(place, 'alertmanager', json);
  if (Object.hasOwn(json, 'farmhand')) return envelope(json, place);
  if (Object.hasOwn(json, 'specversion')) {
    return cloudEvent(json, place, carrierOf(json, path, place.rewrap));
  }
  if (isArgoEvent(json)) return argoEvent(json, place);
  const bare = place.argo && (place.argo.type ?? typeByFields(json));
  if (bare !== undefined && !(place.argo?.type !== undefined && carriedIn(json) !== undefined)) {
    return unwrappedAs(place, bare, json);
  }
  const key = foreignShape(json) === undefined ? carriedIn(json) : undefined;
  return key === undefined ? unknownShape(place) : within(json, key, place);
};

const isSelfDescribed = (json: Fields): boolean =>
  isWebhook(json) || Object.hasOwn(json, 'farmhand') || Object.hasOwn(json, 'specversion');

/** Without alerts, too: Go writes an empty list as null. */
const isWebhook = (json: Fields): boolean =>
  Array.isArray(json['alerts']) ||
  (!Object.hasOwn(json, 'alerts') &&
    typeof json['groupKey'] === 'string' &&
    typeof json['receiver'] === 'string');

/** JSON that was written as JSON once more, as a producer with two serializers does: a text that holds the body. */
const asText = (text: string, place: Place): Unwrapped => {
  const read = readNested(text, place.maxBytes, place.path || '(body)');
  if (!read.ok || (typeof read.json !== 'object' && typeof read.json !== 'string'))
    return unknownShape(place);
  const rewrap: Rewrap = (data) => place.rewrap(JSON.stringify(data));
  return find({ ...place, json: read.json, rewrap, layers: place.layers - 1 });
};

/** One wrapping further in: the value of `key`, read as JSON where it is text. */
const within = (json: Fields, key: string, place: Place): Unwrapped => {
  const inner = descend(json, key, place);
  return 'ok' in inner ? inner : find(inner);
};

const descend = (json: Fields, key: string, place: Place): Place | IntakeRefusal => {
  const path = joinPath(place.path, segment(key));
  const read = readNested(json[key], place.maxBytes, path);
  if (!read.ok) return { ...read, content: json[key] };
  const asText = typeof json[key] === 'string';
  const rewrap: Rewrap = (data) => place.rewrap({ ...json, [key]: asText ? JSON.stringify(data) : data });
  return { ...place, json: read.json, path, rewrap, layers: place.layers - 1 };
};

const envelope = (json: Fields, place: Place): Unwrapped => {
  const wrapping = readWrapping(json);
  const type = eventTypes.find((known) => known === json['type']);
  if (type === undefined) {
    const problems = wrapping.success ? [] : problemsOf(wrapping.error, place.path);
    return unknownType(place.path, problems, json);
  }
  return wrapping.success
    ? open(type, originOfEnvelope(wrapping.data), [], json, carrierOf(json, place.path, place.rewrap), place)
    : open(
        type,
        {},
        problemsOf(wrapping.error, place.path),
        json,
        carrierOf(json, place.path, place.rewrap),
        place,
      );
};

/** Where a wrapping holds its data, and how the wrapping is put around other data. */
interface Carrier {
  readonly key: string;
  readonly at: string;
  readonly rewrap: Rewrap;
}

const carrierOf = (json: Fields, path: string, rewrap: Rewrap): Carrier => {
  const key = Object.hasOwn(json, 'data_base64') ? 'data_base64' : 'data';
  const { data_base64: _, ...rest } = json;
  return { key, at: joinPath(path, key), rewrap: (data) => rewrap({ ...rest, data }) };
};

const cloudEvent = (json: Fields, place: Place, carrier: Carrier): Unwrapped => {
  const event = CloudEventSchema.safeParse(json);
  const type = typeof json['type'] === 'string' ? eventTypeOf(json['type']) : undefined;
  const notes: string[] = [];
  const origin = event.success ? originOfCloudEvent(event.data, notes) : {};
  const problems = event.success
    ? pairingProblems(event.data, place.path)
    : problemsOf(event.error, place.path);
  return open(type, origin, problems, json, carrier, { ...place, notes: [...place.notes, ...notes] });
};

/** The data of an envelope or CloudEvent. Without a known type it has to say itself what it is. */
const open = (
  type: EventType | undefined,
  origin: EventMetadata,
  problems: readonly Problem[],
  json: Fields,
  { key, at, rewrap }: Carrier,
  place: Place,
): Unwrapped => {
  const read = readNested(json[key], place.maxBytes, at);
  if (!read.ok) {
    if (type === undefined) return unknownType(place.path, problems, json);
    return { ...read, problems: [...problems, ...read.problems], content: json[key] };
  }
  const inner: Place = {
    ...place,
    json: read.json,
    path: at,
    rewrap,
    // What was said further in goes first.
    origin: origin.id === undefined ? place.origin : { ...traceOf(place.origin), ...origin },
    layers: place.layers - 1,
  };
  const found = isObject(read.json) && !fits(type, read.json) ? find(inner) : undefined;
  if (found?.ok) {
    const { unwrapped } = found;
    return { ok: true, unwrapped: { ...unwrapped, problems: [...problems, ...unwrapped.problems] } };
  }
  if (type === undefined) return unknownType(place.path, problems, json);
  const deeper = carriedDeeper(type, inner) ?? inner;
  return unwrappedAs(deeper, type, deeper.json, problems);
};

/** The trace of what lies around it, where nothing further in has one. */
const traceOf = ({ trace }: EventMetadata): EventMetadata => (trace ? { trace } : {});

/** The data of `type` where a carrier's record lies around it; undefined where there is none. */
const carriedDeeper = (type: EventType, from: Place): Place | undefined => {
  let place = from;
  while (isObject(place.json) && place.layers > 0) {
    if (place !== from && tells(type, place.json)) return place;
    const key = tells(type, place.json) ? undefined : carriedIn(place.json);
    const inner = key === undefined ? undefined : descend(place.json, key, place);
    if (inner === undefined || 'ok' in inner) return undefined;
    place = inner;
  }
  return undefined;
};

/** True when data looks like that of `type`, so that nothing further in has to be looked for. */
const fits = (type: EventType | undefined, data: Fields): boolean => {
  if (isSelfDescribed(data)) return type === 'alertmanager' && isWebhook(data);
  return type !== undefined && (tells(type, data) || carriedIn(data) === undefined);
};

/** The fields that data of a type cannot be without; a webhook says itself what it is. */
const telling = { alertmanager: ['labels'], adhoc: ['title'], dcr: ['instance', 'event'] } as const;

const tells = (type: EventType, data: Fields): boolean =>
  telling[type].some((name) => Object.hasOwn(data, name));

const argoEvent = (json: Fields, place: Place): Unwrapped => {
  const path = joinPath(place.path, 'context');
  const context = argoContext(json['context'], place.maxBytes, path);
  if (!context.ok) return { ...context, content: json };
  return within(json, 'data', {
    ...place,
    origin: context.origin,
    notes: [...place.notes, ...context.notes],
    argo: { type: context.type },
  });
};

/** Argo Events has a wrapping of its own, so its data need not have farmhand's. */
const typeByFields = (json: Fields): EventType | undefined => {
  if (typeof json['title'] === 'string' && foreignShape(json) === undefined) return 'adhoc';
  if (isObject(json['labels']) && typeof json['startsAt'] === 'string') return 'alertmanager';
  return typeof json['instance'] === 'string' && typeof json['event'] === 'string' ? 'dcr' : undefined;
};

const unwrappedAs = (
  { origin, path, rewrap, notes }: Place,
  type: EventType,
  data: unknown,
  problems: readonly Problem[] = [],
): Unwrapped => ({ ok: true, unwrapped: { origin, type, data, path, problems, notes, rewrap } });

const unknownType = (path: string, problems: readonly Problem[], content: unknown): IntakeRefusal => {
  const typePath = joinPath(path, 'type');
  // A type that is missing or no string is told already, as a problem of the wrapping.
  if (problems.some((p) => p.path === typePath)) {
    return { ok: false, reason: 'invalid_envelope', problems, content };
  }
  const message = `is none of ${eventTypes.join(', ')}`;
  return { ok: false, reason: 'unknown_type', problems: [{ path: typePath, message }, ...problems], content };
};

const unknownShape = ({ json, path, argo }: Place): IntakeRefusal => {
  const known = isObject(json) ? foreignShape(json) : undefined;
  return {
    ...refuse('unknown_shape', path || '(body)', known ?? adviceFor(json, argo !== undefined)),
    content: json,
  };
};

const adviceFor = (json: unknown, argo: boolean): string => {
  if (argo) return sensorAdvice(json);
  if (Array.isArray(json)) return listInList;
  return typeof json === 'string' ? `is a text that is no JSON, and ${seeDocs}` : seeDocs;
};

const listInList =
  'is a list in a list, as a Sensor of Argo Events writes with `dest: "."`: set `dest: data` there, as in ' +
  'examples/argo-events/sensor.yaml';

const seeDocs =
  'is not an envelope (farmhand: 1), a CloudEvent (specversion), an Argo event (context, data) or an ' +
  'Alertmanager webhook (alerts); see docs/envelope.md';
