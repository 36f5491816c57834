import { type After, type Nudges, type Work, works } from './work.ts';

export interface RoundsDeps {
  readonly after: After;
  /** From the end of one round to the next; ms. */
  readonly every: number;
  /** Default: `every`. */
  readonly first?: number;
  readonly round: () => Promise<void>;
  /** A round that fails is told, and the next one follows. */
  readonly onError: (error: unknown) => void;
  /** Calls `then` whenever a round is wanted at once; answers how to end that. */
  readonly wake?: (then: () => void) => () => void;
}

/** One round after the other, never two at once. Answers how to stop. */
export const startRounds = ({
  after,
  every,
  first = every,
  round,
  onError,
  wake,
}: RoundsDeps): (() => void) => {
  let stopped = false;
  let running = false;
  let callOff = (): void => {};
  const turn = async (): Promise<void> => {
    running = true;
    await round().catch(onError);
    running = false;
    if (!stopped) callOff = after(every, () => void turn());
  };
  if (first === 0) void turn();
  else callOff = after(first, () => void turn());
  const endWaking = wake?.(() => {
    if (running || stopped) return;
    callOff();
    void turn();
  });
  return () => {
    stopped = true;
    endWaking?.();
    callOff();
  };
};

export interface ResyncDeps extends Omit<RoundsDeps, 'round'> {
  readonly nudges: Pick<Nudges, 'found'>;
  /** What may have lost its nudge. Absent: not looked for here. */
  readonly find: Readonly<Partial<Record<Work, (() => Promise<readonly string[]>) | undefined>>>;
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
          if (found.length > 0) await nudges.found(work, found);
        }
      } finally {
        onRound?.();
      }
    },
  });
