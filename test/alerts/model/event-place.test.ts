import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blockOf, fieldOf, placeOfEvent, reachOf, surelyNew } from '../../../src/alerts/model/event-place.ts';
import { namedId, positionId } from '../../../src/intake/parse/identity.ts';
import { rejectedRecord } from '../../../src/intake/plan-batch.ts';

const whereOf = (id: string) => {
  const place = placeOfEvent(id);
  return place && [place.stream, blockOf(place), fieldOf(place)];
};

test.each([
  ['k.alerts.0.0.0', 'alerts.0', 'alerts.0.0', '0.0'],
  ['k.alerts.0.255-L_f-e.3', 'alerts.0-L_f-e', 'alerts.0-L_f-e.0', '255.3'],
  ['k.a.1.2.12.256-x.0', 'a.1.2.12-x', 'a.1.2.12-x.1', '0.0'],
  ['k.a.0.9007199254740993-x.0', 'a.0-x', 'a.0-x.35184372088832', '1.0'],
  ['k.a.0.9223372036854775807.0', 'a.0', 'a.0.36028797018963967', '255.0'],
])('%s lies where its id says', (id, stream, block, field) => {
  expect(whereOf(id)).toEqual([stream, block, field]);
});

test.each([
  'h.req-1.0',
  'k.a/b.0.5-x.0',
  `k.${'0'.repeat(40)}.0`,
  'e.00.1',
  'k.alerts.0.007.0',
  'k.a.0.1.0~1',
  '',
])('%s has a key of its own', (id) => {
  expect(placeOfEvent(id)).toBeUndefined();
});

const topic = fc.stringMatching(/^[\w.-]{1,30}$/);
const offset = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String);
const life = fc.option(fc.stringMatching(/^[\w-]{1,22}$/), { nil: undefined });

test('every place has an id of its own, and the place comes back from it', () => {
  fc.assert(
    fc.property(topic, fc.nat(999), offset, life, fc.nat(99), (name, partition, at, of, index) => {
      const position = {
        ...{ via: 'kafka' as const, topic: name, partition, offset: at, index },
        ...(of !== undefined && { life: of }),
      };
      const id = positionId(position, index);
      expect(placeOfEvent(id)).toMatchObject({ topic: name, partition, offset: at, index });
      const message = { value: null, headers: {}, position, receivedAt: 0 };
      expect(rejectedRecord({ reason: 'bad_json', detail: '', message }).id).toBe(id);
    }),
  );
});

test('an id that a sender gave never looks like a place', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      fc.option(fc.nat(9), { nil: undefined }),
      life,
      (source, id, at, of) => {
        expect(placeOfEvent(namedId(source, id, at, of))).toBeUndefined();
        expect(placeOfEvent(namedId('k.a', 'b.0.5', at, of))).toBeUndefined();
      },
    ),
  );
});

const places = (...ids: readonly string[]) => ids.map((id) => placeOfEvent(id) ?? expect.fail(id));

test('what is written reaches past its last event, of each partition and life', () => {
  const all = places('k.a.0.9-x.0', 'k.a.0.10-x.0', 'k.a.0.8-x.4', 'k.a.1.3-x.0', 'k.a.0.99-y.0');
  expect([...reachOf(all)]).toEqual([
    ['a.0-x', '11'],
    ['a.1-x', '4'],
    ['a.0-y', '100'],
  ]);
  expect(reachOf([])).toEqual(new Map());
});

test.each([
  ['nothing of the partition was seen', [['a.1-x', '50']], true],
  ['they begin where it was seen to', [['a.0-x', '9']], true],
  ['the first was seen', [['a.0-x', '10']], false],
  ['all were seen', [['a.0-x', '1000']], false],
  ['another life of the topic was seen', [['a.0-y', '1000']], true],
] as const)('events are new for sure when %s: %#', (_, seen, sure) => {
  expect(surelyNew(places('k.a.0.10-x.0', 'k.a.0.9-x.0', 'k.a.0.11-x.0'), new Map(seen))).toBe(sure);
});
