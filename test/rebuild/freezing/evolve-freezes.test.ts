import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  freezeMore,
  freezesAtMost,
  thawPlace,
  withoutOver,
} from '../../../src/rebuild/freezing/evolve-freezes.ts';
import { type Freezes, freezesOf, holdingAt, noFreezes } from '../../../src/rebuild/model/rules/freezes.ts';
import { frozenAt } from '../../../src/rebuild/model/rules/windows.ts';

const ann = { id: 'U0ANN', name: 'Ann Ash' };
const bea = { id: 'U0BEA', name: 'Bea Birch' };
const order = { reason: 'the storage moves' };

const froze = (freezes: Freezes, ...asked: readonly Parameters<typeof freezeMore>[]): Freezes =>
  asked.reduce((before, [, one, by, now]) => {
    const made = freezeMore(before, one, by, now);
    if (!made.ok) throw new Error(made.code);
    return made.freezes;
  }, freezes);
const ask = (instance: string | undefined, by: typeof ann, now: number, until?: number) =>
  [
    noFreezes,
    { ...order, ...(instance !== undefined && { instance }), ...(until !== undefined && { until }) },
    by,
    now,
  ] as const;

describe('freezing', () => {
  test('is on record: what, who, when, why, until when', () => {
    expect(freezeMore(noFreezes, { ...order, instance: 'system6', until: 90, zone: 'UTC' }, ann, 5)).toEqual({
      ok: true,
      already: false,
      freeze: { n: 1, instance: 'system6', by: ann, at: 5, reason: order.reason, until: 90, zone: 'UTC' },
      freezes: {
        version: 0,
        last: 1,
        now: [{ n: 1, instance: 'system6', by: ann, at: 5, reason: order.reason, until: 90, zone: 'UTC' }],
        ended: [],
      },
    });
  });

  test('of two people both hold: the shorter one shortens nothing', () => {
    const both = froze(noFreezes, [...ask('system6', ann, 1, 100)], [...ask('system6', bea, 2, 50)]);
    expect(both.now.map(({ n, until }) => [n, until])).toEqual([
      [1, 100],
      [2, 50],
    ]);
    expect(frozenAt([], 60, both.now)?.until).toBe(100);
  });

  test('of the same person and place the newer one counts, and the older one is on record as replaced', () => {
    const twice = froze(noFreezes, [...ask('system6', ann, 1, 100)], [...ask('system6', ann, 2, 50)]);
    expect(twice.now.map(({ n }) => n)).toEqual([2]);
    expect(twice.ended).toMatchObject([{ n: 1, endedAt: 2, replacedBy: 2 }]);
  });

  test('nothing happens when the very same is said again', () => {
    const once = froze(noFreezes, [...ask('system6', ann, 1, 100)]);
    expect(freezeMore(once, { ...order, instance: 'system6', until: 100 }, ann, 9)).toEqual({
      ok: true,
      already: true,
      freezes: once,
      freeze: once.now[0],
    });
  });

  test('there is an end to how many there may be', () => {
    const full = froze(
      noFreezes,
      ...Array.from({ length: freezesAtMost }, (_, i) => [...ask(`s${i}`, ann, i)] as never),
    );
    expect(freezeMore(full, order, bea, 999)).toEqual({ ok: false, code: 'too_many' });
  });
});

describe('thawing', () => {
  const all = froze(
    noFreezes,
    [...ask(undefined, ann, 1)],
    [...ask('system6', bea, 2)],
    [...ask('system7', bea, 3, 50)],
  );

  test('lifts every freeze of the place, whoever froze it, and no other', () => {
    const { freezes, ended } = thawPlace(all, 'system6', { by: ann, why: 'it is back' }, 9);
    expect(ended).toEqual([{ ...all.now[1], endedAt: 9, thawed: { by: ann, why: 'it is back' } }]);
    expect(freezes.now.map(({ n }) => n)).toEqual([1, 3]);
    // One instance is not taken out of a freeze of all.
    expect(freezesOf(freezes, 'system6').now.map(({ n }) => n)).toEqual([1]);
  });

  test('of all leaves what is frozen by itself', () => {
    const { freezes } = thawPlace(all, undefined, { by: ann }, 9);
    expect(freezesOf(freezes, 'system6').now.map(({ n }) => n)).toEqual([2]);
    expect(freezesOf(freezes, 'system8').now).toEqual([]);
  });

  test('nothing happens where nothing is frozen', () => {
    expect(thawPlace(all, 'system9', { by: ann }, 9)).toEqual({ freezes: all, ended: [] });
  });
});

describe('the end', () => {
  const some = froze(noFreezes, [...ask('system6', ann, 1, 100)], [...ask('system6', bea, 2)]);

  test('is the very moment: held right before it, not held at it', () => {
    expect(holdingAt(some.now, 99).map(({ n }) => n)).toEqual([1, 2]);
    expect(holdingAt(some.now, 100).map(({ n }) => n)).toEqual([2]);
  });

  test('is on record once', () => {
    const { freezes, over } = withoutOver(some, 150);
    expect(over).toMatchObject([{ n: 1, endedAt: 100 }]);
    expect(withoutOver(freezes, 150)).toEqual({ freezes, over: [] });
    expect(withoutOver(some, 99)).toEqual({ freezes: some, over: [] });
  });
});

test('over any orders: numbers are never given twice, and what holds is what was frozen and not thawed', () => {
  const step = fc.record({
    what: fc.constantFrom('freeze', 'freeze', 'thaw', 'over'),
    place: fc.constantFrom(undefined, 'a', 'b'),
    by: fc.constantFrom(ann, bea),
    lasts: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let freezes = noFreezes;
      /** By place and person: until when; what a person would have on a sheet of paper. */
      const sheet = new Map<string, number>();
      steps.forEach(({ what, place, by, lasts }, now) => {
        const until = lasts === undefined ? undefined : now + lasts;
        if (what === 'freeze') {
          const made = freezeMore(
            freezes,
            { ...order, ...(place && { instance: place }), ...(until !== undefined && { until }) },
            by,
            now,
          );
          if (!made.ok) throw new Error(made.code);
          freezes = made.freezes;
          sheet.set(`${place} ${by.id}`, until ?? Number.POSITIVE_INFINITY);
        } else if (what === 'thaw') {
          freezes = thawPlace(freezes, place, { by }, now).freezes;
          for (const key of sheet.keys()) if (key.startsWith(`${place} `)) sheet.delete(key);
        } else freezes = withoutOver(freezes, now).freezes;
        for (const instance of ['a', 'b', 'c']) {
          const held = [...sheet].some(
            ([key, end]) => now < end && (key.startsWith('undefined ') || key.startsWith(`${instance} `)),
          );
          expect(holdingAt(freezesOf(freezes, instance).now, now).length > 0).toBe(held);
        }
        const numbers = [...freezes.now, ...freezes.ended].map(({ n }) => n);
        expect(new Set(numbers).size).toBe(numbers.length);
      });
    }),
    { numRuns: 300 },
  );
});
