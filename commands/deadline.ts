import { StoreUnavailable } from '../src/errors.ts';

/** What `work` resolves to, or `StoreUnavailable` after `ms`: a person is never left without an answer. */
export const withDeadline = async <T>(work: Promise<T>, ms: number): Promise<T> => {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new StoreUnavailable(`The records did not answer within ${ms} ms.`)),
    ms,
  );
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
};
