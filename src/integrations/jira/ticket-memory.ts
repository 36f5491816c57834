/**
 * What this process knows of a ticket and Jira's search may not know yet:
 * - `created`: the ticket is there;
 * - `doubt`: a create may have been carried out at `since`; `looks` counts the searches since then that found nothing;
 * - `clean`: the last attempt of this process surely created nothing.
 */
export type TicketKnowledge =
  | { readonly state: 'created'; readonly id: string; readonly key: string }
  | { readonly state: 'doubt'; readonly since: number; readonly looks: number }
  | { readonly state: 'clean' };

export interface TicketMemory {
  get(label: string): TicketKnowledge | undefined;
  set(label: string, knowledge: TicketKnowledge): void;
}

/** The latest `limit` labels; who is forgotten is searched for like after a restart. */
export const createTicketMemory = (limit = 10_000): TicketMemory => {
  const known = new Map<string, TicketKnowledge>();
  return {
    get: (label) => known.get(label),
    set(label, knowledge) {
      known.delete(label);
      known.set(label, knowledge);
      if (known.size <= limit) return;
      for (const oldest of known.keys()) {
        known.delete(oldest);
        break;
      }
    },
  };
};

/** How long Jira's search may be behind before a ticket that it does not show counts as not created, ms. */
const settleMs = 60_000;
const minLooks = 2;

/** How long to wait before a ticket in doubt may be created again; 0: now. */
export const doubtLeft = (doubt: { readonly since: number; readonly looks: number }, now: number): number => {
  const left = doubt.since + settleMs - now;
  if (left <= 0 && doubt.looks >= minLooks) return 0;
  return Math.max(5_000, Math.min(left, 20_000));
};
