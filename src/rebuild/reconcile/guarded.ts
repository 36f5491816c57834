import { tell, tellLatest } from '../messages/news.ts';
import { isCovered } from '../model/approval.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { openGlass } from '../model/rules/controlled.ts';
import type { HeldBack } from '../model/rules/held.ts';
import { change, forget, type Transition } from '../model/transition.ts';

/** The glass is closed at the first safe point after its time, in the middle of a step, too: what is under way is finished. */
export const closeGlass = (transition: Transition, now: number): Transition => {
  const open = openGlass(transition.rebuild);
  return open && now >= open.until ? glassClosed(transition, now) : transition;
};

/** Nothing is open any more. Says whether the rebuild goes on, or waits for an approval. */
export const glassClosed = (transition: Transition, now: number): Transition => {
  const open = openGlass(transition.rebuild);
  if (!open) return transition;
  const closed = change(
    transition,
    (rebuild): Rebuild => ({
      ...rebuild,
      glass: (rebuild.glass ?? []).map((each) => (each.n === open.n ? { ...each, endedAt: now } : each)),
    }),
  );
  const { by, until, at, did } = open;
  const waits = closed.rebuild.phase === 'running' && !isCovered(closed.rebuild);
  const facts = { by, did, lastedMs: Math.min(now, until) - at, waits };
  return tell(closed, { code: 'glass_closed', ...facts }, now);
};

const topic = 'held_raise:';

/** Told once for each reason; and when it is over, it may be told again. */
export const toldOfHeld = (transition: Transition, held: HeldBack | undefined, now: number): Transition =>
  held
    ? tellLatest(transition, topic, { code: 'raise_held', held }, 'if new', now)
    : change(transition, (rebuild) => forget(rebuild, topic));
