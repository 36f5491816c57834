import { expect, test } from 'vitest';
import { createLogTail } from '../../../sandbox/process/log-tail.ts';

test('lines are put together from chunks, and only the last ones are kept', () => {
  const tail = createLogTail(2);
  const seen: string[] = [];
  const forget = tail.onLine((line) => seen.push(line));
  tail.push('one\ntw');
  tail.push('o\r\nthree\nfour');
  expect(seen).toEqual(['one', 'two', 'three']);
  expect(tail.lines()).toEqual(['three', 'four']);
  expect(tail.lines(1)).toEqual(['four']);
  forget();
  tail.push('\n');
  expect(seen).toEqual(['one', 'two', 'three']);
});
