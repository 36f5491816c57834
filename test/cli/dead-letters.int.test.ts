import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../sandbox/redis/start.ts';
import { openDeadLetters } from '../../src/app/intake/dead-letters.ts';
import { runDeadLettersList, runDeadLettersReplay, runDeadLettersShow } from '../../src/cli/dead-letters.ts';
import { decodeMessage } from '../../src/intake/parse/decode.ts';
import { keepOnce } from '../../src/intake/wire/dead-letter.ts';
import type { Rejection } from '../../src/intake/wire/raw.ts';
import { createRedisDeadLetters, createRepeats } from '../../src/integrations/redis/alerts/dead-letters.ts';
import { connectRedis } from '../../src/integrations/redis/shared/client.ts';
import { createKeys } from '../../src/integrations/redis/shared/keys.ts';
import { alert, message as bodyOf, context, webhook } from '../intake/wire/messages.ts';
import { openRecordClient } from '../support/record-client.ts';
import { fakeTerminal } from './fake-terminal.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const day = 86_400_000;
let prefixes = 0;
const world = async () => {
  const prefix = `letters-${++prefixes}`;
  const stack = new AsyncDisposableStack();
  const client = stack.use(await openRecordClient({ url: redis.url, prefix, commandTimeout: 10_000 }));
  const raw = connectRedis({ to: redis.url, commandTimeout: 10_000 });
  stack.defer(() => raw.disconnect());
  await new Promise((ready) => raw.once('ready', ready));
  // A farmhand has worked there.
  await raw.hset(createKeys(prefix).mark, {
    epoch: 'e1',
    generation: '1',
    count: '0',
    at: String(Date.now()),
  });
  const config = `slack: { default_channel: C0DEFAULT, bot_token: { env: T }, app_token: { env: A } }
http: { events_token: { env: E } }
redis: { url: '${redis.url}', prefix: ${prefix} }
`;
  const terminal = () => {
    const it = fakeTerminal({ 'farmhand.yml': config });
    return {
      ...it,
      now: Date.now,
      env: { T: 'xoxb-1-2-abcdefghij', A: 'xapp-1-2-abcdefghij', E: 'an-events-token-of-tests' },
    };
  };
  const deps = { openDeadLetters };
  return {
    client,
    raw,
    keys: createKeys(prefix),
    list: async () => {
      const t = terminal();
      await runDeadLettersList({ config: 'farmhand.yml', limit: 100 }, t, deps);
      return t.stdout();
    },
    show: async (id: string, body?: true) => {
      const t = terminal();
      await runDeadLettersShow(id, { config: 'farmhand.yml', ...(body && { body }) }, t, deps);
      return t.stdout();
    },
    replay: async (...ids: string[]) => {
      const t = terminal();
      const all = ids.length === 0;
      const code = await runDeadLettersReplay(
        ids,
        { config: 'farmhand.yml', limit: 100, ...(all && { all }) },
        t,
        deps,
      );
      return `${code} ${t.stdout()}`;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

const letter = (body: unknown, over: Partial<Rejection['message']> = {}): Rejection => ({
  reason: 'invalid_data',
  detail: 'alerts.0.startsAt: is missing; alerts.0.labels: is missing',
  message: {
    value: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    headers: { 'content-type': 'application/json' },
    position: { via: 'http', request: `req-${Math.random()}`, index: 0 },
    receivedAt: Date.now(),
    ...over,
  },
});
const limits = { max_age: 30 * day, max_bytes: 64 * 1_048_576, max_count: 100 };

test('of a webhook that keeps coming with one bad alert there is one letter, with how often it came', async () => {
  await using it = await world();
  const list = createRedisDeadLetters(it.raw, it.keys, { limits: () => limits, now: Date.now });
  const { keep } = keepOnce(list, createRepeats(it.raw, it.keys), () => {});
  const body = webhook([alert(), alert({ status: 'pending' })]);
  for (let time = 0; time < 3; time++) {
    await keep(decodeMessage(bodyOf(body), { ...context, now: Date.now() }).rejections);
  }
  const listed = await it.list();
  expect(listed.split('\n')).toHaveLength(3);
  expect(listed).toMatch(/^[0-9a-f]{12} .*invalid_data .*came 3 times/);
  const id = listed.slice(0, 12);
  expect(await it.show(id)).toContain('the same came 3 times; it is kept once a day');
  expect(JSON.parse(await it.show(id, true)).alerts).toEqual([null, alert({ status: 'pending' })]);
  // Still nothing that can be read: it is not marked as done, and what stood beside it is not taken twice.
  expect(await it.replay(id)).toMatch(/^1 ✗ \w+ {2}still cannot be read: alerts\.1\.status/);
  expect(await it.list()).not.toContain('replayed');
});

test('dead letters are listed, shown, and replayed: once is enough, and twice changes nothing', async () => {
  await using it = await world();
  const letters = createRedisDeadLetters(it.raw, it.keys, { limits: () => limits, now: Date.now });
  expect(await it.list()).toContain('Nothing is in the list of dead letters in Redis.');
  // Since then farmhand has learned to read it.
  const startsAt = new Date(Date.now() - 60_000).toISOString();
  await letters.keep([letter(webhook([alert({ startsAt })]))]);
  await letters.keep([letter('not JSON, with a secret')]);
  const listed = await it.list();
  const [bad = '', good = ''] = listed.split('\n').map((line) => line.split(' ')[0]);
  expect([bad, good]).toEqual([
    expect.stringMatching(/^[0-9a-f]{12}$/),
    expect.stringMatching(/^[0-9a-f]{12}$/),
  ]);
  expect(listed).not.toContain('secret');
  const shown = await it.show(good);
  expect(shown).toContain('alerts.0.labels: is missing');
  expect(await it.show(bad, true)).toBe('not JSON, with a secret');

  expect(await it.replay(good)).toBe(`0 ✓ ${good}  1 opened a new alert (opened)`);
  expect((await it.client.queries.list({ limit: 10 })).alerts).toHaveLength(1);
  expect(await it.replay(good)).toBe(
    `0 ✓ ${good}  1 an event with this id is already on record (duplicate_id)`,
  );
  expect(await it.list()).toMatch(new RegExp(`${good}.* replayed `));
  expect(await it.replay()).toMatch(
    new RegExp(`^1 ✗ ${bad}  still cannot be read: .*not JSON \\(bad_json\\)$`),
  );
  await expect(it.show('000000000000')).rejects.toThrow('There is no dead letter 000000000000');
});

test('they are bounded by count, bytes and age: the oldest are dropped, the newest stays, old lines are counted', async () => {
  await using it = await world();
  let dropped = 0;
  // As a farmhand of before wrote it: no size is on record.
  const { position, headers } = letter('x').message;
  const old = {
    reason: 'bad_json',
    detail: 'd',
    at: Date.now() - 40 * day,
    position,
    headers,
    value_base64: 'eA==',
  };
  await it.raw.lpush(it.keys.deadLetters, JSON.stringify(old));
  const bounded = (over: Partial<typeof limits>) =>
    createRedisDeadLetters(it.raw, it.keys, {
      limits: () => ({ ...limits, ...over }),
      now: Date.now,
      onDropped: (count) => {
        dropped += count;
      },
    });
  const bodies = async () =>
    (await it.list()).split('\n').filter((line) => line.includes('invalid_data') || line.includes('bad_json'))
      .length;
  await bounded({ max_count: 3 }).keep([letter('a')]);
  expect([await bodies(), dropped]).toEqual([1, 1]);
  await bounded({ max_count: 3 }).keep(['b', 'c', 'd', 'e'].map((body) => letter(body)));
  expect([await bodies(), dropped]).toEqual([3, 3]);
  await bounded({ max_bytes: 1_048_576 }).keep([letter('f'.repeat(150_000)), letter('g'.repeat(5_000_000))]);
  const lines = await it.raw.lrange(it.keys.deadLetters, 0, -1);
  expect(Number(await it.raw.get(it.keys.deadLettersSize))).toBe(
    lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0),
  );
  const [large = ''] = (await it.list()).split(' ');
  expect(await it.show(large)).toContain('cut: it had 5,000,000 bytes, and cannot be replayed');
});
