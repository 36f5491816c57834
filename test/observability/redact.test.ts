import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/config/schema/secret.ts';
import { ConfigError, StoreUnavailable } from '../../src/core/errors.ts';
import { createRedactor } from '../../src/observability/redact.ts';
import { cpuTime } from '../cpu-time.ts';

const redactor = createRedactor();

describe('text', () => {
  // Built from parts, so that no scanner takes this file for a leak.
  const bot = ['xoxb', '123456789012', 'abcDEF'].join('-');
  const app = ['xapp', '1', 'A012', '345', 'deadbeef'].join('-');
  test.each([
    [`token ${bot} is bad`, 'token [redacted] is bad'],
    [`${app}`, '[redacted]'],
    [`xoxe.${['xoxp', '1', 'Mi0yLT'].join('-')}`, '[redacted]'],
    ['authorization: Bearer abcdef123456', 'authorization: Bearer [redacted]'],
    ['authorization: bearer abc.def~ghi', 'authorization: bearer [redacted]'],
    ['Basic dXNlcjpwYXNz', 'Basic [redacted]'],
    ['redis://farmhand:hunter2@redis:6379/0', 'redis://farmhand:[redacted]@redis:6379/0'],
    ['redis://:hunter2@redis:6379', 'redis://:[redacted]@redis:6379'],
    [
      'wss://wss.slack.com/link/?ticket=abc-1&app_id=2',
      'wss://wss.slack.com/link/?ticket=[redacted]&app_id=2',
    ],
    ['https://hooks.slack.com/services/T0/B0/xyz', 'https://hooks.slack.com/services/[redacted]'],
    ['eyJhbGciOiJIUzI1.eyJzdWIi.c2ln', '[redacted]'],
    ['https://example.com:8443/a@b', 'https://example.com:8443/a@b'],
    ['2 tokens left', '2 tokens left'],
  ])('%s', (input, output) => {
    expect(redactor.text(input)).toBe(output);
  });

  test('a registered value goes in every encoding, the longer first', () => {
    const own = createRedactor();
    own.registerSecret('p&ss"word');
    own.registerSecret('p&ss"word-and-more');
    expect(own.text('a p&ss"word b p%26ss%22word c p&ss\\"word d p&ss"word-and-more')).toBe(
      'a [redacted] b [redacted] c [redacted] d [redacted]',
    );
  });

  test('nothing happens when a registered value is too short to be told from a word', () => {
    const own = createRedactor();
    own.registerSecret('a');
    own.registerSecret('');
    expect(own.text('banana')).toBe('banana');
  });

  test('hostile text costs linear time', async () => {
    const took = await cpuTime(() => {
      for (const part of ['xoxb-', '-----BEGIN PRIVATE KEY-----', 'a://', 'Bearer ', '&token=', 'eyJ']) {
        redactor.text(part.repeat(20_000));
      }
    });
    expect(took).toBeLessThan(2_000);
  });
});

describe('data', () => {
  test('known names are hidden, counts under such names are not', () => {
    expect(
      redactor.data({
        token: 'abc',
        botToken: 'abc',
        'x-api-key': 'abc',
        Authorization: ['abc'],
        headers: { 'set-cookie': 'abc', host: 'example.com' },
        password: null,
        tokens: 3,
        secret: new Secret('abc'),
        nested: new Secret('abc'),
      }),
    ).toEqual({
      token: '[redacted]',
      botToken: '[redacted]',
      'x-api-key': '[redacted]',
      Authorization: '[redacted]',
      headers: { 'set-cookie': '[redacted]', host: 'example.com' },
      password: null,
      tokens: 3,
      secret: '[redacted]',
      nested: '[redacted]',
    });
  });

  test('an error is told by its own facts, not by what an SDK hung on it', () => {
    const own = createRedactor();
    own.registerSecret('hunter2-hunter2');
    const cause = Object.assign(new Error('connect hunter2-hunter2'), {
      code: 'ECONNREFUSED',
      request: { a: 1 },
    });
    const facts = own.data({ error: new StoreUnavailable('no answer', cause) });
    expect(facts).toEqual({
      error: {
        name: 'StoreUnavailable',
        code: 'store_unavailable',
        message: 'no answer',
        stack: expect.stringContaining('StoreUnavailable'),
        cause: {
          name: 'Error',
          code: 'ECONNREFUSED',
          message: 'connect [redacted]',
          stack: expect.not.stringContaining('hunter2'),
        },
      },
    });
    expect(own.data(new ConfigError('farmhand.yml', [{ path: 'a', message: 'b' }]))).toMatchObject({
      problems: [{ path: 'a', message: 'b' }],
    });
  });

  test('bounded, and never fails', () => {
    const loop: Record<string, unknown> = { a: 1n, f: () => 1, b: Buffer.from('secret'), d: new Date(0) };
    loop['loop'] = loop;
    loop['many'] = Array.from({ length: 102 }, () => 0);
    loop['map'] = new Map([['token', 'x']]);
    loop['long'] = 'x'.repeat(9000);
    expect(redactor.data(loop)).toEqual({
      a: '1',
      f: '[function]',
      b: '[6 bytes]',
      d: '1970-01-01T00:00:00.000Z',
      loop: '[circular]',
      many: [...Array.from({ length: 100 }, () => 0), '… 2 more'],
      map: { token: '[redacted]' },
      long: `${'x'.repeat(8192)}… (9000 characters)`,
    });
  });

  test('a getter that throws does not', () => {
    const hostile = Object.defineProperty({}, 'a', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    expect(redactor.data({ hostile })).toEqual({ unprintable: 'no' });
  });

  test('a secret on the edge of the cut is not shown by half', () => {
    const own = createRedactor();
    own.registerSecret('correct-horse-battery');
    expect(own.data(`${'x'.repeat(8180)}correct-horse-battery${'x'.repeat(100)}`)).not.toContain('correct');
  });

  test('no canary survives, wherever it is put', () => {
    const own = createRedactor();
    const canary = 'canary-7f3a9c';
    own.registerSecret(canary);
    fc.assert(
      fc.property(fc.object({ values: [fc.string().map((s) => `${s}${canary}${s}`)] }), (value) => {
        expect(JSON.stringify(own.data(value))).not.toContain(canary);
      }),
    );
  });
});
