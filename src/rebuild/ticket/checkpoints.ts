import type { TicketCheckpoint } from '../model/parts/told.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { hasEnded } from '../model/record.ts';

/** Moments of which the ticket is to say how far the audit was then, and does not yet. */
export const checkpointsDue = (rebuild: Rebuild): readonly TicketCheckpoint['of'][] => {
  const { checkpoints = [], state } = rebuild.ticket;
  const due: readonly TicketCheckpoint['of'][] = [
    ...(state === 'wanted' ? (['start'] as const) : []),
    ...(rebuild.approval ? (['approval'] as const) : []),
    ...(hasEnded(rebuild) ? (['end'] as const) : []),
  ];
  return due.filter((of) => !checkpoints.some((one) => one.of === of));
};

/** With the audit's head for whatever is due. Undefined: it is not known now, and nothing waits for it. */
export const withCheckpoints = (
  rebuild: Rebuild,
  head: { readonly seq: number; readonly hash: string } | undefined,
): Rebuild => {
  const due = checkpointsDue(rebuild);
  if (!head || due.length === 0) return rebuild;
  const { seq, hash } = head;
  const checkpoints = [...(rebuild.ticket.checkpoints ?? []), ...due.map((of) => ({ of, seq, hash }))];
  return { ...rebuild, ticket: { ...rebuild.ticket, checkpoints } };
};
