import type { Person } from '../../core/person.ts';
import type { PostedMessage, SlackResult } from '../../delivery/slack-result.ts';
import type { CardMemory, CardPlace } from '../ports/memory.ts';
import type { RebuildId } from './rebuild-id.ts';

/** A card in Slack, and what it remembers of its record. */
export interface FoundCard extends CardPlace {
  /** Absent: from a version that told none. */
  readonly memory?: CardMemory;
}

/**
 * A rebuild whose record is gone, or behind what its card remembers. Nothing is changed in its instance's cluster until
 * a person decides: adopts it, or says that it is over.
 */
export interface LostRebuild extends FoundCard {
  readonly instance: string;
  /** When it was found to be lost; ms. */
  readonly since: number;
  /**
   * `gone`: no record. `behind`: an older one came back. `unclear`: no record, and the card does not say whether it
   * had ended; that keeps nobody from starting.
   */
  readonly is: 'gone' | 'behind' | 'unclear';
}

/** The same without what its card remembers: small enough to be had at every look. */
export type LostName = Omit<LostRebuild, 'memory'>;

export interface LostRebuilds {
  /** Newest first; of a look that is a second old at the most. */
  names(): readonly LostName[];
  /** As it is on record now. */
  get(id: RebuildId): Promise<LostRebuild | undefined>;
  /** It is lost no more: somebody has decided. */
  forget(id: RebuildId): Promise<void>;
  /** Somebody has just decided: to be known at once. */
  decided(as: 'adopted' | 'given_up'): Promise<void>;
  /** Says in its card, which knows nothing else, that a person has given it up. */
  giveUp(card: LostRebuild, by: Person, at: number): Promise<SlackResult<PostedMessage>>;
  /** When records were lost, where that is not long ago; ms. */
  since(): number | undefined;
}

/** Holds its instance: nothing is changed there. */
export const holds = ({ is }: LostName): boolean => is !== 'unclear';

/** The one that holds an instance, or that has this id. */
export const lostNamed = (names: readonly LostName[], target: string): LostName | undefined =>
  lostOf(names, target) ?? names.find((name) => name.id === target && holds(name));

/** The one that a person means by an instance's name: the newest that holds it. */
const lostOf = (names: readonly LostName[], instance: string): LostName | undefined =>
  names.find((lost) => lost.instance === instance && holds(lost));

/** What a person decides on who adopts a lost rebuild: a plan that changes nothing, and goes on with what there is. */
export interface Adoption {
  readonly rebuild: string;
  readonly card: { readonly channel: string; readonly ts: string };
  readonly by: Person;
  readonly at: number;
  readonly reason: string;
  readonly ticket?: { readonly key: string; readonly url?: string };
  /** What is there now, a sentence each. Plain text. */
  readonly found: readonly string[];
  /** What it does when it is adopted. Plain text. */
  readonly goesOn: string;
  /** What is not known any more. Plain text. */
  readonly missing: readonly string[];
}
