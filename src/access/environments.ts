/** Where an instance that nothing else is said of belongs. */
export const commercial = 'commercial';

/** `access.environments` of the config: which instances belong where. */
export type EnvironmentRules = Readonly<Record<string, { readonly instances: readonly string[] }>>;

/** Where an instance belongs; `differ`: its values say one thing, and the config another. */
export type EnvironmentFound =
  | { readonly ok: true; readonly environment: string }
  | { readonly ok: false; readonly code: 'differ'; readonly values: string; readonly config: string };

/**
 * The environment of an instance. The config and the instance's own values may each say it; where both do and differ
 * nothing is decided for anybody, since whoever may edit the values could move an instance with them. Where neither
 * does it is `commercial`.
 *
 * @param ofValues `environment` of the instance's values; undefined: they say nothing
 */
export const environmentOf = (
  rules: EnvironmentRules,
  instance: string,
  ofValues: string | undefined,
): EnvironmentFound => {
  const config = configuredEnvironment(rules, instance);
  if (config !== undefined && ofValues !== undefined && config !== ofValues) {
    return { ok: false, code: 'differ', values: ofValues, config };
  }
  return { ok: true, environment: config ?? ofValues ?? commercial };
};

/** What the config alone says: the name itself counts before a beginning, and a longer beginning before a shorter one. */
export const configuredEnvironment = (rules: EnvironmentRules, instance: string): string | undefined => {
  const matching = Object.entries(rules).flatMap(([environment, { instances }]) =>
    instances.filter((pattern) => matches(pattern, instance)).map((pattern) => ({ environment, pattern })),
  );
  return matching.toSorted((a, b) => weight(b.pattern) - weight(a.pattern))[0]?.environment;
};

const weight = (pattern: string): number =>
  pattern.endsWith('*') ? pattern.length - 1 : Number.POSITIVE_INFINITY;

/** `*` at the end stands for any ending. */
export const matches = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
