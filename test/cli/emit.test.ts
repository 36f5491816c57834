import { describe, expect, test } from 'vitest';
import { type EmitDeps, type EmitTarget, type KafkaMessage, runEmit } from '../../src/cli/emit.ts';
import type { EmitOptions } from '../../src/cli/envelope.ts';
import { fakeTerminal } from './fake-terminal.ts';

const asked: EmitOptions = { title: 'DiskFull', label: {}, annotation: {}, source: 'cli:me', id: 'e-1' };
const toHttp: EmitTarget = { config: 'farmhand.yml', tokenEnv: 'TOKEN', toHttp: 'http://fh:8080/' };
const configText = `slack: { default_channel: C0123ABCD }\n`;
const tokens = {
  SLACK_BOT_TOKEN: 'xoxb-a',
  SLACK_APP_TOKEN: 'xapp-b',
  FARMHAND_EVENTS_TOKEN: 'ev-token-of-this-test',
  TOKEN: 'tok',
};

/** A farmhand that takes in events, and a Kafka, both in memory. */
const world = (answer: () => Response = () => new Response('{"ids":[]}', { status: 202 })) => {
  const requests: { url: string; authorization: string | null; body: unknown }[] = [];
  const messages: KafkaMessage[] = [];
  const deps: EmitDeps = {
    fetch: async (url, init) => {
      const request = new Request(url, init);
      requests.push({
        url: request.url,
        authorization: request.headers.get('authorization'),
        body: await request.json(),
      });
      return answer();
    },
    sendToKafka: async (_, message) => void messages.push(message),
  };
  return { deps, requests, messages };
};

test('an envelope over HTTP, and how to find the event again', async () => {
  const { deps, requests } = world();
  const terminal = fakeTerminal({}, tokens);
  const options: EmitOptions = {
    ...asked,
    text: 'disk 1 is full',
    severity: 'critical',
    status: 'firing',
    key: 'disk-1',
    label: { service: 'payments' },
    annotation: { runbook: 'r' },
    tier: 'prod',
  };
  expect(await runEmit(options, toHttp, terminal, deps)).toBe(0);
  expect(requests).toEqual([
    {
      url: 'http://fh:8080/v1/events',
      authorization: 'Bearer tok',
      body: {
        farmhand: 1,
        id: 'e-1',
        source: 'cli:me',
        time: '2026-11-20T14:15:00.000Z',
        type: 'adhoc',
        tier: 'prod',
        data: {
          title: 'DiskFull',
          text: 'disk 1 is full',
          severity: 'critical',
          status: 'firing',
          key: 'disk-1',
          labels: { service: 'payments' },
          annotations: { runbook: 'r' },
        },
      },
    },
  ]);
  expect(terminal.stdout()).toBe(`✓ sent to http://fh:8080/v1/events
  event  cli:me/e-1
  ask    curl -H "Authorization: Bearer $FARMHAND_API_TOKEN" http://fh:8080/v1/events/cli%3Ame%2Fe-1`);
});

describe('without --to-http the config says where', () => {
  const target: EmitTarget = { config: 'farmhand.yml', tokenEnv: 'TOKEN' };

  test('to Kafka where there is one, keyed by the alert', async () => {
    const kafka = 'kafka: { brokers: ["k:1"], topics: [{ name: alerts }, { name: more }] }\n';
    const { deps, messages } = world();
    const terminal = fakeTerminal({ 'farmhand.yml': configText + kafka }, tokens);
    expect(await runEmit({ ...asked, key: 'disk-1' }, target, terminal, deps)).toBe(0);
    expect(await runEmit(asked, { ...target, topic: 'more' }, terminal, deps)).toBe(0);
    expect(messages.map(({ topic, key }) => [topic, key])).toEqual([
      ['alerts', 'disk-1'],
      ['more', 'e-1'],
    ]);
    expect(terminal.stdout()).toContain('✓ sent to topic alerts at k:1');
  });

  test('else to the farmhand on this machine', async () => {
    const { deps, requests } = world();
    const terminal = fakeTerminal({ 'farmhand.yml': `${configText}http: { port: 9090 }\n` }, tokens);
    await runEmit(asked, target, terminal, deps);
    expect(requests.map(({ url, authorization }) => [url, authorization])).toEqual([
      ['http://127.0.0.1:9090/v1/events', 'Bearer ev-token-of-this-test'],
    ]);
  });
});

describe('what goes wrong is said, with what became of the event', () => {
  const refusal = async (
    options: EmitOptions,
    answer?: () => Response,
    env: Record<string, string> = tokens,
  ): Promise<[string, number]> => {
    const { deps, requests } = world(answer);
    try {
      await runEmit(options, toHttp, fakeTerminal({}, env), deps);
      return ['sent', requests.length];
    } catch (error) {
      return [error instanceof Error ? error.message : 'no error', requests.length];
    }
  };
  const failing = (code: string) => () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error(`connect ${code}`), { code }) });
  };

  test('an event that is none', async () => {
    const [message, sent] = await refusal({ ...asked, title: '', tier: '' });
    expect(message).toMatch(/^event: 2 problems; nothing was applied\.\n {2}tier: .*\n {2}data\.title: /);
    expect(sent).toBe(0);
  });

  test('no token', async () => {
    expect(await refusal(asked, undefined, {})).toEqual([
      'http://fh:8080/v1/events needs a bearer token: set TOKEN. Nothing was sent.',
      0,
    ]);
  });

  test('nobody listening', async () => {
    expect((await refusal(asked, failing('ECONNREFUSED')))[0]).toBe(
      'http://fh:8080/v1/events gave no answer (connect ECONNREFUSED). Nothing was sent.',
    );
  });

  test('an answer that never came', async () => {
    expect((await refusal(asked, failing('ECONNRESET')))[0]).toBe(
      'http://fh:8080/v1/events gave no answer (connect ECONNRESET). It may or may not have the event: sent again with the same --id and --source it counts once.',
    );
  });

  test('a no', async () => {
    expect((await refusal(asked, () => new Response('{"error":"unauthorised"}', { status: 401 })))[0]).toBe(
      'http://fh:8080/v1/events answered 401: {"error":"unauthorised"}\nThe event was not taken in.',
    );
  });
});
