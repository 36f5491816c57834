import { expect, test } from 'vitest';
import { facts, grid, maxText, paragraph } from '../../../../../src/integrations/jira/documents/document.ts';
import { keptPart } from '../../../../../src/integrations/jira/documents/kept-part.ts';
import { wikiText } from '../../../../../src/integrations/jira/documents/wiki/wiki.ts';
import {
  lastLine,
  wikiDescription,
} from '../../../../../src/integrations/jira/documents/wiki/wiki-description.ts';

const blocks = (says = 'farmers 0 → 24') =>
  keptPart('r-1', [
    paragraph(says),
    facts([{ name: 'By', value: 'Al | "Bo" (U0) *x*\nnext', url: 'https://a.example/p' }]),
    grid(['A', 'B'], [['{x}', '–']]),
  ]);
const part = wikiText(blocks());
const asBrowsersDo = (text: string) => text.replaceAll('\n', '\r\n');
const placed = (text: string, name = 'r-1') => wikiDescription(text, name, async () => undefined).placed;
/** What is sent when `says` is what farmhand has to say. */
const written = async (text: string, says: string) => {
  let sent: string | undefined;
  const description = wikiDescription(text, 'r-1', async (all) => {
    sent = all;
  });
  await description.write(blocks(says));
  return sent;
};
const other = wikiText(blocks('other'));

test('what people wrote above and below stays to the letter, whatever ends its lines', async () => {
  const above = '  h1. *Mine* {code}\n|a|\n{code}\t \n\n';
  const below = '\n\n----\nbq. checked  \n';
  expect(await written(above + part + below, 'other')).toBe(above + other + below);
  const saved = asBrowsersDo(above + part + below);
  expect(await written(saved, 'other')).toBe(asBrowsersDo(above + other + below));
  const mixed = `by hand\r\n\n${asBrowsersDo(part)}\nend`;
  expect(await written(mixed, 'other')).toBe(`by hand\r\n\n${asBrowsersDo(other)}\nend`);
});

test('it is known also where the editor has escaped and marked it in its own way, and only the newest one is replaced', async () => {
  const byEditor = part
    .replace(/^_(End .*)_$/m, '{_}$1{_}')
    .replaceAll('\\(', '(')
    .replaceAll('&#124;', '\\|')
    .replaceAll(' ', '\u00a0');
  expect(placed(byEditor)).toBe(true);
  expect(await written(`${part}\n\n${part}`, 'other')).toBe(`${part}\n\n${other}`);
});

test('it is not farmhand’s where a person changed it, took a line of it or wrote into it', async () => {
  const lines = part.split('\n');
  expect(placed(part)).toBe(true);
  expect(placed(part.replace('24', '25'))).toBe(false);
  for (const [i, line] of lines.entries()) {
    if (line !== '') expect(placed(lines.toSpliced(i, 1).join('\n'))).toBe(false);
  }
  expect(placed(lines.toSpliced(3, 0, 'my words').join('\n'))).toBe(false);
  expect([placed(''), placed(part, 'r-10'), placed(part, 'r')]).toEqual([false, false, false]);
});

test('in an empty description it stands alone, else at the end; the same is not sent again', async () => {
  expect(await written('', 'other')).toBe(other);
  expect(await written('Plan', 'other')).toBe(`Plan\n\n${other}`);
  expect(await written('Plan\r\nB', 'other')).toBe(`Plan\r\nB\r\n\r\n${asBrowsersDo(other)}`);
  expect(await written(asBrowsersDo(`x\n\n${part}`), 'farmers 0 → 24')).toBeUndefined();
});

test('the room is what others leave', () => {
  const room = (text: string) => wikiDescription(text, 'r-1', async () => undefined).room;
  expect(room('')).toBe(maxText - 100);
  expect(room(`${'x'.repeat(1_000)}\n\n${part}`)).toBe(maxText - 1_102);
});

test('a comment is known by its last line', () => {
  const key = 'system6-20261120-1#7';
  expect(lastLine(wikiText([paragraph('x'), paragraph(key, 'em')]))).toBe(key);
  expect(lastLine(`quoting _${key}_`)).not.toBe(key);
});
