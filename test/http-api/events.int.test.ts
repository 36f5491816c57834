import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Secret } from '../../src/config/schema/secret.ts';
import { ErrorView } from '../../src/http-api/shared/schema.ts';
import { eventsToken, startServer } from './harness.ts';

/** Of an answer that accepts, and of one that refuses alike. */
const Ids = z.object({ ids: z.array(z.string()) });

describe('POST /v1/events', () => {
  test('the body reaches the intake as it came, with its headers and without credentials', async () => {
    await using it = await startServer();
    const body = gzipSync('{"id":"e-1"}');
    const answer = await it.post(body, {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      Tier: 'prod',
      'ce-id': 'x',
      cookie: 'a=b',
      'x-api-key': 'k',
    });
    // The fake intake does not decompress: what matters is what it was given.
    expect(answer.status).toBe(422);
    expect(it.ingest.durable).toHaveLength(1);
    const [message] = it.ingest.durable;
    expect(message?.value).toEqual(body);
    expect(message?.position).toEqual({ via: 'http', request: 'req-1', index: 0 });
    expect(message?.receivedAt).toBe(Date.UTC(2026, 10, 21, 2));
    expect(message?.headers).toMatchObject({
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      tier: 'prod',
      'ce-id': 'x',
    });
    const names = Object.keys(message?.headers ?? {});
    expect(
      names.filter((name) => ['authorization', 'cookie', 'x-api-key', 'connection'].includes(name)),
    ).toEqual([]);
  });

  test('202 with ids, and each part that could not be read', async () => {
    await using it = await startServer();
    const answer = await it.post('[{"id":"a"},{"no":1},{"id":"b"}]');
    expect([answer.status, await answer.json()]).toEqual([
      202,
      { ids: ['a', 'b'], rejected: [{ reason: 'invalid_envelope', detail: '1.id: is missing' }] },
    ]);
    expect(answer.headers.get('x-request-id')).toBe('req-1');
  });

  test.each([
    'text/plain',
    'application/cloudevents+json; charset=utf-8',
    'not a media type',
    ';;',
    'application/json',
  ])('content type %s is no reason to refuse', async (type) => {
    await using it = await startServer();
    const answer = await it.post('{"id":"a"}', { 'content-type': type });
    expect(answer.status).toBe(202);
    expect(it.ingest.durable[0]?.headers['content-type']).toBe(type);
  });

  test('a body that cannot be read is kept and answered 422, so that nobody repeats it', async () => {
    await using it = await startServer();
    for (const body of ['{broken', '']) {
      const answer = await it.post(body);
      expect(answer.status).toBe(422);
      expect(ErrorView.parse(await answer.json())).toMatchObject({ error: 'unreadable', ids: [] });
    }
    expect(it.ingest.deadLetters.map(({ reason }) => reason)).toEqual(['bad_json', 'empty']);
  });

  test('503 with Retry-After when the store is away', async () => {
    await using it = await startServer();
    it.ingest.mode = 'down';
    const answer = await it.post('{"id":"a"}');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(ErrorView.parse(await answer.json()).error).toBe('store_unavailable');
  });

  test('503 within five seconds when the store hangs; the work is told to stop', async () => {
    await using it = await startServer();
    it.ingest.mode = 'hang';
    const start = performance.now();
    const answer = await it.post('{"id":"a"}');
    expect(answer.status).toBe(503);
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(it.ingest.aborted).toHaveLength(1);
    it.ingest.release();
  });

  test('a failure nobody foresaw tells nothing of the inside', async () => {
    await using it = await startServer();
    it.ingest.mode = 'broken';
    const answer = await it.post('{"id":"a"}');
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(text).not.toMatch(/secret inside|TypeError|\.ts/);
    expect(ErrorView.parse(JSON.parse(text))).toMatchObject({ error: 'internal', request_id: 'req-1' });
    expect(it.lines.some((line) => line.includes('"level":"error"') && line.includes('req-1'))).toBe(true);
  });

  test('too large is 413, by its header or by its bytes, and nothing reaches the intake', async () => {
    await using it = await startServer();
    const big = 'x'.repeat(5_000);
    const chunked = new ReadableStream({
      start: (controller) => {
        controller.enqueue(Buffer.from(big));
        controller.close();
      },
    });
    const answers = [
      await it.post(big),
      await fetch(`${it.base}/v1/events`, {
        method: 'POST',
        body: chunked,
        duplex: 'half',
        headers: { authorization: `Bearer ${eventsToken}` },
      } as RequestInit),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(413);
      expect(ErrorView.parse(await answer.json()).error).toBe('too_large');
    }
    expect(it.ingest.durable).toEqual([]);
  });

  test('a far too large body still gets its answer', async () => {
    await using it = await startServer();
    const answer = await it.post(Buffer.alloc(8_000_000));
    expect([answer.status, ErrorView.parse(await answer.json()).error]).toEqual([413, 'too_large']);
  });

  test('without, or with a wrong token: 401, and the body is not looked at', async () => {
    await using it = await startServer();
    for (const authorization of [
      '',
      'Bearer',
      'Bearer wrong',
      `Basic ${eventsToken}`,
      `Bearer ${eventsToken}x`,
    ]) {
      const answer = await it.post('{"id":"a"}', { authorization });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="farmhand"');
      expect(ErrorView.parse(await answer.json()).error).toBe('unauthorized');
    }
    expect(it.ingest.durable).toEqual([]);
  });

  test('the token of the API does not open it', async () => {
    await using it = await startServer();
    expect((await it.post('{"id":"a"}', { authorization: 'Bearer api-token-for-tests' })).status).toBe(401);
  });

  test('off without a configured token, or in a role without intake: it says what to do', async () => {
    {
      await using it = await startServer({ events_token: undefined });
      const answer = await it.post('{"id":"a"}');
      const body = ErrorView.parse(await answer.json());
      expect([answer.status, body.error]).toEqual([403, 'endpoint_off']);
      expect(body.hint).toContain('http.events_token');
    }
    await using it = await startServer({}, { ingest: false });
    expect((await it.post('{"id":"a"}')).status).toBe(403);
  });

  test('requests at once keep their own receipts', async () => {
    await using it = await startServer();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => it.post(i % 2 === 0 ? `{"id":"e-${i}"}` : '{broken')),
    );
    const bodies = await Promise.all(answers.map(async (answer) => Ids.parse(await answer.json())));
    expect(bodies.map((body) => body.ids)).toEqual(bodies.map((_, i) => (i % 2 === 0 ? [`e-${i}`] : [])));
  });

  test('more bodies than memory is meant for are asked to come back', async () => {
    await using it = await startServer();
    it.ingest.mode = 'hang';
    const held = Array.from({ length: 128 }, (_, i) => it.post(`{"id":"e-${i}"}`));
    while (it.ingest.hanging < 128) await new Promise((resolve) => setImmediate(resolve));
    const answer = await it.post('{"id":"one more"}');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    it.ingest.release();
    it.ingest.mode = 'up';
    expect(new Set((await Promise.all(held)).map(({ status }) => status))).toEqual(new Set([202]));
    expect((await it.post('{"id":"again"}')).status).toBe(202);
  });
});

