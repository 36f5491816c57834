import type { Problem } from '../core/errors.ts';
import { actionKind } from '../routes/actions.ts';
import type { Config } from './schema/schema.ts';
import { Secret } from './schema/secret.ts';

/** What takes effect while farmhand runs; everything else waits for a restart. */
export const reloadable = [
  'routes',
  'slack.default_channel',
  'slack.fallback_channel',
  'slack.allowed_link_hosts',
  'slack.blocks',
  'slack.pacing',
  'slack.digest',
  'alerts',
  // A right that is taken away must not wait for a restart.
  'access',
  'policy',
  'tiers.list',
  'handover',
] as const;

export interface Reload {
  /** The config to go on with: the old one with the reloadable parts of the new. */
  readonly config: Config;
  /** Paths that changed and take effect now. */
  readonly applied: readonly string[];
  /** Paths that changed and wait for a restart. */
  readonly needsRestart: readonly string[];
}

/** What becomes of `running` when the file now says `next`. */
export const planReload = (running: Config, next: Config): Reload => {
  const changed = changedPaths(running, next);
  const isLive = (path: string) =>
    reloadable.some((live) => path === live || path.startsWith(`${live}.`) || path.startsWith(`${live}[`));
  const { access: _, ...rest } = running;
  const { fallback_channel: __, ...slack } = running.slack;
  return {
    config: {
      ...rest,
      ...(next.access !== undefined && { access: next.access }),
      policy: next.policy,
      tiers: { ...running.tiers, list: next.tiers.list },
      routes: next.routes,
      alerts: next.alerts,
      handover: next.handover,
      slack: {
        ...slack,
        default_channel: next.slack.default_channel,
        ...(next.slack.fallback_channel !== undefined && { fallback_channel: next.slack.fallback_channel }),
        allowed_link_hosts: next.slack.allowed_link_hosts,
        blocks: next.slack.blocks,
        pacing: next.slack.pacing,
        digest: next.slack.digest,
      },
    },
    applied: changed.filter(isLive),
    needsRestart: changed.filter((path) => !isLive(path)),
  };
};

const sectionOf = { ticket: 'jira', api_task: 'sre_api', rebuild: 'rebuilds' } as const;

/** Routes of a reloaded config whose actions need a section that only a restart brings in. */
export const unmetNeeds = (config: Config): readonly Problem[] =>
  config.routes.flatMap((route, i) =>
    route.actions.flatMap((action, j): Problem[] => {
      if (typeof action !== 'string' && 'pager' in action) {
        if (config.pagers.some(({ name }) => name === action.pager.to)) return [];
        const message = 'names a pager that takes effect only after a restart; restart farmhand';
        return [{ path: `routes[${i}].actions[${j}]`, message }];
      }
      const kind = actionKind(action);
      const section = kind === 'thread' || kind === 'pager' ? undefined : sectionOf[kind];
      if (section === undefined || config[section] !== undefined) return [];
      const message = `needs the ${section} section, which takes effect only after a restart; restart farmhand`;
      return [{ path: `routes[${i}].actions[${j}]`, message }];
    }),
  );

/** Paths at which two values differ: down to single keys, but a list counts as a whole. Secrets are compared, not shown. */
export const changedPaths = (a: unknown, b: unknown, path = ''): readonly string[] => {
  if (isGroup(a) && isGroup(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].flatMap((key) => changedPaths(a[key], b[key], path === '' ? key : `${path}.${key}`));
  }
  return canonical(a) === canonical(b) ? [] : [path];
};

/** Reveals secrets, for comparing only: the text never leaves this file. */
const canonical = (value: unknown): string => {
  if (value instanceof Secret) return value.isWithheld ? 'secret' : `secret:${value.reveal()}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (isGroup(value))
    return `{${Object.entries(value).map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`)}}`;
  return JSON.stringify(value) ?? 'absent';
};

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Secret);
