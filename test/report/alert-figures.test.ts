import { describe, expect, test } from 'vitest';
import { remark } from '../../src/alerts/messages/remarks.ts';
import type { ActionState, Alert } from '../../src/alerts/model/alert.ts';
import { droppedWord, type JournalEntry, line, ownLine } from '../../src/core/journal.ts';
import { type AlertFigures, createAlertFigures } from '../../src/report/alert-figures.ts';
import { anAlert } from '../builders/alert.ts';

const from = Date.parse('2026-11-16T00:00Z');
const week = { from, to: from + 7 * 86_400_000 };
const ann = 'Ann Ash (U0ANN)';

/** Of an alert in a thread of its own; `n` tells it from others. */
const alert = (over: Partial<Alert> = {}): Alert =>
  anAlert({ thread: { state: 'open', ts: '1.1', at: 0, shown: '' }, ...over });
const at = (minutes: number): number => from + minutes * 60_000;
const opened = (minutes: number): JournalEntry => ownLine(at(minutes), 'opened', 'event-1');
const thread = (minutes: number): JournalEntry => ownLine(at(minutes), 'thread_open', 'C0 1.1');
const acked = (minutes: number, who = ann): JournalEntry => line(at(minutes), who, 'ack');
const over = (minutes: number): JournalEntry => line(at(minutes), 'alertmanager', 'resolved');
const again = (minutes: number): JournalEntry => line(at(minutes), 'alertmanager', 'refired');

type Kept = readonly [Alert, readonly JournalEntry[]];
const figuresOf = (all: readonly Kept[], people = false): AlertFigures => {
  const figures = createAlertFigures(week, people);
  for (const [record, journal] of all) figures.add(record, journal);
  return figures.figures();
};
const counts = ({ began, refired, resolved, openBefore, openAfter }: AlertFigures) => ({
  ...{ began, refired, resolved, openBefore, openAfter },
});
const minute = 60_000;
const beyond = 8 * 1_440;

describe('what began, ended and fired', () => {
  test.each<[string, Kept, ReturnType<typeof counts>]>([
    [
      'began and ended within',
      [alert(), [opened(1), over(9)]],
      { began: 1, refired: 0, resolved: 1, openBefore: 0, openAfter: 0 },
    ],
    [
      'began within, ended after',
      [alert(), [opened(1), over(beyond)]],
      { began: 1, refired: 0, resolved: 0, openBefore: 0, openAfter: 1 },
    ],
    [
      'began before, ended within',
      [alert(), [opened(-1), over(9)]],
      { began: 0, refired: 0, resolved: 1, openBefore: 1, openAfter: 0 },
    ],
    [
      'fired all the time',
      [alert(), [opened(-1)]],
      { began: 0, refired: 0, resolved: 0, openBefore: 1, openAfter: 1 },
    ],
    [
      'over before',
      [alert(), [opened(-9), over(-1)]],
      { began: 0, refired: 0, resolved: 0, openBefore: 0, openAfter: 0 },
    ],
    [
      'began after',
      [alert(), [opened(beyond)]],
      { began: 0, refired: 0, resolved: 0, openBefore: 0, openAfter: 0 },
    ],
    [
      'ended as it began: before, of this time',
      [alert(), [opened(-9), over(0)]],
      { began: 0, refired: 0, resolved: 1, openBefore: 1, openAfter: 0 },
    ],
    [
      'fired three times',
      [alert(), [opened(1), over(2), again(3), over(4), again(5)]],
      { began: 3, refired: 2, resolved: 2, openBefore: 0, openAfter: 1 },
    ],
    [
      'an end that nobody told',
      [alert(), [opened(1), again(3), over(4)]],
      { began: 2, refired: 1, resolved: 2, openBefore: 0, openAfter: 0 },
    ],
    [
      'known only by its end',
      [alert({ status: 'resolved' }), [opened(1)]],
      { began: 1, refired: 0, resolved: 1, openBefore: 0, openAfter: 0 },
    ],
    [
      'its journal is not written yet',
      [alert({ opening: { at: at(3), event: 'event-1' } }), []],
      { began: 1, refired: 0, resolved: 0, openBefore: 0, openAfter: 1 },
    ],
  ])('%s', (_, kept, expected) => {
    expect(counts(figuresOf([kept]))).toEqual(expected);
  });

  test('by severity, the worst first; by service, route, tier and name, the most frequent first', () => {
    const of = (name: string, service: string, more: Partial<Alert> = {}): Kept => [
      alert({ name, labels: { service }, ...more }),
      [opened(1)],
    ];
    const figures = figuresOf([
      of('DiskFull', 'db', { severity: 'warning', route: 'ops' }),
      of('Latency', 'web', { severity: 'critical', tier: 'alpha' }),
      of('Latency', 'web', { severity: 'critical' }),
      [alert({ name: 'Heartbeat', labels: {}, severity: 'none' }), [opened(1), over(2)]],
    ]);
    expect(figures.bySeverity).toEqual([
      { severity: 'critical', began: 2, resolved: 0, openBefore: 0, openAfter: 2 },
      { severity: 'warning', began: 1, resolved: 0, openBefore: 0, openAfter: 1 },
      { severity: 'none', began: 1, resolved: 1, openBefore: 0, openAfter: 0 },
    ]);
    expect(figures.noisiest).toEqual([
      ['Latency (web)', 2],
      ['DiskFull (db)', 1],
      ['Heartbeat', 1],
    ]);
    expect(figures.byService).toEqual([
      ['web', 2],
      ['(no service)', 1],
      ['db', 1],
    ]);
    expect(figures.byRoute).toEqual([
      ['default', 3],
      ['ops', 1],
    ]);
    expect(figures.byTier).toEqual([
      ['default', 3],
      ['alpha', 1],
    ]);
  });

  test('names beyond the first ten are one row, and none is lost', () => {
    const figures = figuresOf(
      Array.from({ length: 14 }, (_, i) => [alert({ labels: { service: `s${i}` } }), [opened(1)]] as const),
    );
    expect(figures.byService).toHaveLength(11);
    expect(figures.byService.at(-1)).toEqual(['(others)', 4]);
  });
});

