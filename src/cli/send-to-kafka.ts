import { FarmhandError, messageOf } from '../core/errors.ts';
import { createClient } from '../integrations/kafka/client/client.ts';
import { silentLog } from '../observability/log.ts';
import type { EmitDeps } from './emit.ts';

/** Writes one event with the connection of the config; resolves when all in-sync replicas have it. */
export const sendToKafka: EmitDeps['sendToKafka'] = async ({ kafka }, { topic, key, value }) => {
  if (kafka === undefined) throw new FarmhandError('not_configured', 'the config has no kafka section');
  const client = await createClient(kafka, { log: silentLog });
  const producer = client.producer({ allowAutoTopicCreation: false });
  try {
    await producer.connect();
    await producer.send({ topic, acks: -1, messages: [{ key, value }] });
  } catch (error) {
    throw new FarmhandError(
      'not_sent',
      `Kafka at ${kafka.brokers.join(', ')} did not confirm the event for topic ${topic} (${messageOf(error)}). ` +
        'Sent again with the same --id and --source it counts once.',
      { cause: error },
    );
  } finally {
    await producer.disconnect();
  }
};
