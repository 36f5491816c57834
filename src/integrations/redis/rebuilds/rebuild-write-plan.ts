import { randomUUID } from 'node:crypto';
import { commercial } from '../../../access/environments.ts';
import { type AuditStamp, entryTexts } from '../../../audit/chain/entry-text.ts';
import { isObject } from '../../../core/json.ts';
import { auditOfWrite } from '../../../rebuild/audit/audit-of-write.ts';
import type { Rebuild } from '../../../rebuild/model/rebuild.ts';
import { endedAt, hasEnded } from '../../../rebuild/model/record.ts';
import { environmentName } from '../../../rebuild/model/rules/controlled.ts';
import type { Transition } from '../../../rebuild/model/transition.ts';
import type { EnvironmentLimit, TierLimit } from '../../../rebuild/ports/store.ts';
import { dueAt } from '../../../rebuild/reconcile/schedule.ts';
import { type Part, parts } from '../../../reconcile/work.ts';
import { encodeLine } from '../alerts/event-format.ts';
import { mustBe } from '../shared/reader.ts';

/** What the script is told of a write besides the record itself; see rebuild-script.ts. */
export interface TransitionPlan {
  readonly id: string;
  readonly instance: string;
  /** The version that is there; 0: nothing is. */
  readonly expect: string;
  /** Of the write that is there (`writeStamps`); absent: its version is enough, it was just read. */
  readonly stamp?: string;
  /** The version of the freezes under which it was decided to begin something; absent: nothing is begun. */
  readonly freezes?: string;
  /** The lease that goes back with it. */
  readonly letGo?: { readonly part: Part; readonly owner: string };
  /** Of an ended rebuild; ms. */
  readonly ttl?: number;
  readonly journal: readonly string[];
  /** Lines that the journal may have. */
  readonly lines: number;
  /** Entries of the audit, for its inbox; absent: nobody asks for an audit. */
  readonly audit?: readonly string[];
  /** When each part is due, ms; false: it is not. */
  readonly due: Readonly<Record<string, number | false>>;
  /** `<id>|<channel>|<ts>|<environment>` */
  readonly place: string;
  /** `<channel>:<ts>` */
  readonly thread?: string;
  readonly formerThreads: readonly string[];
  readonly formerTtl: number;
  readonly ended?: { readonly at: number; readonly failed: boolean };
  readonly create?: {
    readonly draft?: string;
    readonly limit: number;
    /** What policy allows in its environment. */
    readonly within?: EnvironmentLimit;
    /** What its tier may have. */
    readonly tier?: TierLimit;
    readonly at: number;
    /** How long a confirmed draft is known as such; ms. */
    readonly ttl: number;
    /** Rebuilds of this instance made before this are not listed any more; ms. */
    readonly forget: number;
    /** Of a lost rebuild: it may be on record already, is in flight already, and is lost no more. */
    readonly adopts?: true;
  };
}

/** How long what belongs to a rebuild stays. */
export interface RebuildRetention {
  /** Ended ones; ms. */
  readonly usual: number;
  /** The same, of environments that have one of their own. */
  readonly byEnvironment: Readonly<Record<string, number>>;
  /** Lines of a journal. */
  readonly lines: number;
}

/** Where nothing is configured. */
export const usualRetention: RebuildRetention = {
  usual: 400 * 86_400_000,
  byEnvironment: {},
  lines: 50_000,
};

/** The longest of all; ms. What is listed by time alone stays that long. */
export const longestOf = ({ usual, byEnvironment }: RebuildRetention): number =>
  Math.max(usual, ...Object.values(byEnvironment));

const keptFor = ({ usual, byEnvironment }: RebuildRetention, { plan }: Rebuild): number =>
  new Map(Object.entries(byEnvironment)).get(plan.instance.environment ?? commercial) ?? usual;

export interface WriteContext {
  readonly retention: RebuildRetention;
  readonly version?: number;
  readonly stamp?: AuditStamp | undefined;
  readonly now: number;
}

export interface RebuildWritten {
  readonly plan: TransitionPlan;
  readonly text: string;
  /** Of this write: see `writeStamps`. */
  readonly stamp: string;
}

/**
 * Pure: the write of `after` over `before`. `version`: to be above this one, too. `stamp`: what its audit entries
 * carry.
 */
export const planTransition = (
  before: Rebuild | undefined,
  { rebuild: after, journal, audited = [] }: Transition,
  { retention, version = 0, stamp, now }: WriteContext,
): RebuildWritten => {
  const next = Math.max(before?.version ?? 0, version) + 1;
  const ended = hasEnded(after);
  const kept = keptFor(retention, after);
  const thread = threadOf(after);
  const former = before && threadOf(before);
  return {
    plan: {
      id: after.id,
      instance: after.plan.instance.name,
      expect: String(before?.version ?? 0),
      ...(ended && { ttl: kept, ended: { at: endedAt(after), failed: after.phase === 'failed' } }),
      journal: journal.map(encodeLine),
      lines: retention.lines,
      ...(stamp && {
        audit: entryTexts([...audited, ...auditOfWrite(before, { ...after, version: next }, now)], stamp),
      }),
      due: Object.fromEntries(parts.map((part) => [part, dueAt(after, part) ?? false])),
      place: `${after.id}|${after.card.channel}|${after.card.ts ?? ''}|${environmentName(after.plan.instance)}`,
      ...(thread !== undefined && { thread }),
      formerThreads: former !== undefined && former !== thread ? [former] : [],
      formerTtl: kept,
    },
    ...encodeRebuild(after, next),
  };
};

const threadOf = ({ card }: Rebuild): string | undefined =>
  card.ts === undefined ? undefined : `${card.channel}:${card.ts}`;

/**
 * The version stands in front, where the script can read it without the rest, and then a stamp that no other write has,
 * beginning with the version again: an older farmhand writes the stamp of its predecessor on, under another version.
 */
const encodeRebuild = (
  rebuild: Rebuild,
  version: number,
): { readonly text: string; readonly stamp: string } => {
  const stamp = `${version}.${randomUUID()}`;
  return { text: `${version}|${JSON.stringify({ stamp, ...rebuild, version })}`, stamp };
};

/** @throws when it is not a rebuild */
export const decodeRebuild = (value: string): Rebuild => {
  const stored: unknown = JSON.parse(value.slice(value.indexOf('|') + 1));
  mustBe(isRebuild(stored), 'a rebuild');
  const { stamp, ...rebuild } = stored as Rebuild & { readonly stamp?: string };
  if (stamp?.startsWith(`${rebuild.version}.`) === true) writeStamps.set(rebuild, stamp);
  return rebuild;
};

/**
 * Which write a record that this process holds came from: equal stamps are equal records. None where an older farmhand
 * wrote it. Beside the record and not in it: everything else may copy one and change it.
 */
export const writeStamps = new WeakMap<Rebuild, string>();

/** What everything else builds on: the rest may be of another version, as long as this holds. */
const isRebuild = (stored: unknown): boolean =>
  isObject(stored) &&
  [stored['id'], stored['phase']].every((text) => typeof text === 'string') &&
  [stored['version'], stored['at'], stored['pausedMs']].every(Number.isFinite) &&
  isObject(stored['plan']) &&
  isObject(stored['plan']['instance']) &&
  [stored['by'], stored['farmers'], stored['ticket'], stored['card']].every(isObject) &&
  ['steps', 'effects', 'overrides', 'marks', 'alerts'].every((list) => Array.isArray(stored[list]));
