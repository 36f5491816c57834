import { type Evolution, type EvolvePolicy, evolve } from '../alerts/evolve/evolve.ts';
import { type InstanceLinks, linkTaken, noInstanceLinks } from '../alerts/evolve/instance-link.ts';
import type { Alert, AlertId } from '../alerts/model/alert.ts';
import type { AlertEvent } from '../alerts/model/event.ts';
import type { EventRecord } from '../alerts/model/event-record.ts';
import { type ClusterOf, noClusters, placed, type SeriesChoice, seriesOf } from '../alerts/model/place.ts';
import type { RouteTable } from '../alerts/model/routing.ts';
import type { LooseEvent, SeriesWrite } from '../alerts/ports/store.ts';
import type { JournalEntry } from '../core/journal.ts';
import type { Building } from '../core/json.ts';
import type { EventReason } from '../core/reasons.ts';
import { lifeSuffix } from './parse/identity.ts';
import type { Rejection } from './wire/raw.ts';

/** A source of another cluster or tier has nonces of its own. No cluster and no source begins with a control character. */
export const nonceKey = ({ nonce, cluster, source, apart }: AlertEvent): string | undefined =>
  nonce &&
  `${apart === undefined ? '' : `\u0001${apart} `}${cluster === undefined ? '' : `${cluster}~`}${source} ${nonce.value}`;

export interface BatchPolicy extends EvolvePolicy {
  /** Clusters of Alertmanagers, as the config maps them; default: none. */
  readonly clusterOf?: ClusterOf;
}

export interface BatchPlan {
  readonly writes: readonly SeriesWrite[];
  readonly loose: readonly LooseEvent[];
  /** External URLs of Alertmanagers that send the same, where nothing says whether they are one. */
  readonly twins?: readonly (readonly [string, string])[];
}

/**
 * What a batch of events does, in their order: at most one write a series, whatever the number of its events.
 * Pure. `live` are the present records, `known` the event ids and nonces on record, `former` the alerts of events that
 * are on record by a former id.
 */
export const planBatch = (
  events: readonly AlertEvent[],
  live: ReadonlyMap<string, Alert>,
  known: ReadonlySet<string>,
  routes: RouteTable,
  policy: BatchPolicy,
  links: InstanceLinks = noInstanceLinks,
  former: ReadonlyMap<string, AlertId> = noneBefore,
): BatchPlan => {
  const drafts = new Map<string, Draft>();
  const loose: LooseEvent[] = [];
  const seen = new Set<string>();
  const twins = new Map<string, readonly [string, string]>();
  for (const event of events) {
    const present = (fingerprint: string) => drafts.get(fingerprint)?.alert ?? live.get(fingerprint);
    const series: SeriesChoice =
      event.position.via === 'look'
        ? // Made from a record, for that record.
          { fingerprint: event.fingerprint, foreign: true }
        : seriesOf(event, present, policy.clusterOf ?? noClusters);
    const before = event.formerId !== undefined && former.get(event.formerId)?.startsWith(series.fingerprint);
    const refused = before ? 'duplicate_id' : refusal(event, known, seen);
    seen.add(event.id);
    const nonce = nonceKey(event);
    if (nonce !== undefined) seen.add(nonce);
    if (refused) {
      loose.push({ record: recordOf(event, refused), keep: refused !== 'duplicate_id' });
      continue;
    }
    const here = event.links.alertmanager;
    if (series.twin !== undefined && here !== undefined)
      twins.set(`${here} ${series.twin}`, [here, series.twin]);
    const takeIn = (fingerprint: string): { draft: Draft; taken: Evolution } => {
      const draft = drafts.get(fingerprint) ?? newDraft(live.get(fingerprint));
      drafts.set(fingerprint, draft);
      const its = fingerprint === event.fingerprint ? event : { ...event, fingerprint };
      const choice = () => routes.choose(event);
      const taken = linkTaken(evolve(draft.alert, its, choice, policy), links, event.receivedAt);
      if (taken.archived) draft.archived.push(taken.archived);
      draft.alert = series.foreign ? taken.alert : placed(taken.alert, event);
      for (const entry of taken.journal) draft.journal.push({ id: taken.alert.id, entry });
      return { draft, taken };
    };
    if (series.also !== undefined) takeIn(series.also);
    const { draft, taken } = takeIn(series.fingerprint);
    const record = recordOf(event, taken.reason);
    record.alertId = taken.alert.id;
    draft.events.push(record);
    if (event.nonce && nonce !== undefined) {
      draft.nonces.push({ key: nonce, validUntil: event.nonce.validUntil });
    }
  }
  return {
    writes: [...drafts.values()].flatMap(writeOf),
    loose,
    ...(twins.size > 0 && { twins: [...twins.values()] }),
  };
};

const noneBefore: ReadonlyMap<string, AlertId> = new Map();

interface Draft {
  readonly before: Alert | undefined;
  alert: Alert | undefined;
  readonly archived: Alert[];
  readonly journal: { id: string; entry: JournalEntry }[];
  readonly events: EventRecord[];
  readonly nonces: { key: string; validUntil: number }[];
}

const newDraft = (before: Alert | undefined): Draft => ({
  before,
  alert: before,
  archived: [],
  journal: [],
  events: [],
  nonces: [],
});

const writeOf = ({ alert, ...draft }: Draft): readonly SeriesWrite[] =>
  alert ? [{ ...draft, after: alert }] : [];

const refusal = (
  event: AlertEvent,
  known: ReadonlySet<string>,
  seen: ReadonlySet<string>,
): EventReason | undefined => {
  if (known.has(event.id) || seen.has(event.id)) return 'duplicate_id';
  const nonce = nonceKey(event);
  if (nonce === undefined || !event.nonce) return undefined;
  if (known.has(nonce) || seen.has(nonce)) return 'duplicate_nonce';
  return event.nonce.validUntil <= event.receivedAt ? 'expired' : undefined;
};

const recordOf = (event: AlertEvent, reason: EventReason): Building<EventRecord> => ({
  id: event.id,
  type: event.type,
  source: event.source,
  tier: event.tier,
  time: event.time,
  receivedAt: event.receivedAt,
  position: event.position,
  reason,
});

/** The record of a message that could not be read; its id is its position. */
export const rejectedRecord = ({ message, reason, detail }: Rejection): EventRecord => {
  const { position } = message;
  const id =
    position.via === 'kafka'
      ? `k.${position.topic}.${position.partition}.${position.offset}${lifeSuffix(position)}.${position.index}`
      : `h.${position.request}.${position.index}`;
  return { id, receivedAt: message.receivedAt, position, reason, detail };
};
