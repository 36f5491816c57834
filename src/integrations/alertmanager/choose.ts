import { addressOf } from '../../alerts/model/place.ts';
import type { Config } from '../../config/schema/schema.ts';

export type AlertmanagerConfig = Config['alertmanagers'][number];

export interface Choice {
  readonly config: AlertmanagerConfig;
  /** False when the alert named an Alertmanager that none of several configured ones is known by. */
  readonly sure: boolean;
}

/**
 * The Alertmanager an alert came from: of its cluster's the one whose `external_url` (or `url`) equals the
 * `externalURL` of the alert, else the first. One of another cluster is never chosen: it would silence that
 * cluster's alerts. The URL of an alert is only compared, never called.
 */
export const choose = (
  configs: readonly AlertmanagerConfig[],
  { alertmanager, cluster }: { readonly alertmanager?: string; readonly cluster?: string },
): Choice | undefined => {
  const fitting = configs.filter((config) => !elsewhere(config, cluster));
  const ours = fitting.filter((config) => cluster !== undefined && config.cluster === cluster);
  const among = ours.length > 0 ? ours : fitting;
  const [first] = among;
  if (first === undefined) return undefined;
  const same = among.find((config) => names(config, alertmanager));
  if (same) return { config: same, sure: true };
  return { config: first, sure: ours.length > 0 || configs.length === 1 };
};

const elsewhere = (config: AlertmanagerConfig, cluster: string | undefined): boolean =>
  cluster !== undefined && config.cluster !== undefined && config.cluster !== cluster;

/** What its alerts may carry as `externalURL`: several for a highly available pair. */
export const externalUrls = ({ external_url, url }: AlertmanagerConfig): readonly string[] =>
  [external_url ?? url].flat();

/** Whether an alert that names this Alertmanager means the configured one. */
export const names = (config: AlertmanagerConfig, externalURL: string | undefined): boolean =>
  externalURL !== undefined && externalUrls(config).some((url) => addressOf(url) === addressOf(externalURL));
