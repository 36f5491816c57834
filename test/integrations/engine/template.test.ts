import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeJava, evaluate } from '../../../sandbox/engine/velocity.ts';
import type { EngineStatus } from '../../../src/integrations/engine/schema.ts';
import { parseStatus } from '../../../src/integrations/engine/status.ts';
import { statusTemplate } from '../../../src/integrations/engine/template.ts';

const render = (status: object) => evaluate(statusTemplate, { status, esc: { java: escapeJava } });

const empty: EngineStatus = { runs: [], orders: [], cacheFiles: [], guardian: false, frontends: [] };

test('an instance without anything', () => {
  expect(render(empty)).toBe('{"runs":[],"orders":[],"cacheFiles":[],"guardian":false,"frontends":[]}');
});

const hostile = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  fc.constantFrom(
    '","state":"done',
    'it\'s \\ a "trap"',
    '#end$status.runs#foreach($x in $y)',
    '</script>\u2028\u0000\ud83d\ude00',
    '\ud800',
    '__proto__',
  ),
);
const percent = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constantFrom(0.01, 12.5, 99.99));

test('whatever names and errors hold, the answer is JSON and says the same', () => {
  const status = fc.record({
    runs: fc.array(
      fc.record(
        {
          key: hostile,
          rebuild: hostile,
          kind: fc.constantFrom('history', 'rebuild', 'write'),
          state: fc.constantFrom('waiting', 'running', 'done', 'failed'),
          percent,
          farmers: fc.nat(100),
          distributed: fc.boolean(),
          error: hostile,
        },
        { requiredKeys: ['key', 'rebuild', 'kind', 'state', 'percent', 'farmers', 'distributed'] },
      ),
      { maxLength: 4 },
    ),
    orders: fc.array(hostile, { maxLength: 4 }),
    cacheFiles: fc.array(hostile, { maxLength: 2 }),
    guardian: fc.boolean(),
    frontends: fc.array(
      fc.record(
        {
          name: hostile,
          state: fc.constantFrom('waiting', 'taking', 'restarting', 'ready', 'failed'),
          caches: hostile,
          says: hostile,
        },
        { requiredKeys: ['name', 'state'] },
      ),
      { maxLength: 3 },
    ),
  });
  fc.assert(
    fc.property(status, (value) => {
      expect(parseStatus(render(value))).toEqual({ ok: true, value });
    }),
  );
});

const run = {
  key: 'k',
  rebuild: 'r',
  kind: 'rebuild',
  state: 'running',
  percent: 50,
  farmers: 6,
  distributed: true,
};

test('done and total travel together', () => {
  const told = parseStatus(render({ ...empty, runs: [{ ...run, done: 0, total: 300 }] }));
  expect(told).toEqual({ ok: true, value: { ...empty, runs: [{ ...run, done: 0, total: 300 }] } });
});

test('a value that the node does not offer is named', () => {
  expect(parseStatus(render({ ...empty, runs: [{ ...run, percent: undefined }] }))).toEqual({
    ok: false,
    why: 'the node does not know $run.percent: it must offer what docs/engine.md lists',
  });
});

test('a word or number that is not foreseen is refused with its place, never defaulted', () => {
  const odd = { ...run, state: 'pondering', percent: 101 };
  expect(parseStatus(render({ ...empty, runs: [odd] }))).toEqual({
    ok: false,
    why: 'it is not as asked for: runs.0.state: Invalid option: expected one of "waiting"|"running"|"done"|"failed"; runs.0.percent: Too big: expected number to be <=100',
  });
});

test('something else than JSON is told in a few words', () => {
  expect(parseStatus('<html>Sign in</html>')).toEqual({ ok: false, why: 'it is not JSON: (an HTML page)' });
});
