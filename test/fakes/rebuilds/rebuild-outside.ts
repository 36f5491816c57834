import type { Effect, EffectState } from '../../../src/rebuild/model/parts/effect-state.ts';
import type { Instance } from '../../../src/rebuild/model/parts/instance.ts';
import type { WorkloadRole } from '../../../src/rebuild/model/parts/workloads.ts';
import type {
  Arrival,
  ClusterPort,
  EffectResult,
  EnginePort,
  EngineRequest,
  EngineView,
  PodView,
  RunView,
  ScalePort,
  ScaleRequest,
  SetView,
} from '../../../src/rebuild/ports/ports.ts';

/** How long things take; ms. Work is in farmer-milliseconds: six farmers take a sixth. */
export interface WorldTimings {
  readonly boot: number;
  readonly stop: number;
  readonly history: number;
  readonly rebuildWork: number;
  readonly write: number;
  readonly taking: number;
  readonly restarting: number;
  /** From a commit to its sync. */
  readonly sync: number;
}

const worldTimings: WorldTimings = {
  boot: 60_000,
  stop: 20_000,
  history: 300_000,
  rebuildWork: 24 * 1_800_000,
  write: 300_000,
  taking: 60_000,
  restarting: 60_000,
  sync: 30_000,
};

export interface MadeScale {
  readonly key: string;
  readonly role: WorkloadRole;
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

export interface TakenOrder {
  readonly key: string;
  readonly effect: Effect;
  readonly at: number;
  readonly ready: number;
  /** Other frontends that had been away for longer than any call takes. */
  readonly othersAway: number;
}

interface Pod {
  readonly ordinal: number;
  bornAt: number;
  restarts: number;
  goneAt: number | undefined;
}

interface Pods {
  wanted: number;
  version: number;
  manager: string;
  pods: Pod[];
  crashLoop: boolean;
  neverReady: boolean;
  stuck: boolean;
  capacity: number;
}

interface Run {
  state: RunView['state'];
  key: string;
  did: number;
  minimum: number;
  fixed: number;
  distributed: boolean;
  error?: string;
}

type Kind = 'history' | 'rebuild' | 'write';

/**
 * Cluster, Argo CD and engine of one instance, as far as a rebuild meets them: stateful, on a clock that the test
 * moves. Everything is synchronous; `ports` wraps it for the controller.
 */
export interface RebuildWorld {
  lookAt(role: WorkloadRole): SetView;
  lookAtEngine(rebuild: string): EngineView;
  scale(request: ScaleRequest): EffectResult;
  arrived(effect: EffectState): Arrival;
  blame(role: WorkloadRole): { readonly who: string; readonly what: string } | undefined;
  order(request: EngineRequest): EffectResult;
  readonly ports: {
    readonly cluster: ClusterPort;
    readonly scales: (instance: Instance) => ScalePort;
    readonly engine: EnginePort;
  };

  /** Changes that were really made: once for each key, or something is wrong. */
  readonly scales: readonly MadeScale[];
  /** Orders that were taken; a key that comes again is not. */
  readonly orders: readonly TakenOrder[];
  /** Changes that somebody else made. */
  readonly foreign: readonly { readonly role: WorkloadRole; readonly at: number }[];
  /** The most frontends that were ever away at once, those left out that restarted by themselves. */
  readonly mostAway: number;

