import { type Around, inTraceOf } from '../../core/tracing/context.ts';
import { deliverMessage } from '../../delivery/deliver.ts';
import type { Delivered, Delivery, RefusalPolicy } from '../../delivery/delivery.ts';
import type { DeliveryWork } from '../../delivery/next-step.ts';
import type { Pacer } from '../../delivery/pacer.ts';
import { claimPost } from '../../delivery/transitions.ts';
import { type Escalated, escalate } from '../evolve/escalate.ts';
import { expireSilence } from '../evolve/silence.ts';
import { pageDelivery } from '../groups/deliver-page.ts';
import type { Alert, Note } from '../model/alert.ts';
import type { ThreadPort } from '../ports/ports.ts';
import type { AlertStore } from '../ports/store.ts';
import { decideThread, type ThreadPolicy, type ThreadStep } from './decide-thread.ts';
import { rootHash } from './root-facts.ts';
import { type Applied, threadMessage, withThread } from './thread-message.ts';

export interface ExecuteDeps extends Pick<Delivery<Alert>, 'now' | 'newClaim' | 'pause'> {
  readonly store: AlertStore;
  readonly threads: ThreadPort;
  readonly pacer: Pacer;
  /** Where a thread goes when Slack refuses `channel`; undefined when there is nowhere left. */
  readonly nextChannel: (channel: string) => string | undefined;
  readonly onThread?: (alert: Alert, waitedMs: number) => void;
  /** Told when it is on record; it is said as soon as Slack takes it. */
  readonly onEscalated?: (kind: NonNullable<Escalated['kind']>) => void;
  readonly onUndeliverable?: (alert: Alert, error: string) => void;
  readonly around?: Around<Alert, DeliveryWork['do']> | undefined;
}

/** A new alert with its root claimed, where nothing but that is to be done for it now. */
export const claimAhead = (
  { now, newClaim }: Pick<ExecuteDeps, 'now' | 'newClaim'>,
  alert: Alert,
  policy: ThreadPolicy,
): Alert | undefined => {
  const at = now();
  const message = threadMessage(alert);
  if (!message || decideThread(alert, at, policy).do !== 'post') return undefined;
  const claimed = claimPost(message, { claim: newClaim(), through: 0 }, at);
  return claimed && withThread(alert, claimed, at).alert;
};

/**
 * Makes one step in Slack and puts its outcome on the newest record. Safe to repeat, late or twice. `before`: the alert as
 * it was when the step was decided; default: as it is.
 */
export const executeThreadStep = async (
  deps: ExecuteDeps,
  alert: Alert,
  step: ThreadStep,
  before: Alert = alert,
): Promise<void> => {
  if (step.do === 'nothing' || step.do === 'wait') return;
  if (step.do === 'page') {
    await inTraceOf(deps.around, alert, step.step.do, () =>
      deliverMessage(pageDelivery(deps, step.page), alert, step.step),
    );
    return;
  }
  if (step.do !== 'expire_silence' && step.do !== 'escalate') {
    await inTraceOf(deps.around, alert, step.do, () =>
      deliverMessage(threadDelivery(deps, before), alert, step),
    );
    return;
  }
  const done = await deps.store.update(
    alert.id,
    (newest): { readonly write?: Applied; readonly kind?: Escalated['kind'] } => {
      if (step.do === 'escalate') {
        const write = escalate(newest, deps.now());
        return write ? { write, ...(write.kind && { kind: write.kind }) } : {};
      }
      const write = expireSilence(newest, deps.now());
      return write ? { write } : {};
    },
  );
  if (done?.kind) deps.onEscalated?.(done.kind);
};

/**
 * An event does not stay pending for ever: what no channel takes is counted as undeliverable. A root that was deleted, or
 * that nobody can reach, is posted again only when the alert fires again.
 */
const refusals: RefusalPolicy = {
  root: { otherwise: 'elsewhere' },
  // The root is brought up to date before anything is said under it, and that tells whether it is still there.
  reply: { otherwise: 'unsaid' },
  update: { otherwise: 'stays', gone: 'gone', channel: 'gone' },
};

/** `first`: the alert as it was when the step was decided. */
const threadDelivery = (deps: ExecuteDeps, first: Alert): Delivery<Alert> => {
  const { store, threads, now } = deps;
  return {
    ...deps,
    messageOf: threadMessage,
    contentOf: rootHash,
    write: async (seen, outcome) => {
      const done = await store.update(
        seen.id,
        (alert): Delivered<Alert> & { write?: Applied } => {
          const message = threadMessage(alert);
          const next = message && outcome(message, alert);
          if (!next) return { record: alert };
          const write = withThread(alert, next, now());
          return { write, next, record: write.alert };
        },
        seen,
      );
      tell(deps, first, done?.write, done?.next?.happened);
      return done;
    },
    slack: {
      post: threads.postRoot,
      update: threads.updateRoot,
      find: ({ id, channel, thread }, through, since) =>
        through === 0 || thread.state !== 'open'
          ? threads.find(channel, { kind: 'alert', id }, since)
          : threads.find(channel, { kind: 'note', id: `${id}#${through}` }, since, thread.ts),
      remove: threads.remove,
    },
    replies: {
      // Its root shows the state: nobody misses what is not said.
      mayRepeat: false,
      next: ({ notes }) => notes.at(-1)?.n,
      unsaid: ({ notes }, through) => notes.some(({ n }) => n <= through),
      post: (alert, ts, through) => threads.postNotes(alert, ts, upTo(alert.notes, through)),
    },
    refusals,
    // It is told within seconds once Slack is back.
    retry: { first: 3_000, most: 3_000 },
    // Each look reads the channel's history: in a storm there is no time for a second one.
    looks: [],
  };
};

const upTo = (notes: readonly Note[], through: number): readonly Note[] =>
  notes.filter(({ n }) => n <= through);

const tell = (
  { onThread, onUndeliverable, now }: ExecuteDeps,
  { thread }: Alert,
  written: Applied | undefined,
  happened: NonNullable<Delivered<Alert>['next']>['happened'],
): void => {
  if (!written || (!written.settles && !written.alert.group)) return;
  const since =
    thread.state === 'wanted' ? thread.since : thread.state === 'posting' ? thread.firstClaim : now();
  if (happened?.what === 'opened') onThread?.(written.alert, now() - since);
  if (happened?.what === 'refused' && happened.to === undefined)
    onUndeliverable?.(written.alert, happened.error);
};
