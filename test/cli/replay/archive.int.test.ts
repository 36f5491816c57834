import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { startS3 } from '../../../sandbox/s3/start.ts';
import { openDeadLetters } from '../../../src/app/intake/dead-letters.ts';
import { openReplay } from '../../../src/app/intake/replay.ts';
import { type ReplayOptions, runReplay } from '../../../src/cli/replay/replay.ts';
import { createKafkaEmitter, type EmittedMessage } from '../../../src/integrations/kafka/client/emitter.ts';
import { createKeys } from '../../../src/integrations/redis/shared/keys.ts';
import { silentLog } from '../../../src/observability/log.ts';
import { webhook } from '../../e2e/support/webhook.ts';
import { archiveKeys, archiveOf, archiveYaml, readArchive } from '../../support/archive/archive.ts';
import { useKafka } from '../../support/kafka.ts';
import { redisOfFile } from '../../support/redis/of-file.ts';
import { fakeTerminal } from '../fake-terminal.ts';

const kafka = useKafka();
const server = redisOfFile();
const hour = 3_600_000;
let worlds = 0;

const until = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 60_000, interval: 50 });

/** A topic that is archived, and a store that a farmhand works on. */
const open = async (partitions = 1) => {
  const s3 = await startS3({ pageSize: 3 });
  const topic = await kafka().topic(partitions);
  const brokers = kafka().broker.address;
  const prefix = `from-archive-${++worlds}`;
  const archived = { brokers, topic, s3: s3.url, group: prefix, prefix };
  await kafka().broker.createTopics([{ name: `dead-${prefix}`, partitions: 1, config: {} }]);
  const keys = createKeys(prefix);
  const yaml = archiveYaml(archived).replace('redis://127.0.0.1:1', server.url);
  const living = () =>
    server.redis.hset(keys.mark, {
      ...{ epoch: 'e1', generation: '1', count: '0', places: '0', at: String(Date.now()) },
    });
  await living();
  let sent = 0;
  return {
    topic,
    keys,
    s3,
    archive: () => archiveOf(archived, silentLog),
    send: async (messages: readonly EmittedMessage[]): Promise<void> => {
      await using emitter = await createKafkaEmitter(
        { brokers: [brokers], client_id: 'test', tls: false },
        { log: silentLog, compression: 'none' },
      );
      await emitter.emit(topic, messages);
      sent += messages.length;
    },
    archived: () => until(async () => expect((await readArchive(s3.world.objects)).taken.length).toBe(sent)),
    replay: async (over: Partial<ReplayOptions> = {}) => {
      await server.redis.hset(keys.mark, 'at', String(Date.now()));
      const terminal = { ...fakeTerminal({ 'farmhand.yml': yaml }), env: archiveKeys, now: Date.now };
      const options = {
        ...{ config: 'farmhand.yml', rate: 100_000, archive: true },
        ...(over.offsets === undefined && { from: Date.now() - hour }),
        ...over,
      };
      try {
        const code = await runReplay(options, terminal, {
          ...{ openReplay, openDeadLetters, events: new EventEmitter() },
        });
        return { code, out: terminal.stdout(), err: terminal.stderr() };
      } catch (error) {
        return { code: 1, out: terminal.stdout(), err: String((error as Error).message) };
      }
    },
    lose: async (): Promise<void> => {
      await server.redis.flushall();
      await living();
    },
    books: () => server.redis.hgetall(keys.books),
    [Symbol.asyncDispose]: () => s3[Symbol.asyncDispose](),
  };
};

const firing = (name: string) => ({ key: name, value: webhook({ name }) });
const names = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`);

test('the topic is deleted and the records are lost: all of it is taken in from the archive, once', async () => {
  await using it = await open(2);
  {
    await using _archive = it.archive();
    await it.send([...names('Kept', 60).map(firing), { value: 'not JSON' }]);
    await it.archived();
  }
  // What was taken in from Kafka has the same names as what comes from the archive.
  expect((await it.replay({ archive: false, execute: true })).out).toMatch(/taken in now +60/);
  const known = await it.replay();
  expect(known).toMatchObject({ code: 0, err: '' });
  expect(known.out).toMatch(/known already +61\n/);
  await kafka().admin.deleteTopics({ topics: [it.topic] });
  await it.lose();
  const dry = await it.replay();
  expect(dry.out).toMatch(/would be taken in +60\n/);
  expect(await it.books()).toEqual({});
  const done = await it.replay({ execute: true });
  expect(done).toMatchObject({ code: 0, err: '' });
  expect(done.out).toMatch(/taken in now +60\n/);
  expect(done.out).toMatch(/cannot be read +1 /);
  const books = await it.books();
  expect(books['alertmanager|opened']).toBe('60');
  const again = await it.replay({ execute: true, again: true });
  expect(again.out).toMatch(/known already +61\n/);
  expect(await it.books()).toEqual(books);
  expect((await it.replay({ execute: true })).out).toContain('An earlier replay has been through all of it.');
});

test('an object that is missing is a hole that is named, and one that was changed is refused', async () => {
  await using it = await open();
  {
    await using _archive = it.archive();
    for (let i = 0; i < 4; i++) {
      await it.send(names(`Part${i}-`, 10).map(firing));
      await it.archived();
    }
  }
  const objects = it.s3.world.objects;
  const keys = [...objects.keys()].toSorted();
  expect(keys.length).toBeGreaterThanOrEqual(4);
  const [, second = ''] = keys;
  const bytes = objects.get(second) ?? Buffer.alloc(0);
  objects.delete(second);
  const hole = /\/(\d+)-(\d+)_/.exec(second)?.slice(1).map(Number) ?? [];
  const refused = await it.replay({ execute: true });
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(`${it.topic}/0: offsets ${hole[0]} to ${hole[1]} are not in the archive.`);
  expect(await it.books()).toEqual({});
  expect(
    (await it.replay({ offsets: [{ topic: it.topic, partition: 0, from: String(hole[1]), to: '40' }] })).out,
  ).toMatch(new RegExp(`would be taken in +${40 - Number(hole[1])}\\n`));

  objects.set(second, Buffer.concat([bytes.subarray(0, 40), Buffer.alloc(bytes.length - 40)]));
  const damaged = await it.replay({ execute: true });
  expect(damaged.code).toBe(1);
  expect(damaged.err).toContain(
    `The object ${second.replace('farmhand/', '')} of the archive cannot be unpacked`,
  );
  objects.set(second, bytes);
  const whole = await it.replay({ execute: true });
  expect(whole).toMatchObject({ code: 0, err: '' });
  expect((await it.books())['alertmanager|opened']).toBe('40');
});

test('says what is missing of the config, of the bucket and of the command', async () => {
  await using it = await open();
  expect((await it.replay({ deadLetters: true })).err).toContain('Take --archive or --dead-letters');
  expect((await it.replay()).out).toContain('There is nothing to read again there.');
  const offsets = [{ topic: it.topic, partition: 7, from: '0', to: '9' }];
  expect((await it.replay({ offsets })).err).toContain('there is no such partition in the archive');
  it.s3.world.denied.add('s3:ListBucket');
  expect((await it.replay()).err).toContain('Listing events at 127.0.0.1');
});
