import { dueSteps, type NotifyStep, nextStepAt } from '../../core/time/notify-steps.ts';
import { tell } from '../messages/news.ts';
import type { Asking } from '../model/parts/orders.ts';
import type { Intervention } from '../model/parts/step.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { hasEnded, openIntervention } from '../model/record.ts';
import { change, type Transition } from '../model/transition.ts';
import { costSince } from './kept-work.ts';

const minute = 60_000;

/** After the last step of the list it is said again: first after this, then after twice as long, and so on. */
const firstReminder = 30 * minute;
const longestReminder = 8 * 60 * minute;

/** Approvals have approvers of their own, and a guardian is in nobody's way. */
const isForAnybody = ({ code }: Intervention): boolean => code !== 'approval' && code !== 'guardian';

/** Nobody has heard of this question: who hears of it with its first words, and what is on record then. */
export const firstTold = (
  rebuild: Rebuild,
  ask: Intervention,
  { notify, answerers }: Pick<RebuildPolicy, 'notify' | 'answerers'>,
): { readonly asking?: Asking; readonly to: readonly string[] } => {
  if (!isForAnybody(ask)) return { to: [] };
  const { code, since } = ask;
  const due = dueSteps(notify, since, 0, since);
  const next = nextAt(notify, { since, told: due.length, reminded: 0 }, since);
  return {
    asking: { code, since, told: due.length, reminded: 0, next },
    to: mentioned(due, rebuild, answerers),
  };
};

/**
 * Mentions whoever is to hear of the open question by now, and reminds while nobody answers. Each step of the list is
 * said once: what was said is on the record, written with the words. A reminder mentions whoever the last step does.
 * An answer ends it, since then no question is open.
 */
export const tellOfQuestion = (transition: Transition, now: number, policy: RebuildPolicy): Transition => {
  const { rebuild } = transition;
  if (rebuild.pause) return transition;
  const ask = hasEnded(rebuild) ? undefined : openIntervention(rebuild);
  if (!ask || !isForAnybody(ask)) return rebuild.asking ? change(transition, notAsking) : transition;
  const asking = askingOf(rebuild, ask) ?? untold(ask, policy.notify, now);
  if (now < asking.next) {
    return asking === rebuild.asking ? transition : change(transition, (r) => ({ ...r, asking }));
  }
  const due = dueSteps(policy.notify, ask.since, asking.told, now);
  const told = asking.told + due.length;
  const reminded = asking.reminded + (due.length === 0 ? 1 : 0);
  const next = nextAt(policy.notify, { since: ask.since, told, reminded }, now);
  return tell(
    change(transition, (r) => ({ ...r, asking: { ...asking, told, reminded, next } })),
    {
      ...{ code: 'still_asked', ask, ms: now - ask.since },
      to: mentioned(due.length > 0 ? due : policy.notify.slice(-1), rebuild, policy.answerers),
      farmers: rebuild.farmers.wanted,
      cost: costSince(rebuild, ask.since, now, policy),
      ...(rebuild.rest && { rest: rebuild.rest }),
    },
    now,
  );
};

const askingOf = ({ asking }: Rebuild, { code, since }: Intervention): Asking | undefined =>
  asking?.code === code && asking.since === since ? asking : undefined;

/** Asked by a farmhand that told nobody: every step of the list is still to be said. */
const untold = ({ code, since }: Intervention, notify: readonly NotifyStep[], now: number): Asking => ({
  ...{ code, since, told: 0, reminded: 0 },
  next: nextAt(notify, { since, told: 0, reminded: 0 }, now),
});

const notAsking = ({ asking: _, ...rebuild }: Rebuild): Rebuild => rebuild;

const nextAt = (
  steps: readonly NotifyStep[],
  { since, told, reminded }: Pick<Asking, 'since' | 'told' | 'reminded'>,
  now: number,
): number => {
  const reminder = now + Math.min(longestReminder, firstReminder * 2 ** reminded);
  return nextStepAt(steps, since, told) ?? reminder;
};

const mentioned = (
  steps: readonly NotifyStep[],
  { plan }: Rebuild,
  answerers: RebuildPolicy['answerers'],
): readonly string[] => [
  ...new Set(
    steps.flatMap(({ mention }) =>
      mention.flatMap((whom) => (whom === 'role' ? (answerers?.(plan.instance) ?? []) : [whom])),
    ),
  ),
];
