import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { KubeConfig, loadYaml } from '@kubernetes/client-node';
import { withoutAnyNull } from '../../../core/json.ts';
import { NoClient } from './failure.ts';
import { TokenFiles } from './schema.ts';
import type { ClusterConfig } from './stamp.ts';

/** The credentials of a cluster, read from its kubeconfig or from the pod it runs in. Throws `NoClient`. */
export const loadKubeconfig = (cluster: ClusterConfig, env: NodeJS.ProcessEnv): KubeConfig => {
  const config = new KubeConfig();
  if (cluster.kubeconfig === undefined) return fromPod(config, cluster, env);
  const file = cluster.kubeconfig;
  try {
    const text = readFileSync(file, 'utf8');
    config.loadFromString(text);
    config.makePathsAbsolute(dirname(file));
    config.users = withTokenFiles(config, text, dirname(file));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new NoClient(`the kubeconfig ${file} cannot be read: ${firstLine(why)}`);
  }
  const context = cluster.context ?? cluster.name;
  config.setCurrentContext(context);
  if (!config.getCurrentCluster()) throw new NoClient(noContext(file, context, config));
  return config;
};

const fromPod = (config: KubeConfig, cluster: ClusterConfig, env: NodeJS.ProcessEnv): KubeConfig => {
  if (!env['KUBERNETES_SERVICE_HOST']) {
    throw new NoClient(
      `rebuilds.clusters names no kubeconfig for ${cluster.name}, and this is not a pod with an account of its own`,
    );
  }
  config.loadFromCluster();
  return config;
};

/** js-yaml shows the lines around a mistake: they may hold a token. */
const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

const noContext = (file: string, context: string, config: KubeConfig): string => {
  const known = config.getContexts().map(({ name }) => name);
  const those = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
  return `the kubeconfig ${file} has no context ${context} with a cluster; ${those}`;
};

/** The client reads `token-file` once; what kubectl writes is `tokenFile`, and such files are renewed. */
const withTokenFiles = (config: KubeConfig, text: string, folder: string): KubeConfig['users'] => {
  const { users } = TokenFiles.parse(withoutAnyNull(loadYaml(text)));
  return config.users.map((user) => {
    const file = users.find(({ name }) => name === user.name)?.user?.tokenFile;
    if (file === undefined || user.token) return user;
    const tokenFile = isAbsolute(file) ? file : join(folder, file);
    return { ...user, authProvider: { name: 'tokenFile', config: { tokenFile } } };
  });
};