test('neither token nor body is ever logged', async () => {
  await using it = await startServer();
  await it.post('{"id":"canary-in-body"}');
  await it.post('canary-in-body');
  await it.post('{}', { authorization: 'Bearer canary-in-token' });
  it.ingest.mode = 'down';
  await it.post('{"id":"canary-in-body"}');
  const log = it.lines.join('');
  expect(log).toContain('http request refused');
  expect(log).not.toMatch(/canary|events-token-for-tests/);
});

describe('whose events they are', () => {
  const sources = [{ name: 'stage', token: new Secret('stage-token'), cluster: 'stage', tier: 'gold' }];

  test('a source’s own token gives its tier and cluster, the common one does not', async () => {
    await using http = await startServer({ sources });
    await http.post('{"id":"e"}', { authorization: 'Bearer stage-token' });
    await http.post('{"id":"e"}');
    expect(http.ingest.durable.map(({ cluster, topicTier }) => ({ cluster, topicTier }))).toEqual([
      { cluster: 'stage', topicTier: 'gold' },
      { cluster: undefined, topicTier: undefined },
    ]);
  });

  test('?cluster= is as good as the header, for an Alertmanager that can send none', async () => {
    await using http = await startServer();
    await fetch(`${http.base}/v1/events?cluster=eu-1`, {
      method: 'POST',
      body: '{"id":"e"}',
      headers: { authorization: `Bearer ${eventsToken}` },
    });
    expect(http.ingest.durable[0]?.headers['cluster']).toBe('eu-1');
  });
});
