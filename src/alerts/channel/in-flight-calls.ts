/** What this process has under way, so that a call that hangs holds up its own alert and nothing else. */
export interface InFlightCalls {
  has(key: string): boolean;
  /** How many of a channel are under way. */
  of(channel: string): number;
  /** How many more of a channel may begin: whatever there is, and what those who share leave to its owner. */
  free(channel: string): number;
  /**
   * Begins the work, unless that key is under way already, and waits for it, though not for long: it then goes on by
   * itself. Throws what the work throws; what is thrown later is told.
   */
  run<T>(channel: string, key: string, work: () => Promise<T>): Promise<T | typeof stillInFlight>;
  /** Until one of the channel ends, for at most `ms`. */
  change(channel: string, ms: number): Promise<void>;
  /** Until nothing is under way any more, for at most `ms`. */
  ended(ms: number): Promise<void>;
}

export interface InFlightDeps {
  /** Runs it after `ms`; answers how to call that off. */
  readonly after: (ms: number, run: () => void) => () => void;
  /** More than may be under way at once only wait for each other. */
  readonly atOnce: number;
  /** Who shares the calls by equal parts: the calls of one may hang, and the others' go on. Absent: nobody is told apart. */
  readonly shares?: () => { readonly names: readonly string[]; of(channel: string): string } | undefined;
  /** Something failed unexpectedly, and nobody waited for it any more. */
  readonly onLate: (error: unknown, channel: string) => void;
}

export const stillInFlight = 'still under way';

/** Most calls to Slack end well within this; ms. */
export const patience = 500;

export const createInFlightCalls = ({ after, atOnce, onLate, shares }: InFlightDeps): InFlightCalls => {
  const all = new Map<string, { readonly channel: string; readonly end: Promise<unknown> }>();
  const endsOf = (channel: string): readonly Promise<unknown>[] =>
    [...all.values()].filter((one) => one.channel === channel).map(({ end }) => end);
  /** Never throws: who waits here has not begun it. */
  const settled = (end: Promise<unknown>, ms: number): Promise<void> =>
    new Promise((resolve) => {
      const callOff = after(ms, resolve);
      const done = (): void => {
        callOff();
        resolve();
      };
      end.then(done, done);
    });
  return {
    has: (key) => all.has(key),
    of: (channel) => endsOf(channel).length,
    free: (channel) => {
      const left = atOnce - all.size;
      const shared = shares?.();
      if (!shared) return Math.max(0, left);
      const owner = shared.of(channel);
      const own = [...all.values()].filter((one) => shared.of(one.channel) === owner).length;
      return Math.max(0, Math.min(left, Math.ceil(atOnce / shared.names.length) - own));
    },
    run: async (channel, key, work) => {
      if (all.has(key)) return stillInFlight;
      let over = false;
      let waiting = true;
      const end = work().finally(() => {
        over = true;
        all.delete(key);
      });
      all.set(key, { channel, end });
      end.catch((error: unknown) => {
        if (!waiting) onLate(error, channel);
      });
      await settled(end, patience);
      if (over) return end;
      waiting = false;
      return stillInFlight;
    },
    change: (channel, ms) => settled(Promise.race(endsOf(channel)), ms),
    ended: (ms) => settled(Promise.allSettled([...all.values()].map(({ end }) => end)), ms),
  };
};
