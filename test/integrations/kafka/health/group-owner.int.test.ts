import { expect, test, vi } from 'vitest';
import { strangersInGroup } from '../../../../src/integrations/kafka/health/group-owner.ts';
import { kafkaSettings, memoryLog, useKafka } from '../../../support/kafka.ts';
import { consumerWith, write } from '../consumer/harness.ts';

const kafka = useKafka();
const until = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 30_000, interval: 25 });

test('a group that another installation reads is refused by name; its own processes, and those of before, share it', async () => {
  const { broker, topic } = kafka();
  const name = await topic(4);
  const settings = kafkaSettings(broker.address, [name]);
  const log = memoryLog();
  const look = (installation?: string) => strangersInGroup(settings, installation, { log });
  expect(await look('two/farmhand')).toEqual([]);

  await using first = consumerWith(settings, undefined, 'one/farmhand');
  await first.consumer.start();
  await until(() => expect(Object.keys(first.consumer.status().assignment)).toEqual([name]));
  expect([await look('one/farmhand'), await look()]).toEqual([[], []]);
  expect(await look('two/farmhand')).toEqual([
    {
      path: 'kafka.group_id',
      message: `the group ${settings.group_id} is read by another installation, one/farmhand, and this one is two/farmhand: each would get a part of the partitions, and neither all of the events. Give one of them a kafka.group_id (and a kafka.dead_letter_topic) of its own`,
    },
  ]);

  // A farmhand of before says nothing of itself, and shares the partitions all the same.
  await using before = consumerWith(settings);
  await before.consumer.start();
  await until(() => {
    const of = (one: typeof first) => one.consumer.status().assignment[name]?.length;
    expect([of(first), of(before)]).toEqual([2, 2]);
  });
  expect(await look('one/farmhand')).toEqual([]);
  await write(settings, name, ['a', 'b', 'c', 'd']);
  await until(() => expect(first.ingest.taken.length + before.ingest.taken.length).toBe(4));
});

test('while a group deals out its partitions a broker shows nobody’s name: it is asked until it does', async () => {
  const { broker, topic, admin } = kafka();
  const name = await topic(2);
  const settings = kafkaSettings(broker.address, [name]);
  await using first = consumerWith(settings, undefined, 'one');
  await first.consumer.start();
  await using second = consumerWith(settings, undefined, 'one');
  const joining = second.consumer.start();
  await until(async () => {
    const { groups } = await admin.describeGroups([settings.group_id]);
    expect(groups.map(({ state }) => state)).toEqual(['PreparingRebalance']);
  });
  const [found] = await strangersInGroup(settings, 'two', { log: memoryLog() });
  expect(found?.message).toContain('is read by another installation, one, and this one is two');
  await joining;
});
