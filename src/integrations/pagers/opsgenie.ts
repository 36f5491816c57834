import type { PagerRequest } from '../../alerts/ports/ports.ts';
import { cut } from '../../core/text.ts';
import type { PagerCall, PagerConfig } from './pager-call.ts';

const priorities = {
  critical: 'P1',
  error: 'P2',
  warning: 'P3',
  info: 'P4',
  none: 'P5',
} as const satisfies Readonly<Record<PagerRequest['severity'], string>>;

/** Alert API: https://docs.opsgenie.com/docs/alert-api; the alias is what it knows an alert by. */
export const opsgenieCall = (
  { api_key, url }: NonNullable<PagerConfig['opsgenie']>,
  request: PagerRequest,
): PagerCall => {
  const { say, alertId, title, summary, severity, source, labels, links, by } = request;
  const alerts = `${url.replace(/\/+$/, '')}/v2/alerts`;
  const headers = { authorization: `GenieKey ${api_key.reveal()}` };
  if (say === 'trigger') {
    return {
      ...{ url: alerts, headers },
      json: {
        message: cut(title, 130),
        alias: alertId,
        description: cut([summary, ...links.map(({ text, href }) => `${text}: ${href}`)].join('\n'), 15_000),
        priority: priorities[severity],
        source: cut(source === '' ? 'farmhand' : source, 100),
        details: labels,
      },
    };
  }
  const verb = say === 'resolve' ? 'close' : 'acknowledge';
  return {
    url: `${alerts}/${encodeURIComponent(alertId)}/${verb}?identifierType=alias`,
    headers,
    json: { source: 'farmhand', ...(by !== undefined && { user: cut(by, 100) }) },
    unknown: [404],
  };
};
