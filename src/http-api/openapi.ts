import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { severities } from '../core/severity.ts';
import { auditDefaultLimit, auditMaxLimit, ndjson } from './audit/audit-routes.ts';
import { auditTypes } from './audit/audit-schema.ts';
import { listedStates } from './rebuilds/rebuild-routes.ts';
import { defaultLimit, maxLimit } from './shared/list-query.ts';
import { apiSchemas } from './shared/schema.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: object) => ({ 'application/json': { schema } });
const answer = (description: string, name: string) => ({ description, content: json(ref(name)) });
const parameter = (name: string, description: string, schema: object) => ({
  name,
  in: 'query',
  description,
  schema,
});
const id = (description: string) => ({
  name: 'id',
  in: 'path',
  required: true,
  description,
  schema: { type: 'string' },
});

const refusals = {
  '401': answer('No bearer token, or the wrong one', 'Error'),
  '403': answer('Off: its token is not configured, or this process’s role does not serve it', 'Error'),
  '500': answer('A failure nobody foresaw; its request id is in the log', 'Error'),
};
const storeAway = {
  '503': {
    ...answer('The record store did not answer within 2 s. Nothing was changed', 'Error'),
    headers: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds' } },
  },
};
const read = (tag: string, operationId: string, summary: string, schema: string, more: object = {}) => ({
  get: {
    tags: [tag],
    operationId,
    summary,
    security: [{ api_token: [] }] as object[],
    responses: { '200': answer('What is on record now', schema), ...refusals, ...storeAway },
    ...more,
  },
});
const readOne = (tag: string, operationId: string, summary: string, schema: string, of: string) =>
  read(tag, operationId, summary, schema, {
    parameters: [id(of)],
    responses: {
      '200': answer('What is on record now', schema),
      '404': answer('None of this id is on record', 'Error'),
      ...refusals,
      ...storeAway,
    },
  });
const probe = (operationId: string, summary: string, statuses: Record<string, string>) => ({
  get: {
    tags: ['operation'],
    operationId,
    summary,
    responses: Object.fromEntries(
      Object.entries(statuses).map(([status, description]) => [
        status,
        { description, content: json({ type: 'object' }) },
      ]),
    ),
  },
});

const eventsPost = {
  tags: ['events'],
  operationId: 'postEvents',
  summary: 'Take in events: an envelope, a CloudEvent, or an Alertmanager webhook as it is',
  description:
    'Any content type; gzip by Content-Encoding. A body with several alerts is split. Answered 202 only when all of it is durable, within five seconds of the body’s end. Sending the same body again is safe.',
  security: [{ events_token: [] }],
  requestBody: { required: true, content: { '*/*': {} } },
  responses: {
    '202': answer(
      'On record. Parts that could not be read are named, and kept in the dead letters',
      'Accepted',
    ),
    '413': answer('Larger than http.max_body_bytes; nothing was stored', 'Error'),
    '422': answer(
      'Nothing in it could be read; kept in the dead letters. Sending it again does not help',
      'Error',
    ),
    ...refusals,
    '429': {
      ...answer('More than the quota of its tier allows; nothing was stored. Send it again later', 'Error'),
      headers: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds' } },
    },
    '503': {
      ...answer('Not durable: the record store is away, or too much at once. Send it again', 'Error'),
      headers: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds' } },
    },
  },
};

const pageOf = (what: string, most: number, byDefault: number) => [
  parameter('limit', `${what} on one page`, {
    type: 'integer',
    minimum: 1,
    maximum: most,
    default: byDefault,
  }),
  parameter('cursor', '`next` of the page before', { type: 'string' }),
];

const listParameters = [
  parameter('status', 'Only these', { type: 'string', enum: ['firing', 'resolved'] }),
  parameter('severity', 'Only these', { type: 'string', enum: severities }),
  parameter('tier', 'Only this tier', { type: 'string' }),
  {
    ...parameter('label', '`name:value`; may be repeated, all must hold', {
      type: 'array',
      items: { type: 'string', pattern: '^[^:]+:.+$' },
    }),
    style: 'form',
    explode: true,
    example: ['service:payments'],
  },
  ...pageOf('Alerts', maxLimit, defaultLimit),
];

const moment = (name: string, description: string) =>
  parameter(name, `${description}; RFC 3339, or a day`, { type: 'string', example: '2026-11-20T21:49:00Z' });

const listed = (description: string, schema: string, more: object = {}) => ({
  '200': { ...answer(description, schema), ...more },
  '400': answer('The query has problems; all are listed', 'Error'),
  ...refusals,
  ...storeAway,
});

const rebuildParameters = [
  parameter('state', 'Only these', { type: 'string', enum: listedStates }),
  parameter('instance', 'Only of this instance', { type: 'string' }),
  moment('since', 'Asked for at this time or later'),
  moment('until', 'Asked for before this time'),
  ...pageOf('Rebuilds', maxLimit, defaultLimit),
];

const auditParameters = [
  parameter('rebuild', 'Only about this rebuild', { type: 'string' }),
  parameter('instance', 'Only about this instance and its rebuilds', { type: 'string' }),
  parameter('alert', 'Only about this alert, or because of it', { type: 'string' }),
  parameter('actor', 'Only what this person did, or what was done for them', { type: 'string' }),
  parameter('type', 'Only these', { type: 'string', enum: auditTypes }),
  moment('since', 'Written at this time or later'),
  moment('until', 'Written before this time'),
  ...pageOf('Records', auditMaxLimit, auditDefaultLimit),
];

