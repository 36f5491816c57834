import { expect, test } from 'vitest';
import { StoreUnavailable } from '../../src/core/errors.ts';
import { toRecheck } from '../../src/rebuild/planning/recheck.ts';
import { heldBack } from '../../src/recovery/held-back.ts';
import { aRebuild, startedAt } from '../builders/rebuild.ts';
import { createMemoryRebuilds } from '../fakes/rebuilds/rebuild-store.ts';

test('a pass that began before a loss was noticed writes nothing on the record that came back', async () => {
  const store = createMemoryRebuilds({ now: () => startedAt });
  const rebuild = aRebuild();
  store.state.records.set(rebuild.id, rebuild);
  let held: string | undefined;
  const phase = () => store.state.records.get(rebuild.id)?.phase;
  const fail = () =>
    store.update(
      rebuild.id,
      heldBack(
        () => held,
        (record) => ({ write: { rebuild: { ...record, phase: 'failing' as const }, journal: [] } }),
      ),
    );

  held = 'farmhand is looking whether its records are whole.';
  await expect(fail()).rejects.toThrow(
    new StoreUnavailable('farmhand is looking whether its records are whole. Nothing was written.'),
  );
  expect(phase()).toBe('running');
  // The recovery itself writes: it asks for what is there to be looked at first.
  await store.update(rebuild.id, (record) => ({ write: toRecheck(record, startedAt) }));
  expect(store.state.records.get(rebuild.id)?.recheck).toBe(true);

  held = undefined;
  await fail();
  expect(phase()).toBe('failing');
});
