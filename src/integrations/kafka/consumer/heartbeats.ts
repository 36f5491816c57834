export interface Heartbeats extends Disposable {
  /** The first refusal: this consumer is about to lose its partitions, or has. */
  readonly lost: unknown;
  /** Aborted with the first refusal. */
  readonly signal: AbortSignal;
}

/**
 * Beats in the background while a batch is worked on; kafkajs by itself does it only between batches. `beat` decides
 * whether one is due.
 */
export const startHeartbeats = (beat: () => Promise<void>, everyMs: number): Heartbeats => {
  const controller = new AbortController();
  let beating = false;
  const timer = setInterval(() => {
    if (beating || controller.signal.aborted) return;
    beating = true;
    beat()
      .catch((error: unknown) => controller.abort(error))
      .finally(() => {
        beating = false;
      });
  }, everyMs);
  return {
    signal: controller.signal,
    get lost() {
      return controller.signal.aborted ? controller.signal.reason : undefined;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
};
