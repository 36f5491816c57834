import type { Person } from '../../core/person.ts';
import { commandRefusal, farmersFixed } from '../model/allowed.ts';
import {
  approvalValidMs,
  hasTouched,
  isPerson,
  type Moment,
  pendingOf,
  withAsker,
} from '../model/approval.ts';
import type { RebuildCommand } from '../model/command.ts';
import type { Instance } from '../model/parts/instance.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { currentStep, later, openIntervention } from '../model/record.ts';
import {
  approvalBar,
  orderBar,
  type RuleBar,
  type Ruling,
  retryBar,
  typedBar,
} from '../model/rules/barred.ts';
import { controlsOf, isUnderGlass, mostOf, ruledBy } from '../model/rules/controlled.ts';
import type { Controls } from '../model/rules/rules.ts';
import { frozenNow } from '../model/rules/windows.ts';
import { setStep } from '../model/transition.ts';
import { approve, within } from './apply-approval.ts';
import { applyOverride } from './apply-override.ts';
import { already, type CommandApplied, commandChanged, refused } from './commanded.ts';
import type { CommandDenial } from './denial.ts';
import { breakGlass, review, underGlass } from './glass.ts';
import { revoke, withdraw } from './withdraw.ts';

export interface CommandPolicy {
  /** A pause is reminded of this often; ms. */
  readonly remind: number;
  /** How long an approval counts before anything is begun; default: 15 minutes. ms */
  readonly approvalValid?: number;
  /** farmhand’s own Slack user, where it is known: it asks for nothing and approves nothing. */
  readonly bot?: string;
  /** What `policy:` asks of an instance by the config of now. Absent: nothing. */
  readonly controls?: (instance: Instance) => Controls;
  /** Who may break the glass, as people are told. */
  readonly breakers?: readonly string[];
}

/**
 * What a person asked for, applied to the record. Pure and total: changed, already so, written down until another
 * person approves it, or refused with reasons.
 */
export const applyRebuildCommand = (
  before: Rebuild,
  command: RebuildCommand,
  by: Person,
  now: number,
  policy: CommandPolicy,
): CommandApplied => {
  const controls = policy.controls?.(before.plan.instance);
  const rebuild = ruledBy(before, controls, hasTouched(before));
  const at: Moment = { now, valid: policy.approvalValid ?? approvalValidMs };
  const rules: Ruling = { controls, breakers: policy.breakers ?? [], now };
  const unnamed = typedBar(rebuild, command, controls);
  if (unnamed) return barred(rebuild, unnamed);
  if (command.verb === 'approve') {
    if (!isPerson(by) || by.id === policy.bot) {
      return refused(rebuild, { code: 'approver_is_no_person' }, 'not_allowed');
    }
    const pending = pendingOf(rebuild, at);
    const frozen = pending && approvalBar(rebuild, hasTouched(rebuild), pending.kind, rules);
    if (frozen) return barred(rebuild, frozen);
    return approve(rebuild, command, by, at, (from, order, asker) => {
      const bar = orderBar(from, order, rules);
      return bar ? barred(from, bar) : make(from, order, asker, at, policy);
    });
  }
  if (command.verb === 'review') return review(rebuild, command, by, now);
  if (command.verb === 'break_glass') {
    const refusal = commandRefusal(rebuild, command.verb, at);
    const { glassMs } = controls ?? controlsOf(rebuild);
    return refusal ? refused(rebuild, refusal) : breakGlass(rebuild, command, by, glassMs, now);
  }
  if (command.verb === 'revoke') return revoke(rebuild, command, by, at);
  if (command.verb === 'withdraw') {
    return withdraw(rebuild, command, by, at, (reason) =>
      cancel(rebuild, { verb: 'cancel', reason }, by, now, isFrozen(rebuild, policy, now)),
    );
  }
  const glass = isUnderGlass(rebuild, by.id, now) ? 'under glass' : undefined;
  const bar = glass ? undefined : barOf(rebuild, command, rules);
  const order = untyped(command);
  const made = make(rebuild, order, by, at, policy, glass);
  // What its state does not allow is said first: that may not change when the window ends.
  if (bar && (made.result.ok || bar.code === 'frozen')) return made.result.ok ? barred(rebuild, bar) : made;
  return glass ? underGlass(rebuild, order, by, now, made) : within(rebuild, order, by, now, made);
};

