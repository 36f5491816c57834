import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Digest, DigestGroup } from '../../../../src/alerts/model/digest.ts';
import { digestMessage } from '../../../../views/messages/alerts/digest.ts';
import { aDigest, minute, start, viewContext } from '../../support/builders.ts';
import { hostileDigest } from '../../support/hostile.ts';
import { readable } from '../../support/read.ts';
import { problemsOf } from '../../support/slack-rules.ts';

const ctx = viewContext();
const show = (over: Partial<Digest> = {}): string[] => readable(digestMessage(aDigest(over), ctx).blocks);

const one = (group: DigestGroup): DigestGroup => ({ ...group, count: 1 });

test('what waits, by severity, name and service, and how long it will take', () => {
  expect(show()).toEqual([
    '⏳ *241 alerts are waiting for their threads*\nThe most severe come first, the last in about 5m. `/alerts` lists all that fire.',
    [
      '🚨 *41×* HighErrorRate · checkout · critical',
      '🚨 *17×* InstanceDown · search · critical',
      '⚠️ *180×* PodCrashLooping · checkout · warning',
      'ℹ️ *3×* CertExpiresSoon · info',
    ].join('\n'),
    '[Acknowledge all…] [Silence all…] [One ticket for all…]',
    'Since 14:13 · as of 14:15 · 63 threads opened so far\n✅ 12 alerts resolved before getting a thread: PodCrashLooping · cart 12×',
  ]);
  expect(digestMessage(aDigest(), ctx).text).toBe('⏳ 241 alerts are waiting for their threads');
});

test('one alert is one alert', () => {
  expect(
    show({ waitingCount: 1, waiting: aDigest().waiting.slice(3).map(one), foldedCount: 0, folded: [] }),
  ).toEqual([
    '⏳ *1 alert is waiting for its thread*\nThe most severe come first, the last in less than a minute. `/alerts` lists all that fire.',
    'ℹ️ *1×* CertExpiresSoon · info',
    'Since 14:13 · as of 14:15 · 63 threads opened so far',
  ]);
});

test('beyond fifteen groups the rest is counted', () => {
  const waiting = Array.from(
    { length: 20 },
    (_, i) => ({ severity: 'error', name: `A${i}`, service: 's', count: 2 }) as const,
  );
  const lines = show({ waiting, waitingCount: 45 })[1]?.split('\n') ?? [];
  expect(lines).toHaveLength(16);
  expect(lines.at(-1)).toBe('… and 15 more in 5 groups');
});

test('closed: what became of all of them', () => {
  expect(
    show({ state: 'closed', waiting: [], waitingCount: 0, threaded: 304, updatedAt: start + 7 * minute }),
  ).toEqual([
    '☑️ *Caught up: 304 threads opened, 12 resolved before their turn*',
    'From 2026-11-20 14:13 to 14:20\n✅ Without a thread: PodCrashLooping · cart 12×',
  ]);
});

test('the pacing in force decides the estimate', () => {
  const text = readable(digestMessage(aDigest(), viewContext({ postsPerSecond: 10 })).blocks)[0];
  expect(text).toContain('the last in less than a minute');
});

test('the first block carries the key', () => {
  for (const state of ['open', 'closed'] as const) {
    expect(digestMessage(aDigest({ state }), ctx).blocks[0]?.block_id).toBe('digest:C01ALERTS-mi80s0g0');
  }
});

test('whatever waits, Slack takes the digest and nothing in it is active', () => {
  fc.assert(
    fc.property(hostileDigest, (digest) => {
      expect(problemsOf(digestMessage(digest, ctx), ctx)).toEqual([]);
    }),
  );
});
