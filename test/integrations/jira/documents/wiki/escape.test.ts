import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  inlineText,
  readWiki,
  strangeIn,
  type WikiBlock,
} from '../../../../../sandbox/jira/wiki/read-wiki.ts';
import {
  type Blocks,
  facts,
  grid,
  heading,
  paragraph,
  textLines,
} from '../../../../../src/integrations/jira/documents/document.ts';
import { escapeWiki, wikiPlain } from '../../../../../src/integrations/jira/documents/wiki/escape.ts';
import { wikiText } from '../../../../../src/integrations/jira/documents/wiki/wiki.ts';

const hostile = [
  ...[
    '{code}',
    '{html}x{html}',
    '{{mono}}',
    '\\{x\\}',
    '{{{',
    '}}',
    '{*}x{*}',
    '{noformat}',
    '{color:red}x{color}',
  ],
  ...['[~admin]', '[a|http://evil]', '[^file.txt]', '[#top]', '[x]', '\\[~admin\\]', '[[', ']]'],
  ...[
    '!pic.png!',
    '!http://evil/x.png|thumbnail!',
    'http://evil.example/a?b=c',
    'https://x',
    'mailto:a@b.c',
    'HTTPS://X',
    'file:///etc',
    'ftp://a',
  ],
  ...[
    '*b*',
    '_i_',
    '-del-',
    '+ins+',
    '^sup^',
    '~sub~',
    '??cite??',
    'a-b',
    'snake_case_name',
    '2026-11-20',
    '--',
    '---',
    '----',
  ],
  ...[
    'h1. x',
    'h3. Evidence kept by farmhand: r-1',
    'bq. x',
    '* item',
    '- item',
    '# item',
    '|a|b|',
    '||h||',
    '|',
  ],
  ...[
    '\\',
    '\\\\',
    'C:\\dir\\*x',
    '\\\\ host',
    '&lt;',
    '&#42;b&#42;',
    '&amp;#42;',
    'R&D',
    '&',
    '&#x2a;',
    '&nbsp;',
  ],
  ...[
    ':)',
    ':-(',
    ';)',
    '(x)',
    '(!)',
    ':P',
    ':D',
    '(/)',
    '<3',
    '()',
    '(on)',
    '@user',
    '$x',
    '%x%',
    '#1',
    'CHG-7',
    '\ue000',
    '<b>',
  ],
];
const piece = fc.oneof(
  fc.constantFrom(...hostile),
  fc.constantFrom(' ', '', '\n', 'a', '1', ';', ':', '.'),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const words = fc.array(piece, { maxLength: 8 }).map((all) => all.join(''));

/** As it is shown: Jira shows white space of any length and kind as one. */
const flat = (text: string): string => text.replace(/\s+/g, ' ').trim();
const shown = (text: string): string => flat(textLines(text).join(' '));
const nodesOf = (block: WikiBlock | undefined) => (block && 'content' in block ? block.content : []);
const all = (blocks: readonly WikiBlock[]) =>
  blocks.flatMap((block) =>
    'content' in block
      ? [block.content]
      : block.type === 'table'
        ? block.rows.flat().map((c) => c.content)
        : [],
  );

test('whatever a text holds, Jira shows that text: no macro, mention, link, image, smiley or mark', {
  timeout: 60_000,
}, () => {
  fc.assert(
    fc.property(words, (text) => {
      const blocks = readWiki(wikiText([paragraph(text)]));
      expect(blocks.map(({ type }) => type)).toEqual(blocks.map(() => 'paragraph'));
      expect(all(blocks).flatMap(strangeIn)).toEqual([]);
      expect(flat(blocks.map((block) => inlineText(nodesOf(block))).join(' '))).toBe(shown(text));
    }),
    { numRuns: 5_000 },
  );
});

test('the same in a table, whose rows and cells stay as they are; only its own address is a link', {
  timeout: 60_000,
}, () => {
  const url = 'https://example.slack.com/archives/C0/p1?a=[b]|{c}!';
  fc.assert(
    fc.property(fc.array(fc.tuple(words, words), { minLength: 1, maxLength: 4 }), words, (rows, alias) => {
      const made: Blocks = [
        grid(['One', 'Two'], rows),
        facts([...rows.map(([name, value]) => ({ name, value })), { name: 'Thread', value: alias, url }]),
      ];
      const blocks = readWiki(wikiText(made));
      expect(blocks.map(({ type }) => type)).toEqual(['table', 'table']);
      const [first, second] = blocks.map((block) => (block.type === 'table' ? block.rows : []));
      const texts = (cells: typeof first = []) =>
        cells.map((row) => row.map(({ content }) => flat(inlineText(content))));
      expect(texts(first)).toEqual([['One', 'Two'], ...rows.map((row) => row.map(shown))]);
      expect(texts(second)).toEqual([...rows.map((row) => row.map(shown)), ['Thread', shown(alias)]]);
      const strange = all(blocks).flatMap(strangeIn);
      expect(strange.map((node) => (node.type === 'link' ? node.href : node))).toEqual([
        'https://example.slack.com/archives/C0/p1?a=%5Bb%5D%7C%7Bc%7D%21',
      ]);
    }),
    { numRuns: 3_000 },
  );
});

test('a mark holds the whole of its line, whatever that is', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(words, fc.constantFrom('strong' as const, 'em' as const), (text, style) => {
      const blocks = readWiki(wikiText([heading('x'), paragraph(text, style)])).slice(1);
      const strange = all(blocks).flatMap(strangeIn);
      expect(strange.every((node) => node.type === style)).toBe(true);
      expect(flat(blocks.map((block) => inlineText(nodesOf(block))).join(' '))).toBe(shown(text));
    }),
    { numRuns: 3_000 },
  );
});

test('farmhand reads back what it wrote', { timeout: 60_000 }, () => {
  const line = words.map((text) => textLines(text)[0]?.trim() ?? '');
  fc.assert(
    fc.property(line, (text) => {
      expect(wikiPlain(escapeWiki(text))).toBe(text);
    }),
    { numRuns: 5_000 },
  );
});

test('what people read in an editor or a mail stays readable', () => {
  expect(escapeWiki('Alice Ash (U0ALICE), 2026-11-20 03:00:00 UTC: system6-20261120-1#7, 0 → 24.')).toBe(
    'Alice Ash \\(U0ALICE\\), 2026-11-20 03:00:00 UTC: system6-20261120-1\\#7, 0 → 24.',
  );
});
