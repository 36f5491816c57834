import { EventEmitter } from 'node:events';
import kafkajs, { type Message } from 'kafkajs';
import { expect, test } from 'vitest';
import { openDeadLetters } from '../../../src/app/intake/dead-letters.ts';
import { openReplay } from '../../../src/app/intake/replay.ts';
import { type ReplayOptions, runReplay } from '../../../src/cli/replay/replay.ts';
import { createKafkaEmitter, type EmittedMessage } from '../../../src/integrations/kafka/client/emitter.ts';
import { createKeys } from '../../../src/integrations/redis/shared/keys.ts';
import { silentLog } from '../../../src/observability/log.ts';
import { webhook } from '../../e2e/support/webhook.ts';
import { useKafka } from '../../support/kafka.ts';
import { redisOfFile } from '../../support/redis/of-file.ts';
import { fakeTerminal } from '../fake-terminal.ts';

const kafka = useKafka();
const server = redisOfFile();

const hour = 3_600_000;
let prefixes = 0;

/** A topic, and a store that a farmhand works on. */
const world = async (partitions = 1, topicConfig: Record<string, string> = {}) => {
  const prefix = `replay-${++prefixes}`;
  const topic = await kafka().topic(partitions, topicConfig);
  const keys = createKeys(prefix);
  const address = kafka().broker.address;
  const config = `slack: { default_channel: C0DEFAULT }
kafka: { brokers: ['${address}'], topics: [{ name: ${topic} }], dead_letter_topic: dead-${prefix} }
redis: { url: '${server.url}', prefix: ${prefix} }
`;
  await kafka().broker.createTopics([{ name: `dead-${prefix}`, partitions: 1, config: {} }]);
  const lives = async (over: Record<string, string> = {}): Promise<void> => {
    await server.redis.hset(keys.mark, {
      epoch: 'e1',
      generation: '1',
      count: '0',
      places: '0',
      at: String(Date.now()),
      ...over,
    });
  };
  await lives();
  return {
    topic,
    keys,
    lives,
    send: async (messages: readonly EmittedMessage[]) => {
      await using emitter = await createKafkaEmitter(
        { brokers: [address], client_id: 'test', tls: false },
        { log: silentLog, compression: 'none' },
      );
      await emitter.emit(topic, messages);
    },
    produce: async (messages: Message[]) => {
      const client = new kafkajs.Kafka({ brokers: [address], logLevel: kafkajs.logLevel.NOTHING });
      const producer = client.producer();
      await producer.connect();
      await producer.send({ topic, messages });
      await producer.disconnect();
    },
    remove: async (before: string) => {
      await kafka().admin.fetchTopicOffsets(topic);
      await kafka().admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: before }] });
    },
    replay: async (over: Partial<ReplayOptions> = {}) => {
      await server.redis.hset(keys.mark, 'at', String(Date.now()));
      const terminal = { ...fakeTerminal({ 'farmhand.yml': config }), now: Date.now };
      const events = new EventEmitter();
      const options = { config: 'farmhand.yml', rate: 100_000, ...over };
      const given =
        over.offsets || over.from !== undefined ? options : { ...options, from: Date.now() - hour };
      const deps = { openReplay, openDeadLetters, events };
      try {
        const code = await runReplay(given, terminal, deps);
        return { code, out: terminal.stdout(), err: terminal.stderr() };
      } catch (error) {
        return { code: 1, out: terminal.stdout(), err: String((error as Error).message) };
      }
    },
    books: async () => server.redis.hgetall(keys.books),
  };
};

/** The rows of the last table, by their first word. */
const rowsOf = (out: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...out.matchAll(/^ *([a-z_ ]+?) {2,}([\d,]+)/gm)].map(([, name, count]) => [
      name,
      Number(count?.replaceAll(',', '')),
    ]),
  );

const names = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const firing = (name: string) => ({ key: name, value: webhook({ name }) });
const resolved = (name: string) => ({ key: name, value: webhook({ name, status: 'resolved' }) });

