import { parse } from 'yaml';
import type { SimApplication, SimClusterControl, SimClusterView } from '../cluster/contract.ts';
import type { RepositoryClient } from '../repository/client.ts';
import { argoNamespace, sandboxInstances } from '../repository/instances.ts';
import { different, healthOf, setsWanted, type Wanted } from './live.ts';

export interface ArgoOptions {
  readonly repository: Pick<RepositoryClient, 'head' | 'read'>;
  readonly cluster: SimClusterView & Pick<SimClusterControl, 'setReplicas' | 'application'>;
  /** ms between two looks. */
  readonly every: number;
  /** Undoes what others change in the cluster. Default false. */
  readonly selfHeal?: boolean;
  /** Instances with an Application; default: those that are changed by commits. */
  readonly instances?: readonly string[];
  readonly now?: () => number;
}

export interface SimArgo extends AsyncDisposable {
  /** One look at the branch and the cluster, now; what it does by itself all the time. */
  look(): Promise<void>;
  /** Does nothing any more: what is published stays as it is. */
  stop(): void;
  start(): void;
  /** Waits this long with what it has found out of sync, ms. */
  delay(ms: number): void;
  /** Every sync fails with this message; undefined: they work again. */
  fail(message: string | undefined): void;
  /** An Application reads `Degraded`, whatever its pods do; undefined: as they are. */
  degrade(application: string, message: string | undefined): void;
  selfHeal(on: boolean): void;
  /** Takes one more instance under its Application, such as one that is scaled directly. */
  manage(instance: string): void;
}

/** One Application, and how far it is. */
interface State {
  /** The commit it was last brought to. */
  readonly synced?: string;
  /** Found out of sync at that commit, then. */
  readonly pending?: { readonly revision: string; readonly since: number };
}

/**
 * A small Argo CD: follows the branch of the deployment repository, brings the replicas of its Applications to the
 * simulated cluster, and says how they are. With automatic sync, as farmhand expects it.
 */
export const startArgo = (options: ArgoOptions): SimArgo => {
  const { repository, cluster, every, now = Date.now } = options;
  const names = new Set(
    options.instances ?? sandboxInstances.filter(({ change }) => change === 'gitops').map(({ name }) => name),
  );
  const states = new Map<string, State>();
  const degraded = new Map<string, string>();
  const wanted = new Map<string, { readonly revision: string; readonly wanted: Wanted }>();
  let [selfHeal, delayMs, running, closed] = [options.selfHeal ?? false, 0, true, false];
  let failing: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let looking = Promise.resolve();

  const wantedBy = async (name: string, revision: string): Promise<Wanted> => {
    const had = wanted.get(name);
    if (had?.revision === revision) return had.wanted;
    const read = wantedIn(await repository.read(`instances/${name}.yaml`, revision));
    wanted.set(name, { revision, wanted: read });
    return read;
  };

  const publish = (
    name: string,
    seen: Pick<SimApplication, 'sync' | 'health' | 'revision'> & { readonly message?: string | undefined },
  ): void => {
    const { message, ...rest } = seen;
    const bad = degraded.get(name);
    cluster.application({
      ...rest,
      name,
      namespace: argoNamespace,
      selfHeal,
      ...(bad !== undefined && { health: 'Degraded' }),
      ...((bad ?? message) !== undefined && { message: bad ?? message ?? '' }),
    });
  };

  const reconcile = async (name: string, revision: string): Promise<void> => {
    const sets = setsWanted(name, await wantedBy(name, revision));
    const state = states.get(name) ?? {};
    const off = different(cluster, sets);
    if (off.length === 0) {
      states.set(name, { synced: revision });
      publish(name, { sync: 'Synced', health: healthOf(cluster, sets), revision });
      return;
    }
    const pending = state.pending?.revision === revision ? state.pending : { revision, since: now() };
    const may = state.synced !== revision || selfHeal;
    // First it is seen to be out of sync, and at the next look at the earliest it is put right.
    if (!may || failing !== undefined || state.pending !== pending || now() - pending.since < delayMs) {
      states.set(name, { ...state, pending });
      publish(name, { sync: 'OutOfSync', health: healthOf(cluster, sets), revision, message: failing });
      return;
    }
    for (const { namespace, set, replicas } of off) {
      cluster.setReplicas(namespace, set, replicas, 'argocd-controller');
    }
    states.set(name, { synced: revision });
    publish(name, { sync: 'Synced', health: 'Progressing', revision });
  };

  const lookAtAll = async (): Promise<void> => {
    let revision: string;
    try {
      revision = await repository.head();
    } catch (error) {
      for (const name of names) {
        const last = states.get(name)?.synced ?? '';
        publish(name, { sync: 'Unknown', health: 'Healthy', revision: last, message: wordsOf(error) });
      }
      return;
    }
    for (const name of names) {
      try {
        await reconcile(name, revision);
      } catch (error) {
        publish(name, { sync: 'Unknown', health: 'Healthy', revision, message: wordsOf(error) });
      }
    }
  };

  /** One after another: a look while another one runs waits for it. */
  const look = (): Promise<void> => {
    looking = looking.then(lookAtAll);
    return looking;
  };
  const soon = (): void => {
    clearTimeout(timer);
    if (!running || closed) return;
    timer = setTimeout(() => void look().then(soon), every);
  };
  soon();

  return {
    look,
    stop() {
      running = false;
      clearTimeout(timer);
    },
    start() {
      running = true;
      soon();
    },
    delay: (ms) => {
      delayMs = ms;
    },
    fail: (message) => {
      failing = message;
    },
    degrade: (application, message) =>
      void (message === undefined ? degraded.delete(application) : degraded.set(application, message)),
    selfHeal: (on) => {
      selfHeal = on;
    },
    manage: (instance) => void names.add(instance),
    async [Symbol.asyncDispose]() {
      closed = true;
      clearTimeout(timer);
      await looking;
    },
  };
};

const wantedIn = (text: string): Wanted => {
  const values: unknown = parse(text);
  return {
    namespace: String(at(values, 'namespace')),
    farmers: Number(at(values, 'farmer', 'replicas') ?? 0),
    synchronizer: Number(at(values, 'synchronizer', 'replicas') ?? 0),
  };
};

const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (part, key) => (typeof part === 'object' && part !== null ? Reflect.get(part, key) : undefined),
    value,
  );

const wordsOf = (error: unknown): string =>
  `ComparisonError: ${error instanceof Error ? error.message : String(error)}`;
