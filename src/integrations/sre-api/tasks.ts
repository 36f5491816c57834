import type { ActionResult, ApiTaskPort, ApiTaskRequest } from '../../alerts/ports/ports.ts';
import type { Config } from '../../config/schema/schema.ts';
import { sha256 } from '../../core/hash.ts';
import { withoutAnyNull } from '../../core/json.ts';
import { cut, oneLine } from '../../core/text.ts';
import { type Http, type HttpOutcome, retryOf } from '../http-client/call.ts';
import { said } from '../http-client/said.ts';
import { TaskAnswer } from './schema.ts';

export type SreApiConfig = NonNullable<Config['sre_api']>;

export interface ApiTasksDeps {
  readonly http: Http;
  readonly now?: () => number;
}

const maxAnswerBytes = 64 * 1024;

/** Submits jobs to `POST {url}/tasks`. The `Idempotency-Key` header makes every repeat safe, so losses are retried. */
export const createApiTasks = (
  config: SreApiConfig,
  { http, now = Date.now }: ApiTasksDeps,
): ApiTaskPort => ({
  async submit(request) {
    const key = keyHeader(request.idempotencyKey);
    const outcome = await http.call({
      method: 'POST',
      url: `${config.url.replace(/\/+$/, '')}/tasks`,
      headers: {
        'idempotency-key': key,
        ...(config.token && { authorization: `Bearer ${config.token.reveal()}` }),
      },
      json: { task: request.task, params: request.params },
      timeoutMs: config.timeout,
      maxBytes: maxAnswerBytes,
    });
    return resultOf(config, request, key, outcome, now());
  },
});

const resultOf = (
  config: SreApiConfig,
  request: ApiTaskRequest,
  key: string,
  outcome: HttpOutcome,
  now: number,
): ActionResult => {
  const task = `Task ${oneLine(request.task)}`;
  if (outcome.kind === 'not_sent') {
    return {
      ok: false,
      retry: true,
      error: `${task}: the SRE API cannot be reached: ${outcome.error}. Nothing was submitted.`,
    };
  }
  if (outcome.kind === 'lost') {
    return {
      ok: false,
      retry: true,
      error: `${task}: the SRE API gave no answer: ${outcome.error}. It may have the task; repeating is safe, its key is ${key}.`,
    };
  }
  const { status } = outcome;
  if (status >= 200 && status < 300) return taken(outcome.body, key);
  if (status === 409) return conflict(task, outcome.body, key);
  const what = `${task}: the SRE API answered ${status}: ${said(outcome.body)}.`;
  const again = retryOf(outcome, now);
  const error = again.retry ? what : `${what} Nothing was submitted. ${hintFor(status, config)}`.trim();
  return { ok: false, ...again, error };
};

const taken = (body: string, key: string): ActionResult => {
  const answer = read(body);
  const text = cut(oneLine(answer?.text ?? answer?.message ?? ''), 500);
  const unnamed =
    answer?.id === undefined ? 'the answer named no id; the task is known by its key' : undefined;
  const words = text === '' ? unnamed : text;
  return {
    ok: true,
    id: answer?.id ?? key,
    ...(answer?.url !== undefined && isLink(answer.url) && { url: answer.url }),
    ...(words !== undefined && { text: words }),
  };
};

const isLink = (url: string): boolean => /^https?:\/\/\S{1,2000}$/.test(url) && URL.canParse(url);

/** 409 says that this key was submitted before: done, unless the API names a different key. */
const conflict = (task: string, body: string, key: string): ActionResult => {
  const named = read(body)?.idempotency_key;
  if (named !== undefined && named !== key) {
    return {
      ok: false,
      retry: false,
      error: `${task}: the SRE API answered 409: ${said(body)}. Nothing was submitted.`,
    };
  }
  const done = taken(body, key);
  return done.ok
    ? { ...done, text: `already submitted${done.text === undefined ? '' : `: ${done.text}`}` }
    : done;
};

const read = (body: string): TaskAnswer | undefined => {
  try {
    return TaskAnswer.safeParse(withoutAnyNull(JSON.parse(body))).data;
  } catch {
    return undefined;
  }
};

const hintFor = (status: number, config: SreApiConfig): string => {
  if (status === 401 || status === 403) return 'Check sre_api.token in farmhand.yml.';
  if (status >= 300 && status < 400) return `Redirects are not followed: check sre_api.url (${config.url}).`;
  if (status === 404) return `Check sre_api.url (${config.url}) and the name of the task.`;
  return '';
};

/** `key` as a header value: as it is when it is printable ASCII of at most 200 characters, else its SHA-256. */
const keyHeader = (key: string): string =>
  /^[\x21-\x7e]{1,200}$/.test(key) ? key : `farmhand-${sha256(key)}`;
