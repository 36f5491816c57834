import { z } from 'zod';
import { parseDuration } from '../duration.ts';
import { Secret } from './secret.ts';

/**
 * The one schema of `farmhand.yml`. Everything else (types, JSON Schema for editors, docs table) follows from it.
 * Secrets are never written in the file: `{ env: NAME }` or `{ file: /path }`, resolved by `load.ts`.
 */
const duration = (what: string) =>
  z
    .string()
    .refine((text) => parseDuration(text) !== undefined, {
      error: 'is not a duration; write 30s, 15m, 4h, 7d',
    })
    .transform((text) => parseDuration(text) ?? 0)
    .describe(`${what} (a duration: 30s, 15m, 4h, 7d)`);

const secret = (what: string) =>
  z
    .union([
      z.strictObject({ env: z.string().min(1).describe('name of an environment variable') }),
      z.strictObject({ file: z.string().min(1).describe('path of a mounted file') }),
      z.instanceof(Secret),
    ])
    .transform((value, ctx): Secret => {
      if (value instanceof Secret) return value;
      ctx.addIssue({ code: 'custom', message: 'the secret was not resolved' });
      return z.NEVER;
    })
    .describe(`${what}. A secret: { env: NAME } or { file: /path }`);

const url = (what: string) => z.url({ protocol: /^https?$/, error: 'is not an http(s) URL' }).describe(what);
const name = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, { error: 'use a-z, 0-9, - and _, 63 at most' });
const channel = z.string().regex(/^[CG][A-Z0-9]{2,}$/, {
  error: 'is not a channel id (C0123ABCD: open the channel’s details in Slack)',
});

const slack = z.strictObject({
  bot_token: secret('Bot token, xoxb-…').default({ env: 'SLACK_BOT_TOKEN' } as never),
  app_token: secret('App-level token for Socket Mode, xapp-…').default({ env: 'SLACK_APP_TOKEN' } as never),
  api_url: url('Slack Web API; GovSlack: https://slack-gov.com/api/').default('https://slack.com/api/'),
  default_channel: channel.describe('Alerts that no route matched go here: nothing is lost'),
  fallback_channel: channel.optional().describe('Where a thread goes when Slack refuses its own channel'),
  allowed_link_hosts: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Hosts that links from alerts may point to; `*.example.com` covers subdomains. Others are shown as text',
    ),
  pacing: z
    .strictObject({
      posts_per_second: z
        .number()
        .positive()
        .default(1)
        .describe('Posts per second and channel (Slack allows 1)'),
      burst: z.number().int().min(1).default(3).describe('Posts that may go out at once after a quiet time'),
      updates_per_minute: z
        .number()
        .positive()
        .default(50)
        .describe('Message updates per minute, whole workspace'),
    })
    .prefault({}),
  digest: z
    .strictObject({
      threshold: z
        .number()
        .int()
        .min(1)
        .default(20)
        .describe('Backlog of a channel above which a digest is posted'),
      refresh: duration('How often the digest is brought up to date').prefault('10s'),
    })
    .prefault({}),
});

const tls = z.union([
  z.boolean(),
  z.strictObject({
    ca_file: z.string().optional(),
    cert_file: z.string().optional(),
    key_file: z.string().optional(),
    server_name: z.string().optional(),
  }),
]);

const kafka = z.strictObject({
  brokers: z.array(z.string().regex(/^[^\s:]+:\d+$/, { error: 'write host:port' })).min(1),
  client_id: z.string().min(1).default('farmhand'),
  group_id: z.string().min(1).default('farmhand'),
  topics: z
    .array(z.strictObject({ name: z.string().min(1), tier: name.optional() }))
    .min(1)
    .describe('Topics to read; all events of a topic may be given a tier'),
  dead_letter_topic: z.string().min(1).default('farmhand-dead-letters'),
  tls: tls.default(false),
  sasl: z
    .discriminatedUnion('mechanism', [
      z.strictObject({
        mechanism: z.literal('plain'),
        username: z.string().min(1),
        password: secret('Password'),
      }),
      z.strictObject({
        mechanism: z.literal('scram-sha-256'),
        username: z.string().min(1),
        password: secret('Password'),
      }),
      z.strictObject({
        mechanism: z.literal('scram-sha-512'),
        username: z.string().min(1),
        password: secret('Password'),
      }),
      z.strictObject({
        mechanism: z.literal('aws-msk-iam'),
        region: z.string().min(1),
        role_arn: z.string().optional(),
      }),
    ])
    .optional(),
  session_timeout: duration('Group session').prefault('30s'),
  max_message_bytes: z
    .number()
    .int()
    .min(1024)
    .default(1_048_576)
    .describe('Larger bodies are dead-lettered'),
  partitions_in_parallel: z.number().int().min(1).default(3),
});

