/** The work did not end in time. Whether it will still have an effect is unknown. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

/** `work`'s result, or `DeadlinePassed` after `ms`. The signal asks it to stop; the answer does not wait for that. */
export const withDeadline = async <T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new DeadlinePassed(`no answer within ${ms} ms`);
      stop.abort(error);
      reject(error);
    }, ms);
  });
  try {
    return await Promise.race([work(stop.signal), late]);
  } finally {
    clearTimeout(timer);
  }
};

/** The same where being late is an answer: undefined. */
export const inTime = async <T>(ms: number, work: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await withDeadline(ms, work);
  } catch (error) {
    if (error instanceof DeadlinePassed) return undefined;
    throw error;
  }
};
