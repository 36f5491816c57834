import { describe, expect, test } from 'vitest';
import { StoreUnavailable } from '../../../src/core/errors.ts';
import { applyEffectResult } from '../../../src/rebuild/effects/outcome.ts';
import { doingWords } from '../../../src/rebuild/messages/steps/doing.ts';
import { interventionWords } from '../../../src/rebuild/messages/steps/interventions.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { hasEnded } from '../../../src/rebuild/model/record.ts';
import { type ReconcileDeps, reconcileRebuild } from '../../../src/rebuild/reconcile/reconcile-rebuild.ts';
import { aGitopsInstance, aPlan, aRebuild, inStep as begunIn } from '../../builders/rebuild.ts';
import { createRig, type Rig } from './rig.ts';

const inStep = (name: string) => (rebuild: Rebuild) =>
  rebuild.steps.some((step) => step.name === name && step.state === 'running');
const drive = (rig: Rig, over: Partial<ReconcileDeps> = {}) =>
  reconcileRebuild({ ...rig.deps, ...over }, rig.rebuild().id);

describe('a pass', () => {
  test('of a rebuild that is not there, or has ended, does nothing', async () => {
    const rig = createRig();
    const gone = { ...rig.deps.store, get: async () => undefined };
    expect(await drive(rig, { store: gone })).toBeUndefined();
    rig.change((rebuild) => ({ ...rebuild, phase: 'released' }));
    expect(await drive(rig)).toBeUndefined();
    expect(rig.rebuild().version).toBe(1);
  });

  test('says when to come again', async () => {
    const rig = createRig();
    expect(await drive(rig)).toBe(defaultPolicy.poll);
    await rig.until(({ progress }) => progress?.of === 'rebuild');
    expect(await drive(rig)).toBe(defaultPolicy.idlePoll);
  });

  test('tells how late it is, and nothing when it was asked for before its time', async () => {
    const rig = createRig();
    const late: number[] = [];
    const onPass = (ms: number) => late.push(ms);
    rig.change((rebuild) => ({ ...rebuild, driveAt: rig.clock.now - 1_500 }));
    await drive(rig, { onPass });
    await drive(rig, { onPass });
    expect(late).toEqual([1_500]);
  });

  test('looks at nothing and writes nothing when it was asked for before its time', async () => {
    const rig = createRig();
    await rig.until(({ progress }) => progress?.of === 'rebuild');
    const { version, driveAt = 0 } = rig.rebuild();
    rig.clock.now = driveAt - 1;
    const looks: string[] = [];
    const cluster: ReconcileDeps['cluster'] = {
      ...rig.deps.cluster,
      look: async (instance, role) => {
        looks.push(role);
        return rig.deps.cluster.look(instance, role);
      },
    };
    expect(await drive(rig, { cluster })).toBe(1);
    expect([looks, rig.rebuild().version]).toEqual([[], version]);
    rig.clock.now = driveAt;
    await drive(rig, { cluster });
    expect([looks, rig.rebuild().version]).toEqual([['farmer', 'synchronizer'], version + 1]);
  });

  test('begins no new round once it is to stop', async () => {
    const rig = createRig();
    expect(await drive(rig, { stopping: () => true })).toBe(0);
    expect(rig.rebuild().effects).toEqual([]);
  });

  test('looks again when what it saw has grown old', async () => {
    const rig = createRig();
    let looks = 0;
    const slow: ReconcileDeps['cluster'] = {
      ...rig.deps.cluster,
      look: async (instance, role) => {
        looks += 1;
        if (looks === 1) rig.clock.now += 46_000;
        return rig.deps.cluster.look(instance, role);
      },
    };
    // Longer than any pass: the next one comes at once.
    expect(await drive(rig, { cluster: slow })).toBe(0);
    expect([looks, rig.rebuild().version]).toEqual([2, 1]);
    await drive(rig, { cluster: slow });
    expect(rig.world.scales.map(({ key }) => key)).toEqual([`${rig.rebuild().id}/synchronizer/1`]);
  });

  test('looks again when it was stopped between its look and its decision', async () => {
    const rig = createRig();
    let looks = 0;
    const cluster: ReconcileDeps['cluster'] = {
      ...rig.deps.cluster,
      look: async (instance, role) => {
        looks += 1;
        return rig.deps.cluster.look(instance, role);
      },
    };
    const stopped: ReconcileDeps['store'] = {
      ...rig.deps.store,
      update: (id, change) => {
        if (looks === 2) rig.clock.now += 6_000;
        return rig.deps.store.update(id, change);
      },
    };
    await drive(rig, { cluster, store: stopped });
    expect(looks).toBeGreaterThan(3);
  });

  test('decides on what it saw although a node hung until its call was given up on', async () => {
    const rig = createRig();
    await rig.until(inStep('history'));
    rig.clock.now = rig.rebuild().driveAt ?? 0;
    let looks = 0;
    const hanging: ReconcileDeps['engine'] = {
      ...rig.deps.engine,
      look: async () => {
        looks += 1;
        rig.clock.now += 10_000;
        return { ok: false, error: 'no answer within 10000 ms' };
      },
    };
    expect(await drive(rig, { engine: hanging })).toBeGreaterThanOrEqual(defaultPolicy.poll);
    expect(looks).toBe(1);
    expect(rig.rebuild().steps[3]).toMatchObject({
      says: doingWords({ code: 'engine_silent', error: 'no answer within 10000 ms' }),
    });
  });

  test('looks again when another process saw a change of ours arrive meanwhile, and tells of no drift', async () => {
    const ticket = { state: 'none', entries: [], count: 0, attempts: 0 } as const;
    const first = aRebuild({ ticket, plan: aPlan({ instance: aGitopsInstance() }) });
    const rig = createRig(first, { timings: { sync: 30_000 } });
    const committed = ({ effects }: Rebuild) =>
      effects.find(
        ({ effect, state }) => effect.kind === 'scale' && effect.role === 'farmer' && state === 'done',
      );
    await rig.until((rebuild) => committed(rebuild) !== undefined);
    rig.clock.now = (committed(rig.rebuild())?.at ?? 0) + 29_000;
    rig.change((rebuild) => ({ ...rebuild, driveAt: rig.clock.now }));
    const seen: number[] = [];
    const cluster: ReconcileDeps['cluster'] = {
      ...rig.deps.cluster,
      look: async (instance, role) => {
        const view = await rig.deps.cluster.look(instance, role);
        if (role === 'synchronizer' || !view.ok) return view;
        seen.push(view.value.wanted);
        if (seen.length > 1) return view;
        rig.clock.now += 2_000;
        const arrivedAt = rig.clock.now;
        rig.change((rebuild) => ({
          ...rebuild,
          effects: rebuild.effects.map((effect) =>
            effect === committed(rebuild) ? { ...effect, arrivedAt } : effect,
          ),
        }));
        return view;
      },
    };
    await drive(rig, { cluster });
    expect(seen.slice(0, 2)).toEqual([0, 24]);
    expect(rig.rebuild().drift).toBeUndefined();
    expect(rig.journal.map(({ what }) => what)).not.toContain('drift');
  });

  test('survives a cluster and an engine that throw, and says so on the card', async () => {
    const rig = createRig();
    await rig.until(inStep('history'));
    const broken = async () => {
      throw new Error('connect ECONNREFUSED');
    };
    rig.clock.now = rig.rebuild().driveAt ?? 0;
    await drive(rig, {
      engine: { look: broken, order: broken },
      cluster: { ...rig.deps.cluster, look: broken },
    });
    expect(rig.rebuild().steps[3]).toMatchObject({
      state: 'running',
      says: doingWords({ code: 'engine_silent', error: 'connect ECONNREFUSED' }),
    });
  });
});

