import { contentHash } from '../../core/hash.ts';
import { bySeverity, type Severity } from '../../core/severity.ts';
import { counted } from '../../core/text.ts';
import type { Alert } from './alert.ts';

/** The record behind a channel's digest message: what is waiting for its thread, and what never needed one. */
export interface Digest {
  readonly channel: string;
  /** `<channel>-<start, base 36>` */
  readonly id: string;
  readonly version: number;
  readonly state: 'wanted' | 'posting' | 'open' | 'closed';
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly ts?: string;
  readonly claim?: { readonly since: number; readonly id: string };
  readonly retryAt?: number;
  /** What its message shows, as `digestHash`. */
  readonly shown?: string;
  /** Alerts that wait now, the most severe first. */
  readonly waiting: readonly DigestGroup[];
  readonly waitingCount: number;
  /** Alerts that resolved before their turn. */
  readonly folded: readonly DigestGroup[];
  readonly foldedCount: number;
  /** Being folded right now: counted once their records say so. */
  readonly folding: readonly string[];
  /** Threads opened since the digest began. */
  readonly threaded: number;
  /** `ChannelQueue.threads` when the digest began. */
  readonly threadsBefore: number;
}

export interface DigestGroup {
  readonly severity: Severity;
  readonly name: string;
  readonly service: string;
  readonly count: number;
}

export const startDigest = (channel: string, threadsBefore: number, now: number): Digest => ({
  channel,
  id: `${channel}-${now.toString(36)}`,
  version: 0,
  state: 'wanted',
  startedAt: now,
  updatedAt: 0,
  waiting: [],
  waitingCount: 0,
  folded: [],
  foldedCount: 0,
  folding: [],
  threaded: 0,
  threadsBefore,
});

/** Counts of `alerts` by severity, name and service, added to `groups`; the most severe and most frequent first. */
export const groupAlerts = (
  alerts: Iterable<Alert>,
  groups: readonly DigestGroup[] = [],
): readonly DigestGroup[] => {
  const counts = new Map<string, DigestGroup>();
  const add = (group: DigestGroup): void => {
    const key = JSON.stringify([group.severity, group.name, group.service]);
    counts.set(key, { ...group, count: (counts.get(key)?.count ?? 0) + group.count });
  };
  for (const group of groups) add(group);
  for (const { severity, name: one, labels, group } of alerts) {
    // It waits once, for all of its members.
    const name = group && group.firing > 1 ? `${one} (${counted(group.firing, 'alert')})` : one;
    add({ severity, name, service: labels['service'] ?? labels['instance'] ?? '', count: 1 });
  }
  return [...counts.values()].sort(
    (a, b) => bySeverity(a.severity, b.severity) || b.count - a.count || (a.name < b.name ? -1 : 1),
  );
};

/** Hash of what a digest shows. */
export const digestHash = (d: Digest): string =>
  contentHash([d.state, d.waiting, d.waitingCount, d.folded, d.foldedCount, d.threaded]);