  /** As a person or an autoscaler would. */
  setReplicas(role: WorkloadRole, replicas: number, manager: string): void;
  killPod(role: WorkloadRole, ordinal: number): void;
  crashLoop(role: WorkloadRole, on: boolean): void;
  neverReady(role: WorkloadRole, on: boolean): void;
  stuckTerminating(role: WorkloadRole, on: boolean): void;
  capacity(role: WorkloadRole, pods: number): void;
  freeze(on: boolean): void;
  failRun(kind: Kind): void;
  cacheFile(on: boolean): void;
  /** The engine does without farmers. */
  fallBack(on: boolean): void;
  frontendStays(name: string, down: boolean): void;
  /** It restarts by itself, with the caches it has, and is away for so long; ms. */
  frontendRestarts(name: string, ms: number): void;
  /** Argo CD syncs, or not. */
  syncs(on: boolean): void;
  /** All faults gone. */
  heal(): void;
}

export const createRebuildWorld = (
  instance: Instance,
  now: () => number,
  timings: Partial<WorldTimings> = {},
): RebuildWorld => {
  const takes = { ...worldTimings, ...timings };
  const aSet = (): Pods => ({
    wanted: 0,
    version: 1,
    manager: 'kubectl',
    pods: [],
    crashLoop: false,
    neverReady: false,
    stuck: false,
    capacity: Number.POSITIVE_INFINITY,
  });
  const sets: Record<WorkloadRole, Pods> = { farmer: aSet(), synchronizer: aSet() };
  const git: Record<WorkloadRole, { committed: number; at: number; by: string }> = {
    farmer: { committed: 0, at: 0, by: '' },
    synchronizer: { committed: 0, at: 0, by: '' },
  };
  const aRun = (): Run => ({ state: 'none', key: '', did: 0, minimum: 0, fixed: 0, distributed: true });
  const runs: Record<Kind, Run> = { history: aRun(), rebuild: aRun(), write: aRun() };
  const frontends = new Map(
    instance.frontends.map((name) => [
      name,
      {
        since: 0,
        state: 'ready' as EngineView['frontends'][number]['state'],
        caches: '',
        next: '',
        down: false,
        backAt: 0,
      },
    ]),
  );
  const scales: MadeScale[] = [];
  const orders: TakenOrder[] = [];
  const foreign: { readonly role: WorkloadRole; readonly at: number }[] = [];
  const keys = new Set<string>();
  let last = now();
  let frozen = false;
  let hasCache = true;
  let cached = 0;
  let falls = false;
  let syncing = true;
  let mostAway = 0;

  const isReady = (set: Pods, pod: Pod, at: number): boolean =>
    pod.goneAt === undefined && !set.crashLoop && !set.neverReady && at - pod.bornAt >= takes.boot;
  const readyOf = (role: WorkloadRole, at: number): number =>
    sets[role].pods.filter((pod) => isReady(sets[role], pod, at)).length;

  const loseRuns = (): void => {
    cached = Math.max(cached, runs.rebuild.did);
    for (const kind of ['history', 'rebuild', 'write'] as const) runs[kind] = aRun();
  };

  const settleSet = (role: WorkloadRole, at: number): void => {
    const set = sets[role];
    for (const pod of set.pods) {
      if (pod.ordinal >= set.wanted && pod.goneAt === undefined) pod.goneAt = at + takes.stop;
    }
    const before = set.pods.length;
    set.pods = set.pods.filter(({ goneAt }) => goneAt === undefined || set.stuck || goneAt > at);
    if (role === 'synchronizer' && before > 0 && set.pods.length === 0) loseRuns();
    for (let ordinal = 0; ordinal < set.wanted; ordinal++) {
      if (set.pods.length >= set.capacity) break;
      if (!set.pods.some((pod) => pod.ordinal === ordinal)) {
        set.pods.push({ ordinal, bornAt: at, restarts: 0, goneAt: undefined });
      }
    }
  };

  const work = (at: number, ms: number): void => {
    if (readyOf('synchronizer', at) === 0) return;
    const { history, rebuild, write } = runs;
    if (history.state === 'none') history.state = 'running';
    if (frozen) return;
    if (history.state === 'running') {
      history.did += ms;
      if (history.did >= takes.history) history.state = 'done';
    }
    const ready = readyOf('farmer', at);
    if (rebuild.state === 'waiting' && (ready >= rebuild.minimum || falls)) {
      rebuild.state = 'running';
      rebuild.fixed = ready;
      rebuild.distributed = ready > 0;
    }
    if (rebuild.state === 'running') {
      const workers = instance.engine === 'farm' ? Math.min(ready, rebuild.fixed) : ready;
      rebuild.did += (rebuild.distributed ? workers : 1) * ms;
      cached = Math.max(cached, rebuild.did * 0.9);
      if (rebuild.did >= takes.rebuildWork) rebuild.state = 'done';
    }
    if (write.state === 'running') {
      write.did += ms;
      if (write.did >= takes.write) write.state = 'done';
    }
  };

  const settleFrontends = (at: number): void => {
    for (const frontend of frontends.values()) {
      if (frontend.state === 'taking' && at - frontend.since >= takes.taking) {
        frontend.state = 'restarting';
        frontend.since += takes.taking;
      }
      const back = at >= Math.max(frontend.backAt, frontend.since + takes.restarting);
      if (frontend.state === 'restarting' && !frontend.down && back) {
        frontend.state = 'ready';
        frontend.caches = frontend.next;
      }
    }
    const away = [...frontends.values()].filter(
      ({ state, since, backAt }) => (state === 'taking' || state === 'restarting') && backAt <= since,
    );
    mostAway = Math.max(mostAway, away.length);
  };

  const tick = (): void => {
    const end = now();
    while (last < end) {
      const next = Math.min(end, last + 30_000);
      for (const role of ['farmer', 'synchronizer'] as const) {
        const { committed, at } = git[role];
        if (
          instance.way === 'gitops' &&
          syncing &&
          next - at >= takes.sync &&
          sets[role].wanted !== committed
        ) {
          put(role, committed, 'argocd-controller');
        }
        settleSet(role, next);
      }
      work(next, next - last);
      settleFrontends(next);
      last = next;
    }
    for (const role of ['farmer', 'synchronizer'] as const) settleSet(role, end);
  };

  const put = (role: WorkloadRole, replicas: number, manager: string): void => {
    const set = sets[role];
    set.wanted = replicas;
    set.version += 1;
    set.manager = manager;
  };

  const nameOf = (role: WorkloadRole) => (role === 'farmer' ? instance.farmerSet : instance.synchronizerSet);

  const lookAt = (role: WorkloadRole): SetView => {
    tick();
    const set = sets[role];
    const pods = set.pods.map((pod): PodView => {
      const ready = isReady(set, pod, now());
      const name = `${nameOf(role)}-${pod.ordinal}`;
      const terminating = pod.goneAt !== undefined;
      const kind = terminating ? 'terminating' : set.crashLoop ? 'crash_loop' : 'not_ready';
      const says = terminating ? 'is terminating' : set.crashLoop ? 'back-off restarting' : 'is starting';
      return {
        name,
        ready,
        terminating,
        restarts: set.crashLoop ? pod.restarts + 3 : pod.restarts,
        ...(!ready && { trouble: { pod: name, kind, says } }),
      };
    });
    return {
      wanted: set.wanted,
      ready: pods.filter(({ ready }) => ready).length,
      pods,
      resourceVersion: String(set.version),
      observed: true,
      changedBy: { manager: set.manager },
      podManagement: 'Parallel',
    };
  };

  const viewOf = (kind: Kind): RunView => {
    const { state, did, error } = runs[kind];
    const whole = { history: takes.history, rebuild: takes.rebuildWork, write: takes.write }[kind];
    const percent = state === 'done' ? 100 : Math.min(99.99, (did / whole) * 100);
    return { state, percent, ...(error !== undefined && { error }) };
  };

  const lookAtEngine = (_: string): EngineView => {
    tick();
    const synchronizer = sets.synchronizer.pods[0];
    return {
      history: viewOf('history'),
      rebuild: {
        ...viewOf('rebuild'),
        farmers: runs.rebuild.distributed ? readyOf('farmer', now()) : 0,
        distributed: runs.rebuild.distributed,
      },
      write: viewOf('write'),
      cacheFile: hasCache && cached > 0,
      guardian: synchronizer !== undefined,
      frontends: [...frontends].map(([name, { state, caches }]) => ({
        name,
        state,
        ...(caches !== '' && { caches }),
      })),
      topology: synchronizer
        ? [
            {
              name: `${instance.synchronizerSet}-0`,
              kind: 'synchronizer',
              state: 'BOOTING',
              visibility: 'invisible',
              synced: false,
              readiness: 'waiting',
              detail: 'Inactive',
            },
          ]
        : [],
    };
  };

  const scale = (request: ScaleRequest): EffectResult => {
    tick();
    const { key, role, from, to } = request;
    const set = sets[role];
    if (instance.way === 'gitops') {
      const file = git[role];
      if (file.by === key) return { ok: true, already: true, id: key };
      if (file.committed !== from) {
        return { ok: false, kind: 'conflict', error: `the file says ${file.committed}, not ${from}` };
      }
      scales.push({ key, role, from, to, at: now() });
      git[role] = { committed: to, at: now(), by: key };
      return { ok: true, already: false, id: `commit ${scales.length}`, url: `https://git/${scales.length}` };
    }
    if (set.wanted === to) return { ok: true, already: true };
    if (set.wanted !== from || String(set.version) !== request.resourceVersion) {
      return { ok: false, kind: 'conflict', error: `${set.wanted} replicas at version ${set.version}` };
    }
    scales.push({ key, role, from, to, at: now() });
    put(role, to, 'farmhand');
    settleSet(role, now());
    return { ok: true, already: false, id: String(set.version) };
  };

  const order = ({ key, effect, rebuild, farmers }: EngineRequest): EffectResult => {
    tick();
    if (keys.has(key)) return { ok: true, already: true, id: key };
    if (effect.kind !== 'stop_run' && readyOf('synchronizer', now()) === 0) {
      return { ok: false, kind: 'retry', error: 'the synchronizer does not answer' };
    }
    keys.add(key);
    const gone = [...frontends].filter(
      ([name, { state, since }]) =>
        effect.kind === 'propagate' &&
        name !== effect.frontend &&
        (state === 'restarting' || state === 'taking') &&
        now() - since > 120_000,
    );
    orders.push({ key, effect, at: now(), ready: readyOf('farmer', now()), othersAway: gone.length });
    switch (effect.kind) {
      case 'run':
        runs[effect.run] = {
          ...aRun(),
          key,
          minimum: farmers,
          state: effect.run === 'rebuild' ? 'waiting' : 'running',
          did: effect.recover ? cached : 0,
        };
        break;
      case 'propagate': {
        const frontend = frontends.get(effect.frontend);
        if (!frontend) return { ok: false, kind: 'refused', error: `there is no ${effect.frontend}` };
        Object.assign(frontend, { state: 'taking', since: now(), next: rebuild });
        break;
      }
      case 'stop_run':
        for (const run of Object.values(runs)) {
          if (run.state === 'running' || run.state === 'waiting') run.state = 'failed';
        }
        break;
      default:
        return effect satisfies never;
    }
    settleFrontends(now());
    return { ok: true, already: false, id: key };
  };

  const arrived = ({ effect }: EffectState): Arrival => {
    tick();
    if (effect.kind !== 'scale' || instance.way === 'kubernetes') return { state: 'arrived' };
    const { committed } = git[effect.role];
    return sets[effect.role].wanted === committed
      ? { state: 'arrived' }
      : { state: 'waiting', says: 'OutOfSync' };
  };

  const blame = (role: WorkloadRole) =>
    instance.way === 'gitops' && git[role].by !== ''
      ? { who: git[role].by, what: 'commit 1234567' }
      : undefined;

  return {
    lookAt,
    lookAtEngine,
    scale,
    arrived,
    blame,
    order,
    ports: {
      cluster: { look: async (_, role) => ({ ok: true, value: lookAt(role) }), doctor: async () => [] },
      scales: () => ({
        scale: async (request) => scale(request),
        arrived: async (_, effect) => ({ ok: true, value: arrived(effect) }),
        blame: async (_, role) => ({ ok: true, value: blame(role) }),
      }),
      engine: {
        look: async (_, rebuild) => ({ ok: true, value: lookAtEngine(rebuild) }),
        order: async (request) => order(request),
      },
    },
    scales,
    orders,
    foreign,
    get mostAway() {
      return mostAway;
    },
    setReplicas: (role, replicas, manager) => {
      tick();
      foreign.push({ role, at: now() });
      if (instance.way === 'gitops') git[role] = { committed: replicas, at: now() - takes.sync, by: manager };
      put(role, replicas, manager);
      settleSet(role, now());
    },
    killPod: (role, ordinal) => {
      tick();
      const pod = sets[role].pods.find((p) => p.ordinal === ordinal);
      if (!pod) return;
      pod.bornAt = now();
      pod.restarts += 1;
      if (role === 'synchronizer') loseRuns();
    },
    crashLoop: (role, on) => {
      tick();
      sets[role].crashLoop = on;
      if (on && role === 'synchronizer') loseRuns();
    },
    neverReady: (role, on) => {
      tick();
      sets[role].neverReady = on;
    },
    stuckTerminating: (role, on) => {
      tick();
      sets[role].stuck = on;
    },
    capacity: (role, pods) => {
      tick();
      sets[role].capacity = pods;
    },
    freeze: (on) => {
      tick();
      frozen = on;
    },
    failRun: (kind) => {
      tick();
      if (runs[kind].state === 'running') Object.assign(runs[kind], { state: 'failed', error: 'disk full' });
    },
    cacheFile: (on) => {
      hasCache = on;
    },
    fallBack: (on) => {
      falls = on;
    },
    frontendStays: (name, down) => {
      tick();
      const frontend = frontends.get(name);
      if (frontend) frontend.down = down;
    },
    frontendRestarts: (name, ms) => {
      tick();
      const frontend = frontends.get(name);
      if (frontend?.state !== 'ready') return;
      Object.assign(frontend, {
        state: 'restarting',
        since: now(),
        next: frontend.caches,
        backAt: now() + ms,
      });
    },
    syncs: (on) => {
      tick();
      syncing = on;
    },
    heal: () => {
      tick();
      for (const role of ['farmer', 'synchronizer'] as const) {
        Object.assign(sets[role], {
          crashLoop: false,
          neverReady: false,
          stuck: false,
          capacity: Number.POSITIVE_INFINITY,
        });
      }
      frozen = false;
      falls = false;
      syncing = true;
      for (const frontend of frontends.values()) frontend.down = false;
    },
  };
};
