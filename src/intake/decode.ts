import type { AlertEvent } from '../alerts/event.ts';
import { noClusters } from '../alerts/place.ts';
import type { Config } from '../config/schema.ts';
import type { Problem } from '../errors.ts';
import type { RejectReason } from '../reasons.ts';
import { readBody } from './body.ts';
import type { Draft } from './draft.ts';
import { draftsOf } from './drafts.ts';
import { namedId, positionId } from './identity.ts';
import { withNotes } from './label-set.ts';
import type { Parcel } from './parcel.ts';
import type { Decoded, RawMessage } from './raw.ts';
import { detailOf, type Refusal, refuse } from './refusal.ts';
import { type ClusterRules, clusterFrom, seriesNames } from './scope.ts';
import { cleanName } from './text.ts';
import { tierOf } from './tier.ts';
import { unwrap } from './unwrap.ts';

export interface DecodeContext {
  readonly tiers: Config['tiers'];
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
 * The events in a message, one for each alert; or, when anything in it cannot be read, one rejection of the whole
 * message with every problem. Never throws, and the same message gives the same answer.
 */
export const decode = (message: RawMessage, context: DecodeContext): Decoded => {
  const read = open(message, context);
  if (read.ok) return { events: read.events, rejections: [] };
  return {
    events: [],
    rejections: [{ reason: read.reason, detail: detailOf(read.problems), message }],
  };
};

type Opened = { readonly ok: true; readonly events: readonly AlertEvent[] } | Refusal;

const open = (message: RawMessage, context: DecodeContext): Opened => {
  if (message.value === null || message.value.length === 0) return refuse('empty', '(body)', 'is empty');
  const body = readBody(message.value, context.maxBytes, message.headers['content-encoding']);
  if (!body.ok) return body;
  const unwrapped = unwrap(body.json, message.headers, context.maxBytes);
  if (!unwrapped.ok) return unwrapped;
  const { parcel } = unwrapped;
  const drafts = draftsOf(parcel, positionId(message.position, 0), context.tiers.label);
  if (!drafts.ok) return refusal('invalid_data', parcel.problems, drafts.problems);
  if (parcel.problems.length > 0) return refusal('invalid_envelope', parcel.problems, []);
  return {
    ok: true,
    events: drafts.drafts.map((draft, index) => event(draft, index, drafts.split, parcel, message, context)),
  };
};

/** Problems of the wrapping come first, and give the reason. */
const refusal = (reason: RejectReason, wrapping: readonly Problem[], data: readonly Problem[]): Refusal => ({
  ok: false,
  reason: wrapping.length > 0 ? 'invalid_envelope' : reason,
  problems: [...wrapping, ...data],
});

const event = (
  draft: Draft,
  index: number,
  split: boolean,
  parcel: Parcel,
  message: RawMessage,
  context: DecodeContext,
): AlertEvent => {
  const { origin, type } = parcel;
  const named = origin.id !== undefined && origin.source !== undefined;
  const time = timeOfEvent(origin.time ?? message.brokerTime ?? message.receivedAt, draft.notes, context.now);
  const startsAt = draft.startsAt ?? time;
  const externalURL = draft.links.alertmanager;
  const cluster = clusterFrom(message, externalURL, context.clusters ?? unmapped);
  const names = seriesNames(draft.fingerprint, type, { cluster, source: origin.source, externalURL });
  return {
    id: named
      ? namedId(origin.source, origin.id, split ? index : undefined)
      : positionId(message.position, index),
    type,
    source: cleanName(origin.source ?? draft.source ?? '', 250) || 'unknown',
    tier: tierOf(
      [message.topicTier, message.headers[context.tiers.header.toLowerCase()], origin.tier, draft.tier],
      context.tiers.default,
    ),
    time,
    receivedAt: message.receivedAt,
    position: { ...message.position, index },
    // The alerts of one body are different events: each has a nonce of its own.
    ...(origin.nonce !== undefined && {
      nonce: split ? { ...origin.nonce, value: `${origin.nonce.value}~${index}` } : origin.nonce,
    }),
    ...(cluster !== undefined && { cluster }),
    ...names,
    status: draft.status,
    startsAt,
    ...(draft.status === 'resolved' && { endsAt: Math.max(startsAt, draft.endsAt ?? time) }),
    name: draft.name,
    severity: draft.severity,
    summary: draft.summary,
    labels: draft.labels,
    annotations: withNotes(draft.annotations, draft.notes),
    links: draft.links,
    ...(draft.group !== undefined && { group: draft.group }),
  };
};

const unmapped: ClusterRules = { header: 'cluster', clusterOf: noClusters };

const timeOfEvent = (time: number, notes: string[], now: number): number => {
  if (time <= now + clockSkew) return time;
  notes.push('its source’s clock is ahead: the time of receipt was taken');
  return now;
};
