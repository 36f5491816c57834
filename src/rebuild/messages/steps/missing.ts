import type { PodTrouble } from '../../model/parts/workloads.ts';

/** What is said where nobody gave a reason. */
export const unlooked = 'it was not looked at';

export const noReason = 'it failed';

/** Of a change that nobody repeats to learn what became of it: on its record. */
export const notKnown = 'given up: whether it was done is not known';

/** How a run of the engine ended: in its own words, or `lost` with its synchronizer. */
export interface RunFailure {
  readonly error?: string | undefined;
  readonly lost?: true;
}

export const failureWords = ({ error, lost }: RunFailure): string =>
  lost ? 'the synchronizer lost it' : (error ?? 'the engine does not say why');

/** Why a pod that is waited for is not ready. */
export type PodWait = PodTrouble | 'not ready' | 'no pod';

export const podWords = (pod: PodWait): string => {
  if (pod === 'no pod') return 'it has no pod yet';
  return pod === 'not ready' ? 'its pod is not ready' : `${pod.pod}: ${pod.says}`;
};
