import type { RunningApp } from '../app/shared/run-options.ts';
import type { Log } from '../observability/log.ts';
import { type ExitCode, exitCodes } from './terminal/failure.ts';

/** The part of `process` that tells about its end. */
export interface ProcessEvents {
  on(event: string, listener: (value: unknown) => void): unknown;
  off(event: string, listener: (value: unknown) => void): unknown;
}

export interface LifecycleOptions {
  readonly start: (signal: AbortSignal, fail: (error: unknown) => void) => Promise<RunningApp>;
  readonly events: ProcessEvents;
  readonly log: Log;
  /** SIGUSR2: more in the log, or no more than usual. */
  readonly switchLevel: () => void;
  /** How long a graceful stop may take, ms. */
  readonly graceMs: number;
}

/**
 * Runs the app until it is asked to stop, and says how it ended. SIGTERM and SIGINT stop it gracefully, a second one
 * at once; SIGHUP reloads, SIGUSR2 switches the log to `debug` and back. What nobody caught ends it at once: its state is not known any more. The caller exits
 * with the answer, whatever is still open.
 */
export const runUntilStopped = async (options: LifecycleOptions): Promise<ExitCode> => {
  const { events, log, graceMs } = options;
  const stopping = new AbortController();
  const asked = Promise.withResolvers<ExitCode>();
  const forced = Promise.withResolvers<ExitCode>();
  let app: RunningApp | undefined;
  let deadline: NodeJS.Timeout | undefined;

  const stop = (code: ExitCode): void => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    deadline = setTimeout(() => {
      log.error(
        { graceMs },
        'The graceful stop took too long: stopped hard. What was under way is looked up at the next start',
      );
      forced.resolve(exitCodes.failed);
    }, graceMs);
    asked.resolve(code);
  };
  const onSignal = (name: unknown): void => {
    if (stopping.signal.aborted) {
      log.warn(
        { signal: name },
        'A second signal: stopped at once. What was under way is looked up at the next start',
      );
      forced.resolve(exitCodes.failed);
      return;
    }
    log.info({ signal: name }, 'stopping: nothing more is taken in, what is under way is finished');
    stop(exitCodes.ok);
  };
  const onFatal = (error: unknown): void => {
    log.error({ error }, 'An error that nobody caught: stopped at once, please report it');
    forced.resolve(exitCodes.failed);
  };
  const fail = (error: unknown): void => {
    log.error({ error }, 'farmhand cannot go on and stops');
    stop(exitCodes.failed);
  };
  const listeners: readonly (readonly [string, (value: unknown) => void])[] = [
    ['SIGTERM', onSignal],
    ['SIGINT', onSignal],
    ['SIGHUP', () => app?.reload()],
    ['SIGUSR2', () => options.switchLevel()],
    ['uncaughtException', onFatal],
    ['unhandledRejection', onFatal],
  ];

  const run = async (): Promise<ExitCode> => {
    try {
      app = await options.start(stopping.signal, fail);
    } catch (error) {
      if (stopping.signal.aborted) return await asked.promise;
      throw error;
    }
    const code = await asked.promise;
    try {
      await app[Symbol.asyncDispose]();
      log.info({}, 'stopped');
      return code;
    } catch (error) {
      log.error({ error }, 'The graceful stop failed');
      return exitCodes.failed;
    }
  };

  for (const [event, listener] of listeners) events.on(event, listener);
  try {
    return await Promise.race([run(), forced.promise]);
  } finally {
    clearTimeout(deadline);
    for (const [event, listener] of listeners) events.off(event, listener);
  }
};
