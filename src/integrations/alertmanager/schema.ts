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

const ids = z.array(z.string()).nullish();

/** `GET /api/v2/alerts`: the fields farmhand reads. Newer versions add `mutedBy`. */
export const ListedAlerts = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    status: z.object({ state: z.string(), silencedBy: ids, inhibitedBy: ids, mutedBy: ids }),
  }),
);
export type ListedAlerts = z.infer<typeof ListedAlerts>;

/** `GET /api/v2/status`: since when it runs, and the members of its cluster that it knows. */
export const AlertmanagerStatus = z.object({
  uptime: z.iso.datetime({ offset: true }),
  cluster: z.object({ status: z.string(), peers: z.array(z.unknown()).nullish() }).nullish(),
});
export type AlertmanagerStatus = z.infer<typeof AlertmanagerStatus>;
