import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FarmhandError } from '../../src/core/errors.ts';
import { freePort } from '../process/free-port.ts';
import { startProcess } from '../process/process.ts';
import { tempDir } from '../process/temp-dir.ts';
import { createRepositoryClient, type RepositoryClient } from './client.ts';
import { sandboxInstances, valuesText } from './instances.ts';

export interface RepositoryOptions {
  readonly port?: number;
  /** Base URL of an instance's express node, for its values. */
  readonly adminUrl?: (instance: string) => string;
  /** What the repository holds besides its README, by path; default: the sandbox's instances. */
  readonly files?: Readonly<Record<string, string>>;
  readonly now?: () => number;
}

export interface SandboxRepository extends RepositoryClient, AsyncDisposable {
  /** For people. */
  readonly url: string;
  /** For `rebuilds.repository.api_url`. */
  readonly apiUrl: string;
  /** farmhand's. People and Argo CD have their own: each may make 5,000 calls an hour. */
  readonly token: string;
  readonly repo: string;
  readonly branch: string;
  /** As Argo CD reads it. */
  readonly argo: RepositoryClient;
  /** GitHub keeps its connections and answers nothing. */
  pause(): void;
  resume(): void;
}

const repo = 'acme/deployments';
const branch = 'main';
const tokens = {
  farmhand: 'ghp_local_farmhand',
  people: 'ghp_local_people',
  argo: 'ghp_local_argocd',
} as const;

/** Why there is no emulator of GitHub on this machine; undefined when there is one. */
export const repositoryMissing = (): string | undefined =>
  program() === undefined
    ? 'There is no emulator of GitHub here: the npm package emulate is not installed. Nothing was started. ' +
      'Run `npm ci` (without --omit=optional), or point rebuilds.repository at a repository of your own.'
    : undefined;

const program = (): string | undefined => {
  try {
    return fileURLToPath(import.meta.resolve('emulate/cli'));
  } catch {
    return undefined;
  }
};

/** The deployment repository on a GitHub of this machine: `emulate`, which listens on loopback alone. */
export const startRepository = async (options: RepositoryOptions = {}): Promise<SandboxRepository> => {
  const cli = program();
  if (cli === undefined) throw new FarmhandError('github_emulator_missing', repositoryMissing() ?? '');
  const dir = await tempDir('github');
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  try {
    await writeFile(join(dir.path, 'seed.json'), JSON.stringify(seed()));
    const running = await startProcess({
      name: 'GitHub emulator',
      command: process.execPath,
      args: [
        ...[cli, 'start', '--service', 'github', '--host', '127.0.0.1', '--port', String(port)],
        ...['--base-url', url, '--seed', 'seed.json'],
      ],
      cwd: dir.path,
      ready: { port },
      readyTimeout: 60_000,
    });
    const client = (token: string): RepositoryClient =>
      createRepositoryClient({ apiUrl: url, repo, branch, token });
    const people = client(tokens.people);
    const stop = async (): Promise<void> => {
      await running.stop();
      await dir[Symbol.asyncDispose]();
    };
    try {
      for (const [path, text] of Object.entries(options.files ?? sandboxFiles(options.adminUrl))) {
        await people.write(path, text, { message: `Add ${path}`, author: 'Grace Hopper' });
      }
      if (options.files === undefined) await rememberRebuild(people, (options.now ?? Date.now)());
    } catch (error) {
      await stop();
      throw error;
    }
    return {
      ...people,
      url: `${url}/${repo}`,
      apiUrl: url,
      token: tokens.farmhand,
      repo,
      branch,
      argo: client(tokens.argo),
      pause: () => running.pause(),
      resume: () => running.resume(),
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await dir[Symbol.asyncDispose]();
    throw error;
  }
};

const sandboxFiles = (
  adminUrl: (instance: string) => string = (name) => `http://127.0.0.1:9/instances/${name}`,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    sandboxInstances.map((instance) => [
      `instances/${instance.name}.yaml`,
      valuesText(instance, adminUrl(instance.name)),
    ]),
  );

/** The commits of a rebuild of system8 last week: where a suggestion for the next one comes from. */
const rememberRebuild = async (people: RepositoryClient, now: number): Promise<void> => {
  const path = 'instances/system8.yaml';
  const before = await people.read(path);
  const day = 86_400_000;
  const rebuild = `system8-${new Date(now - 8 * day).toISOString().slice(0, 10).replaceAll('-', '')}-1`;
  const commit = (from: number, to: number, at: number): Promise<string> =>
    people.write(path, before.replace('replicas: 0 ', `replicas: ${to} `), {
      message: `system8: farmers ${from} → ${to} (rebuild ${rebuild})\n\nFarmhand-Change: ${rebuild}/farmers/${at}`,
      author: 'farmhand',
      at,
    });
  await commit(0, 10, now - 8 * day);
  await commit(10, 0, now - 7 * day);
};

/** A private repository: the emulator lets anybody read a public one, whatever their token. */
const seed = () => ({
  tokens: Object.fromEntries(
    Object.entries(tokens).map(([login, token]) => [token, { login, scopes: ['repo'] }]),
  ),
  github: {
    users: Object.keys(tokens).map((login) => ({ login })),
    orgs: [{ login: 'acme', members: Object.keys(tokens).map((login) => ({ login, role: 'admin' })) }],
    repos: [{ owner: 'acme', name: 'deployments', private: true }],
  },
});
