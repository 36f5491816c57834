import { z } from 'zod';

/** `GET /api/v2/silences`: the fields farmhand reads. */
export const FoundSilences = z.array(
  z.object({
    id: z.string().min(1),
    comment: z.string(),
    status: z.object({ state: z.enum(['active', 'pending', 'expired']) }),
  }),
);
export type FoundSilences = z.infer<typeof FoundSilences>;

/** `POST /api/v2/silences` */
export const CreatedSilence = z.object({ silenceID: z.string().min(1) });
export type CreatedSilence = z.infer<typeof CreatedSilence>;
