import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leadingDuration, wholeDuration } from '../../../commands/parse/duration.ts';
import { parseSlashWords } from '../../../commands/parse/slash-words.ts';
import { afterMention, parseThreadWords } from '../../../commands/parse/thread-words.ts';
import { nearest } from '../../../src/core/nearest.ts';

const minute = 60_000;
const hour = 60 * minute;

describe('durations as people write them', () => {
  test.each([
    ['2h', 2 * hour],
    ['1h30m', 90 * minute],
    ['1h 30m', 90 * minute],
    ['90 min', 90 * minute],
    ['2 Hours', 2 * hour],
    ['1.5h', 90 * minute],
    ['3 days', 72 * hour],
    ['1 week', 168 * hour],
    ['1 day, 2 hours', 26 * hour],
  ])('%s', (text, ms) => {
    expect(wholeDuration(text)).toEqual({ ok: true, ms, rest: '' });
  });

  test.each([
    ['', 'Say how long: 30m, 2h, 1d.'],
    ['soon', 'Say how long: 30m, 2h, 1d.'],
    ['30', 'Say how long: 30m, 2h, 1d.'],
    ['10s', 'Say how long: 30m, 2h, 1d.'],
    ['0m', 'A silence lasts a minute at least.'],
    ['31d', 'A silence lasts 30 days at most.'],
    ['2h or so', 'This is not a duration. Write 45m, 1h 30m, 3d.'],
  ])('%j: %s', (text, problem) => {
    expect(wholeDuration(text)).toEqual({ ok: false, problem });
  });

  test('what follows is kept', () => {
    expect(leadingDuration('2h because x')).toEqual({ ok: true, ms: 2 * hour, rest: 'because x' });
    expect(leadingDuration('2hours because x')).toEqual({ ok: true, ms: 2 * hour, rest: 'because x' });
    expect(leadingDuration('2 horses')).toEqual({ ok: false, problem: 'Say how long: 30m, 2h, 1d.' });
  });
});

describe('did you mean', () => {
  test.each([
    ['akc', 'ack'],
    ['stauts', 'status'],
    ['silnce', 'silence'],
    ['tikcet', 'ticket'],
  ])('%s: %s', (typed, meant) => {
    expect(nearest(typed, ['status', 'ack', 'silence', 'ticket', 'why'])).toBe(meant);
  });

  test.each([
    ['crit', 'critical'],
    ['resol', 'resolved'],
    ['re', undefined],
    ['sta', undefined],
  ])('the beginning %s: %s', (typed, meant) => {
    expect(nearest(typed, ['critical', 'resolved', 'start', 'status', 'reject'])).toBe(meant);
  });

  test('nothing that is nowhere near', () => {
    expect(nearest('elephant', ['status', 'ack'])).toBeUndefined();
    expect(nearest('', ['status', 'ack'])).toBeUndefined();
  });
});

