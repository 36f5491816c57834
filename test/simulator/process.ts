import type { Scheduler } from './scheduler.ts';

/** A process that can be killed, or stopped for a while and go on as if nothing had happened (a zombie). */
export interface SimProcess {
  readonly name: string;
  readonly alive: boolean;
  /** Alive, and not stopped just now. */
  readonly running: boolean;
  readonly now: () => number;
  /** What it waits for never comes. Requests that are under way still arrive. */
  kill(): void;
  /** SIGSTOP until then: answers wait. */
  stopUntil(time: number): void;
  sleep(ms: number): Promise<void>;
  /**
   * A request: takes effect elsewhere after `there`, is answered after `back`; ms. What `effect` throws is thrown.
   * `changes`: it changes something there.
   */
  call<T>(there: number, effect: () => T, back: number, changes?: boolean): Promise<T>;
}

/** `atBoundary` is asked whenever an answer comes in, the moment at which a crash does the most harm. */
export const createProcess = (
  scheduler: Scheduler,
  name: string,
  skew: number,
  atBoundary: (process: SimProcess, changes: boolean) => void,
): SimProcess => {
  let alive = true;
  let stoppedUntil = 0;
  const deliver = (run: () => void, changes = false): void => {
    if (process.running) atBoundary(process, changes);
    if (!alive) return;
    if (scheduler.now() < stoppedUntil) scheduler.at(stoppedUntil, () => deliver(run));
    else run();
  };
  const process: SimProcess = {
    name,
    get alive() {
      return alive;
    },
    get running() {
      return alive && scheduler.now() >= stoppedUntil;
    },
    now: () => scheduler.now() + skew,
    kill: () => {
      alive = false;
    },
    stopUntil: (time) => {
      stoppedUntil = Math.max(stoppedUntil, time);
    },
    sleep: (ms) =>
      new Promise((resolve) => {
        scheduler.at(scheduler.now() + ms, () => deliver(resolve));
      }),
    call: (there, effect, back, changes = false) =>
      new Promise((resolve, reject) => {
        scheduler.at(scheduler.now() + there, () => {
          const answer = attempt(effect);
          scheduler.at(scheduler.now() + back, () =>
            deliver(() => (answer.ok ? resolve(answer.value) : reject(answer.error)), changes),
          );
        });
      }),
  };
  return process;
};

type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

const attempt = <T>(effect: () => T): Answer<T> => {
  try {
    return { ok: true, value: effect() };
  } catch (error) {
    return { ok: false, error };
  }
};
