import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createFollower, ownTurn } from '../../../../src/audit/chain/follower.ts';
import type { AuditChain } from '../../../../src/audit/chain/ports.ts';
import { sealEntries } from '../../../../src/audit/chain/seal.ts';
import { createAuditTopic } from '../../../../src/integrations/kafka/audit/audit-topic.ts';
import { createClient } from '../../../../src/integrations/kafka/client/client.ts';
import { anAuditEntry } from '../../../builders/audit.ts';
import { kafkaSettings, memoryLog, useKafka } from '../../../support/kafka.ts';
import { memoryChain } from '../../../support/memory-chain.ts';

const kafka = useKafka();

const grow = async (chain: AuditChain, count: number): Promise<void> => {
  const head = await chain.head();
  const entries = Array.from({ length: count }, (_, n) =>
    anAuditEntry({ command: { farmers: head.seq + n, words: 'Zürich \u2028 and on' } }),
  );
  await chain.append(head, sealEntries(head, entries), []);
};
const opened = (topic: string, address = kafka().broker.address) => {
  const settings = kafkaSettings(address, [topic]);
  return { settings, copy: createAuditTopic(settings, topic, { log: memoryLog() }) };
};
const follower = (chain: AuditChain, copy: ReturnType<typeof opened>['copy'], met: unknown[] = []) =>
  createFollower({ chain, copy, turn: ownTurn(), onMet: async (found) => void met.push(found) });
const all = async (lines: AsyncIterable<string>): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const line of lines) found.push(line);
  return found;
};

test('a topic that is not there is made, keeps all, and has the chain in its order', async () => {
  const topic = `audit-${randomUUID()}`;
  await using copy = opened(topic).copy;
  const chain = memoryChain();
  await grow(chain, 700);
  await follower(chain, copy).follow();
  await grow(chain, 3);
  // Another process, which reads where the topic ends.
  await follower(chain, copy).follow();
  expect(await all(copy.linesFrom(1))).toEqual(await chain.lines(1, 1_000));
  expect(await all(copy.linesFrom(702))).toEqual(await chain.lines(702, 9));
  expect(await copy.readEnd()).toEqual(await chain.head());
}, 90_000);

test('what arrived twice is read once, and a late batch does not move the end back', async () => {
  const { topic } = kafka();
  const name = await topic();
  const { copy, settings } = opened(name);
  await using _ = copy;
  const chain = memoryChain();
  await grow(chain, 6);
  await follower(chain, copy).follow();
  const producer = (await createClient(settings, { log: memoryLog() })).producer();
  await producer.connect();
  const late = (await chain.lines(1, 4)).map((value) => ({ partition: 0, value }));
  await producer.send({ topic: name, messages: late });
  await producer.disconnect();
  expect((await copy.readEnd())?.seq).toBe(6);
  await grow(chain, 1);
  await follower(chain, copy).follow();
  expect(await all(copy.linesFrom(1))).toEqual(await chain.lines(1, 9));
}, 90_000);

test('an empty Redis gets the chain back from the topic', async () => {
  const { topic } = kafka();
  const { copy } = opened(await topic());
  await using _ = copy;
  const chain = memoryChain();
  await grow(chain, 20);
  await follower(chain, copy).follow();
  const [empty, met] = [memoryChain(), [] as unknown[]];
  await follower(empty, copy, met).follow();
  expect(met).toEqual([{ state: 'restored', from: 1, to: 20 }]);
  expect(await empty.lines(1, 99)).toEqual(await chain.lines(1, 99));
}, 90_000);

test('a broker that is away fails, and is connected to once it is there', async () => {
  await using copy = opened(`audit-${randomUUID()}`, '127.0.0.1:9').copy;
  await expect(copy.readEnd()).rejects.toThrow();
  await expect(copy.append(['{}'])).rejects.toThrow();
}, 60_000);
