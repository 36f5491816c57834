import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { describe, expect, test } from 'vitest';
import { classify, classifyRead } from '../../../../src/integrations/slack/client/classify.ts';

const platform = (error: string) => new WebAPIPlatformError({ ok: false, error, response_metadata: {} });
const http = (status: number) => new WebAPIHTTPError(status, '', {}, '');
const network = (fields: { code?: string; syscall?: string; message?: string; name?: string }) =>
  new WebAPIRequestError(Object.assign(new Error(fields.message ?? fields.code ?? ''), fields));

const kinds = (cases: Record<string, readonly string[]>) =>
  Object.entries(cases).flatMap(([kind, words]) => words.map((word) => [word, kind] as const));

describe('what Slack says', () => {
  test.each(
    kinds({
      refused: [
        'channel_not_found',
        'not_in_channel',
        'is_archived',
        'is_inactive',
        'message_not_found',
        'cant_update_message',
        'cant_delete_message',
        'edit_window_closed',
        'thread_not_found',
        'cannot_reply_to_message',
        'invalid_blocks',
        'invalid_blocks_format',
        'invalid_arguments',
        'invalid_metadata_format',
        'metadata_too_large',
        'msg_too_long',
        'msg_blocks_too_long',
        'no_text',
        'no_permission',
        'restricted_action',
        'restricted_action_read_only_channel',
        'restricted_action_thread_locked',
        'a_word_of_next_year',
      ],
      unavailable: [
        'not_authed',
        'invalid_auth',
        'account_inactive',
        'token_revoked',
        'token_expired',
        'user_removed_from_team',
        'team_disabled',
        'not_allowed_token_type',
        'missing_scope',
        'ekm_access_denied',
        'org_login_required',
        'team_added_to_org',
        'request_timeout',
        'external_channel_migrating',
      ],
      ambiguous: ['fatal_error', 'internal_error', 'service_unavailable'],
    }),
  )('%s is %s', (word, kind) => {
    expect(classify(platform(word))).toEqual({ ok: false, kind, error: word });
  });

  test.each(['ratelimited', 'rate_limited'])('%s without a time waits 30 s', (word) => {
    expect(classify(platform(word))).toEqual({ ok: false, kind: 'rate_limited', retryAfterMs: 30_000 });
  });

  test.each([
    ['a page', '<!DOCTYPE html><html><body>Server Error</body></html>'],
    ['half an answer', '{"ok":true,"chan'],
    ['nothing', ''],
    ['a sentence', 'upstream connect error or disconnect/reset before headers'],
  ])('%s instead of an answer is ambiguous, and is not repeated in the error', (_, body) => {
    expect(classify(platform(body))).toEqual({
      ok: false,
      kind: 'ambiguous',
      error: 'an answer that is not Slack’s',
    });
  });

  test('ok without any word is ambiguous', () => {
    expect(classify(new WebAPIPlatformError({ ok: false, response_metadata: {} } as never)).kind).toBe(
      'ambiguous',
    );
  });

  test('a 429 waits as long as it says', () => {
    expect(classify(new WebAPIRateLimitedError(17))).toEqual({
      ok: false,
      kind: 'rate_limited',
      retryAfterMs: 17_000,
    });
  });

  test('a 429 without its header waits 30 s', () => {
    const error = new Error(
      'Retry header did not contain a valid timeout (url: x, retry-after header: null)',
    );
    expect(classify(error)).toEqual({ ok: false, kind: 'rate_limited', retryAfterMs: 30_000 });
  });
});

describe('HTTP', () => {
  test.each([
    [500, 'ambiguous'],
    [502, 'ambiguous'],
    [503, 'ambiguous'],
    [504, 'ambiguous'],
    [408, 'ambiguous'],
    [302, 'unavailable'],
    [403, 'unavailable'],
    [404, 'unavailable'],
    [407, 'unavailable'],
  ])('%i is %s', (status, kind) => {
    expect(classify(http(status))).toEqual({ ok: false, kind, error: `HTTP ${status}` });
  });
});

describe('the network', () => {
  test.each([
    ['a refused connection', { code: 'ECONNREFUSED', syscall: 'connect' }],
    ['an unknown name', { code: 'ENOTFOUND', syscall: 'getaddrinfo' }],
    ['a name server that is away', { code: 'EAI_AGAIN', syscall: 'getaddrinfo' }],
    ['no route when connecting', { code: 'EHOSTUNREACH', syscall: 'connect' }],
    ['a connection that never came about', { code: 'ETIMEDOUT', syscall: 'connect' }],
    ['undici’s connect timeout', { code: 'UND_ERR_CONNECT_TIMEOUT' }],
    ['an expired certificate', { code: 'CERT_HAS_EXPIRED' }],
    ['a certificate of another host', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }],
    ['an interposed certificate', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }],
  ])('%s: surely not sent', (_, fields) => {
    expect(classify(network(fields))).toEqual({ ok: false, kind: 'unavailable', error: fields.code });
  });

  test.each([
    ['a reset', { code: 'ECONNRESET', syscall: 'read' }],
    ['a broken pipe', { code: 'EPIPE', syscall: 'write' }],
    ['no route in the middle', { code: 'EHOSTUNREACH', syscall: 'read' }],
    ['a lost connection', { code: 'ETIMEDOUT', syscall: 'read' }],
    ['the other side closing', { code: 'UND_ERR_SOCKET' }],
    ['no headers in time', { code: 'UND_ERR_HEADERS_TIMEOUT' }],
    ['no body in time', { code: 'UND_ERR_BODY_TIMEOUT' }],
  ])('%s: perhaps done', (_, fields) => {
    expect(classify(network(fields))).toEqual({ ok: false, kind: 'ambiguous', error: fields.code });
  });

  test('the call’s own timeout: perhaps done', () => {
    const timeout = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    expect(classify(new WebAPIRequestError(timeout))).toEqual({
      ok: false,
      kind: 'ambiguous',
      error: 'The operation was aborted due to timeout',
    });
  });

  test('several addresses, none of which could be reached: surely not sent', () => {
    const errors = ['::1', '127.0.0.1'].map((address) =>
      Object.assign(new Error(`connect ECONNREFUSED ${address}`), {
        code: 'ECONNREFUSED',
        syscall: 'connect',
      }),
    );
    expect(classify(new WebAPIRequestError(new AggregateError(errors))).kind).toBe('unavailable');
  });

  test('what nobody foresaw is ambiguous', () => {
    expect(classify(new TypeError('x is not a function')).kind).toBe('ambiguous');
    expect(classify('a string').kind).toBe('ambiguous');
    expect(classify(undefined).kind).toBe('ambiguous');
  });

  test('a long message is cut', () => {
    expect(classify(new Error('x'.repeat(5000)))).toEqual({
      ok: false,
      kind: 'ambiguous',
      error: 'x'.repeat(200),
    });
  });
});

test('a call that only reads is never ambiguous', () => {
  expect(classifyRead(http(500))).toEqual({ ok: false, kind: 'unavailable', error: 'HTTP 500' });
  expect(classifyRead(platform('channel_not_found')).kind).toBe('refused');
  expect(classifyRead(new WebAPIRateLimitedError(2)).kind).toBe('rate_limited');
});
