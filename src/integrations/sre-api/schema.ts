import { z } from 'zod';

/** What the SRE API says of a task it took, or has already. Everything is optional: the key always finds it. */
export const TaskAnswer = z.object({
  id: z
    .union([z.string().min(1).max(200), z.int().nonnegative()])
    .transform(String)
    .optional(),
  /** Any text: only an http(s) address is shown as a link. */
  url: z.string().optional(),
  text: z.string().optional(),
  message: z.string().optional(),
  idempotency_key: z.string().optional(),
});
export type TaskAnswer = z.infer<typeof TaskAnswer>;
