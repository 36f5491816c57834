import { expect } from 'vitest';

/**
 * One way to test whatever decides, in the words of emmett's `DeciderSpecification`: given a state, when something
 * comes in, then this follows. Not a plain `then`: that would make a promise of it.
 */
export const givenFor =
  <State, Input extends readonly unknown[], Result>(decide: (state: State, ...input: Input) => Result) =>
  (state: State) => ({
    when: (...input: Input) => {
      const result = decide(state, ...input);
      return {
        /** For a next `given`. */
        result,
        /** All of it, and nothing else. */
        thenIs: (expected: Result): void => expect(result).toEqual(expected),
        /** These parts of it, of a record that is long. */
        thenHas: (expected: Part<Result>): void => expect(result).toMatchObject(expected as object),
      };
    },
  });

type Part<T> = T extends readonly (infer Item)[]
  ? readonly Part<Item>[]
  : T extends object
    ? { readonly [K in keyof T]?: Part<T[K]> }
    : T;
