import { backoff } from '../../core/backoff.ts';
import { StoreUnavailable } from '../../core/errors.ts';
import type { Pacer } from '../../delivery/pacer.ts';
import { passesLater, refusalAbout } from '../../delivery/refusal.ts';
import type { PostedMessage, SlackResult } from '../../delivery/slack-result.ts';
import type { Alert, AlertId } from '../model/alert.ts';
import type { ThreadPort } from '../ports/ports.ts';
import type { AlertChange, AlertStore } from '../ports/store.ts';
import type { ThreadStep } from './decide-thread.ts';
import { rootFacts, shownKey } from './root-facts.ts';
import { type Applied, applyOutcome, type ThreadOutcome } from './thread-outcome.ts';

export interface ExecuteDeps {
  readonly store: AlertStore;
  readonly threads: ThreadPort;
  readonly pacer: Pacer;
  readonly now: () => number;
  /** Unique for every claim. */
  readonly newClaim: () => string;
  /** Waits; ms. Absent: what cannot be put on record at once is left to whoever finds the claim too old. */
  readonly pause?: (ms: number) => Promise<void>;
  /** Where a thread goes when Slack refuses `channel`; undefined when there is nowhere left. */
  readonly nextChannel: (channel: string) => string | undefined;
  readonly onThread?: (alert: Alert, waitedMs: number) => void;
  readonly onUndeliverable?: (alert: Alert, error: string) => void;
}

/** ms: how long to leave Slack alone after each kind of trouble. */
const wait = { unavailable: 3_000, unknown: 2_000, badToken: 30_000 } as const;
/** What was read or claimed is acted upon within this, or not at all: a process that slept may have been replaced. */
export const threadClaimStaleAfter = 4_000;
/** A look-up that found nothing says so for this long, its own time included. */
const lookUpGood = 15_000;
/** For so long, and so often, a look-up that fails is repeated before a post is risked: a possible duplicate. */
const lookUpLimit = 600_000;
const looksAtLeast = 8;
/** Clocks of ours and of Slack may differ by this. */
const clockSkew = 60_000;

/** Makes one step in Slack and puts its outcome on the newest record. Safe to repeat, late or twice. */
export const executeThreadStep = async (deps: ExecuteDeps, alert: Alert, step: ThreadStep): Promise<void> => {
  switch (step.do) {
    case 'nothing':
    case 'wait':
      return;
    case 'expire_silence':
      await record(deps, alert.id, { kind: 'silence_expired' });
      return;
    case 'post_root':
      return postRoot(deps, alert, undefined);
    case 'find_root':
      return findRoot(deps, alert, step);
    case 'update_root':
      return updateRoot(deps, alert);
    case 'post_notes':
      return postNotes(deps, alert);
    case 'find_notes':
      return findNotes(deps, alert, step);
    case 'heal':
      return heal(deps, alert, step);
    default:
      step satisfies never;
  }
};

/** Applies an outcome to the newest record; answers what was written. */
const record = async (
  deps: ExecuteDeps,
  id: AlertId,
  outcome: ThreadOutcome,
): Promise<Applied | undefined> => {
  const change = await deps.store.update(id, (alert): AlertChange & { applied?: Applied } => {
    const applied = applyOutcome(alert, outcome, deps.now());
    return applied ? { write: applied, applied } : {};
  });
  return change?.applied;
};

/** A store that fails over, or a lost connection, is back within this: so often, and so long between; ms. */
const again = { times: 8, after: 500 } as const;

/**
 * The same for what Slack has answered, also while the store fails over: else everybody would have to wait until the
 * claim is old. Only for outcomes that change nothing when they are applied twice: the first try may have arrived.
 */
const recordSurely = async (
  deps: ExecuteDeps,
  id: AlertId,
  outcome: ThreadOutcome,
): Promise<Applied | undefined> => {
  for (let tries = 0; ; tries++) {
    try {
      return await record(deps, id, outcome);
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || tries === again.times || !deps.pause) throw error;
      await deps.pause(again.after);
    }
  }
};

/** Nobody knows whether the claim is on record, and nothing was posted: it is given back, should it be there. */
const claimUnsure = async (
  deps: ExecuteDeps,
  id: AlertId,
  claim: string,
  error: unknown,
): Promise<undefined> => {
  if (error instanceof StoreUnavailable && deps.pause) {
    await deps.pause(again.after);
    const unclaimed = { claim, retryAt: deps.now(), error: 'the claim was not confirmed' };
    await recordSurely(deps, id, { kind: 'root_not_posted', ...unclaimed });
  }
  throw error;
};

