import type { Beat, Change } from './beat.ts';
import { type CacheNews, type Fault, groupOf, keyOf, type Report, tierOf } from './fault.ts';
import { argoEventOf, cloudEventOf, envelopeOf, webhookOf } from './render.ts';

export type Shape = 'alertmanager' | 'argo' | 'cloudevent' | 'envelope' | 'poison';

/** One message to be sent. */
export interface Sending {
  readonly atMs: number;
  readonly shape: Shape;
  /** Chooses the topic, or goes as the header `tier`. */
  readonly tier: string;
  /** Messages with the same key must stay in order. */
  readonly key: string;
  readonly contentType: string;
  readonly body: string;
}

/** The messages for beats that happen at about the same time: alerts of one group share a webhook. */
export const sendingsOf = (beats: readonly Beat[]): readonly Sending[] => {
  const batches: { readonly group: string; readonly changes: Map<string, Change> }[] = [];
  for (const beat of beats) {
    if (beat.what === 'poison' || beat.what === 'repeats') continue;
    const group = groupOf(beat.trouble);
    const key = keyOf(beat.trouble);
    // An alert is in a webhook once: what it does next comes in the next one.
    const batch = batches.findLast((b) => b.group === group);
    if (batch === undefined || batch.changes.has(key))
      batches.push({ group, changes: new Map([[key, beat]]) });
    else batch.changes.set(key, beat);
  }
  return [
    ...batches.flatMap(({ changes }) => sendingsOfGroup([...changes.values()])),
    ...beats.flatMap((beat) => (beat.what === 'poison' ? [poison(beat.atMs)] : [])),
  ];
};

const sendingsOfGroup = (changes: readonly Change[]): readonly Sending[] => {
  const faults = changes.filter((c): c is Change<Fault> => c.trouble.kind === 'alert');
  const news = changes.filter((c): c is Change<CacheNews | Report> => c.trouble.kind !== 'alert');
  const [first, ...rest] = faults;
  return [...(first === undefined ? [] : [webhook(first, [first, ...rest])]), ...news.map(single)];
};

const webhook = (first: Change<Fault>, all: readonly [Change<Fault>, ...Change<Fault>[]]): Sending => {
  const { atMs, trouble } = first;
  const group = groupOf(trouble);
  // The teams of the lowest tier come by way of Argo Events.
  const argo = tierOf(trouble) === 'bronze';
  const body = webhookOf(all);
  const id = `${group.replaceAll('/', '-')}-${atMs.toString(36)}-${first.what}`;
  return {
    atMs,
    shape: argo ? 'argo' : 'alertmanager',
    tier: tierOf(trouble),
    key: group,
    contentType: 'application/json',
    body: JSON.stringify(argo ? argoEventOf(body, atMs, id) : body),
  };
};

const single = (change: Change<CacheNews | Report>): Sending => {
  const { atMs, trouble } = change;
  const cloudEvent = trouble.kind === 'report' && trouble.service.tier !== 'gold';
  return {
    atMs,
    shape: cloudEvent ? 'cloudevent' : 'envelope',
    tier: tierOf(trouble),
    key: keyOf(trouble),
    contentType: cloudEvent ? 'application/cloudevents+json' : 'application/json',
    body: JSON.stringify(cloudEvent ? cloudEventOf(change) : envelopeOf(change)),
  };
};

const poison = (atMs: number): Sending => ({
  atMs,
  shape: 'poison',
  tier: 'bronze',
  key: 'poison',
  contentType: 'application/json',
  body: '{"receiver":"farmhand","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"CutO',
});
