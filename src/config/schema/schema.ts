import { z } from 'zod';
import {
  channel,
  duration,
  httpUrl,
  name,
  type ResolveSecret,
  redisUrl,
  secretField,
  section,
} from './fields.ts';
import { policySchema } from './policy-schema.ts';
import { accessSchema, rebuildsSchema } from './rebuild-schema.ts';
import { RouteSchema } from './route-schema.ts';
import { ticketKeys, ticketRule } from './ticket-rules-schema.ts';

const pemFile = (what: string) => z.string().min(1).optional().describe(what);

const tlsFiles = section({
  ca_file: pemFile('Certificates of the authority, PEM'),
  cert_file: pemFile('Own certificate, PEM'),
  key_file: pemFile('Own key, PEM'),
  server_name: z.string().min(1).optional().describe('Name the certificate must have'),
});

/**
 * The one schema of `farmhand.yml`. Types, JSON Schema for editors, docs table and Helm values follow from it.
 * It is built around the way secrets are fetched, so a missing secret is a problem like any other, at its own path.
 */
export const configSchema = (resolve: ResolveSecret) => {
  const secret = secretField(resolve);

  const slack = section({
    bot_token: secret('Bot token, xoxb-…').prefault({ env: 'SLACK_BOT_TOKEN' }),
    mode: z
      .enum(['socket', 'http'], { error: 'must be socket or http' })
      .default('socket')
      .describe(
        'How Slack reaches farmhand: over connections that farmhand opens (Socket Mode), or by signed requests to POST /slack/events',
      ),
    app_token: secret(
      'App-level token for Socket Mode, xapp-…; needed with `mode: socket`, there `{ env: SLACK_APP_TOKEN }` unless said otherwise',
    ).optional(),
    signing_secret: secret(
      'Signing secret of the app; needed with `mode: http`, there `{ env: SLACK_SIGNING_SECRET }` unless said otherwise',
    ).optional(),
    api_url: httpUrl('Slack Web API; GovSlack: https://slack-gov.com/api/').default('https://slack.com/api/'),
    default_channel: channel.describe('Alerts that no route matched go here: nothing is lost'),
    fallback_channel: channel.optional().describe('Where a thread goes when Slack refuses its own channel'),
    allowed_link_hosts: z
      .array(z.string().regex(/^(\*\.)?[a-z0-9.-]+(:\d+)?$/i, { error: 'must be a host, or *.host' }))
      .default([])
      .describe(
        'Hosts that links from alerts may point to; `*.example.com` covers subdomains. Others are shown as text',
      ),
    members: section({
      guests: z.boolean().default(false).describe('Guests of the workspace count as members'),
      teams: z
        .array(z.string().regex(/^[TE][A-Z0-9]{2,}$/, { error: 'must be a workspace id such as T0123ABCD' }))
        .default([])
        .describe(
          'Other workspaces (T…) or Enterprise organisations (E…) whose people count as members, over Slack Connect too',
        ),
    })
      .prefault({})
      .describe('Who else farmhand listens to besides the members of its workspace; all others are refused'),
    pacing: section({
      posts_per_second: z
        .number()
        .min(0.05)
        .max(1_000)
        .default(1)
        .describe('Posts per second and channel; Slack allows 1'),
      burst: z
        .number()
        .int()
        .min(1)
        .max(1_000)
        .default(3)
        .describe('Posts that may go out at once after a quiet time'),
      updates_per_minute: z
        .number()
        .min(1)
        .max(60_000)
        .default(50)
        .describe('Message updates per minute, whole workspace'),
    })
      .prefault({})
      .describe('How fast farmhand speaks'),
    digest: section({
      threshold: z
        .number()
        .int()
        .min(1)
        .max(100_000)
        .default(20)
        .describe('Backlog of a channel above which a digest is posted'),
      refresh: duration('How often the digest is brought up to date', {
        min: '1s',
        max: '10m',
        why: 'Slack lets a message be updated about once a second',
      }).prefault('10s'),
    })
      .prefault({})
      .describe('One message for what waits in a storm'),
  });

  const mechanism = <const M extends string>(value: M) => z.literal(value).describe('Way to sign in');
  const password = {
    username: z.string().min(1).describe('User name, for plain and scram'),
    password: secret('Password, for plain and scram'),
  };
  const kafka = section({
    brokers: z
      .array(z.string().regex(/^[^\s:]+:\d+$/, { error: 'must be host:port' }))
      .min(1)
      .describe('Brokers to start from, host:port'),
    client_id: z.string().min(1).default('farmhand').describe('Name towards the brokers'),
    group_id: z.string().min(1).default('farmhand').describe('Consumer group'),
    topics: z
      .array(
        section({
          name: z.string().min(1).describe('Topic'),
          tier: name.optional().describe('Tier of its events'),
          cluster: name
            .optional()
            .describe('Cluster of its events: equal alerts of two clusters are two alerts'),
        }),
      )
      .min(1)
      .describe('Topics to read; all events of a topic may be given a tier and a cluster'),
    dead_letter_topic: z
      .string()
      .min(1)
      .default('farmhand-dead-letters')
      .describe('Where messages go that cannot be read'),
    tls: z
      .union([z.boolean(), tlsFiles], {
        error: 'must be true, false, or { ca_file: …, cert_file: …, key_file: … }',
      })
      .default(false)
      .describe('TLS to the brokers'),
    sasl: z
      .discriminatedUnion(
        'mechanism',
        [
          section({ mechanism: mechanism('plain'), ...password }),
          section({ mechanism: mechanism('scram-sha-256'), ...password }),
          section({ mechanism: mechanism('scram-sha-512'), ...password }),
          section({
            mechanism: mechanism('aws-msk-iam'),
            region: z.string().min(1).describe('AWS region of the cluster, for aws-msk-iam'),
            role_arn: z
              .string()
              .min(1)
              .optional()
              .describe('Role to assume, for aws-msk-iam; credentials as for any AWS SDK'),
          }),
        ],
        { error: 'must be plain, scram-sha-256, scram-sha-512 or aws-msk-iam' },
      )
      .optional()
      .describe('How farmhand proves who it is'),
    session_timeout: duration(
      'A consumer silent for this long leaves the group, and others read what it read',
      {
        min: '6s',
        max: '30m',
        why: 'brokers refuse less and more (group.min.session.timeout.ms, group.max.session.timeout.ms)',
      },
    ).prefault('9s'),
    max_message_bytes: z
      .number()
      .int()
      .min(1024)
      .max(268_435_456)
      .default(16_777_216)
      .describe('Larger bodies are dead-lettered; before and after decompression'),
    partitions_in_parallel: z
      .number()
      .int()
      .min(1)
      .max(64)
      .default(3)
      .describe('Partitions that are read at the same time'),
  });

  const redis = section({
    url: redisUrl(secret)
      .prefault('redis://127.0.0.1:6379')
      .describe('`redis://` or `rediss://`; with a password: a secret'),
    prefix: z
      .string()
      .regex(/^[a-z0-9_-]{1,32}$/, { error: 'may have a-z, 0-9, - and _, 32 characters at most' })
      .default('farmhand')
      .describe('First part of every key; two installations need two prefixes'),
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
      .max(10)
      .default(0)
      .describe('Replicas that must have a record before it counts as durable'),
    command_timeout: duration('A command that takes longer counts as failed', {
      min: '100ms',
      max: '1600ms',
      why: 'people are told after 2 s that nothing was changed, and by then that must be so',
    }).prefault('1500ms'),
  });

  const http = section({
    host: z.string().min(1).default('0.0.0.0').describe('Address to listen on'),
    port: z.number().int().min(0).max(65_535).default(8080).describe('Events, API, metrics and probes'),
    events_token: secret('Bearer token for POST /v1/events; without one the endpoint is off').optional(),
    sources: z
      .array(
        section({
          name: name.describe('Name of the source, as people are told of it'),
          token: secret('Bearer token of this source, for POST /v1/events'),
          tier: name.optional().describe('Tier of its events'),
          cluster: name
            .optional()
            .describe('Cluster of its events: equal alerts of two clusters are two alerts'),
        }),
      )
      .default([])
      .describe('Sources with a token of their own, which says where their events come from'),
    api_token: secret('Bearer token for the read API; without it the API is off').optional(),
    audit_token: secret(
      'Bearer token for GET /v1/audit, which no other token opens; without it that is off',
    ).optional(),
    max_body_bytes: z
      .number()
      .int()
      .min(1024)
      .max(268_435_456)
      .default(16_777_216)
      .describe('Larger bodies are refused; before and after decompression. 10,000 alerts are about 10 MB'),
  });

  const jira = section({
    kind: z
      .enum(['cloud', 'data_center'], { error: 'must be cloud or data_center' })
      .default('cloud')
      .describe('Which Jira it is: `cloud`, or `data_center` for one of your own'),
    host: httpUrl(
      'Your site, with its context path: https://example.atlassian.net, https://jira.example.com/jira',
    ),
    email: z.string().min(3).optional().describe('Account that the API token belongs to; Jira Cloud only'),
    api_token: secret('API token, Jira Cloud only; unless set, `{ env: JIRA_API_TOKEN }`').optional(),
    personal_access_token: secret(
      'Personal access token, Jira Data Center only; unless set, `{ env: JIRA_PERSONAL_ACCESS_TOKEN }`',
    ).optional(),
    project: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]+$/, { error: 'must be a project key such as OPS' })
      .describe('Key of the project that tickets are raised in'),
    issue_type: z.string().min(1).default('Task').describe('Type of the tickets'),
    labels: z
      .array(z.string().regex(/^\S{1,255}$/, { error: 'may not have spaces; 255 characters at most' }))
      .default([])
      .describe('Labels of every ticket'),
    ...ticketKeys,
    look_every: duration('How often the ticket of a rebuild that runs is looked at; default: 1m', {
      min: '1s',
      max: '1h',
      why: 'what people do to it is to be noticed, and each look asks Jira',
    }).optional(),
    rules: z
      .array(ticketRule)
      .optional()
      .describe('What holds for the rebuilds of some instances or tenants; the first that fits counts'),
    timeout: duration('A call that takes longer counts as failed', {
      min: '1s',
      max: '11s',
      why: 'a ticket takes up to eight calls, and its claim counts as lost after 90 s',
    }).prefault('10s'),
  });

  const alertmanager = section({
    name: name.describe('Name, as it is shown to people'),
    url: httpUrl('Where farmhand reaches its API v2'),
    external_url: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
        error: 'must be a URL, or a list of the URLs of its replicas',
      })
      .optional()
      .describe('Its `--web.external-url`, as alerts carry it; for a highly available pair both'),
    cluster: name
      .optional()
      .describe('Cluster that it watches: its alerts are told apart from equal ones of other clusters'),
    token: secret('Bearer token').optional(),
    username: z.string().min(1).optional().describe('For basic auth, with `password`'),
    password: secret('For basic auth').optional(),
    tls: tlsFiles
      .optional()
      .describe('Its own authority, or a certificate that it asks for (mTLS); read again when they change'),
    peers: z
      .array(httpUrl('URL of another member of its cluster'))
      .optional()
      .describe('The other members of a highly available Alertmanager: an alert is gone when none lists it'),
    repeat_interval: duration(
      'The longest `repeat_interval` of its routes: an alert not heard of for longer is looked for there',
      {
        min: '1m',
        max: '30d',
        why: 'shorter and every alert is looked for all the time, longer and an end that was lost is never found',
      },
    ).optional(),
  });

  const sreApi = section({
    url: httpUrl('Base URL; tasks are posted to /tasks'),
    token: secret('Bearer token').optional(),
    timeout: duration('A call that takes longer counts as failed', {
      min: '1s',
      max: '60s',
      why: 'the claim of an action counts as lost after 90 s',
    }).prefault('10s'),
  });

  return section({
    slack: slack.describe('The workspace, and how farmhand speaks there'),
    kafka: kafka.optional().describe('Intake from Kafka'),
    http: http.prefault({}).describe('The one port: intake, API, metrics, probes'),
    redis: redis.prefault({}).describe('Where the records are'),
    jira: jira.optional().describe('Tickets; needed by `ticket` actions and the button'),
    alertmanagers: z
      .array(alertmanager)
      .default([])
      .describe('Where silences are made; without it there is no Silence button'),
    sre_api: sreApi.optional().describe('HTTP jobs; needed by `api_task` actions'),
    alerts: section({
      refire_window: duration('A re-fire within this re-opens the same thread', {
        min: '0s',
        max: '30d',
        why: 'a thread of last month helps nobody',
      }).prefault('4h'),
      stale_grace: duration('A firing without a new start, this soon after its resolve, is a late copy', {
        min: '0s',
        max: '1h',
        why: 'a new firing would be taken for a late copy',
      }).prefault('5m'),
      retention: duration('How long resolved alerts stay on record', {
        min: '1h',
        max: '400d',
        why: 'records take room in the memory of Redis',
      }).prefault('30d'),
      event_retention: duration('How long event records (and so duplicates) are known', {
        min: '1h',
        max: '90d',
        why: 'duplicates are known by them, and they take room in the memory of Redis',
      }).prefault('7d'),
      recovery: section({
        look_back: duration('How far back channels are read for threads that are not on record', {
          min: '1h',
          max: '90d',
          why: 'Slack is read page by page, one channel after another',
        }).prefault('14d'),
        settle_after: duration(
          'A thread of which nobody has heard for this long is marked “state unknown”; longer than Alertmanager’s repeat_interval',
          {
            min: '1s',
            max: '7d',
            why: 'a thread whose state nobody knows must not look as if it were known',
          },
        ).prefault('5h'),
      })
        .prefault({})
        .describe('When Redis came back without its records'),
    })
      .prefault({})
      .describe('What counts as the same alert, and for how long'),
    tiers: section({
      default: name.default('default').describe('Tier of events that name none'),
      header: z.string().min(1).default('tier').describe('Kafka or HTTP header that names the tier'),
      label: z.string().min(1).default('tier').describe('Label that names the tier'),
    })
      .prefault({})
      .describe('Who shares farmhand: one tier’s flood does not starve another'),
    dead_letters: section({
      max_age: duration('Older ones are dropped', {
        min: '1h',
        max: '365d',
        why: 'somebody has to have the time to look at them and play them again',
      }).prefault('30d'),
      max_bytes: z
        .number()
        .int()
        .min(1_048_576)
        .max(17_179_869_184)
        .default(67_108_864)
        .describe('More than this is not kept, the oldest are dropped; it is memory of Redis'),
      max_count: z.number().int().min(1).max(1_000_000).default(10_000).describe('How many are kept'),
    })
      .prefault({})
      .describe(
        'What could not be read, where it is kept in Redis, and of a dead-letter topic that farmhand makes; one that is there keeps its own retention',
      ),
    audit: section({
      file: z
        .string()
        .min(1)
        .optional()
        .describe('A second copy of the audit, a record a line; on a volume of its own'),
      topic: z
        .string()
        .min(1)
        .optional()
        .describe('A further copy, in this Kafka topic, a message a record; made where it is not there'),
      require: z
        .array(z.enum(['file', 'kafka']))
        .default([])
        .describe(
          'Copies without which nothing is changed: the record of a change must be there as well, not in Redis alone',
        ),
      keep: duration('How long audit records stay in Redis; the file keeps all of them', {
        min: '90d',
        max: '3650d',
        why: 'a rebuild may take 14 days, and evidence outlives it',
      }).prefault('400d'),
    })
      .prefault({})
      .describe(
        'What was asked, decided, changed and denied, chained so that nothing of it can be altered unseen',
      ),
    clusters: section({
      header: z
        .string()
        .min(1)
        .default('cluster')
        .describe('Kafka or HTTP header that names the cluster; over HTTP also `?cluster=`'),
    })
      .prefault({})
      .describe('How equal alerts of different clusters are told apart'),
    routes: z
      .array(RouteSchema)
      .default([])
      .describe('Which events go where; the first that matches takes the event'),
    rebuilds: rebuildsSchema(resolve)
      .optional()
      .describe('Distributed cache rebuilds; without it there is no /dcr'),
    access: accessSchema
      .optional()
      .describe(
        'Who may work with rebuilds, silence alerts and raise tickets: nobody, unless a role here allows it',
      ),
    policy: policySchema
      .default([])
      .describe(
        'What rebuilds need beside a role: two people, freeze windows, limits. All rules that match an instance count, and of each thing the stricter one, together with `approval` of its values',
      ),
    log: section({
      level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('What is logged'),
    })
      .prefault({})
      .describe('The log, JSON lines on standard output'),
  });
};

/** The schema for values made in code, where secrets are `Secret`s already; references are refused. */
export const ConfigSchema = configSchema(() => ({ ok: false, problem: 'the secret was not resolved' }));

export type Config = z.infer<typeof ConfigSchema>;
