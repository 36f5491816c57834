import { residentMemory } from './machine.ts';
import { median } from './stats.ts';

/** Looks at the memory of a process twice a second. */
export const watchMemory = (pid: number) => {
  let seen: number[] = [];
  let most = 0;
  const timer = setInterval(() => {
    residentMemory(pid).then(
      (bytes) => {
        seen.push(bytes);
        most = Math.max(most, bytes);
      },
      () => {},
    );
  }, 500);
  return {
    clear: () => {
      seen = [];
    },
    steady: () => median(seen),
    /** Of all its time, the start as well. */
    peak: () => most,
    [Symbol.dispose]: () => clearInterval(timer),
  };
};
