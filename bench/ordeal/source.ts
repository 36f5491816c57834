import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { fixTimers } from '../../src/integrations/kafka/client/timer-fix.ts';
import { fingerprintOf, type WebhookAlert, webhook } from '../../test/e2e/support/webhook.ts';
import type { Population, Sending } from './population.ts';

/** A sending that the broker has confirmed. */
export interface Sent extends Sending {
  /** When it was confirmed; ms. */
  readonly at: number;
  readonly partition: number;
  readonly offset: number;
}

export interface Source extends AsyncDisposable {
  /** All that was confirmed, in the order of each alert. */
  readonly sent: readonly Sent[];
  /** What could not be handed over yet. */
  waiting(): number;
  /** Says nothing more, once all is handed over. */
  stop(): Promise<void>;
}

export const serviceOf = (channel: number): string => `service-${channel}`;

const alertOf = (sending: Sending): WebhookAlert => ({
  name: 'Ordeal',
  labels: { pod: `pod-${sending.alert}`, service: serviceOf(sending.channel) },
  status: sending.kind === 'resolve' ? 'resolved' : 'firing',
  startsAt: sending.startsAt,
  ...(sending.endsAt !== undefined && { endsAt: sending.endsAt }),
});

/** What farmhand calls the series of an alert: the first part of the alert's id. */
export const seriesOf = (sending: Pick<Sending, 'alert' | 'channel'>): string =>
  fingerprintOf({
    name: 'Ordeal',
    labels: { pod: `pod-${sending.alert}`, service: serviceOf(sending.channel) },
  });

const tick = 50;

/**
 * Hands a population over to a topic, as fast as things happen. What the broker does not confirm is sent again until it
 * does, in order: a real source would not let go either. One alert is always in the same partition.
 */
export const openSource = async (
  broker: string,
  topic: string,
  partitions: number,
  population: Population,
): Promise<Source> => {
  fixTimers();
  const kafka = new kafkajs.Kafka({
    clientId: 'ordeal',
    brokers: [broker],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 0 },
  });
  const producer = kafka.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    metadataMaxAge: 1_000,
  });
  await producer.connect();
  const queues: Sending[][] = Array.from({ length: partitions }, () => []);
  const sent: Sent[] = [];
  let open = true;

  const flush = async (): Promise<void> => {
    const batch = queues.map((queue) => queue.slice(0, 500));
    const messages = batch.flatMap((sendings, partition) =>
      sendings.map((sending) => ({ partition, key: seriesOf(sending), value: webhook(alertOf(sending)) })),
    );
    if (messages.length === 0) return;
    const answer = await producer.send({ topic, acks: -1, timeout: 2_000, messages }).catch(() => []);
    const at = Date.now();
    for (const { partition, errorCode, baseOffset } of answer) {
      const taken = batch[partition];
      // A partition that the client does not know of is left out, or answered without an offset.
      if (errorCode !== 0 || taken === undefined || baseOffset === undefined || Number(baseOffset) < 0)
        continue;
      queues[partition]?.splice(0, taken.length);
      taken.forEach((sending, index) => {
        sent.push({ ...sending, at, partition, offset: Number(baseOffset) + index });
      });
    }
  };
  const waiting = (): number => queues.reduce((sum, queue) => sum + queue.length, 0);
  const run = async (): Promise<void> => {
    while (open || waiting() > 0) {
      if (open)
        for (const sending of population.due(Date.now())) queues[sending.alert % partitions]?.push(sending);
      await flush();
      await sleep(tick);
    }
  };
  const running = run();
  return {
    sent,
    waiting,
    stop: () => {
      open = false;
      return running;
    },
    [Symbol.asyncDispose]: async () => {
      open = false;
      for (const queue of queues) queue.length = 0;
      await running;
      await producer.disconnect();
    },
  };
};
