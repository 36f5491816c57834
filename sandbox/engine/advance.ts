import { advanceFrontends } from './frontends.ts';
import { advanceRun } from './runs.ts';
import { register } from './topology.ts';
import { farmersOf, isActive, type SimMeans, type SimState, synchronizerOf } from './world.ts';

/** Brings one instance up to `now`: looks at the pods, and lets what runs get on. */
export const advance = (state: SimState, means: SimMeans, now: number): void => {
  const { cluster } = means;
  register(state, means, now);
  const passed = Math.max(0, now - state.at) * means.timeScale;
  state.at = now;
  const synchronizer = synchronizerOf(cluster, state.instance);
  const farmers = farmersOf(cluster, state.instance);
  if (means.ownHistory && synchronizer !== undefined) beginOwnHistory(state, means, synchronizer);
  for (const run of state.runs.filter(isActive)) {
    advanceRun(state, run, {
      synchronizer,
      farmers,
      passed: state.frozen ? 0 : passed * state.factor,
      piece: means.timings.piece,
    });
  }
  advanceFrontends(state, means.timings, passed);
};

/** A synchronizer that has become ready brings its dataset up to date, unasked. */
const beginOwnHistory = (state: SimState, { timings }: SimMeans, synchronizer: number): void => {
  if (state.runs.some(({ kind, by }) => kind === 'history' && by === synchronizer)) return;
  state.runs.push({
    key: `own/${synchronizer}`,
    rebuild: '',
    kind: 'history',
    minFarmers: 0,
    state: 'waiting',
    done: 0,
    total: timings.history,
    distributed: true,
    by: synchronizer,
  });
};