describe('a change whose maker is lost', () => {
  test.each([
    ['before it was made', false],
    ['after it was made', true],
  ])('%s is found by its key, and made once', async (_, made) => {
    // From here on the store takes the claim and nothing after it: the process is gone.
    const rig = createRig();
    await rig.until(inStep('history'));
    let dead = false;
    const crashing: Partial<ReconcileDeps> = {
      store: {
        ...rig.deps.store,
        update: async (id, change) => {
          if (dead) throw new StoreUnavailable('killed');
          return rig.deps.store.update(id, change);
        },
      },
      scales: (instance) => ({
        ...rig.deps.scales(instance),
        scale: async (request) => {
          dead = true;
          if (!made) throw new StoreUnavailable('killed');
          return rig.deps.scales(instance).scale(request);
        },
      }),
    };
    while (!dead) {
      const wait = await drive(rig, crashing).catch(() => undefined);
      rig.clock.now += wait ?? 0;
    }
    expect(rig.rebuild().effects.at(-1)).toMatchObject({ state: 'claimed', attempts: 1 });
    await rig.until(inStep('rebuild'));
    expect(rig.world.scales.filter(({ role }) => role === 'farmer')).toHaveLength(1);
    expect(rig.rebuild().effects.find(({ key }) => key.endsWith('/farmers/1'))).toMatchObject({
      state: 'done',
      attempts: made ? 1 : 2,
    });
  });

  test('is not made by a process that wakes up long after it claimed', async () => {
    const rig = createRig();
    const zombie: Partial<ReconcileDeps> = {
      store: {
        ...rig.deps.store,
        update: async (id, change) => {
          const changed = await rig.deps.store.update(id, change);
          if (rig.rebuild().effects.some(({ state }) => state === 'claimed')) rig.clock.now += 60_000;
          return changed;
        },
      },
    };
    await drive(rig, zombie);
    expect(rig.world.scales).toEqual([]);
    expect(rig.rebuild().effects[0]).toMatchObject({ state: 'claimed' });
  });

  test('its late outcome does not count once somebody else has taken it over', async () => {
    const rig = createRig();
    await rig.until(({ effects }) => effects.length > 0);
    const { claim } = rig.rebuild().effects[0] ?? { claim: '' };
    rig.change((rebuild) => ({
      ...rebuild,
      effects: rebuild.effects.map((effect) => ({ ...effect, state: 'claimed', claim: 'another' })),
    }));
    const result = { ok: false, kind: 'refused', error: 'late' } as const;
    expect(applyEffectResult(rig.rebuild(), claim, result, rig.clock.now, defaultPolicy)).toBeUndefined();
  });
});

