import { expect, test } from 'vitest';
import { span } from '../../src/core/duration.ts';
import { bySeverity, severities } from '../../src/core/severity.ts';
import { counted } from '../../src/core/text.ts';
import { byName, localTime, shownState, stateMark, stateWord, who, withMentions } from '../../views/words.ts';
import { ana, minute, start } from './support/builders.ts';

test.each([
  [0, 'under a second'],
  [999, 'under a second'],
  [45_000, '45s'],
  [125_000, '2m 5s'],
  [7_200_000, '2h'],
  [7_203_000, '2h'],
  [90 * minute, '1h 30m'],
  [26 * 60 * minute, '1d 2h'],
  [-5, 'under a second'],
  [Number.NaN, 'under a second'],
])('%d ms is %s', (ms, expected) => {
  expect(span(ms)).toBe(expected);
});

test('a time is shown in the reader’s zone, with UTC where a client cannot do that', () => {
  expect(localTime(start)).toBe('<!date^1795184022^{date_short_pretty} {time}|2026-11-20 14:13 UTC>');
  expect(localTime(start, 'time')).toBe('<!date^1795184022^{time}|2026-11-20 14:13 UTC>');
  expect(localTime(Number.NaN)).toBe('an unknown time');
  expect(localTime(1e20)).toBe('an unknown time');
});

test('only a real user id becomes a mention', () => {
  expect(who(ana)).toBe('<@U01ANA>');
  expect(who({ id: 'W012A3CDE' })).toBe('<@W012A3CDE>');
  expect(who({ id: 'api' })).toBe('api');
  expect(who({ id: 'U01|x> <!here' })).toBe('U01|x&gt; &lt;!here');
  expect(who({ id: '' })).toBe('somebody');
  expect(byName(ana)).toBe('*ana*');
  expect(byName({ id: 'U01ANA' })).toBe('<@U01ANA>');
});

test('what a person should see first: resolved, silenced, acknowledged, firing', () => {
  const ack = { by: ana, at: 1 };
  const silence = { until: 100 };
  expect(shownState({ status: 'resolved', ack, silence }, 50)).toBe('resolved');
  expect(shownState({ status: 'firing', ack, silence }, 50)).toBe('silenced');
  expect(shownState({ status: 'firing', ack, silence }, 100)).toBe('acknowledged');
  expect(shownState({ status: 'firing' }, 50)).toBe('firing');
});

test('every state and severity has a mark of its own', () => {
  const marks = [
    ...severities.map((severity) => stateMark('firing', severity)),
    ...(['acknowledged', 'silenced', 'resolved'] as const).map((state) => stateMark(state, 'critical')),
  ];
  expect(new Set(marks).size).toBe(marks.length);
  expect(new Set(Object.values(stateWord)).size).toBe(4);
});

test('severities sort as the core ranks them', () => {
  expect([...severities].reverse().sort(bySeverity)).toEqual([...severities]);
});

test('one alert, two alerts', () => {
  expect([counted(1, 'alert'), counted(2, 'alert'), counted(12_345, 'alert')]).toEqual([
    '1 alert',
    '2 alerts',
    '12,345 alerts',
  ]);
});

test.each([
  ['ask @S0GOV.', 'ask <!subteam^S0GOV>.'],
  ['ask #C0123GOV (gov-sre) or @U0LEAD (lead).', 'ask <#C0123GOV> (gov-sre) or <@U0LEAD> (lead).'],
  ['#U0LEAD @C0123GOV @everyone &lt;!channel&gt;', '#U0LEAD @C0123GOV @everyone &lt;!channel&gt;'],
  ['ana@U0LEAD.example and #CRITICAL', 'ana@U0LEAD.example and #CRITICAL'],
])('of a refusal only ids become mentions: %s', (escaped, shown) => {
  expect(withMentions(escaped)).toBe(shown);
});
