import type { ConfigFinding } from './checks/issues.ts';
import { Secret } from './schema/secret.ts';

/** A section of the config, as it is called at its top. */
export type ConfigPart =
  | 'redis'
  | 'kafka'
  | 'http'
  | 'slack'
  | 'jira'
  | 'alertmanagers'
  | 'pagers'
  | 'sre_api'
  | 'rebuilds'
  | 'watchdog';

/** Whether what is said of `path` matters to a command that uses `parts`. */
export const isOf = (parts: readonly ConfigPart[], path: readonly PropertyKey[]): boolean =>
  parts.some((part) => part === path[0]);

/** `data` with something at each of `paths` that stands for a secret which nobody asked for. */
export const withoutSecretsAt = (data: unknown, paths: readonly ConfigFinding['path'][]): unknown =>
  paths.reduce((all, path) => placed(all, path, stand()), data);

/** A URL, because one of them must be. */
export const stand = (): Secret => new Secret('redis://not-looked-up');

const placed = (data: unknown, [key, ...rest]: readonly PropertyKey[], value: Secret): unknown => {
  if (key === undefined) return value;
  if (Array.isArray(data)) return data.map((each, i) => (i === key ? placed(each, rest, value) : each));
  const group: Readonly<Record<PropertyKey, unknown>> =
    typeof data === 'object' && data !== null ? { ...data } : {};
  return { ...group, [key]: placed(group[key], rest, value) };
};
