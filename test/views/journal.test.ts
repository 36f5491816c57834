import { expect, test } from 'vitest';
import type { ActionState } from '../../src/alerts/model/alert.ts';
import type { JournalEntry } from '../../src/core/journal.ts';
import { journalLine, tellDropped } from '../../views/journal.ts';
import { anAlert, start, viewContext } from './support/builders.ts';

const ctx = viewContext();
const done = (over: Pick<ActionState, 'key' | 'kind' | 'outcome'> & Partial<ActionState>): ActionState => ({
  state: 'done',
  attempts: 1,
  nextAt: start,
  spec: { kind: 'ticket' },
  at: start,
  ...over,
});
const alert = anAlert({
  actions: [
    done({
      key: 'ticket',
      kind: 'ticket',
      outcome: { id: 'OPS-1', url: 'https://jira.example/browse/OPS-1' },
    }),
    done({
      key: 'api_task',
      kind: 'api_task',
      outcome: { id: 't-1', url: 'https://x.grafana.example/t', text: 'Accepted' },
    }),
    done({ key: 'api_task-2', kind: 'api_task', outcome: { id: 't-2', url: 'https://evil.example/t' } }),
  ],
});

test('what was dropped is told in words, apart from the lines that are there', () => {
  const kept = { at: start, who: 'farmhand', what: 'resolved' };
  const dropped = { at: start, who: 'farmhand', what: 'lines_dropped', why: '312' };
  expect(tellDropped([kept])).toEqual({ lines: [kept], says: [] });
  const { lines, says } = tellDropped([dropped, kept]);
  expect([lines, says.map((text) => text.replace(/<!date[^|]*\||>/g, ''))]).toEqual([
    [kept],
    [
      '✂️ 312 earlier lines were dropped, the last 2026-11-20 14:13 UTC: it was too long. The audit has what was asked, decided and changed.',
    ],
  ]);
});

const told = (what: string, over: Partial<JournalEntry> = {}): string =>
  journalLine({ at: start, who: 'farmhand', what, ...over }, alert, ctx)
    .split('  ')
    .slice(1)
    .join('  ');

test.each<[string, Partial<JournalEntry>, string]>([
  ['opened', { why: 'evt-1' }, 'Came in as a new alert'],
  ['opened', { why: 'evt-1; follows 689b-1' }, 'Came in again, as a new alert'],
  ['route', { why: 'payments' }, 'Took the route `payments`'],
  ['thread_open', { why: 'C01ALERTS 1795184022.000100' }, 'Its thread was opened'],
  ['resolved', { who: 'alertmanager.example:9093', why: 'evt-2' }, 'Resolved'],
  ['severity', { why: 'warning → critical' }, 'Its severity changed: warning → critical'],
  ['ack', { who: 'Ana Ng' }, '*Ana Ng* acknowledged it'],
  ['ack', { who: 'U01ANA' }, '<@U01ANA> acknowledged it'],
  ['assign', { who: 'Ana Ng', why: 'to Ben Roe (U02BEN)' }, '*Ana Ng* assigned it to Ben Roe (U02BEN)'],
  ['note', { who: 'Ana Ng', why: 'case 4711' }, '*Ana Ng* put a note on it: case 4711'],
  [
    'note_cleared',
    { who: 'Ana Ng', why: 'by Ben Roe (U02BEN)' },
    '*Ana Ng* took its note away: by Ben Roe (U02BEN)',
  ],
  [
    'mentions_held',
    { why: 'until 2026-11-21T06:00:00.000Z: nights' },
    'Quiet hours: nobody is mentioned until 2026-11-21T06:00:00.000Z: nights',
  ],
  ['unack', { who: 'Ben Roe', why: 'was with Ana Ng' }, '*Ben Roe* gave it back: was with Ana Ng'],
  ['silence', { who: 'Ana Ng', why: 'known <deploy>' }, '*Ana Ng* asked for a silence: known &lt;deploy&gt;'],
  [
    'ticket_done',
    { why: 'https://jira.example/browse/OPS-1' },
    'The ticket was raised: <https://jira.example/browse/OPS-1|OPS-1>',
  ],
  ['api_task_done', { why: 't-1' }, 'The task was submitted: <https://x.grafana.example/t|Accepted>'],
  ['api_task-2_done', { why: 't-2' }, 'The task was submitted: t-2'],
  ['silence_done', { why: '8fa1c2' }, 'The silence in Alertmanager was made'],
  [
    'silence_unknown',
    { why: 'Alertmanager eu does not list this alert at the moment' },
    'Looked at the silence: Alertmanager eu does not list this alert at the moment',
  ],
  ['silence_misses', { why: 'It fires on' }, 'Looked at the silence: It fires on'],
  ['silence_silences', { why: 'It is silenced' }, 'Looked at the silence: It is silenced'],
  ['not_listed', { why: 'eu; looked for because of not_heard' }, 'Alertmanager eu does not list it any more'],
  ['listed_again', {}, 'Alertmanager lists it again'],
  ['end_told', { who: 'alertmanager.example:9093', why: 'evt-3' }, 'Its source said when it ended'],
  ['thread_wanted_again', { why: 'evt-4' }, 'Wants a thread again'],
  [
    'root_stays',
    { why: 'edit_window_closed' },
    'Slack refused a change of its first message: edit_window_closed',
  ],
  ['ticket_retry', { why: 'Jira answered 503' }, 'The ticket failed, and is tried again: Jira answered 503'],
  [
    'ticket_news-3_done',
    { why: 'OPS-1: the alert resolved; moved to Done' },
    'Told its ticket OPS-1: the alert resolved; moved to Done',
  ],
  [
    'ticket_news-3_failed',
    { why: 'Ticket OPS-1 was deleted in Jira.' },
    'Telling its ticket was given up: Ticket OPS-1 was deleted in Jira.',
  ],
  ['api_task_failed', { why: 'no' }, 'The task was given up: no'],
  ['of_tomorrow', { why: 'because' }, 'of tomorrow: because'],
  ['of_tomorrow', { who: 'Ana Ng' }, '*Ana Ng*: of tomorrow'],
  ['constructor', {}, 'constructor'],
])('%s %j', (what, over, line) => {
  expect(told(what, over)).toBe(line);
});

test('the time alone within half a day, the day with it after that', () => {
  const at = (now: number): string =>
    journalLine({ at: start, who: 'farmhand', what: 'resolved' }, alert, viewContext({ now }));
  expect(at(start + 12 * 3_600_000)).toContain('^{time}|');
  expect(at(start + 12 * 3_600_000 + 1)).toContain('^{date_short_pretty} {time}|');
});
