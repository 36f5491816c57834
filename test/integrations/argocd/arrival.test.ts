import { describe, expect, test } from 'vitest';
import type { ArrivalDecision } from '../../../src/integrations/argocd/arrival-words.ts';
import { minutes } from '../../builders/event.ts';
import { type Ask, capture, captures, judge, onTheDay, sequence } from './captures.ts';

const codeOf = (arrival: ArrivalDecision): string =>
  arrival.state === 'blocked' ? arrival.why.code : arrival.state;
/** Why Argo CD calls Synced what is not there. */
const falseBy = (arrival: ArrivalDecision): unknown =>
  arrival.state === 'blocked' && arrival.why.code === 'false_arrival' ? arrival.why.why : arrival;
type Blocked = Extract<ArrivalDecision, { state: 'blocked' }>['why'];
type Waiting = Extract<ArrivalDecision, { state: 'waiting' }>['why'];

const commits = {
  'annotated-tag.json': '6b0e7f528cb6e382b3b93a8eb53441f5ba9eed67',
  'failed-final-healthy.json': '69727c731e2af1939eaebe701b64594c7e70f426',
  'false-arrived-global-ignore.json': 'b87d618712ad1224a416b69205f19e57b6d5464f',
  'false-arrived-helm-values-override.json': 'a50c72f2ae55d7eebf741f33aa1305d34f1620d9',
  'first-ever-empty-sync-status.json': '7e38f4087633b8514cd53fd8c9c3d44a2e53e293',
  'hydrator-dry-new-cluster-old.json': '08b5cb97cf484e61700e317af8469cc6ef342b4c',
  'hydrator.json': '08b5cb97cf484e61700e317af8469cc6ef342b4c',
  'ignore-other-set-written-after-3.6.1.json': 'a'.repeat(40),
  'multi-chart-git-then-ref.json': '05ded1dc0cf53ae98b2ecded3334fd02832fbb02',
  'multi-ref-then-chart-git.json': '05ded1dc0cf53ae98b2ecded3334fd02832fbb02',
  'newer-commit-blocked-by-running-hook.json': 'da179c6f4696fdf81d2495aeb57d4449e266c154',
  'operation-set-no-operation-state.json': '6b0e7f528cb6e382b3b93a8eb53441f5ba9eed67',
  'out-of-sync-other-resource-prune.json': 'f8c8069227969b19eb7d0fe4158ff3189772b993',
  'progressing-no-kubelet.json': '6b0e7f528cb6e382b3b93a8eb53441f5ba9eed67',
  'repo-down-stale-synced.json': 'd7ddb53fb0372f3cf6dd1a17cd936dcc8e9f68c0',
  'retrying-old-revision-blocks-newer.json': '45ca2e3f3f1fc0e56639c8035375eac94101d6de',
  'skip-reconcile.json': '6b0e7f528cb6e382b3b93a8eb53441f5ba9eed67',
  'statefulset-missing-app-healthy.json': '88b6d66c6f00a6be8ba891cb4b12d1ec568d1e20',
  'unreachable-unknown-revision-main.json': 'c'.repeat(40),
} as const;
type Name = keyof typeof commits;
const older = ['c7371ea', '88b9fc8', 'efd5fbc', '7e38f40'];
const ask = (name: Name, rest: Partial<Ask> = {}): Ask => ({
  commit: commits[name],
  live: 0,
  older: older.filter((each) => !commits[name].startsWith(each)),
  ...rest,
});

test('every capture is in the table', () => {
  expect(captures().toSorted()).toEqual(Object.keys(commits).toSorted());
});

