import { z } from 'zod';

/** What Alertmanager 0.25 takes at `POST /api/v2/silences` (its OpenAPI's `postableSilence`). */
export const PostableSilence = z.object({
  id: z.string().optional(),
  matchers: z
    .array(
      z.object({
        name: z.string(),
        value: z.string(),
        isRegex: z.boolean(),
        isEqual: z.boolean().default(true),
      }),
    )
    .min(1, 'matchers in body should have at least 1 items'),
  startsAt: z.iso.datetime({ offset: true }),
  endsAt: z.iso.datetime({ offset: true }),
  createdBy: z.string(),
  comment: z.string(),
});
export type PostableSilence = z.infer<typeof PostableSilence>;

export interface StoredSilence extends Omit<PostableSilence, 'id' | 'startsAt' | 'endsAt'> {
  readonly id: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly updatedAt: number;
}

/** Why Alertmanager refuses `silence`, in its words; undefined when it takes it. */
export const refusalOf = (silence: PostableSilence, now: number): string | undefined => {
  const bad = silence.matchers.findIndex((m) => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(m.name));
  if (bad >= 0) {
    const name = silence.matchers[bad]?.name ?? '';
    return `silence invalid: invalid label matcher ${bad}: invalid label name ${JSON.stringify(name)}`;
  }
  if (Date.parse(silence.startsAt) >= Date.parse(silence.endsAt)) {
    return 'Failed to create silence: start time must be before end time';
  }
  if (Date.parse(silence.endsAt) < now) {
    return "Failed to create silence: end time can't be in the past";
  }
  return silence.matchers.every((m) => m.isEqual === (m.value === ''))
    ? 'silence invalid: at least one matcher must not match the empty string'
    : undefined;
};

export const gettable = (silence: StoredSilence, now: number) => ({
  ...silence,
  startsAt: new Date(silence.startsAt).toISOString(),
  endsAt: new Date(silence.endsAt).toISOString(),
  updatedAt: new Date(silence.updatedAt).toISOString(),
  status: { state: silence.endsAt <= now ? 'expired' : silence.startsAt > now ? 'pending' : 'active' },
});

/** `name="value"` of a filter; a silence passes when one of its matchers has this name and value. */
export const parseFilter = (filter: string): { name: string; value: string } | undefined => {
  const [, name, value] = /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"?([^"]*)"?\s*$/.exec(filter) ?? [];
  return name === undefined || value === undefined ? undefined : { name, value };
};
