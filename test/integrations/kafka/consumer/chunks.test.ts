import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunks } from '../../../../src/integrations/kafka/consumer/chunks.ts';

const message = fc.option(fc.nat(50), { nil: null }).map((size) => ({
  value: size === null ? null : { length: size },
}));

test('chunks keep every message in order, and stay within the limits unless one message alone is larger', () => {
  fc.assert(
    fc.property(
      fc.array(message),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 100 }),
      (all, messages, bytes) => {
        const found = [...chunks(all, { messages, bytes })];
        expect(found.flat()).toEqual(all);
        for (const chunk of found) {
          expect(chunk.length).toBeGreaterThan(0);
          expect(chunk.length).toBeLessThanOrEqual(messages);
          const size = chunk.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
          if (chunk.length > 1) expect(size).toBeLessThanOrEqual(bytes);
        }
      },
    ),
  );
});
