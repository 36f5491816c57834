/** Makes one step of a message in Slack and puts its outcome on the newest record. Safe to repeat, late or twice. */
import { answered, held, writeSurely } from './calls.ts';
import type { Delivery, DeliveryPort } from './delivery.ts';
import { lookUp, repair } from './look-up.ts';
import type { MessageChange, MessageState } from './message.ts';
import { type DeliveryWork, nextStep } from './next-step.ts';
import type { Pacer } from './pacer.ts';
import { post } from './post.ts';
import { refusalOf } from './refusal.ts';
import { backOff, claimStaleAfter, describe } from './timing.ts';
import { claimUpdate, gone, notUpdated, refusedBy, stays, updated } from './transitions.ts';

/** @returns the record as it is known afterwards */
export const deliverMessage = <R>(d: Delivery<R>, seen: R, step: DeliveryWork): Promise<R | undefined> => {
  switch (step.do) {
    case 'post':
      return post(d, seen, { reply: false, claimed: step.claimed === true });
    case 'reply':
      return post(d, seen, { reply: true });
    case 'look_up':
      return lookUp(d, seen, step.posting);
    case 'update':
      return update(d, seen, step.ts);
    case 'repair':
      return repair(d, seen, step);
    default:
      return step satisfies never;
  }
};

/** Brings the root up to date. */
const update = async <R>(d: Delivery<R>, seen: R, ts: string): Promise<R | undefined> => {
  const claim = d.newClaim();
  const asked = d.now();
  const claimed = await d.write(seen, (message) => claimUpdate(message, claim, ts, d.now()));
  if (!claimed?.next) return claimed?.record;
  const { record } = claimed;
  const { channel, tries = 0 } = claimed.next.message;
  const content = d.contentOf(record);
  if (d.now() - asked > claimStaleAfter) {
    const again = { retryAt: d.now(), tries, late: false };
    return (await d.write(record, (message) => notUpdated(message, claim, again, d.now())))?.record;
  }
  const result = await answered(d, d.slack.update(record, ts));
  const outcome = (message: MessageState): MessageChange | undefined => {
    if (result.ok) return updated(message, claim, { content }, d.now());
    const error = describe(result);
    if (result.kind !== 'refused') {
      const again = {
        retryAt: d.now() + backOff(result, tries + 1, d.retry),
        tries: result.kind === 'rate_limited' ? tries : tries + 1,
        late: result.kind === 'ambiguous',
        error,
      };
      return notUpdated(message, claim, again, d.now());
    }
    const { update: table } = d.refusals;
    const verdict = table[refusalOf(error)] ?? table.otherwise;
    switch (verdict) {
      case 'gone':
        return gone(message, ts, error);
      case 'elsewhere':
        return message.ts === ts ? refusedBy(message, channel, d.nextChannel?.(channel), error) : undefined;
      case 'shown':
        return updated(message, claim, { content, error }, d.now());
      case 'stays':
        return stays(message, claim, { content, error }, d.now());
      default:
        return verdict satisfies never;
    }
  };
  if (!result.ok) await held(d, 'update', channel, result);
  return (await writeSurely(d, record, outcome))?.record;
};

/** A message that is posted once, as it was then, and never changed: what of a delivery it needs. */
export interface Once<R> extends Omit<Delivery<R>, 'contentOf' | 'looks' | 'replies' | 'slack' | 'pacer'> {
  readonly slack: Pick<DeliveryPort<R>, 'post' | 'find' | 'remove'>;
  readonly pacer: Pacer;
}

/** What it needs of Slack now; undefined: nothing, or nothing yet. Pure. */
export const onceStep = (
  message: MessageState,
  now: number,
  claimTimeout: number,
): DeliveryWork | undefined => {
  const step = nextStep(message, { update: undefined, reply: undefined }, now, claimTimeout);
  return step.do === 'nothing' || step.do === 'wait' ? undefined : step;
};

/** One step of it; the record as it is where the channel has no room for a post now. */
export const deliverOnce = async <R>(once: Once<R>, seen: R, step: DeliveryWork): Promise<R | undefined> => {
  const message = once.messageOf(seen);
  if (step.do === 'post' && message) {
    const { granted } = await once.pacer.take('post', message.channel, 1);
    if (granted === 0) return seen;
  }
  const slack: DeliveryPort<R> = {
    ...once.slack,
    update: async () => ({ ok: false, kind: 'refused', error: 'never_updated' }),
  };
  return deliverMessage({ ...once, slack, contentOf: () => '', looks: [] }, seen, step);
};
