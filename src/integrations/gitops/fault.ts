import { cut, oneLine } from '../../core/text.ts';
import { parseRetryAfter } from '../http-client/call.ts';

/**
 * How a call to GitHub failed. `lost`: sent and not answered, so a write may have been done; `broken`: answered by a
 * server in trouble, or with what is no answer: the same. Everything else was surely not done.
 */
export type FaultKind =
  | 'not_sent'
  | 'lost'
  | 'broken'
  | 'limited'
  | 'unauthorised'
  | 'forbidden'
  | 'missing'
  | 'stale'
  | 'protected'
  | 'refused';

export interface Fault {
  readonly kind: FaultKind;
  /** For people: what happened and what to check, whole sentences; never the token. */
  readonly says: string;
  readonly retryAfterMs?: number;
}

export interface GitRefusal {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** What an answer of 300 and above means; `now` in ms. */
export const faultOf = ({ status, headers, message }: GitRefusal, now: number): Fault => {
  const words = `GitHub answered ${status}: ${shortened(message)}.`;
  const wait = waitOf(headers, now);
  if (status === 429 || (status === 403 && (wait !== undefined || /rate limit/i.test(message)))) {
    return { kind: 'limited', says: words, ...(wait !== undefined && { retryAfterMs: wait }) };
  }
  if (status >= 500)
    return { kind: 'broken', says: words, ...(wait !== undefined && { retryAfterMs: wait }) };
  if (/protected branch|rule violations?|required status check|must be made through a pull/i.test(message)) {
    return {
      kind: 'protected',
      says: `${words} Let farmhand's account bypass the protection of the branch (Settings > Rules, or Branches).`,
    };
  }
  switch (status) {
    case 401:
      return {
        kind: 'unauthorised',
        says: `${words} Renew the token in rebuilds.repository.token: it is wrong, expired or revoked.`,
      };
    case 403:
      return {
        kind: 'forbidden',
        says: `${words} The token in rebuilds.repository.token needs the permission "Contents: read and write" on the repository (and its SSO authorisation, where the organisation asks for one).`,
      };
    case 404:
      return {
        kind: 'missing',
        says: `${words} Check rebuilds.repository (repo, branch, path), and that its token may read and write the contents of that repository: GitHub says 404 for what a token may not see.`,
      };
    case 409:
      return { kind: 'stale', says: words };
    default:
      return {
        kind: 'refused',
        says:
          status < 400
            ? `${words} Redirects are not followed: was the repository renamed, or is rebuilds.repository.api_url not the API?`
            : words,
      };
  }
};

const shortened = (message: string): string =>
  cut(
    oneLine(message)
      .replace(/ - https?:\/\/\S+$/, '')
      .replace(/\.$/, ''),
    300,
  ) || '(no message)';

/** `Retry-After`; else, when nothing remains of the hourly limit, until that begins again. */
const waitOf = (headers: GitRefusal['headers'], now: number): number | undefined => {
  const after = headers['retry-after'];
  const given = typeof after === 'string' ? parseRetryAfter(after, now) : undefined;
  if (given !== undefined) return given;
  const reset = Number(headers['x-ratelimit-reset']);
  if (headers['x-ratelimit-remaining'] !== '0' || !Number.isFinite(reset)) return undefined;
  return Math.max(1_000, reset * 1_000 - now);
};
