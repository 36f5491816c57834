import type { Person } from '../../core/person.ts';
import type { Severity } from '../../core/severity.ts';
import type { MessageState } from '../../delivery/message.ts';
import type { AlertStatus, EventType } from './event.ts';

/** Label names whose values make a group; `source`: as the source groups, which Alertmanager tells. */
export type GroupBy = readonly string[] | 'source';

/** Of an alert: the group whose thread tells of it. */
export interface MemberOf {
  /** The group's fingerprint. */
  readonly group: string;
  /** When this firing came in; ms. Who acknowledged the group before that has not seen it. */
  readonly at: number;
  /** Where the group belongs, and what its members have in common. */
  readonly channel: string;
  readonly by: Readonly<Record<string, string>>;
}

/** What a group is opened from: the same for all of its members. */
export interface GroupKey extends Omit<MemberOf, 'group' | 'at'> {
  readonly route: string;
  readonly type: EventType;
  readonly source: string;
  readonly tier: string;
}

/** A member as lists show it. Times in ms. */
export interface MemberRow {
  /** Of the alert. */
  readonly id: string;
  readonly name: string;
  /** What tells it from the others. */
  readonly about: string;
  readonly severity: Severity;
  readonly status: AlertStatus;
  readonly startsAt: number;
  readonly endsAt?: number;
  readonly joined: number;
  readonly ack?: { readonly by: Person; readonly at: number };
  /** Until when it is silenced, as far as is known; it may be over. */
  readonly silenced?: number;
  /** It has a thread of its own, or waits for one; `ts` once it is there. */
  readonly own?: { readonly channel: string; readonly ts?: string };
}

/** All that is known of a group beside its record. */
export interface GroupMembers {
  /** Absent: its members are on record, and what it is opened from is not. */
  readonly key?: GroupKey;
  readonly rows: readonly MemberRow[];
  /** Another one as soon as a member was written. */
  readonly seq: string;
}

/** Of an alert that stands for a group: what was gathered of its members. */
export interface Group {
  /** The channel in whose lane it is gathered; its thread may have moved to another one. */
  readonly home: string;
  readonly by: Readonly<Record<string, string>>;
  readonly firing: number;
  readonly resolved: number;
  /** Of those that fire: acknowledged, and by nobody since the group was acknowledged. */
  readonly acknowledged: number;
  readonly fresh: number;
  /** Of those that fire; of all once it is over. */
  readonly severities: Readonly<Partial<Record<Severity, number>>>;
  /** Those that are shown, the worst first. */
  readonly rows: readonly MemberRow[];
  /** The messages with the members, in the thread. */
  readonly pages: readonly MessageState[];
  /** Its thread was found again: pages may be there already. */
  readonly adopted?: true;
  /**
   * When the acknowledgements were made that were given back, or went to somebody else, as long as members have one of
   * them; ms. Records of before know one.
   */
  readonly givenBack?: number | readonly number[];
}

type GivenBack = Pick<Group, 'givenBack'>;

/** The oldest first. */
export const givenBackOf = ({ givenBack = [] }: GivenBack): readonly number[] =>
  typeof givenBack === 'number' ? [givenBack] : givenBack;

/** More are not kept: nobody hands a group over so often before it is gathered, within seconds. */
const mostGivenBack = 50;

/** One more, made at `at`; those before it may not have reached all members yet. */
export const andGivenBack = (group: GivenBack, at: number): Required<GivenBack> => ({
  givenBack: [...new Set([...givenBackOf(group), at])].slice(-mostGivenBack),
});
