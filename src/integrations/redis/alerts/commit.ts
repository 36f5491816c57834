import type { Result } from 'ioredis';
import { dueAfter } from '../../../alerts/actions/action-step.ts';
import type { LooseEvent } from '../../../alerts/ports/store.ts';
import type { AuditStamp } from '../../../audit/chain/entry-text.ts';
import { guardedClient } from '../shared/client.ts';
import { commitDeadline, confirmReplicas, type DurableDeps, lostStore, tooLate } from '../shared/durable.ts';
import type { Keys } from '../shared/keys.ts';
import type { Reader, RecordKind } from '../shared/reader.ts';
import { type Block, planCommit, type Retention } from './commit-plan.ts';
import { commitScript } from './commit-script.ts';

export interface CommitDeps extends DurableDeps {
  readonly keys: Keys;
  readonly reader: Pick<Reader, 'tell'>;
  readonly retention: Retention;
  /** What entries of the audit carry; absent: nobody asks for an audit. */
  readonly stamp?: (() => AuditStamp) | undefined;
  /** Told of channels that got work and were not marked before. */
  readonly onMarked: (channels: readonly string[]) => void;
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
    ): Result<['OK', number[], string[], number, string[]] | ['LATE'] | ['LOST'], Context>;
  }
}

export type CommitRecords = (
  blocks: readonly Block[],
  loose?: readonly LooseEvent[],
) => Promise<readonly number[]>;

/** Writes blocks atomically one by one; answers the places (0-based) of those whose version did not match. */
export const createCommit = (deps: CommitDeps): CommitRecords => {
  const { redis, keys, retention } = deps;
  redis.defineCommand('farmhandCommit', { numberOfKeys: 0, lua: commitScript });
  return async (blocks, loose = []) => {
    const now = deps.now();
    const { plan, values } = planCommit(blocks, loose, {
      ...{ retention, now },
      stamp: deps.stamp?.(),
    });
    const fence = deps.watch?.fence();
    const answer = await guardedClient('write', () =>
      redis.farmhandCommit(
        keys.prefix,
        String(commitDeadline(deps)),
        String(now),
        String(retention.event),
        JSON.stringify(fence ? { ...plan, fence } : plan),
        ...values,
      ),
    );
    if (answer[0] === 'LATE') throw tooLate();
    if (answer[0] === 'LOST') throw lostStore(deps);
    const [, conflicts, marked, counter, wrong] = answer;
    for (const key of wrong) deps.reader.tell(kindOf(keys, key), key, new Error('it is of another type'));
    if (fence) deps.watch?.wrote(fence.epoch, counter);
    await confirmReplicas(deps);
    if (marked.length > 0) deps.onMarked(marked);
    const failed = new Set(conflicts.map((place) => place - 1));
    const due = blocks.flatMap((block, i) => (failed.has(i) ? [] : newlyDue(block, now)));
    if (due.length > 0) deps.onDue(due);
    return [...failed];
  };
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
