/** The task in Jira that asks for the review of a broken glass: raised once, told what was done and found, and moved. */
import { ownLine } from '../../core/journal.ts';
import { noted } from '../messages/notes.ts';
import type { Glass, ReviewTask, TaskDeed } from '../model/parts/glass.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { hasEnded } from '../model/record.ts';
import { type Transition, writeOf } from '../model/transition.ts';
import type { TicketResult } from '../ports/ports.ts';
import { retryRefusedEvery, threadGrace, triesAfterTheEnd, triesBeforeTold, waitAfter } from './try-again.ts';

export interface TaskWork {
  readonly do: 'task';
  /** Number of the glass. */
  readonly glass: number;
  readonly deed: TaskDeed;
  /** An earlier try has no outcome. */
  readonly mayExist: boolean;
}

/** What is to be done about this task next; undefined: nothing, or not before something changes. */
const nextDeed = ({ task, endedAt, review }: Glass): TaskDeed | undefined => {
  if (!task || task.state === 'failed') return undefined;
  if (task.state === 'wanted') return 'raised';
  if (endedAt !== undefined && !task.done.includes('closed')) return 'closed';
  if (review && !task.done.includes('reviewed')) return 'reviewed';
  return review && !task.done.includes('moved') ? 'moved' : undefined;
};

const timed = (rebuild: Rebuild): readonly { readonly at: number; readonly work: TaskWork }[] =>
  (rebuild.glass ?? []).flatMap((glass) => {
    const deed = nextDeed(glass);
    if (!deed || !glass.task) return [];
    const { retryAt = 0, doubt } = glass.task;
    const { state } = rebuild.card;
    const threadComes = deed === 'raised' && (state === 'wanted' || state === 'posting');
    const at = Math.max(retryAt, threadComes ? glass.at + threadGrace : 0);
    return [{ at, work: { do: 'task', glass: glass.n, deed, mayExist: doubt?.deed === deed } }];
  });

/** When something is to be done about a review task; undefined: not before something changes. ms */
export const taskDueAt = (rebuild: Rebuild): number | undefined => {
  const times = timed(rebuild).map(({ at }) => at);
  return times.length === 0 ? undefined : Math.min(...times);
};

/** Pure: the next step, from the record and the time alone. */
export const decideTask = (rebuild: Rebuild, now: number): TaskWork | undefined =>
  timed(rebuild).find(({ at }) => at <= now)?.work;

export const taskOf = ({ glass = [] }: Rebuild, n: number): Glass | undefined =>
  glass.find((each) => each.n === n);

const withTask = (rebuild: Rebuild, n: number, task: ReviewTask): Rebuild => ({
  ...rebuild,
  glass: (rebuild.glass ?? []).map((each) => (each.n === n ? { ...each, task } : each)),
});

/** On record that it is about to be done, so that whoever comes after a crash looks before doing it again. */
export const claimTask = (
  rebuild: Rebuild,
  { glass, deed }: TaskWork,
  claim: string,
  now: number,
  { claimTimeout }: RebuildPolicy,
): Rebuild => {
  const task = taskOf(rebuild, glass)?.task;
  if (!task) return rebuild;
  // A doubt keeps its beginning: the search lags behind the first create, not behind the last look.
  const since = task.doubt?.deed === deed ? task.doubt.since : now;
  return withTask(rebuild, glass, { ...task, doubt: { deed, since, claim }, retryAt: now + claimTimeout });
};

/**
 * Applies what came of `work`, claimed as `claim` on a task whose doubt was `before`. Nothing of the rebuild or of the
 * glass waits for it. Undefined: nothing to change.
 */
export const settleTask = (
  rebuild: Rebuild,
  work: TaskWork,
  claim: string,
  before: ReviewTask['doubt'],
  result: TicketResult,
  now: number,
  policy: RebuildPolicy,
): Transition | undefined => {
  const glass = taskOf(rebuild, work.glass);
  const task = glass?.task;
  if (!glass || !task || task.done.includes(work.deed)) return undefined;
  if (result.ok) return done(rebuild, glass, task, work, result, now);
  if (task.doubt?.claim !== claim) return undefined;
  const { doubt, error: said, ...bare } = task;
  const tries = task.tries + 1;
  const { error } = result;
  const refused = result.kind === 'refused';
  if (refused && work.deed !== 'raised') {
    // It is not tried for ever: the record and the thread have it.
    const given = withTask(rebuild, glass.n, {
      ...without(bare),
      done: [...task.done, work.deed],
      tries: 0,
      error,
    });
    return writeOf(
      noted(given, { code: 'task_refused', ticket: task.key, deed: work.deed, error }, now),
      ownLine(now, `review_task_${work.deed}_refused`, error),
    );
  }
  if (refused && hasEnded(rebuild) && tries >= triesAfterTheEnd) {
    const failed = withTask(rebuild, glass.n, { ...without(bare), state: 'failed', tries, error });
    return writeOf(
      noted(failed, { code: 'task_failed', error }, now),
      ownLine(now, 'review_task_failed', error),
    );
  }
  // Surely not done by this try: what was in doubt before it still is.
  const left = result.kind === 'unknown' ? doubt : before;
  const wait = Math.max(waitAfter(tries, result, policy), refused ? retryRefusedEvery : 0);
  const next = withTask(rebuild, glass.n, {
    ...bare,
    ...(left && { doubt: left }),
    tries,
    error,
    retryAt: now + wait,
  });
  const tell = refused ? said !== error : tries === triesBeforeTold;
  return writeOf(
    tell ? noted(next, { code: 'task_late', deed: work.deed, error }, now) : next,
    ...(said === error ? [] : [ownLine(now, 'review_task_retry', error)]),
  );
};

const without = ({ retryAt: _, ...rest }: Omit<ReviewTask, 'doubt' | 'error'>) => rest;

const done = (
  rebuild: Rebuild,
  { n }: Glass,
  { doubt: _, retryAt: __, error: ___, ...task }: ReviewTask,
  { deed }: TaskWork,
  { id, url }: Extract<TicketResult, { ok: true }>,
  now: number,
): Transition => {
  const next: ReviewTask = {
    ...task,
    done: [...task.done, deed],
    tries: 0,
    ...(deed === 'raised' && { state: 'open', key: id, ...(url !== undefined && { url }) }),
  };
  const made = withTask(rebuild, n, next);
  return writeOf(
    deed === 'raised' ? noted(made, { code: 'task', key: id, url }, now) : made,
    ownLine(now, `review_task_${deed}`, deed === 'raised' ? (url ?? id) : (task.key ?? id)),
  );
};