describe('nothing has arrived while the set has another number', () => {
  test.each<[Name, string]>([
    ['annotated-tag.json', 'false_arrival'],
    ['failed-final-healthy.json', 'sync_failed'],
    ['false-arrived-global-ignore.json', 'false_arrival'],
    ['false-arrived-helm-values-override.json', 'false_arrival'],
    ['first-ever-empty-sync-status.json', 'stale'],
    ['hydrator-dry-new-cluster-old.json', 'stale'],
    ['hydrator.json', 'false_arrival'],
    ['ignore-other-set-written-after-3.6.1.json', 'false_arrival'],
    ['multi-chart-git-then-ref.json', 'false_arrival'],
    ['multi-ref-then-chart-git.json', 'false_arrival'],
    ['newer-commit-blocked-by-running-hook.json', 'busy'],
    ['operation-set-no-operation-state.json', 'stale'],
    ['out-of-sync-other-resource-prune.json', 'false_arrival'],
    ['progressing-no-kubelet.json', 'false_arrival'],
    ['repo-down-stale-synced.json', 'false_arrival'],
    ['retrying-old-revision-blocks-newer.json', 'busy'],
    ['skip-reconcile.json', 'skipped'],
    ['statefulset-missing-app-healthy.json', 'no_set'],
    ['unreachable-unknown-revision-main.json', 'comparison'],
  ])('%s: %s', (name, code) => {
    const missing = name === 'statefulset-missing-app-healthy.json';
    const arrival = judge(capture(name), ask(name, missing ? { live: undefined } : {}));
    expect(codeOf(arrival)).toBe(code);
  });

  test.each<[Name, Waiting]>([
    [
      'first-ever-empty-sync-status.json',
      { code: 'syncs', at: [commits['first-ever-empty-sync-status.json']], said: '' },
    ],
    [
      'hydrator-dry-new-cluster-old.json',
      { code: 'hydrated', commit: commits['hydrator-dry-new-cluster-old.json'] },
    ],
    [
      'operation-set-no-operation-state.json',
      { code: 'syncs', at: [commits['operation-set-no-operation-state.json']], said: '' },
    ],
  ])('%s: a moment after the commit it is on its way', (name, why) => {
    const now = onTheDay('00:20:10.000');
    expect(judge(capture(name), ask(name, { now, committedAt: now - 2_000 }))).toEqual({
      state: 'waiting',
      why,
    });
  });
});

test('it has arrived when the set has our number under our commit, healthy or not, and no older sync is at work', () => {
  const arrived = captures().filter(
    (name) => judge(capture(name), ask(name as Name, { live: 3 })).state === 'arrived',
  );
  const not = [
    'first-ever-empty-sync-status.json',
    'hydrator-dry-new-cluster-old.json',
    'newer-commit-blocked-by-running-hook.json',
    'operation-set-no-operation-state.json',
    'retrying-old-revision-blocks-newer.json',
    'unreachable-unknown-revision-main.json',
  ];
  expect(arrived).toEqual(captures().filter((name) => !not.includes(name)));
});

const name = 'system6';
const denied =
  "statefulsets.apps \"s\" is forbidden: ValidatingAdmissionPolicy 'few' with binding 'few' denied request: no more than 5 farmers here";

