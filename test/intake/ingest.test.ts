import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../src/alerts/model/event.ts';
import { StoreUnavailable } from '../../src/core/errors.ts';
import { createIngest } from '../../src/intake/ingest.ts';
import { decodeMessage } from '../../src/intake/parse/decode.ts';
import type { RawMessage, Rejection } from '../../src/intake/wire/raw.ts';
import { aRoute } from '../builders/alert.ts';
import { anEvent, hours, minutes, t0 } from '../builders/event.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { alert, message as bodyOf, context, positions, webhook } from './wire/messages.ts';

const message = (n: number): RawMessage => ({
  value: Buffer.from(String(n)),
  headers: {},
  position: { via: 'kafka', topic: 'alerts', partition: 0, offset: String(n), index: 0 },
  receivedAt: t0,
});

/** Each message carries the events that stand at its offset; where there are none it is rejected. */
const open = (bodies: readonly (readonly AlertEvent[])[]) => {
  const store = createMemoryStore();
  const kept: Rejection[] = [];
  const outcomes: string[] = [];
  const deadLetters = {
    keep: async (rejections: readonly Rejection[]): Promise<void> => void kept.push(...rejections),
  };
  const ingest = createIngest({
    decode: (raw) => {
      const events = bodies[Number(raw.value)] ?? [];
      const rejection: Rejection = { reason: 'bad_json', detail: '(body): is not JSON', message: raw };
      return { events, rejections: events.length === 0 ? [rejection] : [] };
    },
    store: store.alerts,
    deadLetters,
    routes: () => ({ revision: 'test', choose: () => aRoute(), explain: () => ({ route: 'r', tried: [] }) }),
    policy: () => ({ refireWindow: hours(4), staleGrace: minutes(5) }),
    onOutcome: ({ type, tier, via, reason }) => outcomes.push([type, tier, via, reason].join(' ')),
  });
  return { ...ingest, store, kept, deadLetters, outcomes, messages: bodies.map((_, n) => message(n)) };
};

test('every event gets its outcome, told once it is durable', async () => {
  const firing = anEvent();
  const { ingest, messages, outcomes, store } = open([[firing, anEvent()], [firing], []]);
  const receipt = await ingest(messages);
  expect(receipt.ids.length).toBe(3);
  expect(receipt.rejected.map(({ reason }) => reason)).toEqual(['bad_json']);
  expect(outcomes.toSorted()).toEqual([
    'alertmanager default kafka duplicate_id',
    'alertmanager default kafka no_change',
    'alertmanager default kafka opened',
    'unknown unknown kafka bad_json',
  ]);
  expect(await store.books()).toMatchObject({
    received: 4,
    pending: 1,
    merged: 1,
    suppressed: 1,
    rejected: 1,
  });
});

test('of one body, what could be read and what could not are both on record, each at its own place', async () => {
  const { store, kept, deadLetters } = open([]);
  const { ingest } = createIngest({
    decode: (raw) => decodeMessage(raw, context),
    store: store.alerts,
    deadLetters,
    routes: () => ({ revision: 'test', choose: () => aRoute(), explain: () => ({ route: 'r', tried: [] }) }),
    policy: () => ({ refireWindow: hours(4), staleGrace: minutes(5) }),
    onOutcome: () => {},
  });
  const other = alert({ fingerprint: '1111111111111111' });
  const { ids, rejected } = await ingest([
    bodyOf(webhook([alert(), alert({ status: 'pending' }), other]), { position: positions.http }),
  ]);
  expect([ids, rejected.map(({ detail }) => detail)]).toEqual([
    ['h.req-1.0', 'h.req-1.2'],
    ['alerts.1.status: expected one of "firing"|"resolved"'],
  ]);
  expect(kept).toEqual(rejected);
  const all = ['h.req-1.0', 'h.req-1.1', 'h.req-1.2'];
  expect((await store.alerts.look({ fingerprints: [], eventIds: all, nonces: [] })).known).toEqual(
    new Set(all),
  );
  expect(await store.books()).toMatchObject({ received: 3, pending: 2, rejected: 1 });
});

test('nothing is on record of a batch whose unreadable part could not be kept', async () => {
  const { ingest, messages, deadLetters, store } = open([[anEvent()], []]);
  deadLetters.keep = () => Promise.reject(new StoreUnavailable('the topic is away'));
  await expect(ingest(messages)).rejects.toThrow('the topic is away');
  expect((await store.books()).received).toBe(0);
});

test('nothing happens when there is nothing in it', async () => {
  const { ingest, store, kept } = open([]);
  expect(await ingest([])).toEqual({ ids: [], rejected: [] });
  expect([(await store.books()).received, kept.length]).toEqual([0, 0]);
});

describe('when somebody else is faster', () => {
  test('the event is planned again from the new state, and counted once', async () => {
    const mine = anEvent();
    const theirs = anEvent();
    const { ingest, messages, store, outcomes } = open([[mine, mine], [theirs], []]);
    const { takeIn } = store.alerts;
    let first = true;
    Object.assign(store.alerts, {
      takeIn: async (...args: Parameters<typeof takeIn>) => {
        if (first) {
          first = false;
          await ingest([message(1)]);
        }
        return takeIn(...args);
      },
    });
    await ingest([messages[0] as RawMessage, messages[2] as RawMessage]);
    expect(outcomes.toSorted()).toEqual([
      'alertmanager default kafka duplicate_id',
      'alertmanager default kafka no_change',
      'alertmanager default kafka opened',
      'unknown unknown kafka bad_json',
    ]);
    expect(await store.books()).toMatchObject({
      received: 4,
      pending: 1,
      merged: 1,
      suppressed: 1,
      rejected: 1,
    });
  });

  test('the same event, taken in by two at once, counts once as new and once as a copy', async () => {
    const { ingest, messages, store } = open([[anEvent()]]);
    await Promise.all([ingest(messages), ingest(messages)]);
    expect(await store.books()).toMatchObject({ received: 2, pending: 1, suppressed: 1, merged: 0 });
  });

  test('for ever, it is given up and comes again', async () => {
    const { ingest, messages, store } = open([[anEvent()]]);
    Object.assign(store.alerts, { takeIn: async () => ['689b55798b76c552'] });
    await expect(ingest(messages)).rejects.toThrow(StoreUnavailable);
  });
});
