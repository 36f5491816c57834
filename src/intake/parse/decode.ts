import type { AlertEvent } from '../../alerts/model/event.ts';
import { noClusters } from '../../alerts/model/place.ts';
import type { Config } from '../../config/schema/schema.ts';
import type { Problem } from '../../core/errors.ts';
import type { Building } from '../../core/json.ts';
import type { RejectReason } from '../../core/reasons.ts';
import { type TraceContext, traceContextOf } from '../../core/tracing/context.ts';
import { readBody } from '../wire/body.ts';
import { binaryAttributes } from '../wire/cloudevent.ts';
import { rejectionOf } from '../wire/dead-letter.ts';
import { maxAlerts } from '../wire/envelope.ts';
import { type Decoded, type RawMessage, withoutQuotes } from '../wire/raw.ts';
import { detailOf, type IntakeRefusal, refuse } from '../wire/refusal.ts';
import { cleanName } from '../wire/text.ts';
import { unwrap } from '../wire/unwrap.ts';
import type { EventMetadata, UnwrappedEvent } from '../wire/unwrapped-event.ts';
import {
  type ClusterRules,
  clusterFrom,
  namedId,
  ofTier,
  positionId,
  seriesNames,
  tierOf,
} from './identity.ts';
import { parseAlerts } from './parse-alerts.ts';
import { type ParsedAlert, withNotes } from './parsed-alert.ts';

/** How the tier of an event is known. */
export interface TierSource extends Pick<Config['tiers'], 'default' | 'header' | 'label'> {
  /** Where tiers are listed, what a payload or a header says of its tier is not believed. */
  readonly list?: readonly unknown[];
}

export interface DecodeContext {
  readonly tiers: TierSource;
  /** Default: none is mapped, and the header is `cluster`. */
  readonly clusters?: ClusterRules;
  /** Largest body, before and after decompression. */
  readonly maxBytes: number;
  /** ms since the epoch. */
  readonly now: number;
}

/** A source whose clock is further ahead than this would make everything after it look old. */
const clockSkew = 5 * 60_000;

/**
 * The events in a message, one for each alert. What cannot be read of it is one rejection, with every problem, and
 * costs nothing of the rest. Never throws, and the same message gives the same answer.
 */
export const decodeMessage = (message: RawMessage, context: DecodeContext): Decoded => {
  const headers = withoutQuotes(message.headers);
  const sent = headers === message.headers ? message : { ...message, headers };
  const body = bytesOf(sent, context);
  if (!body.ok) return { events: [], rejections: [whole(body, message)] };
  const { json } = body;
  const several = Array.isArray(json) && binaryAttributes(sent.headers) === undefined;
  const opened = several ? batch(json, sent, context) : open(json, '', 0, sent, context);
  return { events: opened.events, rejections: rejections(opened, message) };
};

/** What became of a body, or of one of several in it. */
interface Opened {
  readonly events: readonly AlertEvent[];
  /** How many places of the message it takes. */
  readonly places: number;
  readonly refused?: Refused;
}

interface Refused {
  readonly reason: RejectReason;
  readonly problems: readonly Problem[];
  /** The body without what could be read; undefined where nothing could. */
  readonly left?: unknown;
  /** What could not be read; undefined for the whole of the bytes. */
  readonly content: unknown;
  /** Place of the first that could not. */
  readonly place: number;
}

const bytesOf = (message: RawMessage, context: DecodeContext) =>
  message.value === null || message.value.length === 0
    ? refuse('empty', '(body)', 'is empty')
    : readBody(message.value, context.maxBytes, message.headers['content-encoding']);

const whole = ({ reason, problems, content }: IntakeRefusal, message: RawMessage) =>
  rejectionOf(reason, detailOf(problems), message, content);

const rejections = ({ refused }: Opened, message: RawMessage): Decoded['rejections'] => {
  if (refused === undefined) return [];
  const { reason, problems, content } = refused;
  const kept = refused.left === undefined ? message : remainder(refused.left, refused.place, message);
  return [rejectionOf(reason, detailOf(problems), kept, content)];
};

