import { createHmac } from 'node:crypto';
import type { PagerRequest } from '../../alerts/ports/ports.ts';
import type { PagerCall, PagerConfig } from './pager-call.ts';

/**
 * Anything that takes a signed call: HMAC-SHA256, in hex, of the time (seconds), a full stop, and the body as it is sent. The
 * body is farmhand's own, see docs/notify.md.
 */
export const webhookCall = (
  { url, secret }: NonNullable<PagerConfig['webhook']>,
  { to: _, key, say, alertId, startsAt, ...alert }: PagerRequest,
  now: number,
): PagerCall => {
  const json = {
    version: 1,
    action: say,
    alert: { id: alertId, starts_at: new Date(startsAt).toISOString(), ...alert },
  };
  const time = String(Math.floor(now / 1000));
  const signature = createHmac('sha256', secret.reveal())
    .update(`${time}.${JSON.stringify(json)}`)
    .digest('hex');
  return {
    url,
    json,
    headers: {
      'idempotency-key': key,
      'x-farmhand-dedup-key': alertId,
      'x-farmhand-timestamp': time,
      'x-farmhand-signature': `sha256=${signature}`,
    },
  };
};
