import { Redis } from 'ioredis';
import type { AlertEvent } from '../../../../src/alerts/model/event.ts';
import type { AlertStore } from '../../../../src/alerts/ports/store.ts';
import { recordOwn } from '../../../../src/intake/ingest.ts';
import { positionId } from '../../../../src/intake/parse/identity.ts';
import { aRoute } from '../../../builders/alert.ts';
import { anEvent, hours, minutes, t0 } from '../../../builders/event.ts';
import { recordStore } from '../../../support/redis/store.ts';

/** The same for the process that is killed and for the one that comes after it. */

const at = (offset: number, over: Partial<AlertEvent>): AlertEvent => {
  const position = {
    via: 'kafka',
    topic: 'alerts',
    partition: 0,
    offset: String(offset),
    life: 'L',
    index: 0,
  };
  const place = position as typeof position & { via: 'kafka' };
  const time = t0 + minutes(offset);
  return anEvent({ id: positionId(place, 0), position: place, time, receivedAt: time, ...over });
};

/** Of an alert that is on record, and that somebody else works on. */
const contested = { fingerprint: 'a'.repeat(16) };
const quiet = { fingerprint: 'b'.repeat(16) };
export const first = at(0, contested);
/** Handed over together: what is known is told again, and a new alert opens. */
export const batch: readonly AlertEvent[] = [
  at(1, contested),
  at(2, quiet),
  at(3, { ...contested, summary: '5xx ratio 34%' }),
  at(4, { ...contested, id: 'a name of its own' }),
  at(5, quiet),
];

export const openStore = async (url: string, prefix: string) => {
  const redis = new Redis(url);
  const store = recordStore({
    ...{ redis, prefix, commandTimeout: 120_000, now: () => t0 },
  });
  await store.measureSkew();
  return { ...store, [Symbol.dispose]: () => redis.disconnect() };
};

const table = {
  revision: 'test',
  choose: () => aRoute(),
  explain: () => ({ route: 'default', tried: [] }),
};

/** As the intake does. */
export const takeIn = (store: AlertStore, events: readonly AlertEvent[]): Promise<void> =>
  recordOwn(
    {
      ...{ store, routes: () => table, onOutcome: () => {} },
      policy: () => ({ refireWindow: hours(4), staleGrace: minutes(5) }),
    },
    events,
  );

/** Somebody says something of the contested alert. */
export const interfere = async (store: AlertStore): Promise<void> => {
  const live = (await store.series([contested.fingerprint])).get(contested.fingerprint);
  if (!live) throw new Error('it is not on record');
  const line = { at: t0, who: 'Ann', what: 'said' };
  await store.update(live.id, (alert) => ({ write: { alert, journal: [line] } }));
};
