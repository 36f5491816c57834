/** A virtual clock: things happen in the order of their times, equal times in the order they were asked for. */
export interface Scheduler {
  now(): number;
  at(time: number, run: () => void): void;
  /** Runs all that is due up to `end`; everything that promises set going is done before the clock moves on. */
  runUntil(end: number): Promise<void>;
}

interface Entry {
  readonly time: number;
  readonly order: number;
  readonly run: () => void;
}

export const createScheduler = (start: number): Scheduler => {
  const heap: Entry[] = [];
  let now = start;
  let order = 0;
  const before = (a: Entry, b: Entry): boolean =>
    a.time - b.time < 0 || (a.time === b.time && a.order < b.order);
  const entry = (i: number): Entry => heap[i] as Entry;
  const swap = (i: number, j: number): void => {
    [heap[i], heap[j]] = [entry(j), entry(i)];
  };
  const push = (added: Entry): void => {
    let i = heap.push(added) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(entry(i), entry(parent))) return;
      swap(i, parent);
      i = parent;
    }
  };
  const pop = (): Entry | undefined => {
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let i = 0; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && before(entry(child), entry(least))) least = child;
      }
      if (least === i) return first;
      swap(i, least);
      i = least;
    }
  };
  return {
    now: () => now,
    at: (time, run) => push({ time: Math.max(time, now), order: ++order, run }),
    runUntil: async (end) => {
      // What was begun just now asks for its first moment before time goes on.
      await settled();
      for (let next = heap[0]; next !== undefined && next.time <= end; next = heap[0]) {
        pop();
        now = next.time;
        next.run();
        await settled();
      }
      now = end;
    },
  };
};

/** After every promise that can go on has gone on: a tick's turn comes when there are no more of them. */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
