import { expect, test } from 'vitest';
import { archiveHoldings, portionsOf } from '../../../src/intake/archive/holdings.ts';
import type { ArchivedRange } from '../../../src/intake/archive/object-name.ts';

const object = (from: number, to: number, over: Partial<ArchivedRange> = {}): ArchivedRange => ({
  ...{ topic: 'alerts', partition: 0, from: String(from), to: String(to) },
  // A record each second.
  ...{ earliest: from * 1_000, latest: (to - 1) * 1_000 },
  ...over,
});
const firstSince = async ({ from }: ArchivedRange, time: number): Promise<string> =>
  String(Math.max(Number(from), Math.ceil(time / 1_000)));
const all = { by: 'time', from: 0 } as const;

test('what overlaps is one, what is missing in the middle is a hole', async () => {
  const objects = [object(50, 60), object(10, 20), object(10, 30), object(25, 40), object(26, 28)];
  expect(await archiveHoldings(objects, all, firstSince)).toEqual([
    {
      topic: 'alerts',
      partition: 0,
      low: '10',
      high: '60',
      holes: [['40', '50']],
      fromTime: '10',
      lowAt: 10_000,
    },
  ]);
  expect(
    portionsOf([{ topic: 'alerts', partition: 0, from: '12', to: '55' }], objects).map(({ from, to }) => [
      from,
      to,
    ]),
  ).toEqual([
    ['12', '30'],
    ['30', '40'],
    ['50', '55'],
  ]);
});

test('a span by time begins and ends with a record, not with an object', async () => {
  const objects = [object(0, 100), object(100, 200), object(200, 300)];
  const [held] = await archiveHoldings(objects, { by: 'time', from: 150_500, to: 210_000 }, firstSince);
  expect(held).toMatchObject({ fromTime: '151', toTime: '210', low: '0', high: '300' });
  const [later] = await archiveHoldings(objects, { by: 'time', from: 999_000 }, firstSince);
  expect(later?.fromTime).toBeUndefined();
});

test('two lives of a topic are two; by offsets it is the one that was written last', async () => {
  const [old, young] = ['a', 'b'].map((life) => life.repeat(32)) as [string, string];
  const objects = [
    object(0, 10, { life: young, earliest: 70_000, latest: 80_000 }),
    object(0, 50, { life: old }),
  ];
  const lives = await archiveHoldings(objects, all, firstSince);
  expect(lives.map(({ life, high }) => [life, high])).toEqual([
    [young, '10'],
    [old, '50'],
  ]);
  const range = { topic: 'alerts', partition: 0, from: '0', to: '50' };
  const byOffsets = await archiveHoldings(objects, { by: 'offsets', ranges: [range] }, firstSince);
  expect(byOffsets.map(({ life }) => life)).toEqual([young]);
  // The older life is read first, since its records came first.
  const portions = portionsOf(
    [
      { ...range, to: '10', life: young },
      { ...range, life: old },
    ],
    objects,
  );
  expect(portions.map((each) => each.object.life)).toEqual([old, young]);
});

test('partitions are read side by side, as their objects came', () => {
  const objects = [
    object(0, 10),
    object(10, 20),
    object(0, 5, { partition: 1, earliest: 3_000 }),
    object(5, 9, { partition: 1, earliest: 15_000 }),
  ];
  const ranges = [0, 1].map((partition) => ({ topic: 'alerts', partition, from: '0', to: '20' }));
  expect(portionsOf(ranges, objects).map((each) => `${each.range.partition}@${each.from}`)).toEqual([
    '0@0',
    '1@0',
    '0@10',
    '1@5',
  ]);
});
