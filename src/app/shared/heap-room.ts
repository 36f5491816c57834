import { constants, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';

/** What the heap may grow by before the whole of it is collected; bytes. */
const room = 32 * 2 ** 20;

/** Right after the start little is left of a heap; percent. */
const most = 200;
/** About what V8 gives a small heap by itself; percent. */
const least = 40;

/** By how many percent the heap may grow when `used` bytes are left of it; 0: as V8 thinks best. */
export const growthFor = (used: number): number => {
  const percent = Math.min(most, Math.round((100 * room) / used));
  return percent < least ? 0 : percent;
};

/** A heap that may become larger has more room than this by itself; bytes. */
const smallHeap = 640 * 2 ** 20;

/**
 * The smaller a heap may become, the less V8 lets it grow between two collections of all of it: under the 384 MB of the chart's
 * limit the intake of a backlog collected all of it every 1,500 events. So there the room is told in bytes, anew after each such
 * collection: a small heap has enough of it, and a large one what V8 thinks best. Without such a limit nothing is told.
 */
export const giveHeapRoom = (limit: number = getHeapStatistics().heap_size_limit): Disposable => {
  const stack = new DisposableStack();
  if (limit > smallHeap) return stack;
  const grow = (percent: number): void => setFlagsFromString(`--heap-growing-percent=${percent}`);
  const observer = new PerformanceObserver((list) => {
    if (list.getEntries().some(isMajor)) grow(growthFor(getHeapStatistics().used_heap_size));
  });
  observer.observe({ entryTypes: ['gc'] });
  grow(growthFor(getHeapStatistics().used_heap_size));
  stack.defer(() => {
    observer.disconnect();
    grow(0);
  });
  return stack;
};

/** Node's types do not know what an entry of a collection tells. */
const isMajor = (entry: object): boolean =>
  (entry as { readonly detail?: { readonly kind?: number } }).detail?.kind ===
  constants.NODE_PERFORMANCE_GC_MAJOR;
