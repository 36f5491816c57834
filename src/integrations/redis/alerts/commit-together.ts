import type { CommitRecords } from './commit.ts';
import type { Block } from './commit-plan.ts';

/** As many as one script call takes: keeps it well under a millisecond of Redis' time. */
const atMost = 64;

interface Waiting {
  readonly block: Block;
  readonly answer: PromiseWithResolvers<boolean>;
}

/**
 * Writes single records, those of one turn of the event loop with one call of the script: each is written or not by its
 * own version, as if it came alone. A write waits for the rest of its turn; in a storm, one call claims or opens many threads.
 * Answers false where the version did not match.
 */
export const commitTogether = (commit: CommitRecords): ((block: Block) => Promise<boolean>) => {
  let waiting: Waiting[] = [];
  const flush = (): void => {
    const all = waiting;
    waiting = [];
    for (let at = 0; at < all.length; at += atMost) void send(commit, all.slice(at, at + atMost));
  };
  return (block) => {
    if (waiting.length === 0) setImmediate(flush);
    const answer = Promise.withResolvers<boolean>();
    waiting.push({ block, answer });
    return answer.promise;
  };
};

const send = async (commit: CommitRecords, part: readonly Waiting[]): Promise<void> => {
  try {
    const conflicts = new Set(await commit(part.map(({ block }) => block)));
    for (const [place, { answer }] of part.entries()) answer.resolve(!conflicts.has(place));
  } catch (error) {
    for (const { answer } of part) answer.reject(error);
  }
};
