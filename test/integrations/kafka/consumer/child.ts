import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaSettings } from '../../../../src/integrations/kafka/client/security.ts';
import { createKafkaConsumer } from '../../../../src/integrations/kafka/consumer/consumer.ts';
import { memoryDeadLetters, memoryObserver, stdoutLog } from '../../../support/kafka.ts';

/**
 * A consumer in a process of its own, to be killed. Its durable store is a file: `<partition> <offset>` for each
 * message, synced; half a chunk is written before a pause, so that a kill falls into the middle.
 */
const [settingsText = '{}', path = '', pause = '0'] = process.argv.slice(2);
const settings: KafkaSettings = JSON.parse(settingsText);
const file = openSync(path, 'a');

const consumer = createKafkaConsumer(settings, {
  ingest: {
    ingest: async (messages) => {
      const lines = messages.map(({ position }) =>
        position.via === 'kafka' ? `${position.partition} ${position.offset}\n` : '',
      );
      const middle = lines.length >> 1;
      writeSync(file, lines.slice(0, middle).join(''));
      await sleep(Number(pause));
      writeSync(file, lines.slice(middle).join(''));
      fsyncSync(file);
      console.log(`took ${messages.length}`);
      return { ids: [], rejected: [] };
    },
  },
  deadLetters: memoryDeadLetters(),
  log: stdoutLog,
  observer: memoryObserver(),
  onFatal: (error) => {
    console.error(error);
    process.exit(1);
  },
});
process.once('SIGTERM', async () => {
  const clean = await consumer.stop(5000);
  closeSync(file);
  process.exit(clean ? 0 : 2);
});
await consumer.start();
console.log('joined');
