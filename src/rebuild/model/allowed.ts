import { type AwaitsApproval, barredBy, hasTouched, type Moment, pendingOf } from './approval.ts';
import type { CommandVerb } from './command.ts';
import type { Rebuild } from './rebuild.ts';
import { openIntervention } from './record.ts';
import { type RebuildStatus, statusOfRebuild } from './status.ts';

type Ended = Extract<RebuildStatus, 'released' | 'cancelled' | 'failed'>;
type GoingDown = Extract<RebuildStatus, 'cancelling' | 'failing'>;

/** Why its state does not let a person do what they ask. */
export type CommandBar =
  | AwaitsApproval
  | { readonly code: 'rebuild_ended'; readonly how: Ended; readonly verb: CommandVerb }
  | {
      readonly code: 'being_torn_down';
      readonly how: GoingDown;
      readonly verb: 'scale' | 'pause' | 'resume' | 'cancel' | 'break_glass';
    }
  /** `asks`: it waits for a person, which a resume does not answer. */
  | { readonly code: 'not_paused'; readonly asks: boolean }
  /** It must be resumed first. */
  | { readonly code: 'on_pause'; readonly state: Extract<RebuildStatus, 'pausing' | 'paused'> }
  | {
      readonly code:
        | 'nothing_to_retry'
        | 'nothing_to_approve'
        | 'nothing_to_withdraw'
        | 'nothing_to_revoke'
        | 'farmers_gone'
        | 'waits_for_guardian';
    };

/** `true`, or why not. */
type Cell = true | CommandBar;
type Row = Readonly<Record<CommandVerb, Cell>>;

const allAllowed = {
  scale: true,
  pause: true,
  resume: true,
  cancel: true,
  retry: true,
  approve: true,
  withdraw: true,
  revoke: true,
  break_glass: true,
  review: true,
  override: true,
} as const satisfies Row;

const ended = (how: Ended): Row => {
  const no = (verb: CommandVerb): Cell => ({ code: 'rebuild_ended', how, verb });
  return {
    scale: no('scale'),
    pause: no('pause'),
    resume: no('resume'),
    cancel: no('cancel'),
    retry: no('retry'),
    approve: no('approve'),
    withdraw: no('withdraw'),
    revoke: no('revoke'),
    break_glass: no('break_glass'),
    review: true,
    override: no('override'),
  };
};

const tearingDown = (how: GoingDown): Row => ({
  ...allAllowed,
  scale: { code: 'being_torn_down', how, verb: 'scale' },
  pause: { code: 'being_torn_down', how, verb: 'pause' },
  resume: { code: 'being_torn_down', how, verb: 'resume' },
  cancel: { code: 'being_torn_down', how, verb: 'cancel' },
  break_glass: { code: 'being_torn_down', how, verb: 'break_glass' },
});

const notPaused: Cell = { code: 'not_paused', asks: false };
const nothingToRetry = { code: 'nothing_to_retry' } as const;
const awaitsApproval = (verb: AwaitsApproval['verb']): Cell => ({ code: 'awaits_approval', verb });

const underWay: Row = { ...allAllowed, resume: notPaused, retry: nothingToRetry };

/**
 * Every state × every command: allowed, or why not. Finer conditions are below and in `apply-command.ts`; whether it is
 * approved is asked before, in `approval.ts`.
 */
export const allowedTable: Readonly<Record<RebuildStatus, Row>> = {
  starting: underWay,
  'waiting for approval': {
    ...underWay,
    scale: awaitsApproval('scale'),
    retry: awaitsApproval('retry'),
    override: awaitsApproval('override'),
  },
  running: underWay,
  'waiting for a person': { ...allAllowed, resume: { code: 'not_paused', asks: true } },
  pausing: { ...allAllowed, retry: { code: 'on_pause', state: 'pausing' } },
  paused: { ...allAllowed, retry: { code: 'on_pause', state: 'paused' } },
  // What is barred while it is frozen: `rules/barred.ts`.
  frozen: { ...allAllowed, resume: notPaused },
  guardian: {
    ...underWay,
    scale: { code: 'farmers_gone' },
    retry: { code: 'waits_for_guardian' },
  },
  cancelling: tearingDown('cancelling'),
  failing: tearingDown('failing'),
  released: ended('released'),
  cancelled: ended('cancelled'),
  failed: ended('failed'),
};

/**
 * What a person may ask of the rebuild: undefined when it is allowed, else why not. What is not approved comes before
 * the table: no state that is shown opens it.
 */
export const commandRefusal = (
  rebuild: Rebuild,
  verb: CommandVerb,
  at?: Moment,
  glass?: 'under glass',
): CommandBar | undefined => {
  const barred = glass ? undefined : barredBy(rebuild, verb, at);
  if (barred !== undefined) return barred;
  const cell = allowedTable[statusOfRebuild(rebuild)][verb];
  if (cell !== true && !(glass && cell.code === 'awaits_approval')) return cell;
  if (verb === 'retry' && openIntervention(rebuild) === undefined) return nothingToRetry;
  if (verb === 'approve' && pendingOf(rebuild, at) === undefined) return { code: 'nothing_to_approve' };
  if (verb === 'withdraw' && pendingOf(rebuild, at) === undefined) return { code: 'nothing_to_withdraw' };
  if (verb === 'revoke' && !isRevocable(rebuild)) return { code: 'nothing_to_revoke' };
  return undefined;
};

/** There is an approval, and nothing was begun on it. */
export const isRevocable = (rebuild: Rebuild): boolean =>
  rebuild.approval !== undefined && rebuild.phase === 'running' && !hasTouched(rebuild);

const offered: readonly CommandVerb[] = [
  'scale',
  'pause',
  'resume',
  'approve',
  'withdraw',
  'revoke',
  'retry',
  'override',
  'cancel',
];

/** What a freeze does not bar. */
const whileFrozen: readonly CommandVerb[] = ['pause', 'withdraw', 'revoke', 'cancel'];

/** The buttons that a card carries: what would not be refused, and makes sense to offer. */
export const offeredVerbs = (rebuild: Rebuild): readonly CommandVerb[] =>
  offered.filter((verb) => {
    if (rebuild.frozen && !whileFrozen.includes(verb)) return false;
    if (commandRefusal(rebuild, verb) !== undefined) return false;
    if (verb === 'pause') return rebuild.pause === undefined;
    if (verb === 'scale') return farmersFixed(rebuild) === undefined;
    // Of what has begun, only what was asked for besides can be taken back.
    if (verb === 'withdraw') return !hasTouched(rebuild) || rebuild.asked !== undefined;
    return true;
  });

/** Why the number of farmers cannot be changed now. */
export type FarmersFixed =
  | { readonly code: 'farmers_not_needed' }
  /** On the farm engine, once it runs. */
  | { readonly code: 'farmers_fixed'; readonly farmers: number };

/** Why the number of farmers cannot be changed now; undefined when it can. */
export const farmersFixed = ({ steps, plan, farmers }: Rebuild): FarmersFixed | undefined => {
  const state = steps.find(({ name }) => name === 'rebuild')?.state;
  if (state === 'done' || state === 'skipped') return { code: 'farmers_not_needed' };
  const begun = state !== undefined && state !== 'pending';
  return plan.engine === 'farm' && begun ? { code: 'farmers_fixed', farmers: farmers.target } : undefined;
};
