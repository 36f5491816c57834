import type { Severity } from './event.ts';

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
  readonly claim?: { readonly since: number; readonly owner: string };
  readonly shown?: string;
  /** Alerts that wait now, the most severe first. */
  readonly waiting: readonly DigestGroup[];
  readonly waitingCount: number;
  /** Alerts that resolved before their turn. */
  readonly folded: readonly DigestGroup[];
  readonly foldedCount: number;
  /** Threads opened since the digest began. */
  readonly threaded: number;
}

export interface DigestGroup {
  readonly severity: Severity;
  readonly name: string;
  readonly service: string;
  readonly count: number;
}
