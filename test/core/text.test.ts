import { expect, it } from 'vitest';
import { remembering } from '../../src/core/text.ts';

it('works a text out once, as long as it is short and not too many others came', () => {
  const asked: string[] = [];
  const long = 'x'.repeat(501);
  const length = remembering((text) => asked.push(text.slice(0, 5)) && text.length, 2);
  expect(['a', 'bb', 'a', long, long, 'ccc', 'a', 'ccc'].map(length)).toEqual([1, 2, 1, 501, 501, 3, 1, 3]);
  expect(asked).toEqual(['a', 'bb', 'xxxxx', 'xxxxx', 'ccc', 'a']);
});
