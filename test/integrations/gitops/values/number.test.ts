import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readNumber, withNumber } from '../../../../src/integrations/gitops/values/number.ts';
import { valuesOf } from '../../../builders/values.ts';

const path = ['farmer', 'replicas'];
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(data);

/** What a person may write around a number, and what must come back as it was. */
const odd = fc.constantFrom(
  '# plain',
  '# 😀 astral, “quoted”, 中文, \u00a0 spaces',
  'a:   1    # wide',
  "q: 'replicas: 7'",
  'b: |\n  farmer:\n    replicas: 5\n  text',
  'c: >-\n  folded\n  text',
  'list: [ 1,2 ,  3 ]',
  'map: { replicas: 9, farmer: { replicas: 8 } }',
  '"quoted key": "with \\u20ac"',
  '',
  '   ',
  'anchor: &x { a: 1 }\nuses: *x',
  'tagged: !custom { replicas: 3 }',
);
const numberForm = fc.constantFrom<readonly [string, string]>(
  ['farmer:\n  replicas: ', '\n'],
  ['farmer:\n    other: 1\n    replicas:    ', '   # of farmhand\n    more: 2\n'],
  ['farmer: { replicas: ', ', heap: 80 }\n'],
  ['"farmer":\n  "replicas": ', '\n'],
  ['farmer:\n\n  # how many\n  replicas:\n    ', '\n'],
);
const count = fc.integer({ min: 0, max: 1000 });

test('a number is replaced and every other byte of the file stays as it was', () => {
  fc.assert(
    fc.property(
      fc.array(odd, { maxLength: 6 }),
      fc.array(odd, { maxLength: 6 }),
      numberForm,
      fc.tuple(count, count),
      fc.record({ bom: fc.boolean(), crlf: fc.boolean(), end: fc.boolean() }),
      (before, after, [head, tail], [from, to], { bom, crlf, end }) => {
        // Keys may be there only once.
        const rest = [...new Set([...before, ...after])];
        const first = rest.slice(0, before.length);
        const second = rest.slice(before.length);
        const form = (written: string): string => {
          const lines = [...first, `${head}${written}${tail.trimEnd()}`, ...second].join('\n');
          const whole = (bom ? '\ufeff' : '') + lines + (end ? '\n' : '');
          return crlf ? whole.replaceAll('\n', '\r\n') : whole;
        };
        const number = readNumber('f.yaml', bytes(form(String(from))), path);
        if (!number.ok) throw new Error(number.error);
        expect(number.value).toBe(from);
        const written = withNumber(number, to);
        expect(text(written)).toBe(form(String(to)));
        expect(Buffer.from(written).equals(bytes(form(String(to))))).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  [
    'replicas: 0 # farmhand',
    'replicas: 007',
    'f.yaml:16: farmer.replicas must be a plain whole number: no quotes, no sign, no leading zero',
  ],
  [
    'replicas: 0 # farmhand',
    'replicas: -1',
    'f.yaml:16: farmer.replicas must be a plain whole number: no quotes, no sign, no leading zero',
  ],
  [
    'replicas: 0 # farmhand',
    'replicas: 0x10',
    'f.yaml:16: farmer.replicas must be a plain whole number: no quotes, no sign, no leading zero',
  ],
  [
    'replicas: 0 # farmhand',
    'replicas:',
    'f.yaml:16: farmer.replicas must be a plain whole number: no quotes, no sign, no leading zero',
  ],
  [
    'replicas: 0 # farmhand',
    'replicas: { a: 1 }',
    'f.yaml:16: farmer.replicas must be a whole number, written out',
  ],
  ['replicas: 0 # farmhand', 'count: 0', 'f.yaml:15: farmer.replicas is not there'],
  ['farmer:\n  replicas: 0 # farmhand\n', '', 'f.yaml: farmer.replicas is not there'],
])('%j as %j is refused', (from, to, error) => {
  expect(readNumber('f.yaml', bytes(valuesOf([from, to])), path)).toEqual({ ok: false, error });
});

test('a file that could not be written back as it was is refused', () => {
  expect(readNumber('f.yaml', new Uint8Array([0x61, 0x3a, 0xff]), path)).toEqual({
    ok: false,
    error: 'f.yaml: is not UTF-8 text; save it as UTF-8',
  });
  expect(readNumber('f.yaml', bytes(`# ${'x'.repeat(70_000)}`), path)).toEqual({
    ok: false,
    error: 'f.yaml: is 69 KiB long; farmhand reads values files of up to 64 KiB',
  });
});
