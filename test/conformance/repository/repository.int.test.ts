import { startRepository } from '../../../sandbox/repository/start.ts';
import { openRepository } from '../../../src/integrations/gitops/repository.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { repositoriesConform } from './repository.ts';

repositoriesConform(async () => {
  const github = await startRepository({ files: {} });
  const http = openHttp();
  const settings = {
    apiUrl: github.apiUrl,
    repo: github.repo,
    branch: github.branch,
    token: { reveal: () => github.token },
    author: { name: 'farmhand', email: 'farmhand@example.com' },
    timeoutMs: 30_000,
  };
  return {
    repository: openRepository(settings, { http, now: Date.now }),
    author: 'farmhand',
    write: (path, text, message) => github.write(path, text, { message }),
    async [Symbol.asyncDispose]() {
      await http[Symbol.asyncDispose]();
      await github[Symbol.asyncDispose]();
    },
  };
});
