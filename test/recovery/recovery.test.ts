import { describe, expect, test } from 'vitest';
import { type Recovery, recoveryStep } from '../../src/recovery/recovery.ts';

const since = 1_800_000_000_000;
const hour = 3_600_000;
const read = { state: 'read', roots: 0, firing: 0, back: 0 } as const;
const found = { ...read, roots: 40, firing: 40 };
const notice = { channel: 'C', ts: '1.1', shown: 'now' };
const recovery = (over: Partial<Recovery> = {}): Recovery => ({
  why: 'empty',
  sure: true,
  since,
  from: 0,
  phase: 'reading',
  channels: { C1: { state: 'wanted' }, C2: { state: 'wanted' } },
  cards: { state: 'read', behind: 0, unread: 0 },
  ...over,
});
const step = (state: Recovery, over: { now?: number } = {}) =>
  recoveryStep(state, { now: since, shown: 'now', settleAfter: 5 * hour, ...over });

describe('what a recovery does next', () => {
  const failing = { state: 'wanted', error: 'HTTP 503', failingSince: since } as const;
  const cases: readonly [string, object, { now?: number }, object][] = [
    ['reads channel after channel', {}, {}, { do: 'read', channel: 'C1' }],
    [
      'one that does not answer comes last',
      { channels: { C1: failing, C2: { state: 'wanted' } } },
      {},
      { do: 'read', channel: 'C2' },
    ],
    ['reading takes long: it is told first', {}, { now: since + 11_000 }, { do: 'tell' }],
    [
      'then the cards of rebuilds in flight',
      { channels: { C1: read }, cards: { state: 'wanted', error: 'HTTP 503', failingSince: since } },
      {},
      { do: 'check' },
    ],
    [
      'a rebuild without a record proves the loss',
      { sure: false, channels: { C1: { ...read, rebuilds: 1 } } },
      {},
      { do: 'confirm' },
    ],
    [
      'a record that is behind its card proves it, too',
      { sure: false, channels: { C1: read }, cards: { state: 'read', behind: 1, unread: 0 } },
      {},
      { do: 'confirm' },
    ],
    ['a first start found nothing', { sure: false, channels: { C1: read } }, {}, { do: 'dismiss' }],
    [
      'threads without records prove the loss',
      { sure: false, channels: { C1: found } },
      {},
      { do: 'confirm' },
    ],
    [
      'all is read',
      { channels: { C1: found, C2: { state: 'unreadable', error: 'x' } } },
      {},
      { do: 'go_on' },
    ],
    ['then it is told', { phase: 'rebuilds' }, {}, { do: 'tell' }],
    [
      'Slack takes no notice just now: that holds nothing up',
      { phase: 'rebuilds', noticeAt: since + 1 },
      {},
      { do: 'end' },
    ],
    ['and then farmhand works as usual', { phase: 'rebuilds', notice }, {}, { do: 'end' }],
    ['the end is told', { phase: 'over', notice: { ...notice, shown: 'before' } }, {}, { do: 'tell' }],
    [
      'threads may still be heard of',
      { phase: 'over', notice },
      { now: since + 4 * hour },
      { do: 'nothing' },
    ],
    [
      'what nobody reported is settled',
      { phase: 'over', notice },
      { now: since + 5 * hour },
      { do: 'settle' },
    ],
    [
      'and that is all',
      { phase: 'over', notice, settled: { at: 1, unknown: 0 } },
      { now: since + 9 * hour },
      { do: 'nothing' },
    ],
  ];
  test.each(cases)('%s', (_, over, at, next) => {
    expect(step(recovery(over), at)).toEqual(next);
  });
});
