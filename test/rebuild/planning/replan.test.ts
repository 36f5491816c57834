import { describe, expect, test } from 'vitest';
import { problemWords, type RebuildProblem } from '../../../src/rebuild/messages/planning/problems.ts';
import type { Instance } from '../../../src/rebuild/model/parts/instance.ts';
import type { Plan } from '../../../src/rebuild/model/parts/plan.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { makePlan } from '../../../src/rebuild/planning/plan.ts';
import { createReplan } from '../../../src/rebuild/planning/replan.ts';
import type { InstancesPort } from '../../../src/rebuild/ports/ports.ts';
import { anIdleEngine, anInstance, aRebuild, aSetDown } from '../../builders/rebuild.ts';

type Got = Awaited<ReturnType<InstancesPort['get']>>;

const hash = (text: string): string => text;
const seen = {
  farmers: { ok: true, value: aSetDown },
  synchronizer: { ok: true, value: aSetDown },
  engine: { ok: true, value: anIdleEngine },
} as const;
const instance = anInstance({ approval: true, farmers: 8, targetMs: 3_600_000 });

/** As it was planned an hour ago: number from the last rebuild, compared with it. */
const planned = (): Plan => {
  const made = makePlan(
    { instance: 'system6', forced: true },
    {
      ...seen,
      instance,
      lastFarmers: { ok: true, value: { farmers: 6, from: 'as in the last rebuild (commit 3f2a91c)' } },
      earlier: [{ farmers: 6, ms: 7_200_000, id: 'system6-20261013-1' }],
      last: aRebuild({ id: 'system6-20261013-1' }),
      inFlight: undefined,
      allInFlight: [],
      limit: 5,
    },
    { hash },
  );
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  return made.plan;
};

const again = (got: Got, world: Partial<typeof seen> | object = {}, plan = planned()) => {
  const rebuild: Rebuild = aRebuild({ plan });
  const replan = createReplan({
    instances: {
      names: async () => ({ ok: true, value: [] }),
      get: async () => got,
      lastFarmers: async () => ({ ok: false, error: 'not asked' }),
    },
    hash,
    settings: () => ({ channel: 'C0DCR', inFlight: 1, ticket: true, remind: 1_000 }),
  });
  return replan(rebuild, { ...seen, ...world });
};
const as = (change: Partial<Instance>): Got => ({ ok: true, instance: { ...instance, ...change } });

test('in an unchanged world it is the very same plan, wherever its number came from', async () => {
  const plan = planned();
  expect(await again(as({}))).toEqual({ ok: true, value: { kind: 'plan', plan } });
  expect(plan.since).toEqual({
    id: 'system6-20261013-1',
    says: ['Farmers: 24 then, 6 now.', 'Forced now, not then.'],
  });
});

test('a commit to the values that changes nothing that matters is no other plan', async () => {
  const source = { file: instance.source.file, revision: 'f'.repeat(40) };
  const made = await again(as({ source }));
  expect(made.ok && made.value.kind === 'plan' && made.value.plan.hash).toBe(planned().hash);
});

test.each([
  ['another limit', { maximum: 50 }],
  ['another place', { namespace: 'tenant-105858-stage' }],
  ['another frontend', { frontends: ['system6-fe9'] }],
] as const)('%s is another plan', async (_, change) => {
  const made = await again(as(change));
  expect(made.ok && made.value.kind === 'plan' && made.value.plan.hash).not.toBe(planned().hash);
});

describe('what keeps it from beginning', () => {
  const up = { ...aSetDown, wanted: 3, ready: 3 };
  const narrow = { ...instance, maximum: 5 };
  const file = { file: 'a.yaml', message: 'no engine' };
  test.each<readonly [string, Got, object, readonly RebuildProblem[]]>([
    [
      'farmers are up',
      as({}),
      { farmers: { ok: true, value: up } },
      [{ code: 'unknown_farmers', set: instance.farmerSet, farmers: 3 }, { code: 'not_started' }],
    ],
    [
      'fewer are allowed by now',
      as(narrow),
      {},
      [{ code: 'out_of_range', instance: narrow, farmers: 6 }, { code: 'not_started' }],
    ],
    [
      'its values ask for no approval any more',
      as({ approval: false }),
      {},
      [{ code: 'approval_dropped', instance: 'system6' }],
    ],
    [
      'it is gone',
      { ok: false, kind: 'unknown', near: [] },
      {},
      [{ code: 'unknown_instance', instance: 'system6', near: [] }, { code: 'not_changed' }],
    ],
    [
      'its values are broken',
      { ok: false, kind: 'invalid', problems: [file] },
      {},
      [
        { code: 'bad_values', instance: 'system6' },
        { code: 'bad_value', ...file },
      ],
    ],
  ])('%s', async (_, got, world, problems) => {
    expect(await again(got, world)).toEqual({ ok: true, value: { kind: 'unfit', problems } });
  });

  test.each<readonly [string, Got, string]>([
    [
      'GitHub is away',
      { ok: false, kind: 'unavailable', error: 'GitHub is away' },
      `${problemWords({ code: 'repository_away', error: 'GitHub is away' })} ${problemWords({ code: 'try_again' })}`,
    ],
    ['values from before it was away', { ok: true, instance, stale: 'ten minutes old' }, 'ten minutes old'],
  ])('no answer is no plan: %s', async (_, got, error) => {
    expect(await again(got)).toEqual({ ok: false, error });
  });
});
