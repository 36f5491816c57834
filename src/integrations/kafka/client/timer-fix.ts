import { createRequire } from 'node:module';

interface RequestQueue {
  readonly pending: readonly unknown[];
  /** Milliseconds since the epoch; -1 when the broker does not throttle. */
  readonly throttledUntil: number;
  scheduleCheckPendingRequests(): void;
}

const require = createRequire(import.meta.url);
const queue: { prototype: RequestQueue } = require('kafkajs/src/network/requestQueue/index.js');
const original = queue.prototype.scheduleCheckPendingRequests;
let fixed = false;

/**
 * After every answer kafkajs 2.2.4 sets a timer in the distant past, for which Node 24 prints TimeoutNegativeWarning
 * (https://github.com/tulios/kafkajs/issues/1751). The timer only looks at requests that wait or are throttled, so
 * where there are none it is not set at all.
 */
export const fixTimers = (): void => {
  if (fixed) return;
  fixed = true;
  queue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) original.call(this);
  };
};
