import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dcrVerbs } from '../../../commands/parse/dcr-usage.ts';
import { parseDcrWords } from '../../../commands/parse/dcr-words.ts';
import type { RebuildCommand } from '../../../src/rebuild/model/command.ts';

const asks = (target: string, command: RebuildCommand) => ({ kind: 'command', target, command });

describe('what is understood', () => {
  test.each([
    ['', { kind: 'help' }],
    ['help', { kind: 'help' }],
    ['?', { kind: 'help' }],
    ['-h', { kind: 'help' }],
    ['--help', { kind: 'help' }],
    ['—help', { kind: 'help' }],
    ['help /dcr', { kind: 'help' }],
    ['help start', { kind: 'help', of: 'start' }],
    ['-h scale', { kind: 'help', of: 'scale' }],
    ['start --help', { kind: 'help', of: 'start' }],
    ['override -h', { kind: 'help', of: 'override' }],
    ['scale system6 99999', asks('system6', { verb: 'scale', farmers: 99_999 })],
    ['list', { kind: 'list' }],
    ['freeze all deploy is broken', { kind: 'freeze', place: 'all', reason: 'deploy is broken' }],
    [
      'freeze System6: because the storage moves for 4h',
      { kind: 'freeze', place: 'system6', reason: 'the storage moves', end: { kind: 'for', ms: 14_400_000 } },
    ],
    [
      'freeze all for 1h 30m incident 4711',
      { kind: 'freeze', place: 'all', reason: 'incident 4711', end: { kind: 'for', ms: 5_400_000 } },
    ],
    [
      'freeze all “the repository moves” until 06:00',
      {
        kind: 'freeze',
        place: 'all',
        reason: 'the repository moves',
        end: { kind: 'until', clock: '06:00' },
      },
    ],
    [
      'freeze all incident until fri 18:00 Europe/Berlin',
      {
        kind: 'freeze',
        place: 'all',
        reason: 'incident',
        end: { kind: 'until', clock: 'fri 18:00', zone: 'Europe/Berlin' },
      },
    ],
    [
      'freeze all until 2026-11-30 6:00 UTC, because of the audit',
      {
        kind: 'freeze',
        place: 'all',
        reason: 'of the audit',
        end: { kind: 'until', clock: '2026-11-30 6:00', zone: 'UTC' },
      },
    ],
    [
      'freeze all not before we know for the customer',
      { kind: 'freeze', place: 'all', reason: 'not before we know for the customer' },
    ],
    ['thaw all', { kind: 'thaw', place: 'all', reason: '' }],
    ['thaw system6 because it is back', { kind: 'thaw', place: 'system6', reason: 'it is back' }],
    ['start', { kind: 'form' }],
    ['status', { kind: 'status' }],
    ['status system6', { kind: 'status', target: 'system6' }],
    ['whoami', { kind: 'whoami' }],
    ['whoami System6', { kind: 'whoami', target: 'system6' }],
    ['STATUS `System6`', { kind: 'status', target: 'system6' }],
    ['history system6-20261120-1', { kind: 'history', target: 'system6-20261120-1' }],
    ['audit system6', { kind: 'audit', target: 'system6', thread: false }],
    ['audit System6-20261120-1 THREAD', { kind: 'audit', target: 'system6-20261120-1', thread: true }],
    ['doctor system6', { kind: 'doctor', target: 'system6' }],
    ['override system6', { kind: 'override', target: 'system6' }],
    ['approve system6', asks('system6', { verb: 'approve' })],
    ['resume system6', asks('system6', { verb: 'resume' })],
    ['retry system6 because DNS is back', asks('system6', { verb: 'retry', reason: 'DNS is back' })],
    [
      'pause system6 waiting for the customer’s "go"',
      asks('system6', { verb: 'pause', reason: 'waiting for the customer’s "go"' }),
    ],
    ['cancel system6: “wrong dataset”', asks('system6', { verb: 'cancel', reason: 'wrong dataset' })],
    ['cancel system6 — a &lt;b&gt; &amp; c', asks('system6', { verb: 'cancel', reason: 'a <b> & c' })],
    ['scale system6 12', asks('system6', { verb: 'scale', farmers: 12 })],
    ['scale 12 system6', asks('system6', { verb: 'scale', farmers: 12 })],
    ['scale system6 to 12', asks('system6', { verb: 'scale', farmers: 12 })],
    [
      'scale system6 12 to meet the deadline',
      asks('system6', { verb: 'scale', farmers: 12, reason: 'to meet the deadline' }),
    ],
  ])('/dcr %s', (text, words) => {
    expect(parseDcrWords(text)).toEqual(words);
  });

  test.each([
    ['system6', {}],
    ['system6 forced', { forced: true }],
    ['--forced system6', { forced: true }],
    ['system6 —force', { forced: true }],
    ['system6 --farmers 24', { farmers: 24 }],
    ['system6 change=CHG0012345 because it is due', { change: 'CHG0012345', reason: 'it is due' }],
    ['system6 --change-request CHG0012345', { change: 'CHG0012345' }],
    ['—farmers 24 system6', { farmers: 24 }],
    ['–farmers=24 system6', { farmers: 24 }],
    ['farmers=24 forced system6', { farmers: 24, forced: true }],
    ['system6 --reason "new dataset"', { reason: 'new dataset' }],
    ['system6 —reason “new dataset” —farmers 3', { reason: 'new dataset', farmers: 3 }],
    ['system6 --reason=„new dataset“ forced', { reason: 'new dataset', forced: true }],
    ["system6 --reason 'the customer's wish'", { reason: "the customer's wish" }],
    ['--reason the customer asked --farmers 4 system6', { reason: 'the customer asked', farmers: 4 }],
    ['system6 forced because it’s old — see OPS-1', { forced: true, reason: 'it’s old — see OPS-1' }],
  ])('/dcr start %s', (text, more) => {
    const request = { instance: 'system6', forced: false, ...more };
    expect(parseDcrWords(`start ${text}`)).toEqual({ kind: 'start', request });
    expect(parseDcrWords(`plan ${text}`)).toEqual({ kind: 'plan', request });
  });
});

