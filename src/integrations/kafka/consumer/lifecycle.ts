import { messageOf } from '../../../core/errors.ts';
import { KafkaConsumerFailed } from '../client/failures.ts';
import { type BrokerLiveness, createBrokerLiveness } from '../health/broker-liveness.ts';
import type { KafkaObserver } from '../health/observer.ts';
import type { ConsumerState, ConsumerStatus } from './consumer-status.ts';
import { createWatchdog, type Watchdog } from './watchdog.ts';

/** As it was told; that no broker answers is seen. */
type Told = Exclude<ConsumerState, 'unreachable'>;

/** How the consumer is, and how it ends. */
export interface Lifecycle {
  readonly contact: BrokerLiveness;
  readonly watchdog: Watchdog;
  /** Aborted when it is to stop. */
  readonly stopping: AbortSignal;
  /** Resolves with the first membership in the group, or when it ended before. */
  readonly settled: Promise<void>;
  /** Of a member: `joined` settles it. What has failed or stops stays so. */
  enter(next: Told): void;
  noteError(error: unknown): void;
  /** It has stopped for good. Once, and not while it stops anyway. */
  fail(what: string, cause: unknown): void;
  stop(): void;
  status(): Pick<ConsumerStatus, 'state' | 'lastContact' | 'lastError'>;
}

export interface LifecycleDeps {
  readonly observer: Pick<KafkaObserver, 'connected' | 'changed'>;
  readonly now: () => number;
  /** No sign of life for this long is a death; ms. */
  readonly silence: number;
  readonly onFatal: (error: KafkaConsumerFailed) => void;
}

export const createLifecycle = ({ observer, now, silence, onFatal }: LifecycleDeps): Lifecycle => {
  const stopping = new AbortController();
  const settled = Promise.withResolvers<void>();
  let state: Told = 'connecting';
  let lastError: ConsumerStatus['lastError'];

  const contact = createBrokerLiveness(now, () => {
    observer.connected(state === 'joined' && !contact.lost());
    observer.changed();
  });
  const enter = (next: Told): void => {
    if (state === 'failed' || state === next) return;
    if (state === 'stopping' && next !== 'stopped') return;
    state = next;
    observer.connected(state === 'joined');
    observer.changed();
  };
  const noteError = (error: unknown): void => {
    lastError = { message: messageOf(error), at: now() };
  };
  const fail = (what: string, cause: unknown): void => {
    if (state === 'failed' || stopping.signal.aborted) return;
    const error = new KafkaConsumerFailed(`${what}: ${messageOf(cause)}`, cause);
    noteError(error);
    enter('failed');
    watchdog.stop();
    settled.resolve();
    onFatal(error);
  };
  const watchdog = createWatchdog(silence, () =>
    fail('The Kafka consumer shows no sign of life', 'no fetch, no heartbeat, no error'),
  );

  return {
    contact,
    watchdog,
    stopping: stopping.signal,
    settled: settled.promise,
    enter: (next) => {
      enter(next);
      if (next === 'joined') settled.resolve();
    },
    noteError,
    fail,
    stop: () => {
      enter('stopping');
      stopping.abort();
      watchdog.stop();
      settled.resolve();
    },
    status: () => ({
      state: state === 'joined' && contact.lost() ? 'unreachable' : state,
      ...(contact.last !== undefined && { lastContact: contact.last }),
      ...(lastError !== undefined && { lastError }),
    }),
  };
};
