import type { EventType, MessagePosition } from '../../alerts/model/event.ts';
import { addressOf, type ClusterOf, placeOf } from '../../alerts/model/place.ts';
import type { Config } from '../../config/schema/schema.ts';
import { sha256 } from '../../core/hash.ts';
import type { RawMessage } from '../wire/raw.ts';
import { cleanName } from '../wire/text.ts';

const maxLength = 120;

/**
 * Id of an event that its source named: `<source>/<id>`, `<cluster>~` before it where its cluster is known, and
 * `<tier>!` before that where its tier is kept apart, and `~<index>` after it for one of several in a body. Long or oddly
 * spelt ones are hashed. No two share one: a kept source, id or cluster has no `~` and no `!`, a kept id no `/`, and a
 * hashed one has no `/` at all.
 */
export const namedId = (
  source: string,
  id: string,
  index?: number,
  cluster?: string,
  apart?: string,
): string => {
  const suffix = index === undefined ? '' : `~${index}`;
  const before = `${apart === undefined ? '' : `${apart}!`}${cluster === undefined ? '' : `${cluster}~`}`;
  const plain =
    before.length + source.length + id.length + suffix.length < maxLength &&
    /^[\w.:/@+-]+$/.test(source) &&
    /^[\w.:@+-]+$/.test(id) &&
    (cluster === undefined || /^[\w.:@+-]+$/.test(cluster));
  if (plain) return `${before}${source}/${id}${suffix}`;
  const parts = [
    source,
    id,
    ...(cluster === undefined ? [] : [cluster]),
    ...(apart === undefined ? [] : [[apart]]),
  ];
  return `e.${sha256(JSON.stringify(parts), 40)}${suffix}`;
};

/** Tells the offsets of a topic from those of one of the same name before it. */
export const lifeSuffix = ({ life }: { readonly life?: string }): string =>
  life === undefined ? '' : `-${life}`;

/** Id of an event that has none of its own: where it came in. */
export const positionId = (position: MessagePosition, index: number): string => {
  const place =
    position.via === 'kafka'
      ? `k.${position.topic}.${position.partition}.${position.offset}${lifeSuffix(position)}`
      : `h.${position.request}`;
  const plain = place.length <= maxLength - 20 && /^[\w.-]+$/.test(place);
  return `${plain ? place : `${place.slice(0, 1)}.${sha256(place, 40)}`}.${index}`;
};

/** Sixteen hex digits that stand for `parts`, in this order. */
export const fingerprintOf = (...parts: readonly string[]): string => sha256(JSON.stringify(parts), 16);

/** Fingerprint of a label set, whatever the order of its labels. */
export const labelFingerprint = (labels: Readonly<Record<string, string>>): string =>
  sha256(JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))), 16);

/** The first of `candidates` that names a tier, written in [a-z0-9_-], 63 characters at most; else `fallback`. */
export const tierOf = (candidates: readonly (string | undefined)[], fallback: string): string => {
  for (const candidate of candidates) {
    const tier = candidate === undefined ? '' : sanitised(candidate);
    if (tier !== '') return tier;
  }
  return fallback;
};

const sanitised = (text: string): string =>
  /^[a-z0-9_-]{1,63}$/.test(text)
    ? text
    : text
        .trim()
        .slice(0, 200)
        .toLowerCase()
        .replace(/[^a-z0-9_-]+/g, '-')
        .replace(/^-+/, '')
        .slice(0, 63);

/** How events are told apart by where they come from. */
export interface ClusterRules {
  /** Header, of Kafka or HTTP, that names the cluster. */
  readonly header: string;
  readonly clusterOf: ClusterOf;
}

/** What of the config says where events come from. */
export interface ClusterSettings {
  readonly clusters: Config['clusters'];
  readonly alertmanagers: readonly Pick<
    Config['alertmanagers'][number],
    'url' | 'external_url' | 'cluster'
  >[];
}

/** From the Alertmanagers of the config: those with a `cluster`, by each of their external URLs. */
export const clusterRules = (config: ClusterSettings): ClusterRules => {
  const byAddress = new Map(
    config.alertmanagers.flatMap(({ cluster, external_url, url }) =>
      cluster === undefined
        ? []
        : [external_url ?? url].flat().map((address) => [addressOf(address), cluster] as const),
    ),
  );
  return {
    header: config.clusters.header.toLowerCase(),
    clusterOf: (externalURL) => byAddress.get(addressOf(externalURL)),
  };
};

const longest = 63;

/** Topic and token are ours and go first; then what the sender says in a header, or by its address. */
export const clusterFrom = (
  { cluster, headers }: RawMessage,
  externalURL: string | undefined,
  rules: ClusterRules,
): string | undefined => {
  if (cluster !== undefined) return cluster;
  const header = cleanName(headers[rules.header] ?? '', longest).trim();
  if (header !== '') return header;
  return externalURL === undefined ? undefined : rules.clusterOf(externalURL);
};

export interface SeriesNames {
  readonly fingerprint: string;
  readonly plain?: string;
  readonly place?: string;
}

/**
 * The names an event's series may have; which of them counts is decided by what is on record (`seriesOf`). `plain` is
 * what it is about. Replicas of one Alertmanager are one place, clusters are several, and an envelope's source is part
 * of the place: so says docs/envelope.md.
 */
export const seriesNames = (
  plain: string,
  type: EventType,
  from: {
    readonly cluster: string | undefined;
    readonly source: string | undefined;
    readonly externalURL: string | undefined;
  },
): SeriesNames => {
  // In the other types the source is part of what it is about already.
  const source = type === 'alertmanager' ? from.source : undefined;
  const at = type === 'alertmanager' ? from.externalURL : undefined;
  const place =
    source === undefined && at === undefined
      ? undefined
      : fingerprintOf('place', plain, source ?? '', at === undefined ? '' : placeOf(at));
  const names = { ...(place !== undefined && { place }) };
  if (from.cluster === undefined) return { fingerprint: plain, ...names };
  return { fingerprint: fingerprintOf('cluster', plain, from.cluster, source ?? ''), plain, ...names };
};

/** The names that a series has in a tier that is kept apart: no event of another tier has any of them. */
export const ofTier = (names: SeriesNames, apart: string | undefined): SeriesNames => {
  if (apart === undefined) return names;
  const within = (name: string): string => fingerprintOf('tier', name, apart);
  const { fingerprint, plain, place } = names;
  return {
    fingerprint: within(fingerprint),
    ...(plain !== undefined && { plain: within(plain) }),
    ...(place !== undefined && { place: within(place) }),
  };
};
