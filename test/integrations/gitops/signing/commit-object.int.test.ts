import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSigningKey, type SigningKey } from '../../../../src/config/signing/signing-key.ts';
import {
  commitObject,
  signCommit,
  type UnsignedCommit,
} from '../../../../src/integrations/gitops/signing/commit-object.ts';

const email = 'farmhand@example.com';
let folder: string;
let env: NodeJS.ProcessEnv;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'farmhand-sign-'));
  chmodSync(folder, 0o700);
  env = { PATH: process.env['PATH'], HOME: folder, GNUPGHOME: folder };
});
afterAll(() => {
  run('gpgconf', ['--kill', 'all']);
  rmSync(folder, { recursive: true, force: true });
});

const run = (command: string, args: readonly string[], input?: string): string =>
  execFileSync(command, [...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(input !== undefined && { input }),
  });
const has = (command: string): boolean => {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const keyOf = (text: string): SigningKey => {
  const read = readSigningKey(text);
  if (!read.ok) throw new Error(read.problem);
  return read.key;
};

/** Puts the commit into a repository as GitHub does, and answers how git verifies it; throws where it does not. */
const verified = (key: SigningKey, message: string, forged = message): string => {
  run('git', ['init', '-q', '-b', 'main', '.']);
  const tree = run('git', ['mktree'], '').trim();
  const who = { name: 'farmhand', email };
  const parent = run(
    'git',
    ['hash-object', '-t', 'commit', '-w', '--stdin'],
    `tree ${tree}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n\nfirst\n`,
  ).trim();
  // A signature is not older than its key.
  const seconds = Math.floor(Date.now() / 1_000);
  const commit: UnsignedCommit = {
    tree,
    parent,
    author: { name: 'Ana', email: 'ana@example.com' },
    committer: who,
    seconds,
    message,
  };
  const signature = signCommit(key, commit).trimEnd().split('\n').join('\n ');
  const object = commitObject({ ...commit, message: forged }).replace('\n\n', `\ngpgsig ${signature}\n\n`);
  const sha = run('git', ['hash-object', '-t', 'commit', '-w', '--stdin'], object).trim();
  const args = ['-c', 'gpg.ssh.allowedSignersFile=allowed', 'verify-commit', '--raw', sha];
  return execFileSync('sh', ['-c', `git ${args.join(' ')} 2>&1`], { cwd: folder, env, encoding: 'utf8' });
};

const message =
  'system6: farmers 0 → 24 (rebuild system6-20261120-1)\n\nFarmhand-Change: system6-20261120-1/farmers/1';

describe.runIf(has('git'))('real git verifies what farmhand signs', () => {
  test('with an OpenSSH key', () => {
    run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', email, '-f', 'key']);
    writeFileSync(join(folder, 'allowed'), `${email} ${readFileSync(join(folder, 'key.pub'), 'utf8')}`);
    const key = keyOf(readFileSync(join(folder, 'key'), 'utf8'));
    expect(verified(key, message)).toMatch(
      /^Good "git" signature for farmhand@example\.com with ED25519 key SHA256:/,
    );
    expect(() => verified(key, message, `${message} `)).toThrow();
  });

  test.runIf(has('gpg'))(
    'with an OpenPGP key, as gpg exports it; again and again, whatever numbers come out',
    () => {
      const quiet = ['--batch', '--pinentry-mode', 'loopback', '--passphrase', ''];
      run('gpg', [...quiet, '--quick-gen-key', `farmhand <${email}>`, 'ed25519', 'sign', 'never']);
      const key = keyOf(run('gpg', [...quiet, '--armor', '--export-secret-keys', email]));
      expect(key).toMatchObject({ form: 'openpgp', algorithm: 22 });
      for (let n = 0; n < 12; n++) expect(verified(key, `${message} ${n}`)).toMatch(/\[GNUPG:\] GOODSIG /);
      expect(() => verified(key, message, `${message} `)).toThrow();
    },
  );

  test.runIf(has('gpg'))(
    'a passphrase, another kind and what is no key are told apart, without the key',
    () => {
      run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', 'locked']);
      run('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-f', 'ecdsa']);
      const locked = ['--batch', '--pinentry-mode', 'loopback', '--passphrase', 'secret'];
      run('gpg', [...locked, '--quick-gen-key', 'locked <locked@example.com>', 'ed25519', 'sign', 'never']);
      const problem = (text: string) => {
        const read = readSigningKey(text);
        return read.ok ? 'none' : read.problem.split('. ')[0];
      };
      const file = (name: string) => readFileSync(join(folder, name), 'utf8');
      expect([
        problem(file('locked')),
        problem(run('gpg', [...locked, '--armor', '--export-secret-keys', 'locked@example.com'])),
        problem(file('ecdsa')),
        problem(file('key').slice(0, 120)),
        problem(file('key.pub')),
      ]).toEqual([
        'is protected by a passphrase, which nobody is there to type',
        'is protected by a passphrase, which nobody is there to type',
        'must be an Ed25519 key',
        'cannot be read: it is cut off or damaged',
        'must be an OpenPGP or OpenSSH private key, with its first line',
      ]);
    },
  );
});
