import { expect, test } from 'vitest';
import { createGithub } from '../../../src/integrations/gitops/github.ts';
import { openRepository } from '../../../src/integrations/gitops/repository.ts';
import type { Http, HttpOutcome, HttpRequest } from '../../../src/integrations/http-client/call.ts';

const token = 'ghp_very_secret_token';
const now = Date.UTC(2026, 10, 20, 12);

const start = (outcome: HttpOutcome, apiUrl = 'https://github.example.com/api/v3/') => {
  const asked: HttpRequest[] = [];
  const http: Http = {
    call: async (request) => {
      asked.push(request);
      return outcome;
    },
    async [Symbol.asyncDispose]() {},
  };
  const settings = {
    apiUrl,
    token: { reveal: () => token },
    timeoutMs: 7_000,
    repo: 'acme/deployments',
    branch: 'release/2026',
    author: { name: 'farmhand', email: 'farmhand@example.com' },
  };
  return { asked, repository: openRepository(settings, { http, now: () => now }), settings, http };
};
const answered = (
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): HttpOutcome => ({
  kind: 'answered',
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify({ message, documentation_url: 'https://docs.github.com/rest' }),
  cut: false,
});

test('a call goes to Enterprise once, with the token, a deadline and a limit', async () => {
  const sha = 'a'.repeat(40);
  const { asked, repository } = start({
    kind: 'answered',
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ object: { sha } }),
    cut: false,
  });
  expect(await repository.head()).toEqual({ ok: true, value: sha });
  expect(asked).toEqual([
    {
      method: 'GET',
      url: 'https://github.example.com/api/v3/repos/acme/deployments/git/ref/heads%2Frelease%2F2026',
      headers: expect.objectContaining({ authorization: `token ${token}`, 'user-agent': expect.any(String) }),
      timeoutMs: 7_000,
      maxBytes: 16 * 1024 * 1024,
    },
  ]);
});

test.each<[string, HttpOutcome, string, string, number | undefined]>([
  [
    'no connection',
    { kind: 'not_sent', error: 'connect ECONNREFUSED' },
    'not_sent',
    'GitHub cannot be reached: connect ECONNREFUSED.',
    undefined,
  ],
  [
    'no answer',
    { kind: 'lost', error: 'no answer within 7000 ms' },
    'lost',
    'GitHub did not answer: no answer within 7000 ms.',
    undefined,
  ],
  [
    'a bad token',
    answered(401, 'Bad credentials'),
    'unauthorised',
    'GitHub answered 401: Bad credentials. Renew the token in rebuilds.repository.token: it is wrong, expired or revoked.',
    undefined,
  ],
  [
    'too few rights',
    answered(403, 'Resource not accessible by personal access token'),
    'forbidden',
    'GitHub answered 403: Resource not accessible by personal access token. The token in rebuilds.repository.token needs the permission "Contents: read and write" on the repository (and its SSO authorisation, where the organisation asks for one).',
    undefined,
  ],
  [
    'nothing to be seen',
    answered(404, 'Not Found'),
    'missing',
    'GitHub answered 404: Not Found. Check rebuilds.repository (repo, branch, path), and that its token may read and write the contents of that repository: GitHub says 404 for what a token may not see.',
    undefined,
  ],
  [
    'the hourly limit',
    answered(403, 'API rate limit exceeded', {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(now / 1000 + 90),
    }),
    'limited',
    'GitHub answered 403: API rate limit exceeded.',
    90_000,
  ],
  [
    'the secondary limit',
    answered(403, 'You have exceeded a secondary rate limit', { 'retry-after': '60' }),
    'limited',
    'GitHub answered 403: You have exceeded a secondary rate limit.',
    60_000,
  ],
  [
    'the secondary limit without a wait',
    answered(403, 'You have exceeded a secondary rate limit'),
    'limited',
    'GitHub answered 403: You have exceeded a secondary rate limit.',
    undefined,
  ],
  [
    'too many requests',
    answered(429, 'slow down', { 'retry-after': '5' }),
    'limited',
    'GitHub answered 429: slow down.',
    5_000,
  ],
  [
    'a stale blob',
    answered(409, 'f.yaml does not match abc'),
    'stale',
    'GitHub answered 409: f.yaml does not match abc.',
    undefined,
  ],
  [
    'a protected branch',
    answered(409, 'Repository rule violations found\n\nChanges must be made through a pull request.'),
    'protected',
    "GitHub answered 409: Repository rule violations found Changes must be made through a pull request. Let farmhand's account bypass the protection of the branch (Settings > Rules, or Branches).",
    undefined,
  ],
  [
    'an invalid request',
    answered(422, 'Invalid request'),
    'refused',
    'GitHub answered 422: Invalid request.',
    undefined,
  ],
  [
    'a server in trouble',
    answered(503, 'unicorn', { 'retry-after': '30' }),
    'broken',
    'GitHub answered 503: unicorn.',
    30_000,
  ],
  [
    'a repository that moved',
    answered(301, '', { location: 'https://github.example.com/api/v3/repositories/1' }),
    'refused',
    'GitHub answered 301: https://github.example.com/api/v3/repositories/1. Redirects are not followed: was the repository renamed, or is rebuilds.repository.api_url not the API?',
    undefined,
  ],
  [
    'another server',
    { kind: 'answered', status: 200, headers: { 'content-type': 'text/html' }, body: '<html>', cut: false },
    'broken',
    "https://github.example.com/api/v3/ answered with what GitHub's API does not. Check rebuilds.repository.api_url (Enterprise: https://HOST/api/v3).",
    undefined,
  ],
  [
    'an endless answer',
    { kind: 'answered', status: 200, headers: {}, body: '{', cut: true },
    'broken',
    "GitHub's answer is too long to be read.",
    undefined,
  ],
  [
    'the token, repeated',
    answered(422, `what is ${token}?`),
    'refused',
    'GitHub answered 422: what is [redacted]?.',
    undefined,
  ],
])('%s is told apart', async (_, outcome, kind, says, retryAfterMs) => {
  const { repository, asked } = start(outcome);
  const put = { path: 'f.yaml', sha: 'b', bytes: new Uint8Array(), message: 'm' };
  const fault = { kind, says, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  expect(await repository.put(put)).toEqual({ ok: false, fault });
  expect(asked).toHaveLength(1);
});

test('a call that farmhand does not make is not made', async () => {
  const { settings, http, asked } = start(answered(200, ''));
  const github = createGithub(settings, http, () => now);
  const all = { safeParse: (data: unknown) => ({ success: true as const, data }) };
  const result = await github.ask(all, (rest) => rest.repos.delete({ owner: 'acme', repo: 'deployments' }));
  expect(result.ok).toBe(false);
  expect(asked).toEqual([]);
});
