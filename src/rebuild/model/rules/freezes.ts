/** What people have frozen: no change is begun until it is thawed, or its time is over. Times in ms. */
import type { Person } from '../../../core/person.ts';
import type { Notice } from '../../../delivery/notices.ts';

/** From `at` until right before `until`. */
export interface Freeze {
  /** Never given twice. */
  readonly n: number;
  /** Absent: all instances. */
  readonly instance?: string;
  readonly by: Person;
  readonly at: number;
  readonly reason: string;
  /** Absent: until somebody thaws it. */
  readonly until?: number;
  /** By which clocks people said that; a name of the tz database. */
  readonly zone?: string;
}

export interface EndedFreeze extends Freeze {
  readonly endedAt: number;
  /** Who thawed it, and why; absent: its time was over, or the same person froze anew. */
  readonly thawed?: { readonly by: Person; readonly why?: string };
  /** The freeze of the same person that took its place. */
  readonly replacedBy?: number;
}

/** All of them: one record. */
export interface Freezes {
  /** Grows with every write. */
  readonly version: number;
  /** The last number that was given. */
  readonly last: number;
  /** Oldest first. Those whose time is over may still be among them. */
  readonly now: readonly Freeze[];
  /** How the latest ones ended, oldest first. */
  readonly ended: readonly EndedFreeze[];
  /** What the channel of rebuilds is still to be told. */
  readonly untold?: readonly Notice<FreezeTold>[];
}

/** What is told in the channel of rebuilds, once: somebody froze, somebody thawed, a freeze is over. */
export type FreezeTold =
  /** `replaced`: the same person’s, whose place it takes. */
  | { readonly what: 'frozen'; readonly freeze: Freeze; readonly replaced?: Freeze }
  /** `left`: how many others hold there still; after a thaw of all, anywhere. */
  | { readonly what: 'thawed'; readonly ended: readonly EndedFreeze[]; readonly left: number };

/** Of one instance. */
export type InstanceFreezes = Pick<Freezes, 'now' | 'ended'>;

export const noFreezes: Freezes = { version: 0, last: 0, now: [], ended: [] };

export const isOverAt = ({ until }: Pick<Freeze, 'until'>, now: number): boolean =>
  until !== undefined && now >= until;

/** Those that hold at a moment. */
export const holdingAt = (freezes: readonly Freeze[], now: number): readonly Freeze[] =>
  freezes.filter((freeze) => !isOverAt(freeze, now));

/** What concerns one instance. */
export const freezesOf = ({ now, ended }: Freezes, instance: string): InstanceFreezes => {
  const concerns = (freeze: Freeze): boolean => freeze.instance === undefined || freeze.instance === instance;
  return { now: now.filter(concerns), ended: ended.filter(concerns) };
};

/** When the last of them is over; undefined: one has no end. */
export const lastEnd = (freezes: readonly Pick<Freeze, 'until'>[]): number | undefined =>
  freezes.reduce<number | undefined>(
    (latest, { until }) =>
      latest === undefined || until === undefined ? undefined : Math.max(latest, until),
    0,
  );
