import { type AuditCopy, checkpointIn, linesAtOnce, type Met, meetCopy } from './copy.ts';
import type { AuditChain } from './ports.ts';
import { type Checkpoint, chainVerifier } from './verify.mjs';

/** Who writes the copy next: one at a time, of all who may. */
export interface CopyTurn {
  /**
   * Runs `work` with the copy's end as the last writer left it (undefined: nobody is sure of it), and remembers what it
   * answers; where it throws nobody is sure. False: somebody else is at it.
   */
  take(work: (end: Checkpoint | undefined) => Promise<Checkpoint | undefined>): Promise<boolean>;
  /** The copy's end as of the last turn; undefined while nobody is sure of it. */
  end(): Promise<Checkpoint | undefined>;
}

export interface FollowerDeps {
  readonly chain: AuditChain;
  readonly copy: AuditCopy;
  readonly turn: CopyTurn;
  /** Told of what the chain had lost and was given back, and of a split: once. */
  readonly onMet: (met: Exclude<Met, { state: 'agreed' }>) => Promise<void>;
}

/** Brings one copy up to the chain's end. */
export interface Follower {
  /** At most one at a time. @throws whatever keeps the copy from being written */
  follow(): Promise<void>;
  /** The copy's end, where that is known. */
  end(): Promise<Checkpoint | undefined>;
  /** At which record the two are not the same any more. */
  split(): number | undefined;
}

export const createFollower = ({ chain, copy, turn, onMet }: FollowerDeps): Follower => {
  let running: Promise<void> | undefined;
  let splitAt: number | undefined;

  const met = async (found: Met): Promise<void> => {
    if (found.state === 'agreed') return;
    if (found.state === 'split') splitAt = found.at;
    await onMet(found);
  };

  /** Answers the copy's end after it. */
  const catchUp = async (known: Checkpoint | undefined): Promise<Checkpoint | undefined> => {
    let end = known ?? (await copy.readEnd());
    const head = await chain.head();
    if (end && (head.seq <= end.seq || !known)) {
      if (head.seq === end.seq && head.hash === end.hash) return end;
      await met(await meetCopy(chain, copy, end));
    }
    while (splitAt === undefined) {
      const lines = await chain.lines((end?.seq ?? 0) + 1, linesAtOnce);
      const last = lines.at(-1);
      if (last === undefined) return end;
      const problem = end && followsNot(end, lines);
      if (problem !== undefined) {
        await met({ state: 'split', at: problem });
        return end;
      }
      await copy.append(lines);
      end = checkpointIn(last);
    }
    return end;
  };

  const follow = async (): Promise<void> => {
    if (splitAt !== undefined) return;
    await turn.take(catchUp);
  };

  return {
    follow: () => {
      running ??= follow().finally(() => {
        running = undefined;
      });
      return running;
    },
    end: turn.end,
    split: () => splitAt,
  };
};

/** The first number that does not follow on the copy's end, or is not what was written. */
const followsNot = (end: Checkpoint, lines: readonly string[]): number | undefined => {
  const verifier = chainVerifier([end]);
  for (const line of lines) verifier.take(line);
  return verifier.end().problems[0]?.seq;
};

/** The turn of a copy that only this process writes. */
export const ownTurn = (): CopyTurn => {
  let end: Checkpoint | undefined;
  return {
    take: async (work) => {
      const before = end;
      end = undefined;
      end = await work(before);
      return true;
    },
    end: async () => end,
  };
};
