import { commercial, type EnvironmentFound } from '../../../access/environments.ts';
import { nearest } from '../../../core/nearest.ts';
import type { GitopsPlace, Instance } from '../../../rebuild/model/parts/instance.ts';
import type { ValuesProblem } from '../../../rebuild/ports/ports.ts';
import { readDocument, type ValuesDocument, type ValuesRead } from './document.ts';
import { ownKeys, topKeys, type Values, valuesSchema } from './values-schema.ts';

export interface ValuesFile {
  /** Name of the instance: that of its file. */
  readonly name: string;
  /** In the repository. */
  readonly file: string;
  readonly text: string;
  /** The commit that changed it last. */
  readonly revision: string;
}

/** What an instance may be called: its pods and labels are. */
export const isInstanceName = (name: string): boolean => /^[a-z0-9]([-a-z0-9]{0,39}[a-z0-9])?$/.test(name);

/** What the config says of instances. */
export interface ValuesRules {
  /** Names of the configured clusters: a file that names another one is invalid. Absent: any may be named. */
  readonly clusters?: readonly string[];
  /** Where an instance belongs, by its name and what its values say. Absent: as the values say. */
  readonly environmentOf?: (name: string, ofValues: string | undefined) => EnvironmentFound;
}

/** An instance of its values file, or everything that is wrong with that, each with its line. */
export const readValues = (
  { name, file, text, revision }: ValuesFile,
  { clusters, environmentOf }: ValuesRules = {},
): ValuesRead<Instance> => {
  const read = readDocument(file, text, topKeys);
  if (!read.ok) return read;
  const document = read.value;
  const problem = (path: readonly PropertyKey[], message: string): ValuesProblem => {
    const line = document.line(path);
    return { file, ...(line !== undefined && { line }), message: `${path.map(String).join('.')} ${message}` };
  };
  const data = Object.fromEntries(
    topKeys.map((key) => [key, document.value(key) ?? undefined]).filter(([, value]) => value !== undefined),
  );
  const parsed = valuesSchema(name).safeParse(data);
  const problems = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => problem(path, message)),
    ...mistyped(document).map(({ path, meant }) =>
      problem(path, `is not a key farmhand knows; did you mean ${meant}?`),
    ),
  ];
  let environment = parsed.data?.environment;
  if (parsed.success) {
    const { cluster, dcr, argocd } = parsed.data;
    const found = environmentOf?.(name, environment);
    if (found?.ok) environment = found.environment;
    else if (found) {
      const message = `is ${found.values}, and ${name} belongs to ${found.config} (access.environments in farmhand.yml); remove it here, or have that changed`;
      problems.push(problem(['environment'], message));
    }
    for (const [path, name] of [
      [['cluster'], cluster],
      [['argocd', 'cluster'], argocd.cluster],
    ] as const) {
      if (clusters === undefined || name === undefined || clusters.includes(name)) continue;
      const known = clusters.length === 0 ? 'there is none' : `there is ${clusters.join(', ')}`;
      problems.push(problem(path, `is no cluster that farmhand is configured for; ${known}`));
    }
    if (dcr.minimum > dcr.maximum) {
      problems.push(
        problem(['dcr', 'minimum'], `is ${dcr.minimum}, more than the maximum of ${dcr.maximum}`),
      );
    } else if (dcr.farmers !== undefined && (dcr.farmers < dcr.minimum || dcr.farmers > dcr.maximum)) {
      problems.push(
        problem(['dcr', 'farmers'], `is ${dcr.farmers}; it must be from ${dcr.minimum} to ${dcr.maximum}`),
      );
    }
    if (parsed.data.change === 'gitops') {
      const { farmers, synchronizer } = parsed.data.replicas;
      for (const path of [farmers, synchronizer]) {
        const found = document.number(path);
        if ('problem' in found) {
          const said = problem(path, `${found.problem}; farmhand commits it there`);
          problems.push({ ...said, ...(found.line !== undefined && { line: found.line }) });
        }
      }
      if (farmers.join('\0') === synchronizer.join('\0')) {
        problems.push(problem(['replicas'], 'names one place for both numbers'));
      }
    }
  }
  if (!parsed.success || problems.length > 0) {
    return { ok: false, problems: problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
  }
  return { ok: true, value: instanceOf(name, file, revision, { ...parsed.data, environment }) };
};

const instanceOf = (name: string, file: string, revision: string, values: Values): Instance => {
  const { dcr, argocd, replicas } = values;
  const gitops: GitopsPlace = {
    file,
    farmersPath: replicas.farmers,
    synchronizerPath: replicas.synchronizer,
    application: argocd.application,
    applicationNamespace: argocd.namespace,
    ...(argocd.cluster !== undefined && { applicationCluster: argocd.cluster }),
  };
  return {
    name,
    tenant: values.tenant,
    engine: dcr.engine,
    way: values.change,
    cluster: values.cluster,
    namespace: values.namespace,
    farmerSet: dcr.farmerSet,
    synchronizerSet: dcr.synchronizerSet,
    synchronizerService: dcr.synchronizerService,
    minimum: dcr.minimum,
    maximum: dcr.maximum,
    ...(dcr.farmers !== undefined && { farmers: dcr.farmers }),
    ...(dcr.heapGb !== undefined && { heapGb: dcr.heapGb }),
    frontends: values.frontends,
    adminUrl: values.adminUrl,
    ...(dcr.target !== undefined && { targetMs: dcr.target }),
    approval: values.approval,
    // A plan from before there were environments is no other plan.
    ...(values.environment !== undefined &&
      values.environment !== commercial && { environment: values.environment }),
    ...(values.change === 'gitops' && { gitops }),
    source: { file, revision },
  };
};

/**
 * Keys that were probably meant to be one of farmhand's. Unknown keys are Helm's own affair, but a mistyped
 * `approval` or `maximum` would be the default without a word.
 */
const mistyped = (document: ValuesDocument) => {
  const top = document.keys([]);
  const absent = ['approval', 'environment', 'argocd', 'replicas'].filter((key) => !top.includes(key));
  const atTop = top
    .filter((key) => key.length >= 5 && !topKeys.some((known) => known === key))
    .flatMap((key) => near([key], key, absent));
  const below = Object.entries(ownKeys).flatMap(([parent, known]) => {
    const keys = document.keys([parent]);
    const missing = known.filter((key) => !keys.includes(key));
    return keys
      .filter((key) => !known.includes(key) && document.keys([parent, key]).length === 0)
      .flatMap((key) => near([parent, key], key, missing));
  });
  return [...atTop, ...below];
};

const near = (path: readonly string[], key: string, known: readonly string[]) => {
  const meant = nearest(key, known);
  return meant === undefined ? [] : [{ path, meant }];
};
