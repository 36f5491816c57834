import type { Rebuild } from './rebuild.ts';
import { currentStep, hasEnded } from './record.ts';
import { isEarly } from './steps.ts';

/**
 * The state of a rebuild as people say it, and the rows of the table of what may be asked of it
 * (`allowed.ts`). It follows from the record alone. How it moves:
 *
 *     (new) → starting                         a person confirms its plan
 *     starting → running                       the ticket is there, nobody else has to approve
 *     starting → waiting for approval          its instance asks for a second person
 *     waiting for approval → running           another person approves
 *     waiting for approval → starting          the world has changed: a fresh plan, looked at once more
 *     running → waiting for a person           a step cannot go on by itself
 *     waiting for a person → running           a person answers, or what was in the way is gone
 *     running → waiting for approval           more is asked for than was approved
 *     running → guardian                       the new version is out, somebody decides how long the old one stays
 *     guardian → running                       somebody has decided
 *     starting → pausing                       a person pauses it, what is under way is finished first
 *     waiting for approval → pausing           a person pauses it
 *     running → pausing                        a person pauses it
 *     waiting for a person → pausing           a person pauses it
 *     guardian → pausing                       a person pauses it
 *     pausing → paused                         nothing is under way any more
 *     pausing → starting                       a person resumes it before that
 *     pausing → running                        a person resumes it before that
 *     pausing → waiting for approval           a person resumes it before that
 *     pausing → waiting for a person           a person resumes it before that
 *     pausing → guardian                       a person resumes it before that
 *     pausing → cancelling                     a person cancels it
 *     paused → starting                        a person resumes it, in the step where it stopped
 *     paused → waiting for approval            a person resumes it
 *     paused → running                         a person resumes it
 *     paused → waiting for a person            a person resumes it
 *     paused → guardian                        a person resumes it
 *     starting → frozen                        people have frozen it: nothing is begun
 *     waiting for approval → frozen            people have frozen it
 *     running → frozen                         people have frozen it
 *     waiting for a person → frozen            people have frozen it
 *     guardian → frozen                        people have frozen it
 *     frozen → starting                        it is thawed, or the time of the freeze is over
 *     frozen → waiting for approval            the same
 *     frozen → running                         the same
 *     frozen → waiting for a person            the same
 *     frozen → guardian                        the same
 *     frozen → pausing                         a person pauses it
 *     paused → frozen                          a person resumes it before it is noted that it is thawed
 *     frozen → failing                         its time was over right before it was frozen
 *     frozen → cancelling                      a person cancels it; what is up is taken down after the thaw
 *     starting → cancelling                    a person cancels it
 *     waiting for approval → cancelling        a person cancels it
 *     running → cancelling                     a person cancels it
 *     waiting for a person → cancelling        a person cancels it
 *     guardian → cancelling                    a person cancels it
 *     paused → cancelling                      a person cancels it
 *     starting → failing                       nobody answers in time, or its time is over
 *     waiting for approval → failing           nobody approves in time
 *     waiting for a person → failing           nobody answers in time
 *     running → failing                        its time is over
 *     running → released                       the last step is done
 *     cancelling → cancelled                   farmers and synchronizer are down
 *     failing → failed                         farmers and synchronizer are down
 */
export type RebuildStatus =
  | 'starting'
  | 'waiting for approval'
  | 'running'
  | 'waiting for a person'
  | 'pausing'
  | 'paused'
  | 'frozen'
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
  if (rebuild.frozen) return 'frozen';
  const step = currentStep(rebuild);
  if (step?.ask?.code === 'approval') return 'waiting for approval';
  if (step?.ask?.code === 'guardian') return 'guardian';
  if (step?.state === 'waiting') return 'waiting for a person';
  if (step && isEarly(step.name)) return 'starting';
  return 'running';
};
