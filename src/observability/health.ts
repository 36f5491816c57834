import { createLoopClock, stallLimitMs, tickMs } from './loop-clock.ts';

/**
 * What the probes answer. Three questions, kept apart:
 * live – is this process beyond help (stalled loop, dead worker)? Then a restart is the cure.
 * ready – is it configured, bound and not draining? A flag; no dependency ever flips it.
 * status – how are the dependencies? For people and metrics, never for a probe.
 * This module imports no client and does no I/O: it only remembers what it was told.
 */
export interface Health {
  live(): HealthVerdict;
  ready(): HealthVerdict;
  status(): HealthStatus;
  /** Ready once every condition named at creation is met. */
  met(condition: string): void;
  /** Not ready from now on, for good. */
  drain(): void;
  readonly draining: boolean;
  /**
   * Registers a worker loop. It beats once a turn, whether or not the turn succeeded: every wait inside a turn must end
   * before `limitMs`, so that a hanging dependency is an unsuccessful turn and not a dead loop.
   */
  loop(name: string, limitMs: number): WorkerLoop;
  /** How a dependency is, told by its adapter on every change or look. */
  report(name: string, state: DependencyState, error?: unknown): void;
  [Symbol.dispose](): void;
}

export interface WorkerLoop {
  beat(): void;
  /** The loop ended on purpose: it is no longer expected to beat. */
  stop(): void;
}

export type DependencyState = 'up' | 'degraded' | 'down';

export interface HealthVerdict {
  readonly ok: boolean;
  /** Why not, in plain words; empty when ok. */
  readonly problems: readonly string[];
}

export interface HealthStatus {
  readonly live: boolean;
  readonly ready: boolean;
  readonly draining: boolean;
  readonly problems: readonly string[];
  readonly loops: readonly { readonly name: string; readonly age_ms: number; readonly limit_ms: number }[];
  readonly dependencies: readonly DependencyStatus[];
}

export interface DependencyStatus {
  readonly name: string;
  readonly state: DependencyState;
  /** How long it has been in this state, and since it was last heard of. */
  readonly for_seconds: number;
  readonly age_seconds: number;
  readonly last_error?: { readonly message: string; readonly seconds_ago: number };
}

interface Dependency {
  readonly state: DependencyState;
  readonly since: number;
  readonly at: number;
  readonly error?: { readonly message: string; readonly at: number };
}

/** `now` is monotonic, in ms. `safe` takes secrets out of error texts. Dispose it to stop its timer. */
export const createHealth = (options: {
  now: () => number;
  /** What must be met before the process is ready: `config`, `listener` … */
  conditions: readonly string[];
  safe: (text: string) => string;
  onReport?: (name: string, state: DependencyState) => void;
}): Health => {
  const { now } = options;
  const clock = createLoopClock(now());
  const unmet = new Set(options.conditions);
  const loops = new Map<string, { at: number; readonly limitMs: number }>();
  const dependencies = new Map<string, Dependency>();
  let draining = false;

  // Not kept alive by it: a process with nothing else to do may end.
  const timer = setInterval(() => clock.tick(now()), tickMs).unref();

  const live = (): HealthVerdict => {
    const at = now();
    const stall = clock.stall(at);
    const running = clock.running(at);
    return verdict([
      ...(stall === undefined
        ? []
        : [`the event loop stalled for ${Math.round(stall / 1000)} s (limit ${stallLimitMs / 1000} s)`]),
      ...[...loops]
        .filter(([, loop]) => running - loop.at > loop.limitMs)
        .map(
          ([name, loop]) =>
            `worker loop ${name} has not turned for ${Math.round((running - loop.at) / 1000)} s`,
        ),
    ]);
  };

  const ready = (): HealthVerdict =>
    verdict([
      ...(draining ? ['draining'] : []),
      ...[...unmet].map((condition) => `waiting for: ${condition}`),
    ]);

  return {
    live,
    ready,
    status: () => {
      const at = now();
      const running = clock.running(at);
      const [liveness, readiness] = [live(), ready()];
      return {
        live: liveness.ok,
        ready: readiness.ok,
        draining,
        problems: [...liveness.problems, ...readiness.problems],
        loops: [...loops].map(([name, loop]) => ({
          name,
          age_ms: Math.round(running - loop.at),
          limit_ms: loop.limitMs,
        })),
        dependencies: [...dependencies].map(([name, dependency]) => dependencyStatus(name, dependency, at)),
      };
    },
    met: (condition) => void unmet.delete(condition),
    drain: () => {
      draining = true;
    },
    get draining() {
      return draining;
    },
    loop: (name, limitMs) => {
      const own = { at: clock.running(now()), limitMs };
      loops.set(name, own);
      return {
        beat: () => {
          own.at = clock.running(now());
        },
        stop: () => {
          if (loops.get(name) === own) loops.delete(name);
        },
      };
    },
    report: (name, state, error) => {
      const at = now();
      const before = dependencies.get(name);
      const last = error === undefined ? before?.error : { message: errorText(error, options.safe), at };
      const since = before?.state === state ? before.since : at;
      dependencies.set(name, { state, since, at, ...(last && { error: last }) });
      options.onReport?.(name, state);
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
};

const verdict = (problems: readonly string[]): HealthVerdict => ({ ok: problems.length === 0, problems });

const dependencyStatus = (name: string, dependency: Dependency, at: number): DependencyStatus => ({
  name,
  state: dependency.state,
  for_seconds: seconds(at - dependency.since),
  age_seconds: seconds(at - dependency.at),
  ...(dependency.error && {
    last_error: { message: dependency.error.message, seconds_ago: seconds(at - dependency.error.at) },
  }),
});

const seconds = (ms: number): number => Math.round(ms / 100) / 10;

const longestError = 300;
/** Cut after the secrets are out: half a secret is not recognised any more. */
const errorText = (error: unknown, safe: (text: string) => string): string =>
  safe(error instanceof Error ? error.message : String(error)).slice(0, longestError);
