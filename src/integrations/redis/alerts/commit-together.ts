import type { CommitRecords } from './commit.ts';
import type { Block } from './commit-plan.ts';

/** As many as one script call takes: keeps it well under a millisecond of Redis' time. */
const atMost = 64;

interface Waiting {
  readonly block: Block;
  readonly answer: PromiseWithResolvers<boolean>;
}

/**
 * Writes single records, several with one call of the script: each is written or not by its own version, as if it came
 * alone. What is asked for while nothing is under way goes at once, with whatever else is asked for in the same breath; while a
 * call is under way, what comes is gathered for the next one. So a write that comes alone waits for nobody, and in a storm
 * one call claims or opens many threads. Answers false where the version did not match.
 */
export const commitTogether = (commit: CommitRecords): ((block: Block) => Promise<boolean>) => {
  const waiting: Waiting[] = [];
  let underWay = false;
  const goOn = async (): Promise<void> => {
    while (waiting.length > 0) await send(commit, waiting.splice(0, atMost));
    underWay = false;
  };
  return (block) => {
    const answer = Promise.withResolvers<boolean>();
    waiting.push({ block, answer });
    if (!underWay) {
      underWay = true;
      queueMicrotask(goOn);
    }
    return answer.promise;
  };
};

/** Never throws. */
const send = async (commit: CommitRecords, part: readonly Waiting[]): Promise<void> => {
  try {
    const conflicts = new Set(await commit(part.map(({ block }) => block)));
    for (const [place, { answer }] of part.entries()) answer.resolve(!conflicts.has(place));
  } catch (error) {
    for (const { answer } of part) answer.reject(error);
  }
};
