import { expect, test } from 'vitest';
import { readValues } from '../../../../src/integrations/gitops/values/values.ts';
import { valuesOf } from '../../../builders/values.ts';

const read = (text: string, clusters?: readonly string[]) =>
  readValues(
    { name: 'system7', file: 'instances/system7.yaml', text, revision: 'c0ffee1' },
    { ...(clusters && { clusters }) },
  );

const problems = (text: string, clusters?: readonly string[]): readonly string[] => {
  const values = read(text, clusters);
  if (values.ok) throw new Error('the values are valid');
  return values.problems.map(
    ({ file, line, message }) => `${file}${line === undefined ? '' : `:${line}`} ${message}`,
  );
};
const at = (line: number, message: string): string => `instances/system7.yaml:${line} ${message}`;

test('the least that a values file says makes an instance, with 2 to 100 farmers and the usual names', () => {
  expect(read(valuesOf(['  target: 36h\n', '']))).toEqual({
    ok: true,
    value: {
      name: 'system7',
      tenant: '105861',
      engine: 'balance',
      way: 'gitops',
      cluster: 'den',
      namespace: 'tenant-105861-prod',
      farmerSet: 'system7-dcr-farmer',
      synchronizerSet: 'system7-dcr-sync',
      synchronizerService: 'system7-dcr-sync',
      minimum: 2,
      maximum: 100,
      frontends: ['system7-fe1', 'system7-fe2'],
      adminUrl: 'https://system7-fe1.example:8443',
      approval: false,
      gitops: {
        file: 'instances/system7.yaml',
        farmersPath: ['farmer', 'replicas'],
        synchronizerPath: ['synchronizer', 'replicas'],
        application: 'system7',
        applicationNamespace: 'argocd',
      },
      source: { file: 'instances/system7.yaml', revision: 'c0ffee1' },
    },
  });
});

test('where it belongs is as the values say, and commercial is not said', () => {
  const of = (environment: string) =>
    read(valuesOf(['change: gitops\n', `change: gitops\nenvironment: ${environment}\n`]));
  expect(of('gov')).toMatchObject({ ok: true, value: { environment: 'gov' } });
  expect(of('commercial')).toEqual(read(valuesOf()));
  expect(of('Gov Cloud')).toMatchObject({
    problems: [{ line: 7, message: 'environment must be the name of an environment, such as gov' }],
  });
});

test('values that would move it out of where the config puts it are refused, both named', () => {
  const environmentOf = (_: string, values: string | undefined) =>
    values === undefined || values === 'gov'
      ? ({ ok: true, environment: 'gov' } as const)
      : ({ ok: false, code: 'differ', values, config: 'gov' } as const);
  const under = (text: string) =>
    readValues(
      { name: 'system7', file: 'instances/system7.yaml', text, revision: 'c0ffee1' },
      { environmentOf },
    );
  expect(under(valuesOf())).toMatchObject({ ok: true, value: { environment: 'gov' } });
  expect(under(valuesOf(['change: gitops\n', 'change: gitops\nenvironment: commercial\n']))).toEqual({
    ok: false,
    problems: [
      {
        file: 'instances/system7.yaml',
        line: 7,
        message:
          'environment is commercial, and system7 belongs to gov (access.environments in farmhand.yml); remove it here, or have that changed',
      },
    ],
  });
});

test('everything that may be said is taken, and keys of Helm are left alone', () => {
  const text = valuesOf(
    ['change: gitops', 'change: kubernetes\napproval: true\napp: { alias: &a 1, of: *a }'],
    ['engine: balance', 'engine: farm\n  minimum: 8\n  maximum: 40\n  farmers: 24\n  heapGb: 80.5'],
    ['tenant: "105861"', 'tenant: 105861'],
    ['target: 36h', 'target: 1d12h\n  farmerSet: f\n  synchronizerSet: s\n  synchronizerService: svc'],
  );
  expect(read(text, ['ash', 'den'])).toEqual({
    ok: true,
    value: expect.objectContaining({
      tenant: '105861',
      engine: 'farm',
      way: 'kubernetes',
      minimum: 8,
      maximum: 40,
      farmers: 24,
      heapGb: 80.5,
      targetMs: 36 * 3_600_000,
      approval: true,
      farmerSet: 'f',
      synchronizerSet: 's',
      synchronizerService: 'svc',
    }),
  });
});

test('where the numbers and the Application are can be said', () => {
  const text = valuesOf(
    [
      'farmer:\n',
      'argocd: { application: cache-system7, namespace: cd, cluster: hub }\nreplicas:\n  farmers: dcr.workers.count\n  synchronizer: [a.b, n]\na.b: { n: 1 }\nfarmer:\n',
    ],
    ['  engine', '  workers: { count: 3 }\n  engine'],
  );
  const values = read(text);
  expect(values.ok && values.value.gitops).toEqual({
    file: 'instances/system7.yaml',
    farmersPath: ['dcr', 'workers', 'count'],
    synchronizerPath: ['a.b', 'n'],
    application: 'cache-system7',
    applicationNamespace: 'cd',
    applicationCluster: 'hub',
  });
});

