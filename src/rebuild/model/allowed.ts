import { barredBy, hasTouched, type Moment, pendingOf } from './approval.ts';
import type { CommandVerb } from './command.ts';
import type { Rebuild } from './rebuild.ts';
import { openIntervention } from './record.ts';
import { type RebuildStatus, statusOfRebuild } from './status.ts';

/** `true`, or the sentence that refuses: why not, and what would work. */
type Cell = true | string;

const ended = (how: string): Readonly<Record<CommandVerb, Cell>> => ({
  scale: `it ${how}; there is nothing left to scale. Start a new one with /dcr start.`,
  pause: `it ${how}; there is nothing left to pause.`,
  resume: `it ${how}; there is nothing left to resume. Start a new one with /dcr start.`,
  cancel: `it ${how} already; there is nothing left to cancel.`,
  retry: `it ${how}; an ended rebuild is not taken up again. Start a new one with /dcr start.`,
  approve: `it ${how}; there is nothing left to approve.`,
  withdraw: `it ${how}; there is nothing left to withdraw.`,
  override: `it ${how}; there is nothing left to override. Start a new one with /dcr start.`,
});

const tearingDown = (how: string): Readonly<Record<CommandVerb, Cell>> => ({
  scale: `it is ${how}: the farmers are going. Start a new one when it has ended.`,
  pause: `it is ${how}: the teardown goes on, because farmers cost money. To keep what is up, override: keep farmers or keep guardian.`,
  resume: `it is ${how} and not paused.`,
  cancel: `it is ${how} already; the teardown is under way.`,
  retry: true,
  approve: true,
  withdraw: true,
  override: true,
});

const notPaused = 'it is not paused.';
const nothingToRetry =
  'no step waits or failed, so there is nothing to retry. To go back to an earlier step, override: retry from a step.';
const nothingToApprove = 'it does not wait for an approval.';
const nothingToWithdraw = 'nothing waits for an approval, so there is nothing to withdraw.';

/**
 * Every state × every command: allowed, or refused with a sentence. Finer conditions are below and in
 * `apply-command.ts`; whether it is approved is asked before, in `approval.ts`.
 */
export const allowedTable: Readonly<Record<RebuildStatus, Readonly<Record<CommandVerb, Cell>>>> = {
  starting: {
    scale: true,
    pause: true,
    resume: notPaused,
    cancel: true,
    retry: nothingToRetry,
    approve: true,
    withdraw: true,
    override: true,
  },
  'waiting for approval': {
    scale:
      'the plan that waits for approval names the number of farmers. Withdraw it and start again with another number.',
    pause: true,
    resume: notPaused,
    cancel: true,
    retry: 'it waits for the approval of a second person, not for a retry.',
    approve: true,
    withdraw: true,
    override: 'it waits for the approval of a second person; nothing may be overridden before that.',
  },
  running: {
    scale: true,
    pause: true,
    resume: notPaused,
    cancel: true,
    retry: nothingToRetry,
    approve: true,
    withdraw: true,
    override: true,
  },
  'waiting for a person': {
    scale: true,
    pause: true,
    resume: `${notPaused} It waits for a person: retry, or override.`,
    cancel: true,
    retry: true,
    approve: true,
    withdraw: true,
    override: true,
  },
  pausing: {
    scale: true,
    pause: true,
    resume: true,
    cancel: true,
    retry: 'it is being paused. Resume it first.',
    approve: true,
    withdraw: true,
    override: true,
  },
  paused: {
    scale: true,
    pause: true,
    resume: true,
    cancel: true,
    retry: 'it is paused. Resume it first.',
    approve: true,
    withdraw: true,
    override: true,
  },
  guardian: {
    scale: 'its farmers are gone, and the guardian is always one pod.',
    pause: true,
    resume: notPaused,
    cancel: true,
    retry: 'it only waits for the guardian to be released: override, drop guardian.',
    approve: true,
    withdraw: true,
    override: true,
  },
  cancelling: tearingDown('being cancelled'),
  failing: tearingDown('failing'),
  released: ended('is finished'),
  cancelled: ended('was cancelled'),
  failed: ended('has failed'),
};

/**
 * What a person may ask of the rebuild: undefined when it is allowed, else why not. What is not approved comes before
 * the table: no state that is shown opens it.
 */
export const commandRefusal = (rebuild: Rebuild, verb: CommandVerb, at?: Moment): string | undefined => {
  const barred = barredBy(rebuild, verb, at);
  if (barred !== undefined) return barred;
  const cell = allowedTable[statusOfRebuild(rebuild)][verb];
  if (cell !== true) return cell;
  if (verb === 'retry' && openIntervention(rebuild) === undefined) return nothingToRetry;
  if (verb === 'approve' && pendingOf(rebuild, at) === undefined) return nothingToApprove;
  if (verb === 'withdraw' && pendingOf(rebuild, at) === undefined) return nothingToWithdraw;
  return undefined;
};

const offered: readonly CommandVerb[] = [
  'scale',
  'pause',
  'resume',
  'approve',
  'withdraw',
  'retry',
  'override',
  'cancel',
];

/** The buttons that a card carries: what would not be refused, and makes sense to offer. */
export const offeredVerbs = (rebuild: Rebuild): readonly CommandVerb[] =>
  offered.filter((verb) => {
    if (commandRefusal(rebuild, verb) !== undefined) return false;
    if (verb === 'pause') return rebuild.pause === undefined;
    if (verb === 'scale') return canScale(rebuild) === undefined;
    // Of what has begun, only what was asked for besides can be taken back.
    if (verb === 'withdraw') return !hasTouched(rebuild) || rebuild.asked !== undefined;
    return true;
  });

/** Why the number of farmers cannot be changed now; undefined when it can. */
export const canScale = (rebuild: Rebuild): string | undefined => {
  const begun = (name: 'rebuild' | 'write') => {
    const step = rebuild.steps.find((s) => s.name === name);
    return step !== undefined && step.state !== 'pending';
  };
  const over = rebuild.steps.some(
    ({ name, state }) => name === 'rebuild' && (state === 'done' || state === 'skipped'),
  );
  if (over) return 'the rebuild itself is done, so farmers are no longer needed.';
  if (rebuild.plan.engine === 'farm' && begun('rebuild')) {
    return `it runs on the farm engine: its ${rebuild.farmers.target} farmers were fixed when it started, and later ones would do nothing. What works: wait, or cancel it and start again with another number (the work done so far is lost).`;
  }
  return undefined;
};
