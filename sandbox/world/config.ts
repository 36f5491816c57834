import { stringify } from 'yaml';
import type { SiteKind } from '../jira/world.ts';

export interface SandboxAddresses {
  readonly slackApi: string;
  readonly redis: string;
  /** `host:port`; without it events come in over HTTP only. */
  readonly kafka?: string;
  readonly jira: { readonly kind: SiteKind; readonly host: string };
  readonly alertmanager: string;
  readonly sreApi: string;
  readonly port: number;
}

export const sandboxTopics = { gold: 'alerts-gold', other: 'alerts' } as const;
export const deadLetterTopic = 'farmhand-dead-letters';

/** Tokens of a world that nobody outside this machine can reach. */
export const sandboxTokens = {
  events: 'sandbox-events-token',
  api: 'sandbox-api-token',
  audit: 'sandbox-audit-token',
  slackSigning: '8f742231b10e8888abcd99yyyzzz85a5',
} as const;

export interface SandboxTuning {
  /** As `slack.pacing`; default: what Slack allows. */
  readonly pacing?: {
    readonly posts_per_second: number;
    readonly burst?: number;
    readonly updates_per_minute?: number;
  };
  /** As `slack.mode`; default `socket`. */
  readonly slackMode?: 'socket' | 'http';
  readonly digest?: { readonly threshold: number; readonly refresh: string };
  readonly routes?: readonly unknown[];
  readonly alerts?: Readonly<Record<string, unknown>>;
  /** The sections `rebuilds` and `access`. */
  readonly sections?: Readonly<Record<string, unknown>>;
  /** More settings of the `kafka` section. */
  readonly kafkaSettings?: Readonly<Record<string, unknown>>;
}

/** The `farmhand.yml` of the sandbox. Secrets come by environment, as in a real installation. */
export const sandboxConfig = (at: SandboxAddresses, tuning: SandboxTuning = {}): string =>
  stringify({
    slack: {
      api_url: at.slackApi,
      ...(tuning.slackMode && { mode: tuning.slackMode }),
      default_channel: 'C0ALERTS',
      fallback_channel: 'C0FALLBACK',
      allowed_link_hosts: ['*.example', '127.0.0.1'],
      pacing: tuning.pacing ?? { posts_per_second: 1, burst: 3 },
      digest: tuning.digest ?? { threshold: 20, refresh: '10s' },
    },
    ...(at.kafka !== undefined && {
      kafka: {
        brokers: [at.kafka],
        topics: [{ name: sandboxTopics.gold, tier: 'gold' }, { name: sandboxTopics.other }],
        group_id: 'farmhand',
        dead_letter_topic: deadLetterTopic,
        ...tuning.kafkaSettings,
      },
    }),
    http: {
      host: '127.0.0.1',
      port: at.port,
      events_token: { env: 'FARMHAND_EVENTS_TOKEN' },
      api_token: { env: 'FARMHAND_API_TOKEN' },
      audit_token: { env: 'FARMHAND_AUDIT_TOKEN' },
    },
    redis: { url: at.redis, prefix: 'farmhand' },
    jira: {
      ...at.jira,
      ...(at.jira.kind === 'cloud' && { email: 'farmhand@example.com' }),
      project: 'OPS',
      labels: ['farmhand'],
      review_task: { as: 'linked', transitions: { in_order: 'Done' } },
    },
    alertmanagers: [
      { name: 'sandbox', url: at.alertmanager, external_url: 'http://alertmanager.example:9093' },
    ],
    sre_api: { url: at.sreApi },
    ...(tuning.alerts && { alerts: tuning.alerts }),
    access: onCall,
    ...tuning.sections,
    routes: tuning.routes ?? (tuning.sections?.['rebuilds'] ? [proposing, ...defaultRoutes] : defaultRoutes),
  });

/** Who may silence and raise tickets where no rebuilds bring rules of their own. */
const onCall = {
  roles: [{ name: 'on-call', verbs: ['silence', 'ticket'], instances: ['*'] }],
  groups: { S0SRE: ['on-call'], S0L1: ['on-call'] },
};

/** An outdated cache wants a rebuild: proposed in its thread, for a person to confirm. */
const proposing = {
  name: 'outdated-caches',
  type: 'dcr',
  match: ['name="CacheOutdated"'],
  channel: 'C0DCR',
  actions: ['thread', { rebuild: { instance: '{{labels.instance}}', reason: '{{name}}: {{summary}}' } }],
};

/** The first that matches takes the event; what none takes gets a thread in #alerts. */
const defaultRoutes = [
  // Volumes of one service fill together: one thread for all of its pods.
  {
    name: 'disks',
    match: ['name="DiskWillFillIn4Hours"'],
    group_by: ['alertname', 'service'],
    actions: ['thread'],
  },
  { name: 'rebuilds', type: 'dcr', channel: 'C0DCR', actions: ['thread'] },
  { name: 'payments', match: ['service="payments"'], channel: 'C0PAYMENTS', actions: ['thread'] },
  {
    name: 'databases',
    match: ['service="checkout"', 'name="DatabasePrimaryDown"'],
    actions: [
      'thread',
      {
        ticket: {
          summary: '[{{severity}}] {{name}} of {{labels.service}}',
          settle: '2s',
          resolved: { transition: 'Done' },
          refired: { transition: 'To Do' },
        },
      },
    ],
  },
  {
    name: 'gold-errors',
    match: ['tier="gold"', 'name="HighErrorRate"'],
    actions: [
      'thread',
      { ticket: { summary: '[{{severity}}] {{name}} on {{labels.service}}', labels: ['{{tier}}'] } },
      {
        api_task: {
          task: 'collect-diagnostics',
          params: {
            service: '{{labels.service}}',
            ticket: '{{ticket.key}}',
            thread: '{{thread.permalink}}',
          },
        },
      },
    ],
  },
  {
    name: 'gold-critical',
    match: ['tier="gold"', 'severity="critical"'],
    actions: ['thread', { ticket: { summary: '[{{severity}}] {{name}} on {{labels.service}}' } }],
  },
];
