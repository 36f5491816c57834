import { expect, test } from 'vitest';
import { parseStatus } from '../../src/integrations/engine/status.ts';
import { createGithub } from '../../src/integrations/gitops/github.ts';
import { Commits, Tree } from '../../src/integrations/gitops/schema.ts';
import type { Http } from '../../src/integrations/http-client/call.ts';
import { withEachNull } from '../support/each-null.ts';

const sha = 'a'.repeat(40);
const commits = [
  {
    sha,
    html_url: 'https://github.example/c/1',
    commit: { message: 'Add system6', author: { name: 'Ana', date: '2026-11-20T14:13:42Z' } },
  },
];
const tree = { tree: [{ path: 'a.yaml', type: 'blob', sha, size: 7 }], truncated: false };

test('every field of GitHub’s answers may be null: read, or told', async () => {
  let body = '';
  const http = {
    call: async () => ({
      kind: 'answered',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body,
      cut: false,
    }),
  } as unknown as Http;
  const settings = { apiUrl: 'https://api.github.example', token: { reveal: () => 't' }, timeoutMs: 1_000 };
  const github = createGithub(settings, http, () => 0);
  const of = { owner: 'acme', repo: 'deployments' };
  const told: string[] = [];
  for (const spoilt of withEachNull(commits)) {
    body = JSON.stringify(spoilt);
    const asked = await github.ask(Commits, (rest) => rest.repos.listCommits(of));
    if (!asked.ok) told.push(asked.fault.says);
  }
  for (const spoilt of withEachNull(tree)) {
    body = JSON.stringify(spoilt);
    const asked = await github.ask(Tree, (rest) => rest.git.getTree({ ...of, tree_sha: sha }));
    if (!asked.ok) told.push(asked.fault.says);
  }
  // Only what cannot be done without: a commit, its sha, commit and message; the tree, an entry, and its path, type and sha.
  expect(told).toHaveLength(9);
  for (const says of told) expect(says).toMatch(/answered with what GitHub's API does not/);
});

test('every field of an engine’s status may be null: read, or told by its name', () => {
  const status = {
    runs: [
      {
        ...{ key: 'k', rebuild: '', kind: 'rebuild', state: 'running', percent: 3, farmers: 4 },
        ...{ distributed: true, done: 1, total: 2, error: 'none' },
      },
    ],
    orders: ['o'],
    cacheFiles: [],
    guardian: false,
    frontends: [{ name: 'fe1', state: 'ready', caches: 'c', says: 's' }],
  };
  for (const spoilt of withEachNull(status)) {
    const read = parseStatus(JSON.stringify(spoilt));
    if (!read.ok) expect(read.why).toMatch(/^it is not as asked for: \S+: /);
  }
});
