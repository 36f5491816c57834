import { farmers } from './farmers.ts';
import { history } from './history.ts';
import { preflight } from './preflight.ts';
import { propagate } from './propagate.ts';
import { rebuilding } from './rebuild.ts';
import { release } from './release.ts';
import type { StepContext, StepResult } from './step-context.ts';
import { synchronizer } from './synchronizer.ts';
import { teardown } from './teardown.ts';
import { ticket } from './ticket.ts';
import { write } from './write.ts';

/** What the current step makes of what is there. */
export const resultOf = (context: StepContext): StepResult => {
  switch (context.step.name) {
    case 'preflight':
      return preflight(context);
    case 'ticket':
      return ticket(context);
    case 'synchronizer':
      return synchronizer(context);
    case 'history':
      return history(context);
    case 'farmers':
      return farmers(context);
    case 'rebuild':
      return rebuilding(context);
    case 'write':
      return write(context);
    case 'teardown':
      return teardown(context);
    case 'propagate':
      return propagate(context);
    case 'release':
      return release(context);
    default:
      return context.step.name satisfies never;
  }
};