describe('what is not, with every problem at once and the usage', () => {
  const start = '/dcr start <instance> [forced] [--farmers N] [change=CHG…] [--reason "…"]';
  const scale = '/dcr scale <instance> <n> [reason]';
  test.each([
    ['scael system6 12', ['I don’t know “scael”. Did you mean “scale”?'], scale],
    ['stop system6', ['I don’t know “stop”. Did you mean “cancel”?'], '/dcr cancel <instance> <why>'],
    ['constructor', ['I don’t know “constructor”.'], `/dcr ${Object.keys(dcrVerbs).join(' | ')}`],
    ['scale', ['Say which instance.', 'Say how many farmers.'], scale],
    ['scale system6', ['Say how many farmers.'], scale],
    ['scale 12', ['Say which instance.'], scale],
    [
      'scale sys/6 many',
      ['“sys/6” is not the name of an instance.', '“many” is not a number of farmers.'],
      scale,
    ],
    ['scale system6 0', ['0 farmers are too few: 1 at least.'], scale],
    [
      'scale system6 9999999999',
      ['9999999999 farmers are more than any instance takes; the maximum is in its values file.'],
      scale,
    ],
    ['help strat', ['I don’t know “strat”. Did you mean “start”?'], start],
    ['help start now', ['“now” is too much here.'], '/dcr help [word]'],
    [
      'reject system6',
      [
        'I don’t know “reject”. Did you mean “cancel”? A rebuild that is not to be approved is cancelled, with the reason: whoever asked for it reads it in its thread.',
      ],
      '/dcr cancel <instance> <why>',
    ],
    ['hist system6', ['I don’t know “hist”. Did you mean “history”?'], '/dcr history <instance>'],
    [
      'override system6 skip history',
      ['“skip history” is too much here: the command opens a form, which asks what to override, and why.'],
      '/dcr override system6',
    ],
    [
      'pause',
      ['Say which instance.', 'Say why, for whoever looks at it next.'],
      '/dcr pause <instance> <why>',
    ],
    ['cancel system6', ['Say why, for whoever looks at it next.'], '/dcr cancel <instance> <why>'],
    [
      `cancel system6 ${'x'.repeat(501)}`,
      ['The reason is too long: 500 characters at most.'],
      '/dcr cancel <instance> <why>',
    ],
    ['approve system6 please', ['“please” is too much here.'], '/dcr approve <instance>'],
    ['history', ['Say which instance.'], '/dcr history <instance>'],
    [
      'list all of it',
      ['“all” is too much here.', '“of” is too much here.', '“it” is too much here.'],
      '/dcr list',
    ],
    ['start forced', ['Say which instance.'], start],
    ['start system6 12', ['“12” is too much here. Did you mean “--farmers 12”?'], start],
    ['start system6 focred', ['“focred” is too much here. Did you mean “forced”?'], start],
    [
      'start —framers 12 --farmers many forced forced --reason system6/a',
      [
        'I don’t know the option “—framers”. Did you mean “--farmers”?',
        '“forced” is given twice.',
        'Say which instance.',
        '“many” is not a number of farmers.',
      ],
      start,
    ],
    ['start system6 --farmers', ['Say how many farmers.'], start],
    ['start system6 --reason', ['Say the reason: --reason "…".'], start],
    ['start system6 forced=no', ['“forced” takes no value.'], start],
  ])('/dcr %s', (text, problems, usage) => {
    const words = parseDcrWords(text);
    expect(words).toEqual({ kind: 'unclear', problems, usage });
  });
});

test('whatever is typed, it is understood or refused with a problem and a usage', () => {
  const word = fc.oneof(
    fc.constantFrom(
      ...Object.keys(dcrVerbs),
      'system6',
      '--farmers',
      '—reason',
      '12',
      '"',
      '“',
      'because',
      'to',
    ),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 7 }), (words) => {
      const parsed = parseDcrWords(words.join(' '));
      if (parsed.kind !== 'unclear') return;
      expect(parsed.problems.length).toBeGreaterThan(0);
      expect(parsed.usage.startsWith('/dcr ')).toBe(true);
    }),
  );
});
