/**
 * Who may import what. `values` are imports that exist at run time, `types` are allowed besides them.
 * Paths are prefixes from the root; the first area whose `of` matches a file is its own.
 */
export interface Area {
  readonly name: string;
  readonly of: readonly string[];
  readonly values: readonly string[];
  readonly types: readonly string[];
  /** No clock, chance, environment, timers or I/O: they come in as data or as ports. */
  readonly pure: boolean;
  /** `node:` modules are allowed at all, or only these. */
  readonly node: boolean | readonly string[];
}

/** What all may use. */
const words = 'src/core/';
/** Pure facts about a rebuild that what people see and say must agree on: its state, what may be asked of it, and their words. */
const rebuildWords = ['src/rebuild/model/', 'src/rebuild/messages/'];
/** What a record of the audit is. */
const auditWords = ['src/audit/record.ts', 'src/audit/catalogue.ts'];
/** What is on an alert's record as words, and how they are read. */
const alertWords = 'src/alerts/messages/';
const core = [
  'src/access/',
  'src/audit/',
  'src/alerts/',
  'src/delivery/',
  'src/rebuild/',
  'src/reconcile/',
  'src/recovery/',
  'src/region/',
  'src/handover/',
  'src/report/',
];
const shared = ['src/config/', 'src/observability/', 'src/intake/', 'src/routes/'];

/** What an auditor runs alone. */
const verifier = 'src/audit/chain/verify.mjs';

/** As pure as a sum: of the same text it is always the same. */
const digest = 'src/core/hash.ts';

export const areas: readonly Area[] = [
  { name: 'deadline', of: ['src/core/deadline.ts'], values: [], types: [], pure: false, node: false },
  { name: 'digest', of: [digest], values: [], types: [], pure: true, node: ['node:crypto'] },
  { name: 'words', of: [words], values: [words, digest], types: [], pure: true, node: false },
  // The loop and the lease know no kind of record.
  {
    name: 'reconcile',
    of: ['src/reconcile/'],
    values: ['src/reconcile/', words],
    types: [],
    pure: true,
    node: false,
  },
  // Puts what a step answers on record.
  {
    name: 'on record',
    of: ['src/rebuild/steps/step-transitions.ts'],
    values: [...core, words],
    types: [],
    pure: true,
    node: false,
  },
  // A step answers codes and facts: what these are in words is no part of its decision, and made where it goes on record.
  {
    name: 'a step',
    of: ['src/rebuild/steps/'],
    values: ['src/rebuild/steps/', 'src/rebuild/model/', 'src/rebuild/observe/', 'src/rebuild/effects/'],
    types: ['src/rebuild/', words],
    pure: true,
    node: false,
  },
  // What is so knows no words for it: views read both.
  {
    name: 'model of a rebuild',
    of: ['src/rebuild/model/'],
    values: ['src/rebuild/model/', words, digest],
    types: core,
    pure: true,
    node: false,
  },
  // What comes of a command is a code with facts; `commanded.ts` puts the words of it on record.
  {
    name: 'what a command does',
    of: ['src/rebuild/commands/apply-'],
    values: ['src/rebuild/commands/', 'src/rebuild/model/'],
    types: ['src/rebuild/', words],
    pure: true,
    node: false,
  },
  // One file without imports beside Node's own: an auditor runs it alone.
  { name: 'verifier', of: [verifier], values: [], types: [], pure: false, node: true },
  // Hashes, deadlines: what seals and reads the chain.
  {
    name: 'audit chain',
    of: ['src/audit/chain/'],
    values: ['src/audit/', words],
    types: [],
    pure: false,
    node: false,
  },
  { name: 'core', of: core, values: [...core, words], types: [], pure: true, node: false },
  {
    name: 'intake',
    of: ['src/intake/'],
    values: ['src/intake/', 'src/alerts/', words],
    types: ['src/config/'],
    pure: true,
    node: ['node:buffer', 'node:crypto', 'node:zlib'],
  },
  {
    name: 'routes',
    of: ['src/routes/'],
    // What matchers see of an event is what groups are made by, too.
    values: ['src/routes/', words, digest, 'src/alerts/model/routing.ts'],
    types: ['src/alerts/', 'src/config/'],
    pure: true,
    node: ['node:crypto'],
  },
  {
    name: 'config',
    of: ['src/config/'],
    values: [
      'src/config/',
      'src/routes/',
      'src/access/verbs.ts',
      'src/access/environments.ts',
      'src/alerts/model/place.ts',
      words,
    ],
    types: ['src/alerts/'],
    pure: false,
    node: true,
  },
  {
    name: 'observability',
    of: ['src/observability/'],
    values: ['src/observability/', words],
    types: ['src/alerts/', 'src/config/'],
    pure: false,
    node: true,
  },
  {
    name: 'jobs',
    of: ['src/jobs/'],
    values: ['src/jobs/', 'src/reconcile/'],
    types: [],
    pure: false,
    node: true,
  },
  {
    name: 'Slack integration',
    of: ['src/integrations/slack/'],
    values: [
      'src/integrations/slack/',
      'src/integrations/http-client/',
      'src/observability/own-credentials.ts',
      'src/observability/redact.ts',
      'views/',
      ...core,
      words,
    ],
    types: shared,
    pure: false,
    node: true,
  },
  {
    name: 'integrations',
    of: ['src/integrations/'],
    values: [
      'src/integrations/',
      'src/intake/',
      'src/observability/own-credentials.ts',
      'src/observability/redact.ts',
      ...core,
      words,
    ],
    types: shared,
    pure: false,
    node: true,
  },
  {
    name: 'HTTP API',
    of: ['src/http-api/'],
    values: [
      'src/http-api/',
      'src/integrations/http-client/',
      'src/observability/own-credentials.ts',
      'src/observability/redact.ts',
      ...core,
      words,
    ],
    types: shared,
    pure: false,
    node: true,
  },
  {
    name: 'shell',
    of: ['src/main.ts', 'src/app/', 'src/cli/'],
    values: ['src/', 'commands/', 'views/'],
    types: [],
    pure: false,
    node: true,
  },
  {
    name: 'parsing of what people say',
    of: ['commands/parse/'],
    // Alertmanager's matchers are what people say, too.
    values: ['commands/parse/', words, 'src/routes/matchers.ts'],
    types: core,
    pure: true,
    node: false,
  },
  {
    name: 'commands',
    of: ['commands/'],
    values: ['commands/', 'views/', ...core, words],
    types: shared,
    pure: false,
    node: false,
  },
  {
    name: 'views',
    of: ['views/'],
    values: ['views/', ...rebuildWords, alertWords, ...auditWords, words],
    types: ['src/'],
    pure: true,
    node: false,
  },
];

