import type { Phase } from '../../rebuild/model/rebuild.ts';
import type { JiraTransition } from './client/schema.ts';

/** Names that say how it ended, the best first; "duplicate" is never true of a rebuild. */
const wanted: Readonly<Record<'released' | 'other', readonly RegExp[]>> = {
  released: [/done|complete|resolve|finish/i, /close/i],
  other: [/cancel|abort|fail/i, /won.?t|declin|reject/i, /close|done|resolve/i],
};
const unfit = /duplicate/i;
const setBack = /cancel|abort|fail|won.?t|declin|reject/i;

/** The transition that closes the ticket of a rebuild; else what those there are ask for, which farmhand cannot say. */
export const closingTransitionOf = (
  transitions: readonly JiraTransition[],
  phase: Phase,
): { readonly id: string | undefined; readonly required: readonly string[] } => {
  const closing = transitions.filter(
    (t) =>
      t.to.statusCategory.key === 'done' &&
      !unfit.test(t.name) &&
      (phase !== 'released' || !setBack.test(t.name)),
  );
  const free = closing.filter((t) => asks(t).length === 0);
  const order = wanted[phase === 'released' ? 'released' : 'other'];
  const best = order.flatMap((pattern) => free.filter(({ name }) => pattern.test(name)))[0] ?? free[0];
  return { id: best?.id, required: best ? [] : [...new Set(closing.flatMap(asks))] };
};

const asks = ({ fields }: JiraTransition): readonly string[] =>
  Object.entries(fields)
    .filter(([, field]) => field.required && !field.hasDefaultValue)
    .map(([id, field]) => field.name ?? id);
