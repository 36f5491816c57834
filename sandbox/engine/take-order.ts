import { z } from 'zod';
import type { SimTimings } from './contract.ts';
import { beginPropagation } from './frontends.ts';
import { stopRuns } from './runs.ts';
import { isActive, type SimRun, type SimState } from './world.ts';

const word = z.string().min(1).max(300);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const base = { key: word, rebuild: word };

export const Order = z.discriminatedUnion('cmd', [
  z.strictObject({ cmd: z.literal('historyUpdate'), ...base }),
  z.strictObject({
    cmd: z.literal('rebuildStart'),
    ...base,
    forced: flag,
    minFarmers: z.coerce.number().int().min(0).max(1_000),
    recover: flag,
  }),
  z.strictObject({ cmd: z.literal('rebuildWrite'), ...base, recover: flag }),
  z.strictObject({ cmd: z.literal('rebuildStop'), ...base }),
  z.strictObject({ cmd: z.literal('propagate'), ...base, frontend: word }),
]);
export type Order = z.infer<typeof Order>;

export type Taken =
  | { readonly ok: true }
  | { readonly ok: false; readonly status: 409 | 422; readonly says: string };

/** Takes an order that is new, or says why it cannot be taken: then nothing has changed. */
export const takeOrder = (
  state: SimState,
  order: Order,
  synchronizer: number | undefined,
  timings: SimTimings,
): Taken => {
  switch (order.cmd) {
    case 'rebuildStop':
      stopRuns(state, order.rebuild);
      return { ok: true };
    case 'propagate':
      return takePropagation(state, order, timings);
    case 'historyUpdate':
    case 'rebuildStart':
    case 'rebuildWrite':
      return takeRun(state, order, synchronizer, timings);
    default:
      return order satisfies never;
  }
};

const takePropagation = (
  state: SimState,
  { rebuild, frontend: name }: Extract<Order, { cmd: 'propagate' }>,
  timings: SimTimings,
): Taken => {
  const frontend = state.frontends.find((one) => one.name === name);
  if (!frontend) return { ok: false, status: 422, says: `there is no frontend ${name}` };
  if (!isDone(state, 'write', rebuild)) return conflict(`the caches of ${rebuild} are not written`);
  if (frontend.state === 'taking' || frontend.state === 'restarting') {
    return conflict(`${name} is taking caches already`);
  }
  beginPropagation(frontend, rebuild, timings);
  return { ok: true };
};

const takeRun = (
  state: SimState,
  order: Extract<Order, { cmd: 'historyUpdate' | 'rebuildStart' | 'rebuildWrite' }>,
  synchronizer: number | undefined,
  timings: SimTimings,
): Taken => {
  if (synchronizer === undefined) return conflict('the synchronizer is not up');
  const active = state.runs.find(isActive);
  if (active) return conflict(`the run ${active.key} is in flight`);
  const file = state.cacheFile?.rebuild === order.rebuild ? state.cacheFile : undefined;
  const run = (kind: SimRun['kind'], change: Partial<SimRun>): Taken => {
    const { key, rebuild } = order;
    const fresh = { minFarmers: 0, state: 'running', done: 0, total: 1, distributed: true } as const;
    state.runs.push({ key, rebuild, kind, by: synchronizer, ...fresh, ...change });
    return { ok: true };
  };
  switch (order.cmd) {
    case 'historyUpdate':
      return run('history', { total: timings.history });
    case 'rebuildStart': {
      if (order.recover && !file) return conflict(`there is no cache file of ${order.rebuild}`);
      state.pump = false;
      for (const node of state.nodes.values()) node.retired = false;
      const done = order.recover ? (file?.done ?? 0) : 0;
      const { minFarmers } = order;
      return run('rebuild', { state: 'waiting', minFarmers, done, total: timings.rebuildWork });
    }
    case 'rebuildWrite': {
      const source = state.runs.findLast((r) => r.kind === 'rebuild' && r.rebuild === order.rebuild);
      if (source?.state !== 'done') return conflict(`the rebuild ${order.rebuild} is not done`);
      if (source.by !== synchronizer && !file) return conflict('the synchronizer does not have the caches');
      return run('write', { total: timings.write });
    }
    default:
      return order satisfies never;
  }
};

const isDone = (state: SimState, kind: SimRun['kind'], rebuild: string): boolean =>
  state.runs.some((run) => run.kind === kind && run.rebuild === rebuild && run.state === 'done');

const conflict = (says: string): Taken => ({ ok: false, status: 409, says });
