import { deliverMessage } from '../../delivery/deliver.ts';
import type { Delivery, RefusalPolicy } from '../../delivery/delivery.ts';
import type { PostedMessage, SlackResult } from '../../delivery/slack-result.ts';
import { backOff, describe, looksAgainAfter } from '../../delivery/timing.ts';
import { refusedBy } from '../../delivery/transitions.ts';
import { type Controller, firstFrom, reconcile } from '../../reconcile/controller.ts';
import { pendingOf, withoutRole } from '../model/approval.ts';
import type { Instance } from '../model/parts/instance.ts';
import type { Rebuild } from '../model/rebuild.ts';
import type { RebuildId } from '../model/rebuild-id.ts';
import { toReview } from '../model/rules/controlled.ts';
import type { Controls } from '../model/rules/rules.ts';
import type { Transition } from '../model/transition.ts';
import type { RebuildStore } from '../ports/store.ts';
import { approverState, dropped, messageNumber, withMessage } from './approver-message.ts';
import { type ApproverStep, closingOf, decideApprovers, shownWord } from './decide-approvers.ts';
import { lookedUp } from './looked-up.ts';
import type { ApproverClosing, ApproverMessage, WhoMay } from './message.ts';
import { reminderDue, reviewAsked, reviewReminded } from './reminders.ts';

/** Messages to those who may approve, and to their channel. Never repeats a post by itself. */
export interface ApproverPort {
  /** The id of the direct message with a person; the same however often it is opened. */
  open(user: string): Promise<SlackResult<string>>;
  /** What waits, in full, with its button; with `closing`, what became of it. In the channel that the message names. */
  post(rebuild: Rebuild, message: ApproverMessage): Promise<SlackResult<PostedMessage>>;
  update(
    rebuild: Rebuild,
    message: ApproverMessage,
    closing: ApproverClosing | undefined,
  ): Promise<SlackResult<PostedMessage>>;
  /** Under it, and in the channel: how long it has waited by now. `through`: number of the reminder. */
  remind(rebuild: Rebuild, message: ApproverMessage, through: number): Promise<SlackResult<PostedMessage>>;
  /** Those that were posted since, oldest first; ms. `through`: of that reminder; 0: of the message itself. */
  find(
    rebuild: Rebuild,
    message: ApproverMessage,
    through: number,
    sinceMs: number,
  ): Promise<SlackResult<readonly PostedMessage[]>>;
  remove(message: PostedMessage): Promise<SlackResult<void>>;
}

export interface ApproversDeps extends Pick<Delivery<Rebuild>, 'now' | 'newClaim' | 'onDefect'> {
  readonly store: Pick<RebuildStore, 'get' | 'update'>;
  readonly messages: ApproverPort;
  readonly whoMay: WhoMay;
  readonly policy: () => {
    readonly most: number;
    readonly claimTimeout: number;
    /** What `policy:` says of an instance by the config of now. Absent: nothing. */
    readonly controls?: (instance: Instance) => Controls;
  };
}

/** A pass gives the worker back after so many steps. */
const stepsAtMost = 25;

/**
 * Tells those who may approve what waits, each of them once for each wish, and keeps what they were told true. Answers
 * when to come again, ms from now; undefined: not before something changes. Safe to run twice, late, or after a crash.
 */
export const reconcileApprovers = (
  deps: ApproversDeps,
  id: RebuildId,
  read?: Rebuild,
): Promise<number | undefined> =>
  reconcile(firstFrom(approversController(deps), read), id, { now: deps.now, rounds: stepsAtMost });

const approversController = (deps: ApproversDeps): Controller<Rebuild, Work> => ({
  load: (id) => deps.store.get(id),
  decide: (rebuild) => {
    const step = decideApprovers(rebuild, deps.now());
    return step.do === 'nothing' || step.do === 'wait' ? step : { do: 'work', work: [step] };
  },
  carryOut: async (rebuild, step) => {
    await execute(deps, rebuild, step);
  },
});

type Work = Exclude<ApproverStep, { do: 'nothing' | 'wait' }>;

