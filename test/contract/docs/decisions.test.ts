import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = new URL('../../../docs/adr/', import.meta.url);
const pages = readdirSync(folder).sort();

test('each decision has the next number to itself, in its name and its title', () => {
  const titles = pages.map((page) => readFileSync(new URL(page, folder), 'utf8').split('\n', 1)[0]);
  const numbers = pages.map((_, i) => String(i + 1).padStart(4, '0'));
  expect(pages.map((page) => page.slice(0, 4))).toEqual(numbers);
  expect(titles.map((title) => /^# (\d+)\. /.exec(title ?? '')?.[1])).toEqual(
    numbers.map((number) => String(Number(number))),
  );
});
