import { expect, test } from 'vitest';
import type { Fault, FaultKind } from '../../../src/integrations/gitops/fault.ts';
import { createGitopsScales } from '../../../src/integrations/gitops/scales.ts';
import type { ScaleRequest } from '../../../src/rebuild/ports/ports.ts';
import { anInstance } from '../../builders/rebuild.ts';
import { valuesOf } from '../../builders/values.ts';
import { noApplications, noSets } from '../../fakes/rebuilds/applications.ts';
import { createFakeRepository } from '../../fakes/rebuilds/repository.ts';

const file = 'instances/system7.yaml';
const place = {
  file,
  farmersPath: ['farmer', 'replicas'],
  synchronizerPath: ['synchronizer', 'replicas'],
  application: 'system7',
  applicationNamespace: 'argocd',
};
const instance = anInstance({ name: 'system7', way: 'gitops', gitops: place });
const up: ScaleRequest = {
  key: 'system7-20261120-1/farmers/1',
  rebuild: 'system7-20261120-1',
  instance,
  role: 'farmer',
  from: 0,
  to: 24,
  resourceVersion: '1',
  by: { id: 'U0ALICE', name: 'Alice Ash' },
  reason: 'new dataset',
};
const withFarmers = (n: number): string => valuesOf(['replicas: 0 # farmhand', `replicas: ${n} # farmhand`]);
const url = (sha: string | undefined): string => `https://github.test/acme/deployments/commit/${sha}`;
const start = (text = valuesOf()) => {
  let clock = 0;
  const repository = createFakeRepository({ [file]: text });
  const scales = createGitopsScales(repository, noApplications, noSets, { now: () => clock });
  const puts = () => repository.calls.filter((call) => call.startsWith('put')).length;
  return { repository, scales, puts, sleep: (ms: number) => (clock += ms) };
};
const fault = (kind: FaultKind, over: Partial<Fault> = {}): Fault => ({
  kind,
  says: 'GitHub said no.',
  ...over,
});

test('a scale is one commit that changes the number and nothing else', async () => {
  const { repository, scales } = start();
  const result = await scales.scale(up);
  const [newest] = repository.log();
  expect(result).toEqual({ ok: true, already: false, id: newest?.sha, url: url(newest?.sha) });
  expect(newest?.message).toBe(
    'system7: farmers 0 → 24 (rebuild system7-20261120-1)\n\nFarmhand-Change: system7-20261120-1/farmers/1\nRequested-by: Alice Ash (U0ALICE)\nReason: new dataset',
  );
  expect(repository.read(file)).toBe(withFarmers(24));
});

test('nothing happens when the same change is asked for again, whatever the number is by now', async () => {
  const { repository, scales, puts } = start();
  const first = await scales.scale(up);
  repository.write(file, withFarmers(3));
  expect(await scales.scale(up)).toEqual({ ...first, already: true });
  expect(puts()).toBe(1);
});

test('nothing happens when the number is there already', async () => {
  const { repository, scales, puts } = start(withFarmers(24));
  const sha = repository.log()[0]?.sha;
  expect(await scales.scale(up)).toEqual({ ok: true, already: true, id: sha, url: url(sha) });
  expect(puts()).toBe(0);
});

test('a number that is neither the old nor the new one is a conflict, with who changed the file', async () => {
  const { repository, scales, puts } = start();
  repository.write(file, withFarmers(12), { message: 'Half of them will do', author: 'Bob' });
  const sha = repository.log()[0]?.sha.slice(0, 7);
  expect(await scales.scale(up)).toEqual({
    ok: false,
    kind: 'conflict',
    error: `Nothing was committed: ${file} says 12 for farmers, neither 0 nor 24. The file was changed last by Bob (${sha}: Half of them will do).`,
  });
  expect(puts()).toBe(0);
});

test('another change of the file in between is kept: it is read again and written again', async () => {
  const { repository, scales, puts } = start();
  const other = valuesOf(['engine: balance # not farm', 'engine: balance # never farm']);
  repository.before('put', () => repository.write(file, other));
  expect(await scales.scale(up)).toEqual(expect.objectContaining({ ok: true, already: false }));
  expect(puts()).toBe(2);
  expect(repository.read(file)).toBe(other.replace('replicas: 0 # farmhand', 'replicas: 24 # farmhand'));
});

test('the same change by another worker in between is found, not made twice', async () => {
  const { repository, scales } = start();
  repository.before('put', () =>
    repository.write(file, withFarmers(24), { message: `x\n\nFarmhand-Change: ${up.key}` }),
  );
  const result = await scales.scale(up);
  expect(result).toEqual(expect.objectContaining({ ok: true, already: true, id: repository.log()[0]?.sha }));
  expect(repository.log()).toHaveLength(2);
});

test('a file that never stands still is tried again later', async () => {
  const { repository, scales, puts } = start();
  repository.fail('put', fault('stale'), { always: true });
  expect(await scales.scale(up)).toEqual({
    ok: false,
    kind: 'retry',
    error: `${file} changed each time before it could be written. Nothing was committed; it is tried again.`,
  });
  expect(puts()).toBe(3);
});

test('a worker that slept between reading and writing reads again', async () => {
  const { repository, scales, sleep, puts } = start();
  repository.before('commits', () => {
    sleep(3_600_000);
    repository.write(file, withFarmers(12));
  });
  expect(await scales.scale(up)).toEqual(expect.objectContaining({ ok: false, kind: 'conflict' }));
  expect(puts()).toBe(0);
});

