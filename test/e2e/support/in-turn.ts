/** A start is work for a whole core; ten at once on two cores are ten that come too late. */
const atOnce = 2;
let running = 0;
const waiting: (() => void)[] = [];

/** Starts worlds and farmhands of one test file two at a time, however many tests run concurrently. */
export const inTurn = async <T>(start: () => Promise<T>): Promise<T> => {
  if (running < atOnce) running++;
  else await new Promise<void>((go) => waiting.push(go));
  try {
    return await start();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
};