describe('a change that does not succeed', () => {
  const error = 'statefulsets/scale is forbidden';
  const failing = (kind: 'retry' | 'refused') => {
    const rig = createRig();
    let tries = 0;
    Object.assign(rig.deps, {
      scales: () => ({
        ...rig.world.ports.scales(rig.rebuild().plan.instance),
        scale: async () => {
          tries += 1;
          return { ok: false, kind, error };
        },
      }),
    });
    return { rig, tries: () => tries };
  };
  const asks = ({ steps }: Rebuild) => steps.some(({ ask }) => ask?.code === 'effect_failed');

  test.each([
    ['is refused', 'refused', 1],
    ['surely did not happen', 'retry', defaultPolicy.attempts],
  ] as const)('because it %s: a person is asked, and a retry tries again', async (_, kind, expected) => {
    const { rig, tries } = failing(kind);
    const asked = await rig.until(asks);
    expect(tries()).toBe(expected);
    const effect = { kind: 'scale', role: 'synchronizer', from: 0, to: 1 } as const;
    expect(asked.steps[2]?.ask).toMatchObject(interventionWords({ code: 'effect_failed', effect, error }));
    rig.command({ verb: 'retry' });
    await rig.until(() => false, 1_000);
    expect(tries()).toBe(expected + 1);
    const rebuild = await rig.until(({ phase }) => phase === 'failed');
    expect(rebuild.phase).toBe('failed');
  });

  test.each(['nobody answers', 'cancelled'])(
    'and nothing else was begun: the end takes nothing down that somebody else put up (%s)',
    async (how) => {
      const { rig } = failing('refused');
      await rig.until(asks);
      rig.world.setReplicas('farmer', 12, 'kubectl');
      if (how === 'cancelled') rig.command({ verb: 'cancel', reason: 'wrong instance' });
      const rebuild = await rig.until(hasEnded);
      expect(rebuild.phase).toBe(how === 'cancelled' ? 'cancelled' : 'failed');
      expect(rebuild.effects.map(({ key, state }) => [key, state])).toEqual([
        ['system6-20261120-1/synchronizer/1', 'failed'],
      ]);
      expect(rig.world.lookAt('farmer').wanted).toBe(12);
      expect(JSON.stringify(rebuild.card.notes)).not.toContain('torn down');
    },
  );
});

test('somebody else brought the synchronizer up just before: a cancel ends at once, and leaves it up', async () => {
  const ticket = { state: 'none', entries: [], count: 0, attempts: 0 } as const;
  const rig = createRig(begunIn('history', {}, { ticket, effects: [] }));
  rig.world.setReplicas('synchronizer', 1, 'kubectl');
  rig.command({ verb: 'cancel', reason: 'wrong instance' });
  const rebuild = await rig.until(hasEnded, 3_600_000);
  expect(rebuild.phase).toBe('cancelled');
  expect(rebuild.effects).toEqual([]);
  expect(rig.world.lookAt('synchronizer').wanted).toBe(1);
});

test('alerts of the instance are linked both ways, once', async () => {
  const rig = createRig();
  const links: string[] = [];
  const alerts = {
    unlinked: async () => (links.length === 0 ? [{ id: 'a1', name: 'HighErrorRate' }] : []),
    link: async (alert: string, { id, channel }: { id: string; channel: string }) => {
      links.push(`${alert} ${id} ${channel}`);
    },
  };
  await drive(rig, { alerts });
  rig.clock.now += 61_000;
  await drive(rig, { alerts });
  expect(links).toEqual(['a1 system6-20261120-1 C0DCR']);
  expect(rig.rebuild().alerts.map(({ name }) => name)).toEqual(['HighErrorRate']);
  expect(rig.rebuild().card.notes.filter(({ kind }) => kind === 'alert')).toHaveLength(1);
});
