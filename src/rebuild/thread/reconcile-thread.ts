import { type Around, inTraceOf } from '../../core/tracing/context.ts';
import { deliverMessage } from '../../delivery/deliver.ts';
import type { Delivery, RefusalPolicy } from '../../delivery/delivery.ts';
import type { DeliveryWork } from '../../delivery/next-step.ts';
import type { Pacer } from '../../delivery/pacer.ts';
import { looksAgainAfter } from '../../delivery/timing.ts';
import { type Controller, reconcile } from '../../reconcile/controller.ts';
import type { Rebuild } from '../model/rebuild.ts';
import type { RebuildId } from '../model/rebuild-id.ts';
import type { Transition } from '../model/transition.ts';
import type { CardPort } from '../ports/ports.ts';
import type { RebuildStore } from '../ports/store.ts';
import { cardContent } from './card-content.ts';
import { cardMessage, withCard } from './card-message.ts';
import { type CardPolicy, decideCard, isUrgent } from './decide-card.ts';

export interface CardDeps extends Pick<Delivery<Rebuild>, 'now' | 'newClaim' | 'onDefect'> {
  readonly store: Pick<RebuildStore, 'get' | 'update'>;
  readonly cards: CardPort;
  readonly pacer: Pacer;
  readonly policy: () => CardPolicy;
  /** Where a thread goes when Slack refuses `channel`; undefined when there is nowhere left. */
  readonly nextChannel: (refused: string) => string | undefined;
  readonly around?: Around<Rebuild, DeliveryWork['do']> | undefined;
}

/** A pass gives the worker back after so many steps, so that no rebuild keeps another waiting. */
const stepsAtMost = 12;

/**
 * Makes Slack show what the record of a rebuild says: its card, and each note once. Answers when to come again, ms from
 * now; undefined: not before something changes. Safe to run twice, late, or after a crash. `read`: its record, where the
 * store has just given it.
 */
export const reconcileThread = async (
  deps: CardDeps,
  id: RebuildId,
  read?: Rebuild,
): Promise<number | undefined> => {
  const delivery = cardDelivery(deps);
  const { now, policy } = deps;
  let known = read ?? (await deps.store.get(id));
  const controller: Controller<Rebuild, DeliveryWork> = {
    load: async () => known,
    decide: (rebuild) => {
      const step = decideCard(rebuild, now(), policy());
      return step.do === 'nothing' || step.do === 'wait' ? step : { do: 'work', work: [step] };
    },
    admit: async (rebuild, step, go) => {
      const waitMs = await paced(deps, rebuild, step);
      if (waitMs > 0) return waitMs;
      await go();
      return undefined;
    },
    carryOut: async (rebuild, step) => {
      known = await inTraceOf(deps.around, rebuild, step.do, () => deliverMessage(delivery, rebuild, step));
    },
  };
  return reconcile(controller, id, { now, rounds: stepsAtMost });
};

/** How long to wait for a turn. Look-ups need none, and what a person waits for is never held back. ms */
const paced = async ({ pacer }: CardDeps, rebuild: Rebuild, step: DeliveryWork): Promise<number> => {
  if (step.do === 'look_up' || step.do === 'repair') return 0;
  if (step.do === 'update' && isUrgent(rebuild)) return 0;
  const kind = step.do === 'update' ? 'update' : 'post';
  const { granted, waitMs } = await pacer.take(kind, rebuild.card.channel, 1);
  return granted > 0 ? 0 : Math.max(1, waitMs);
};

/** A rebuild is told wherever it can be, for as long as it lasts: a card that cannot be made is tried again. */
const refusals: RefusalPolicy = {
  root: { otherwise: 'elsewhere', content: 'later' },
  // Where the card is there and shows the state, it stays where it is, though this reply is not taken.
  reply: { otherwise: 'unsaid', gone: 'gone', channel: 'elsewhere' },
  update: { otherwise: 'stays', gone: 'gone', content: 'shown', channel: 'elsewhere' },
};

/** Notes in one reply at the most: more would not be read, and not be taken by Slack. */
const notesAtOnce = 15;

const cardDelivery = (deps: CardDeps): Delivery<Rebuild> => {
  const { store, cards, now } = deps;
  return {
    ...deps,
    messageOf: ({ card }) => cardMessage(card),
    contentOf: cardContent,
    write: (seen, outcome) => {
      const change = (rebuild: Rebuild) => {
        const next = outcome(cardMessage(rebuild.card), rebuild);
        if (!next) return { record: rebuild };
        const write: Transition = withCard(rebuild, next, now());
        return { write, next, record: write.rebuild };
      };
      return store.update(seen.id, change, seen);
    },
    slack: { ...cards, post: cards.postCard, update: cards.updateCard },
    replies: {
      // What is decided by people must not wait for hours to be told.
      mayRepeat: true,
      next: ({ card: { notes } }) => (notes[notesAtOnce - 1] ?? notes.at(-1))?.n,
      unsaid: ({ card }, through) => card.notes.some(({ n }) => n <= through),
      post: (rebuild, ts, through) =>
        cards.postNotes(
          rebuild,
          ts,
          rebuild.card.notes.filter(({ n }) => n <= through),
        ),
    },
    refusals,
    retry: { first: 2_000, most: 60_000 },
    looks: looksAgainAfter,
  };
};
