import type { LogEntry } from 'kafkajs';
import kafkajs from 'kafkajs';
import type { Log } from '../../../observability/log.ts';

export interface ClientLogHooks {
  /** The records at the committed position are gone; reading goes on at the earliest that is left. */
  readonly onOffsetOutOfRange?: (topic: string, partition: number) => void;
  /** Anything it says is a sign of life; `problem` is set when it is one. */
  readonly onSaid?: (problem: string | undefined) => void;
}

// kafkajs resets the position by itself and tells nobody but its log; a test holds this text against the library.
const outOfRange = 'Offset out of range, resetting to default offset';

/** What kafkajs says, one step quieter: its errors are retried, and the fatal ones come up by themselves. */
export const clientLog =
  (log: Log, hooks: ClientLogHooks) =>
  () =>
  ({ namespace, level, log: { message, timestamp: _, logger: __, stack: ___, ...data } }: LogEntry): void => {
    if (message === outOfRange && namespace === 'ConsumerGroup') {
      hooks.onOffsetOutOfRange?.(String(data['topic']), Number(data['partition']));
    }
    const isProblem = level <= kafkajs.logLevel.WARN;
    hooks.onSaid?.(isProblem ? message : undefined);
    const facts = { ...data, part: namespace, said: message };
    if (isProblem) log.warn(facts, 'The Kafka client reports a problem');
    else log.debug(facts, 'The Kafka client reports');
  };
