import type { PagerRequest } from '../../alerts/ports/ports.ts';
import { cut } from '../../core/text.ts';
import type { PagerCall, PagerConfig } from './pager-call.ts';

/** PagerDuty knows these four; what has no severity pages nobody at night. */
const severities = {
  critical: 'critical',
  error: 'error',
  warning: 'warning',
  info: 'info',
  none: 'info',
} as const satisfies Readonly<Record<PagerRequest['severity'], string>>;

/** Events API v2: https://developer.pagerduty.com/docs/events-api-v2/overview/ */
export const pagerdutyCall = (
  { routing_key, url }: NonNullable<PagerConfig['pagerduty']>,
  request: PagerRequest,
): PagerCall => {
  const { say, alertId, title, summary, severity, source, startsAt, labels, links } = request;
  const event = { routing_key: routing_key.reveal(), event_action: say, dedup_key: alertId };
  return {
    url: `${url.replace(/\/+$/, '')}/v2/enqueue`,
    json:
      say === 'trigger'
        ? {
            ...event,
            client: 'farmhand',
            payload: {
              summary: cut(title, 1024),
              source: cut(source === '' ? 'farmhand' : source, 255),
              severity: severities[severity],
              timestamp: new Date(startsAt).toISOString(),
              custom_details: { summary, ...labels },
            },
            links,
          }
        : event,
  };
};