describe('what is in the way is told with the words of who says it', () => {
  test.each<[Name, Partial<Ask>, Blocked]>([
    [
      'failed-final-healthy.json',
      {},
      { code: 'sync_failed', name, at: [commits['failed-final-healthy.json']], retries: 0, said: denied },
    ],
    [
      'false-arrived-global-ignore.json',
      {},
      {
        code: 'false_arrival',
        set: 's',
        commit: commits['false-arrived-global-ignore.json'],
        live: 0,
        wanted: 3,
        why: { by: 'unknown', looked: false },
      },
    ],
    [
      'false-arrived-helm-values-override.json',
      {},
      {
        code: 'false_arrival',
        set: 's',
        commit: commits['false-arrived-helm-values-override.json'],
        live: 0,
        wanted: 3,
        why: {
          by: 'override',
          which: 'helm.valuesObject.replicas of the Application',
          file: 'instances/system6.yaml',
        },
      },
    ],
    [
      'newer-commit-blocked-by-running-hook.json',
      { now: onTheDay('00:42:06.000') },
      {
        code: 'busy',
        name,
        commit: commits['newer-commit-blocked-by-running-hook.json'],
        at: [expect.stringMatching(/^c7371ea/)],
        forMs: minutes(10),
        retries: 0,
        said: 'waiting for healthy state of apps/StatefulSet/s',
      },
    ],
    [
      'retrying-old-revision-blocks-newer.json',
      { now: onTheDay('00:17:26.000') },
      {
        code: 'busy',
        name,
        commit: commits['retrying-old-revision-blocks-newer.json'],
        at: [expect.stringMatching(/^88b9fc8/)],
        forMs: minutes(4),
        retries: 5,
        said: denied,
      },
    ],
    [
      'repo-down-stale-synced.json',
      {
        commit: 'e'.repeat(40),
        older: ['d7ddb53'],
        now: onTheDay('00:31:52.000'),
        committedAt: onTheDay('00:23:52.000'),
      },
      {
        code: 'stale',
        name,
        lateMs: minutes(8),
        last: { agoMs: minutes(9), sync: 'Synced', health: 'Healthy' },
      },
    ],
    [
      'unreachable-unknown-revision-main.json',
      {},
      {
        code: 'comparison',
        name,
        why: 'errors',
        said: 'ComparisonError: Failed to load target state: failed to generate manifest for source 1 of 1: rpc error: code = Unknown desc = failed to list refs: dial tcp 192.0.2.1:443: connect: connection refused',
      },
    ],
    ['skip-reconcile.json', {}, { code: 'skipped', name }],
    [
      'statefulset-missing-app-healthy.json',
      { live: undefined },
      {
        code: 'no_set',
        name,
        commit: commits['statefulset-missing-app-healthy.json'],
        set: { namespace: 'd1', name: 's' },
        sync: 'OutOfSync',
        health: 'Healthy',
      },
    ],
    [
      'seq-policy-denies-retries-then-fix.json' as Name,
      {
        commit: '88b9fc894054c6b52ab45d3aa4dfdc6e650a60f5',
        older: ['efd5fbc'],
        now: onTheDay('00:13:50.000'),
      },
      {
        code: 'sync_denied',
        at: ['88b9fc894054c6b52ab45d3aa4dfdc6e650a60f5'],
        retries: 2,
        said: denied,
      },
    ],
  ])('%s', (file, rest, why) => {
    const raw = file.startsWith('seq-')
      ? sequence(file).find(({ at }) => at === '00:13:36.204')?.object
      : capture(file);
    const asked = ask(file.startsWith('seq-') ? 'skip-reconcile.json' : file);
    expect(judge(raw, { ...asked, ...rest })).toEqual({ state: 'blocked', why });
  });

  const change = (name: Name, spec: object, metadata: object = {}): unknown => {
    const raw = capture(name) as { readonly spec: object; readonly metadata: object };
    return { ...raw, metadata: { ...raw.metadata, ...metadata }, spec: { ...raw.spec, ...spec } };
  };
  test('a rule of the Application, in any spelling', () => {
    const rules: readonly (readonly [object, string])[] = [
      [{ jsonPointers: ['/spec/replicas'] }, 'jsonPointers: /spec/replicas'],
      [{ kind: 'Stateful*', group: '*', jsonPointers: ['/spec'] }, 'jsonPointers: /spec'],
      [{ name: 's', jqPathExpressions: ['.spec["replicas"]'] }, 'jqPathExpressions: .spec["replicas"]'],
      [{ jqPathExpressions: [' .spec | .replicas '] }, 'jqPathExpressions: .spec | .replicas'],
      [
        { kind: '{Deployment,StatefulSet}', jqPathExpressions: ['.["spec"]?'] },
        'jqPathExpressions: .["spec"]?',
      ],
      [{ managedFieldsManagers: ['kubectl'] }, 'managedFieldsManagers: kubectl'],
    ];
    for (const [rule, words] of rules) {
      const ignoreDifferences = [{ group: 'apps', kind: 'StatefulSet', ...rule }];
      const raw = change('progressing-no-kubelet.json', { ignoreDifferences });
      expect(falseBy(judge(raw, ask('progressing-no-kubelet.json')))).toEqual({
        by: 'rules',
        which: [`spec.ignoreDifferences[0] (${words})`],
        name,
      });
    }
  });

  test('a rule about something else is not blamed', () => {
    const others = [
      { group: 'apps', kind: 'StatefulSet', name: 'redis', jsonPointers: ['/spec/replicas'] },
      { group: 'apps', kind: 'StatefulSet', namespace: 'other', jsonPointers: ['/spec/replicas'] },
      { group: 'apps', kind: 'Deployment', jsonPointers: ['/spec/replicas'] },
      { kind: 'StatefulSet', jsonPointers: ['/spec/replicas'] },
      { group: 'apps', kind: 'StatefulSet', jsonPointers: ['/status/replicas', '/spec/template'] },
      { group: 'apps', kind: 'StatefulSet', jqPathExpressions: ['.status.replicas', '.spec.template'] },
      { group: 'apps', kind: 'StatefulSet', managedFieldsManagers: ['hpa'] },
    ];
    const raw = change('progressing-no-kubelet.json', { ignoreDifferences: others });
    const set = { namespace: 't1', name: 's', writers: ['argocd-controller'] };
    expect(falseBy(judge(raw, ask('progressing-no-kubelet.json', { set })))).toEqual({
      by: 'unknown',
      looked: false,
    });
  });

  test.each<[object, string]>([
    [
      { helm: { parameters: [{ name: 'replicas', value: '1' }] } },
      'the Helm parameter replicas of the Application',
    ],
    [{ helm: { values: 'replicas: 1\n' } }, 'helm.values of the Application, which sets replicas'],
    [
      { helm: { valueFiles: ['$v/instances/system6.yaml', 'prod.yaml'] } },
      'perhaps prod.yaml, a values file that counts after instances/system6.yaml',
    ],
    [
      { kustomize: { replicas: [{ name: 's', count: 1 }] } },
      'kustomize.replicas of the Application, which names s',
    ],
  ])('%j overrides the file', (source, words) => {
    const raw = change('progressing-no-kubelet.json', {});
    const with_ = {
      ...(raw as object),
      status: {
        ...(raw as { status: object }).status,
        sync: { status: 'Synced', revision: commits['progressing-no-kubelet.json'] },
      },
    };
    const spec = { source: { repoURL: 'https://github.com/example/deployments', ...source } };
    const asked = ask('progressing-no-kubelet.json', { set: { namespace: 't1', name: 's' } });
    expect(falseBy(judge({ ...with_, spec }, asked))).toEqual({
      by: 'override',
      which: words,
      file: 'instances/system6.yaml',
    });
  });

  test('one that is being deleted, and one under a sync window', () => {
    const file = 'operation-set-no-operation-state.json';
    const deleted = change(file, {}, { deletionTimestamp: '2026-11-28T01:00:00Z' });
    expect(judge(deleted, ask(file))).toEqual({ state: 'blocked', why: { code: 'deleting', name } });
    const window = 'deny, "0 22 * * *" for 8h';
    expect(judge(capture(file), ask(file, { window }))).toEqual({
      state: 'blocked',
      why: { code: 'window', name, project: 'default', window },
    });
  });
});

