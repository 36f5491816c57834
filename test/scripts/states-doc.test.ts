import { expect, test } from 'vitest';
import { diagram, movesOf } from '../../scripts/states-doc.ts';

const source = `
/**
 * A door.
 *
 *     (new) → shut        it is built
 *     shut → wide open    somebody opens it; a guest: perhaps
 */
export type Door = 'shut' | 'wide open';
`;

test('moves are read from the comment above the type', () => {
  expect(movesOf(source, 'Door')).toEqual([
    { from: '(new)', to: 'shut', why: 'it is built' },
    { from: 'shut', to: 'wide open', why: 'somebody opens it; a guest: perhaps' },
  ]);
});

test('and drawn', () => {
  expect(diagram(movesOf(source, 'Door'))).toBe(
    [
      'stateDiagram-v2',
      '  state "wide open" as wide_open',
      '  [*] --> shut: it is built',
      '  shut --> wide_open: somebody opens it, a guest, perhaps',
    ].join('\n'),
  );
});

test('a type of which nothing is told is an error', () => {
  expect(() => movesOf('/** A door. */\nexport type Door = string;', 'Door')).toThrow(
    'no moves are told above Door',
  );
});
