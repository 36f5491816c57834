import { type RoundsDeps, startRounds } from './rounds.ts';
import { type Nudges, type Work, works } from './work.ts';

export interface ResyncDeps extends Omit<RoundsDeps, 'round'> {
  readonly nudges: Pick<Nudges, 'nudge'>;
  /** What may have lost its nudge. Absent: not looked for here. */
  readonly find: Readonly<Partial<Record<Work, () => Promise<readonly string[]>>>>;
  /** Told of each round, also of one that failed: it shows that this process is alive. */
  readonly onRound?: () => void;
}

/** Puts back the nudges that were lost, most often because the process that had them has died. Answers how to stop. */
export const startResync = ({ nudges, find, onRound, ...rounds }: ResyncDeps): (() => void) =>
  startRounds({
    ...rounds,
    round: async () => {
      try {
        for (const work of works) {
          const found = (await find[work]?.()) ?? [];
          if (found.length > 0) await nudges.nudge(work, found);
        }
      } finally {
        onRound?.();
      }
    },
  });
