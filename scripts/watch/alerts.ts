import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** An alert about farmhand, as Prometheus reads it. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const file = new URL('../../helm/farmhand/files/alerts.yaml', import.meta.url);

/** Every alert of the chart. */
export const alertRules = (): readonly AlertRule[] => {
  const { groups } = parse(readFileSync(file, 'utf8')) as {
    readonly groups: readonly { readonly rules: readonly AlertRule[] }[];
  };
  return groups.flatMap(({ rules }) => rules);
};

export const alertNames = (): readonly string[] => alertRules().map(({ alert }) => alert);
