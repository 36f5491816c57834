import { describe, expect, test } from 'vitest';
import { makePlan } from '../../../src/rebuild/planning/plan.ts';
import type { PlanFacts, SetView } from '../../../src/rebuild/ports/ports.ts';
import { anIdleEngine, anInstance, aRebuild, aSetDown } from '../../builders/rebuild.ts';

const hour = 3_600_000;
const set = (change: Partial<SetView> = {}): { ok: true; value: SetView } => ({
  ok: true,
  value: { ...aSetDown, ...change },
});
const instance = anInstance({ minimum: 4, maximum: 40, engine: 'balance' });
const { farmers: _, ...unnumbered } = instance;
const facts = (change: Partial<PlanFacts> = {}): PlanFacts => ({
  instance: unnumbered,
  farmers: set(),
  synchronizer: set(),
  engine: { ok: true, value: anIdleEngine },
  lastFarmers: { ok: true, value: undefined },
  earlier: [],
  inFlight: undefined,
  inFlightCount: 0,
  limit: 20,
  ...change,
});
const settings = { hash: (text: string) => text };
const ask = { instance: instance.name, forced: false };
const planOf = (request: Parameters<typeof makePlan>[0], seen: PlanFacts) => {
  const planned = makePlan(request, seen, settings);
  if (!planned.ok) throw new Error(planned.says.join('\n'));
  return planned.plan;
};
const reasons = (request: Parameters<typeof makePlan>[0], seen: PlanFacts) => {
  const planned = makePlan(request, seen, settings);
  return planned.ok ? [] : planned.says;
};

describe('the number of farmers', () => {
  const last = { farmers: 24, from: 'as in the last rebuild (commit 3f2a91c)' };

  test('is what a person asked for, before anything else', () => {
    const plan = planOf({ ...ask, farmers: 12 }, facts({ lastFarmers: { ok: true, value: last } }));
    expect([plan.farmers, plan.farmersFrom]).toEqual([12, 'asked for']);
  });

  test('is that of the last rebuild, where nobody names one', () => {
    const plan = planOf(ask, facts({ lastFarmers: { ok: true, value: last } }));
    expect([plan.farmers, plan.farmersFrom]).toEqual([24, last.from]);
  });

  test('is that of the values, where the last one is unknown or out of the limits of now', () => {
    const seen = facts({
      instance: { ...unnumbered, farmers: 16 },
      lastFarmers: { ok: true, value: { ...last, farmers: 60 } },
    });
    expect(planOf(ask, seen)).toMatchObject({ farmers: 16, farmersFrom: `as ${instance.source.file} says` });
  });

  test('is the usual one, where nothing is known', () => {
    expect(planOf(ask, facts())).toMatchObject({ farmers: 8, farmersFrom: 'the usual number' });
  });

  test.each([0, -1, 1.5, 3, 41])('is refused when it is %s', (farmers) => {
    expect(reasons({ ...ask, farmers }, facts())).toHaveLength(2);
  });
});

test('every reason is told at once, and that nothing was started', () => {
  const seen = facts({
    farmers: set({ wanted: 3 }),
    synchronizer: { ok: false, error: 'not found' },
    engine: { ok: false, error: 'connection refused' },
    inFlightCount: 20,
  });
  const says = reasons({ ...ask, farmers: 400 }, seen);
  expect(says).toHaveLength(6);
  expect(says.at(-1)).toBe('Nothing was started.');
  expect(says.join('\n')).toContain(`has 3 farmers up already`);
});

test('what the rebuild in flight has up is not taken for somebody else’s', () => {
  const seen = facts({ farmers: set({ wanted: 24 }), inFlight: aRebuild(), inFlightCount: 1 });
  const says = reasons(ask, seen);
  expect(says).toHaveLength(2);
  expect(says[0]).toContain('system6 has a rebuild in flight');
});

test('a full farm names the limit and what to do', () => {
  expect(reasons(ask, facts({ inFlightCount: 20 }))[0]).toBe(
    '20 rebuilds are in flight, and the limit is 20 (rebuilds.in_flight in farmhand.yml). See /dcr list, and start this one when another has ended.',
  );
});

test('what to expect is reckoned in farmer-hours of the rebuilds before', () => {
  const earlier = [
    { id: 'system6-20261110-1', farmers: 24, ms: 30 * hour },
    { id: 'system6-20261010-1', farmers: 12, ms: 70 * hour },
    { id: 'system6-20260910-1', farmers: 24, ms: 28 * hour },
  ];
  const plan = planOf({ ...ask, farmers: 36 }, facts({ earlier }));
  expect(plan.expected).toEqual({
    ms: 20 * hour,
    from: 'the last 3 rebuilds, system6-20261110-1 the latest: 1d 6h with 24 farmers',
  });
});

test('a target that will not be met is a warning with what helps', () => {
  const earlier = [{ id: 'system6-20261110-1', farmers: 24, ms: 30 * hour }];
  const seen = facts({ earlier, instance: { ...unnumbered, targetMs: 10 * hour } });
  expect(planOf({ ...ask, farmers: 24 }, seen).warnings).toEqual([
    'It would take about 1d 6h, and the target is 10h. More farmers can be added at any time.',
  ]);
});

test('what will be changed is named: where, from what, to what', () => {
  expect(
    planOf({ ...ask, farmers: 12 }, facts()).changes.map(({ what, from, to }) => [what, from, to]),
  ).toEqual([
    [instance.synchronizerSet, '0 pods', '1 pod'],
    [instance.farmerSet, '0 pods', '12 pods'],
    ['caches', 'as they are', 'written again'],
    [`${instance.frontends.length} frontends`, 'old caches', 'new caches, restarted one after another'],
    [instance.farmerSet, '12 pods', '0 pods'],
    [instance.synchronizerSet, '1 pod', '0 pods'],
  ]);
});

describe('two plans are the same', () => {
  const plan = planOf({ ...ask, farmers: 12 }, facts());

  test('when only the commit of the values or the expectation differ', () => {
    const seen = facts({
      instance: { ...unnumbered, source: { file: instance.source.file, revision: 'another' } },
      earlier: [{ id: 'x', farmers: 3, ms: hour }],
    });
    expect(planOf({ ...ask, farmers: 12 }, seen).hash).toBe(plan.hash);
  });

  test.each([
    ['another number', { ...ask, farmers: 13 }, facts()],
    ['forced', { ...ask, farmers: 12, forced: true }, facts()],
    ['another engine', { ...ask, farmers: 12 }, facts({ instance: { ...unnumbered, engine: 'farm' } })],
    [
      'another cluster',
      { ...ask, farmers: 12 },
      facts({ instance: { ...unnumbered, cluster: 'elsewhere' } }),
    ],
  ] as const)('and not with %s', (_name, request, seen) => {
    expect(planOf(request, seen).hash).not.toBe(plan.hash);
  });
});