test('every problem is told at once, each with its line', () => {
  const text = valuesOf(
    ['cluster: den\n', ''],
    ['tenant-105861-prod', 'Tenant_1'],
    ['https://system7-fe1.example:8443', 'ftp://system7'],
    ['- system7-fe2', '- system7-fe1; rm -rf'],
    ['engine: balance', 'engine: ballance'],
    ['target: 36h', 'target: soon\n  minumum: 4'],
  );
  expect(problems(text)).toEqual([
    'instances/system7.yaml cluster is missing: the name of a cluster',
    at(3, 'namespace must be a namespace: a-z, 0-9 and -, beginning and ending with a letter or digit'),
    at(4, 'adminUrl must be an http:// or https:// URL'),
    at(
      8,
      'frontends.1 must be the name of a frontend: a-z, 0-9 and -, beginning and ending with a letter or digit',
    ),
    at(11, 'dcr.engine must be farm or balance'),
    at(12, 'dcr.target is not a duration; write 90m, 36h or 2d'),
    at(13, 'dcr.minumum is not a key farmhand knows; did you mean minimum?'),
  ]);
});

test('numbers that contradict each other, a cluster nobody configured and numbers that are not there are told', () => {
  const text = valuesOf(
    ['engine: balance', 'minimum: 8\n  maximum: 4\n  engine: balance'],
    ['replicas: 0 # farmhand', 'replicas: "0"'],
    ['synchronizer:\n  replicas: 0', 'other: 1'],
  );
  expect(problems(text, ['ash', 'elm'])).toEqual([
    'instances/system7.yaml synchronizer.replicas is not there; farmhand commits it there',
    at(3, 'cluster is no cluster that farmhand is configured for; there is ash, elm'),
    at(12, 'dcr.minimum is 8, more than the maximum of 4'),
    at(
      18,
      'farmer.replicas must be a plain whole number: no quotes, no sign, no leading zero; farmhand commits it there',
    ),
  ]);
  expect(problems(valuesOf(['target: 36h', 'farmers: 101']))).toEqual([
    at(13, 'dcr.farmers is 101; it must be from 2 to 100'),
  ]);
});

test('a mistyped approval is not taken for no approval', () => {
  expect(problems(valuesOf(['change:', 'aproval: true\nchange:']))).toEqual([
    at(6, 'aproval is not a key farmhand knows; did you mean approval?'),
  ]);
});

test.each([
  ['an empty file', '', ['instances/system7.yaml:1 must be a mapping of keys to values']],
  ['a list', '- a\n', ['instances/system7.yaml:1 must be a mapping of keys to values']],
  [
    'two documents',
    `${valuesOf()}---\n${valuesOf()}`,
    [at(19, 'a second document begins here; a values file is one')],
  ],
  [
    'a key twice',
    valuesOf(['cluster: den', 'cluster: den\ncluster: ash']),
    [at(4, 'the key cluster is there twice; keep one')],
  ],
  [
    'an alias',
    valuesOf(['cluster: den', 'x: &x den\ncluster: *x']),
    [at(4, 'cluster: aliases (*) and merges (<<) are not followed; write the value out')],
  ],
  [
    'a merge below',
    valuesOf(['  engine: balance', '  <<: { maximum: 900 }\n  engine: balance']),
    [at(12, 'dcr: aliases (*) and merges (<<) are not followed; write the value out')],
  ],
  [
    'a merge at the top',
    valuesOf(['cluster: den', '<<: { approval: false }\ncluster: den']),
    [at(3, 'merges (<<) are not followed; write the values out')],
  ],
  [
    'an anchor on the number',
    valuesOf(['replicas: 0 # farmhand', 'replicas: &n 0']),
    [
      at(
        16,
        'farmer.replicas has an anchor (&), so other values would change with it; farmhand commits it there',
      ),
    ],
  ],
  [
    'a password',
    valuesOf(['https://', 'https://ada:secret@']),
    [at(5, 'adminUrl has a user or password in it; a values file is no place for that')],
  ],
  [
    'a query',
    valuesOf([':8443', ':8443/?cmd=shutdown']),
    [at(5, 'adminUrl must be a base URL, without ? and #')],
  ],
  ['a frontend twice', valuesOf(['fe2', 'fe1']), [at(7, 'frontends names a frontend twice')]],
  [
    'one place for both numbers',
    valuesOf([
      'farmer:\n',
      'replicas: { farmers: farmer.replicas, synchronizer: farmer.replicas }\nfarmer:\n',
    ]),
    [at(15, 'replicas names one place for both numbers')],
  ],
  [
    'a name of pods that is too long',
    valuesOf(['target: 36h', `farmerSet: ${'a'.repeat(53)}`]),
    [at(13, 'dcr.farmerSet must be the name of a StatefulSet, of at most 52 characters')],
  ],
  [
    'a nest',
    valuesOf(['cluster: den', `cluster: ${'['.repeat(25_000)}${']'.repeat(25_000)}`]),
    ['instances/system7.yaml:3 is nested too deeply to be read'],
  ],
])('%s is refused with a sentence', (_, text, expected) => {
  expect(problems(text)).toEqual(expected);
});

test('an alias bomb outside of what farmhand reads costs nothing, and inside it is refused', () => {
  const levels = Array.from(
    { length: 30 },
    (_, i) => `l${i + 1}: &l${i + 1} [*l${i}, *l${i}, *l${i}, *l${i}]`,
  );
  const bomb = `l0: &l0 [x]\n${levels.join('\n')}\n`;
  expect(read(valuesOf(['# system7\n', bomb])).ok).toBe(true);
  expect(problems(valuesOf(['# system7\n', bomb], ['  - system7-fe1', '  - *l30']))).toEqual([
    at(38, 'frontends: aliases (*) and merges (<<) are not followed; write the value out'),
  ]);
});

test('of a file that is wrong throughout the first twenty problems are told', () => {
  const twice = Array.from({ length: 3_000 }, (_, i) => `k${i % 100}: 1`).join('\n');
  expect(problems(twice)).toHaveLength(20);
  expect(problems('['.repeat(3_000))).toEqual(
    expect.arrayContaining([expect.stringContaining('is not YAML')]),
  );
});
