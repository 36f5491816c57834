import type { Client, SendRequestOptions } from 'jira.js/core';
import type { Http } from '../../http-client/call.ts';
import { readAnswer } from '../client/answer.ts';
import type { JiraConfig } from '../client/jira-api.ts';
import { siteUrl } from '../client/site-url.ts';

const maxAnswerBytes = 4 * 1024 * 1024;

/**
 * The connection `jira.js` works over. Its own has no timeout, no limit on answers and follows redirects
 * (6.2, `core/createClient.ts`), and it checks whole answers against schemas that lag behind Jira's. This one never
 * repeats a call, and hands answers on as they are: `schema.ts` says what farmhand reads of them.
 */
export const jiraTransport = (config: JiraConfig, http: Http, now: () => number): Client => {
  const { email = '', api_token } = config;
  const login = Buffer.from(`${email}:${api_token?.reveal() ?? ''}`, 'utf8').toString('base64');
  return {
    async sendRequest<T>(ask: SendRequestOptions<T>): Promise<T> {
      const files = ask.body instanceof FormData ? ask.body : undefined;
      const outcome = await http.call({
        method: methodOf(ask.method),
        url: urlOf(config.host, ask.url, ask.searchParams),
        headers: { ...(files && ask.headers), authorization: `Basic ${login}` },
        ...(files ? { multipart: files } : ask.body !== undefined && { json: ask.body }),
        timeoutMs: config.timeout,
        maxBytes: maxAnswerBytes,
      });
      // jira.js types what Jira documents; every answer is parsed by a schema of `schema.ts` before it is used.
      return readAnswer(outcome, now()) as T;
    },
  };
};

const methodOf = (method: SendRequestOptions['method']): 'GET' | 'POST' | 'PUT' | 'DELETE' => {
  switch (method) {
    case 'POST':
    case 'PUT':
    case 'DELETE':
      return method;
    case undefined:
    case 'GET':
      return 'GET';
    default:
      throw new Error(`farmhand makes no ${method} calls to Jira`);
  }
};

const urlOf = (host: string, path: string, search: Readonly<Record<string, unknown>> = {}): string => {
  const url = new URL(siteUrl(host, path));
  for (const [name, value] of Object.entries(search)) {
    for (const part of Array.isArray(value) ? value : [value]) {
      if (part !== undefined && part !== null) url.searchParams.append(name, String(part));
    }
  }
  return url.href;
};