const barOf = (rebuild: Rebuild, command: RebuildCommand, rules: Ruling): RuleBar | undefined => {
  const { verb } = command;
  if (verb === 'retry') return retryBar(rebuild, rules);
  return verb === 'scale' || verb === 'override' || verb === 'resume'
    ? orderBar(rebuild, command, rules)
    : undefined;
};

const barCodes = {
  frozen: 'not_now',
  farmers_limit: 'limit',
  change_limit: 'limit',
  name_not_typed: 'invalid',
} as const;

const barred = (rebuild: Rebuild, bar: RuleBar): CommandApplied => refused(rebuild, bar, barCodes[bar.code]);

/** What was typed for it is no part of what is ordered. */
const untyped = <C extends RebuildCommand>(command: C): C => {
  if (!('typed' in command)) return command;
  const { typed: _, ...order } = command;
  return order as C;
};

type Ordered = Exclude<
  RebuildCommand,
  { verb: 'approve' | 'withdraw' | 'revoke' | 'break_glass' | 'review' }
>;

/** Whether somebody must approve it first is not asked here. */
const make = (
  rebuild: Rebuild,
  command: Ordered,
  by: Person,
  at: Moment,
  policy: CommandPolicy,
  glass?: 'under glass',
): CommandApplied => {
  const { now } = at;
  const refusal = commandRefusal(rebuild, command.verb, at, glass);
  if (refusal !== undefined) return refused(rebuild, refusal);
  switch (command.verb) {
    case 'scale':
      return scale(rebuild, command, by, now);
    case 'pause':
      return pause(rebuild, command, by, now, policy);
    case 'resume':
      return resume(rebuild, by, now, command.reason);
    case 'cancel':
      return cancel(rebuild, command, by, now, glass === undefined && isFrozen(rebuild, policy, now));
    case 'retry':
      return retry(rebuild, by, now, command.reason);
    case 'override':
      return applyOverride(rebuild, command, by, now);
    default:
      return command satisfies never;
  }
};

const scale = (
  rebuild: Rebuild,
  { farmers, reason }: RebuildCommand & { verb: 'scale' },
  by: Person,
  now: number,
): CommandApplied => {
  const { maximum, name: instance } = rebuild.plan.instance;
  const isNumber = Number.isInteger(farmers) && farmers >= 1;
  const { minimum } = rebuild.farmers;
  const problems: readonly CommandDenial[] = [
    ...(isNumber ? [] : [{ code: 'not_a_number_of_farmers', farmers } as const]),
    ...(farmers > maximum ? [{ code: 'too_many_farmers', farmers, maximum, instance } as const] : []),
    ...(isNumber && farmers < minimum ? [{ code: 'too_few_farmers', farmers, minimum } as const] : []),
  ];
  if (problems.length > 0) return refused(rebuild, problems, 'invalid');
  const fixed = farmersFixed(rebuild);
  if (fixed !== undefined) return refused(rebuild, fixed);
  const { target, wanted } = rebuild.farmers;
  const drifts = rebuild.drift?.role === 'farmer' && rebuild.drift.settled === undefined;
  if (farmers === target && !drifts) return already(rebuild, { code: 'same_number', instance, farmers });
  const up = wanted > 0;
  const { offer: _, ...rest } = rebuild;
  const settled = drifts &&
    rebuild.drift && {
      ...rebuild.drift,
      settled: farmers === rebuild.drift.found ? ('accepted' as const) : ('restored' as const),
    };
  const next: Rebuild = {
    ...withAsker(rest, by),
    farmers: {
      ...rebuild.farmers,
      target: farmers,
      wanted: up ? farmers : wanted,
      ...(controlsOf(rebuild).lowerShare && { most: Math.max(mostOf(rebuild), farmers) }),
      asked: { by, ...(reason !== undefined && { reason }) },
    },
    ...(settled && { drift: settled }),
  };
  const takes = !up ? 'at_start' : rebuild.pause ? 'when_resumed' : 'now';
  const done = { code: 'scale', instance, from: target, to: farmers, takes } as const;
  return commandChanged(next, done, by, now, reason);
};

