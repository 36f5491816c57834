import type { ProcessRole } from '../../src/app/shared/run-options.ts';
import { startApp } from '../../src/app/start-app.ts';
import { loadConfig } from '../../src/config/load.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createRedactor } from '../../src/observability/redact.ts';

export interface AppUnderTest extends AsyncDisposable {
  readonly logged: readonly string[];
}

export interface AppOptions {
  /** The config, as its file has it. */
  readonly text: string;
  readonly env: Readonly<Record<string, string>>;
  readonly role: ProcessRole;
  /** Told what it cannot go on with. */
  readonly fail: (error: unknown) => void;
}

/** `serve` of one role in this process, with what it reads of its secrets and what it logs. */
export const startRole = async ({ text, env, role, fail }: AppOptions): Promise<AppUnderTest> => {
  const load = () =>
    loadConfig({ file: 'farmhand.yml', env, readFile: () => text, secretsFor: { roles: [role] } });
  const redactor = createRedactor();
  const logged: string[] = [];
  const app = await startApp({
    config: load(),
    configFile: { path: 'farmhand.yml', readText: () => text, load },
    roles: new Set([role]),
    version: 'test',
    log: createLogger({
      level: 'info',
      redactor,
      base: {},
      destination: { write: (line) => void logged.push(line) },
    }),
    redactor,
    signal: new AbortController().signal,
    fail,
  });
  return { logged, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
};
