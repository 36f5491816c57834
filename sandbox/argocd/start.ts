import { parse } from 'yaml';
import type { SimApplication, SimClusterControl, SimClusterView, SimOperation } from '../cluster/contract.ts';
import type { RepositoryClient } from '../repository/client.ts';
import { argoNamespace, sandboxInstances } from '../repository/instances.ts';
import { different, healthOf, resourcesOf, type SetWanted, setsWanted, type Wanted } from './live.ts';
import { begun, denied, type Sync, settled } from './sync.ts';

export interface ArgoOptions {
  readonly repository: Pick<RepositoryClient, 'head' | 'read'>;
  readonly cluster: SimClusterView & Pick<SimClusterControl, 'setReplicas' | 'application' | 'takeRefresh'>;
  /** ms between two looks. */
  readonly every: number;
  /** Undoes what others change in the cluster. Default false. */
  readonly selfHeal?: boolean;
  /** Instances with an Application; default: those that are changed by commits. */
  readonly instances?: readonly string[];
  /** How long the repository may be away until that shows in a status; ms. Default 7.5 minutes, as was seen. */
  readonly forgets?: number;
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
  /** Every sync is refused with this message, and tried again five times; undefined: they work again. */
  fail(message: string | undefined): void;
  /** An Application reads `Degraded`, whatever its pods do. */
  degrade(application: string, on: boolean): void;
  selfHeal(on: boolean): void;
  /** Replicas are left out by a rule in `argocd-cm`, which no Application shows. */
  ignore(on: boolean): void;
  /** Passes an Application over (`skip-reconcile`). */
  skip(application: string, on: boolean): void;
  /** Takes one more instance under its Application, such as one that is scaled directly. */
  manage(instance: string): void;
}

/** One Application, and how far it is. */
interface State {
  /** The commit it was last brought to. */
  readonly synced?: string;
  /** Found out of sync at that commit, then. */
  readonly pending?: { readonly revision: string; readonly since: number };
  readonly sync?: Sync;
  /** When the repository was first missed. */
  readonly missed?: number;
}

/**
 * A small Argo CD: follows the branch of the deployment repository, brings the replicas of its Applications to the
 * simulated cluster, and says how they are, as 3.5.4 does. With automatic sync, as farmhand expects it.
 */
export const startArgo = (options: ArgoOptions): SimArgo => {
  const { repository, cluster, every, forgets = 450_000, now = Date.now } = options;
  const names = new Set(
    options.instances ?? sandboxInstances.filter(({ change }) => change === 'gitops').map(({ name }) => name),
  );
  const states = new Map<string, State>();
  const shown = new Map<string, SimApplication>();
  const degraded = new Set<string>();
  const skipped = new Set<string>();
  const wanted = new Map<string, { readonly revision: string; readonly wanted: Wanted }>();
  let [selfHeal, ignoring, delayMs, running, closed] = [options.selfHeal ?? false, false, 0, true, false];
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
    seen: Pick<SimApplication, 'sync' | 'health' | 'revision'> & Partial<SimApplication>,
  ): void => {
    const application = {
      ...seen,
      name,
      namespace: argoNamespace,
      selfHeal,
      ...(degraded.has(name) && { health: 'Degraded' as const }),
      ...(skipped.has(name) && { skipped: true }),
    };
    shown.set(name, application);
    cluster.application(application);
  };

  const showing = (name: string, revision: string, sets: readonly SetWanted[], off: readonly SetWanted[]) => {
    const operation: SimOperation | undefined = states.get(name)?.sync?.operation;
    publish(name, {
      sync: off.length === 0 ? 'Synced' : 'OutOfSync',
      health: healthOf(cluster, sets),
      revision,
      resources: resourcesOf(sets, off),
      reconciledAt: now(),
      ...(operation && { operation }),
      ...(operation?.phase === 'Failed' && {
        conditions: [
          {
            type: 'SyncError',
            message: `Failed last sync attempt to [${operation.revision}]: ${operation.message}`,
          },
        ],
      }),
    });
  };

  const reconcile = async (name: string, revision: string): Promise<void> => {
    const sets = setsWanted(name, await wantedBy(name, revision));
    const off = ignoring ? [] : different(cluster, sets);
    const { missed: _, ...state } = states.get(name) ?? {};
    const { sync } = state;
    if (off.length === 0) {
      const { pending: __, ...rest } = state;
      states.set(name, { ...rest, synced: revision });
      showing(name, revision, sets, off);
      return;
    }
    const pending = state.pending?.revision === revision ? state.pending : { revision, since: now() };
    states.set(name, { ...state, pending });
    // A sync that is under way holds on to its commit, whatever came since.
    const busy = sync?.operation.phase === 'Running';
    const tried = sync?.operation.phase === 'Failed' && sync.operation.revision === revision;
    const may = busy || (!tried && (state.synced !== revision || selfHeal));
    // First it is seen to be out of sync, and at the next look at the earliest it is put right.
    const due = busy ? now() >= sync.nextAt : state.pending === pending && now() - pending.since >= delayMs;
    if (!may || !due) return showing(name, revision, sets, off);
    const attempt = busy ? sync : begun(revision, now());
    if (failing !== undefined) {
      states.set(name, { ...state, pending, sync: denied(attempt, failing, now()) });
      return showing(name, revision, sets, off);
    }
    const own = setsWanted(name, await wantedBy(name, attempt.operation.revision));
    for (const { namespace, set, replicas } of different(cluster, own)) {
      cluster.setReplicas(namespace, set, replicas, 'argocd-controller');
    }
    const { pending: __, ...rest } = state;
    states.set(name, { ...rest, synced: attempt.operation.revision, sync: settled(attempt, now()) });
    const left = different(cluster, sets);
    showing(name, revision, sets, left);
  };

  /** The status stays as it was for minutes; then the branch itself is named, and nothing is known. */
  const unreachable = (name: string, error: unknown): void => {
    const state = states.get(name) ?? {};
    const missed = state.missed ?? now();
    states.set(name, { ...state, missed });
    const last = shown.get(name);
    if (last && now() - missed < forgets) return;
    const message = `Failed to load target state: failed to generate manifest for source 1 of 1: rpc error: code = Unknown desc = failed to list refs: ${wordsOf(error)}`;
    publish(name, {
      ...last,
      sync: 'Unknown',
      health: last?.health ?? 'Healthy',
      revision: 'main',
      reconciledAt: now(),
      conditions: [{ type: 'ComparisonError', message }],
      resources: (last?.resources ?? []).map((each) => ({ ...each, sync: 'Unknown' })),
    });
  };

  const lookAtAll = async (): Promise<void> => {
    let revision: string | undefined;
    let error: unknown;
    try {
      revision = await repository.head();
    } catch (caught) {
      error = caught;
    }
    for (const name of names) {
      if (skipped.has(name)) {
        const last = shown.get(name);
        if (last) publish(name, last);
        continue;
      }
      cluster.takeRefresh(argoNamespace, name);
      if (revision === undefined) unreachable(name, error);
      else await reconcile(name, revision).catch((caught: unknown) => unreachable(name, caught));
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

  const turn = (set: Set<string>, name: string, on: boolean): void =>
    void (on ? set.add(name) : set.delete(name));
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
    degrade: (application, on) => turn(degraded, application, on),
    selfHeal: (on) => {
      selfHeal = on;
    },
    ignore: (on) => {
      ignoring = on;
    },
    skip: (application, on) => turn(skipped, application, on),
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

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
