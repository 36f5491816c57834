import { Redis } from 'ioredis';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { Books as AllBooks } from '../../../src/alerts/ports/queries.ts';
import { rootHash } from '../../../src/alerts/thread/root-facts.ts';
import { decodeAlert } from '../../../src/integrations/redis/alerts/alert-format.ts';
import { createKeys } from '../../../src/integrations/redis/shared/keys.ts';
import { until } from './until.ts';

/** The sums; what they are made of is not looked at here. */
export type Books = Omit<AllBooks, 'byReason'>;

/** farmhand's records, read past farmhand: whether it runs or not, and without being one more thing that it does. */
export interface Ledger extends Disposable {
  /** The live alert of a series. */
  alert(fingerprint: string): Promise<Alert | undefined>;
  books(): Promise<Books>;
  /** Waits until Slack has been told all that the record of a series says. */
  told(fingerprint: string, timeout?: number): Promise<void>;
  /** Waits until nothing is queued, parked or pending in any lane, and answers the books. */
  atRest(timeout?: number): Promise<Books>;
  /** The same, but for what is only to be looked at once more after a minute, or when a silence ends. */
  quiet(timeout?: number): Promise<Books>;
}

export const openLedger = (redisUrl: string): Ledger => {
  const redis = new Redis(redisUrl);
  // Redis is killed in some tests; the next look tells.
  redis.on('error', () => undefined);
  const keys = createKeys('farmhand');
  const books = async (): Promise<Books> => {
    const found = await redis.hgetall(keys.books);
    const of = (field: keyof Books): number => Number(found[field] ?? 0);
    return {
      received: of('received'),
      threaded: of('threaded'),
      merged: of('merged'),
      suppressed: of('suppressed'),
      rejected: of('rejected'),
      pending: of('pending'),
    };
  };
  const left = async (queues: readonly string[]): Promise<Readonly<Record<string, number>>> => {
    const found: Record<string, number> = {};
    for (const channel of await redis.smembers(keys.lanes)) {
      for (const queue of queues) {
        const count = await redis.zcard(`${keys.lane(channel)}:${queue}`);
        if (count > 0) found[`${channel}:${queue}`] = count;
      }
    }
    const { pending } = await books();
    return pending === 0 ? found : { ...found, pending };
  };
  const none = async (queues: readonly string[], timeout = 60_000): Promise<Books> => {
    await until(
      'rest',
      () => left(queues),
      (found) => Object.keys(found).length === 0,
      timeout,
    );
    return books();
  };
  const alert = async (fingerprint: string): Promise<Alert | undefined> => {
    const value = await redis.get(keys.full(keys.series(fingerprint)));
    return value === null ? undefined : decodeAlert(value);
  };
  return {
    alert,
    told: async (fingerprint, timeout = 60_000) => {
      await until(`${fingerprint} to be told`, () => alert(fingerprint), isTold, timeout);
    },
    books,
    atRest: (timeout) => none(['p', 'u', 'w', 'g'], timeout),
    quiet: (timeout) => none(['p', 'u', 'g'], timeout),
    [Symbol.dispose]: () => redis.disconnect(),
  };
};

const isTold = (alert: Alert | undefined): boolean =>
  alert?.thread.state === 'open' &&
  alert.thread.posting === undefined &&
  alert.notes.length === 0 &&
  alert.thread.shown === rootHash(alert);