/** Where a package may be used at run time. A package that is not here may be used nowhere. */
export const packageHomes: Readonly<Record<string, readonly string[]>> = {
  '@aws-sdk/credential-providers': ['src/integrations/s3/'],
  '@kubernetes/client-node': ['src/integrations/kubernetes/'],
  '@octokit/rest': ['src/integrations/gitops/'],
  '@opentelemetry/api': ['src/integrations/opentelemetry/'],
  '@opentelemetry/exporter-trace-otlp-http': ['src/integrations/opentelemetry/'],
  '@opentelemetry/exporter-trace-otlp-proto': ['src/integrations/opentelemetry/'],
  '@opentelemetry/resources': ['src/integrations/opentelemetry/'],
  '@opentelemetry/sdk-trace': ['src/integrations/opentelemetry/'],
  '@resvg/resvg-js': ['src/integrations/chart/'],
  '@slack/bolt': ['src/integrations/slack/', 'commands/'],
  '@slack/web-api': ['src/integrations/slack/'],
  'aws-msk-iam-sasl-signer-js': ['src/integrations/kafka/'],
  bullmq: ['src/jobs/'],
  commander: ['src/cli/'],
  fastify: ['src/http-api/'],
  ioredis: ['src/integrations/redis/', 'src/jobs/'],
  'jira.js': ['src/integrations/jira/'],
  kafkajs: ['src/integrations/kafka/'],
  'kafkajs-snappy': ['src/integrations/kafka/'],
  'lz4-napi': ['src/integrations/kafka/'],
  pino: ['src/observability/'],
  'prom-client': ['src/observability/'],
  re2js: ['src/routes/'],
  undici: ['src/integrations/http-client/', 'src/integrations/slack/', 'src/integrations/kubernetes/'],
  yaml: ['src/config/', 'src/integrations/argocd/', 'src/integrations/gitops/'],
  zod: ['src/config/', 'src/http-api/', 'src/intake/', 'src/integrations/', 'commands/', 'views/ids.ts'],
};

/** Packages whose types may be named outside of their home, in these places. */
export const typeHomes: Readonly<Record<string, readonly string[]>> = {
  '@slack/bolt': ['views/'],
  '@slack/web-api': ['src/app/'],
  ioredis: ['src/app/'],
};
