import { describe, expect, test } from 'vitest';
import {
  estimateWords,
  type PlanWarning,
  sourceWords,
  warningWords,
} from '../../../src/rebuild/messages/planning/plan-words.ts';
import type { StartRequest } from '../../../src/rebuild/model/command.ts';
import { makePlan } from '../../../src/rebuild/planning/plan.ts';
import type { PlanFacts, SetView } from '../../../src/rebuild/ports/ports.ts';
import { anIdleEngine, anInstance, aRebuild, aSetDown } from '../../builders/rebuild.ts';
import { givenFor } from '../../support/given.ts';

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
  allInFlight: [],
  limit: 20,
  ...change,
});
const settings = { hash: (text: string) => text };
const ask = { instance: instance.name, forced: false };
const given = givenFor((seen: PlanFacts, request: StartRequest) => makePlan(request, seen, settings));
const planOf = (request: StartRequest, seen: PlanFacts) => {
  const { result } = given(seen).when(request);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.plan;
};

describe('the number of farmers', () => {
  const last = { farmers: 24, from: 'as in the last rebuild (commit 3f2a91c)' };

  const known = facts({ lastFarmers: { ok: true, value: last } });

  test('is what a person asked for, before anything else', () => {
    given(known)
      .when({ ...ask, farmers: 12 })
      .thenHas({ ok: true, plan: { farmers: 12, farmersFrom: sourceWords({ code: 'asked' }) } });
  });

  test('is that of the last rebuild, where nobody names one', () => {
    given(known)
      .when(ask)
      .thenHas({ ok: true, plan: { farmers: 24, farmersFrom: last.from } });
  });

  test('is that of the values, where the last one is unknown or out of the limits of now', () => {
    const from = sourceWords({ code: 'values', file: instance.source.file });
    given(
      facts({
        instance: { ...unnumbered, farmers: 16 },
        lastFarmers: { ok: true, value: { ...last, farmers: 60 } },
      }),
    )
      .when(ask)
      .thenHas({ ok: true, plan: { farmers: 16, farmersFrom: from } });
  });

  test('is the usual one, where nothing is known', () => {
    given(facts())
      .when(ask)
      .thenHas({ ok: true, plan: { farmers: 8, farmersFrom: sourceWords({ code: 'usual' }) } });
  });

  test.each([
    [0, 'no_number'],
    [-1, 'no_number'],
    [1.5, 'no_number'],
    [3, 'out_of_range'],
    [41, 'out_of_range'],
  ] as const)('is refused when it is %s', (farmers, code) => {
    given(facts())
      .when({ ...ask, farmers })
      .thenHas({ ok: false, code: 'invalid', problems: [{ code, farmers }] });
  });
});

test('every reason is told at once', () => {
  const flying = Array.from({ length: 20 }, (_, i) => `other${i}-20261120-1`);
  given(
    facts({
      farmers: set({ wanted: 3 }),
      synchronizer: { ok: false, error: 'not found' },
      engine: { ok: false, error: 'connection refused' },
      allInFlight: flying,
    }),
  )
    .when({ ...ask, farmers: 400 })
    .thenIs({
      ok: false,
      code: 'limit',
      problems: [
        { code: 'farm_full', inFlight: flying, limit: 20 },
        { code: 'out_of_range', instance: unnumbered, farmers: 400 },
        {
          code: 'set_unseen',
          set: instance.synchronizerSet,
          place: `${instance.cluster}/${instance.namespace}`,
          error: 'not found',
        },
        { code: 'unknown_farmers', set: instance.farmerSet, farmers: 3 },
        { code: 'not_followed', instance: 'system6', error: 'connection refused' },
      ],
    });
});

test('a tier has its own places, and what is of other tiers is counted without a name', () => {
  const own = ['system1-20261120-1', 'system2-20261120-1'];
  const flying = ['other1-20261120-1', ...own];
  const tier = { name: 'alpha', inFlight: own, limit: 2 };
  const full = { code: 'tier_full', tier: 'alpha', inFlight: own, limit: 2 } as const;
  given(facts({ allInFlight: flying, tier }))
    .when(ask)
    .thenIs({ ok: false, code: 'limit', problems: [full] });
  // A broken glass takes nothing from another tier.
  given(facts({ allInFlight: flying, tier }))
    .when({ ...ask, glass: true })
    .thenIs({ ok: false, code: 'limit', problems: [full] });
  given(facts({ allInFlight: flying, limit: 3, tier: { ...tier, limit: 3 } }))
    .when(ask)
    .thenIs({
      ok: false,
      code: 'limit',
      problems: [{ code: 'farm_full', inFlight: own, others: 1, limit: 3 }],
    });
});