describe('several sources: the commit of the one that is the repository', () => {
  const values = { name: 'example/values', branch: 'main' };
  test.each<[Name, string, typeof values | undefined]>([
    ['multi-chart-git-then-ref.json', '05ded1dc0cf53ae98b2ecded3334fd02832fbb02', undefined],
    ['multi-ref-then-chart-git.json', '05ded1dc0cf53ae98b2ecded3334fd02832fbb02', undefined],
    ['multi-chart-git-then-ref.json', 'ba8fee9e20fbbfa14b3904697f61a0ad940f8078', values],
    ['multi-ref-then-chart-git.json', 'ba8fee9e20fbbfa14b3904697f61a0ad940f8078', values],
  ])('%s at %s', (name, commit, repository) => {
    const rest = { commit, live: 3, ...(repository && { repository }) };
    expect(judge(capture(name), rest)).toEqual({ state: 'arrived' });
    expect(
      codeOf(judge(capture(name), { ...rest, commit: 'f'.repeat(40), older: ['05ded1d', 'ba8fee9'] })),
    ).toBe('stale');
  });
});

describe('step by step', () => {
  test.each<[string, string, readonly string[], number, number, string]>([
    [
      'seq-0-to-3-poll.json',
      '6b0e7f528cb6e382b3b93a8eb53441f5ba9eed67',
      ['efd5fbc'],
      0,
      3,
      'waiting arrived',
    ],
    ['seq-ignore-without-respect.json', 'e82cf1f', ['6b0e7f5', 'efd5fbc'], 1, 3, 'waiting arrived'],
    [
      'seq-policy-denies-retries-then-fix.json',
      'f8c8069227969b19eb7d0fe4158ff3189772b993',
      ['88b9fc8', 'a628071', '45ca2e3', 'efd5fbc'],
      0,
      2,
      'waiting busy waiting arrived',
    ],
  ])('%s', (name, commit, before, start, wanted, expected) => {
    const steps = sequence(name);
    const full = new RegExp(`${commit}[0-9a-f]*`).exec(JSON.stringify(steps))?.[0] ?? '';
    let live = start;
    let raw: unknown;
    const seen: string[] = [];
    for (const step of steps) {
      raw = step.object ?? raw;
      live = step.statefulSet?.replicas ?? live;
      if (raw === undefined) continue;
      const arrival = judge(raw, {
        commit: full,
        live,
        wanted,
        older: before,
        now: onTheDay(step.at),
        committedAt: onTheDay(steps[0]?.at ?? ''),
      });
      if (live !== wanted) expect(arrival.state).not.toBe('arrived');
      if (seen.at(-1) !== codeOf(arrival)) seen.push(codeOf(arrival));
    }
    expect(seen.join(' ')).toBe(expected);
  });
});

