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

  /** One try. `run` says when what it does may have been received, with the headers that are in it. */
  const attempt = async <T>(
    name: string,
    run: (
      connection: Connection,
      signal: AbortSignal,
      sending: (headers: Parameters<typeof withoutCredentials>[0]) => void,
    ) => Promise<T>,
  ): Promise<CallResult<T>> => {
    let sent = false;
    let safe = (text: string): string => text;
    try {
      // Loaded with the first call: it is a third of farmhand's code and memory, and many look after no cluster.
      const { connectTo } = await import('./connect.ts');
      const value = await withDeadline(timeout, async (signal) =>
        run(await connect(name, connectTo), signal, (headers) => {
          signal.throwIfAborted();
          safe = withoutCredentials(headers);
          sent = true;
        }),
      );
      return { ok: true, value };
    } catch (error) {
      const found = failureOf(error, sent, now());
      const failure = { ...found, says: safe(found.says) };
      if (isUnauthorized(failure)) forget(name);
      return { ok: false, failure };
    }
  };

  const call: Clusters['call'] = (name, run) =>
    attempt(name, ({ apis }, signal, sending) =>
      run(apis, {
        middlewareMergeStrategy: 'append',
        middleware: [
          {
            // Credentials are in the request by now: what fails from here on may have been received.
            pre(context) {
              sending(context.getHeaders());
              context.setSignal(signal);
              return new Observable(Promise.resolve(context));
            },
            post: (context) => new Observable(rewritten(context, nullsRemoved)),
          },
        ],
      }),
    );

  /** `kept`: with what was made up for a call before. */
  const getOnce = async (name: string, path: string) => {
    let kept = false;
    const result = await attempt<unknown>(name, async (connection, signal, sending) => {
      const known = connection.kept?.access;
      const access = await accessTo(connection);
      kept = access === known;
      sending(access.headers);
      return connection.getJson(access, path, signal);
    });
    return { result, kept };
  };

  const get: Clusters['get'] = async (name, path) => {
    const { result, kept } = await getOnce(name, path);
    // They may just have been renewed: that is no failure yet.
    const expired = !result.ok && kept && isUnauthorized(result.failure);
    return observation(name, expired ? (await getOnce(name, path)).result : result);
  };

  const read: Clusters['read'] = async (name, run) => observation(name, await call(name, run));

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

const isUnauthorized = (failure: KubernetesFailure): boolean =>
  failure.kind === 'answered' && failure.status === 401;

const observation = <T>(name: string, result: CallResult<T>): Observation<T> =>
  result.ok ? result : { ok: false, error: explainKubernetes(name, result.failure) };

const noCluster = (configs: readonly ClusterConfig[]): string =>
  `it is not under rebuilds.clusters in farmhand.yml, which has ${configs.map((each) => each.name).join(', ')}`;
