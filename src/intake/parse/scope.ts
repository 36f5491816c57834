import type { EventType } from '../../alerts/model/event.ts';
import { addressOf, type ClusterOf, placeOf } from '../../alerts/model/place.ts';
import type { Config } from '../../config/schema/schema.ts';
import type { RawMessage } from '../wire/raw.ts';
import { cleanName } from '../wire/text.ts';
import { fingerprintOf } from './identity.ts';

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
