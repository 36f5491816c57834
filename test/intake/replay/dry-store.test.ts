import { expect, test } from 'vitest';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { IntakeStore } from '../../../src/intake/ingest.ts';
import { createDryStore, sparing } from '../../../src/intake/replay/dry-store.ts';
import { anAlert } from '../../builders/alert.ts';

const write = (after: Alert, id: string) => ({
  before: undefined,
  after,
  archived: [],
  journal: [],
  events: [
    {
      id,
      receivedAt: 1,
      position: { via: 'http', request: 'r', index: 0 } as const,
      reason: 'opened' as const,
    },
  ],
  nonces: [{ key: `nonce-${id}`, validUntil: 9 }],
});

const under = (known: readonly string[] = []) => {
  const calls: unknown[] = [];
  const store: IntakeStore = {
    look: async () => ({ live: new Map(), unreadable: new Map(), known: new Set(known) }),
    alertsOf: async () => new Map(),
    takeIn: async (...args) => {
      calls.push(args);
      return [];
    },
    takeInUnknown: async () => Promise.reject(new Error('not asked')),
  };
  return { store, calls };
};

test('what was written dry is seen by later looks, and nobody else is told', async () => {
  const { store, calls } = under(['there']);
  const dry = createDryStore(store);
  const alert = anAlert();
  expect(await dry.takeIn([write(alert, 'cloud/1')], [])).toEqual([]);
  const seen = await dry.look({
    fingerprints: [alert.fingerprint, 'other'],
    eventIds: ['cloud/1', 'cloud/2'],
    nonces: ['nonce-cloud/1'],
  });
  expect([...seen.live]).toEqual([[alert.fingerprint, alert]]);
  expect([...seen.known]).toEqual(['there', 'cloud/1', 'nonce-cloud/1']);
  expect(calls).toEqual([]);
});

test('more alerts than fit are refused in words', async () => {
  const dry = createDryStore(under().store, 1);
  await dry.takeIn([write(anAlert({ fingerprint: 'a' }), '1')], []);
  await expect(dry.takeIn([write(anAlert({ fingerprint: 'b' }), '2')], [])).rejects.toThrow(
    /take a shorter one/,
  );
});

test('what is on record already is not told to the store once more', async () => {
  const { store, calls } = under();
  const loose = (reason: 'duplicate_id' | 'expired', keep: boolean) => ({
    record: { id: reason, receivedAt: 1, position: { via: 'http', request: 'r', index: 0 } as const, reason },
    keep,
  });
  await sparing(store).takeIn([], [loose('duplicate_id', false)]);
  expect(calls).toEqual([]);
  await sparing(store).takeIn([], [loose('duplicate_id', false), loose('expired', true)]);
  expect(calls).toEqual([[[], [loose('expired', true)]]]);
});
