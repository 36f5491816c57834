import { Octokit } from '@octokit/rest';
import { withoutNulls } from '../../core/json.ts';
import { withoutCredentials } from '../../observability/own-credentials.ts';
import type { Http, HttpOutcome } from '../http-client/call.ts';
import { type Fault, faultOf } from './fault.ts';

export interface GithubSettings {
  /** `https://api.github.com`, Enterprise: `https://HOST/api/v3`. */
  readonly apiUrl: string;
  readonly token: { reveal(): string };
  readonly timeoutMs: number;
}

export type Asked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: Fault };

export interface Github {
  /** One call, once: its answer read by `schema`, or what went wrong. Never throws for what GitHub or the network does. */
  ask<T>(schema: Reader<T>, call: (rest: Octokit['rest']) => Promise<{ data: unknown }>): Promise<Asked<T>>;
}

interface Reader<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

const maxAnswerBytes = 16 * 1024 * 1024;
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Not answered at all: octokit makes an error of it that hides which kind. */
class Unanswered extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.says);
    this.fault = fault;
  }
}

/**
 * octokit over farmhand's own HTTP client: with a deadline, a limit on answers and no redirects, which its `fetch`
 * has not. The core of octokit repeats nothing (that is a plugin), and it is told to log nothing.
 */
export const createGithub = (settings: GithubSettings, http: Http, now: () => number): Github => {
  const octokit = new Octokit({
    auth: settings.token.reveal(),
    baseUrl: settings.apiUrl.replace(/\/+$/, ''),
    userAgent: 'farmhand',
    log: silent,
    request: { fetch: fetchOver(http, settings.timeoutMs) },
  });
  const safe = withoutCredentials({ authorization: settings.token.reveal() });
  return {
    async ask(schema, call) {
      try {
        const read = schema.safeParse(withoutNulls((await call(octokit.rest)).data));
        if (read.success) return { ok: true, value: read.data };
        const says = `${settings.apiUrl} answered with what GitHub's API does not. Check rebuilds.repository.api_url (Enterprise: https://HOST/api/v3).`;
        return { ok: false, fault: { kind: 'broken', says } };
      } catch (error) {
        const fault = faultIn(error, now());
        return { ok: false, fault: { ...fault, says: safe(fault.says) } };
      }
    },
  };
};

const fetchOver =
  (http: Http, timeoutMs: number) =>
  async (url: string, init: { method: string; headers: Record<string, string>; body?: string }) => {
    const { method } = init;
    if (method !== 'GET' && method !== 'PUT' && method !== 'POST' && method !== 'PATCH')
      throw new Error(`farmhand makes no ${method} calls to GitHub`);
    const outcome = await http.call({
      method,
      url,
      headers: init.headers,
      ...(init.body !== undefined && { json: JSON.parse(init.body) as unknown }),
      timeoutMs,
      maxBytes: maxAnswerBytes,
    });
    return responseOf(outcome);
  };

const responseOf = (outcome: HttpOutcome): Response => {
  if (outcome.kind !== 'answered') {
    const what = outcome.kind === 'lost' ? 'did not answer' : 'cannot be reached';
    throw new Unanswered({ kind: outcome.kind, says: `GitHub ${what}: ${outcome.error}.` });
  }
  const { status, headers, body } = outcome;
  if (outcome.cut) throw new Unanswered({ kind: 'broken', says: "GitHub's answer is too long to be read." });
  if (status < 200 || (status >= 300 && status < 400)) {
    throw new Unanswered(faultOf({ status, headers, message: headers['location'] ?? '' }, 0));
  }
  return new Response(status === 204 || status === 205 ? null : body, { status, headers });
};

const faultIn = (error: unknown, now: number): Fault => {
  if (!(error instanceof Error)) return { kind: 'broken', says: `GitHub: ${String(error)}.` };
  if (error.cause instanceof Unanswered) return error.cause.fault;
  if (!('status' in error) || typeof error.status !== 'number') {
    return { kind: 'broken', says: `The call to GitHub failed: ${error.message}.` };
  }
  return faultOf({ status: error.status, headers: headersOf(error), message: error.message }, now);
};

const headersOf = (error: object): Readonly<Record<string, unknown>> => {
  const response: unknown = Reflect.get(error, 'response');
  const headers: unknown =
    typeof response === 'object' && response !== null ? Reflect.get(response, 'headers') : {};
  return typeof headers === 'object' && headers !== null ? { ...headers } : {};
};
