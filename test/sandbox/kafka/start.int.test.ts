import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { kafkaMissing } from '../../../sandbox/kafka/available.ts';
import { startKafka } from '../../../sandbox/kafka/start.ts';

test('a broker keeps its messages over kill -9 and restart, and leaves nothing behind', {
  tags: ['long'],
  timeout: 60_000,
}, async () => {
  const progress: string[] = [];
  const broker = await startKafka({
    topics: [{ name: 'a', partitions: 2 }],
    onProgress: (line) => progress.push(line),
  });
  expect(progress.slice(-2)).toEqual(['Kafka: formatting its storage', 'Kafka: starting']);
  const producer = 'org.apache.kafka.tools.ConsoleProducer';
  await broker.runTool(producer, ['--bootstrap-server', broker.address, '--topic', 'a'], 'one\n');
  const { pid } = broker.process;
  expect(await broker.kill()).toEqual({ code: null, signal: 'SIGKILL' });
  await broker.restart();
  expect(broker.process.pid).not.toBe(pid);
  const consumer = 'org.apache.kafka.tools.consumer.ConsoleConsumer';
  const output = await broker.runTool(consumer, [
    ...['--bootstrap-server', broker.address, '--topic', 'a', '--from-beginning', '--max-messages', '1'],
  ]);
  expect(output).toContain('one\n');
  await broker[Symbol.asyncDispose]();
  expect(broker.process.running).toBe(false);
  expect(existsSync(broker.dir)).toBe(false);
});

test('what is missing is said in words', async () => {
  const missing = await kafkaMissing({
    JAVA_HOME: '/nowhere',
    XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'],
  });
  expect(missing[0]).toBe(
    'Kafka needs Java 17 or newer; `/nowhere/bin/java` did not run (Debian: apt install openjdk-17-jre-headless)',
  );
});