const auditGet = read('audit', 'readAudit', 'Records of the audit, the oldest first', 'AuditPage', {
  description:
    'With `Accept: application/x-ndjson` a record a line, exactly as it was chained, the next cursor in `x-next-cursor`, and the head of the chain in `x-audit-head`. That it is read is a record of the audit itself; where that cannot be written, nothing is read.',
  security: [{ audit_token: [] }],
  parameters: auditParameters,
  responses: listed('A page of records', 'AuditPage', {
    content: {
      ...json(ref('AuditPage')),
      [ndjson]: { schema: { type: 'string', description: 'A record a line' } },
    },
    headers: {
      'x-next-cursor': { schema: { type: 'string' }, description: 'Of NDJSON; absent on the last page' },
      'x-audit-head': {
        schema: { type: 'string' },
        description: 'Of NDJSON: number and hash of the last record',
      },
    },
  }),
});

/** The published document is open to new fields: a client must not break when one is added. */
const schemas = (): object => {
  const made = z.toJSONSchema(apiSchemas, {
    uri: (name) => `#/components/schemas/${name}`,
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  }).schemas;
  return Object.fromEntries(
    Object.entries(made).map(([name, { $schema: _, $id: __, ...schema }]) => [name, schema]),
  );
};

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')));

const document = () => ({
  openapi: '3.1.0',
  info: {
    title: 'farmhand',
    version,
    description:
      'One alert, one thread: take in events, and see what became of them; rebuilds, and the audit of both.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  tags: [
    { name: 'events' },
    { name: 'alerts' },
    { name: 'rebuilds' },
    { name: 'audit' },
    { name: 'operation' },
  ],
  paths: {
    '/v1/events': { post: eventsPost },
    '/v1/alerts': read(
      'alerts',
      'listAlerts',
      'Alerts on record: firing first, the latest start first',
      'AlertPage',
      { parameters: listParameters, responses: listed('A page of alerts', 'AlertPage') },
    ),
    '/v1/alerts/{id}': readOne(
      'alerts',
      'getAlert',
      'One alert with its decision trail',
      'AlertDetail',
      'Its id, or the first four characters or more of it',
    ),
    '/v1/events/{id}': readOne(
      'events',
      'getEvent',
      'What became of one event: its outcome, and its alert’s thread, tickets and trail',
      'Event',
      'Its id',
    ),
    '/v1/rebuilds': read(
      'rebuilds',
      'listRebuilds',
      'Rebuilds: in flight first, the latest asked for first; then ended ones, the latest end first',
      'RebuildPage',
      { parameters: rebuildParameters, responses: listed('A page of rebuilds', 'RebuildPage') },
    ),
    '/v1/rebuilds/{id}': readOne(
      'rebuilds',
      'getRebuild',
      'One rebuild: all that its card knows, its plan, steps, changes and journal',
      'RebuildDetail',
      'Its id',
    ),
    '/v1/audit': auditGet,
    '/v1/books': read('operation', 'getBooks', 'Every event has exactly one outcome', 'Books'),
    '/v1/lanes': read('operation', 'getLanes', 'What waits, by channel', 'Lanes'),
    '/v1/openapi.json': {
      get: {
        tags: ['operation'],
        operationId: 'getOpenapi',
        summary: 'This document',
        responses: { '200': { description: 'OpenAPI 3.1', content: json({ type: 'object' }) } },
      },
    },
    '/metrics': {
      get: {
        tags: ['operation'],
        operationId: 'getMetrics',
        summary: 'Prometheus metrics',
        responses: { '200': { description: 'Text format 0.0.4', content: { 'text/plain': {} } } },
      },
    },
    '/livez': probe('getLivez', 'Is this process beyond help?', {
      '200': 'Live',
      '503': 'The event loop stalled for more than 10 s, or a worker loop is dead',
    }),
    '/readyz': probe('getReadyz', 'Configured, bound and not draining? No dependency is asked', {
      '200': 'Ready',
      '503': 'Starting or draining',
    }),
    '/activez': probe(
      'getActivez',
      'Does this region work? For what chooses between two regions; no kubelet asks it',
      {
        '200': 'It works; or there are no regions',
        '503': 'It stands by, waits, or does not know; the answer says which',
      },
    ),
    '/statusz': probe('getStatusz', 'Each dependency’s state, age and last error; for people', {
      '200': 'Always',
    }),
  },
  components: {
    securitySchemes: {
      events_token: { type: 'http', scheme: 'bearer', description: 'http.events_token' },
      api_token: { type: 'http', scheme: 'bearer', description: 'http.api_token' },
      audit_token: { type: 'http', scheme: 'bearer', description: 'http.audit_token' },
    },
    schemas: schemas(),
  },
});

let made: ReturnType<typeof document> | undefined;

/**
 * The OpenAPI 3.1 document of the API; `docs/openapi.json` is written from it by `scripts/openapi-doc.ts`. Made when somebody
 * first asks: a tenth of what a start would cost.
 */
export const openapi = (): ReturnType<typeof document> => {
  made ??= document();
  return made;
};
