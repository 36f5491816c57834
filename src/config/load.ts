import { ConfigError, type Problem } from '../core/errors.ts';
import { crossChecks } from './checks/checks.ts';
import { type ConfigFinding, findings, wording } from './checks/issues.ts';
import { withJiraToken } from './checks/jira-checks.ts';
import { tokenChecks } from './checks/token-checks.ts';
import { applyEnvironment, type Environment, withSecretOfMode } from './environment.ts';
import { ownNameChecks, sharedDefaults } from './own-names.ts';
import type { ResolveSecret } from './schema/fields.ts';
import { type Config, configSchema } from './schema/schema.ts';
import { Secret } from './schema/secret.ts';
import { type SecretUser, withoutOthersSecrets } from './secret-uses.ts';
import { type ConfigSource, formatPath, parseSource } from './source.ts';

export interface ConfigInput {
  /** Path of the config file, as people know it. */
  readonly file: string;
  readonly env: Environment;
  /** Text of a file; throws when there is none. Used for the config and for mounted secrets. */
  readonly readFile: (path: string) => string;
  /** Takes every secret as present without looking, for commands that need none: such a config cannot serve. */
  readonly withoutSecrets?: boolean;
  /**
   * Who is to use the secrets: those of others are not looked for, and need not be there. Everything else of the file is
   * checked as ever. Absent: all are.
   */
  readonly secretsFor?: SecretUser;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Settings that came from the environment: `redis.url` → `REDIS_URL`. */
  readonly fromEnvironment: ReadonlyMap<string, string>;
  /** Settings that every installation should have for itself, and that have the value which all others have. */
  readonly sharedDefaults: readonly string[];
}

/**
 * Reads, completes and checks the config. Nothing is read but the file, the secrets it refers to, and `env`.
 * @throws ConfigError with every problem at once, as `file:line path: message`.
 */
export const loadConfig = (input: ConfigInput): Config => readConfig(input).config;

/** `loadConfig`, and where the settings came from. */
export const readConfig = (input: ConfigInput): LoadedConfig => {
  const { file, env, readFile, withoutSecrets, secretsFor } = input;
  const parsed = parseSource(file, readText(file, readFile));
  if (!parsed.ok) throw new ConfigError(file, parsed.problems);
  const { data, from } = applyEnvironment(withJiraToken(parsed.source.data), env);
  const resolve = withoutSecrets ? unknownSecret : lookedUpOnce(secretResolver(env, readFile));
  const completed = withSecretOfMode(data);
  const whole = secretsFor === undefined ? completed : withoutOthersSecrets(completed, secretsFor);
  const result = configSchema(resolve).safeParse(whole, { error: wording });
  const found = [
    ...findings(result.error?.issues ?? []),
    ...crossChecks(data),
    ...ownNameChecks(parsed.source.data),
    ...(withoutSecrets ? [] : tokenChecks(whole, resolve)),
  ];
  if (result.success && found.length === 0) {
    return { config: result.data, fromEnvironment: from, sharedDefaults: sharedDefaults(data) };
  }
  throw new ConfigError(file, inOrder(file, found, parsed.source, from));
};

const readText = (file: string, readFile: ConfigInput['readFile']): string => {
  try {
    return readFile(file);
  } catch (error) {
    const message = `cannot be read (${codeOf(error)}); name the file with --config or FARMHAND_CONFIG`;
    throw new ConfigError(file, [{ path: file, message }]);
  }
};

const secretResolver =
  (env: Environment, readFile: ConfigInput['readFile']): ResolveSecret =>
  (reference) => {
    if ('env' in reference) {
      const value = env[reference.env]?.trim();
      return value
        ? { ok: true, secret: new Secret(value) }
        : { ok: false, problem: `is a secret: set ${reference.env} in the environment; it is not set` };
    }
    let value: string;
    try {
      value = readFile(reference.file).trim();
    } catch (error) {
      return {
        ok: false,
        problem: `is a secret in ${reference.file}, which cannot be read (${codeOf(error)})`,
      };
    }
    return value === ''
      ? { ok: false, problem: `is a secret in ${reference.file}, which is empty` }
      : { ok: true, secret: new Secret(value) };
  };

/** All that is said of a secret is said of one value of it, though its file changes meanwhile. */
const lookedUpOnce = (resolve: ResolveSecret): ResolveSecret => {
  const known = new Map<string, ReturnType<ResolveSecret>>();
  return (reference) => {
    const key = JSON.stringify(reference);
    const found = known.get(key) ?? resolve(reference);
    known.set(key, found);
    return found;
  };
};

const unknownSecret: ResolveSecret = () => ({
  ok: true,
  // A URL, because one of them must be.
  secret: new Secret('redis://not-looked-up'),
});

/** In the order of the file, each once. What came from the environment is told under its variable. */
const inOrder = (
  file: string,
  found: readonly ConfigFinding[],
  source: ConfigSource,
  from: ReadonlyMap<string, string>,
): Problem[] => {
  const placed = found.map(({ path, message }) => {
    const variable = from.get(formatPath(path.slice(0, 2)));
    if (variable !== undefined) return { line: 0, problem: { path: variable, message } };
    const place = path.length === 0 ? file : source.locate(path);
    return { line: path.length === 0 ? 0 : source.line(path), problem: { path: place, message } };
  });
  const sorted = placed.toSorted((a, b) => a.line - b.line).map(({ problem }) => problem);
  return [...new Map(sorted.map((problem) => [`${problem.path}\0${problem.message}`, problem])).values()];
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
