import { flag, list, part, places, text, texts, time, wholeNumber } from './untyped.ts';

/** Where manifests come from. */
export interface Source {
  readonly repoUrl: string;
  readonly targetRevision: string;
  /** As it stands: `helm`, `kustomize` and what else says how manifests are made. */
  readonly raw: unknown;
}

/** A rule of `spec.ignoreDifferences`. */
export interface IgnoreRule {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly jsonPointers: readonly string[];
  readonly jqPathExpressions: readonly string[];
  readonly managers: readonly string[];
}

/** The commits of a comparison or a sync: one, or one for each source. */
export interface Revisions {
  /** '' where there is none. */
  readonly one: string;
  readonly many: readonly string[];
}

export interface Operation {
  /** `Running`, `Terminating`, `Succeeded`, `Failed` or `Error`. One that is only asked for is running, too. */
  readonly phase: string;
  readonly revisions: Revisions;
  readonly message: string;
  /** Tries again after the first one. */
  readonly retries: number;
  /** ms */
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** Why single resources could not be brought to the cluster. */
  readonly failed: readonly string[];
}

export interface Resource {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly sync: string;
}

export interface Hydration {
  /** The commit that was hydrated last, and the one that it became. */
  readonly dry: string;
  readonly hydrated: string;
  /** `Hydrating`, `Hydrated` or `Failed`: of the present one. */
  readonly phase: string;
  readonly message: string;
}

/** An Argo CD Application, as far as farmhand has to know it. Texts are as they came. */
export interface ArgoApplication {
  /** `Synced`, `OutOfSync` or `Unknown`; '' before the first comparison. */
  readonly sync: string;
  readonly health: string;
  /** What the cluster was last compared with. */
  readonly compared: Revisions;
  /** The sources that `compared` is about; else those of the spec. */
  readonly sources: readonly Source[];
  readonly hydration?: Hydration;
  /** ms; when it was last compared. */
  readonly reconciledAt?: number;
  readonly conditions: readonly { readonly type: string; readonly message: string }[];
  readonly operation?: Operation;
  readonly resources: readonly Resource[];
  readonly project: string;
  readonly destination: { readonly server: string; readonly name: string; readonly namespace: string };
  /** A commit is synced by itself; without this a person has to. */
  readonly automated: boolean;
  /** It undoes what others change in the cluster. */
  readonly selfHeal: boolean;
  readonly ignored: readonly IgnoreRule[];
  /** What is ignored is left out of a sync, too (`RespectIgnoreDifferences=true`). */
  readonly respectsIgnored: boolean;
  /** Its controller passes it over (`argocd.argoproj.io/skip-reconcile`). */
  readonly skipped: boolean;
  /** It is asked to look now (`argocd.argoproj.io/refresh`). */
  readonly refreshing: boolean;
  readonly deleting: boolean;
  /** Where its controller runs; '' where it does not say. */
  readonly controllerNamespace: string;
}

/** Total: an Application of any shape can be read, and says as little as it has. */
export const readApplication = (raw: unknown): ArgoApplication => {
  const annotations = part(raw, 'metadata', 'annotations');
  const automated = part(raw, 'spec', 'syncPolicy', 'automated');
  const auto = typeof automated === 'object' && automated !== null && part(automated, 'enabled') !== false;
  const reconciledAt = time(raw, 'status', 'reconciledAt');
  const hydration = hydrationOf(raw);
  const operation = operationOf(raw);
  return {
    sync: text(raw, 'status', 'sync', 'status'),
    health: text(raw, 'status', 'health', 'status'),
    compared: revisionsOf(part(raw, 'status', 'sync')),
    sources: sourcesOf(raw),
    ...(hydration && { hydration }),
    ...(reconciledAt !== undefined && { reconciledAt }),
    conditions: list(raw, 'status', 'conditions').map((each) => ({
      type: text(each, 'type'),
      message: text(each, 'message'),
    })),
    ...(operation && { operation }),
    resources: list(raw, 'status', 'resources').map((each) => ({
      group: text(each, 'group'),
      kind: text(each, 'kind'),
      name: text(each, 'name'),
      namespace: text(each, 'namespace'),
      sync: text(each, 'status'),
    })),
    project: text(raw, 'spec', 'project'),
    destination: {
      server: text(raw, 'spec', 'destination', 'server'),
      name: text(raw, 'spec', 'destination', 'name'),
      namespace: text(raw, 'spec', 'destination', 'namespace'),
    },
    automated: auto,
    selfHeal: auto && flag(automated, 'selfHeal'),
    ignored: list(raw, 'spec', 'ignoreDifferences').map(ruleOf),
    respectsIgnored: texts(raw, 'spec', 'syncPolicy', 'syncOptions').includes(
      'RespectIgnoreDifferences=true',
    ),
    skipped: text(annotations, 'argocd.argoproj.io/skip-reconcile') === 'true',
    refreshing: text(annotations, 'argocd.argoproj.io/refresh') !== '',
    deleting: text(raw, 'metadata', 'deletionTimestamp') !== '',
    controllerNamespace: text(raw, 'status', 'controllerNamespace'),
  };
};

