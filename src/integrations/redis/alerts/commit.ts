import type { Result } from 'ioredis';
import { dueAfter } from '../../../alerts/actions/action-step.ts';
import type { LaneOpening } from '../../../alerts/channel/channel-queue.ts';
import type { LooseEvent } from '../../../alerts/ports/store.ts';
import type { AuditStamp } from '../../../audit/chain/entry-text.ts';
import { guardedClient } from '../shared/client.ts';
import { commitDeadline, confirmReplicas, type DurableDeps, lostStore, tooLate } from '../shared/durable.ts';
import type { Keys } from '../shared/keys.ts';
import type { LookAnswer } from '../shared/look-script.ts';
import type { Reader, RecordKind } from '../shared/reader.ts';
import {
  type Block,
  type ClaimAhead,
  type CommitPlan,
  planClaim,
  planCommit,
  type Retention,
  type Unless,
} from './commit-plan.ts';
import { commitScript } from './commit-script.ts';
import type { Looks } from './looks.ts';

export interface CommitDeps extends DurableDeps {
  readonly keys: Keys;
  readonly reader: Pick<Reader, 'tell'>;
  readonly retention: Retention;
  /** What entries of the audit carry; absent: nobody asks for an audit. */
  readonly stamp?: (() => AuditStamp) | undefined;
  /** Told of channels that got work and were not marked before. */
  readonly onMarked: (channels: readonly string[]) => void;
  readonly looks: Pick<Looks, 'ask' | 'openedOf' | 'lies'>;
  /** Whether this process would begin on a channel that is about to get work. Absent: it would not. */
  readonly openingOf?: ((channel: string) => LaneOpening | undefined) | undefined;
  /** Told of alerts with actions that are new, due at another time than before, or may have waited for the thread. */
  readonly onDue: (due: readonly Due[]) => void;
}

export interface Due {
  readonly id: string;
  /** ms */
  readonly at: number;
}

declare module 'ioredis' {
  interface RedisCommander<Context> {
    farmhandCommit(
      ...args: string[]
    ): Result<
      ['OK', number[], string[], number, string[], Opened, number] | ['LATE'] | ['LOST'] | ['KNOWN'],
      Context
    >;
  }
}

/** Channels and looks by turns. */
type Opened = (string | LookAnswer)[];

export type CommitRecords = (
  blocks: readonly Block[],
  loose?: readonly LooseEvent[],
  unless?: Unless,
) => Promise<readonly number[]>;

/** A write that gives more channels work opens none of them: their looks would hold Redis up. */
const openAtMost = 4;

/**
 * Writes blocks atomically one by one; answers the places (0-based) of those whose version did not match. With `unless`
 * all of them or nothing at all: all places are answered then.
 */
export const createCommit = (deps: CommitDeps): CommitRecords => {
  const { redis, keys, retention } = deps;
  redis.defineCommand('farmhandCommit', { numberOfKeys: 0, lua: commitScript });

  const write = async (
    now: number,
    plan: CommitPlan,
    values: readonly string[],
    openings: Openings,
    ahead: ClaimAhead | undefined,
  ): Promise<readonly number[]> => {
    const fence = deps.watch?.fence();
    const claim = ahead && { channel: ahead.channel, id: ahead.id, key: ahead.key };
    const open = openings.size === 0 ? undefined : askedOf(deps, openings);
    const writing = guardedClient('write', () =>
      redis.farmhandCommit(
        keys.prefix,
        String(commitDeadline(deps)),
        String(now),
        String(retention.event),
        JSON.stringify(fence || open ? { ...plan, fence, open, claim } : plan),
        ...values,
        ...(ahead ? [ahead.text] : []),
      ),
    );
    if (ahead) openings.get(ahead.channel)?.meanwhile?.(ahead.claimed);
    const answer = await writing;
    if (answer[0] === 'LATE') throw tooLate();
    if (answer[0] === 'LOST') throw lostStore(deps);
    if (answer[0] === 'KNOWN') {
      tellOpened(deps, openings, [], undefined);
      return plan.blocks.map((_, i) => i + 1);
    }
    const [, conflicts, marked, counter, wrong, opened, claimed] = answer;
    for (const key of wrong) deps.reader.tell(kindOf(keys, key), key, new Error('it is of another type'));
    if (fence) deps.watch?.wrote(fence.epoch, counter);
    await confirmReplicas(deps);
    tellOpened(deps, openings, opened, claimed === 1 ? ahead : undefined);
    if (marked.length > 0) deps.onMarked(marked);
    return conflicts;
  };

  return async (blocks, loose = [], unless = undefined) => {
    const now = deps.now();
    const { plan, values } = planCommit(blocks, loose, {
      ...{ retention, now },
      stamp: deps.stamp?.(),
    });
    const openings = openingsOf(deps, plan);
    const [block] = blocks;
    const opening = block && openings.get(block.after.channel);
    const ahead = opening && blocks.length === 1 ? planClaim(block, opening.claim) : undefined;
    const conflicts = await write(now, unless ? { ...plan, unless } : plan, values, openings, ahead).catch(
      (error: unknown) => {
        for (const { failed } of openings.values()) failed(error);
        throw error;
      },
    );
    const failed = new Set(conflicts.map((place) => place - 1));
    const due = blocks.flatMap((block, i) => (failed.has(i) ? [] : newlyDue(block, now)));
    if (due.length > 0) deps.onDue(due);
    return [...failed];
  };
};

type Openings = ReadonlyMap<string, LaneOpening>;

const openingsOf = ({ openingOf }: CommitDeps, { blocks }: CommitPlan): Openings => {
  const openings = new Map<string, LaneOpening>();
  if (openingOf === undefined) return openings;
  const channels = new Set(blocks.flatMap(({ place }) => (place?.queue === undefined ? [] : place.channel)));
  if (channels.size > openAtMost) return openings;
  for (const channel of channels) {
    const opening = openingOf(channel);
    if (opening) openings.set(channel, opening);
  }
  return openings;
};

const askedOf = ({ looks }: CommitDeps, openings: Openings): NonNullable<CommitPlan['open']> =>
  Object.fromEntries(
    [...openings].map(([channel, { now, wants, lease }]) => {
      const { keys, args } = looks.ask({ channel, now, wants, lease });
      return [channel, [keys, args]];
    }),
  );

const tellOpened = (
  { looks }: CommitDeps,
  openings: Openings,
  opened: Opened,
  ahead: ClaimAhead | undefined,
): void => {
  for (const [channel, opening] of openings) {
    const at = opened.indexOf(channel);
    // What follows the name of a channel is what was seen of it.
    const lane = at === -1 ? undefined : looks.openedOf(opened[at + 1] as LookAnswer);
    if (ahead === undefined || ahead.channel !== channel || !lane?.ok) opening.opened(lane);
    else {
      looks.lies(ahead.key, ahead.claimed);
      const claimed = { alert: ahead.claimed, before: ahead.before };
      opening.opened({ ok: true, view: { ...lane.view, claimed } });
    }
  }
};

const kindOf = ({ prefix }: Keys, key: string): RecordKind => {
  const name = key.slice(prefix.length);
  if (name.startsWith('j:')) return 'journal';
  if (/^(?:e|eb|o):/.test(name)) return 'event';
  return name.startsWith('s:') || name.startsWith('a:') ? 'alert' : 'index';
};

const newlyDue = ({ before, after }: Block, now: number): readonly Due[] => {
  const at = dueAfter(before, after, now);
  return at === undefined ? [] : [{ id: after.id, at }];
};
