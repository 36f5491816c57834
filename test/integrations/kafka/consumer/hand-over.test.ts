import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RawMessage } from '../../../../src/intake/wire/raw.ts';
import { createPoisonBisection, maxInARow } from '../../../../src/integrations/kafka/consumer/hand-over.ts';

const message = (offset: number): RawMessage => ({
  value: null,
  headers: {},
  position: { via: 'kafka', topic: 't', partition: 0, offset: String(offset), index: 0 },
  receivedAt: 0,
});
const offsetOf = ({ position }: RawMessage): number =>
  position.via === 'kafka' ? Number(position.offset) : -1;

/** An intake that fails as a whole when one of `poison` is among its messages. */
const world = (poison: ReadonlySet<number>) => {
  const taken: number[] = [];
  const aside: number[] = [];
  const take = createPoisonBisection({
    ingest: async (messages) => {
      if (messages.some((each) => poison.has(offsetOf(each)))) throw new TypeError('poison');
      taken.push(...messages.map(offsetOf));
    },
    isFault: (error) => error instanceof TypeError,
    quarantine: async (each) => void aside.push(offsetOf(each)),
  });
  return { take, taken, aside };
};

test('exactly the poisoned ones are put aside, the others are taken in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 200 }),
      fc.uniqueArray(fc.nat(200), { maxLength: maxInARow }),
      async (count, poisoned) => {
        const poison = new Set(poisoned);
        const { take, taken, aside } = world(poison);
        const all = Array.from({ length: count }, (_, index) => index);
        await take(all.map(message));
        expect(taken).toEqual(all.filter((each) => !poison.has(each)));
        expect(aside).toEqual(all.filter((each) => poison.has(each)));
      },
    ),
  );
});

test('when every message is to blame, it is not the messages', async () => {
  const all = Array.from({ length: 100 }, (_, index) => index);
  const { take, taken, aside } = world(new Set(all));
  await expect(take(all.map(message))).rejects.toThrow('poison');
  expect(taken).toEqual([]);
  expect(aside).toEqual(all.slice(0, maxInARow));
});

test('nothing is put aside for another kind of error', async () => {
  const aside: RawMessage[] = [];
  const take = createPoisonBisection({
    ingest: () => Promise.reject(new Error('OOM command not allowed')),
    isFault: (error) => error instanceof TypeError,
    quarantine: async (each) => void aside.push(each),
  });
  await expect(take([message(0), message(1)])).rejects.toThrow('OOM');
  expect(aside).toEqual([]);
});
