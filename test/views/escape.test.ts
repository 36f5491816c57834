import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clean, code, inline, oneLine, paragraph, plain } from '../../views/escape.ts';
import { hostileText } from './support/hostile.ts';

describe('inline', () => {
  test.each([
    ['<!channel> & <@U1>', '&lt;!channel&gt; &amp; &lt;@U1&gt;'],
    ['*b* `c` ~s~', '∗b∗ ˋcˋ ∼s∼'],
    ['_it_ node_cpu_seconds_total _x', 'ˍitˍ node_cpu_seconds_total ˍx'],
    [':fire: 10:30:15 a::b:c:', '∶fire: 10:30:15 a:∶b∶c:'],
    ['two\nlines\t and  more ', 'two lines and more'],
    ['safe\u202eexe.fdp\u0000', 'safeexe.fdp'],
  ])('%j becomes %j', (given, expected) => {
    expect(inline(given, 200)).toBe(expected);
  });

  test('cuts between graphemes and says so', () => {
    expect(inline('ab👩‍👩‍👧‍👦cd', 13)).toBe('ab…');
    expect(inline('ab👩‍👩‍👧‍👦cd', 14)).toBe('ab👩‍👩‍👧‍👦…');
    expect(inline('abcdef', 5)).toBe('abcd…');
    expect(inline('abcdef', 6)).toBe('abcdef');
  });

  test('counts what Slack counts: an escaped character is as long as its entity', () => {
    expect(inline('&&&&', 11)).toBe('&amp;&amp;…');
    expect(inline('&&', 10)).toBe('&amp;&amp;');
  });
});

test('code is exact but for back-ticks, and never empty', () => {
  expect(code('service=~"a.*|_b"', 50)).toBe('`service=~"a.*|_b"`');
  expect(code('a`b', 50)).toBe('`aˋb`');
  expect(code('', 50)).toBe('` `');
});

test('a paragraph keeps its lines, and one empty line at most', () => {
  expect(paragraph(' a\r\nb\n \n\n\nc ', 50)).toBe('a\nb\n\nc');
});

test('plain text is not escaped, only cleaned and cut', () => {
  expect(plain('a <b> & *c*\u200e', 50)).toBe('a <b> & *c*');
  expect(plain('abcdef', 4)).toBe('abc…');
});

test('cleaning twice is cleaning once', () => {
  fc.assert(fc.property(hostileText, (text) => clean(clean(text)) === clean(text)));
});

test('nothing gets longer than its limit, loses its well-formedness or gains active marks', () => {
  fc.assert(
    fc.property(hostileText, fc.integer({ min: 3, max: 300 }), (text, max) => {
      for (const cut of [inline, paragraph, code, plain]) {
        const out = cut(text, max);
        expect(out.length).toBeLessThanOrEqual(max);
        expect(out.isWellFormed()).toBe(true);
      }
      expect(inline(text, max)).not.toMatch(/[<>*`~\n]/);
      expect(code(text, max).slice(1, -1)).not.toMatch(/[<>`\n]/);
      expect(paragraph(text, max)).not.toMatch(/[<>*`~]/);
    }),
  );
});

test('nothing happens to ordinary words', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{1,8}( [a-z]{1,8}){0,5}$/), (text) => {
      expect([inline(text, 300), oneLine(text), paragraph(text, 300), plain(text, 300)]).toEqual([
        text,
        text,
        text,
        text,
      ]);
    }),
  );
});
