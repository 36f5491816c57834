import { createHmac, timingSafeEqual } from 'node:crypto';

/** The two headers of a signed request, as they came. */
export interface SignedHeaders {
  readonly signature: string | undefined;
  /** Seconds since the epoch, when Slack sent it. */
  readonly timestamp: string | undefined;
}

export type SignatureVerdict =
  | { readonly code: 'signed' }
  | { readonly code: 'missing_headers' | 'malformed_headers' | 'stale' | 'future' | 'altered' };

/** A request counts this long before and after the moment that it names; ms. */
export const replayWindowMs = 300_000;

/**
 * Whether Slack signed these very bytes, now. `now`: ms. The time is judged last: whoever cannot sign is told nothing of
 * this clock. https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export const verifySignature = (
  secret: string,
  { signature, timestamp }: SignedHeaders,
  body: Uint8Array,
  now: number,
): SignatureVerdict => {
  if (signature === undefined || timestamp === undefined) return { code: 'missing_headers' };
  if (!/^v0=[0-9a-f]{64}$/.test(signature) || !/^\d{1,12}$/.test(timestamp)) {
    return { code: 'malformed_headers' };
  }
  const expected = Buffer.from(signatureOf(secret, timestamp, body));
  if (!timingSafeEqual(expected, Buffer.from(signature))) return { code: 'altered' };
  const age = now - Number(timestamp) * 1_000;
  if (age > replayWindowMs) return { code: 'stale' };
  if (age < -replayWindowMs) return { code: 'future' };
  return { code: 'signed' };
};

/** What Slack puts into `X-Slack-Signature`. */
const signatureOf = (secret: string, timestamp: string, body: Uint8Array): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
