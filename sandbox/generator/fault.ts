import type { Rule, Service } from './catalogue.ts';

/** Something that is wrong with a part of a service, and fires one alert. */
export interface Fault {
  readonly kind: 'alert';
  readonly rule: Rule;
  readonly service: Service;
  /** Which pod, counted from 1; 0 for the service as a whole. */
  readonly pod: number;
  /** The number in the summary. */
  readonly value: number;
}

/** Something is wrong with the cache of an instance. */
export interface CacheNews {
  readonly kind: 'cache';
  readonly instance: string;
  readonly event: string;
  readonly severity: 'critical' | 'error' | 'warning' | 'info';
  readonly text: string;
}

/** What a script or a person reports. */
export interface Report {
  readonly kind: 'report';
  readonly key: string;
  readonly title: string;
  readonly text: string;
  readonly severity: 'warning' | 'info';
  readonly service: Service;
}

export type Trouble = Fault | CacheNews | Report;

export const fault = (
  rule: Rule,
  service: Service,
  value: number,
  pod = rule.per === 'pod' ? 1 : 0,
): Fault => ({
  kind: 'alert',
  rule,
  service,
  pod,
  value,
});

/** Two troubles with the same key are one alert. */
export const keyOf = (trouble: Trouble): string => {
  switch (trouble.kind) {
    case 'alert':
      return `${trouble.rule.name}/${trouble.service.name}/${trouble.pod}`;
    case 'cache':
      return `${trouble.event}/${trouble.instance}`;
    case 'report':
      return trouble.key;
  }
};

/** Alerts of one group come in one webhook, as Alertmanager's `group_by: [alertname, service]` has it. */
export const groupOf = (trouble: Trouble): string =>
  trouble.kind === 'alert' ? `${trouble.rule.name}/${trouble.service.name}` : keyOf(trouble);

export const tierOf = (trouble: Trouble): string =>
  trouble.kind === 'cache' ? 'gold' : trouble.service.tier;