test('says what it would do, does just that, and twice is as good as once', async () => {
  const it = await world(3);
  const all = names('One', 300);
  await it.send([
    ...all.map(firing),
    ...all.slice(0, 100).map(resolved),
    ...all.slice(0, 50).map(firing),
    { value: 'not JSON' },
    { value: '{"not":"known"}' },
  ]);
  const dry = await it.replay();
  expect(dry).toMatchObject({ code: 0, err: '' });
  expect(dry.out).toContain('Nothing was changed. The same with --execute does it.');
  expect(await it.books()).toEqual({});
  const done = await it.replay({ execute: true });
  expect(done).toMatchObject({ code: 0, err: '' });
  const would = rowsOf(dry.out.replace('would be taken in', 'taken in now'));
  expect(rowsOf(done.out)).toEqual(would);
  expect(would).toMatchObject({ 'known already': 0, 'taken in now': 450, opened: 300, 'cannot be read': 2 });
  const books = await it.books();
  expect(await server.redis.zcard(it.keys.open)).toBe(200);
  // What an earlier one has been through is not read again, and what is read again changes nothing.
  const through = await it.replay({ execute: true });
  expect(through.out).toMatch(/known already +0\n/);
  expect(through.out).toContain(
    'An earlier replay has been through all of it. With --again it is read once more.',
  );
  const again = await it.replay({ execute: true, again: true });
  expect(rowsOf(again.out)).toEqual({ 'known already': 452, 'taken in now': 0, 'cannot be read': 0 });
  expect(await it.books()).toEqual(books);
  expect((await it.replay()).out).toMatch(/known already +452\n/);
});

test('what was taken in before is known, what was not is taken in: by offsets, too', async () => {
  const it = await world();
  await it.send(names('Known', 40).map(firing));
  const first = await it.replay({
    offsets: [{ topic: it.topic, partition: 0, from: '0', to: '30' }],
    execute: true,
  });
  expect(rowsOf(first.out)).toMatchObject({ 'known already': 0, 'taken in now': 30 });
  const second = await it.replay({ execute: true, again: true });
  expect(rowsOf(second.out)).toMatchObject({ 'known already': 30, 'taken in now': 10, opened: 10 });
  expect(await server.redis.zcard(it.keys.open)).toBe(40);
});

test('records that are gone are named, and nothing is read until somebody says so', async () => {
  const it = await world();
  await it.send(names('Gone', 40).map(firing));
  await it.remove('25');
  const told = await it.replay({
    offsets: [{ topic: it.topic, partition: 0, from: '10', to: '40' }],
    execute: true,
  });
  expect(told.code).toBe(1);
  expect(told.err).toContain(`✗ ${it.topic}/0: offsets 10 to 25 are gone (retention).`);
  expect(told.err).toContain('Nothing was read');
  expect(await it.books()).toEqual({});
  const rest = await it.replay({
    offsets: [{ topic: it.topic, partition: 0, from: '10', to: '40' }],
    execute: true,
    despiteGaps: true,
  });
  expect(rest.code).toBe(0);
  expect(rowsOf(rest.out)).toMatchObject({ 'taken in now': 15 });
});

test('a topic bound by size cannot say whether the beginning is there; one that is not removed anything of lately can', async () => {
  const bound = await world(1, { 'retention.bytes': '1000000' });
  const free = await world();
  for (const it of [bound, free]) {
    await it.send(names('Edge', 10).map(firing));
    await it.remove('5');
  }
  const told = await bound.replay();
  expect(told.code).toBe(1);
  expect(told.err).toContain(`${bound.topic}/0: offsets before 5 are gone (retention)`);
  expect((await free.replay()).code).toBe(0);
});

test.each([
  ['no mark', { epoch: undefined }, /no farmhand has worked on this Redis/],
  ['an import', { importing: 'x' }, /records are being imported/],
  ['nobody there', { at: '1' }, /no farmhand works on this Redis: start it first/],
  [
    'recovering',
    { recovery: JSON.stringify({ sure: true, phase: 'reading', since: 1, from: 0, channels: {} }) },
    /reads the channels for the threads/,
  ],
])('refuses where it cannot know, and says what to do: %s', async (_, mark, says) => {
  const it = await world();
  await it.send([firing('Refused')]);
  const terminal = { ...fakeTerminal(), now: Date.now };
  for (const [field, value] of Object.entries(mark)) {
    if (value === undefined) await server.redis.hdel(it.keys.mark, field);
    else await server.redis.hset(it.keys.mark, field, value);
  }
  const config = `slack: { default_channel: C0DEFAULT }
kafka: { brokers: ['${kafka().broker.address}'], topics: [{ name: ${it.topic} }] }
redis: { url: '${server.url}', prefix: ${it.keys.prefix.slice(1, -2)} }
`;
  const running = runReplay(
    { config: 'farmhand.yml', rate: 1, from: Date.now() - hour, execute: true },
    { ...terminal, readFile: () => config },
    { openReplay, openDeadLetters, events: new EventEmitter() },
  );
  await expect(running).rejects.toThrow(says);
  expect(await it.books()).toEqual({});
});

