import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** The text between the parenthesis that opens at `open` and its partner; strings and templates are skipped over. */
const argumentsAt = (source: string, open: number): string => {
  let depth = 0;
  let quote = '';
  for (let i = open; i < source.length; i++) {
    const char = source.charAt(i);
    if (quote !== '') {
      if (char === '\\') i++;
      else if (char === quote) quote = '';
    } else if (`'"\``.includes(char)) quote = char;
    else if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char) && --depth === 0) return source.slice(open + 1, i);
  }
  return '';
};

const staticMessage = /(^|,\s*)('[^'`]*'|"[^"`]*"),?\s*$/;

const offences = (source: string): readonly string[] =>
  [...source.matchAll(/\blog(?:ger)?\.(?:warn|error)(?=\()/g)]
    .map((match) => argumentsAt(source, match.index + match[0].length))
    .filter((args) => !staticMessage.test(args));

test('the check itself knows a static message from one that varies', () => {
  expect(offences("log.warn({ a: f('(') }, 'lost'); log.error({},\n  'gone',\n);")).toEqual([]);
  const template = '`lost $'.concat('{n}`');
  expect(offences(`log.warn({}, ${template}); log.error({}, text); log.warn({}, "a" + b)`)).toEqual([
    `{}, ${template}`,
    '{}, text',
    '{}, "a" + b',
  ]);
});

test('messages at WARN and above are static, so that equal problems group', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const found = globSync(['src/**/*.ts', 'commands/**/*.ts', 'views/**/*.ts'], { cwd: root }).flatMap(
    (path) =>
      // The wrapper that only passes messages on.
      path === 'src/observability/log.ts'
        ? []
        : offences(readFileSync(`${root}/${path}`, 'utf8')).map((args) => `${path}: ${args}`),
  );
  expect(found).toEqual([]);
});