const redis = z.strictObject({
  url: z
    .union([secret('URL with a password'), z.url({ protocol: /^rediss?$/ })])
    .default('redis://127.0.0.1:6379')
    .describe('redis:// or rediss://; with a password give it as a secret'),
  prefix: z
    .string()
    .regex(/^[a-z0-9_-]{1,32}$/)
    .default('farmhand')
    .describe('First part of every key'),
  allow_unsafe: z
    .boolean()
    .default(false)
    .describe(
      'Start although Redis may lose records (no append-only file, or an eviction policy). Costs: a Redis restart may forget alerts and open threads twice',
    ),
  wait_replicas: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('Replicas that must have a record before it counts as durable'),
  command_timeout: duration('A command that takes longer counts as failed').prefault('1500ms'),
});

const http = z.strictObject({
  host: z.string().default('0.0.0.0'),
  port: z.number().int().min(0).max(65_535).default(8080).describe('Events, API, metrics and probes'),
  events_token: secret('Bearer token for POST /v1/events; without it the endpoint is off').optional(),
  api_token: secret('Bearer token for the read API; without it the API is off').optional(),
  max_body_bytes: z.number().int().min(1024).default(1_048_576),
});

const jira = z.strictObject({
  host: url('https://your-site.atlassian.net'),
  email: z.string().min(3),
  api_token: secret('API token').default({ env: 'JIRA_API_TOKEN' } as never),
  project: z.string().regex(/^[A-Z][A-Z0-9_]+$/, { error: 'is not a project key' }),
  issue_type: z.string().min(1).default('Task'),
  labels: z.array(z.string().regex(/^\S{1,255}$/, { error: 'labels have no spaces' })).default([]),
  timeout: duration('A call that takes longer counts as failed').prefault('10s'),
});

const alertmanager = z.strictObject({
  name,
  url: url('Where farmhand reaches its API v2'),
  external_url: z
    .string()
    .optional()
    .describe('Its --web.external-url, as alerts carry it; tells several apart'),
  token: secret('Bearer token').optional(),
});

const sreApi = z.strictObject({
  url: url('Base URL; tasks are posted to /tasks'),
  token: secret('Bearer token').optional(),
  timeout: duration('A call that takes longer counts as failed').prefault('10s'),
});

const template = z
  .string()
  .describe('May use {{labels.x}}, {{annotations.x}}, {{name}}, {{thread.permalink}}, {{ticket.key}} …');

const action = z.union([
  z.enum(['thread', 'ticket']),
  z.strictObject({ thread: z.strictObject({}) }),
  z.strictObject({
    ticket: z.strictObject({
      project: z.string().optional(),
      issue_type: z.string().optional(),
      summary: template.optional(),
      labels: z.array(z.string()).optional(),
    }),
  }),
  z.strictObject({
    api_task: z.strictObject({
      task: z.string().min(1).describe('Task type at the SRE API'),
      params: z.record(z.string(), template).default({}),
      idempotency_key: template.optional().describe('Default: alert id and action'),
      attempts: z.number().int().min(1).max(50).default(8),
      backoff: duration('First wait after a failure, doubled each time').prefault('5s'),
    }),
  }),
]);

export const RouteSchema = z.strictObject({
  name,
  type: z
    .union([
      z.enum(['alertmanager', 'adhoc', 'dcr']),
      z.array(z.enum(['alertmanager', 'adhoc', 'dcr'])).min(1),
    ])
    .optional(),
  match: z
    .array(z.string())
    .default([])
    .describe(
      'Matchers as in Alertmanager, all must hold: severity="critical", service=~"pay.*", tier!="dev"',
    ),
  channel: channel.optional().describe('Default: slack.default_channel'),
  actions: z.array(action).min(1).default(['thread']),
});

export const ConfigSchema = z.strictObject({
  slack,
  kafka: kafka.optional(),
  http: http.prefault({}),
  redis: redis.prefault({}),
  jira: jira.optional(),
  alertmanagers: z.array(alertmanager).default([]),
  sre_api: sreApi.optional(),
  alerts: z
    .strictObject({
      refire_window: duration('A re-fire within this re-opens the same thread').prefault('4h'),
      stale_grace: duration(
        'A firing without a new start, this soon after its resolve, is a late copy',
      ).prefault('5m'),
      retention: duration('How long resolved alerts stay on record').prefault('30d'),
      event_retention: duration('How long event records (and so duplicates) are known').prefault('7d'),
    })
    .prefault({}),
  tiers: z
    .strictObject({
      default: name.default('default'),
      header: z.string().default('tier').describe('Kafka or HTTP header that names the tier'),
      label: z.string().default('tier').describe('Label that names the tier'),
    })
    .prefault({}),
  routes: z.array(RouteSchema).default([]),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
});

export type Config = z.infer<typeof ConfigSchema>;
export type RouteConfig = z.infer<typeof RouteSchema>;
