import type { Effect } from '../../model/parts/effect-state.ts';
import type { Instance } from '../../model/parts/instance.ts';
import type { InterventionCode } from '../../model/parts/step.ts';
import type { PodTrouble } from '../../model/parts/workloads.ts';
import { effectTitle } from '../titles.ts';
import { type Leaving, leavingInBrief, leftByName } from './leaving.ts';
import { failureWords, noReason, type RunFailure, unlooked } from './missing.ts';

/** What a person is needed for, and what they can do. Plain text. */
export interface InterventionWords {
  readonly what: string;
  readonly options: readonly string[];
}

type Lost =
  /** `by`: who took it down; absent: it does not come back. */
  | {
      readonly lost: 'synchronizer';
      readonly by?: string | undefined;
      readonly trouble?: PodTrouble | undefined;
      readonly instance: Instance;
    }
  | { readonly lost: 'run'; readonly cacheFile: boolean };

export const orCancel = 'Or cancel';

/** What is asked once the engine has something to do, until the end; what is asked before: `interventions.ts`. */
export const laterInterventions = {
  /** `silent`: the engine does not answer, and why. */
  rebuild_stalled: ({
    silent,
  }: {
    readonly silent?: { readonly error: string | undefined } | undefined;
  }) => ({
    what: `The rebuild has stood still for too long. ${
      silent === undefined
        ? 'The engine answers, but nothing moves.'
        : `The engine does not answer: ${silent.error ?? unlooked}`
    } Nothing was changed.`,
    options: [
      'When it moves again, this goes on by itself',
      'Retry: stops the run and orders it once more',
      orCancel,
    ],
  }),

  rebuild_failed: ({ cacheFile, ...failure }: RunFailure & { readonly cacheFile: boolean }) => ({
    what: `The rebuild failed: ${failureWords(failure)}. The farmers are still up.`,
    options: [
      cacheFile ? 'Retry: goes on from the cache file in S3' : 'Retry: begins again',
      'Or override, retry from Rebuild: begins again in any case',
      orCancel,
    ],
  }),

  synchronizer_lost: (facts: Lost) => {
    if (facts.lost === 'run') {
      const { cacheFile } = facts;
      return {
        what: `The synchronizer died and lost the run. ${
          cacheFile
            ? 'It was recovered from its cache file once already, and lost again.'
            : 'There is no cache file in S3 to go on from.'
        } The farmers are still up.`,
        options: [
          cacheFile
            ? 'Retry: goes on from the cache file once more'
            : 'Retry: begins again, the work so far is lost',
          orCancel,
        ],
      };
    }
    const { by, trouble, instance } = facts;
    const how = by === undefined ? ' and does not come back' : `: ${by} took it down`;
    return {
      what: `The synchronizer is gone${how}${trouble ? `: ${trouble.pod}: ${trouble.says}` : ''}. Farmers and caches were not changed.`,
      options: [
        `Look at ${instance.synchronizerSet} in ${instance.cluster}/${instance.namespace}; when it is back, this goes on by itself`,
        'Retry: scales it up again where somebody took it down',
        orCancel,
      ],
    };
  },

  write_failed: (facts: ({ readonly why: 'failed' } & RunFailure) | { readonly why: 'late' }) => ({
    what: `${
      facts.why === 'failed'
        ? `Writing the caches failed twice: ${failureWords(facts)}.`
        : 'Writing the caches is not done in time.'
    } The rebuild itself is safe as long as the synchronizer is up.`,
    options: [
      'Retry: writes them once more',
      'Or extend the deadline, or skip the step (override)',
      'Or cancel: the rebuild is lost then',
    ],
  }),

  teardown_stuck: ({ left }: { readonly left: readonly Leaving[] }) => ({
    what: `Pods do not go away: ${leftByName(left) || leavingInBrief(left)}. They cost money until they are gone.`,
    options: [
      'Look for finalizers, lost nodes, or somebody who scales them up; when they are gone, this goes on by itself',
      'Retry: scales them down once more',
      'Or keep the farmers (override)',
    ],
  }),

  /** `frontend`: absent where it cannot be told which; `says`: what the engine says of it. */
  frontend_not_back: ({
    frontend,
    says,
    untouched,
    guardian,
  }: {
    readonly frontend?: string | undefined;
    readonly says?: string | undefined;
    readonly untouched: readonly string[];
    readonly guardian: string;
  }) => ({
    what: `${frontend ?? 'a frontend'}${says ? ` (${says})` : ''} is not back with the new caches. The propagation has stopped${
      untouched.length > 0 ? `; not touched: ${untouched.join(', ')}` : ''
    }. The guardian stays up (${guardian}).`,
    options: [
      'When it is ready, this goes on by itself',
      'Retry: has it take the caches once more',
      'Or skip the propagation (override): the guardian stays',
    ],
  }),

  guardian: ({ why }: { readonly why: 'skipped' | 'asked' }) => ({
    what: `The guardian stays up with fresh data, ${
      why === 'skipped' ? 'because the propagation was skipped' : 'as was asked'
    }. It can serve as a donor until it is dropped.`,
    options: ['Override: drop guardian, when nobody needs it any more'],
  }),

  effect_failed: (
    /** `unknown`: perhaps it was done. `ticket`: why Jira refused it. */
    facts:
      | { readonly effect: Effect; readonly error?: string | undefined; readonly unknown?: true }
      | { readonly ticket: string | undefined },
  ) =>
    'ticket' in facts
      ? {
          what: `The Jira ticket could not be made, and nothing is touched without one: ${facts.ticket ?? 'Jira refused it'}`,
          options: ['Fix what Jira complains about, then retry', 'Or cancel; nothing was touched'],
        }
      : {
          what: `Could not be done: ${effectTitle(facts.effect)}. ${facts.error ?? (facts.unknown ? 'its outcome cannot be found out' : noReason)}`,
          options: ['Fix what is in the way, then retry', orCancel],
        },
} satisfies Partial<Record<InterventionCode, (facts: never) => InterventionWords>>;
