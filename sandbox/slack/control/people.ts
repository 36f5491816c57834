import { record } from '../args.ts';
import type { Box } from '../box.ts';
import type { Json, Kept } from '../messages/messages.ts';

export interface Person {
  readonly channel: string;
  readonly user: string;
}

/** What a person cannot do here, in words for whoever wrote the test. */
export class CannotDo extends Error {}

/** A person writes into the channel or a thread. The app hears of it where it is a member. */
export const say = async (
  box: Box,
  input: Person & { readonly text: string; readonly thread_ts?: string },
): Promise<{ ts: string }> => {
  known(box, input);
  const answer = await box.inner.act('message', input);
  const message = record(answer['message']);
  if (!message) throw new CannotDo(`The local Slack did not take the message: ${JSON.stringify(answer)}`);
  box.messages.put(message);
  return { ts: String(message['ts']) };
};

/** A slash command; resolves when the app has acknowledged it, or after 5 s. */
export const command = async (
  box: Box,
  input: Person & { readonly command: string; readonly text: string },
): Promise<void> => {
  known(box, input);
  if (!box.seed.commands.includes(input.command)) {
    throw new CannotDo(
      `${input.command} is not a valid command here; the seed knows ${box.seed.commands.join(', ')}.`,
    );
  }
  await box.inner.act('command', input);
};

/** A click on the button `action_id` of a message; resolves when the app has acknowledged it, or after 5 s. */
export const click = async (
  box: Box,
  input: Person & { readonly ts: string; readonly action_id: string; readonly stale_value?: string },
): Promise<void> => {
  known(box, input);
  const message = box.messages.find(input.channel, input.ts);
  if (!message || message.deleted) throw new CannotDo(`There is no message ${input.ts} in ${input.channel}.`);
  const buttons = elements(message);
  const button = buttons.find(({ element }) => element['action_id'] === input.action_id);
  if (!button) {
    const offered = buttons.map(({ element }) => element['action_id']).join(', ') || 'none';
    throw new CannotDo(`The message has no button ${input.action_id}; it has: ${offered}.`);
  }
  const { element, blockId } = button;
  await box.inner.act('interact', {
    channel: input.channel,
    messageTs: input.ts,
    user: input.user,
    action: {
      type: element['type'],
      action_id: element['action_id'],
      block_id: blockId,
      text: element['text'],
      value: input.stale_value ?? element['value'],
    },
  });
};

const known = (box: Box, { user, channel }: Person): void => {
  if (!box.channels.has(channel)) throw new CannotDo(`There is no channel ${channel}; use its id.`);
  if (!box.seed.users.some(({ id }) => id === user))
    throw new CannotDo(`There is no person ${user}; use the id.`);
};

const elements = (message: Kept): { readonly element: Json; readonly blockId: unknown }[] =>
  message.blocks.flatMap((block) => {
    const inside = Array.isArray(block['elements']) ? block['elements'] : [block['accessory']];
    return inside.flatMap((item) => {
      const element = record(item);
      return element?.['action_id'] === undefined ? [] : [{ element, blockId: block['block_id'] }];
    });
  });
