import { StoreUnavailable } from '../core/errors.ts';

/**
 * The same change, refused while `held` says why. A pass that began before a loss was noticed goes on after it, on a
 * record that came back older: what it decides then may have been done already. Asked right before the write, so that
 * nothing lies between.
 *
 * @throws StoreUnavailable: nothing was written, and a later pass looks again
 */
export const heldBack =
  <R, T>(held: () => string | undefined, change: (record: R) => T) =>
  (record: R): T => {
    const why = held();
    if (why !== undefined) throw new StoreUnavailable(`${why} Nothing was written.`);
    return change(record);
  };