describe('response times', () => {
  test('from the event to its thread, from there to whoever took it, and to its end', () => {
    const figures = figuresOf([
      [alert(), [opened(0), thread(1), acked(5), over(20)]],
      [alert(), [opened(0), thread(2), acked(12), over(60)]],
      [alert(), [opened(0), thread(6), over(30)]],
    ]);
    expect(figures.toThread).toEqual({ count: 3, p50: 2 * minute, p90: 6 * minute, worst: 6 * minute });
    expect(figures.toAcknowledge).toEqual({
      count: 2,
      p50: 4 * minute,
      p90: 10 * minute,
      worst: 10 * minute,
    });
    expect(figures.toResolve).toEqual({ count: 3, p50: 30 * minute, p90: 60 * minute, worst: 60 * minute });
    expect(figures.neverAcknowledged).toEqual({ over: 1, open: 0 });
  });

  test('a firing that is taken after its end, or after the time, counts as never acknowledged by then', () => {
    const figures = figuresOf([
      [alert(), [opened(0), thread(1), over(3), acked(4)]],
      [alert(), [opened(0), thread(1), acked(beyond)]],
    ]);
    expect(figures.toAcknowledge).toEqual({ count: 0 });
    expect(figures.neverAcknowledged).toEqual({ over: 1, open: 1 });
  });

  test('who had the firing before has not seen the next one; given and taken back it was taken', () => {
    const figures = figuresOf([
      [
        alert(),
        [opened(0), thread(1), acked(2), line(at(3), ann, 'unack'), acked(9), over(10), again(20), over(25)],
      ],
    ]);
    expect(figures.toAcknowledge).toEqual({ count: 1, p50: minute, p90: minute, worst: minute });
    expect(figures.neverAcknowledged).toEqual({ over: 1, open: 0 });
  });

  test('what nobody could take is not held against anybody: no thread by its route, folded, undeliverable', () => {
    const figures = figuresOf([
      [alert({ thread: { state: 'none' } }), [opened(0), over(1)]],
      [alert({ thread: { state: 'folded', at: 0 } }), [opened(0), over(1)]],
      [
        alert({ thread: { state: 'failed', at: 0, reason: 'x' } }),
        [opened(0), ownLine(at(1), 'undeliverable')],
      ],
    ]);
    expect(figures).toMatchObject({ unseen: 3, undeliverable: 1, neverAcknowledged: { over: 0, open: 0 } });
  });

  test('a group stands for its members: they are counted, its thread and who took it are its own', () => {
    const memberOf = { group: 'g', at: at(0), channel: 'C0', by: {} };
    const withGroup = line(at(5), ann, 'ack', remark({ code: 'with_group' }));
    const member: Kept = [alert({ memberOf, thread: { state: 'none' } }), [opened(0), withGroup, over(9)]];
    const group = { home: 'C0', by: {}, firing: 2, resolved: 0, acknowledged: 2, fresh: 0 };
    const figures = figuresOf([
      member,
      member,
      [
        alert({ group: { ...group, severities: {}, rows: [], pages: [] } }),
        [opened(0), thread(1), acked(5), ownLine(at(9), 'resolved')],
      ],
    ]);
    expect(counts(figures)).toEqual({ began: 2, refired: 0, resolved: 2, openBefore: 0, openAfter: 0 });
    expect(figures.toThread).toEqual({ count: 1, p50: minute, p90: minute, worst: minute });
    expect(figures.toAcknowledge.count).toBe(2);
    expect(figures.taken).toEqual({ times: 1, people: 1, most: 1 });
  });
});

