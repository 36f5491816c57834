import type { Freeze } from '../rules/freezes.ts';

/** A rebuild that people have frozen. Times in ms. */
export interface FrozenSince {
  /** From here on its time does not count. */
  readonly at: number;
  /** What holds it, as it was last told. */
  readonly by: readonly Freeze[];
  /** When it is said again. */
  readonly remindAt: number;
  /** The end that was announced. */
  readonly announced?: number;
}
