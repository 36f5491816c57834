import { messageOf } from '../../core/errors.ts';
import { passesLater } from '../../delivery/refusal.ts';
import type { PostedMessage, SlackResult } from '../../delivery/slack-result.ts';
import { backOff, claimStaleAfter, describe, type Failed } from '../../delivery/timing.ts';
import type { Pending } from '../model/approval.ts';
import type { Rebuild, RebuildId } from '../model/rebuild.ts';
import type { Transition } from '../model/transition.ts';
import type { RebuildStore } from '../ports/store.ts';

import { type ApproverStep, decideApprovers, shownWord } from './decide-approvers.ts';
import type { ApproverClosing, ApproverMessage, MayApprove } from './message.ts';
import {
  approverPostUnknown,
  approverRepaired,
  claimMessage,
  dropped,
  later,
  lookedUp,
  messageFailed,
  messagePosted,
  messageShown,
  notThere,
  updateUnknown,
} from './outcome.ts';

/** Direct messages to those who may approve. Never repeats a post by itself. */
export interface ApproverPort {
  /** The id of the direct message with a person; the same however often it is opened. */
  open(user: string): Promise<SlackResult<string>>;
  /** What waits, in full, with its button; with `closing`, what became of it. */
  post(rebuild: Rebuild, message: ApproverMessage): Promise<SlackResult<PostedMessage>>;
  update(
    rebuild: Rebuild,
    message: ApproverMessage,
    closing: ApproverClosing | undefined,
  ): Promise<SlackResult<PostedMessage>>;
  /** Those that were posted since, oldest first. ms */
  find(
    rebuild: Rebuild,
    message: ApproverMessage,
    sinceMs: number,
  ): Promise<SlackResult<readonly PostedMessage[]>>;
  remove(message: PostedMessage): Promise<SlackResult<void>>;
}

export interface ApproversDeps {
  readonly store: Pick<RebuildStore, 'get' | 'update'>;
  readonly messages: ApproverPort;
  /** Everybody who may approve a rebuild of the instance, members only. Never fails. */
  readonly whoMay: (instance: string) => Promise<MayApprove>;
  readonly policy: () => { readonly most: number; readonly claimTimeout: number };
  readonly now: () => number;
  /** Unique for every claim. */
  readonly newClaim: () => string;
  /** Told of what a port threw instead of answering: a defect. */
  readonly onDefect?: (error: unknown) => void;
}

const retry = { first: 2_000, most: 60_000 } as const;
/** A pass gives the worker back after so many steps. */
const stepsAtMost = 25;
/** Clocks of ours and of Slack may differ by this; ms. */
const clockSkew = 60_000;
/** A look-up that fails is repeated for so long, and so often, before a post is risked; ms. */
const lookUpLimit = 600_000;
const lookUpsAtLeast = 4;
/** A look-up that found nothing says so for this long, its own time included; ms. */
const lookUpGood = 15_000;

/**
 * Tells those who may approve what waits, each of them once for each wish, and keeps what they were told true. Answers
 * when to come again, ms from now; undefined: not before something changes. Safe to run twice, late, or after a crash.
 */
export const reconcileApprovers = async (deps: ApproversDeps, id: RebuildId): Promise<number | undefined> => {
  for (let steps = 0; steps < stepsAtMost; steps++) {
    const rebuild = await deps.store.get(id);
    if (!rebuild) return undefined;
    const step = decideApprovers(rebuild, deps.now());
    if (step.do === 'nothing') return undefined;
    if (step.do === 'wait') return Math.max(1, step.until - deps.now());
    await perform(deps, rebuild, step);
  }
  return 0;
};

type Work = Exclude<ApproverStep, { do: 'nothing' | 'wait' }>;

const perform = (deps: ApproversDeps, rebuild: Rebuild, step: Work): Promise<unknown> => {
  switch (step.do) {
    case 'look_up':
      return lookUp(deps, rebuild, step.pending);
    case 'drop':
      return record(deps, rebuild, (newest) => dropped(newest, step.message.n));
    case 'send':
      return send(deps, rebuild, step.message);
    case 'find':
      return find(deps, rebuild, step.message);
    case 'heal':
      return heal(deps, rebuild, step.message);
    case 'update':
      return update(deps, rebuild, step);
    default:
      return step satisfies never;
  }
};

const record = async (
  { store }: ApproversDeps,
  { id }: Rebuild,
  outcome: (rebuild: Rebuild) => Transition | undefined,
): Promise<Rebuild | undefined> => {
  const done = await store.update(id, (rebuild): { write?: Transition } => {
    const write = outcome(rebuild);
    return write ? { write } : {};
  });
  return done?.write?.rebuild;
};

/** A call that throws may have been made. */
const answered = <T>({ onDefect }: ApproversDeps, call: Promise<SlackResult<T>>): Promise<SlackResult<T>> =>
  call.catch((error: unknown) => {
    onDefect?.(error);
    return { ok: false, kind: 'ambiguous', error: messageOf(error) } as const;
  });