describe('a journal that was cut', () => {
  const cut = (minutes: number) => ownLine(at(minutes), droppedWord, '20');

  test('within the time: said; what began before what is left is in no time of response', () => {
    const figures = figuresOf([[alert(), [cut(3), acked(5), over(9)]]]);
    expect(figures).toMatchObject({
      journalsCut: 1,
      began: 0,
      resolved: 1,
      openBefore: 1,
      toResolve: { count: 0 },
    });
  });

  test('before it: nothing of the time is missing', () => {
    expect(figuresOf([[alert(), [cut(-3), again(1), over(2)]]])).toMatchObject({ journalsCut: 0, began: 1 });
  });
});

describe('what people and farmhand did', () => {
  const given = { by: { id: 'U0BEN', name: 'Ben' }, at: at(7) };
  const taken: readonly Kept[] = [
    [alert(), [opened(0), acked(1), line(at(2), ann, 'unack'), acked(3)]],
    [alert({ ack: given }), [opened(0), line(at(7), ann, 'assign', 'to Ben (U0BEN)')]],
    [alert(), [opened(-20), acked(-10)]],
  ];

  test('who took how many: without names unless they are asked for', () => {
    expect(figuresOf(taken).taken).toEqual({ times: 3, people: 2, most: 2 });
    expect(figuresOf(taken, true).taken.byPerson).toEqual([
      [ann, 2],
      ['Ben (U0BEN)', 1],
    ]);
  });

  test('calls, reminders, and pages that were told to trigger', () => {
    const pager = (to: string, key: string): ActionState => ({
      ...{ key, kind: 'pager', state: 'done', attempts: 1, nextAt: 0, at: at(0) },
      spec: { kind: 'pager', to, after: 0 },
    });
    const told = (key: string, to: string, say: string, minutes: number) =>
      ownLine(at(minutes), `${key}_done`, remark({ code: 'pager_told', to, say }));
    const figures = figuresOf([
      [
        alert({ actions: [pager('phone', 'pager.2'), pager('gov', 'pager-2')] }),
        [
          opened(0),
          ownLine(at(5), 'nobody_reacts'),
          ownLine(at(9), 'nobody_reacts'),
          told('pager', 'phone', 'trigger', 10),
          told('pager-2', 'gov', 'trigger', 10),
          told('pager', 'phone', 'acknowledge', 11),
          told('pager.2', 'phone', 'trigger', 12),
          ownLine(at(60), 'reminded', ann),
          ownLine(at(beyond), 'reminded', ann),
        ],
      ],
    ]);
    expect(figures).toMatchObject({
      escalations: 2,
      reminders: 1,
      pages: [
        ['phone', 2],
        ['gov', 1],
      ],
    });
  });

  test('tickets, silences and jobs that were done in the time, and what was given up', () => {
    const action = (kind: 'ticket' | 'silence' | 'api_task', key: string, over: Partial<ActionState> = {}) =>
      ({
        key,
        kind,
        state: 'done',
        attempts: 1,
        nextAt: 0,
        at: at(0),
        spec: { kind } as ActionState['spec'],
        ...over,
      }) as const;
    const by = { id: 'U0ANN' };
    const figures = figuresOf([
      [
        alert({
          actions: [
            action('ticket', 'ticket'),
            action('silence', 'silence', { by }),
            action('silence', 'silence-2', {
              by,
              spec: { kind: 'silence', with: { alert: 'x', key: 'silence' } } as never,
            }),
            action('api_task', 'api_task', { state: 'failed' }),
          ],
        }),
        [
          opened(0),
          ownLine(at(1), 'ticket_done', 'OPS-1'),
          ownLine(at(2), 'silence_done', 's'),
          ownLine(at(3), 'api_task_failed', 'no'),
          ownLine(at(4), 'ticket_news_failed', 'no'),
          ownLine(at(4), 'silence_failed_badly', 'no'),
        ],
      ],
      [
        alert({ actions: [action('ticket', 'ticket')] }),
        [opened(-9), ownLine(at(-8), 'ticket_done', 'OPS-2')],
      ],
    ]);
    expect(figures).toMatchObject({
      tickets: { byPeople: 0, byRoutes: 1 },
      silences: { byPeople: 1, byRoutes: 0 },
      tasks: { byPeople: 0, byRoutes: 0 },
      failedActions: [
        ['api_task', 1],
        ['ticket_news', 1],
      ],
    });
  });
});