test('a time that is yet to come is a slip of the pen, not a span without anything in it', async () => {
  const it = await world();
  const told = await it.replay({ from: Date.now() + hour });
  expect(told).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/^--from 20.* UTC is yet to come/),
  });
});

test('what came before events are known any more is not read', async () => {
  const it = await world();
  const { err } = await it.replay({ from: Date.now() - 9 * 24 * hour, execute: true });
  expect(err).toMatch(
    /events are known since .* UTC only \(alerts\.event_retention\).*take --from 20\S+Z or later/,
  );
  // By offsets its time is not known before: each is looked at.
  await it.produce([{ ...firing('Old'), timestamp: String(Date.now() - 8 * 24 * hour) }, firing('Young')]);
  const told = await it.replay({
    offsets: [{ topic: it.topic, partition: 0, from: '0', to: '2' }],
    execute: true,
  });
  expect(told.code).toBe(1);
  expect(told.err).toContain(`1 message up to ${it.topic}/0@0 came before what farmhand remembers`);
  expect(rowsOf(told.out)).toMatchObject({ 'taken in now': 1 });
});

test('the store is lost while it is read: the replay ends, and leaves the new one alone', async () => {
  const it = await world();
  await it.send(names('Lost', 1_000).map(firing));
  const running = it.replay({ execute: true, rate: 300 });
  while ((await server.redis.zcard(it.keys.open)) === 0) await new Promise((next) => setTimeout(next, 20));
  const lost = await server.redis.keys(`${it.keys.prefix}*`);
  await server.redis.del(...lost);
  await it.lives({ epoch: 'e2' });
  const told = await running;
  expect(told.code).toBe(1);
  expect(told.err).toMatch(/Redis lost records while they were read again/);
  expect(await server.redis.zcard(it.keys.open)).toBe(0);
  const second = await it.replay({ execute: true });
  expect(rowsOf(second.out)).toMatchObject({ 'taken in now': 1_000 });
}, 120_000);

test('markers of transactions are no messages: it ends behind them, also where nothing else is left', async () => {
  const it = await world();
  const client = new kafkajs.Kafka({
    brokers: [kafka().broker.address],
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const producer = client.producer({ transactionalId: it.topic, maxInFlightRequests: 1, idempotent: true });
  await producer.connect();
  const inOne = async (name: string, end: 'commit' | 'abort') => {
    const transaction = await producer.transaction();
    await transaction.send({ topic: it.topic, messages: names(name, 3).map(firing) });
    await transaction[end]();
  };
  await inOne('Kept', 'commit');
  await inOne('Aborted', 'abort');
  await inOne('KeptToo', 'commit');
  await inOne('AbortedToo', 'abort');
  await producer.disconnect();
  const { code, out } = await it.replay({ execute: true });
  expect(code).toBe(0);
  expect(rowsOf(out)).toMatchObject({ 'taken in now': 6 });
  expect(out).toMatch(/without a message +10 offsets/);
}, 60_000);

test('of dead letters it does the same: what can be read by now is taken in, once', async () => {
  const it = await world();
  await it.send([{ value: 'not JSON' }, firing('Fine')]);
  await it.replay({ execute: true });
  const dry = await it.replay({ deadLetters: true });
  expect(dry.code).toBe(1);
  expect(dry.out).toMatch(/^1 dead letter in the topic dead-/);
  expect(dry.out).toMatch(/bad_json +1 {2}still cannot be read/);
  expect(dry.err).toContain('farmhand dead-letters list says why');
});
