/** The shortest way from an event to Slack: kafkajs, and a POST an event. Arguments: broker, topic, address of Slack. */
import { Kafka, logLevel } from 'kafkajs';
import { Agent, request } from 'undici';
import { fixTimers } from '../src/integrations/kafka/client/timer-fix.ts';

const [broker = '', topic = '', api = ''] = process.argv.slice(2);
fixTimers();
const dispatcher = new Agent({ connections: 64 });
const consumer = new Kafka({ clientId: 'bare', brokers: [broker], logLevel: logLevel.NOTHING }).consumer({
  groupId: `bare-${process.pid}`,
  maxWaitTimeInMs: 500,
});
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
const post = async (key: string, text: string): Promise<void> => {
  const metadata = { event_type: 'farmhand_alert', event_payload: { id: `${key}-0` } };
  const answer = await request(`${api}chat.postMessage`, {
    dispatcher,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ channel: 'C0', text, metadata }),
  });
  await answer.body.text();
};
await consumer.run({
  partitionsConsumedConcurrently: 3,
  eachBatch: async ({ batch }) => {
    await Promise.all(batch.messages.map(({ key, value }) => post(String(key), String(value))));
  },
});
console.log('running');
