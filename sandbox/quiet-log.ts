import type { Log } from '../src/observability/log.ts';

/** For clients of the sandbox itself: only what a person must act on. */
export const quietLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (data, message) => console.error(message, data),
};
