import type { Rebuild, StepName } from './rebuild.ts';
import { currentStep, hasEnded } from './record.ts';

/**
 * The state of a rebuild as people say it, and the rows of the table of what may be asked of it
 * (`allowed.ts`). It follows from the record alone.
 */
export type RebuildStatus =
  | 'starting'
  | 'waiting for approval'
  | 'running'
  | 'waiting for a person'
  | 'pausing'
  | 'paused'
  | 'guardian'
  | 'cancelling'
  | 'failing'
  | 'released'
  | 'cancelled'
  | 'failed';

export const statusOfRebuild = (rebuild: Rebuild): RebuildStatus => {
  if (hasEnded(rebuild) || rebuild.phase === 'cancelling' || rebuild.phase === 'failing') {
    return rebuild.phase === 'running' ? 'running' : rebuild.phase;
  }
  if (rebuild.pause) return rebuild.pause.state;
  const step = currentStep(rebuild);
  if (step?.ask?.code === 'approval') return 'waiting for approval';
  if (step?.ask?.code === 'guardian') return 'guardian';
  if (step?.state === 'waiting') return 'waiting for a person';
  if (step?.name === 'preflight' || step?.name === 'ticket') return 'starting';
  return 'running';
};

/** How a step is called where people read it. */
export const stepTitle: Readonly<Record<StepName, string>> = {
  preflight: 'Preflight',
  ticket: 'Ticket',
  synchronizer: 'Synchronizer',
  history: 'History update',
  farmers: 'Farmers',
  rebuild: 'Rebuild',
  write: 'Write caches',
  teardown: 'Teardown',
  propagate: 'Propagate',
  release: 'Release',
};
