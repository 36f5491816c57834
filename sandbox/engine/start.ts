import { type SimRequest, type SimResponse, startSimulator } from '../simulator/server.ts';
import { advance } from './advance.ts';
import { answerOrder, answerRead } from './answer.ts';
import {
  defaultTimings,
  type SimEngine,
  type SimEngineOptions,
  type SimInstance,
  type SimOrder,
} from './contract.ts';
import { createControl, type Instances } from './control.ts';
import { httpControl, isControlPath } from './http-control.ts';
import { newState, type SimMeans, type SimState } from './world.ts';

/**
 * The express side of any number of instances, on loopback: the admin endpoint of each is at
 * `<url>/instances/<name>/.admin`. What it does follows from the pods that it sees in the cluster.
 */
export const startEngine = async (options: SimEngineOptions): Promise<SimEngine> => {
  const { now = Date.now, tickMs = 100 } = options;
  const states = new Map<string, SimState>();
  const orders: SimOrder[] = [];
  const means: SimMeans = {
    cluster: options.cluster,
    timings: { ...defaultTimings, ...options.timings },
    timeScale: options.timeScale ?? 1,
    ownHistory: options.ownHistory ?? false,
    killPod: options.killPod ?? (() => undefined),
  };
  const tick = (): void => {
    for (const state of states.values()) advance(state, means, now());
  };

  const handler = (request: SimRequest): SimResponse => {
    if (isControlPath(request.path)) return httpControl(control, request);
    const name = /^\/instances\/([^/]+)\/\.admin$/.exec(request.path)?.[1];
    const state = name === undefined ? undefined : states.get(decodeURIComponent(name));
    if (!state) return { status: 404, body: 'There is no such instance here.' };
    if (options.token !== undefined && request.headers['authorization'] !== `Bearer ${options.token}`) {
      return { status: 401, body: 'The bearer token is missing or wrong.' };
    }
    tick();
    if (request.method === 'GET') return answerRead(state, means, request.query);
    if (request.method !== 'POST') return { status: 405, headers: { allow: 'GET, POST' } };
    return answerOrder(state, means, request, (order, already) => {
      const { key, cmd, rebuild } = order;
      const frontend = order.cmd === 'propagate' ? { frontend: order.frontend } : {};
      orders.push({ instance: state.instance.name, key, cmd, rebuild, ...frontend, at: now(), already });
    });
  };

  const simulator = await startSimulator({
    ...(options.port !== undefined && { port: options.port }),
    handler,
    isPage: isControlPath,
  });
  const timer = tickMs > 0 ? setInterval(tick, tickMs) : undefined;
  timer?.unref();
  const instances: Instances = {
    add: (instance: SimInstance) => void states.set(instance.name, newState(instance, now())),
    get(name) {
      const state = states.get(name);
      if (!state) throw new Error(`the simulated engine has no instance ${name}`);
      return state;
    },
    advance: tick,
    adminUrl: (name) => `${simulator.url}/instances/${encodeURIComponent(name)}`,
    orders: () => orders,
  };
  const control = createControl(instances);
  options.instances?.forEach(instances.add);
  return {
    ...simulator,
    ...control,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await simulator[Symbol.asyncDispose]();
    },
  };
};
