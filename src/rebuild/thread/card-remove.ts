import { passesLater } from '../../delivery/refusal.ts';
import type { PostedMessage } from '../../delivery/slack-result.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { answered, type CardDeps, type Recorded, record } from './card-call.ts';
import { duplicatesLeft } from './card-shown.ts';

export const others = (
  messages: readonly PostedMessage[],
  ts: string | undefined,
): readonly PostedMessage[] => messages.filter((message) => message.ts !== ts);

export const removeDuplicates = (deps: CardDeps, done: Recorded | undefined): Promise<Rebuild | undefined> =>
  removeAll(deps, done?.rebuild, done?.change?.surplus ? [done.change.surplus] : []);

export const removeAll = async (
  deps: CardDeps,
  rebuild: Rebuild | undefined,
  messages: readonly PostedMessage[],
): Promise<Rebuild | undefined> => {
  if (!rebuild || (await allRemoved(deps, messages))) return rebuild;
  return (await record(deps, rebuild.id, (newest) => duplicatesLeft(newest, deps.now())))?.rebuild;
};

/** True when none of them is there any more, as far as Slack lets us see to it: what passes later is tried again. */
export const allRemoved = async (deps: CardDeps, messages: readonly PostedMessage[]): Promise<boolean> => {
  let all = true;
  for (const message of messages) {
    const removed = await answered(deps, deps.cards.remove(message));
    if (!removed.ok && (removed.kind !== 'refused' || passesLater(removed.error))) all = false;
  }
  return all;
};
