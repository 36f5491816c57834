import type { AlertEvent } from '../alerts/model/event.ts';

/**
 * Series that this process has not met. Their events are most likely the first of alerts that nobody knows, and are written on
 * that guess, without a look at what is there: one wait for the store less. The store checks the guess as it writes, so
 * a wrong one costs a call and nothing else.
 */
export interface Strangers {
  /** Whether to write these without a look. */
  worthAGuess(events: readonly AlertEvent[]): boolean;
  /** From now on they are known. */
  meet(events: readonly AlertEvent[]): void;
  /** What came of a guess. */
  guessed(right: boolean): void;
}

/** A wrong guess about more events than these costs too much to be made twice in a row. */
const few = 8;

/** @param atLeast how many series are remembered; up to twice as many are, about 100 bytes each */
export const createStrangers = (atLeast = 8_192): Strangers => {
  let young = new Set<string>();
  let old = young;
  let lastWasRight = true;
  const isMet = (series: string): boolean => young.has(series) || old.has(series);
  return {
    worthAGuess: (events) => {
      if (events.length > few && !lastWasRight) {
        lastWasRight = true;
        return false;
      }
      // What a look found, and what is over, is about something that is known.
      return events.every(
        ({ status, position, formerId, ...event }) =>
          status === 'firing' &&
          position.via !== 'look' &&
          formerId === undefined &&
          !namesOf(event).some(isMet),
      );
    },
    meet: (events) => {
      for (const event of events) for (const name of namesOf(event)) young.add(name);
      if (young.size < atLeast) return;
      old = young;
      young = new Set();
    },
    guessed: (right) => {
      lastWasRight = right;
    },
  };
};

/** The series that an event may belong to. */
export const namesOf = ({
  fingerprint,
  plain,
  place,
}: Pick<AlertEvent, 'fingerprint' | 'plain' | 'place'>): readonly string[] => {
  if (plain === undefined && place === undefined) return [fingerprint];
  return [fingerprint, plain ?? [], place ?? []].flat();
};
