import { ErrorCode } from '@slack/web-api';
import { messageOf } from '../../../core/errors.ts';
import { passesLater } from '../../../delivery/refusal.ts';
import type { SlackResult } from '../../../delivery/slack-result.ts';
import { NOT_BEGUN } from '../../http-client/begun-in-time.ts';
import { isRefusalOfApp, platformError } from './identity.ts';
import { retryAfterMs } from './socket-timing.ts';

export type SlackFailure = Exclude<SlackResult<never>, { ok: true }>;

/**
 * What a thrown error says about a call that changes something. `ambiguous` is the default: whatever is not known to
 * be undone may have been done. A refusal of farmhand itself (token, scopes) is `unavailable`: surely not done, and
 * possible again once a person has fixed it, so nothing is given up for it.
 */
export const classify = (error: unknown): SlackFailure => {
  const wait = retryAfterMs(error);
  if (wait !== undefined) return { ok: false, kind: 'rate_limited', retryAfterMs: wait };
  if (noRetryAfter.test(messageOf(error)))
    return { ok: false, kind: 'rate_limited', retryAfterMs: unsaidWaitMs };
  switch (codeOf(error)) {
    case ErrorCode.PlatformError:
      return platform(error);
    case ErrorCode.HTTPError:
      return http(error);
    default:
      return neverSent(error) ? unavailable(reason(error)) : ambiguous(reason(error));
  }
};

/** The same for a call that only reads: nothing can have been done, so it can simply be asked again. */
export const classifyRead = (error: unknown): SlackFailure => {
  const failure = classify(error);
  return failure.kind === 'ambiguous' ? unavailable(failure.error) : failure;
};

const ambiguous = (error: string): SlackFailure => ({ ok: false, kind: 'ambiguous', error });
const unavailable = (error: string): SlackFailure => ({ ok: false, kind: 'unavailable', error });

/** A 429 without its header is a plain error in the SDK (web-api 8.2.0, `makeRequest`). */
const noRetryAfter = /^Retry header did not contain a valid timeout/;
const unsaidWaitMs = 30_000;

/** "Some aspect of the operation may have succeeded", or Slack does not know. */
const unsure: ReadonlySet<string> = new Set([
  'fatal_error',
  'internal_error',
  'service_unavailable',
  'update_failed',
  'file_update_failed',
]);

const platform = (error: unknown): SlackFailure => {
  const word = platformError(error);
  // The SDK puts a body that is not JSON where the word should be: a proxy's page, or half an answer.
  if (word === undefined || !/^[a-z][a-z0-9_]{1,79}$/.test(word))
    return ambiguous('an answer that is not Slack’s');
  if (word === 'ratelimited' || word === 'rate_limited') {
    return { ok: false, kind: 'rate_limited', retryAfterMs: unsaidWaitMs };
  }
  if (unsure.has(word)) return ambiguous(word);
  if (passesLater(word) || isRefusalOfApp(word)) return unavailable(word);
  return { ok: false, kind: 'refused', error: word };
};

/** Slack answers 200 to what it understood; the rest is its edge or a proxy. */
const http = (error: unknown): SlackFailure => {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 0;
  return status >= 300 && status < 500 && status !== 408
    ? unavailable(`HTTP ${status}`)
    : ambiguous(`HTTP ${status}`);
};

/** Codes of failures before the first byte of the request. */
const beforeSending: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  NOT_BEGUN,
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
const beforeSendingCalls: ReadonlySet<string> = new Set(['connect', 'getaddrinfo']);

const neverSent = (error: unknown): boolean => {
  const causes = causesOf(error);
  // Of several addresses tried, all must have failed before sending.
  const tried = causes.flatMap((cause) => (cause instanceof AggregateError ? cause.errors : []));
  if (tried.length > 0) return tried.every(failedToConnect);
  return causes.some(failedToConnect);
};

const failedToConnect = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return beforeSending.has(code ?? '') || beforeSendingCalls.has(syscall ?? '');
};

const causesOf = (error: unknown): readonly unknown[] => {
  const found: unknown[] = [];
  for (
    let at = error;
    at !== undefined && found.length < 10;
    at = at instanceof Error ? at.cause : undefined
  ) {
    found.push(at);
  }
  return found;
};

/** The innermost cause, short: `ECONNRESET: read ECONNRESET`. */
const reason = (error: unknown): string => {
  const inner = causesOf(error).at(-1);
  const code = codeOf(inner);
  const message = messageOf(inner).slice(0, 200);
  return code === undefined || message.includes(code) ? message : `${code}: ${message}`;
};

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
