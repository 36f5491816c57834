import type { SimEngineControl, SimInstance, SimOrder } from './contract.ts';
import { failActive } from './runs.ts';
import type { SimState } from './world.ts';

export interface Instances {
  add(instance: SimInstance): void;
  /** @throws for a name that is not known. */
  get(name: string): SimState;
  /** Everything that is due by now has happened afterwards. */
  advance(): void;
  adminUrl(name: string): string;
  orders(): readonly SimOrder[];
}

export const createControl = (instances: Instances): SimEngineControl => {
  const change = (name: string, to: (state: SimState) => void): void => {
    instances.advance();
    to(instances.get(name));
  };
  return {
    addInstance: (instance) => instances.add(instance),
    adminUrl: (name) => instances.adminUrl(name),
    freezeProgress: (name, on) =>
      change(name, (state) => {
        state.frozen = on;
      }),
    failRun: (name, kind) => change(name, (state) => failActive(state, kind)),
    speed: (name, factor) =>
      change(name, (state) => {
        state.factor = factor;
      }),
    frontendStays: (name, frontend, how) =>
      change(name, (state) => {
        const found = state.frontends.find((one) => one.name === frontend);
        if (!found) throw new Error(`${name} has no frontend ${frontend}`);
        found.stays = how;
      }),
    loseCacheFile: (name) =>
      change(name, (state) => {
        delete state.cacheFile;
      }),
    fallBack: (name, on) =>
      change(name, (state) => {
        state.fallsBack = on;
      }),
    orders: () => instances.orders(),
    mostAway: (name) => instances.get(name).mostAway,
  };
};
