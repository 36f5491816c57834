import { FarmhandError, isRetryable } from '../../../core/errors.ts';

/** The consumer will not read another message in this process; the process has to end and be started again. */
export class KafkaConsumerFailed extends FarmhandError {
  override readonly name = 'KafkaConsumerFailed';
  constructor(message: string, cause?: unknown) {
    super('kafka_consumer_failed', message, { cause });
  }
}

/** Every topic of the config is refused to farmhand. */
export class TopicsRefused extends FarmhandError {
  override readonly name = 'TopicsRefused';
  constructor(problems: readonly string[]) {
    super('kafka_topics_refused', problems.join('. '));
  }
}

/** `error` and what caused it, outermost first. */
export const causes = (error: unknown): readonly unknown[] => {
  const chain: unknown[] = [];
  for (let at = error; at instanceof Error && !chain.includes(at); at = at.cause) chain.push(at);
  return chain.length === 0 ? [error] : chain;
};

const refusals = new Set([
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'ILLEGAL_SASL_STATE',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
]);

const has = (error: unknown, key: 'name' | 'type', test: (value: unknown) => boolean): boolean =>
  causes(error).some((each) => each instanceof Error && key in each && test(Reflect.get(each, key)));

/** True when the brokers know farmhand and said no, or cannot know it: the same again gives the same. */
export const isRefused = (error: unknown): boolean =>
  has(error, 'name', (name) => name === 'KafkaJSSASLAuthenticationError') ||
  has(error, 'type', (type) => refusals.has(String(type)));

/** True for what kafkajs itself threw: it knows best how to go on. */
export const isKafkaError = (error: unknown): boolean =>
  error instanceof Error && error.name.startsWith('KafkaJS');

/**
 * What a failed `ingest` is about. `store`: come back later with the same. `message`: it is the message, and the
 * same will happen each time: a mistake in the code that reads it. `unknown`: not ours to judge, so as `store`,
 * only louder.
 */
export const blame = (error: unknown): 'store' | 'message' | 'unknown' => {
  if (isRetryable(error)) return 'store';
  if (error instanceof FarmhandError) return 'message';
  const fault =
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof SyntaxError ||
    error instanceof ReferenceError ||
    error instanceof URIError;
  return fault ? 'message' : 'unknown';
};
