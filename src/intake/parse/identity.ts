import type { MessagePosition } from '../../alerts/model/event.ts';
import { sha256 } from '../../core/hash.ts';

const maxLength = 120;

/**
 * Id of an event that its source named: `<source>/<id>`, `<cluster>~` before it where its cluster is known, and
 * `~<index>` after it for one of several in a body. Long or oddly spelt ones are hashed. No two share one: a kept
 * source, id or cluster has no `~`, a kept id no `/`, and a hashed one has no `/` at all.
 */
export const namedId = (source: string, id: string, index?: number, cluster?: string): string => {
  const suffix = index === undefined ? '' : `~${index}`;
  const before = cluster === undefined ? '' : `${cluster}~`;
  const plain =
    before.length + source.length + id.length + suffix.length < maxLength &&
    /^[\w.:/@+-]+$/.test(source) &&
    /^[\w.:@+-]+$/.test(id) &&
    (cluster === undefined || /^[\w.:@+-]+$/.test(cluster));
  const parts = cluster === undefined ? [source, id] : [source, id, cluster];
  return `${plain ? `${before}${source}/${id}` : `e.${sha256(JSON.stringify(parts), 40)}`}${suffix}`;
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