const revisionsOf = (value: unknown): Revisions => ({
  one: text(value, 'revision'),
  many: places(value, 'revisions'),
});

const sourcesOf = (raw: unknown): readonly Source[] => {
  const comparedTo = part(raw, 'status', 'sync', 'comparedTo');
  const spec = part(raw, 'spec');
  const found = [
    list(comparedTo, 'sources'),
    // A new Application was compared with a source that is empty.
    text(comparedTo, 'source', 'repoURL') === '' ? [] : [part(comparedTo, 'source')],
    list(spec, 'sources'),
    part(spec, 'source') === undefined ? [] : [part(spec, 'source')],
    part(spec, 'sourceHydrator', 'drySource') === undefined
      ? []
      : [part(spec, 'sourceHydrator', 'drySource')],
  ].find((each) => each.length > 0);
  return (found ?? []).map((each) => ({
    repoUrl: text(each, 'repoURL'),
    targetRevision: text(each, 'targetRevision'),
    raw: each,
  }));
};

const hydrationOf = (raw: unknown): Hydration | undefined => {
  const spec = part(raw, 'spec', 'sourceHydrator');
  if (typeof spec !== 'object' || spec === null) return undefined;
  const status = part(raw, 'status', 'sourceHydrator');
  return {
    dry: text(status, 'lastSuccessfulOperation', 'drySHA'),
    hydrated: text(status, 'lastSuccessfulOperation', 'hydratedSHA'),
    phase: text(status, 'currentOperation', 'phase'),
    message: text(status, 'currentOperation', 'message'),
  };
};

/** An operation is first only asked for (`operation`), without a state: it is as good as running. */
const operationOf = (raw: unknown): Operation | undefined => {
  const state = part(raw, 'status', 'operationState');
  const asked = part(raw, 'operation');
  if (typeof state !== 'object' || state === null) {
    if (typeof asked !== 'object' || asked === null) return undefined;
    return {
      phase: 'Running',
      revisions: revisionsOf(part(asked, 'sync')),
      message: '',
      retries: 0,
      failed: [],
    };
  }
  const result = revisionsOf(part(state, 'syncResult'));
  const wanted = revisionsOf(part(state, 'operation', 'sync'));
  const startedAt = time(state, 'startedAt');
  const finishedAt = time(state, 'finishedAt');
  return {
    phase: text(state, 'phase'),
    // Of several sources `syncResult.revision` is '', and a try that has just begun has no result.
    revisions: {
      one: wanted.one === '' ? result.one : wanted.one,
      many: wanted.many.length > 0 ? wanted.many : result.many,
    },
    message: text(state, 'message'),
    retries: wholeNumber(state, 'retryCount'),
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    failed: list(state, 'syncResult', 'resources')
      .filter((each) => text(each, 'status') === 'SyncFailed' || text(each, 'hookPhase') === 'Failed')
      .map((each) => text(each, 'message'))
      .filter((message) => message !== ''),
  };
};

const ruleOf = (raw: unknown): IgnoreRule => ({
  group: text(raw, 'group'),
  kind: text(raw, 'kind'),
  name: text(raw, 'name'),
  namespace: text(raw, 'namespace'),
  jsonPointers: texts(raw, 'jsonPointers'),
  jqPathExpressions: texts(raw, 'jqPathExpressions'),
  managers: texts(raw, 'managedFieldsManagers'),
});
