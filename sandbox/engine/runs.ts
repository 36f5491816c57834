import { beginWork, stepWork, workDone } from './work.ts';
import { isActive, type SimRun, type SimState } from './world.ts';

export interface Moment {
  readonly synchronizer: number | undefined;
  readonly farmers: readonly string[];
  /** Time that counts for the runs, ms. */
  readonly passed: number;
  readonly piece: number;
}

/** The synchronizer alone is this many farmers. */
const aloneLike = 0.25;
const cacheFileEvery = 0.1;
const failsAt = 0.4;

export const advanceRun = (state: SimState, run: SimRun, moment: Moment): void => {
  if (moment.synchronizer !== run.by) fail(run, 'the synchronizer died');
  else if (run.state === 'waiting') begin(state, run, moment);
  else {
    work(state, run, moment);
    if (!isActive(run)) return;
    if (state.armed.has(run.kind) && run.done >= run.total * failsAt) {
      state.armed.delete(run.kind);
      failNow(run);
      // Sums of shares that were split by division miss the whole by a hair.
    } else if (run.done >= run.total - 1e-6) finish(state, run);
  }
};

const work = (state: SimState, run: SimRun, { farmers, passed, piece }: Moment): void => {
  if (!run.work) {
    run.done = Math.min(run.total, run.done + passed * (run.kind === 'rebuild' ? aloneLike : 1));
    return;
  }
  run.work = stepWork(run.work, farmers, passed, piece);
  if (run.work.engine === 'farm' && run.work.shares.size === 0) {
    fail(run, 'none of the farmers that it was started with is left');
    return;
  }
  run.done = workDone(run.work);
  keepCacheFile(state, run, run.work.engine === 'balance' ? run.work.safe : run.done);
};

/** Once enough farmers are there; it gets on from the next moment. */
const begin = (state: SimState, run: SimRun, { farmers }: Moment): void => {
  if (run.kind === 'rebuild') {
    const alone = farmers.length === 0 && (run.minFarmers === 0 || state.fallsBack);
    if (!alone && farmers.length < Math.max(1, run.minFarmers)) return;
    run.distributed = !alone;
    if (!alone) run.work = beginWork(state.instance.engine, run.total, run.done, farmers);
  }
  run.state = 'running';
};

const keepCacheFile = (state: SimState, run: SimRun, safe: number): void => {
  const every = run.total * cacheFileEvery;
  const reached = Math.floor(safe / every + 1e-9) * every;
  const kept = state.cacheFile?.rebuild === run.rebuild ? state.cacheFile.done : 0;
  if (reached > kept) state.cacheFile = { rebuild: run.rebuild, done: reached };
};

const finish = (state: SimState, run: SimRun): void => {
  run.state = 'done';
  run.done = run.total;
  state.fresh = run.by;
  if (run.kind === 'rebuild') {
    state.pump = true;
    state.cacheFile = { rebuild: run.rebuild, done: run.total };
    for (const node of state.nodes.values()) node.retired ||= node.kind === 'farmer';
  }
  if (run.kind === 'write') {
    for (const frontend of state.frontends) {
      if (frontend.caches !== run.rebuild && frontend.state === 'ready') frontend.state = 'waiting';
    }
  }
};

const fail = (run: SimRun, error: string): void => {
  run.state = 'failed';
  run.error = error;
};

const failNow = (run: SimRun): void =>
  fail(run, `it broke off at ${Math.floor((run.done / run.total) * 100)} %`);

export const failActive = (state: SimState, kind: SimRun['kind']): void => {
  const run = state.runs.find((one) => one.kind === kind && isActive(one));
  if (run) failNow(run);
  else state.armed.add(kind);
};

export const stopRuns = (state: SimState, rebuild: string): void => {
  for (const run of state.runs) {
    if ((run.rebuild === rebuild || run.rebuild === '') && isActive(run)) fail(run, 'it was stopped');
  }
};

/** Farmers that are counted in. */
export const countFarmers = (run: SimRun): number =>
  run.state === 'running' && run.work ? run.work.shares.size : 0;
