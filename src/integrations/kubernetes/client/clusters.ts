import type { ConfigurationOptions } from '@kubernetes/client-node';
import { Observable } from '@kubernetes/client-node/dist/gen/rxjsStub.js';
import { withDeadline } from '../../../core/deadline.ts';
import type { Log } from '../../../observability/log.ts';
import { withoutCredentials } from '../../../observability/own-credentials.ts';
import type { Observation } from '../../../rebuild/ports/ports.ts';
import { nullsRemoved, rewritten } from './answer-text.ts';
import type { Apis, ConnectTo } from './connect.ts';
import { explainKubernetes, failureOf, type KubernetesFailure, NoClient } from './failure.ts';
import { type ClusterConfig, stampOf } from './stamp.ts';

export type CallResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: KubernetesFailure };

/** The Kubernetes clusters of the config, by name. */
export interface Clusters extends AsyncDisposable {
  readonly names: readonly string[];
  /**
   * One call, with the config's timeout from the first byte asked to the last byte read. Never throws for anything the
   * cluster, the network or the credentials do. `options` has to be handed on to the client.
   */
  call<T>(
    cluster: string,
    run: (apis: Apis, options: ConfigurationOptions) => Promise<T>,
  ): Promise<CallResult<T>>;
  /** The same for reads; the error says which cluster. */
  read<T>(
    cluster: string,
    run: (apis: Apis, options: ConfigurationOptions) => Promise<T>,
  ): Promise<Observation<T>>;
  /** The cluster's version, or why it cannot be reached. */
  reach(cluster: string): Promise<Observation<string>>;
}

export interface ClustersOptions {
  /** ms */
  readonly timeout: number;
  readonly log: Log;
  readonly now?: () => number;
  readonly env?: NodeJS.ProcessEnv;
}

interface Connection {
  readonly stamp: string;
  readonly apis: Apis;
  readonly release: () => Promise<void>;
}

/** Opens nothing yet: a cluster is connected to with its first call, and again when its kubeconfig has changed. */
export const openClusters = (
  configs: readonly ClusterConfig[],
  { timeout, log, now = Date.now, env = process.env }: ClustersOptions,
): Clusters => {
  const connections = new Map<string, Connection>();

  const connect = async (name: string, connectTo: ConnectTo): Promise<Apis> => {
    const config = configs.find((each) => each.name === name);
    if (!config) throw new NoClient(noCluster(configs));
    const stamp = await stampOf(config.kubeconfig);
    const present = connections.get(name);
    if (present?.stamp === stamp) return present.apis;
    const { apis, release } = connectTo(config, env);
    connections.set(name, { stamp, apis, release });
    if (present) {
      log.info({ cluster: name, file: config.kubeconfig }, 'kubeconfig read again');
      retire(present);
    }
    return apis;
  };

  /** Not at once: a call may be on its way on the old connections. */
  const retire = (connection: Connection): void => {
    setTimeout(() => void connection.release().catch(() => {}), timeout).unref();
  };

  /** The credentials are not taken any more: the next call reads them again. */
  const forget = (name: string): void => {
    const present = connections.get(name);
    connections.delete(name);
    if (present) retire(present);
  };

  const call: Clusters['call'] = async (name, run) => {
    let sent = false;
    let safe = (text: string): string => text;
    try {
      // Loaded with the first call: it is a third of farmhand's code and memory, and many look after no cluster.
      const { connectTo } = await import('./connect.ts');
      const value = await withDeadline(timeout, async (signal) => {
        const apis = await connect(name, connectTo);
        return run(apis, {
          middlewareMergeStrategy: 'append',
          middleware: [
            {
              // Credentials are in the request by now: what fails from here on may have been received.
              pre(context) {
                signal.throwIfAborted();
                context.setSignal(signal);
                safe = withoutCredentials(context.getHeaders());
                sent = true;
                return new Observable(Promise.resolve(context));
              },
              post: (context) => new Observable(rewritten(context, nullsRemoved)),
            },
          ],
        });
      });
      return { ok: true, value };
    } catch (error) {
      const found = failureOf(error, sent, now());
      const failure = { ...found, says: safe(found.says) };
      if (failure.kind === 'answered' && failure.status === 401) forget(name);
      return { ok: false, failure };
    }
  };

  const read: Clusters['read'] = async (name, run) => {
    const result = await call(name, run);
    return result.ok ? result : { ok: false, error: explainKubernetes(name, result.failure) };
  };

  return {
    names: configs.map(({ name }) => name),
    call,
    read,
    async reach(name) {
      const version = await read(name, (apis, options) => apis.version.getCode({}, options));
      return version.ok ? { ok: true, value: version.value.gitVersion } : version;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...connections.values()].map((each) => each.release()));
      connections.clear();
    },
  };
};

const noCluster = (configs: readonly ClusterConfig[]): string =>
  `it is not under rebuilds.clusters in farmhand.yml, which has ${configs.map((each) => each.name).join(', ')}`;
