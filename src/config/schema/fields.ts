import { z } from 'zod';
import { parseDuration } from '../../core/duration.ts';
import { didYouMean } from '../../core/nearest.ts';
import { parseTemplate } from '../../core/templates.ts';
import { parseMatchers } from '../../routes/matchers.ts';
import { Secret } from './secret.ts';

/** Where a secret is kept. The file never holds the secret itself. */
export type SecretReference = { readonly env: string } | { readonly file: string };

/** Fetches a secret; a failure says in words what to set. */
export type ResolveSecret = (
  reference: SecretReference,
) => { readonly ok: true; readonly secret: Secret } | { readonly ok: false; readonly problem: string };

/**
 * A group of keys that refuses any other key, one line a key, with the nearest known one. `gone`: what to write instead of
 * a key of before.
 */
export const section = <const S extends z.core.$ZodLooseShape>(
  shape: S,
  gone: Readonly<Record<string, string>> = {},
) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys
            .map((key) =>
              Object.hasOwn(gone, key)
                ? gone[key]
                : `is not a key farmhand knows${didYouMean(key, Object.keys(shape))}`,
            )
            .join('\n')
        : undefined,
  });

/** The shortest and the longest that makes sense, as people write it, and why. */
export interface DurationBounds {
  readonly min: string;
  readonly max: string;
  readonly why: string;
}

/** A duration within bounds, in ms. One that is out of them is refused with the bounds and the reason. */
export const duration = (what: string, { min, max, why }: DurationBounds) => {
  const [least, most] = [parseDuration(min) ?? 0, parseDuration(max) ?? 0];
  return (
    z
      .string({ error: 'must be a duration: 30s, 15m, 4h, 7d' })
      .superRefine((text, ctx) => {
        const ms = parseDuration(text);
        const wrong =
          ms === undefined
            ? 'is not a duration; write 30s, 15m, 4h, 7d'
            : ms < least
              ? `is ${text.trim()}, and must be ${min} at least, ${max} at most: ${why}`
              : ms > most
                ? `is ${text.trim()}, and must be ${max} at most, ${min} at least: ${why}`
                : undefined;
        if (wrong !== undefined) ctx.addIssue({ code: 'custom', message: wrong });
      })
      .transform((text) => parseDuration(text) ?? 0)
      // JSON Schema cannot compare durations, so the bounds are told; `farmhand check` compares.
      .meta({ description: `${what} (${min} to ${max})`, title: 'duration' })
  );
};

const secretForm = 'must be { env: NAME } or { file: /path }; a secret is never written in this file';

/** A secret: a reference that is fetched while the config is read, or (from code) a `Secret` as it is. */
export const secretField = (resolve: ResolveSecret) => (what: string) =>
  z
    .union(
      [
        z.strictObject({ env: z.string().min(1) }),
        z.strictObject({ file: z.string().min(1) }),
        z.instanceof(Secret),
      ],
      { error: secretForm },
    )
    .transform((value, ctx): Secret => {
      if (value instanceof Secret) return value;
      const resolved = resolve(value);
      if (resolved.ok) return resolved.secret;
      ctx.addIssue({ code: 'custom', message: resolved.problem });
      return z.NEVER;
    })
    .meta({ description: what, title: 'secret' });

export const httpUrl = (what: string) =>
  z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).meta({ description: what });

export const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, { error: 'may have a-z, 0-9, - and _, 63 characters at most' });

export const channel = z.string().regex(/^[CG][A-Z0-9]{2,}$/, {
  error:
    'must be a channel id such as C0123ABCD, not a name (in Slack: open the channel’s details, it is at the bottom)',
});

export const instancePattern = z.string().regex(/^([a-z0-9][a-z0-9-]{0,62}\*?|\*)$/, {
  error: 'must be an instance, a beginning such as system*, or *',
});

/** Which environments something is for. */
export const environments = z
  .array(z.string().regex(/^([a-z0-9][a-z0-9_-]{0,62}|\*)$/, { error: 'must be an environment, or *' }))
  .min(1)
  .default(['*']);

export const template = z.string().superRefine((text, ctx) => {
  const parsed = parseTemplate(text);
  if (!parsed.ok) ctx.addIssue({ code: 'custom', message: parsed.problem });
});

/** Fields of the ticket of an alert. */
export const alertFields = z.record(z.string().min(1), z.union([template, z.number(), z.array(template)]));

export const matcher = z.string().superRefine((text, ctx) => {
  const parsed = parseMatchers(text);
  if (!parsed.ok) ctx.addIssue({ code: 'custom', message: parsed.problem });
});

const isRedisUrl = (text: string): boolean => URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol);

/** A Redis URL; one with a password must be a secret. */
export const redisUrl = (secret: ReturnType<typeof secretField>) =>
  z.union(
    [
      z
        .string()
        .refine(isRedisUrl, { error: 'must be a redis:// or rediss:// URL', abort: true })
        .refine((text) => new URL(text).password === '', {
          error: 'has a password in it; give the whole URL as { env: NAME } or { file: /path }',
        }),
      secret('Redis URL').refine((url) => url.isWithheld || isRedisUrl(url.reveal()), {
        error: 'must be a redis:// or rediss:// URL',
      }),
    ],
    { error: 'must be a redis:// or rediss:// URL, or { env: NAME } or { file: /path }' },
  );

const pemFile = (what: string) => z.string().min(1).optional().describe(what);

/** Certificates of a connection over TLS. */
export const tlsFiles = section({
  ca_file: pemFile('Certificates of the authority, PEM'),
  cert_file: pemFile('Own certificate, PEM'),
  key_file: pemFile('Own key, PEM'),
  server_name: z.string().min(1).optional().describe('Name the certificate must have'),
});
