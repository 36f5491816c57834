import { StoreUnavailable } from '../src/core/errors.ts';

const late = Symbol('late');

const race = async <T>(work: Promise<T>, ms: number): Promise<T | typeof late> => {
  const { promise, resolve } = Promise.withResolvers<typeof late>();
  const timer = setTimeout(resolve, ms, late);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
};

/** What `work` resolves to, or `StoreUnavailable` after `ms`: a person is never left without an answer. */
export const withDeadline = async <T>(work: Promise<T>, ms: number): Promise<T> => {
  const result = await race(work, ms);
  if (result === late) throw new StoreUnavailable(`The records did not answer within ${ms} ms.`);
  return result;
};

/** What `work` resolves to; undefined when that takes longer than `ms`. */
export const inTime = async <T>(work: Promise<T>, ms: number): Promise<T | undefined> => {
  const result = await race(work, ms);
  return result === late ? undefined : result;
};
