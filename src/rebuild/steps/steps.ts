import type { StepName } from '../model/steps.ts';
import { farmers } from './farmers.ts';
import { history } from './history.ts';
import { preflight } from './preflight.ts';
import { propagate } from './propagate.ts';
import { rebuilding } from './rebuild.ts';
import { release } from './release.ts';
import type { StepDefinition } from './step-context.ts';
import { synchronizer } from './synchronizer.ts';
import { teardown } from './teardown.ts';
import { ticket } from './ticket.ts';
import { write } from './write.ts';

/** What each step does. Their order and what people may ask of them: `model/steps.ts`. */
export const stepDefinitions: { readonly [Name in StepName]: StepDefinition<Name> } = {
  preflight,
  ticket,
  synchronizer,
  history,
  farmers,
  rebuild: rebuilding,
  write,
  teardown,
  propagate,
  release,
};
