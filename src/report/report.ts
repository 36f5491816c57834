import type { AlertFigures } from './alert-figures.ts';
import type { ChangeList } from './changes.ts';
import type { Rows } from './figures.ts';
import type { Period } from './period.ts';
import type { RebuildFigures } from './rebuild-figures.ts';

/** How far back the records go, and what could not be read of them; ms. */
export interface Reach {
  /** Everything that fired, or was in flight, at this moment or later is on record: by how long the config keeps it. */
  readonly alerts: number;
  readonly rebuilds: number;
  /** When the oldest one ended that is over and still on record; absent: none is. */
  readonly oldestAlert?: number;
  readonly oldestRebuild?: number;
  /** Freezes that ended before this are not known any more; absent: all are. */
  readonly freezes?: number;
  /** Records that cannot be read, by kind; and those that lists name and are not there. */
  readonly unreadable: Readonly<Record<string, number>>;
  readonly gone: number;
}

/** What went wrong with farmhand itself. */
export interface OwnTrouble {
  /** Events that could not be read, by reason, of those that are kept in Redis. */
  readonly deadLetters: Rows;
  /** The topic in Kafka where the others are. */
  readonly deadLetterTopic?: string;
  /** Threads and rebuilds whose record was lost, and which nobody has found again so far. */
  readonly lostThreads: number;
  readonly lostRebuilds: number;
}

export interface Report {
  readonly version: 1;
  readonly period: Period;
  readonly madeAt: number;
  /** Only what this tier may see. */
  readonly tier?: string;
  /** Whether people are named. */
  readonly people: boolean;
  readonly alerts: AlertFigures;
  readonly rebuilds: RebuildFigures;
  readonly changes: ChangeList;
  /** Of the time before; absent where not all of it is on record. */
  readonly before: { readonly alerts?: AlertFigures; readonly rebuilds?: RebuildFigures };
  /** Absent for a tier: it is about the whole installation. */
  readonly own?: OwnTrouble;
  readonly reach: Reach;
}