const pause = (
  rebuild: Rebuild,
  { reason }: RebuildCommand & { verb: 'pause' },
  by: Person,
  now: number,
  { remind }: CommandPolicy,
): CommandApplied => {
  const instance = rebuild.plan.instance.name;
  if (rebuild.pause) return already(rebuild, { code: 'paused', instance, pause: rebuild.pause });
  const step = currentStep(rebuild);
  const next: Rebuild = {
    ...rebuild,
    pause: {
      state: 'pausing',
      by,
      reason,
      at: now,
      ...(step && { after: step.name }),
      remindAt: now + remind,
    },
  };
  const flight = rebuild.effects.some(({ state }) => state === 'claimed');
  return commandChanged(next, { code: 'pause', instance, step: step?.name, flight }, by, now, reason);
};

const resume = (rebuild: Rebuild, by: Person, now: number, reason: string | undefined): CommandApplied => {
  const instance = rebuild.plan.instance.name;
  const { pause: was } = rebuild;
  if (!was) return already(rebuild, { code: 'not_paused', instance });
  const next = unpaused(rebuild, now);
  const step = currentStep(next)?.name;
  return commandChanged(next, { code: 'resume', instance, step, lastedMs: now - was.at }, by, now, reason);
};

/** Without its pause: time spent paused does not count, so what was due is due that much later. */
const unpaused = (rebuild: Rebuild, now: number): Rebuild => {
  const { pause: was, ...rest } = rebuild;
  if (!was) return rebuild;
  const ms = was.pausedAt === undefined ? 0 : now - was.pausedAt;
  return {
    ...rest,
    pausedMs: rebuild.pausedMs + ms,
    // That time is counted once.
    ...(rest.rest && { rest: { ...rest.rest, at: rest.rest.at + ms } }),
    ...(rest.frozen && {
      frozen: { ...rest.frozen, at: now - Math.max(0, (was.pausedAt ?? now) - rest.frozen.at) },
    }),
    steps: rebuild.steps.map((step) => later(step, ms)),
  };
};

/** By people: a window holds no teardown back. */
const isFrozen = ({ plan }: Rebuild, { controls }: CommandPolicy, now: number): boolean =>
  frozenNow(controls?.(plan.instance), now)?.freezes !== undefined;

const cancel = (
  rebuild: Rebuild,
  { reason }: RebuildCommand & { verb: 'cancel' },
  by: Person,
  now: number,
  frozen: boolean,
): CommandApplied => {
  const step = currentStep(rebuild)?.name ?? 'release';
  const ask = openIntervention(rebuild);
  const errors = ask && ask.code !== 'approval' && ask.code !== 'guardian' ? [ask.what] : [];
  const next: Rebuild = {
    ...unpaused(rebuild, now),
    phase: 'cancelling',
    end: { at: now, by, reason, step, errors },
  };
  const up = rebuild.farmers.wanted + rebuild.synchronizer.wanted > 0;
  const instance = rebuild.plan.instance.name;
  return commandChanged(next, { code: 'cancel', instance, up, frozen }, by, now, reason);
};

const retry = (rebuild: Rebuild, by: Person, now: number, reason: string | undefined): CommandApplied => {
  const step = currentStep(rebuild)?.name;
  if (!step) return already(rebuild, { code: 'all_done' });
  const next = setStep(rebuild, step, ({ name, attempt }) => ({ name, attempt, state: 'pending' }));
  const instance = rebuild.plan.instance.name;
  return commandChanged(next, { code: 'retry', instance, step }, by, now, reason);
};