const execute = async (deps: ApproversDeps, rebuild: Rebuild, step: Work): Promise<unknown> => {
  const write = (change: (newest: Rebuild) => Transition | undefined) =>
    deps.store.update(rebuild.id, (newest): { write?: Transition } => {
      const transition = change(newest);
      return transition ? { write: transition } : {};
    });
  switch (step.do) {
    case 'who_may': {
      const found = await deps.whoMay(rebuild.plan.instance, step.pending.askers);
      const { most } = deps.policy();
      const { channels = [] } = controlsNow(deps, rebuild);
      return write((newest) => lookedUp(newest, step.pending, found, { most, channels }, deps.now()));
    }
    case 'ask_review': {
      const { channels = [], reviewMs = usualReviewMs } = controlsNow(deps, rebuild);
      return write((newest) => reviewAsked(newest, channels, reviewMs, deps.now()));
    }
    case 'remind_review': {
      const { by } = toReview(rebuild) ?? {};
      // Their role counts for a review, whoever else broke the glass through it.
      const { people } = await deps.whoMay(rebuild.plan.instance, by ? [withoutRole(by)] : []);
      return write((newest) => reviewReminded(newest, people.slice(0, namedAtMost), deps.now()));
    }
    case 'drop':
      return write((newest) => dropped(newest, step.message.n));
    case 'send':
      return send(deps, rebuild, step.message);
    case 'deliver':
      return deliverMessage(approverDelivery(deps, step.message.n), rebuild, step.step);
    default:
      return step satisfies never;
  }
};

/** Without a word in the config; ms */
const usualReviewMs = 24 * 3_600_000;
/** People mentioned in a reminder. */
const namedAtMost = 12;

const controlsNow = ({ policy }: ApproversDeps, { plan }: Rebuild): Partial<Controls> =>
  policy().controls?.(plan.instance) ?? {};

/** Opens the direct message with a person, and posts there; or posts in the channel. */
const send = async (deps: ApproversDeps, seen: Rebuild, { n, user }: ApproverMessage): Promise<unknown> => {
  if (user === undefined) return deliverMessage(approverDelivery(deps, n), seen, { do: 'post' });
  const opened = await deps.messages.open(user);
  const delivery = approverDelivery(deps, n, opened.ok ? opened.value : undefined);
  if (opened.ok) return deliverMessage(delivery, seen, { do: 'post' });
  const error = describe(opened);
  return delivery.write(seen, (message) => {
    if (message.state !== 'wanted') return undefined;
    if (opened.kind === 'refused') return refusedBy(message, message.channel, undefined, error);
    const tries = (message.tries ?? 0) + 1;
    const retryAt = deps.now() + backOff(opened, tries, retry);
    return { message: { ...message, tries, retryAt }, happened: { what: 'put_off', error } };
  });
};

const retry = { first: 2_000, most: 60_000 } as const;

/** A person has one direct message: who is not told in it is named on the card. What it shows may be old, and approves nothing. */
const refusals: RefusalPolicy = {
  root: { otherwise: 'elsewhere' },
  reply: { otherwise: 'unsaid', gone: 'gone' },
  update: { otherwise: 'shown' },
};

/** No such message on record: nothing was ever posted. */
const nowhere: SlackResult<never> = { ok: false, kind: 'refused', error: 'channel_not_found' };

/** `opened`: the direct message that it goes to. */
const approverDelivery = (deps: ApproversDeps, n: number, opened?: string): Delivery<Rebuild> => {
  const { store, messages, now } = deps;
  const closing = (rebuild: Rebuild): ApproverClosing | undefined => {
    const message = messageNumber(rebuild, n);
    return message && closingOf(rebuild, pendingOf(rebuild), message);
  };
  const about = async <T>(
    rebuild: Rebuild,
    call: (message: ApproverMessage) => Promise<SlackResult<T>>,
  ): Promise<SlackResult<T>> => {
    const message = messageNumber(rebuild, n);
    return message ? call(message) : nowhere;
  };
  const messageOf = (rebuild: Rebuild) => {
    const message = messageNumber(rebuild, n);
    return message && approverState(message, opened);
  };
  return {
    ...deps,
    messageOf,
    contentOf: (rebuild) => shownWord(rebuild, closing(rebuild), messageNumber(rebuild, n)),
    isWanted: (rebuild) => closing(rebuild) === undefined,
    write: ({ id }, outcome) =>
      store.update(id, (rebuild) => {
        const message = messageOf(rebuild);
        const next = message && outcome(message, rebuild);
        if (!next) return { record: rebuild };
        const { claimTimeout } = deps.policy();
        const write = withMessage(rebuild, n, next, { now: now(), claimTimeout });
        return { write, next, record: write.rebuild };
      }),
    slack: {
      post: (rebuild) => about(rebuild, (message) => messages.post(rebuild, message)),
      update: (rebuild) => about(rebuild, (message) => messages.update(rebuild, message, closing(rebuild))),
      find: (rebuild, through, since) =>
        about(rebuild, (message) => messages.find(rebuild, message, through, since)),
      remove: messages.remove,
    },
    replies: {
      mayRepeat: false,
      next: (rebuild) => {
        const message = messageNumber(rebuild, n);
        return message && reminderDue(rebuild, message);
      },
      unsaid: (rebuild, through) => (messageNumber(rebuild, n)?.reminded ?? 0) < through,
      post: (rebuild, _, through) => about(rebuild, (message) => messages.remind(rebuild, message, through)),
    },
    refusals,
    retry,
    looks: looksAgainAfter,
  };
};
