import { z } from 'zod';
import { createRepositoryClient } from '../../../sandbox/repository/client.ts';
import { openRepository } from '../../../src/integrations/gitops/repository.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import type { RepositoryUnderTest } from './repository.ts';

/**
 * A scratch repository on GitHub itself, where its name and a token that may write its contents are given:
 * FARMHAND_GITHUB_REPO (owner/name), FARMHAND_GITHUB_TOKEN, and for Enterprise FARMHAND_GITHUB_API. The suite commits
 * to its default branch `main` (or FARMHAND_GITHUB_BRANCH), below `conformance/`.
 */
const Scratch = z.object({
  FARMHAND_GITHUB_REPO: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  FARMHAND_GITHUB_TOKEN: z.string().min(1),
  FARMHAND_GITHUB_API: z.url().default('https://api.github.com'),
  FARMHAND_GITHUB_BRANCH: z.string().min(1).default('main'),
});

/** How the suite starts on it; undefined where none is named. */
export const scratchRepository = (
  env: Readonly<Record<string, string | undefined>>,
): (() => Promise<RepositoryUnderTest>) | undefined => {
  const named = Scratch.safeParse(env);
  if (!named.success) return undefined;
  const token = named.data.FARMHAND_GITHUB_TOKEN;
  const place = {
    apiUrl: named.data.FARMHAND_GITHUB_API,
    repo: named.data.FARMHAND_GITHUB_REPO,
    branch: named.data.FARMHAND_GITHUB_BRANCH,
  };
  return async () => {
    const http = openHttp({ proxyFromEnv: true });
    const author = { name: 'farmhand', email: 'farmhand@example.com' };
    const settings = { ...place, token: { reveal: () => token }, author, timeoutMs: 30_000 };
    const somebody = createRepositoryClient({ ...place, token });
    return {
      repository: openRepository(settings, { http, now: Date.now }),
      author: author.name,
      write: (path, text, message) => somebody.write(path, text, { message }),
      [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
    };
  };
};
