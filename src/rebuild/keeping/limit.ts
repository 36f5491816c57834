import { tell } from '../messages/news.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { activeMs, limitOf } from '../model/record.ts';
import { change, type Transition } from '../model/transition.ts';

/** Percent of the limit at which people are told. */
const shares = [99, 90, 75] as const;

/**
 * Says when a rebuild has taken most of the time that it may: each share once, and the highest alone where several were
 * passed. Where the limit was raised since, what was said of the old one is forgotten.
 */
export const tellOfLimit = (transition: Transition, now: number, policy: RebuildPolicy): Transition => {
  const { rebuild } = transition;
  if (rebuild.phase !== 'running' || rebuild.pause || rebuild.rest) return transition;
  const limitMs = limitOf(rebuild, policy);
  const active = activeMs(rebuild, now);
  const reached = shares.find((share) => active >= (limitMs * share) / 100);
  const { nearEnd } = rebuild;
  if (reached === undefined) return nearEnd ? change(transition, withoutEnd) : transition;
  const endsAt = now + limitMs - active;
  if (nearEnd && nearEnd.percent === reached && Math.abs(nearEnd.endsAt - endsAt) < 60_000) return transition;
  const next = change(transition, (r) => ({ ...r, nearEnd: { percent: reached, endsAt } }));
  // A pause, or an order, moves the end; that is no news of its own.
  if (nearEnd && nearEnd.percent >= reached) return next;
  return tell(
    next,
    {
      code: 'limit_near',
      percent: reached,
      leftMs: limitMs - active,
      limitMs,
      to: reached >= 90 ? (policy.answerers?.(rebuild.plan.instance) ?? []) : [],
    },
    now,
  );
};

const withoutEnd = ({ nearEnd: _, ...rebuild }: Rebuild): Rebuild => rebuild;
