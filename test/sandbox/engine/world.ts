import type { SimEngine, SimEngineOptions } from '../../../sandbox/engine/contract.ts';
import { startEngine } from '../../../sandbox/engine/start.ts';
import { createEngine, type EngineSettings } from '../../../src/integrations/engine/engine.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import type { Effect } from '../../../src/rebuild/model/parts/effect-state.ts';
import type { Instance } from '../../../src/rebuild/model/parts/instance.ts';
import type { EnginePort, EngineRequest, EngineView } from '../../../src/rebuild/ports/ports.ts';
import { anInstance } from '../../builders/rebuild.ts';
import { createPods, type Pods } from './pods.ts';

export const rebuild = 'system6-20261120-1';

export interface EngineWorld extends AsyncDisposable {
  readonly sim: SimEngine;
  readonly pods: Pods;
  readonly instance: Instance;
  readonly engine: EnginePort;
  readonly killed: readonly string[];
  /** Time goes on by that many ms; the engine sees it at its next call. */
  pass(ms: number): void;
  synchronizer(up: boolean): void;
  farmers(count: number): void;
  /** @throws when the engine cannot be read. */
  look(of?: string): Promise<EngineView>;
  order(
    effect: EngineRequest['effect'],
    key: string,
    change?: Partial<EngineRequest>,
  ): ReturnType<EnginePort['order']>;
  /** History, rebuild with six farmers and write are done. */
  written(): Promise<void>;
}

/** The simulated engine with a cluster by hand and a clock that stands, and the adapter in front of it. */
export const startWorld = async (
  options: Partial<SimEngineOptions> & {
    readonly instance?: Partial<Instance>;
    readonly settings?: Partial<EngineSettings>;
  } = {},
): Promise<EngineWorld> => {
  let clock = Date.UTC(2026, 10, 20, 3);
  const now = () => clock;
  const base = anInstance(options.instance);
  const pods = createPods(base.namespace, now);
  const killed: string[] = [];
  const sim = await startEngine({
    cluster: pods,
    instances: [base],
    now,
    tickMs: 0,
    killPod: (_, pod) => killed.push(pod),
    ...options,
  });
  const instance = { ...base, adminUrl: sim.adminUrl(base.name) };
  const http = openHttp();
  const engine = createEngine({ timeout: 5_000, ...options.settings }, { http, now });
  const look = async (of = rebuild): Promise<EngineView> => {
    const seen = await engine.look(instance, of);
    if (!seen.ok) throw new Error(seen.error);
    return seen.value;
  };
  const order: EngineWorld['order'] = (effect, key, change) =>
    engine.order({ key, rebuild, instance, effect, forced: false, farmers: 2, ...change });
  const pass = (ms: number) => {
    clock += ms;
  };
  const farmers = (count: number) => pods.scale(instance.farmerSet, count);
  const synchronizer = (up: boolean) => pods.scale(instance.synchronizerSet, up ? 1 : 0);
  return {
    sim,
    pods,
    instance,
    engine,
    killed,
    pass,
    synchronizer,
    farmers,
    look,
    order,
    async written() {
      synchronizer(true);
      farmers(6);
      for (const kind of ['history', 'rebuild', 'write'] as const) {
        await order(run(kind), `${rebuild}/${kind}/1`);
        await look();
        pass(60_000);
        await look();
      }
    },
    async [Symbol.asyncDispose]() {
      await http[Symbol.asyncDispose]();
      await sim[Symbol.asyncDispose]();
    },
  };
};

export const run = (
  kind: Extract<Effect, { kind: 'run' }>['run'],
  recover?: true,
): EngineRequest['effect'] => ({
  kind: 'run',
  run: kind,
  ...(recover && { recover }),
});