test('what the rebuild in flight has up is not taken for somebody else’s', () => {
  const other = aRebuild();
  given(facts({ farmers: set({ wanted: 24 }), inFlight: other, allInFlight: [other.id] }))
    .when(ask)
    .thenIs({
      ok: false,
      code: 'busy',
      problems: [{ code: 'in_flight', instance: 'system6', id: other.id, status: 'starting', by: other.by }],
    });
});

test('what is up after records were lost may be a rebuild of then: how to look, and how to end it', () => {
  const lostAt = Date.UTC(2026, 10, 20);
  const up = { ok: false, code: 'invalid' } as const;
  const unclear = 'system6-20261113-1';
  given(facts({ synchronizer: set({ wanted: 1 }), lostAt, unclear }))
    .when(ask)
    .thenIs({
      ...up,
      problems: [
        { code: 'synchronizer_up', set: instance.synchronizerSet },
        { code: 'after_loss', lostAt, unclear },
        { code: 'by_hand', instance: unnumbered },
      ],
    });
  given(facts({ lostAt })).when(ask).thenHas({ ok: true });
});

test('what to expect is reckoned in farmer-hours of the rebuilds before', () => {
  const earlier = [
    { id: 'system6-20261110-1', farmers: 24, ms: 30 * hour },
    { id: 'system6-20261010-1', farmers: 12, ms: 70 * hour },
    { id: 'system6-20260910-1', farmers: 24, ms: 28 * hour },
  ];
  const [latest] = earlier;
  if (!latest) throw new Error('there is one');
  given(facts({ earlier }))
    .when({ ...ask, farmers: 36 })
    .thenHas({ ok: true, plan: { expected: { ms: 20 * hour, from: estimateWords(3, latest) } } });
});

const late = { code: 'late', ms: 30 * hour, targetMs: 10 * hour } as const;
const slow = { ok: true, value: { ...aSetDown, podManagement: 'OrderedReady' } } as const;
const broken = { name: 'system6-fe1', state: 'failed' } as const;

test.each<readonly [string, PlanWarning, Partial<PlanFacts>, number]>([
  [
    'a target that will not be met',
    { ...late, engine: 'balance' },
    {
      earlier: [{ id: 'system6-20261110-1', farmers: 24, ms: 30 * hour }],
      instance: { ...unnumbered, targetMs: 10 * hour },
    },
    24,
  ],
  ['old values', { code: 'stale', says: 'Ten minutes old.' }, { stale: 'Ten minutes old.' }, 24],
  [
    'pods that come one after another',
    { code: 'one_after_another', set: instance.farmerSet, instance: 'system6' },
    { farmers: slow },
    24,
  ],
  [
    'a frontend that is not well',
    { code: 'frontends_failed', frontends: ['system6-fe1'] },
    { engine: { ok: true, value: { ...anIdleEngine, frontends: [broken] } } },
    24,
  ],
  [
    'a history that cannot be read',
    { code: 'last_unknown', error: 'x' },
    { lastFarmers: { ok: false, error: 'x' } },
    24,
  ],
  [
    'the last place of a tier',
    { code: 'last_of_tier', tier: 'alpha', limit: 2 },
    { tier: { name: 'alpha', inFlight: ['system1-20261120-1'], limit: 2 } },
    24,
  ],
  ['few farmers', { code: 'few_farmers', farmers: 5, usual: 8 }, {}, 5],
])('%s: a warning that keeps nobody from starting', (_, warning, seen, farmers) => {
  given(facts(seen))
    .when({ ...ask, farmers })
    .thenHas({ ok: true, plan: { warnings: [warningWords(warning)] } });
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

describe('a change request', () => {
  const demanded = { required: true, pattern: '^CHG[0-9]{7}$' };
  const under = givenFor((seen: PlanFacts, request: StartRequest) =>
    makePlan(request, seen, { ...settings, changeRule: () => demanded }),
  );

  test('that is demanded and not named refuses the plan', () => {
    const problems = [
      { code: 'no_change_request', instance: instance.name, pattern: demanded.pattern } as const,
    ];
    under(facts()).when(ask).thenIs({ ok: false, code: 'invalid', problems });
  });

  test('is told apart from what is no number of one', () => {
    const problems = [{ code: 'odd_change_request', change: 'CHG1', pattern: demanded.pattern } as const];
    under(facts())
      .when({ ...ask, change: 'CHG1' })
      .thenIs({ ok: false, code: 'invalid', problems });
  });

  test('is in the plan and in its hash, also where none is demanded', () => {
    const bare = planOf(ask, facts());
    const plan = planOf({ ...ask, change: 'CHG0012345' }, facts());
    expect(plan).toEqual({ ...bare, change: 'CHG0012345', hash: plan.hash });
    expect(plan.hash).not.toBe(bare.hash);
    expect(bare).not.toHaveProperty('change');
  });
});