describe('words in a thread', () => {
  test.each([
    ['status', { kind: 'status' }],
    [' Status? ', { kind: 'status' }],
    ['ACK', { kind: 'command', command: { verb: 'acknowledge' } }],
    ['acknowledge!', { kind: 'command', command: { verb: 'acknowledge' } }],
    ['unack', { kind: 'command', command: { verb: 'unacknowledge' } }],
    ['raise  ticket', { kind: 'command', command: { verb: 'ticket' } }],
    ['ticket.', { kind: 'command', command: { verb: 'ticket' } }],
    ['note: the vendor knows', { kind: 'command', command: { verb: 'note', text: 'the vendor knows' } }],
    [
      'note: that the node is new?',
      { kind: 'command', command: { verb: 'note', text: 'that the node is new?' } },
    ],
    [
      'note vendor knows, case 4711',
      { kind: 'command', command: { verb: 'note', text: 'vendor knows, case 4711' } },
    ],
    ['Note: a &lt;b&gt; &amp; c', { kind: 'command', command: { verb: 'note', text: 'a <b> & c' } }],
    [
      'note see <https://wiki.example/x|the page>, says <@U02BEN>',
      { kind: 'command', command: { verb: 'note', text: 'see https://wiki.example/x, says @U02BEN' } },
    ],
    ['note clear', { kind: 'command', command: { verb: 'clear_note' } }],
    ['why?', { kind: 'why' }],
    ['help', { kind: 'help' }],
  ])('%j is understood, mentioned or not', (text, words) => {
    expect(parseThreadWords(text, false)).toEqual(words);
    expect(parseThreadWords(text, true)).toEqual(words);
  });

  test.each([
    ['silence 2h because the node is replaced', 2 * hour, 'the node is replaced'],
    ['Silence 1h 30m because: a &lt;b&gt; &amp; c', 90 * minute, 'a <b> & c'],
    ['silence 3 days because\nfreeze', 72 * hour, 'freeze'],
  ])('%j', (text, durationMs, reason) => {
    expect(parseThreadWords(text, false)).toEqual({
      kind: 'command',
      command: { verb: 'silence', durationMs, reason },
    });
  });

  test.each([
    'thanks',
    'ack, looking into it',
    'the status is bad',
    'silence would be good here',
    'silence is golden',
    'silence 2h would help because of the noise',
    'why is this firing',
    'note that the node is new',
    'Note also: the node is new',
    'Note to self: write a runbook',
    'noted',
    'silenced',
    '',
  ])('nothing happens when people talk to each other: %j', (text) => {
    expect(parseThreadWords(text, false)).toEqual({ kind: 'chatter' });
  });

  test.each([
    'note the dashboard lags',
    'Note this is known',
    'note if it fires again',
    'note DB is down, is it?',
  ])(
    'what may be said to people or be a note is asked back, and is a note where it is said so: %j',
    (text) => {
      const asked = parseThreadWords(text, false);
      expect(asked).toMatchObject({
        kind: 'unclear',
        hint: expect.stringContaining('say note: with a colon'),
      });
      const note = { kind: 'command', command: { verb: 'note', text: text.slice(5) } };
      expect(parseThreadWords(text, true)).toEqual(note);
      expect(parseThreadWords(text.replace(/^note /i, 'note: '), false)).toEqual(note);
    },
  );

  test('mentioned, it says what it did not understand', () => {
    const hint =
      'I know: status, ack, unack, assign @somebody, note: …, silence 2h because …, ticket, why, help.';
    const example = 'Like this: silence 2h because the node is being replaced';
    expect(parseThreadWords('akc', true)).toEqual({
      kind: 'unclear',
      problems: ['I don’t know “akc”. Did you mean “ack”?'],
      hint,
    });
    expect(parseThreadWords('sing a song', true)).toEqual({
      kind: 'unclear',
      problems: ['I don’t know “sing a song”.'],
      hint,
    });
    expect(parseThreadWords('silence', true)).toEqual({
      kind: 'unclear',
      problems: ['Say how long: 30m, 2h, 1d.', 'Say why, for the next person on call.'],
      hint: example,
    });
    expect(parseThreadWords('silence 2h', true)).toEqual({
      kind: 'unclear',
      problems: ['Say why, for the next person on call.'],
      hint: example,
    });
    expect(parseThreadWords('silence 2h noise because x', true)).toEqual({
      kind: 'unclear',
      problems: ['After the duration comes “because …”.'],
      hint: example,
    });
    expect(parseThreadWords(' ', true)).toEqual({ kind: 'help' });
  });

  test('only a mention at the beginning addresses it', () => {
    expect(afterMention('<@U0BOT> status', 'U0BOT')).toBe('status');
    expect(afterMention('<@U0BOT|farmhand>: ack', 'U0BOT')).toBe('ack');
    expect(afterMention('hey <@U0BOT> status', 'U0BOT')).toBeUndefined();
    expect(afterMention('<@U0OTHER> status', 'U0BOT')).toBeUndefined();
    expect(afterMention('<@U0BOT> status', undefined)).toBeUndefined();
  });

  test('any text is either understood, questioned, or left alone; never an error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `silence ${text}`),
        ),
        (text) => {
          expect(['verb', 'unclear', 'chatter']).toContain(parseThreadWords(text, false).kind);
          expect(['command', 'status', 'why', 'help', 'unclear']).toContain(
            parseThreadWords(text, true).kind,
          );
        },
      ),
    );
  });

  test('what is understood without a mention is understood the same with one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 700 }),
        fc.stringMatching(/^[a-z<&][a-z <&]{0,40}[a-z]$/),
        (hours, reason) => {
          const text = `silence ${hours}h because ${reason}`;
          expect(parseThreadWords(text, false)).toEqual(parseThreadWords(text, true));
        },
      ),
    );
  });
});

