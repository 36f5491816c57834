import fc from 'fast-check';
import { expect, test } from 'vitest';
import { namedId, positionId } from '../../../src/intake/parse/identity.ts';

test('short, clean ids stay readable; others are hashed', () => {
  expect([
    namedId('https://am.example:9093', 'evt-1'),
    namedId('ci/deploy', 'evt-1', 3),
    namedId('ci', 'a b'),
    namedId('x'.repeat(100), 'y'.repeat(20), 1),
    namedId('ci/deploy', 'evt-1', 3, 'den'),
    namedId('ci', 'evt-1', undefined, 'am.example:9093'),
    namedId('ci', 'evt-1', 1, 'am.example/path'),
  ]).toEqual([
    'https://am.example:9093/evt-1',
    'ci/deploy/evt-1~3',
    expect.stringMatching(/^e\.[0-9a-f]{40}$/),
    expect.stringMatching(/^e\.[0-9a-f]{40}~1$/),
    'den~ci/deploy/evt-1~3',
    'am.example:9093~ci/evt-1',
    expect.stringMatching(/^e\.[0-9a-f]{40}~1$/),
  ]);
});

test('no two events share an id, and none is long', () => {
  const part = fc.oneof(
    fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom('a', '/', '.', '~', '0', ':', ' ') }),
    fc.string({ minLength: 1, maxLength: 150 }),
  );
  const key = fc.tuple(
    part,
    part,
    fc.option(fc.nat(9999), { nil: undefined }),
    fc.option(part, { nil: undefined }),
  );
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(namedId(...a).length).toBeLessThanOrEqual(120);
      expect(namedId(...a) === namedId(...b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});

test('positions of any spelling give short ids', () => {
  const kafka = (topic: string) =>
    positionId({ via: 'kafka', topic, partition: 2, offset: '9223372036854775807', index: 0 }, 17);
  const http = (request: string) => positionId({ via: 'http', request, index: 0 }, 17);
  expect([kafka('alerts'), kafka('t'.repeat(249)), http('req-1'), http('a/b')]).toEqual([
    'k.alerts.2.9223372036854775807.17',
    expect.stringMatching(/^k\.[0-9a-f]{40}\.17$/),
    'h.req-1.17',
    expect.stringMatching(/^h\.[0-9a-f]{40}\.17$/),
  ]);
});
