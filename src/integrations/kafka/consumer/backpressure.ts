export interface Backpressure {
  /** The reason of the first that waits; undefined when nobody does. */
  readonly reason: string | undefined;
  /** One more batch waits for the store; the result ends its waiting. */
  enter(reason: string): () => void;
}

/**
 * Reading is paused from the first batch that has to wait until the last one need not. Everyone who waits leaves at
 * last, however it ends, so a pause cannot outlive its cause.
 */
export const createBackpressure = (change: (held: boolean) => void): Backpressure => {
  const waiting = new Set<symbol>();
  let reason: string | undefined;
  return {
    get reason() {
      return reason;
    },
    enter: (why) => {
      const ticket = Symbol(why);
      waiting.add(ticket);
      if (waiting.size === 1) {
        reason = why;
        change(true);
      }
      return () => {
        if (!waiting.delete(ticket) || waiting.size > 0) return;
        reason = undefined;
        change(false);
      };
    },
  };
};
