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
        (event) =>
          event.status === 'firing' &&
          event.position.via !== 'look' &&
          event.formerId === undefined &&
          !isMet(event.fingerprint) &&
          !(event.plain !== undefined && isMet(event.plain)) &&
          !(event.place !== undefined && isMet(event.place)),
      );
    },
    meet: (events) => {
      for (const event of events) addNames(young, event);
      if (young.size < atLeast) return;
      old = young;
      young = new Set();
    },
    guessed: (right) => {
      lastWasRight = right;
    },
  };
};

/** The series that events may belong to, each once. */
export const namesOfSeries = (events: readonly SeriesOfEvent[]): readonly string[] => {
  const names = new Set<string>();
  for (const event of events) addNames(names, event);
  return [...names];
};

type SeriesOfEvent = Pick<AlertEvent, 'fingerprint' | 'plain' | 'place'>;

const addNames = (to: Set<string>, { fingerprint, plain, place }: SeriesOfEvent): void => {
  to.add(fingerprint);
  if (plain !== undefined) to.add(plain);
  if (place !== undefined) to.add(place);
};
