import { formatDuration } from '../../core/duration.ts';
import type { Person } from '../../core/person.ts';
import { canScale, commandRefusal } from '../model/allowed.ts';
import { approvalValidMs, isPerson, type Moment } from '../model/approval.ts';
import type { RebuildCommand } from '../model/command.ts';
import type { Step } from '../model/parts/step.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { currentStep, openIntervention } from '../model/record.ts';
import { stepTitle } from '../model/steps.ts';
import { setStep, withMark } from '../model/transition.ts';
import { approve, within } from './apply-approval.ts';
import { applyOverride } from './apply-override.ts';
import { already, announced, type CommandApplied, commandChanged, refused } from './commanded.ts';
import { withdraw } from './withdraw.ts';

export interface CommandPolicy {
  /** A pause is reminded of this often; ms. */
  readonly remind: number;
  /** How long an approval counts before anything is begun; default: 15 minutes. ms */
  readonly approvalValid?: number;
  /** farmhand’s own Slack user, where it is known: it asks for nothing and approves nothing. */
  readonly bot?: string;
}

/**
 * What a person asked for, applied to the record. Pure and total: changed, already so, written down until another
 * person approves it, or refused with sentences.
 */
export const applyRebuildCommand = (
  rebuild: Rebuild,
  command: RebuildCommand,
  by: Person,
  now: number,
  policy: CommandPolicy,
): CommandApplied => {
  const at: Moment = { now, valid: policy.approvalValid ?? approvalValidMs };
  if (command.verb === 'approve') {
    if (!isPerson(by) || by.id === policy.bot) {
      return refused(rebuild, ['Not approved: only a person can approve.'], 'not_allowed');
    }
    return approve(rebuild, command, by, at, (from, order, asker) => make(from, order, asker, at, policy));
  }
  if (command.verb === 'withdraw') {
    return withdraw(rebuild, command, by, at, (reason) =>
      cancel(rebuild, { verb: 'cancel', reason }, by, now),
    );
  }
  const made = make(rebuild, command, by, at, policy);
  return within(rebuild, command, by, now, made);
};

