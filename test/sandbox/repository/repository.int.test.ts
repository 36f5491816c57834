import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  repositoryMissing,
  type SandboxRepository,
  startRepository,
} from '../../../sandbox/repository/start.ts';

let github: SandboxRepository;
beforeAll(async () => {
  github = await startRepository();
});
afterAll(() => github[Symbol.asyncDispose]());

test('the emulator is here, on loopback, and lets nobody in without a token', async () => {
  expect(repositoryMissing()).toBeUndefined();
  expect(github.apiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const answer = await fetch(`${github.apiUrl}/repos/${github.repo}/contents/instances`);
  expect([401, 403, 404]).toContain(answer.status);
});

test('people read and commit past farmhand', async () => {
  const path = 'instances/system6.yaml';
  const sha = await github.write(path, 'a: 1\n', { message: 'Try', author: 'Bob Birch', at: 0 });
  expect(await github.head()).toBe(sha);
  expect(await github.read(path)).toBe('a: 1\n');
  expect(await github.argo.head()).toBe(sha);
  const [newest, first, ...others] = await github.commits(path);
  expect(newest).toEqual({ sha, message: 'Try', author: 'Bob Birch' });
  expect(first).toEqual({ sha: expect.any(String), message: `Add ${path}`, author: 'Grace Hopper' });
  expect(others).toEqual([]);
  expect(await github.read(path, first?.sha)).toContain('# system6: values of its Helm release');
});