describe('words after /alerts', () => {
  test.each([
    ['', { status: 'firing' }, ''],
    ['critical', { status: 'firing', severity: 'critical' }, 'critical'],
    ['severity=Warning tier=gov', { status: 'firing', severity: 'warning', tier: 'gov' }, 'warning tier=gov'],
    [
      'resolved service=checkout',
      { status: 'resolved', labels: { service: 'checkout' } },
      'service=checkout',
    ],
    [
      'alertname=“High Error” status=firing',
      { status: 'firing', labels: { alertname: 'High Error' } },
      'alertname="High Error"',
    ],
    ['crit', { status: 'firing', severity: 'critical' }, 'critical'],
    ['WARN tier=gov', { status: 'firing', severity: 'warning', tier: 'gov' }, 'warning tier=gov'],
    ['severity=err', { status: 'firing', severity: 'error' }, 'error'],
    ['list', { status: 'firing' }, ''],
    ['open', { status: 'firing' }, ''],
    ['list closed', { status: 'resolved' }, ''],
    ['show critical', { status: 'firing', severity: 'critical' }, 'critical'],
    ['__proto__=x', { status: 'firing', labels: JSON.parse('{"__proto__":"x"}') }, '__proto__=x'],
  ])('%j', (text, filter, filters) => {
    const besides = { matchers: [] };
    expect(parseSlashWords(text)).toEqual({ kind: 'list', filter, besides, filters, page: 1 });
  });

  test.each([
    ['mine', { mine: true }, 'mine'],
    ['unacked since=2h', { unacked: true, since: 2 * hour }, 'unacked since=2h'],
    ['severity>=error', { atLeast: 'error' }, 'severity>=error'],
    ['severity>=warn list', { atLeast: 'warning' }, 'severity>=warning'],
  ])('%j: what a filter cannot say', (text, besides, filters) => {
    const words = text.replace(' list', '');
    expect(parseSlashWords(words)).toMatchObject({
      kind: 'list',
      besides,
      filters,
      filter: { status: 'firing' },
    });
  });

  test.each([
    ['team!=db', [['team', '!=', 'db']]],
    ['team!=', [['team', '!=', '']]],
    ['service=~"pay.*"', [['service', '=~', 'pay.*']]],
    ['service=~“a b”', [['service', '=~', 'a b']]],
    [String.raw`pod!~"web-\d+"`, [['pod', '!~', String.raw`web-\d+`]]],
    [
      'x=~"a|b" x!="b"',
      [
        ['x', '=~', 'a|b'],
        ['x', '!=', 'b'],
      ],
    ],
    [
      '{service=~"pay,ment.*", team!="db"}',
      [
        ['service', '=~', 'pay,ment.*'],
        ['team', '!=', 'db'],
      ],
    ],
  ])('%s: Alertmanager’s matchers', (text, expected) => {
    const words = parseSlashWords(text);
    const matchers = words.kind === 'list' ? words.besides.matchers : [];
    expect(matchers.map(({ name, operator, value }) => [name, operator, value])).toEqual(expected);
  });

  test('a page', () => {
    expect(parseSlashWords('critical page=3')).toMatchObject({ page: 3, filters: 'critical' });
  });

  test.each([
    ['since=soon', '“since=soon”: say how long ago, as in since=2h or since=30m.'],
    ['page=0', '“page=0”: a page is a number from 1 on.'],
    ['team>=db', '“team>=db”: only severity has more and less, as in severity>=error.'],
    ['mine mine', '“mine” is given twice.'],
  ])('%j: %s', (text, problem) => {
    expect(parseSlashWords(text)).toMatchObject({ kind: 'unclear', problems: [problem] });
  });

  test('a pattern that is none is told with the reason', () => {
    const words = parseSlashWords('service=~"("');
    expect(words.kind === 'unclear' && words.problems[0]).toMatch(
      /^“service=~\(”: "\(" is not a regular expression/,
    );
  });

  test.each([
    ['why 689b', { kind: 'why', id: '689b' }],
    ['WHY `689b55798b76c552-mi80s0g0`', { kind: 'why', id: '689b55798b76c552-mi80s0g0' }],
    ['handover', { kind: 'handover', here: false }],
    ['Handover HERE', { kind: 'handover', here: true }],
    ['help', { kind: 'help' }],
    ['?', { kind: 'help' }],
    ['-h', { kind: 'help' }],
    ['help ack', { kind: 'help' }],
    ['ack 1234', { kind: 'elsewhere', verb: 'ack', id: '1234' }],
    [
      'Acknowledge `689b55798b76c552-mi80s0g0`',
      { kind: 'elsewhere', verb: 'ack', id: '689b55798b76c552-mi80s0g0' },
    ],
    ['assign 12', { kind: 'elsewhere', verb: 'assign' }],
    ['silence', { kind: 'elsewhere', verb: 'silence' }],
    ['mute 12', { kind: 'elsewhere', verb: 'silence' }],
    ['close 1234', { kind: 'elsewhere', verb: 'resolve', id: '1234' }],
  ])('%j', (text, expected) => {
    expect(parseSlashWords(text)).toEqual(expected);
  });

  test('every problem at once', () => {
    expect(parseSlashWords('critcal service= severity=urgent tier=a tier=b')).toEqual({
      kind: 'unclear',
      problems: [
        'I don’t know “critcal”. Did you mean “critical”?',
        '“service=” lacks a value.',
        'There is no severity “urgent”: critical, error, warning, info, none.',
        '“tier” is given twice.',
      ],
      hint: expect.stringMatching(/^Try \/alerts, .*unacked since=2h/),
    });
  });

  test.each([
    ['why', '“why” takes one alert id.'],
    ['tier:gov', '“tier:gov”: write tier=gov.'],
    ['689b5579', '“689b5579” looks like an alert’s id: /alerts why 689b5579 tells about it.'],
    ['why a b', '“why” takes one alert id.'],
    ['why abc', '“abc” is not an alert id: give four of its characters at least.'],
    ['why <!here>', '“<!here>” is not an alert id: give four of its characters at least.'],
  ])('%j: %s', (text, problem) => {
    expect(parseSlashWords(text)).toMatchObject({ kind: 'unclear', problems: [problem] });
  });

  test('any text gets an answer; never an error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
        expect(['list', 'why', 'handover', 'help', 'elsewhere', 'unclear']).toContain(
          parseSlashWords(text).kind,
        );
      }),
    );
  }, 30_000);
});
