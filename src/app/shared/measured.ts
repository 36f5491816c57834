/** How one call went. */
export interface MeasuredCall<T> {
  readonly seconds: number;
  /** `failed`: it threw. */
  readonly outcome: 'ok' | 'failed';
  readonly result?: T;
  readonly error?: unknown;
}

/** Runs it, and tells how it went. */
export const timed = async <T>(run: () => Promise<T>, told: (call: MeasuredCall<T>) => void): Promise<T> => {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  try {
    const result = await run();
    told({ seconds: seconds(), outcome: 'ok', result });
    return result;
  } catch (error) {
    told({ seconds: seconds(), outcome: 'failed', error });
    throw error;
  }
};

type Answer<T> = T[keyof T] extends (...args: never[]) => Promise<infer R> ? R : unknown;

/** The same port, all of whose methods are asynchronous: each call is told of, by the name of its method. */
export const measured = <T extends object>(
  port: T,
  told: (method: keyof T, call: MeasuredCall<Answer<T>>) => void,
): T =>
  new Proxy(port, {
    get: (target, name, receiver) => {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== 'function') return value;
      // What the method of a port answers is what its type says.
      const call = async (args: readonly unknown[]) => Reflect.apply(value, target, args) as Answer<T>;
      return (...args: readonly unknown[]) =>
        timed(
          () => call(args),
          (how) => told(name as keyof T, how),
        );
    },
  });
