import { z } from 'zod';
import { parseDuration } from '../../../core/duration.ts';

/** What is wrong with a value, told so that it can be put right: missing, or not of its form. */
const mustBe = (form: string) => ({
  error: ({ input }: { readonly input?: unknown }) =>
    input === undefined || input === null ? `is missing: ${form}` : `must be ${form}`,
});

const label = (what: string, atMost = 63) =>
  z
    .string(mustBe(what))
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, {
      error: `must be ${what}: a-z, 0-9 and -, beginning and ending with a letter or digit`,
    })
    .max(atMost, { error: `must be ${what}, of at most ${atMost} characters` });

/** Kubernetes adds a hash of ten to the name of a StatefulSet and puts both into a label. */
const setName = label('the name of a StatefulSet', 52);

const count = (what: string, least: number, most: number) => {
  const form = `${what}, a whole number from ${least} to ${most}`;
  return z.int(mustBe(form)).min(least, mustBe(form)).max(most, mustBe(form));
};

const adminUrl = z
  .string(mustBe('the http(s) URL of an express node'))
  .max(500, { error: 'is too long for a URL' })
  .refine((text) => URL.canParse(text) && /^https?:\/\//i.test(text), {
    error: 'must be an http:// or https:// URL',
    abort: true,
  })
  .refine((text) => new URL(text).username === '' && new URL(text).password === '', {
    error: 'has a user or password in it; a values file is no place for that',
  })
  .refine((text) => new URL(text).search === '' && new URL(text).hash === '', {
    error: 'must be a base URL, without ? and #',
  });

const target = z
  .string(mustBe('a duration such as 36h'))
  .refine((text) => (parseDuration(text) ?? 0) > 0, { error: 'is not a duration; write 90m, 36h or 2d' })
  .transform((text) => parseDuration(text) ?? 0);

const clusterName = z.string(mustBe('the name of a cluster')).regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, {
  error: 'must be the name of a cluster, as under rebuilds.clusters in farmhand.yml',
});

/** `farmer.replicas`; a list where a key has a dot in it. */
const path = z.union(
  [
    z
      .string()
      .regex(/^[\w-]+(\.[\w-]+){0,9}$/)
      .transform((text): readonly string[] => text.split('.')),
    z.array(z.string().min(1).max(100)).min(1).max(10).readonly(),
  ],
  { error: 'must be where the number stands, such as farmer.replicas' },
);

/** What farmhand reads of an instance's values; all other keys are Helm's. */
export const valuesSchema = (instance: string) =>
  z.object({
    tenant: z
      .union([z.string(), z.number().int().nonnegative()], mustBe('the tenant, such as "105858"'))
      .transform(String)
      .pipe(z.string().regex(/^[A-Za-z0-9][\w.-]{0,62}$/, { error: 'must be a tenant, such as "105858"' })),
    cluster: clusterName,
    namespace: label('a namespace'),
    change: z.enum(['kubernetes', 'gitops'], mustBe('kubernetes or gitops')),
    adminUrl,
    approval: z.boolean(mustBe('true or false')).default(false),
    environment: z
      .string(mustBe('the name of an environment, such as gov'))
      .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, { error: 'must be the name of an environment, such as gov' })
      .optional(),
    frontends: z
      .array(label('the name of a frontend'), mustBe('the list of the classic frontends'))
      .min(1, { error: 'must name at least one frontend' })
      .max(50, { error: 'has more than 50 frontends' })
      .refine((names) => new Set(names).size === names.length, { error: 'names a frontend twice' }),
    dcr: z.object(
      {
        engine: z.enum(['farm', 'balance'], mustBe('farm or balance')),
        minimum: count('the minimum of farmers', 1, 1000).default(2),
        maximum: count('the maximum of farmers', 1, 1000).default(100),
        farmers: count('the usual number of farmers', 1, 1000).optional(),
        heapGb: z.number(mustBe('a number of GB')).positive(mustBe('a number of GB')).max(10_000).optional(),
        target: target.optional(),
        farmerSet: setName.default(`${instance}-dcr-farmer`),
        synchronizerSet: setName.default(`${instance}-dcr-sync`),
        synchronizerService: label('the name of a Service').default(`${instance}-dcr-sync`),
      },
      mustBe('a mapping with at least the key engine'),
    ),
    argocd: z
      .object(
        {
          application: label('the name of an Argo CD Application', 253).default(instance),
          namespace: label('a namespace').default('argocd'),
          cluster: clusterName.optional(),
        },
        mustBe('a mapping of application and namespace'),
      )
      .prefault({}),
    replicas: z
      .object(
        {
          farmers: path.default(['farmer', 'replicas']),
          synchronizer: path.default(['synchronizer', 'replicas']),
        },
        mustBe('a mapping of farmers and synchronizer'),
      )
      .prefault({}),
  });
export type Values = z.infer<ReturnType<typeof valuesSchema>>;

export const ownKeys: Readonly<Record<string, readonly string[]>> = {
  dcr: [
    'engine',
    'minimum',
    'maximum',
    'farmers',
    'heapGb',
    'target',
    'farmerSet',
    'synchronizerSet',
    'synchronizerService',
  ],
  argocd: ['application', 'namespace', 'cluster'],
  replicas: ['farmers', 'synchronizer'],
};

export const topKeys = [
  'tenant',
  'cluster',
  'namespace',
  'change',
  'adminUrl',
  'approval',
  'environment',
  'frontends',
  'dcr',
  'argocd',
  'replicas',
] as const;