/** The message with what is left of its body: plain JSON, whatever it was before. */
const remainder = (left: unknown, index: number, message: RawMessage): RawMessage => {
  const { 'content-encoding': _, ...headers } = message.headers;
  const value = Buffer.from(JSON.stringify(left));
  return { ...message, value, headers, position: { ...message.position, index } };
};

/** Several bodies in a list, as a batch of CloudEvents is: each is taken or put aside by itself. */
const batch = (items: readonly unknown[], message: RawMessage, context: DecodeContext): Opened => {
  if (items.length > maxAlerts) {
    const text = `has ${items.length} events in a list, ${maxAlerts} are allowed`;
    return {
      events: [],
      places: 0,
      refused: { ...refuse('too_large', '(body)', text), content: items, place: 0 },
    };
  }
  const opened: Opened[] = [];
  let place = 0;
  for (const [index, item] of items.entries()) {
    const one = item === null ? nothing : open(item, String(index), place, message, context);
    opened.push(one);
    place += one.places;
  }
  const events = opened.flatMap((one) => one.events);
  const refused = opened.flatMap((one) => one.refused ?? []);
  const [first] = refused;
  if (first === undefined) return { events, places: place };
  const left = opened.map(({ refused: bad }, at) => (bad ? (bad.left ?? items[at]) : null));
  return {
    events,
    places: place,
    refused: {
      reason: first.reason,
      problems: refused.flatMap((one) => one.problems),
      ...(events.length > 0 && { left }),
      content: refused.map((one) => one.content),
      place: first.place,
    },
  };
};

const nothing: Opened = { events: [], places: 0 };

/** One body. `path` is where it lies in a list of them, and `from` how many places those before it took. */
const open = (
  json: unknown,
  path: string,
  from: number,
  message: RawMessage,
  context: DecodeContext,
): Opened => {
  const opened = unwrap(json, message.headers, context.maxBytes, path);
  if (!opened.ok) return refusedWhole(opened.reason, opened.problems, opened.content ?? json, from);
  const { unwrapped } = opened;
  const read = parseAlerts(unwrapped, () => positionId(message.position, from), context.tiers.label);
  const { bad } = read;
  if (unwrapped.problems.length > 0) {
    return refusedWhole('invalid_envelope', [...unwrapped.problems, ...read.problems], unwrapped.data, from);
  }
  const events = read.parsed.map(({ alert, index }) =>
    event(alert, index, from + index, read.split, unwrapped, message, context),
  );
  if (bad === undefined) return { events, places: Math.max(1, placesOf(unwrapped.data)) };
  const refused: Refused = {
    reason: 'invalid_data',
    problems: read.problems,
    ...(events.length > 0 && { left: unwrapped.rewrap(read.left) }),
    content: bad,
    place: from + (read.firstBad ?? 0),
  };
  return { events, places: Math.max(1, placesOf(unwrapped.data)), refused };
};

const refusedWhole = (
  reason: RejectReason,
  problems: readonly Problem[],
  content: unknown,
  place: number,
): Opened => ({ events: [], places: 1, refused: { reason, problems, content, place } });

const placesOf = (data: unknown): number => {
  const alerts = typeof data === 'object' && data !== null && 'alerts' in data ? data.alerts : data;
  return Array.isArray(alerts) ? alerts.length : 1;
};