const postRoot = async (
  deps: ExecuteDeps,
  seen: Alert,
  over: string | undefined,
  unsure?: true,
): Promise<void> => {
  const claim = deps.newClaim();
  const claimed = await record(deps, seen.id, {
    kind: 'claimed_root',
    claim,
    ...(over !== undefined && { over }),
  }).catch((error: unknown) => claimUnsure(deps, seen.id, claim, error));
  if (!claimed) return;
  const { alert } = claimed;
  const since = seen.thread.state === 'wanted' ? seen.thread.since : deps.now();
  const claimedAt = alert.thread.state === 'posting' ? alert.thread.since : 0;
  if (deps.now() - claimedAt > threadClaimStaleAfter) {
    await record(deps, alert.id, {
      kind: 'root_not_posted',
      claim,
      retryAt: deps.now(),
      error: 'stale claim',
    });
    return;
  }
  const result = await deps.threads.postRoot(alert);
  const outcome = await rootOutcome(deps, alert, claim, result, unsure);
  const applied = await recordSurely(deps, alert.id, outcome);
  if (result.ok && applied?.settles?.reason === 'thread_open')
    deps.onThread?.(applied.alert, deps.now() - since);
  if (applied?.settles?.reason === 'undeliverable') {
    deps.onUndeliverable?.(applied.alert, result.ok ? '' : describe(result));
  }
  if (applied?.surplus) await removeSurplus(deps, alert.id, [applied.surplus]);
};

const removeSurplus = async (
  deps: ExecuteDeps,
  id: AlertId,
  messages: readonly PostedMessage[],
): Promise<void> => {
  if (!(await removeAll(deps, messages))) await record(deps, id, { kind: 'surplus_left' });
};

/** True when none of them is there any more, as far as Slack lets us see to it: what passes later is tried again. */
const removeAll = async (deps: ExecuteDeps, messages: readonly PostedMessage[]): Promise<boolean> => {
  let all = true;
  for (const message of messages) {
    const removed = await deps.threads.remove(message);
    if (!removed.ok && (removed.kind !== 'refused' || passesLater(removed.error))) all = false;
  }
  return all;
};

const rootOutcome = async (
  deps: ExecuteDeps,
  alert: Alert,
  claim: string,
  result: SlackResult<PostedMessage>,
  unsure: true | undefined,
): Promise<ThreadOutcome> => {
  if (result.ok) {
    const shown = unsure ? 'unsure' : shownKey(rootFacts(alert));
    return { kind: 'posted_root', message: result.value, shown, ...(unsure && { unsure }) };
  }
  const error = describe(result);
  switch (result.kind) {
    case 'ambiguous':
      return { kind: 'root_unknown', claim, retryAt: deps.now() + unknownWait(alert), error };
    case 'rate_limited':
    case 'unavailable':
      return {
        kind: 'root_not_posted',
        claim,
        retryAt: deps.now() + (await backOff(deps, 'post', alert, result)),
        error,
      };
    case 'refused': {
      if (passesLater(error)) {
        return { kind: 'root_not_posted', claim, retryAt: deps.now() + refusedWait(error), error };
      }
      const nextChannel = deps.nextChannel(alert.channel);
      return { kind: 'root_refused', claim, error, ...(nextChannel !== undefined && { nextChannel }) };
    }
    default:
      return result satisfies never;
  }
};

/** Longer each time: whatever makes posts end unclear does not get better by being asked every other second. */
const unknownWait = ({ thread }: Alert): number =>
  backoff(thread.state === 'posting' ? thread.attempt : 1, { first: wait.unknown, most: 60_000 });

const findRoot = async (
  deps: ExecuteDeps,
  alert: Alert,
  step: Extract<ThreadStep, { do: 'find_root' }>,
): Promise<void> => {
  const asked = deps.now();
  const found = await deps.threads.find(
    alert.channel,
    { kind: 'alert', id: alert.id },
    step.since - clockSkew,
  );
  if (!found.ok) {
    // Of the last post, so that a Slack that is half dead for hours is not filled with copies; and from the first look
    // that failed: what was claimed before a long sleep has not been looked for all that time.
    const failed = alert.thread.state === 'posting' ? alert.thread.unanswered : undefined;
    const { since: failing = asked, looks = 0 } = failed ?? {};
    const held = deps.now() - failing;
    if (held > lookUpLimit && looks >= looksAtLeast) return postRoot(deps, alert, step.claim, true);
    const retryAt =
      deps.now() + Math.max(retryAfter(found), Math.min(60_000, Math.max(wait.unknown, held / 2)));
    await record(deps, alert.id, {
      kind: 'root_unknown',
      claim: step.claim,
      retryAt,
      error: describe(found),
      looked: true,
    });
    return;
  }
  const [first, ...more] = found.value;
  // Too long ago to say that nothing is there: the lane has it again at once, and another look is taken.
  if (!first && deps.now() - asked > lookUpGood) return;
  if (!first) return postRoot(deps, alert, step.claim);
  const adopted = await record(deps, alert.id, { kind: 'posted_root', message: first, shown: 'adopted' });
  if (adopted?.settles) deps.onThread?.(adopted.alert, deps.now() - step.since);
  // Meanwhile another copy may have got on record: that one stays, whichever was found first.
  const kept = adopted?.alert.thread.state === 'open' ? adopted.alert.thread.ts : first.ts;
  await removeSurplus(deps, alert.id, others([first, ...more], kept));
};

