export interface LooksDeps {
  /** True for one process at a time, for the time until the next round. */
  readonly turn: (ms: number) => Promise<boolean>;
  /** One round; does not throw for what other systems do. */
  readonly sweep: () => Promise<void>;
  readonly every: number;
  readonly onError: (error: unknown) => void;
}

/** Looks for alerts where they come from, every so often, in one of the processes. Answers how to stop it. */
export const startLooks = ({ turn, sweep, every, onError }: LooksDeps): (() => void) => {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const round = async (): Promise<void> => {
    try {
      // A little less, so that the one that had the turn finds it free again.
      if (await turn(every * 0.9)) await sweep();
    } catch (error) {
      onError(error);
    }
    if (!stopped) timer = setTimeout(() => void round(), every);
  };
  timer = setTimeout(() => void round(), every);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
};