const event = (
  parsed: ParsedAlert,
  /** Its place in its own body. */
  at: number,
  /** In the message. */
  place: number,
  split: boolean,
  unwrapped: UnwrappedEvent,
  message: RawMessage,
  context: DecodeContext,
): AlertEvent => {
  const { origin, type } = unwrapped;
  parsed.notes.push(...unwrapped.notes);
  const time = timeOfEvent(
    origin.time ?? message.brokerTime ?? message.receivedAt,
    parsed.notes,
    context.now,
  );
  const startsAt = parsed.startsAt ?? Math.min(time, parsed.endsAt ?? time);
  const externalURL = parsed.links.alertmanager;
  const cluster = clusterFrom(message, externalURL, context.clusters ?? unmapped);
  const source = origin.carried ? undefined : origin.source;
  const { tier, apart } = tierFor(message, origin.tier, parsed.tier, context.tiers);
  const names = ofTier(seriesNames(parsed.fingerprint, type, { cluster, source, externalURL }), apart);
  const built: Building<AlertEvent> = {
    id: idOf(origin, { at, place, split }, message, { cluster, apart }),
    type,
    source: cleanName(origin.source ?? parsed.source ?? '', 250) || 'unknown',
    tier,
    time,
    receivedAt: message.receivedAt,
    position: message.position.index === place ? message.position : { ...message.position, index: place },
    fingerprint: names.fingerprint,
    status: parsed.status,
    startsAt,
    name: parsed.name,
    severity: parsed.severity,
    summary: parsed.summary,
    labels: parsed.labels,
    annotations: withNotes(parsed.annotations, parsed.notes),
    links: parsed.links,
  };
  if (origin.id !== undefined && origin.source !== undefined && cluster !== undefined)
    built.formerId = namedId(origin.source, origin.id, split ? at : undefined, undefined, apart);
  if (apart !== undefined) built.apart = apart;
  // The alerts of one body are different events: each has a nonce of its own.
  if (origin.nonce !== undefined)
    built.nonce = split ? { ...origin.nonce, value: `${origin.nonce.value}~${at}` } : origin.nonce;
  const trace = origin.trace ?? hopOf(message);
  if (trace) built.trace = trace;
  if (cluster !== undefined) built.cluster = cluster;
  if (names.plain !== undefined) built.plain = names.plain;
  if (names.place !== undefined) built.place = names.place;
  if (type === 'alertmanager' && parsed.startsAt === undefined) built.startUnknown = true;
  if (parsed.status === 'resolved') built.endsAt = Math.max(startsAt, parsed.endsAt ?? time);
  if (parsed.labelLoss) built.labelLoss = parsed.labelLoss;
  if (parsed.group !== undefined) built.group = parsed.group;
  return built;
};

/** Sources of two clusters may be named alike, and count their events alike. */
const idOf = (
  { id, source }: EventMetadata,
  { at, place, split }: { readonly at: number; readonly place: number; readonly split: boolean },
  { position }: RawMessage,
  { cluster, apart }: { readonly cluster: string | undefined; readonly apart: string | undefined },
): string =>
  id === undefined || source === undefined
    ? positionId(position, place)
    : namedId(source, id, split ? at : undefined, cluster, apart);

/**
 * Whose an event is. Where tiers are listed, only the topic or the token it came in by says so, and all but the default
 * tier are kept `apart`: what one sends can touch no record of another, whatever its labels, ids and nonces are.
 */
const tierFor = (
  { topicTier, headers }: RawMessage,
  ofEnvelope: string | undefined,
  ofLabel: string | undefined,
  { default: fallback, header, list = [] }: TierSource,
): { readonly tier: string; readonly apart?: string } => {
  if (list.length === 0) {
    return { tier: tierOf([topicTier, headers[header.toLowerCase()], ofEnvelope, ofLabel], fallback) };
  }
  const tier = topicTier ?? fallback;
  return tier === fallback ? { tier } : { tier, apart: tier };
};

/** What the headers of the message say: of whoever sent it on, where the event itself says nothing. */
export const hopOf = ({ headers }: Pick<RawMessage, 'headers'>): TraceContext | undefined =>
  headers['traceparent'] === undefined
    ? undefined
    : traceContextOf(headers['traceparent'], headers['tracestate']);

const unmapped: ClusterRules = { header: 'cluster', clusterOf: noClusters };

const timeOfEvent = (time: number, notes: string[], now: number): number => {
  if (time <= now + clockSkew) return time;
  notes.push('its source’s clock is ahead: the time of receipt was taken');
  return now;
};
