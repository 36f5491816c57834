import type { LostRebuild } from '../../src/rebuild/model/lost.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { memoryOf } from '../../src/rebuild/ports/memory.ts';
import type { AdoptionFacts } from '../../src/rebuild/ports/ports.ts';
import { anIdleEngine, aSetDown } from './rebuild.ts';

/** A rebuild that is not on record any more, as its card remembers it. */
export const aLostRebuild = (rebuild: Rebuild, change: Partial<LostRebuild> = {}): LostRebuild => ({
  id: rebuild.id,
  instance: rebuild.plan.instance.name,
  channel: 'C0DCR',
  ts: '1763607600.000100',
  since: rebuild.at,
  is: 'gone',
  memory: memoryOf(rebuild),
  ...change,
});

/** So many pods are wanted and ready; the engine does nothing. */
export const seenUp = (farmers: number, synchronizer: number): AdoptionFacts => ({
  farmers: { ok: true, value: { ...aSetDown, wanted: farmers, ready: farmers } },
  synchronizer: { ok: true, value: { ...aSetDown, wanted: synchronizer, ready: synchronizer } },
  engine: { ok: true, value: anIdleEngine },
});
