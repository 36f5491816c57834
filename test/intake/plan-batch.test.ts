import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../sandbox/generator/random.ts';
import type { Alert } from '../../src/alerts/model/alert.ts';
import type { AlertEvent } from '../../src/alerts/model/event.ts';
import type { RouteTable } from '../../src/alerts/model/routing.ts';
import { classOf } from '../../src/core/reasons.ts';
import { type BatchPlan, planBatch, rejectedRecord } from '../../src/intake/plan-batch.ts';
import { aRoute } from '../builders/alert.ts';
import { anEvent, hours, minutes, resolveOf, t0 } from '../builders/event.ts';
import { history } from '../simulator/alerts/histories.ts';

const routes: RouteTable = {
  revision: 'test',
  choose: () => aRoute(),
  explain: () => ({ route: 'default', tried: [] }),
};
const policy = { refireWindow: minutes(30), staleGrace: minutes(5) };

/** What is on record, as far as planning sees it. */
interface World {
  readonly live: Map<string, Alert>;
  readonly known: Set<string>;
  readonly archived: Alert[];
  readonly reasons: string[];
}

const newWorld = (): World => ({ live: new Map(), known: new Set(), archived: [], reasons: [] });

const plan = (world: World, events: readonly AlertEvent[]): BatchPlan =>
  planBatch(events, world.live, world.known, routes, policy);

/** Plans a batch and puts it on record. */
const takeIn = (world: World, events: readonly AlertEvent[]): void => {
  const { writes, loose } = plan(world, events);
  for (const { after, archived, events: taken, nonces } of writes) {
    world.live.set(after.fingerprint, after);
    world.archived.push(...archived);
    for (const { id } of taken) world.known.add(id);
    for (const { key } of nonces) world.known.add(key);
    world.reasons.push(...taken.map(({ id, reason }) => `${id} ${reason}`));
  }
  for (const { record, keep } of loose) {
    if (keep) world.known.add(record.id);
    world.reasons.push(`${record.id} ${record.reason}`);
  }
};

const outcome = ({ live, archived, reasons }: World) => ({
  live: new Map([...live].sort(([a], [b]) => (a < b ? -1 : 1))),
  archived: archived.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  reasons: reasons.toSorted(),
});

/** The events of a few series, as they arrive, with copies. */
const arrivals = fc.tuple(fc.integer({ min: 1 }), fc.integer({ min: 1, max: 4 })).map(([seed, count]) => {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, n) => history(random, n, t0, hours(6)))
    .flatMap(({ sendings }) => sendings)
    .sort((a, b) => a.at - b.at)
    .map(({ event }) => event);
});

describe('a batch', () => {
  test('does what its events do one by one', () => {
    fc.assert(
      fc.property(arrivals, (events) => {
        const together = newWorld();
        takeIn(together, events);
        const apart = newWorld();
        for (const event of events) takeIn(apart, [event]);
        expect(outcome(together)).toEqual(outcome(apart));
      }),
    );
  });

  test('gives every event one outcome, however the events are split', () => {
    fc.assert(
      fc.property(arrivals, fc.array(fc.integer({ min: 1, max: 20 })), (events, sizes) => {
        const world = newWorld();
        for (let at = 0, i = 0; at < events.length; i++) {
          const size = sizes[i] ?? 7;
          takeIn(world, events.slice(at, at + size));
          at += size;
        }
        expect(world.reasons.length).toBe(events.length);
        const taken = [...world.live.values(), ...world.archived].reduce(
          (sum, alert) => sum + alert.events,
          0,
        );
        const copies = world.reasons.filter((reason) => reason.endsWith(' duplicate_id')).length;
        expect(taken + copies).toBe(events.length);
      }),
    );
  });

  test('writes each series once, in the order of its events', () => {
    const firing = anEvent();
    const other = anEvent({ fingerprint: '00000000000000ff' });
    const { writes, loose } = plan(newWorld(), [firing, other, resolveOf(firing, t0 + 1)]);
    expect(loose).toEqual([]);
    expect(
      writes.map(({ before, after, events }) => [before, after.fingerprint, events.map((e) => e.reason)]),
    ).toEqual([
      [undefined, firing.fingerprint, ['opened', 'resolved']],
      [undefined, other.fingerprint, ['opened']],
    ]);
  });

  test('archives every alert that opened and was followed within it', () => {
    const first = anEvent();
    const events = [first, resolveOf(first, t0 + 1), anEvent({ startsAt: t0 + hours(2) })];
    const [write] = plan(newWorld(), events).writes;
    expect(write?.archived.map(({ status, startsAt }) => [status, startsAt])).toEqual([['resolved', t0]]);
    expect(write?.after.previous?.id).toBe(write?.archived[0]?.id);
    expect(write?.journal.map(({ id }) => id === write.after.id)).toEqual([false, false, false, true, true]);
  });
});

describe('nothing happens when', () => {
  const reasonsOf = ({ writes, loose }: BatchPlan) => [
    ...writes.flatMap(({ events }) => events.map(({ reason }) => reason)),
    ...loose.map(({ record, keep }) => `${record.reason}${keep ? '' : ', not kept'}`),
  ];

  test('the event is on record, or comes twice in the batch', () => {
    const event = anEvent();
    expect(reasonsOf(plan(newWorld(), [event, event]))).toEqual(['opened', 'duplicate_id, not kept']);
    const world = { ...newWorld(), known: new Set([event.id]) };
    expect(reasonsOf(plan(world, [event]))).toEqual(['duplicate_id, not kept']);
  });

  test('its source has used the nonce before, or it came too late', () => {
    const nonce = { value: 'n', validUntil: t0 + minutes(1) };
    const used = anEvent({ nonce });
    const again = anEvent({ nonce });
    const elsewhere = anEvent({ nonce, source: 'other' });
    expect(reasonsOf(plan(newWorld(), [used, again, elsewhere]))).toEqual([
      ...['opened', 'no_change', 'duplicate_nonce'],
    ]);
    const late = anEvent({ nonce, receivedAt: t0 + minutes(1) });
    expect(reasonsOf(plan(newWorld(), [late]))).toEqual(['expired']);
  });
});

test('a rejected message is on record by its position', () => {
  const message = { value: Buffer.from('x'), headers: {}, receivedAt: t0 };
  const rejection = { reason: 'bad_json', detail: '(body): is not JSON' } as const;
  const kafka = { via: 'kafka', topic: 'alerts', partition: 3, offset: '17', index: 0 } as const;
  expect(rejectedRecord({ ...rejection, message: { ...message, position: kafka } })).toEqual({
    ...rejection,
    id: 'k.alerts.3.17.0',
    receivedAt: t0,
    position: kafka,
  });
  const http = { via: 'http', request: 'r1', index: 0 } as const;
  expect(rejectedRecord({ ...rejection, message: { ...message, position: http } }).id).toBe('h.r1.0');
  expect(classOf(rejection.reason)).toBe('rejected');
});
