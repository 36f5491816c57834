import type { SimTimings } from './contract.ts';
import type { SimFrontend, SimState } from './world.ts';

export const beginPropagation = (frontend: SimFrontend, rebuild: string, { taking }: SimTimings): void => {
  frontend.state = 'taking';
  frontend.taking = rebuild;
  frontend.left = taking;
};

/** Each that is under way: takes the caches, restarts, is back. */
export const advanceFrontends = (state: SimState, timings: SimTimings, passed: number): void => {
  for (const frontend of state.frontends) advanceFrontend(frontend, timings, passed);
  state.mostAway = Math.max(state.mostAway, state.frontends.filter(isAway).length);
};

const isAway = ({ state }: SimFrontend): boolean => state === 'restarting' || state === 'failed';

const advanceFrontend = (frontend: SimFrontend, { restarting }: SimTimings, passed: number): void => {
  if (frontend.state !== 'taking' && frontend.state !== 'restarting') return;
  if (frontend.stays === 'failed') {
    frontend.state = 'failed';
    return;
  }
  frontend.left -= passed;
  if (frontend.left > 0) return;
  if (frontend.state === 'taking') {
    frontend.state = 'restarting';
    frontend.left = restarting;
  } else if (frontend.stays === 'up') {
    frontend.state = 'ready';
    if (frontend.taking !== undefined) frontend.caches = frontend.taking;
    delete frontend.taking;
  }
};

export const saysOf = ({ state, stays, left }: SimFrontend): string | undefined => {
  if (state === 'failed') return 'it could not load the caches';
  if (state === 'restarting' && stays === 'down' && left <= 0) return 'it does not answer after its restart';
  return undefined;
};
