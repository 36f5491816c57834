import { formatDuration } from '../../../core/duration.ts';
import { type Message, wordsFrom } from '../../../core/message.ts';
import { counted } from '../../../core/text.ts';
import { authorityWords } from '../../model/authority.ts';
import type { Effect } from '../../model/parts/effect-state.ts';
import type { Authority } from '../../model/parts/grant.ts';
import type { Instance } from '../../model/parts/instance.ts';
import type { InterventionCode } from '../../model/parts/step.ts';
import type { PodTrouble } from '../../model/parts/workloads.ts';
import { effectTitle, troubleText } from '../titles.ts';
import { type Leaving, leavingInBrief, leftByName } from './leaving.ts';
import { failureWords, noReason, type PodWait, podWords, type RunFailure, unlooked } from './missing.ts';
import { type Way, wayWords } from './way.ts';

/** What a person is needed for, and what they can do. Plain text. */
interface InterventionWords {
  readonly what: string;
  readonly options: readonly string[];
}

interface NoApproval {
  readonly instance: string;
  /** `beyond`: it does more than was approved. `unconfirmed`: no person asked for it yet. */
  readonly why: 'beyond' | 'unconfirmed' | 'plan';
  readonly authority?: Authority;
}

type TooFew =
  /** `way`: why the number that is wanted is not in the cluster. */
  | {
      readonly at: 'start';
      readonly ready: number;
      readonly target: number;
      readonly minimum: number;
      readonly troubles: readonly PodTrouble[];
      readonly way?: Way | undefined;
      /** Why they cannot be seen. */
      readonly unseen?: string | undefined;
    }
  | { readonly at: 'order'; readonly ready: number; readonly minimum: number };

type NotReady =
  | { readonly unseen: string | undefined }
  | {
      readonly pod: PodWait;
      readonly restarts: number;
      readonly way?: Way | undefined;
      readonly instance: Instance;
      readonly deadlineMs: number;
    };

/** The topology and the pods side by side. */
export interface Trap {
  readonly node: { readonly name: string; readonly state: string; readonly readiness: string };
  readonly detail: string;
  readonly pod: string;
  readonly restarts: number;
  readonly service: string;
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

const tooFewToBegin = ({
  ready,
  target,
  minimum,
  troubles,
  way,
  unseen,
}: Extract<TooFew, { at: 'start' }>) => {
  if (unseen !== undefined) {
    return `Whether enough farmers are up cannot be seen: ${unseen}. The rebuild was not begun.`;
  }
  const why = troubleText(troubles);
  return `Too few farmers: ${ready} of ${target} are ready, and ${minimum} are needed. The rebuild was not begun; it is never done without farmers.${
    why === '' ? '' : ` ${why}.`
  }${after(way)}`;
};

/** A sentence at the end of a paragraph. */
const after = (way: Way | undefined): string => (way === undefined ? '' : ` ${wayWords(way).whole}`);

const orCancel = 'Or cancel';

const interventions = {
  approval: ({ instance, why, authority }: NoApproval) => {
    const whole = authority ? ` It would do this: ${authorityWords(authority)}.` : '';
    const what = {
      beyond: `${instance} does more than was approved, so nothing more is changed before another person has approved it as it is.`,
      unconfirmed: `${instance} needs two persons, and no person asked for this rebuild: one confirms it, another one approves it. Nothing is touched before that.`,
      plan: `${instance} needs the approval of a second person. Nothing is touched before that.`,
    }[why];
    return { what: `${what}${whole}`, options: ['Approve the plan', orCancel] };
  },

  too_few_farmers: (facts: TooFew) => {
    if (facts.at === 'order') {
      return {
        what: `Too few farmers to begin: ${facts.ready} are ready, and ${facts.minimum} are needed. The rebuild is never done without farmers.`,
        options: [
          'With enough of them this goes on by itself',
          'Or accept fewer farmers (override)',
          orCancel,
        ],
      };
    }
    return {
      what: tooFewToBegin(facts),
      options: [
        'Mend what keeps them from coming up; with enough of them this goes on by itself',
        facts.ready > 0
          ? `Or accept ${counted(facts.ready, 'farmer')} (override)`
          : 'Or accept fewer (override), once some are up',
        'Or extend the deadline, or cancel',
      ],
    };
  },

  synchronizer_not_ready: (facts: NotReady) => {
    if ('unseen' in facts) {
      return {
        what: `Whether the synchronizer is up cannot be seen: ${facts.unseen ?? 'the cluster does not answer'}. Nothing is changed meanwhile.`,
        options: ['When the cluster answers again, this goes on by itself', orCancel],
      };
    }
    const { pod, restarts, way, instance, deadlineMs } = facts;
    const died = restarts > 0 ? `, restarted ${counted(restarts, 'time')}` : '';
    return {
      what: `The synchronizer does not come up: ${podWords(pod)}${died}. No farmer was started.${after(way)}`,
      options: [
        `Look at ${instance.synchronizerSet} in ${instance.cluster}/${instance.namespace}; when it is ready, this goes on by itself`,
        `Or extend the deadline (now ${formatDuration(deadlineMs)})`,
        orCancel,
      ],
    };
  },

  readiness_trap: ({ node, detail, pod, restarts, service }: Trap) => {
    const died = restarts > 0 ? `, restarted ${restarts === 1 ? 'once' : `${restarts} times`}` : '';
    const why = detail && detail !== 'Inactive' ? ` (${detail})` : '';
    return {
      what: `The readiness trap: the topology has ${node.name} as ${node.state}, ${node.readiness}${why}, while its pod ${pod} is not ready${died}. Kubernetes publishes no name for a pod that is not ready, so the backend cannot find it and marks it broken.`,
      options: [
        `Set publishNotReadyAddresses: true on the Service ${service}`,
        'Then retry the step',
        'Or cancel; nothing but the synchronizer is up',
      ],
    };
  },

  history_stalled: (
    facts: ({ readonly why: 'failed' } & RunFailure) | { readonly why: 'still' | 'late' },
  ) => {
    const what =
      facts.why === 'failed'
        ? `The history update failed: ${failureWords(facts)}.`
        : facts.why === 'still'
          ? 'The history update has stood still for too long.'
          : 'The history update is not done in time.';
    return {
      what: `${what} No farmer was started.`,
      options: [
        'Retry: orders it once more',
        'Or extend the deadline, or skip the step (override)',
        orCancel,
      ],
    };
  },

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
          options: ['Mend what Jira complains about, then retry', 'Or cancel; nothing was touched'],
        }
      : {
          what: `Could not be done: ${effectTitle(facts.effect)}. ${facts.error ?? (facts.unknown ? 'its outcome cannot be found out' : noReason)}`,
          options: ['Mend what is in the way, then retry', orCancel],
        },
} satisfies Record<InterventionCode, (facts: never) => InterventionWords>;

/** Why a person is needed. */
export type Need = Message<typeof interventions>;

export const interventionWords: (need: Need) => InterventionWords = wordsFrom(interventions);
