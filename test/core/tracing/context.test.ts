import { expect, test } from 'vitest';
import { isSampled, spanIdOf, traceContextOf, traceIdOf } from '../../../src/core/tracing/context.ts';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const span = '00f067aa0ba902b7';

test.each([
  ['sampled', `00-${trace}-${span}-01`, `00-${trace}-${span}-01`],
  ['not sampled', `00-${trace}-${span}-00`, `00-${trace}-${span}-00`],
  ['with spaces around it', ` 00-${trace}-${span}-01 `, `00-${trace}-${span}-01`],
  ['flags that nobody knows', `00-${trace}-${span}-ff`, `00-${trace}-${span}-01`],
  ['a later version, with more', `cc-${trace}-${span}-01-what-the-future-says`, `00-${trace}-${span}-01`],
])('a traceparent is read: %s', (_name, text, kept) => {
  expect(traceContextOf(text)).toEqual({ parent: kept });
});

test.each([
  ['nothing', undefined],
  ['a number', 7],
  ['no text', ''],
  ['version ff', `ff-${trace}-${span}-01`],
  ['version 00 with more', `00-${trace}-${span}-01-more`],
  ['upper case', `00-${trace.toUpperCase()}-${span}-01`],
  ['a trace id of zeros', `00-${'0'.repeat(32)}-${span}-01`],
  ['a span id of zeros', `00-${trace}-${'0'.repeat(16)}-01`],
  ['too short', `00-${trace.slice(1)}-${span}-01`],
  ['far too long', `cc-${trace}-${span}-01-${'x'.repeat(600)}`],
])('what is no traceparent is none: %s', (_name, value) => {
  expect(traceContextOf(value)).toBeUndefined();
});

test('a tracestate goes along as it is, unless nobody would have to hand it on', () => {
  const parent = `00-${trace}-${span}-01`;
  expect(traceContextOf(parent, 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE')).toEqual({
    parent,
    state: 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE',
  });
  for (const state of ['', 'x'.repeat(513), 'a=\n', 'a=é', 3, undefined]) {
    expect(traceContextOf(parent, state)).toEqual({ parent });
  }
});

test('its parts are known by their places', () => {
  const context = { parent: `00-${trace}-${span}-01` };
  expect([traceIdOf(context), spanIdOf(context), isSampled(context)]).toEqual([trace, span, true]);
  expect(isSampled({ parent: `00-${trace}-${span}-00` })).toBe(false);
});
