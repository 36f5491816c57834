import { setTimeout as delay } from 'node:timers/promises';
import type { ActionResult, SilencePort, SilenceRequest } from '../../alerts/ports/ports.ts';
import { type Http, type HttpOutcome, parseRetryAfter } from '../http-client/call.ts';
import { said } from '../http-client/said.ts';
import { callApi, parseJson } from './api.ts';
import { type AlertmanagerConfig, choose, externalUrls } from './choose.ts';
import { credentialAdvice } from './credentials.ts';
import { effectOf } from './effect.ts';
import { CreatedSilence, FoundSilences } from './schema.ts';
import { carriesMark, searchFilter, silenceBody } from './silence-body.ts';

export interface SilencesDeps {
  readonly httpFor: (config: AlertmanagerConfig) => Http;
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
  /** ms; default 10 s. */
  readonly timeoutMs?: number;
}

/** Waits before looking again after a lost answer: peers of a cluster gossip within a second or two. */
const lookAgainAfter = [500, 2_000];

type Found = { readonly id: string; readonly expired: boolean } | { readonly missing: true } | ActionFailure;
type ActionFailure = Extract<ActionResult, { ok: false }>;

/** Creates silences through API v2 of the configured Alertmanagers, each once per key. */
export const createSilences = (
  configs: readonly AlertmanagerConfig[],
  { httpFor, now = Date.now, sleep = delay, timeoutMs = 10_000 }: SilencesDeps,
): SilencePort => {
  const api = { httpFor, timeoutMs, sleep };
  const call = (config: AlertmanagerConfig, path: string, json?: unknown): Promise<HttpOutcome> =>
    callApi(api, config, path, json);

  const look = async (config: AlertmanagerConfig, request: SilenceRequest): Promise<Found> => {
    const outcome = await call(config, `/silences${searchFilter(request.labels)}`);
    if (outcome.kind !== 'answered' || outcome.status !== 200) return failure(config, outcome, now());
    const silences = outcome.cut ? undefined : parseJson(FoundSilences, outcome.body);
    if (!silences) return unreadable(config, 'its list of silences');
    const own = silences.filter((silence) => carriesMark(silence.comment, request.key));
    const silence = own.find((s) => s.status.state !== 'expired') ?? own[0];
    return silence ? { id: silence.id, expired: silence.status.state === 'expired' } : { missing: true };
  };

  return {
    async silence(request) {
      const body = silenceBody(request);
      const choice = choose(configs, request);
      if (!choice) return refuse(noneToAsk(configs, request.cluster));
      const problem = matcherProblem(request, body.matchers.length);
      if (problem !== undefined) return refuse(problem);
      const { config, sure } = choice;
      const made = async (silence: {
        readonly id: string;
        readonly expired: boolean;
      }): Promise<ActionResult> => {
        const result = found(config, silence, sure);
        if (silence.expired) return result;
        return { ...result, effect: await effectOf(api, config, sure, silence.id, request) };
      };
      const before = await look(config, request);
      if ('id' in before) return made(before);
      if ('ok' in before) return before;
      if (request.endsAt <= now()) return refuse('the silence would already be over; ask for a longer one');

      const outcome = await call(config, '/silences', body);
      if (outcome.kind === 'answered' && outcome.status === 200) {
        const created = parseJson(CreatedSilence, outcome.body);
        if (created) return made({ id: created.silenceID, expired: false });
      } else if (!isAmbiguous(outcome)) {
        return failure(config, outcome, now());
      }
      for (const wait of lookAgainAfter) {
        await sleep(wait);
        const after = await look(config, request);
        if ('id' in after) return made(after);
      }
      return {
        ok: false,
        retry: true,
        error: `Alertmanager ${config.name}: ${lostWords(outcome)}; the silence was not found there afterwards. It is looked for again before it is created again.`,
      };
    },
  };
};

const noneToAsk = (configs: readonly AlertmanagerConfig[], cluster = ''): string =>
  configs.length === 0
    ? 'no Alertmanager is configured; add one under alertmanagers in farmhand.yml'
    : `no Alertmanager of the cluster ${cluster} is configured; add one with that cluster under alertmanagers in farmhand.yml`;

/** Fewer matchers silence more: without the name of the alert that could be nearly everything. */
const matcherProblem = ({ labels, left }: SilenceRequest, matchers: number): string | undefined => {
  if (matchers === 0) {
    return left > 0
      ? 'none of the labels of the alert is on record as it was sent, so nothing could be matched; make the silence in Alertmanager'
      : 'the alert carries no labels, and a silence without matchers would silence everything';
  }
  return left > 0 && !labels['alertname']
    ? 'the alertname is not on record as it was sent (it was cut or cleaned), and the other labels would match far more than this alert; make the silence in Alertmanager'
    : undefined;
};

const found = (
  config: AlertmanagerConfig,
  silence: { readonly id: string; readonly expired: boolean },
  sure: boolean,
): Extract<ActionResult, { ok: true }> => {
  const remarks = [
    `in Alertmanager ${config.name}`,
    ...(silence.expired ? ['it has expired since'] : []),
    ...(sure ? [] : ['the first one configured: no external_url is that of the alert']),
  ];
  const base = (externalUrls(config)[0] ?? config.url).replace(/\/+$/, '');
  return {
    ok: true,
    id: silence.id,
    url: `${base}/#/silences/${encodeURIComponent(silence.id)}`,
    text: remarks.join('; '),
  };
};

const refuse = (why: string): ActionFailure => ({
  ok: false,
  retry: false,
  error: `Nothing was silenced: ${why}.`,
});

const unreadable = (config: AlertmanagerConfig, what: string): ActionFailure => ({
  ok: false,
  retry: true,
  error: `Alertmanager ${config.name}: ${what} could not be read. Nothing was silenced. Check that ${config.url} is its address.`,
});

const isAmbiguous = (outcome: HttpOutcome): boolean =>
  outcome.kind === 'lost' || (outcome.kind === 'answered' && (outcome.status >= 500 || outcome.status < 300));

const lostWords = (outcome: HttpOutcome): string =>
  outcome.kind === 'answered' ? `answered ${outcome.status}: ${said(outcome.body)}` : outcome.error;

const failure = (config: AlertmanagerConfig, outcome: HttpOutcome, now: number): ActionFailure => {
  const who = `Alertmanager ${config.name}`;
  if (outcome.kind !== 'answered') {
    return {
      ok: false,
      retry: true,
      error: `${who} cannot be reached: ${outcome.error}. Nothing was silenced.`,
    };
  }
  const { status } = outcome;
  const what = `${who} answered ${status}: ${said(outcome.body)}. Nothing was silenced.`;
  if (status === 429 || status >= 500) {
    const retryAfterMs = parseRetryAfter(outcome.headers['retry-after'], now);
    return { ok: false, retry: true, error: what, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
  if (status === 401 || status === 403) {
    return { ok: false, retry: false, error: `${what} ${credentialAdvice(config)}` };
  }
  if (status === 404 || (status >= 300 && status < 400)) {
    return {
      ok: false,
      retry: false,
      error: `${what} Check that ${config.url} is where its API v2 is; redirects are not followed.`,
    };
  }
  return { ok: false, retry: false, error: what };
};
