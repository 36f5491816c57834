import {
  type Compression,
  createKafkaEmitter,
  type EmittedMessage,
} from '../../../../src/integrations/kafka/client/emitter.ts';
import type { KafkaConsumerFailed } from '../../../../src/integrations/kafka/client/failures.ts';
import type {
  ConnectionSettings,
  KafkaSettings,
} from '../../../../src/integrations/kafka/client/security.ts';
import {
  createKafkaConsumer,
  type KafkaConsumer,
  type TierTurns,
} from '../../../../src/integrations/kafka/consumer/consumer.ts';
import { memoryDeadLetters, memoryIngest, memoryLog, memoryObserver } from '../../../support/kafka.ts';

export interface Running extends AsyncDisposable {
  readonly consumer: KafkaConsumer;
  readonly ingest: ReturnType<typeof memoryIngest>;
  readonly deadLetters: ReturnType<typeof memoryDeadLetters>;
  readonly log: ReturnType<typeof memoryLog>;
  readonly observer: ReturnType<typeof memoryObserver>;
  readonly fatal: readonly KafkaConsumerFailed[];
}

/** A consumer under test with fakes around it; `start` is left to the test. */
export const consumerWith = (settings: KafkaSettings, tiers?: TierTurns, installation?: string): Running => {
  const ingest = memoryIngest();
  const deadLetters = memoryDeadLetters();
  const log = memoryLog();
  const observer = memoryObserver();
  const fatal: KafkaConsumerFailed[] = [];
  const onFatal = (error: KafkaConsumerFailed): void => void fatal.push(error);
  const consumer = createKafkaConsumer(settings, {
    ...{ ingest, deadLetters, log, observer, onFatal },
    ...(tiers && { tiers }),
    installation,
  });
  return {
    consumer,
    ingest,
    deadLetters,
    log,
    observer,
    fatal,
    [Symbol.asyncDispose]: async () => void (await consumer.stop(10_000)),
  };
};

/** Writes the messages in one batch each, in order. */
export const write = async (
  settings: ConnectionSettings,
  topic: string,
  messages: readonly (string | EmittedMessage)[],
  compression: Compression = 'none',
): Promise<void> => {
  await using emitter = await createKafkaEmitter(settings, { log: memoryLog(), compression });
  await emitter.emit(
    topic,
    messages.map((each) => (typeof each === 'string' ? { value: each } : each)),
  );
};

export const numbered = (count: number, prefix = 'm'): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);
