import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { httpSender } from '../../../sandbox/generator/senders.ts';
import type { Sending } from '../../../sandbox/generator/sendings.ts';

const sending: Sending = {
  atMs: 0,
  shape: 'cloudevent',
  tier: 'gold',
  key: 'k',
  contentType: 'application/cloudevents+json',
  body: '{"specversion":"1.0"}',
};

/** A server that gives `answers` in turn, and what it was sent. */
const answering = async (...answers: readonly number[]) => {
  const seen: unknown[] = [];
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    const { authorization, tier, 'content-type': type } = request.headers;
    seen.push([request.method, request.url, authorization, tier, type, body]);
    response.writeHead(answers[seen.length - 1] ?? 500).end('said so');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const send = httpSender({ url: `http://127.0.0.1:${port}`, token: 't0ken', pauseMs: 1 });
  return { send, seen, [Symbol.asyncDispose]: async () => void server.close() };
};

const request = ['POST', '/v1/events', 'Bearer t0ken', 'gold', 'application/cloudevents+json', sending.body];

test.each([[202], [422], [503, 429, 202]])('sends until it is taken: %i %i %i', async (...answers) => {
  await using server = await answering(...answers);
  await server.send(sending);
  expect(server.seen).toEqual(answers.map(() => request));
});

test('a refusal is not repeated, a lasting failure is given up', async () => {
  await using refusing = await answering(401);
  await expect(refusing.send(sending)).rejects.toThrow('POST /v1/events: 401 said so');
  expect(refusing.seen).toHaveLength(1);
  await using failing = await answering(503, 503, 503, 503, 503, 202);
  await expect(failing.send(sending)).rejects.toThrow('POST /v1/events: 503 said so');
  expect(failing.seen).toHaveLength(5);
});

test('nobody there', async () => {
  const send = httpSender({ url: 'http://127.0.0.1:9', token: 't', pauseMs: 1 });
  await expect(send(sending)).rejects.toThrow('POST /v1/events: no answer');
});
