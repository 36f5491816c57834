import { formatDuration } from '../../../core/duration.ts';
import { type Message, wordsFrom } from '../../../core/message.ts';
import { counted } from '../../../core/text.ts';
import type { Authority } from '../../model/parts/grant.ts';
import type { Instance } from '../../model/parts/instance.ts';
import type { InterventionCode } from '../../model/parts/step.ts';
import type { PodTrouble } from '../../model/parts/workloads.ts';
import type { TicketInTheWay } from '../../model/record.ts';
import { authorityWords } from '../authority.ts';
import { troubleText } from '../titles.ts';
import { type InterventionWords, laterInterventions, orCancel } from './later-interventions.ts';
import { failureWords, type PodWait, podWords, type RunFailure } from './missing.ts';
import { type Way, wayWords } from './way.ts';

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

  /** The evidence that its rule asks for is not there. */
  ticket: (facts: TicketInTheWay & { readonly key: string | undefined }) => {
    const ticket = facts.key === undefined ? 'Its ticket' : `Ticket ${facts.key}`;
    const whatNow = [
      'Or go on without it (Override…, Go on without its ticket), with the reason on the record',
      orCancel,
    ];
    switch (facts.why) {
      case 'closed':
        return {
          what: `${ticket} was closed${facts.by === undefined ? '' : ` by ${facts.by}`} in Jira before the rebuild was over. Nothing more is changed until it is open again.`,
          options: ['Open the ticket again in Jira: this goes on by itself', ...whatNow],
        };
      case 'deleted':
        return {
          what: `${ticket} was deleted in Jira. Nothing more is changed without the evidence.`,
          options: whatNow,
        };
      case 'unreachable':
        return {
          what: `${ticket} is behind: ${facts.error} Nothing more is changed until what happened so far is in it.`,
          options: ['When Jira answers this goes on by itself', ...whatNow],
        };
      default:
        return facts satisfies never;
    }
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
        'Fix what keeps them from coming up; with enough of them this goes on by itself',
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

  ...laterInterventions,
} satisfies Record<InterventionCode, (facts: never) => InterventionWords>;

/** Why a person is needed. */
export type Need = Message<typeof interventions>;

export const interventionWords: (need: Need) => InterventionWords = wordsFrom(interventions);
