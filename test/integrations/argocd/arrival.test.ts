import { describe, expect, test } from 'vitest';
import type { Arrival } from '../../../src/rebuild/ports/ports.ts';
import { type Ask, capture, captures, judge, onTheDay, sequence } from './captures.ts';

const codeOf = (arrival: Arrival): string => (arrival.state === 'blocked' ? arrival.code : arrival.state);
const saysOf = (arrival: Arrival): string => (arrival.state === 'arrived' ? '' : arrival.says);

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
    expect(saysOf(arrival)).toMatch(/[.?]$/);
  });

  test.each<[Name, string]>([
    ['first-ever-empty-sync-status.json', 'Argo CD syncs 7e38f40'],
    [
      'hydrator-dry-new-cluster-old.json',
      'Argo CD has hydrated 08b5cb9, and not compared the cluster with that yet',
    ],
    ['operation-set-no-operation-state.json', 'Argo CD syncs 6b0e7f5'],
  ])('%s: a moment after the commit it is on its way', (name, says) => {
    const now = onTheDay('00:20:10.000');
    expect(judge(capture(name), ask(name, { now, committedAt: now - 2_000 }))).toEqual({
      state: 'waiting',
      says,
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

describe('what is in the way is said in the words of who says it, with what to do', () => {
  test.each<[Name, Partial<Ask>, string]>([
    [
      'failed-final-healthy.json',
      {},
      "Argo CD's sync of 69727c7 failed: statefulsets.apps \"s\" is forbidden: ValidatingAdmissionPolicy 'few' with binding 'few' denied request: no more than 5 farmers here. It does not try this commit again by itself; any newer commit to the repository makes it try. Put right what it names, then: argocd app sync system6.",
    ],
    [
      'false-arrived-global-ignore.json',
      {},
      'Argo CD calls s Synced at b87d618, and it still has 0 replicas, not 3. No rule or value of the Application itself says why: look for resource.customizations.ignoreDifferences in argocd-cm, for a values file that counts after this one, and for .argocd-source.yaml; or somebody changed the set since.',
    ],
    [
      'false-arrived-helm-values-override.json',
      {},
      'Argo CD calls s Synced at a50c72f, and it still has 0 replicas, not 3. In the way is helm.valuesObject.replicas of the Application: it counts before instances/system6.yaml. Take it out, or change the number there.',
    ],
    [
      'newer-commit-blocked-by-running-hook.json',
      { now: onTheDay('00:42:06.000') },
      'Argo CD is still busy with c7371ea for 10m: waiting for healthy state of apps/StatefulSet/s. da179c6 waits until that is over. To free it: argocd app terminate-op system6; it then takes the newest commit.',
    ],
    [
      'retrying-old-revision-blocks-newer.json',
      { now: onTheDay('00:17:26.000') },
      "Argo CD is still busy with 88b9fc8 for 4m (tried again 5 times): statefulsets.apps \"s\" is forbidden: ValidatingAdmissionPolicy 'few' with binding 'few' denied request: no more than 5 farmers here. 45ca2e3 waits until that is over. To free it: argocd app terminate-op system6; it then takes the newest commit.",
    ],
    [
      'repo-down-stale-synced.json',
      {
        commit: 'e'.repeat(40),
        older: ['d7ddb53'],
        now: onTheDay('00:31:52.000'),
        committedAt: onTheDay('00:23:52.000'),
      },
      'Argo CD last compared system6 9m ago, and what it says (Synced, Healthy) is from then; the commit is 8m old. Can its repo server reach the repository, and does its controller run? Ask it to look: argocd app get system6 --refresh.',
    ],
    [
      'unreachable-unknown-revision-main.json',
      {},
      'Argo CD cannot compare system6: ComparisonError: Failed to load target state: failed to generate manifest for source 1 of 1: rpc error: code = Unknown desc = failed to list refs: dial tcp 192.0.2.1:443: connect: connection refused. Put right what it names; it looks again by itself.',
    ],
    [
      'skip-reconcile.json',
      {},
      'Application system6 is passed over by Argo CD (annotation argocd.argoproj.io/skip-reconcile: "true"). Take the annotation off.',
    ],
    [
      'statefulset-missing-app-healthy.json',
      { live: undefined },
      'there is no StatefulSet s in namespace d1, although Argo CD has compared system6 with 88b6d66 (OutOfSync, Healthy). Is it in the manifests of system6?',
    ],
    [
      'seq-policy-denies-retries-then-fix.json' as Name,
      {
        commit: '88b9fc894054c6b52ab45d3aa4dfdc6e650a60f5',
        older: ['efd5fbc'],
        now: onTheDay('00:13:50.000'),
      },
      "Argo CD's sync of 88b9fc8 is refused (tried again 2 times): statefulsets.apps \"s\" is forbidden: ValidatingAdmissionPolicy 'few' with binding 'few' denied request: no more than 5 farmers here. Argo CD tries again by itself for some minutes. Put right what it names.",
    ],
  ])('%s', (name, rest, says) => {
    const raw = name.startsWith('seq-')
      ? sequence(name).find(({ at }) => at === '00:13:36.204')?.object
      : capture(name);
    expect(
      saysOf(judge(raw, { ...ask(name.startsWith('seq-') ? 'skip-reconcile.json' : name), ...rest })),
    ).toBe(says);
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
      expect(
        saysOf(
          judge(
            change('progressing-no-kubelet.json', { ignoreDifferences }),
            ask('progressing-no-kubelet.json'),
          ),
        ),
      ).toBe(
        `Argo CD calls s Synced at 6b0e7f5, and it still has 0 replicas, not 3. In the way is spec.ignoreDifferences[0] (${words}) of system6: replicas are left out of its comparison. Take it out, or change the instance directly (change: kubernetes).`,
      );
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
    expect(saysOf(judge(raw, ask('progressing-no-kubelet.json', { set })))).toContain('No rule or value');
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
    expect(
      saysOf(
        judge(
          { ...with_, spec },
          ask('progressing-no-kubelet.json', { set: { namespace: 't1', name: 's' } }),
        ),
      ),
    ).toContain(`In the way is ${words}:`);
  });

  test('one that is being deleted, and one under a sync window', () => {
    const name = 'operation-set-no-operation-state.json';
    const deleted = change(name, {}, { deletionTimestamp: '2026-11-28T01:00:00Z' });
    expect(saysOf(judge(deleted, ask(name)))).toContain('is being deleted');
    expect(saysOf(judge(capture(name), ask(name, { window: 'deny, "0 22 * * *" for 8h' })))).toBe(
      'a sync window of project default holds system6 back: deny, "0 22 * * *" for 8h. It goes on when the window is over; or sync it by hand where the window allows that (manualSync).',
    );
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
    code: 'comparison',
    says: "Argo CD's hydrator failed for system6: failed to hydrate: d1/Chart.yaml: no such file. Put right what it names.",
  });
});
