import { saysOf } from './frontends.ts';
import { countFarmers } from './runs.ts';
import { type Context, escapeJava } from './velocity.ts';
import { guardianOf, type SimState } from './world.ts';

/** What a template finds: `$status` as in `docs/engine.md`, and the escape tool. */
export const statusContext = (state: SimState, synchronizer: number | undefined): Context => ({
  esc: { java: escapeJava },
  status: {
    // A synchronizer that is gone takes its own history update with it.
    runs: state.runs
      .filter((run) => run.rebuild !== '' || run.by === synchronizer)
      .map((run) => ({
        key: run.key,
        rebuild: run.rebuild,
        kind: run.kind,
        state: run.state,
        percent: Math.floor((run.done / run.total) * 10_000) / 100,
        done: Math.round(run.done),
        total: Math.round(run.total),
        farmers: countFarmers(run),
        distributed: run.distributed,
        error: run.error,
      })),
    orders: [...state.orders.keys()],
    cacheFiles: state.cacheFile ? [state.cacheFile.rebuild] : [],
    guardian: guardianOf(state, synchronizer),
    frontends: state.frontends.map((frontend) => ({
      name: frontend.name,
      state: frontend.state,
      caches: frontend.caches,
      says: saysOf(frontend),
    })),
  },
});
