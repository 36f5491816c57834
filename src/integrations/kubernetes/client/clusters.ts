import type { ConfigurationOptions } from '@kubernetes/client-node';
import { Observable } from '@kubernetes/client-node/dist/gen/rxjsStub.js';
import { withDeadline } from '../../../core/deadline.ts';
import type { Log } from '../../../observability/log.ts';
import { withoutCredentials } from '../../../observability/own-credentials.ts';
import type { Observation } from '../../../rebuild/ports/ports.ts';
import { nullsRemoved, rewritten } from './answer-text.ts';
import type { ClusterAccess } from './ask.ts';
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
  /**
   * One GET, for what is read often: its JSON as it came, which may be anything. `path` with its query. Otherwise as `read`.
   */
  get(cluster: string, path: string): Promise<Observation<unknown>>;
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

interface Connection extends ReturnType<ConnectTo> {
  readonly stamp: string;
  /** When its kubeconfig was last looked at; ms. */
  lookedAt: number;
  /** For reads; made up again when it is older than `accessFor`. */
  kept?: { readonly at: number; readonly access: ClusterAccess };
}

/** A kubeconfig that was changed is noticed within this; ms. */
const lookEvery = 1_000;
/** What client-node makes up for a call (files read, certificates compared) serves reads for this long; ms. */
const accessFor = 1_000;

/** Opens nothing yet: a cluster is connected to with its first call, and again when its kubeconfig has changed. */
export const openClusters = (
  configs: readonly ClusterConfig[],
  { timeout, log, now = Date.now, env = process.env }: ClustersOptions,
): Clusters => {
  const connections = new Map<string, Connection>();

  const connect = async (name: string, connectTo: ConnectTo): Promise<Connection> => {
    const before = connections.get(name);
    if (before && Math.abs(now() - before.lookedAt) < lookEvery) return before;
    const config = configs.find((each) => each.name === name);
    if (!config) throw new NoClient(noCluster(configs));
    const lookedAt = now();
    const stamp = await stampOf(config.kubeconfig);
    const present = connections.get(name);
    if (present?.stamp === stamp) {
      present.lookedAt = lookedAt;
      return present;
    }
    const connection: Connection = { ...connectTo(config, env), stamp, lookedAt };
    connections.set(name, connection);
    if (present) {
      log.info({ cluster: name, file: config.kubeconfig }, 'kubeconfig read again');
      retire(present);
    }
    return connection;
  };

  const accessTo = async (connection: Connection): Promise<ClusterAccess> => {
    const { kept } = connection;
    if (kept && Math.abs(now() - kept.at) < accessFor) return kept.access;
    const at = now();
    const access = await connection.access();
    connection.kept = { at, access };
    return access;
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

  const refused = (
    name: string,
    error: unknown,
    sent: boolean,
    safe: (text: string) => string,
  ): { readonly ok: false; readonly failure: KubernetesFailure } => {
    const found = failureOf(error, sent, now());
    const failure = { ...found, says: safe(found.says) };
    if (failure.kind === 'answered' && failure.status === 401) forget(name);
    return { ok: false, failure };
  };

  const call: Clusters['call'] = async (name, run) => {
    let sent = false;
    let safe = (text: string): string => text;
    try {
      // Loaded with the first call: it is a third of farmhand's code and memory, and many look after no cluster.
      const { connectTo } = await import('./connect.ts');
      const value = await withDeadline(timeout, async (signal) => {
        const { apis } = await connect(name, connectTo);
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
      return refused(name, error, sent, safe);
    }
  };

  /** `kept`: with what was made up for a call before. */
  const getOnce = async (
    name: string,
    path: string,
  ): Promise<CallResult<unknown> & { readonly kept?: boolean }> => {
    let sent = false;
    let kept = false;
    let safe = (text: string): string => text;
    try {
      const { connectTo } = await import('./connect.ts');
      const value = await withDeadline(timeout, async (signal) => {
        const connection = await connect(name, connectTo);
        const known = connection.kept?.access;
        const access = await accessTo(connection);
        kept = access === known;
        signal.throwIfAborted();
        safe = withoutCredentials(access.headers);
        sent = true;
        return connection.getJson(access, path, signal);
      });
      return { ok: true, value };
    } catch (error) {
      return { ...refused(name, error, sent, safe), kept };
    }
  };

  const get: Clusters['get'] = async (name, path) => {
    const first = await getOnce(name, path);
    const expired = !first.ok && first.failure.kind === 'answered' && first.failure.status === 401;
    // They may just have been renewed: that is no failure yet.
    const result = expired && first.kept ? await getOnce(name, path) : first;
    return result.ok ? result : { ok: false, error: explainKubernetes(name, result.failure) };
  };

  const read: Clusters['read'] = async (name, run) => {
    const result = await call(name, run);
    return result.ok ? result : { ok: false, error: explainKubernetes(name, result.failure) };
  };

  return {
    names: configs.map(({ name }) => name),
    call,
    read,
    get,
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
