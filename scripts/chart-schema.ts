import { processRoles } from '../src/app/shared/run-options.ts';
import { configJsonSchema } from '../src/config/schema/json-schema.ts';
import { alertNames } from './watch/alerts.ts';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const count = (minimum: number): Schema => ({ type: 'integer', minimum });
const word: Schema = { ...text, minLength: 1 };
const names: Schema = { type: 'array', items: word };
const texts: Schema = { type: 'object', additionalProperties: text };
/** What Kubernetes itself checks is passed on as it is. */
const asInKubernetes = (type: 'object' | 'array'): Schema => ({ type });
/** The same, a list of things that each have a name. */
const named: Schema = {
  type: 'array',
  items: { type: 'object', properties: { name: word }, required: ['name'] },
};
const time: Schema = { ...text, pattern: '^[0-9]+(ms|s|m|h|d)$' };
const strict = (properties: Record<string, Schema>, required: readonly string[] = []): Schema => ({
  type: 'object',
  additionalProperties: false,
  properties,
  ...(required.length > 0 && { required }),
});

const policy = { ingressFrom: asInKubernetes('array'), egress: asInKubernetes('array') };

/** What has to be reached from outside. */
const outside = { enabled: flag, events: flag, annotations: texts };

/** What an installation may have of its own in an alert. */
const ofAlert = strict({ enabled: flag, severity: word, for: time });

/**
 * JSON Schema of the chart's values. `config` is checked against the schema of `farmhand.yml` itself, so a misspelt key
 * is refused by `helm install` and not by a pod. What is required is said by the templates, all at once.
 */
export const chartSchema = (): Schema => {
  const { $schema, title, ...config } = configJsonSchema();
  const { required, properties, ...rest } = config as {
    required?: unknown;
    properties: Record<string, Schema>;
  };
  const { required: slackRequired, ...slack } = properties['slack'] ?? {};
  return {
    $schema,
    title: 'Values of the farmhand chart',
    description:
      'Generated from src/config/schema/schema.ts and scripts/chart-schema.ts by scripts/generate.ts.',
    ...strict({
      global: asInKubernetes('object'),
      image: strict({
        repository: text,
        tag: text,
        digest: { ...text, pattern: '^(sha256:[0-9a-f]{64})?$' },
        pullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] },
      }),
      imagePullSecrets: asInKubernetes('array'),
      nameOverride: text,
      fullnameOverride: text,
      config: { ...rest, title, properties: { ...properties, slack } },
      secrets: strict({ existingSecret: text, existingFilesSecret: text }),
      audit: strict({ existingClaim: text }),
      extraEnv: asInKubernetes('array'),
      extraVolumes: named,
      extraVolumeMounts: {
        type: 'array',
        items: {
          type: 'object',
          properties: { name: word, mountPath: word },
          required: ['name', 'mountPath'],
        },
      },
      initContainers: named,
      runAs: { enum: ['auto', 'image', 'cluster'] },
      roles: {
        type: 'array',
        minItems: 1,
        items: strict(
          {
            name: { enum: ['all', ...processRoles] },
            replicas: count(0),
            resources: asInKubernetes('object'),
            secrets: strict({ existingSecret: text, existingFilesSecret: text }),
            serviceAccount: strict({ create: flag, name: text, annotations: texts }),
            networkPolicy: strict(policy),
            extraEnv: asInKubernetes('array'),
            autoscaling: strict({
              external: flag,
              minReplicas: count(1),
              maxReplicas: count(1),
              cpu: { ...count(1), maximum: 1_000 },
              metrics: asInKubernetes('array'),
              behavior: asInKubernetes('object'),
            }),
          },
          ['name'],
        ),
      },
      resources: asInKubernetes('object'),
      rbac: strict({
        namespaces: {
          type: 'array',
          items: strict({ name: word, resourceNames: names }, ['name']),
        },
        scale: flag,
        applications: strict({
          namespace: text,
          resourceNames: names,
          refresh: flag,
          projects: flag,
          settings: flag,
        }),
        admissionPolicies: flag,
      }),
      serviceAccount: strict({ create: flag, name: text, annotations: texts }),
      service: strict({
        type: { enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] },
        port: { ...count(1), maximum: 65_535 },
        annotations: texts,
      }),
      ingress: strict({ ...outside, className: text, host: text, tlsSecret: text }),
      httpRoute: strict({ ...outside, parentRefs: named, hostnames: names, labels: texts }),
      podDisruptionBudget: strict({
        enabled: flag,
        maxUnavailable: {
          description: 'None at all would hold up every node drain',
          anyOf: [count(1), { ...text, pattern: '^([1-9][0-9]?|100)%$' }],
        },
      }),
      terminationGracePeriodSeconds: {
        ...count(25),
        description: 'farmhand takes up to 20 s to finish what it began',
      },
      networkPolicy: strict({ enabled: flag, ...policy }),
      serviceMonitor: strict({
        enabled: flag,
        interval: time,
        scrapeTimeout: { ...text, pattern: '^([0-9]+(ms|s|m))?$' },
        labels: texts,
        relabelings: asInKubernetes('array'),
        metricRelabelings: asInKubernetes('array'),
      }),
      prometheusRule: strict({
        enabled: flag,
        labels: texts,
        selector: text,
        runbookUrl: text,
        alertLabels: texts,
        alerts: strict(Object.fromEntries(alertNames().map((name) => [name, ofAlert]))),
      }),
      grafanaDashboard: strict({ enabled: flag, labels: texts, annotations: texts }),
      podAnnotations: texts,
      podLabels: texts,
      priorityClassName: text,
      nodeSelector: texts,
      tolerations: asInKubernetes('array'),
      affinity: asInKubernetes('object'),
      topologySpreadConstraints: asInKubernetes('array'),
    }),
  };
};
