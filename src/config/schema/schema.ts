import { z } from 'zod';
import { duration, httpUrl, name, type ResolveSecret, secretField, section, tlsFiles } from './fields.ts';
import { jiraSchema } from './jira-schema.ts';
import { kafkaSchema } from './kafka-schema.ts';
import { handoverSchema, pagersSchema } from './notify.ts';
import { policySchema } from './policy-schema.ts';
import { accessSchema, rebuildsSchema } from './rebuild-schema.ts';
import {
  alertsSchema,
  archiveSchema,
  auditSchema,
  deadLettersSchema,
  redisSchema,
  regionSchema,
  tiersSchema,
  watchdogSchema,
} from './records-schema.ts';
import { RouteSchema } from './route-schema.ts';
import { slackSchema } from './slack-schema.ts';

const installationName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,120}$/, {
  error: 'may have letters, digits and . _ / -, 121 characters at most',
});

/**
 * The one schema of `farmhand.yml`. Types, JSON Schema for editors, docs table and Helm values follow from it.
 * It is built around the way secrets are fetched, so a missing secret is a problem like any other, at its own path.
 */
export const configSchema = (resolve: ResolveSecret) => {
  const secret = secretField(resolve);

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
    readers: z
      .array(
        section({
          name: name.describe('Name of the reader'),
          token: secret('Bearer token of this reader, for the read API'),
          tiers: z
            .array(z.union([z.literal('*'), name], { error: 'must be the name of a tier, or *' }))
            .min(1)
            .describe('Tiers whose alerts and rebuilds it reads; * for all, and for what is nobody’s'),
        }),
      )
      .default([])
      .describe('Readers of the API with a token of their own, which says what they may read'),
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
    installation: section({
      name: installationName
        .optional()
        .describe(
          'Name of this installation, the same for all its processes; the chart gives it namespace/release. One that finds another’s name on the records, or in the Kafka group, does not start',
        ),
      takes_over: installationName
        .optional()
        .describe('Name of the installation whose records this one takes over, which must be gone for good'),
    })
      .prefault({})
      .describe('Which installation this is: two never share records or a Kafka group'),
    slack: slackSchema(resolve).describe('The workspace, and how farmhand speaks there'),
    kafka: kafkaSchema(resolve).optional().describe('Intake from Kafka'),
    archive: archiveSchema(resolve)
      .optional()
      .describe('Keeps all that comes in from Kafka in an S3 bucket, to be read again; off without it'),
    http: http.prefault({}).describe('The one port: intake, API, metrics, probes'),
    redis: redisSchema(resolve),
    jira: jiraSchema(resolve).optional().describe('Tickets; needed by `ticket` actions and the button'),
    alertmanagers: z
      .array(alertmanager)
      .default([])
      .describe('Where silences are made; without it there is no Silence button'),
    pagers: pagersSchema(resolve).describe('Who pages people elsewhere; needed by `pager` actions'),
    sre_api: sreApi.optional().describe('HTTP jobs; needed by `api_task` actions'),
    alerts: alertsSchema,
    tiers: tiersSchema.prefault({}).describe('Who shares farmhand: one tier’s flood does not starve another'),
    dead_letters: deadLettersSchema,
    audit: auditSchema,
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
    handover: handoverSchema,
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
    region: regionSchema
      .optional()
      .describe('Two regions, of which one works and one stands by; without it there is one farmhand'),
    watchdog: watchdogSchema(resolve)
      .optional()
      .describe(
        'A canary through Kafka, farmhand and Slack, and a dead man’s switch outside; off without it',
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
