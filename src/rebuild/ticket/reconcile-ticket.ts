import { messageOf } from '../../core/errors.ts';
import { type Around, inTraceOf } from '../../core/tracing/context.ts';
import {
  type Controller,
  carryOut,
  type EffectSteps,
  firstFrom,
  reconcile,
} from '../../reconcile/controller.ts';
import type { Rebuild } from '../model/rebuild.ts';
import type { RebuildId } from '../model/rebuild-id.ts';
import type { Transition } from '../model/transition.ts';
import type { TicketResult } from '../ports/ports.ts';
import { checkpointsDue, withCheckpoints } from './checkpoints.ts';
import {
  claimTicket,
  decideTicket,
  settleTicket,
  type TicketStep,
  type TicketWork,
} from './decide-ticket.ts';
import { type TaskPassDeps, taskEffect } from './reconcile-task.ts';
import { decideTask, type TaskWork, taskDueAt } from './review-task.ts';

export interface TicketPassDeps extends TaskPassDeps {
  /** The audit's last record, with all that waited for its place. Undefined, and soon, where it cannot be told; never throws. */
  readonly head?: () => Promise<{ readonly seq: number; readonly hash: string } | undefined>;
  readonly around?: Around<Rebuild, TicketWork['do']> | undefined;
}

/** Jira takes 100 writes in 30 seconds of one ticket: ten, then a rest of four seconds, stay below that for good. */
const writesAtOnce = 10;
const rest = 4_000;

/**
 * Makes the ticket say what the record says: raises it, then writes the entries one by one, each once. Answers when
 * to come again, ms from now; undefined: not before something changes. `read`: its record, where the store has just given it.
 */
export const reconcileTicket = (
  deps: TicketPassDeps,
  id: RebuildId,
  read?: Rebuild,
): Promise<number | undefined> =>
  reconcile(firstFrom(ticketController(deps), read), id, { now: deps.now, rounds: writesAtOnce, rest });

interface TicketClaim {
  readonly id: string;
  readonly work: TicketWork;
  /** As it was before the claim: what is in doubt there is what to look for. */
  readonly before: Rebuild;
  /** ms */
  readonly at: number;
}

const ticketController = (deps: TicketPassDeps): Controller<Rebuild, TicketWork | TaskWork> => {
  const ticket = carryOut(ticketEffect(deps), deps.now);
  const task = carryOut(taskEffect(deps), deps.now);
  return {
    load: (id) => deps.store.get(id),
    decide: (rebuild) => {
      const step = decideTicket(rebuild, deps.now());
      const next = decideTask(rebuild, deps.now());
      // Neither waits for the other: what a refusal or a retry holds up is its own.
      if (step.do !== 'nothing' && step.do !== 'wait')
        return { do: 'work', work: next ? [step, next] : [step] };
      if (next) return { do: 'work', work: [next] };
      const due = taskDueAt(rebuild);
      if (due === undefined) return step;
      return { do: 'wait', until: step.do === 'wait' ? Math.min(step.until, due) : due };
    },
    carryOut: (seen, work) => (work.do === 'task' ? task(seen, work) : ticket(seen, work)),
  };
};

const ticketEffect = (deps: TicketPassDeps): EffectSteps<Rebuild, TicketWork, TicketClaim, TicketResult> => {
  const { store, now, policy } = deps;
  return {
    claim: async (seen, work) => {
      const id = deps.newClaim();
      // What is written with any other work does not show it, and must not be changed by it.
      const shows = work.do === 'raise' || work.do === 'describe';
      const head = shows && checkpointsDue(seen).length > 0 ? await deps.head?.() : undefined;
      const change = await store.update(seen.id, (found): { write?: Transition; claim?: TicketClaim } => {
        const at = now();
        const before = withCheckpoints(found, head);
        const newest = decideTicket(before, at);
        if (!isSame(newest, work)) return {};
        if (before.ticket.doubt?.claim !== seen.ticket.doubt?.claim) return {};
        const rebuild = claimTicket(before, newest, id, at, policy());
        return { claim: { id, work: newest, before, at }, write: { rebuild, journal: [] } };
      });
      return change?.claim;
    },
    execute: ({ work, before }) => inTraceOf(deps.around, before, work.do, () => write(deps, before, work)),
    unanswered: (error) => ({ ok: false, kind: 'unknown', error: messageOf(error) }),
    apply: async ({ id, work, before }, result) => {
      await store.update(before.id, (rebuild): { write?: Transition } => {
        const next = settleTicket(rebuild, work, id, before.ticket.doubt, result, now(), policy());
        return next ? { write: next } : {};
      });
    },
  };
};

const isSame = (one: TicketStep, other: TicketWork): one is TicketWork =>
  one.do === other.do && (one.do !== 'comment' || other.do !== 'comment' || one.entry.n === other.entry.n);

const write = (deps: TicketPassDeps, rebuild: Rebuild, work: TicketWork): Promise<TicketResult> => {
  const { channel, ts } = rebuild.card;
  const { ticket } = rebuild;
  const thread = ts === undefined ? undefined : deps.permalink(channel, ts);
  switch (work.do) {
    case 'raise':
      return deps.evidence.raise(rebuild, thread, work.mayExist);
    case 'comment':
      return deps.evidence.comment(rebuild, ticket, work.entry, work.mayExist);
    case 'describe':
      return deps.evidence.describe(rebuild, ticket, thread, work.ifAbsent);
    case 'look':
      return deps.evidence.look(rebuild, ticket);
    case 'move':
      return deps.evidence.move(rebuild, ticket, work.move);
    default:
      return work satisfies never;
  }
};
