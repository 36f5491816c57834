import { expect, test, vi } from 'vitest';
import { Secret } from '../../../../src/config/schema/secret.ts';
import type { KafkaSettings } from '../../../../src/integrations/kafka/client/security.ts';
import { checkKafka } from '../../../../src/integrations/kafka/health/check.ts';
import { kafkaSettings, memoryLog, useKafka } from '../../../support/kafka.ts';
import { consumerWith, write } from '../consumer/harness.ts';

const bounded = { 'retention.bytes': '1048576' };
const kafka = useKafka({ secure: true, topics: [{ name: 'dead-letters', config: bounded }] });

const secure = () => {
  const { secure: found } = kafka().broker;
  if (found === undefined) throw new Error('the broker is not secure');
  return found;
};
const saslSettings = (
  topic: string,
  mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512',
  password = secure().user.password,
): KafkaSettings => ({
  ...kafkaSettings(secure().saslAddress, [topic]),
  sasl: { mechanism, username: secure().user.username, password: new Secret(password) },
});
const tlsSettings = (topic: string): KafkaSettings => {
  const { ca, clientCert, clientKey, serverName } = secure().certificates;
  return {
    ...kafkaSettings(secure().sslAddress, [topic]),
    tls: { ca_file: ca, cert_file: clientCert, key_file: clientKey, server_name: serverName },
  };
};

const readsOne = async (settings: KafkaSettings, topic: string): Promise<void> => {
  await write(settings, topic, ['hello']);
  await using it = consumerWith(settings);
  await it.consumer.start();
  await vi.waitFor(() => expect(it.ingest.values).toEqual(['hello']), { timeout: 10_000 });
  expect(it.fatal).toEqual([]);
  expect(await checkKafka(settings, { log: memoryLog() })).toEqual([]);
};

test.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('SASL %s', async (mechanism) => {
  const topic = await kafka().topic();
  await readsOne(saslSettings(topic, mechanism), topic);
});

test('TLS with a client certificate and a server name of its own', async () => {
  const topic = await kafka().topic();
  await readsOne(tlsSettings(topic), topic);
});

test('a wrong password is fatal, is said, and does not show the password', async () => {
  const topic = await kafka().topic();
  const settings = saslSettings(topic, 'scram-sha-512', 'wrong-horse');
  const it = consumerWith(settings);
  await it.consumer.start();
  expect(it.fatal.map(({ code }) => code)).toEqual(['kafka_consumer_failed']);
  expect(it.fatal[0]?.message).toMatch(/^Kafka cannot be read: .*[Aa]uthentication failed/);
  expect(it.consumer.status().state).toBe('failed');
  await it.consumer.stop(5000);
  expect(JSON.stringify([it.log.lines, it.fatal, it.consumer.status()])).not.toContain('wrong-horse');
  const problems = await checkKafka(settings, { log: memoryLog() });
  expect(problems.map(({ path }) => path)).toEqual(['kafka.sasl']);
  expect(problems[0]?.message).toContain(`${secure().saslAddress} refused the login`);
});

test('without the authority the connection is refused, and said so', async () => {
  const topic = await kafka().topic();
  const settings: KafkaSettings = { ...tlsSettings(topic), tls: true };
  const problems = await checkKafka(settings, { log: memoryLog() });
  expect(problems.map(({ path }) => path)).toEqual(['kafka.brokers[0]']);
  expect(problems[0]?.message).toContain('cannot be reached');
});