test('whatever is missing, null or of another kind, something can be said', () => {
  const holes: unknown[] = [undefined, null, '', 0, [], {}, 'x', [null], { a: null }];
  const walk = (node: unknown, put: (value: unknown) => unknown): void => {
    for (const hole of holes) {
      expect(judge(put(hole), { commit: 'f'.repeat(40), live: 0 }).state).not.toBe('arrived');
    }
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      walk(value, (inner) =>
        put(
          Array.isArray(node)
            ? node.map((each, at) => (String(at) === key ? inner : each))
            : { ...node, [key]: inner },
        ),
      );
    }
  };
  for (const name of [
    'hydrator.json',
    'multi-ref-then-chart-git.json',
    'unreachable-unknown-revision-main.json',
  ] as const) {
    walk(capture(name), (value) => value);
  }
});

test('a hydrator that failed is told with its words, at once, whatever an older comparison says', () => {
  const raw = structuredClone(capture('hydrator-dry-new-cluster-old.json')) as {
    status: { sourceHydrator: { currentOperation: Record<string, unknown> } };
  };
  const commit = 'd'.repeat(40);
  raw.status.sourceHydrator.currentOperation = {
    drySHA: commit,
    phase: 'Failed',
    message: 'failed to hydrate: d1/Chart.yaml: no such file.',
    finishedAt: '2026-11-28T00:21:00Z',
  };
  const older = [commits['hydrator.json'].slice(0, 7)];
  expect(judge(raw, { commit, live: 0, older })).toEqual({
    state: 'blocked',
    why: {
      code: 'comparison',
      name,
      why: 'hydrator',
      said: 'failed to hydrate: d1/Chart.yaml: no such file.',
    },
  });
});
