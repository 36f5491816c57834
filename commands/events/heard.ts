import { z } from 'zod';

/** A message by a person, as both `message` and `app_mention` carry it. Edits, joins, bots … have other shapes. */
export const Heard = z.object({
  user: z.string(),
  channel: z.string(),
  ts: z.string(),
  text: z.string(),
  thread_ts: z.string().optional(),
  /** Who wrote the thread's root; not every Slack says so. */
  parent_user_id: z.string().optional(),
  subtype: z.undefined().optional(),
  bot_id: z.undefined().optional(),
});
export type Heard = z.infer<typeof Heard>;
