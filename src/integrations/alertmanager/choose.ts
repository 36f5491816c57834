import type { Config } from '../../config/schema.ts';

export type AlertmanagerConfig = Config['alertmanagers'][number];

export interface Choice {
  readonly config: AlertmanagerConfig;
  /** False when the alert named an Alertmanager that none of several configured ones is known by. */
  readonly sure: boolean;
}

/**
 * The Alertmanager an alert came from: the one whose `external_url` (or `url`) equals the `externalURL` of the
 * alert, else the first. The URL of an alert is only compared, never called.
 */
export const choose = (configs: readonly AlertmanagerConfig[], externalUrl?: string): Choice | undefined => {
  const first = configs[0];
  if (first === undefined) return undefined;
  const wanted = externalUrl === undefined ? undefined : normal(externalUrl);
  const same = configs.find((c) => wanted !== undefined && normal(c.external_url ?? c.url) === wanted);
  if (same) return { config: same, sure: true };
  return { config: first, sure: configs.length === 1 };
};

const normal = (url: string): string => {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname.replace(/\/+$/, '')}`;
  } catch {
    return url.replace(/\/+$/, '');
  }
};
