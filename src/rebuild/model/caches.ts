import type { Frontend } from './parts/progress.ts';
import type { StepState } from './parts/step.ts';
import type { Rebuild } from './rebuild.ts';
import { stepOf } from './record.ts';

/** Where the caches are: written to S3, and taken by the frontends. Times in ms. */
export interface CachesTable {
  readonly write: {
    readonly state: StepState;
    readonly startedAt?: number | undefined;
    readonly endedAt?: number | undefined;
    readonly attempt: number;
  };
  readonly frontends: readonly Frontend[];
}

export const cachesOf = (rebuild: Rebuild): CachesTable => {
  const { state, startedAt, endedAt, attempt } = stepOf(rebuild, 'write');
  return { write: { state, startedAt, endedAt, attempt }, frontends: rebuild.frontends };
};
