import {
  AdmissionregistrationV1Api,
  AppsV1Api,
  AuthorizationV1Api,
  AutoscalingV2Api,
  CoreV1Api,
  CustomObjectsApi,
  type KubeConfig,
  PolicyV1Api,
  VersionApi,
} from '@kubernetes/client-node';
import { accessOf, type ClusterAccess, getJson } from './ask.ts';
import { shareConnections } from './dispatchers.ts';
import { loadKubeconfig } from './kubeconfig.ts';
import type { ClusterConfig } from './stamp.ts';

/** The parts of the API that farmhand speaks. */
export interface Apis {
  readonly apps: AppsV1Api;
  readonly core: CoreV1Api;
  readonly policy: PolicyV1Api;
  readonly autoscaling: AutoscalingV2Api;
  readonly admission: AdmissionregistrationV1Api;
  readonly custom: CustomObjectsApi;
  readonly authorization: AuthorizationV1Api;
  readonly version: VersionApi;
}

export type ConnectTo = (
  config: ClusterConfig,
  env: NodeJS.ProcessEnv,
) => {
  readonly apis: Apis;
  /** What every call needs, as it is now. @throws what files and programs of the kubeconfig do */
  readonly access: () => Promise<ClusterAccess>;
  readonly getJson: typeof getJson;
  readonly release: () => Promise<void>;
};

/** The APIs of a cluster, with connections that its calls share. @throws NoClient */
export const connectTo: ConnectTo = (config, env) => {
  const kubeconfig = loadKubeconfig(config, env);
  const { release } = shareConnections(kubeconfig);
  return { apis: apisOf(kubeconfig), access: () => accessOf(kubeconfig), getJson, release };
};

const apisOf = (config: KubeConfig): Apis => ({
  apps: config.makeApiClient(AppsV1Api),
  core: config.makeApiClient(CoreV1Api),
  policy: config.makeApiClient(PolicyV1Api),
  autoscaling: config.makeApiClient(AutoscalingV2Api),
  admission: config.makeApiClient(AdmissionregistrationV1Api),
  custom: config.makeApiClient(CustomObjectsApi),
  authorization: config.makeApiClient(AuthorizationV1Api),
  version: config.makeApiClient(VersionApi),
});
