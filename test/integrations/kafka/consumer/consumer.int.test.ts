import { expect, test, vi } from 'vitest';
import { StoreUnavailable } from '../../../../src/core/errors.ts';
import type { RawMessage } from '../../../../src/intake/wire/raw.ts';
import { chunkLimits } from '../../../../src/integrations/kafka/consumer/chunks.ts';
import { kafkaSettings, useKafka } from '../../../support/kafka.ts';
import { consumerWith, numbered, write } from './harness.ts';

const kafka = useKafka();
/** The beginning of the topic's id. */
const life = expect.stringMatching(/^[0-9a-f]{8}$/);
const until = (check: () => void | Promise<void>, timeout = 15_000): Promise<void> =>
  vi.waitFor(check, { timeout, interval: 25 });

test('a new group starts at the earliest, reads several topics, and commits what is durable', async () => {
  const { broker, topic, committed } = kafka();
  const [a, b] = [await topic(), await topic()];
  const plain = kafkaSettings(broker.address, [a, b]);
  const settings = { ...plain, topics: [{ name: a, tier: 'prod' }, { name: b }] };
  const warnings: string[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning.name);
  process.on('warning', onWarning);
  await write(settings, a, [{ value: 'one', headers: { 'CE-Type': 'x', __proto__x: 'y' } }, 'two']);
  await write(settings, b, ['three']);

  await using it = consumerWith(settings);
  await it.consumer.start();
  await until(() => expect(it.ingest.values.toSorted()).toEqual(['one', 'three', 'two']));

  const first = it.ingest.taken.find(({ value }) => value?.toString() === 'one');
  expect(first).toEqual({
    value: Buffer.from('one'),
    headers: { 'ce-type': 'x', __proto__x: 'y' },
    position: { via: 'kafka', topic: a, partition: 0, offset: '0', index: 0, life },
    receivedAt: expect.any(Number),
    brokerTime: expect.any(Number),
    topicTier: 'prod',
  });
  expect(it.ingest.taken.find(({ value }) => value?.toString() === 'three')).not.toHaveProperty('topicTier');
  await until(async () => expect(await committed(settings.group_id, a)).toEqual({ 0: '2' }));
  await until(async () => expect(await committed(settings.group_id, b)).toEqual({ 0: '1' }));
  expect(it.observer.lags).toEqual({ [`${a}/0`]: 0, [`${b}/0`]: 0 });
  expect(it.consumer.status()).toEqual({
    state: 'joined',
    assignment: { [a]: [0], [b]: [0] },
    problems: [],
    lastContact: expect.any(Number),
  });
  expect(await it.consumer.stop(5000)).toBe(true);
  expect(it.consumer.status().state).toBe('stopped');
  expect(it.fatal).toEqual([]);
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});

test('while the store is away nothing is dropped, committed or overtaken; then reading goes on', async () => {
  const { broker, topic, committed } = kafka();
  const name = await topic(2);
  const settings = kafkaSettings(broker.address, [name]);
  const all = numbered(3000).map((value, index) => ({ value, key: String(index % 7) }));
  await write(settings, name, all);
  await using it = consumerWith(settings);
  let away = true;
  let refused = 0;
  it.ingest.before = () => {
    if (away && it.ingest.taken.length >= 1000) {
      refused++;
      throw new StoreUnavailable('Redis does not answer');
    }
  };
  await it.consumer.start();
  await until(() => expect(refused).toBeGreaterThan(3));
  expect(it.consumer.status()).toMatchObject({ state: 'joined', held: 'Redis does not answer' });
  expect(it.observer.helds).toEqual([true]);
  const done = await committed(settings.group_id, name);
  expect(Number(done[0] ?? 0) + Number(done[1] ?? 0)).toBeLessThanOrEqual(it.ingest.taken.length);
  await write(settings, name, ['later']);

  away = false;
  await until(() => expect(it.ingest.taken).toHaveLength(3001));
  await until(() => expect(it.observer.helds).toEqual([true, false]));
  for (const partition of [0, 1]) {
    const offsets = it.ingest.taken
      .map(({ position }) => position)
      .filter((position) => position.via === 'kafka' && position.partition === partition)
      .map((position) => (position.via === 'kafka' ? Number(position.offset) : -1));
    expect(offsets).toEqual(offsets.map((_, index) => index));
  }
  expect(it.consumer.status()).not.toHaveProperty('held');
  expect(it.fatal).toEqual([]);
});

test('a message that makes the intake fail is put aside with its bytes, and the partition goes on', async () => {
  const { broker, topic, committed } = kafka();
  const name = await topic();
  const settings = kafkaSettings(broker.address, [name]);
  const values = numbered(50).with(17, '{"poison').with(30, '{"poison');
  await write(settings, name, values);
  await using it = consumerWith(settings);
  it.ingest.before = (messages) => {
    for (const { value } of messages) if (value?.toString() === '{"poison') JSON.parse(value.toString());
  };
  await it.consumer.start();
  await until(async () => expect(await committed(settings.group_id, name)).toEqual({ 0: '50' }));
  expect(it.ingest.values).toEqual(values.filter((value) => value !== '{"poison'));
  expect(it.deadLetters.kept.map(({ message, reason }) => [reason, message.position])).toEqual(
    [17, 30].map((offset) => [
      'internal_error',
      { via: 'kafka', topic: name, partition: 0, offset: String(offset), index: 0, life },
    ]),
  );
  expect(it.deadLetters.kept[0]?.message.value).toEqual(Buffer.from('{"poison'));
  expect(it.fatal).toEqual([]);
});

