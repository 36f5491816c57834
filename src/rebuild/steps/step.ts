import { farmers } from './farmers.ts';
import { history } from './history.ts';
import type { Here, Move } from './move.ts';
import { preflight } from './preflight.ts';
import { propagate } from './propagate.ts';
import { rebuilding } from './rebuild.ts';
import { release } from './release.ts';
import { synchronizer } from './synchronizer.ts';
import { teardown } from './teardown.ts';
import { ticket } from './ticket.ts';
import { write } from './write.ts';

/** What the current step makes of what is there. */
export const moveOf = (here: Here): Move => {
  switch (here.step.name) {
    case 'preflight':
      return preflight(here);
    case 'ticket':
      return ticket(here);
    case 'synchronizer':
      return synchronizer(here);
    case 'history':
      return history(here);
    case 'farmers':
      return farmers(here);
    case 'rebuild':
      return rebuilding(here);
    case 'write':
      return write(here);
    case 'teardown':
      return teardown(here);
    case 'propagate':
      return propagate(here);
    case 'release':
      return release(here);
    default:
      return here.step.name satisfies never;
  }
};
