import { dueSteps, type NotifyStep, nextStepAt } from '../../core/time/notify-steps.ts';
import { type QuietHours, quietUntil } from '../../core/time/quiet-hours.ts';
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

/** Until when nobody is mentioned. */
export interface HeldMention {
  readonly hours: QuietHours;
  readonly until: number;
}

type Hours = Pick<RebuildPolicy, 'quiet' | 'critical'>;

/** The quiet hours that hold what is due of this question at `at`; undefined: nothing does. */
const heldAt = (
  { code }: Pick<Intervention, 'code'>,
  { quiet, critical = [] }: Hours,
  at: number,
): HeldMention | undefined => {
  if (!quiet || (critical.includes(code) && !quiet.critical)) return undefined;
  const until = quietUntil(quiet, at);
  // Where clocks show its end twice, it is over with the first.
  return until === undefined || until <= at ? undefined : { hours: quiet, until };
};

/** When people are told of the open question next, by the quiet hours of now; undefined: nobody is asked. ms */
export const nextTelling = ({ asking }: Rebuild, policy: Hours, now: number): number | undefined =>
  asking && (heldAt(asking, policy, Math.max(asking.next, now))?.until ?? asking.next);

/** Nobody has heard of this question: who hears of it with its first words, and what is on record then. */
export const firstTold = (
  rebuild: Rebuild,
  ask: Intervention,
  { notify, answerers, ...hours }: Pick<RebuildPolicy, 'notify' | 'answerers'> & Hours,
): { readonly asking?: Asking; readonly to: readonly string[]; readonly held?: HeldMention } => {
  if (!isForAnybody(ask)) return { to: [] };
  const { code, since } = ask;
  const held = heldAt(ask, hours, since);
  const due = held ? [] : dueSteps(notify, since, 0, since);
  const next = nextAt(notify, { since, told: due.length, reminded: 0 }, since);
  return {
    asking: { code, since, told: due.length, reminded: 0, next },
    to: mentioned(due, rebuild, answerers),
    ...(held && { held }),
  };
};

/**
 * Mentions whoever is to hear of the open question by now, and reminds while nobody answers. Each step of the list is
 * said once: what was said is on the record, written with the words. A reminder mentions whoever the last step does.
 * An answer ends it, since then no question is open. In quiet hours it waits: what was held is said once they end.
 */
export const tellOfQuestion = (transition: Transition, now: number, policy: RebuildPolicy): Transition => {
  const { rebuild } = transition;
  if (rebuild.pause) return transition;
  const ask = hasEnded(rebuild) ? undefined : openIntervention(rebuild);
  if (!ask || !isForAnybody(ask)) return rebuild.asking ? change(transition, notAsking) : transition;
  const asking = askingOf(rebuild, ask) ?? untold(ask, policy.notify, now);
  if (now < asking.next || heldAt(ask, policy, now)) {
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
