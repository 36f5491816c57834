import type { types } from '@slack/bolt';
import type { Message } from '../blocks.ts';
import { callbackIds } from '../ids.ts';

/** App Home that only says something: when the records cannot be read. */
export const homeNotice = (message: Message): types.HomeView => ({
  type: 'home',
  callback_id: callbackIds.home,
  blocks: message.blocks,
});
