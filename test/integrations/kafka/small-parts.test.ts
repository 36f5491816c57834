import { expect, test, vi } from 'vitest';
import { createBackpressure } from '../../../src/integrations/kafka/consumer/hand-over.ts';
import { createWatchdog } from '../../../src/integrations/kafka/consumer/watchdog.ts';
import {
  cutRecord,
  deadLetterRecord,
} from '../../../src/integrations/kafka/dead-letters/dead-letter-record.ts';
import { createBrokerLiveness } from '../../../src/integrations/kafka/health/broker-liveness.ts';
import { offsetGapOf } from '../../../src/integrations/kafka/health/positions.ts';

test('reading is held from the first that waits until the last has left, each counted once', () => {
  const changes: boolean[] = [];
  const hold = createBackpressure((held) => changes.push(held));
  const one = hold.enter('Redis is away');
  const two = hold.enter('still');
  one();
  one();
  expect([changes, hold.reason]).toEqual([[true], 'Redis is away']);
  two();
  expect([changes, hold.reason]).toEqual([[true, false], undefined]);
});

test('a gap counts what is missing, unless that cannot be known', () => {
  const place = { topic: 't', partition: 1 };
  expect(offsetGapOf(place, '10', '25')).toEqual({ ...place, from: '10', to: '25', missing: 15 });
  expect(offsetGapOf(place, undefined, '25')).toEqual({ ...place, to: '25' });
  expect(offsetGapOf(place, '90', '0')).toEqual({ ...place, from: '90', to: '0' });
  expect(offsetGapOf(place, '9007199254740993', '9007199254740994')).toMatchObject({ missing: 1 });
});

test('a dead letter from HTTP names its request, and a long reason is cut', () => {
  const { headers } = deadLetterRecord({
    reason: 'bad_json',
    detail: 'x'.repeat(9000),
    message: { value: null, headers: {}, position: { via: 'http', request: 'r1', index: 0 }, receivedAt: 1 },
  });
  expect(headers?.['farmhand-request']).toBe('r1');
  expect(headers?.['farmhand-detail']).toBe(`${'x'.repeat(8192)}…`);
  expect(cutRecord({ value: Buffer.from('abcdef') }, 3)).toEqual({
    value: Buffer.from('abc'),
    headers: { 'farmhand-cut-from': '6' },
  });
});

test('whose a dead letter is and where it was says farmhand, whatever its sender called a header', () => {
  const headers = {
    'farmhand-tier': 'beta',
    'farmhand-topic': 'theirs',
    'farmhand-installation': 'two',
    tier: 'x',
  };
  const position = { via: 'http', request: 'r1', index: 0 } as const;
  const rejection = {
    reason: 'bad_json',
    detail: '',
    message: { value: null, headers, position, receivedAt: 1 },
  } as const;
  const own = (record: ReturnType<typeof deadLetterRecord>) =>
    ['farmhand-tier', 'farmhand-topic', 'farmhand-installation', 'tier'].map(
      (name) => record.headers?.[name],
    );
  expect(own(deadLetterRecord(rejection))).toEqual([undefined, undefined, undefined, 'x']);
  expect(own(deadLetterRecord(rejection, 'one/farmhand'))).toEqual([
    undefined,
    undefined,
    'one/farmhand',
    'x',
  ]);
});

test('contact is lost after ten seconds of silence and told once', () => {
  vi.useFakeTimers({ now: 0 });
  const changes: boolean[] = [];
  using contact = createBrokerLiveness(Date.now, (reachable) => changes.push(reachable));
  expect(contact.lost()).toBe(true);
  contact.touch();
  vi.advanceTimersByTime(10_000);
  expect([changes, contact.lost()]).toEqual([[true], false]);
  vi.advanceTimersByTime(2000);
  expect([changes, contact.lost()]).toEqual([[true, false], true]);
  contact.touch();
  expect(changes).toEqual([true, false, true]);
  vi.useRealTimers();
});

test('the watchdog barks once, and not while there is life', () => {
  vi.useFakeTimers();
  let barks = 0;
  const dog = createWatchdog(20_000, () => barks++);
  dog.start();
  for (let i = 0; i < 10; i++) {
    vi.advanceTimersByTime(15_000);
    dog.alive();
  }
  expect(barks).toBe(0);
  vi.advanceTimersByTime(120_000);
  expect(barks).toBe(1);
  vi.useRealTimers();
});