test('a header without a value does not end the process: the record is taken, and what follows too', async () => {
  const { broker, topic, committed } = kafka();
  const name = await topic();
  const settings = kafkaSettings(broker.address, [name]);
  // kafkajs cannot write what every other client may: a header of null.
  await broker.runTool(
    'org.apache.kafka.tools.ConsoleProducer',
    [
      ...['--bootstrap-server', broker.address, '--topic', name],
      ...['parse.headers=true', 'headers.delimiter=|', 'null.marker=NULL'].flatMap((it) => [
        '--property',
        it,
      ]),
    ],
    'content-type:application/json,traceparent:NULL,Tier:gold,tier:NULL,toString:NULL|poison\nTier:"gold"|next\n',
  );

  await using it = consumerWith(settings);
  await it.consumer.start();
  await until(async () => expect(await committed(settings.group_id, name)).toEqual({ 0: '2' }));
  expect(it.ingest.taken.map((each) => [each.value?.toString(), each.headers])).toEqual([
    ['poison', { 'content-type': 'application/json', tier: 'gold' }],
    ['next', { tier: '"gold"' }],
  ]);
  expect([it.deadLetters.kept, it.fatal]).toEqual([[], []]);
});

test('two consumers share the partitions; what moves is neither lost nor out of order', async () => {
  const { broker, topic, committed } = kafka();
  const name = await topic(4);
  const settings = kafkaSettings(broker.address, [name]);
  await using one = consumerWith(settings);
  await using two = consumerWith(settings);
  const seen: Set<number>[] = [new Set(), new Set(), new Set(), new Set()];
  const holes: string[] = [];
  const look = async (messages: readonly RawMessage[]): Promise<void> => {
    for (const { position } of messages) {
      if (position.via !== 'kafka') continue;
      const done = seen[position.partition] ?? new Set();
      const offset = Number(position.offset);
      // Read again is allowed, overtaking is not: whatever comes first has everything before it done.
      if (!done.has(offset) && done.size !== offset) holes.push(`${position.partition}:${position.offset}`);
      done.add(offset);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  };
  one.ingest.before = look;
  two.ingest.before = look;
  await one.consumer.start();
  const sent: string[] = [];
  const more = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      const values = numbered(40, `b${sent.length}-`);
      sent.push(...values);
      const messages = values.map((value, index) => ({ value, key: String(index % 16) }));
      await write(settings, name, messages);
    }
  };
  const writing = more(15);
  await until(() => expect(one.ingest.taken.length).toBeGreaterThan(0));
  await two.consumer.start();
  await until(() => {
    const counts = [one, two].map(({ consumer }) => consumer.status().assignment[name]?.length);
    expect(counts).toEqual([2, 2]);
  });
  await writing;
  await more(3);
  await until(() => expect(two.ingest.taken.length).toBeGreaterThan(0));
  expect(await two.consumer.stop(10_000)).toBe(true);
  await more(2);
  await until(() => expect(new Set([...one.ingest.values, ...two.ingest.values])).toEqual(new Set(sent)));
  await until(async () => {
    const done = await committed(settings.group_id, name);
    // The ends of the log, not the count of what was sent: a producer that retries may write a batch twice.
    const ends = await kafka().admin.fetchTopicOffsets(name);
    expect(done).toEqual(Object.fromEntries(ends.map(({ partition, high }) => [partition, high])));
  });
  expect(holes).toEqual([]);
  expect([...one.fatal, ...two.fatal]).toEqual([]);
});

test('stop finishes the chunk under way, commits it, and begins no other', async () => {
  const { broker, topic, committed } = kafka();
  const name = await topic();
  const settings = kafkaSettings(broker.address, [name]);
  await write(settings, name, numbered(2500));
  await using it = consumerWith(settings);
  const entered = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  it.ingest.before = () => {
    entered.resolve();
    return release.promise;
  };
  await it.consumer.start();
  await entered.promise;
  const stopped = it.consumer.stop(10_000);
  release.resolve();
  expect(await stopped).toBe(true);
  expect(it.ingest.taken).toHaveLength(chunkLimits.messages);
  expect(await committed(settings.group_id, name)).toEqual({ 0: String(chunkLimits.messages) });
  const { members } = await kafka()
    .admin.describeGroups([settings.group_id])
    .then(({ groups: [group] }) => ({
      members: group?.members,
    }));
  expect(members).toEqual([]);
});

test('an intake that never answers is given up at the deadline, uncommitted', async () => {
  const { broker, topic, committed } = kafka();
  const name = await topic();
  const settings = kafkaSettings(broker.address, [name]);
  await write(settings, name, ['stuck']);
  await using it = consumerWith(settings);
  const entered = Promise.withResolvers<void>();
  it.ingest.before = (_, signal) => {
    entered.resolve();
    return new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(new StoreUnavailable('given up')), { once: true });
    });
  };
  await it.consumer.start();
  await entered.promise;
  expect(await it.consumer.stop(100)).toBe(false);
  expect(await committed(settings.group_id, name)).toEqual({});
});

test('heartbeats go on while the intake is slower than the session', async () => {
  const { broker, topic, committed } = kafka();
  const name = await topic();
  const settings = { ...kafkaSettings(broker.address, [name]), session_timeout: 1500 };
  await write(settings, name, ['slow']);
  await using it = consumerWith(settings);
  it.ingest.before = () => new Promise((resolve) => setTimeout(resolve, 3000));
  await it.consumer.start();
  await until(async () => expect(await committed(settings.group_id, name)).toEqual({ 0: '1' }));
  expect(it.ingest.values).toEqual(['slow']);
  expect(it.observer.joins).toBe(1);
});