test('a number that somebody commits while it is being looked at is known by their commit, not an older one', async () => {
  const { repository, scales, puts } = start();
  repository.before('file', () => repository.write(file, withFarmers(24)));
  expect(await scales.scale(up)).toEqual(
    expect.objectContaining({ ok: true, already: true, id: repository.log()[0]?.sha }),
  );
  expect(puts()).toBe(0);
});

test.each(['lost', 'broken'] as const)(
  'a commit whose answer was %s is looked for and found',
  async (kind) => {
    const { repository, scales } = start();
    repository.fail('put', fault(kind), { done: true });
    const result = await scales.scale(up);
    expect(result).toEqual(
      expect.objectContaining({ ok: true, already: false, id: repository.log()[0]?.sha }),
    );
    expect(repository.log()).toHaveLength(2);
  },
);

test.each(['lost', 'broken'] as const)('when it was %s and is not found it may still come', async (kind) => {
  const { repository, scales, puts } = start();
  repository.fail('put', fault(kind, { retryAfterMs: 9_000 }));
  expect(await scales.scale(up)).toEqual({
    ok: false,
    kind: 'unknown',
    error:
      'GitHub said no. The commit was not found afterwards; it is looked for again before it is made again.',
    retryAfterMs: 9_000,
  });
  expect(puts()).toBe(1);
});

test('when it was lost and cannot be looked for either, that is said', async () => {
  const { repository, scales } = start();
  repository.before('put', () => repository.fail('commits', fault('broken')));
  repository.fail('put', fault('lost'));
  expect(await scales.scale(up)).toEqual({
    ok: false,
    kind: 'unknown',
    error:
      'GitHub said no. Whether the commit was made could not be seen; it is looked for again before it is made again.',
  });
});

const ends: Readonly<Record<Exclude<FaultKind, 'lost' | 'broken' | 'stale'>, 'retry' | 'refused'>> = {
  not_sent: 'retry',
  limited: 'retry',
  unauthorised: 'refused',
  forbidden: 'refused',
  missing: 'refused',
  protected: 'refused',
  refused: 'refused',
};
test.each(Object.entries(ends))('a write that is %s is a %s, and surely not done', async (kind, end) => {
  const { repository, scales, puts } = start();
  repository.fail('put', fault(kind as keyof typeof ends, { retryAfterMs: 60_000 }));
  expect(await scales.scale(up)).toEqual({
    ok: false,
    kind: end,
    error: 'GitHub said no. Nothing was committed.',
    ...(end === 'retry' && { retryAfterMs: 60_000 }),
  });
  expect(puts()).toBe(1);
});

test.each(['commits', 'file'] as const)('when %s cannot be read nothing is written', async (call) => {
  for (const kind of ['lost', 'broken', 'not_sent', 'limited'] as const) {
    const { repository, scales, puts } = start();
    repository.fail(call, fault(kind));
    expect(await scales.scale(up)).toEqual({
      ok: false,
      kind: 'retry',
      error: 'GitHub said no. Nothing was committed.',
    });
    expect(puts()).toBe(0);
  }
});

test.each([
  [
    valuesOf(['replicas: 0 # farmhand', 'replicas: *x']),
    `${file}:16: farmer.replicas is beside an alias (*) or a merge (<<); write the values out`,
  ],
  [
    valuesOf(['replicas: 0 # farmhand', 'replicas: many']),
    `${file}:16: farmer.replicas must be a plain whole number: no quotes, no sign, no leading zero`,
  ],
])('a file whose number cannot be written is refused', async (text, why) => {
  const { scales, puts } = start(text.replace('# system7', 'x: &x 0'));
  expect(await scales.scale(up)).toEqual({
    ok: false,
    kind: 'refused',
    error: `Nothing was committed: ${why}.`,
  });
  expect(puts()).toBe(0);
});

test('what is not there, or not changed by commits, is refused', async () => {
  const { scales } = start();
  const elsewhere = {
    ...up,
    instance: { ...instance, gitops: { ...place, file: 'instances/x.yaml' } },
  };
  expect(await scales.scale(elsewhere)).toEqual({
    ok: false,
    kind: 'refused',
    error:
      'Nothing was committed: there is no instances/x.yaml in acme/deployments on main, or the token may not see it.',
  });
  expect(await scales.scale({ ...up, instance: anInstance() })).toEqual({
    ok: false,
    kind: 'refused',
    error: 'Nothing was committed: system6 is not changed by commits (change: gitops).',
  });
});

test('whoever changed the number last is named, unless it was farmhand', async () => {
  const { repository, scales } = start();
  expect(await scales.blame(instance, 'farmer')).toEqual({
    ok: true,
    value: {
      who: 'Grace Hopper',
      what: `commit ${repository.log()[0]?.sha.slice(0, 7)}: Add ${file}`,
    },
  });
  await scales.scale(up);
  expect(await scales.blame(instance, 'farmer')).toEqual({ ok: true, value: undefined });
  const bob = repository.write(file, withFarmers(12), { message: 'Half will do\n\nReally.', author: 'Bob' });
  repository.write(file, withFarmers(12).replace('# system7', '# System 7'), { author: 'Carol' });
  expect(await scales.blame(instance, 'farmer')).toEqual({
    ok: true,
    value: { who: 'Bob', what: `commit ${bob.slice(0, 7)}: Half will do` },
  });
});

test('nobody is named for a number that is older than the commits that are looked at', async () => {
  const { repository, scales } = start();
  for (let i = 0; i < 20; i++) repository.write(file, `${valuesOf()}# ${i}\n`);
  expect(await scales.blame(instance, 'farmer')).toEqual({ ok: true, value: undefined });
});
