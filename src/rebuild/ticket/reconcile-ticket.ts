import { messageOf } from '../../core/errors.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild, RebuildId } from '../model/rebuild.ts';
import type { Transition } from '../model/transition.ts';
import type { EvidencePort, TicketResult } from '../ports/ports.ts';
import type { RebuildStore } from '../ports/store.ts';
import {
  claimTicket,
  decideTicket,
  settleTicket,
  type TicketStep,
  type TicketWork,
} from './decide-ticket.ts';

export interface TicketPassDeps {
  readonly store: RebuildStore;
  readonly evidence: EvidencePort;
  /** The link to a message; undefined while the workspace's address is not known. */
  readonly permalink: (channel: string, ts: string) => string | undefined;
  readonly policy: () => RebuildPolicy;
  readonly now: () => number;
  /** Unique for every claim. */
  readonly newClaim: () => string;
}

/** Jira takes 100 writes in 30 seconds of one ticket: ten, then a rest of four seconds, stay below that for good. */
const writesAtOnce = 10;
const rest = 4_000;

/**
 * Makes the ticket say what the record says: raises it, then writes the entries one by one, each once. Answers when
 * to come again, ms from now; undefined: not before something changes.
 */
export const reconcileTicket = async (deps: TicketPassDeps, id: RebuildId): Promise<number | undefined> => {
  for (let writes = 0; ; writes++) {
    const rebuild = await deps.store.get(id);
    if (!rebuild) return undefined;
    const step = decideTicket(rebuild, deps.now());
    switch (step.do) {
      case 'nothing':
        return undefined;
      case 'wait':
        return Math.max(1, step.until - deps.now());
      case 'raise':
      case 'comment':
        if (writes === writesAtOnce) return rest;
        await work(deps, rebuild, step);
        break;
      default:
        return step satisfies never;
    }
  }
};

const work = async (deps: TicketPassDeps, seen: Rebuild, step: TicketWork): Promise<void> => {
  const { store, now } = deps;
  const claim = deps.newClaim();
  const change = await store.update(seen.id, (rebuild): { write?: Transition; claimed?: Rebuild } => {
    const present = decideTicket(rebuild, now());
    if (!isSame(present, step) || rebuild.ticket.doubt?.claim !== seen.ticket.doubt?.claim) return {};
    const next = claimTicket(rebuild, step, claim, now(), deps.policy());
    return { claimed: rebuild, write: { rebuild: next, journal: [] } };
  });
  // What the adapter sees is the record as it was before the claim: its doubt is the one to look for.
  const claimed = change?.claimed;
  if (!claimed) return;
  const result = await perform(deps, claimed, step).catch(
    (error: unknown): TicketResult => ({ ok: false, kind: 'unknown', error: messageOf(error) }),
  );
  await store.update(seen.id, (rebuild): { write?: Transition } => {
    const { doubt } = claimed.ticket;
    const write = settleTicket(rebuild, step, claim, doubt, result, now(), deps.policy());
    return write ? { write } : {};
  });
};

const isSame = (one: TicketStep, other: TicketWork): boolean =>
  one.do === other.do && (one.do !== 'comment' || other.do !== 'comment' || one.entry.n === other.entry.n);

const perform = (deps: TicketPassDeps, rebuild: Rebuild, step: TicketWork): Promise<TicketResult> => {
  const { channel, ts } = rebuild.card;
  return step.do === 'raise'
    ? deps.evidence.raise(rebuild, ts === undefined ? undefined : deps.permalink(channel, ts), step.mayExist)
    : deps.evidence.comment(rebuild, rebuild.ticket, step.entry, step.mayExist);
};
