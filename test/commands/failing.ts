/** How one call of something fails; `late` ones say nothing until everybody has stopped listening. */
export type Fault = 'refuses' | 'breaks' | 'hangs' | 'refuses late';

/** Counts the calls of what it is laid over, and lets the one with number `at` (from 1) fail. */
export interface Failing {
  calls: number;
  over<T extends object>(target: T): T;
}

export const failing = (at: number, fail: () => Promise<never>): Failing => {
  const state: Failing = {
    calls: 0,
    over: (target) =>
      new Proxy(target, {
        get: (from, key) => {
          const value: unknown = Reflect.get(from, key, from);
          if (typeof value !== 'function') return value;
          return (...args: unknown[]) => (++state.calls === at ? fail() : value.apply(from, args));
        },
      }),
  };
  return state;
};
