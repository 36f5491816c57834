import type { ActionResult, PagerPort, PagerRequest } from '../../alerts/ports/ports.ts';
import { type Http, type HttpOutcome, retryOf } from '../http-client/call.ts';
import { said } from '../http-client/said.ts';
import { opsgenieCall } from './opsgenie.ts';
import type { PagerCall, PagerConfig } from './pager-call.ts';
import { pagerdutyCall } from './pagerduty.ts';
import { webhookCall } from './webhook.ts';

export interface PagersDeps {
  readonly http: Http;
  readonly now: () => number;
}

const maxAnswerBytes = 64 * 1024;

/**
 * Pages through PagerDuty, Opsgenie, or anything that takes a signed call. Each knows an alert by its id, so what was perhaps
 * taken is simply said again: nobody is paged twice for one alert.
 */
export const createPagers = (configs: readonly PagerConfig[], { http, now }: PagersDeps): PagerPort => {
  const byName = new Map(configs.map((config) => [config.name, config]));
  return {
    tell: async (request) => {
      const config = byName.get(request.to);
      const call = config && callOf(config, request, now());
      if (!config || !call) {
        return { ok: false, retry: false, error: `pagers: there is no ${request.to} any more` };
      }
      const { unknown = [], ...ask } = call;
      const outcome = await http.call({
        ...{ method: 'POST', timeoutMs: config.timeout, maxBytes: maxAnswerBytes },
        ...ask,
      });
      return resultOf(request, unknown, outcome, now());
    },
  };
};

const callOf = (
  { pagerduty, opsgenie, webhook }: PagerConfig,
  request: PagerRequest,
  now: number,
): PagerCall | undefined => {
  if (pagerduty) return pagerdutyCall(pagerduty, request);
  if (opsgenie) return opsgenieCall(opsgenie, request);
  return webhook && webhookCall(webhook, request, now);
};

const resultOf = (
  { to, say, alertId }: PagerRequest,
  unknown: readonly number[],
  outcome: HttpOutcome,
  now: number,
): ActionResult => {
  const what = `Pager ${to}, ${say}`;
  if (outcome.kind === 'not_sent') {
    return { ok: false, retry: true, error: `${what}: it cannot be reached: ${outcome.error}` };
  }
  if (outcome.kind === 'lost') {
    return {
      ...{ ok: false, retry: true },
      error: `${what}: it gave no answer: ${outcome.error}. It may have it; repeating is safe, it knows the alert by its id`,
    };
  }
  const { status, body } = outcome;
  if ((status >= 200 && status < 300) || unknown.includes(status)) return { ok: true, id: alertId };
  const error = `${what}: it answered ${status}: ${said(body)}`;
  const again = retryOf(outcome, now);
  return { ok: false, ...again, error: again.retry ? error : `${error}.${hintFor(status)}` };
};

const hintFor = (status: number): string => {
  if (status === 401 || status === 403) return ' Check its key in pagers';
  if (status >= 300 && status < 400) return ' Redirects are not followed: check its url in pagers';
  return status === 404 ? ' Check its url in pagers' : '';
};
