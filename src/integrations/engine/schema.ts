import { z } from 'zod';

const word = z.string().min(1).max(300);

const Run = z.object({
  key: word,
  /** Empty: of no rebuild, begun by the node itself. */
  rebuild: z.union([z.literal(''), word]),
  kind: z.enum(['history', 'rebuild', 'write']),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  percent: z.number().min(0).max(100),
  farmers: z.int().min(0),
  distributed: z.boolean(),
  done: z.number().min(0).optional(),
  total: z.number().min(0).optional(),
  error: z.string().optional(),
});

/** What `statusTemplate` makes of an express node's rebuild status. Runs and orders are the oldest first. */
export const EngineStatus = z.object({
  runs: z.array(Run),
  /** Keys of the orders that were taken. */
  orders: z.array(word),
  /** Rebuilds that have a cache file in S3. */
  cacheFiles: z.array(word),
  guardian: z.boolean(),
  frontends: z.array(
    z.object({
      name: word,
      state: z.enum(['waiting', 'taking', 'restarting', 'ready', 'failed']),
      caches: word.optional(),
      says: z.string().optional(),
    }),
  ),
});
export type EngineStatus = z.infer<typeof EngineStatus>;
export type EngineRun = EngineStatus['runs'][number];

/** The answer to an order that was taken, now or before. */
export const OrderAnswer = z.object({ key: word, already: z.boolean() });
export type OrderAnswer = z.infer<typeof OrderAnswer>;
