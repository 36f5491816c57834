/**
 * The bare limit: kafkajs' eachBatch, and one pipelined Redis write an event, nothing else.
 * Arguments: broker, topic, Redis URL. The key `bare` counts what is done.
 */
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { fixTimers } from '../src/integrations/kafka/client/timer-fix.ts';

const [broker = '', topic = '', redisUrl = ''] = process.argv.slice(2);
fixTimers();
const redis = new Redis(redisUrl);
const consumer = new Kafka({ clientId: 'bare', brokers: [broker], logLevel: logLevel.NOTHING }).consumer({
  groupId: `bare-${process.pid}`,
});
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({
  partitionsConsumedConcurrently: 3,
  eachBatch: async ({ batch }) => {
    const pipeline = redis.pipeline();
    for (const { offset, value } of batch.messages) {
      pipeline.set(`bare:${batch.partition}:${offset}`, value ?? '');
    }
    pipeline.incrby('bare', batch.messages.length);
    await pipeline.exec();
  },
});
console.log('running');