const updateRoot = async (deps: ExecuteDeps, seen: Alert): Promise<void> => {
  if (seen.thread.state !== 'open') return;
  const { ts } = seen.thread;
  const claim = deps.newClaim();
  const asked = deps.now();
  const claimed = await record(deps, seen.id, { kind: 'claimed_update', claim, ts });
  if (!claimed || deps.now() - asked > threadClaimStaleAfter) return;
  const { alert } = claimed;
  const result = await deps.threads.updateRoot(alert, ts);
  const shown = shownKey(rootFacts(alert));
  if (result.ok) {
    await recordSurely(deps, alert.id, { kind: 'updated_root', claim, shown });
  } else if (result.kind === 'refused' && !passesLater(result.error)) {
    const { error } = result;
    const about = refusalAbout(error);
    const lost = about === 'gone' || about === 'channel';
    await record(
      deps,
      alert.id,
      lost ? { kind: 'root_gone', ts, error } : { kind: 'root_stays', claim, shown, error },
    );
  } else {
    const retryAt = deps.now() + (await backOff(deps, 'update', alert, result));
    const doubt = result.kind === 'ambiguous' ? { doubt: true as const } : {};
    await record(deps, alert.id, { kind: 'later', retryAt, ...doubt });
  }
};

const postNotes = async (deps: ExecuteDeps, seen: Alert): Promise<void> => {
  const claim = deps.newClaim();
  const claimed = await record(deps, seen.id, { kind: 'claimed_notes', claim });
  const thread = claimed?.alert.thread;
  if (claimed === undefined || thread?.state !== 'open' || thread.posting === undefined) return;
  const { alert } = claimed;
  const { through, since } = thread.posting;
  if (deps.now() - since > threadClaimStaleAfter) {
    await record(deps, alert.id, { kind: 'notes_not_posted', claim, retryAt: deps.now() });
    return;
  }
  const result = await deps.threads.postNotes(alert, thread.ts, alert.notes);
  if (result.ok) {
    const by = { claim, message: result.value };
    const said = await record(deps, alert.id, { kind: 'posted_notes', through, by });
    if (said?.surplus) await deps.threads.remove(said.surplus);
  } else if (result.kind === 'refused' && !passesLater(result.error)) {
    await record(deps, alert.id, { kind: 'notes_refused', claim, through, error: result.error });
  } else if (result.kind !== 'ambiguous') {
    const retryAt = deps.now() + (await backOff(deps, 'post', alert, result));
    await record(deps, alert.id, { kind: 'notes_not_posted', claim, retryAt });
  }
  // Ambiguous: the claim stays, and is looked up once it is old enough.
};

const findNotes = async (
  deps: ExecuteDeps,
  alert: Alert,
  step: Extract<ThreadStep, { do: 'find_notes' }>,
): Promise<void> => {
  if (alert.thread.state !== 'open') return;
  const key = { kind: 'note', id: `${alert.id}#${step.through}` } as const;
  const found = await deps.threads.find(alert.channel, key, step.since - clockSkew, alert.thread.ts);
  if (!found.ok) {
    await record(deps, alert.id, { kind: 'later', retryAt: deps.now() + Math.max(retryAfter(found), 5_000) });
  } else if (found.value.length > 0) {
    await record(deps, alert.id, { kind: 'posted_notes', through: step.through });
    await removeAll(deps, found.value.slice(1));
  } else {
    await record(deps, alert.id, { kind: 'notes_not_posted', claim: step.claim, retryAt: deps.now() });
  }
};

/** What was given up may have come late: keep the message on record, remove the rest, and show it once more. */
const heal = async (
  deps: ExecuteDeps,
  alert: Alert,
  step: Extract<ThreadStep, { do: 'heal' }>,
): Promise<void> => {
  const { thread } = alert;
  if (thread.state !== 'open') return;
  const found = await deps.threads.find(alert.channel, { kind: 'alert', id: alert.id }, step.since);
  const clean = found.ok && (await removeAll(deps, others(found.value, thread.ts)));
  await record(
    deps,
    alert.id,
    clean ? { kind: 'healed', doubt: step.doubt } : { kind: 'later', retryAt: deps.now() + 60_000 },
  );
};

const others = (messages: readonly PostedMessage[], ts: string): readonly PostedMessage[] =>
  messages.filter((message) => message.ts !== ts);

type Failed = Exclude<SlackResult<unknown>, { ok: true }>;

const backOff = async (
  deps: ExecuteDeps,
  kind: 'post' | 'update',
  alert: Alert,
  result: Failed,
): Promise<number> => {
  if (result.kind === 'rate_limited') {
    await deps.pacer.hold(kind, alert.channel, result.retryAfterMs);
    return result.retryAfterMs;
  }
  return result.kind === 'refused' ? refusedWait(result.error) : wait.unavailable;
};

/** A person must put access right, which takes longer than what passes by itself; ms. */
const refusedWait = (error: string): number =>
  refusalAbout(error) === 'token' ? wait.badToken : wait.unavailable;

const retryAfter = (result: Failed): number => (result.kind === 'rate_limited' ? result.retryAfterMs : 0);

const describe = (result: Failed): string => (result.kind === 'rate_limited' ? 'ratelimited' : result.error);
