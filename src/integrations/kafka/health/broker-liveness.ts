export interface BrokerLiveness extends Disposable {
  /** A broker has answered. */
  touch(): void;
  /** Milliseconds since the epoch; undefined before the first answer. */
  readonly last: number | undefined;
  /** True when no broker has answered for `silence` milliseconds. */
  lost(silence?: number): boolean;
}

/** A fetch ends every half second and a heartbeat comes every three: this much is not by chance. */
const silent = 10_000;

/** Knows whether the brokers answer; looks every second and tells when that changes. */
export const createBrokerLiveness = (
  now: () => number,
  onChange: (reachable: boolean) => void,
): BrokerLiveness => {
  let last: number | undefined;
  let reachable = false;
  const lost = (silence = silent): boolean => last === undefined || now() - last > silence;
  const look = (): void => {
    if (reachable === !lost()) return;
    reachable = !reachable;
    onChange(reachable);
  };
  const timer = setInterval(look, 1000).unref();
  return {
    touch: () => {
      last = now();
      look();
    },
    get last() {
      return last;
    },
    lost,
    [Symbol.dispose]: () => clearInterval(timer),
  };
};