/** Whether somebody must approve it first is not asked here. */
const make = (
  rebuild: Rebuild,
  command: Exclude<RebuildCommand, { verb: 'approve' | 'withdraw' }>,
  by: Person,
  at: Moment,
  policy: CommandPolicy,
): CommandApplied => {
  const { now } = at;
  const refusal = commandRefusal(rebuild, command.verb, at);
  if (refusal !== undefined) return refused(rebuild, [`Not done: ${refusal}`]);
  switch (command.verb) {
    case 'scale':
      return scale(rebuild, command, by, now);
    case 'pause':
      return pause(rebuild, command, by, now, policy);
    case 'resume':
      return resume(rebuild, by, now, command.reason);
    case 'cancel':
      return cancel(rebuild, command, by, now);
    case 'retry':
      return retry(rebuild, by, now, command.reason);
    case 'override': {
      const overridden = applyOverride(rebuild, command, by, now);
      return 'problems' in overridden
        ? refused(rebuild, overridden.problems, 'invalid')
        : commandChanged(overridden.write, overridden.says);
    }
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
  const { plan } = rebuild;
  const { maximum, name } = plan.instance;
  const problems = [
    ...(Number.isInteger(farmers) && farmers >= 1 ? [] : [`${farmers} is not a number of farmers.`]),
    ...(farmers > maximum
      ? [
          `${farmers} farmers are more than the maximum of ${name}, which is ${maximum} (its values file says so).`,
        ]
      : []),
    ...(Number.isInteger(farmers) && farmers >= 1 && farmers < rebuild.farmers.minimum
      ? [
          `${farmers} farmers are fewer than the minimum of ${rebuild.farmers.minimum}. To go on with fewer, override: accept fewer farmers.`,
        ]
      : []),
  ];
  if (problems.length > 0) {
    return refused(rebuild, [...problems, 'Nothing was changed.'], 'invalid');
  }
  const impossible = canScale(rebuild);
  if (impossible !== undefined) return refused(rebuild, [`Not scaled: ${impossible}`]);
  const { target, wanted } = rebuild.farmers;
  const drifts = rebuild.drift?.role === 'farmer' && rebuild.drift.settled === undefined;
  if (farmers === target && !drifts)
    return already(rebuild, `${name} has ${target} farmers as its number already.`);
  const up = wanted > 0;
  const { offer: _, ...rest } = rebuild;
  const settled = drifts &&
    rebuild.drift && {
      ...rebuild.drift,
      settled: farmers === rebuild.drift.found ? ('accepted' as const) : ('restored' as const),
    };
  const next: Rebuild = {
    ...rest,
    farmers: {
      ...rebuild.farmers,
      target: farmers,
      wanted: up ? farmers : wanted,
      asked: { by, ...(reason !== undefined && { reason }) },
    },
    ...(settled && { drift: settled }),
  };
  const marked = withMark(next, 'scale', `${target} → ${farmers} farmers`, now);
  const says = !up
    ? `${name} will start with ${farmers} farmers instead of ${target}.`
    : rebuild.pause
      ? `${name} goes from ${target} to ${farmers} farmers when it is resumed.`
      : `${name} goes from ${target} to ${farmers} farmers.`;
  return commandChanged(
    announced(marked, by, now, { kind: 'scaled', text: says, what: 'scale', why: reason }),
    says,
  );
};

const pause = (
  rebuild: Rebuild,
  { reason }: RebuildCommand & { verb: 'pause' },
  by: Person,
  now: number,
  { remind }: CommandPolicy,
): CommandApplied => {
  const { instance } = rebuild.plan;
  if (rebuild.pause) {
    const { pause: at } = rebuild;
    const who = at.by.name ?? at.by.id;
    return already(rebuild, `${instance.name} is ${at.state} already, by ${who}, because: ${at.reason}`);
  }
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
  const says = `Pausing ${instance.name}${step ? ` in the step ${stepTitle[step.name]}` : ''}: ${
    flight ? 'what is under way is finished first, and ' : ''
  }nothing new is begun.`;
  const marked = withMark(next, 'pause', 'paused', now);
  return commandChanged(
    announced(marked, by, now, { kind: 'pausing', text: says, what: 'pause', why: reason }),
    says,
  );
};

const resume = (rebuild: Rebuild, by: Person, now: number, reason: string | undefined): CommandApplied => {
  const { pause: was, ...rest } = rebuild;
  if (!was) return already(rebuild, `${rebuild.plan.instance.name} is not paused.`);
  const next = unpaused(rebuild, now);
  const step = currentStep(next);
  const lasted = formatDuration(now - was.at);
  const says = `${rest.plan.instance.name} goes on${step ? ` in the step ${stepTitle[step.name]}` : ''}, after a pause of ${lasted}.`;
  const marked = withMark(next, 'resume', 'resumed', now);
  return commandChanged(
    announced(marked, by, now, { kind: 'resumed', text: says, what: 'resume', why: reason }),
    says,
  );
};

/** Without its pause: time spent paused does not count, so what was due is due that much later. */
const unpaused = (rebuild: Rebuild, now: number): Rebuild => {
  const { pause: was, ...rest } = rebuild;
  if (!was) return rebuild;
  const ms = was.pausedAt === undefined ? 0 : now - was.pausedAt;
  return {
    ...rest,
    pausedMs: rebuild.pausedMs + ms,
    steps: rebuild.steps.map((step) => later(step, ms)),
  };
};

const later = (step: Step, ms: number): Step => ({
  ...step,
  ...(step.deadline !== undefined && step.endedAt === undefined && { deadline: step.deadline + ms }),
  ...(step.ask && {
    ask: { ...step.ask, ...(step.ask.until !== undefined && { until: step.ask.until + ms }) },
  }),
});

const cancel = (
  rebuild: Rebuild,
  { reason }: RebuildCommand & { verb: 'cancel' },
  by: Person,
  now: number,
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
  const says = `Cancelling ${rebuild.plan.instance.name}: ${
    up ? 'farmers and synchronizer go down now, and it ends when they are gone.' : 'nothing was touched yet.'
  }`;
  return commandChanged(
    announced(next, by, now, { kind: 'cancelling', text: says, what: 'cancel', why: reason }),
    says,
  );
};

const retry = (rebuild: Rebuild, by: Person, now: number, reason: string | undefined): CommandApplied => {
  const step = currentStep(rebuild);
  if (!step) return already(rebuild, 'All steps are done; there is nothing to retry.');
  const next = setStep(rebuild, step.name, ({ name, attempt }) => ({ name, attempt, state: 'pending' }));
  const says = `${rebuild.plan.instance.name}: the step ${stepTitle[step.name]} begins once more.`;
  return commandChanged(
    announced(next, by, now, { kind: 'override', text: says, what: 'retry', why: reason }),
    says,
  );
};
