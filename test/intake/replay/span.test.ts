import { expect, test } from 'vitest';
import { type KeptPartition, planSpan, rangeIn, type WantedSpan } from '../../../src/intake/replay/span.ts';

const of = { topic: 'alerts', partition: 0, life: 'abcd' };
const facts = (over: Partial<KeptPartition> = {}): KeptPartition => ({
  ...of,
  low: '100',
  high: '200',
  ...over,
});
const hour = 3_600_000;
const since = (from: number, to?: number): WantedSpan => ({
  by: 'time',
  from,
  ...(to !== undefined && { to }),
});
const offsets = (from: string, to: string, partition = 0): WantedSpan => ({
  by: 'offsets',
  ranges: [{ topic: 'alerts', partition, from, to }],
});

test.each<[string, WantedSpan, KeptPartition, ReturnType<typeof planSpan>]>([
  [
    'in the middle: all is there',
    since(hour),
    facts({ fromTime: '150' }),
    { ranges: [{ ...of, from: '150', to: '200' }], gaps: [] },
  ],
  [
    'with an end',
    since(hour, 2 * hour),
    facts({ fromTime: '150', toTime: '170' }),
    { ranges: [{ ...of, from: '150', to: '170' }], gaps: [] },
  ],
  [
    'an end that is still to come is the end of what is there',
    since(hour, 2 * hour),
    facts({ fromTime: '150' }),
    { ranges: [{ ...of, from: '150', to: '200' }], gaps: [] },
  ],
  ['nothing came since', since(hour), facts(), { ranges: [], gaps: [] }],
  [
    'all that is left came after the beginning: what was before it may have done so',
    since(hour),
    facts({ fromTime: '100' }),
    { ranges: [{ ...of, from: '100', to: '200' }], gaps: [{ is: 'perhaps', of, to: '100' }] },
  ],
  [
    'the same, and it is known when the first of it came',
    since(hour),
    facts({ fromTime: '100', lowAt: 3 * hour }),
    {
      ranges: [{ ...of, from: '100', to: '200' }],
      gaps: [{ is: 'perhaps', of, to: '100', lowAt: 3 * hour }],
    },
  ],
  [
    'the same, and it came with the beginning',
    since(hour),
    facts({ fromTime: '100', lowAt: hour }),
    { ranges: [{ ...of, from: '100', to: '200' }], gaps: [] },
  ],
  [
    'the same, and the topic keeps for longer than that: a quiet one',
    since(hour),
    facts({ fromTime: '100', keptSince: hour }),
    { ranges: [{ ...of, from: '100', to: '200' }], gaps: [] },
  ],
  [
    'the same, and the topic keeps for less than that',
    since(hour),
    facts({ fromTime: '100', keptSince: hour + 1 }),
    { ranges: [{ ...of, from: '100', to: '200' }], gaps: [{ is: 'perhaps', of, to: '100' }] },
  ],
  [
    'nothing was ever removed',
    since(hour),
    facts({ low: '0', fromTime: '0' }),
    { ranges: [{ ...of, from: '0', to: '200' }], gaps: [] },
  ],
  [
    'all is removed',
    since(hour),
    facts({ low: '200' }),
    { ranges: [], gaps: [{ is: 'perhaps', of, to: '200' }] },
  ],
  [
    'a hole in the middle',
    since(hour),
    facts({
      fromTime: '110',
      holes: [
        ['100', '105'],
        ['108', '120'],
        ['199', '300'],
      ],
    }),
    {
      ranges: [{ ...of, from: '110', to: '200' }],
      gaps: [
        { is: 'gone', of, from: '110', to: '120' },
        { is: 'gone', of, from: '199', to: '200' },
      ],
    },
  ],
  [
    'offsets that are there',
    offsets('100', '150'),
    facts(),
    { ranges: [{ ...of, from: '100', to: '150' }], gaps: [] },
  ],
  [
    'offsets of which the first are gone',
    offsets('90', '150'),
    facts(),
    { ranges: [{ ...of, from: '100', to: '150' }], gaps: [{ is: 'gone', of, from: '90', to: '100' }] },
  ],
  [
    'offsets that are all gone',
    offsets('10', '20'),
    facts(),
    { ranges: [], gaps: [{ is: 'gone', of, from: '10', to: '20' }] },
  ],
  [
    'offsets that nothing has come to yet',
    offsets('190', '250'),
    facts(),
    { ranges: [{ ...of, from: '190', to: '200' }], gaps: [{ is: 'not_yet', of, from: '200', to: '250' }] },
  ],
  [
    'numbers, not words: 9 is before 100',
    offsets('99', '1000'),
    facts({ low: '9', high: '999' }),
    { ranges: [{ ...of, from: '99', to: '999' }], gaps: [{ is: 'not_yet', of, from: '999', to: '1000' }] },
  ],
  [
    'a partition that is not there',
    offsets('1', '2', 7),
    facts(),
    { ranges: [], gaps: [{ is: 'unknown', of: { topic: 'alerts', partition: 7 } }] },
  ],
])('%s', (_, wanted, found, plan) => {
  expect(planSpan(wanted, [found])).toEqual(plan);
});

test.each([
  ['alerts/0@100-200', { topic: 'alerts', partition: 0, from: '100', to: '200' }],
  ['a.b_c-d/12@0-1', { topic: 'a.b_c-d', partition: 12, from: '0', to: '1' }],
  ['alerts/0@200-100', undefined],
  ['alerts/0@100-100', undefined],
  ['alerts@100-200', undefined],
  ['alerts/0', undefined],
  ['alerts/0@-5-7', undefined],
  ['alerts/0@007-9', undefined],
])('%s', (text, range) => {
  expect(rangeIn(text)).toEqual(range);
});
