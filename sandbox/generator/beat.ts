import type { Trouble } from './fault.ts';

/** A trouble begins or ends. Times in ms, of the story or of the clock. */
export interface Change<T extends Trouble = Trouble> {
  readonly atMs: number;
  readonly what: 'fires' | 'resolves';
  readonly trouble: T;
  readonly since: number;
}

/** One thing that happens in the story: a change, or something odd is sent. */
export type Beat =
  | Change
  /** The message sent last comes once more, byte by byte: a broker or a sensor repeated itself. */
  | { readonly atMs: number; readonly what: 'repeats' }
  /** Something that is no event. */
  | { readonly atMs: number; readonly what: 'poison' };

/** `trouble` from `from` to `to`; without `to` it stays. */
export const lasting = (trouble: Trouble, from: number, to?: number): readonly Beat[] => [
  { atMs: from, what: 'fires', trouble, since: from },
  ...(to === undefined ? [] : [{ atMs: to, what: 'resolves', trouble, since: from } as const]),
];

/** `trouble` that comes and goes `times` times, up and down for `period` each. */
export const flapping = (trouble: Trouble, from: number, times: number, period: number): readonly Beat[] =>
  Array.from({ length: times }, (_, i) => {
    const start = from + 2 * i * period;
    return lasting(trouble, start, start + period);
  }).flat();
