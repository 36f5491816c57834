import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startRepository } from '../../../sandbox/repository/start.ts';
import { startVerifyingGithub } from '../../../sandbox/repository/verifying.ts';
import { readSigningKey } from '../../../src/config/signing/signing-key.ts';
import { openRepository } from '../../../src/integrations/gitops/repository.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { type RepositoryUnderTest, repositoriesConform } from './repository.ts';

const email = 'farmhand@example.com';

/** Absent where there is neither git nor ssh-keygen. */
const sshKey = (): { readonly secret: string; readonly allowed: string } | undefined => {
  const folder = mkdtempSync(join(tmpdir(), 'farmhand-key-'));
  try {
    execFileSync('git', ['--version']);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
    const secret = readFileSync(join(folder, 'key'), 'utf8');
    return { secret, allowed: `${email} ${readFileSync(join(folder, 'key.pub'), 'utf8')}` };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
};
const made = sshKey();

const start = async (allowed = made?.allowed ?? '') => {
  const emulator = await startRepository({
    files: { 'instances/system6.yaml': 'farmer: { replicas: 0 }\n' },
  });
  const github = await startVerifyingGithub(emulator.apiUrl, allowed);
  const http = openHttp();
  const key = readSigningKey(made?.secret ?? '');
  if (!key.ok) throw new Error(key.problem);
  const author = { name: 'farmhand', email };
  const repository = openRepository(
    {
      ...{
        apiUrl: github.apiUrl,
        repo: emulator.repo,
        branch: emulator.branch,
        author,
        signingKey: () => key.key,
      },
      token: { reveal: () => emulator.token },
      timeoutMs: 30_000,
    },
    { http, now: Date.now },
  );
  const change = async () => ({
    path: 'instances/system6.yaml',
    sha:
      (await repository.file('instances/system6.yaml').then((read) => (read.ok ? read.value?.sha : ''))) ??
      '',
    bytes: new TextEncoder().encode('farmer: { replicas: 24 }\n'),
    message: 'system6: farmers 0 → 24 (rebuild system6-20261120-1)\n\nFarmhand-Change: a/b/1',
  });
  const stop = async () => {
    await http[Symbol.asyncDispose]();
    await github[Symbol.asyncDispose]();
    await emulator[Symbol.asyncDispose]();
  };
  return { emulator, github, repository, change, [Symbol.asyncDispose]: stop };
};

describe.runIf(made !== undefined)('with a key, commits are signed, and otherwise all is as without', () => {
  repositoriesConform(async (): Promise<RepositoryUnderTest> => {
    const { emulator, repository, [Symbol.asyncDispose]: stop } = await start();
    return {
      repository,
      author: 'farmhand',
      write: (path, text, message) => emulator.write(path, text, { message }),
      [Symbol.asyncDispose]: stop,
    };
  });
});

describe.runIf(made !== undefined)('a signed commit', () => {
  test('is one that git verifies, and is on the branch', async () => {
    await using it = await start();
    const written = await it.repository.put(await it.change());
    expect(written).toMatchObject({ ok: true, value: { commit: await it.emulator.head() } });
    expect([...it.github.reasons.values()]).toEqual(['valid']);
    expect(await it.emulator.read('instances/system6.yaml')).toBe('farmer: { replicas: 24 }\n');
  });

  test('is not made where GitHub does not take the signature; the branch stays', async () => {
    await using it = await start(
      `${email} ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJcuBAZ0m2nAVyYVtXWJ8aLXt5wFWy5yAdDGD8KcYf8y`,
    );
    const before = await it.emulator.head();
    expect(await it.repository.put(await it.change())).toEqual({
      ok: false,
      fault: {
        kind: 'refused',
        says: expect.stringContaining('GitHub did not take the signature (invalid)'),
      },
    });
    expect(await it.emulator.head()).toBe(before);
  });

  test('does not undo what somebody else committed between its parts and the move of the branch', async () => {
    await using it = await start();
    const change = await it.change();
    it.github.before = async (call) => {
      if (call.startsWith('PATCH'))
        await it.emulator.write('other.yaml', 'a: 1\n', { message: 'Something else' });
      return undefined;
    };
    expect(await it.repository.put(change)).toMatchObject({ ok: false, fault: { kind: 'stale' } });
    expect((await it.emulator.commits()).map(({ message }) => message)[0]).toBe('Something else');
  });

  test.each([
    ['POST', 'blobs', 'not_sent'],
    ['POST', 'trees', 'not_sent'],
    ['POST', 'commits', 'not_sent'],
    ['PATCH', 'refs', 'lost'],
  ])('whose answer to %s %s is lost: %s, and asked once', async (method, part, kind) => {
    await using it = await start();
    const change = await it.change();
    it.github.before = async (call) =>
      call.startsWith(method) && call.includes(`/git/${part}`) ? 'drop' : undefined;
    expect(await it.repository.put(change)).toMatchObject({ ok: false, fault: { kind } });
    expect(
      it.github.calls.filter((call) => call.startsWith(method) && call.includes(`/git/${part}`)),
    ).toHaveLength(1);
  });
});
