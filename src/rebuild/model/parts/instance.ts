/** `farm`: the number of farmers is fixed at the start. `balance`: farmers may come and go. */
export type Engine = 'farm' | 'balance';

/** How an instance's cluster is changed: the scale subresource, or a commit that Argo CD syncs. */
export type ScaleWay = 'kubernetes' | 'gitops';

/** One express instance, as its values file in the deployment repository describes it. */
export interface Instance {
  readonly name: string;
  readonly tenant: string;
  readonly engine: Engine;
  readonly way: ScaleWay;
  /** kubeconfig context, as named under `rebuilds.clusters`. */
  readonly cluster: string;
  readonly namespace: string;
  /** StatefulSets. */
  readonly farmerSet: string;
  readonly synchronizerSet: string;
  /** Service in front of the synchronizer: the one that the readiness trap is about. */
  readonly synchronizerService: string;
  readonly minimum: number;
  readonly maximum: number;
  /** Usual number of farmers, where the values say one. */
  readonly farmers?: number;
  readonly heapGb?: number;
  readonly frontends: readonly string[];
  /** Base URL of an express node with the admin endpoint. */
  readonly adminUrl: string;
  readonly targetMs?: number;
  /** Where it belongs, by the config or its values; absent: `commercial`. Who may do what, and policy, go by it. */
  readonly environment?: string;
  /** A second person must approve (GovCloud). */
  readonly approval: boolean;
  /** Where the number of farmers is committed to, when `way` is `gitops`; and what Argo CD makes of it. */
  readonly gitops?: GitopsPlace;
  /** The values file and the commit that changed it last. */
  readonly source: { readonly file: string; readonly revision: string };
}

export interface GitopsPlace {
  /** Values file in the deployment repository, and the paths of the two numbers in it. */
  readonly file: string;
  readonly farmersPath: readonly string[];
  readonly synchronizerPath: readonly string[];
  /** The Argo CD Application, and its namespace. */
  readonly application: string;
  readonly applicationNamespace: string;
  /** The cluster that Argo CD runs in, where that is not the instance's own. */
  readonly applicationCluster?: string;
}