const lookUp = async (deps: ApproversDeps, rebuild: Rebuild, pending: Pending): Promise<unknown> => {
  const found = await deps.whoMay(rebuild.plan.instance.name);
  const { most } = deps.policy();
  return record(deps, rebuild, (newest) => lookedUp(newest, pending, found, most, deps.now()));
};

const isFinal = (result: Failed): boolean => result.kind === 'refused' && !passesLater(result.error);

const send = async (deps: ApproversDeps, seen: Rebuild, { n, user, tries = 0 }: ApproverMessage) => {
  const { now, messages } = deps;
  const opened = await answered(deps, messages.open(user));
  if (!opened.ok) {
    const error = describe(opened);
    return record(deps, seen, (newest) =>
      isFinal(opened)
        ? messageFailed(newest, n, error, now())
        : later(newest, n, now() + backOff(opened, tries + 1, retry), error),
    );
  }
  const claim = deps.newClaim();
  const asked = { id: claim, channel: opened.value, timeout: deps.policy().claimTimeout };
  const since = now();
  const rebuild = await record(deps, seen, (newest) => claimMessage(newest, n, asked, since));
  const message = rebuild?.messages?.find((each) => each.n === n);
  if (!rebuild || !message) return undefined;
  // Held up since: whoever took over may be at it.
  if (now() - since > claimStaleAfter) {
    return record(deps, seen, (newest) => notThere(newest, n, claim, { retryAt: now() }, now()));
  }
  const result = await answered(deps, messages.post(rebuild, message));
  if (result.ok) {
    const shown = shownWord(rebuild, undefined);
    return record(deps, seen, (newest) => messagePosted(newest, n, result.value, shown, now()));
  }
  const error = describe(result);
  if (result.kind === 'ambiguous') {
    return record(deps, seen, (newest) =>
      approverPostUnknown(newest, n, claim, now() + backOff(result, tries + 1, retry)),
    );
  }
  const retryAt = now() + backOff(result, tries + 1, retry);
  return record(deps, seen, (newest) =>
    isFinal(result)
      ? messageFailed(newest, n, error, now())
      : notThere(newest, n, claim, { retryAt, error }, now()),
  );
};

/** Looks for a post whose answer was lost; only what is surely not there is posted again. */
const find = async (deps: ApproversDeps, seen: Rebuild, message: ApproverMessage) => {
  const { now } = deps;
  const { n, posting } = message;
  if (!posting) return undefined;
  const { claim, since, first: began, looks = 0 } = posting;
  const asked = now();
  const found = await answered(deps, deps.messages.find(seen, message, began - clockSkew));
  if (!found.ok && !isNowhere(found) && (now() - since < lookUpLimit || looks < lookUpsAtLeast)) {
    const lookAt = now() + backOff(found, looks + 1, retry);
    return record(deps, seen, (newest) => approverPostUnknown(newest, n, claim, lookAt, looks + 1));
  }
  const [first] = found.ok ? found.value : [];
  if (!first) {
    // Too long ago to say that nothing is there: another look is taken.
    if (now() - asked > lookUpGood) return undefined;
    const again = { retryAt: now(), lost: true } as const;
    return record(deps, seen, (newest) => notThere(newest, n, claim, again, now()));
  }
  return record(deps, seen, (newest) => messagePosted(newest, n, first, 'found', now()));
};

/** A post that was given up may have come after all: one copy stays. */
const heal = async (deps: ApproversDeps, seen: Rebuild, message: ApproverMessage) => {
  const { now } = deps;
  const { n, ts, at, tries = 0 } = message;
  const found = await answered(deps, deps.messages.find(seen, message, at - clockSkew));
  if (!found.ok && !isNowhere(found) && tries < 5) {
    const retryAt = now() + backOff(found, tries + 1, retry);
    return record(deps, seen, (newest) => later(newest, n, retryAt, describe(found)));
  }
  for (const copy of found.ok ? found.value : []) {
    if (copy.ts !== ts) await answered(deps, deps.messages.remove(copy));
  }
  return record(deps, seen, (newest) => approverRepaired(newest, n, now()));
};

const update = async (
  deps: ApproversDeps,
  seen: Rebuild,
  { message, closing, shown }: Extract<Work, { do: 'update' }>,
) => {
  const { now } = deps;
  const { n, tries = 0 } = message;
  const result = await answered(deps, deps.messages.update(seen, message, closing));
  if (result.ok) return record(deps, seen, (newest) => messageShown(newest, n, shown, closing));
  const error = describe(result);
  if (isFinal(result)) {
    return record(deps, seen, (newest) => messageShown(newest, n, shown, closing, error));
  }
  const retryAt = now() + backOff(result, tries + 1, retry);
  return record(deps, seen, (newest) =>
    result.kind === 'ambiguous' ? updateUnknown(newest, n, retryAt, now()) : later(newest, n, retryAt, error),
  );
};

/** Where there is no direct message, there is nothing of ours in it. */
const isNowhere = (found: Failed): boolean => found.kind === 'refused' && found.error === 'channel_not_found';
