import { describe, expect, test } from 'vitest';
import { droppedWord, type JournalEntry, line, ownLine } from '../../src/core/journal.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { createRebuildFigures, type RebuildFigures } from '../../src/report/rebuild-figures.ts';
import { aPlan, aRebuild, aScaleUp } from '../builders/rebuild.ts';

const hour = 3_600_000;
const from = Date.parse('2026-11-16T00:00Z');
const week = { from, to: from + 168 * hour };
const at = (hours: number): number => from + hours * hour;
const price = { cost: 2.5, currency: 'USD' };

type Kept = readonly [Rebuild, readonly JournalEntry[]];
const figuresOf = (all: readonly Kept[]): RebuildFigures => {
  const figures = createRebuildFigures(week, price);
  for (const [rebuild, journal] of all) figures.add(rebuild, journal);
  return figures.figures();
};
const ended = (
  phase: 'released' | 'failed' | 'cancelled',
  began: number,
  over: number,
  more: Partial<Rebuild> = {},
) => aRebuild({ at: at(began), phase, endedAt: at(over), ...more });
const counts = ({ started, released, failed, cancelled, inFlight }: RebuildFigures) => [
  ...[started, released, failed, cancelled, inFlight],
];

describe('how rebuilds began and ended', () => {
  test.each<[string, Rebuild, readonly number[]]>([
    ['released within', ended('released', 1, 9), [1, 1, 0, 0, 0]],
    ['failed within, began before', ended('failed', -5, 9), [0, 0, 1, 0, 0]],
    ['cancelled within', ended('cancelled', 1, 2), [1, 0, 0, 1, 0]],
    ['in flight', aRebuild({ at: at(3) }), [1, 0, 0, 0, 1]],
    ['ended after: in flight then', ended('released', 160, 170), [1, 0, 0, 0, 1]],
    ['over before', ended('released', -9, -1), [0, 0, 0, 0, 0]],
    ['began after', aRebuild({ at: at(168) }), [0, 0, 0, 0, 0]],
  ])('%s', (_, rebuild, expected) => {
    expect(counts(figuresOf([[rebuild, []]]))).toEqual(expected);
  });

  test('how long they took, which did not end well and why; which came from an alert, and which were forced', () => {
    const by = { id: 'farmhand' };
    const end = {
      at: at(8),
      by,
      reason: 'three farmers did not come up',
      step: 'farmers',
      errors: [],
    } as const;
    const figures = figuresOf([
      [ended('failed', -2, 9, { id: 'b', end }), []],
      [ended('released', 1, 3, { alert: 'a-1', plan: aPlan({ forced: true }) }), []],
    ]);
    expect(figures).toMatchObject({ fromAlerts: 1, forced: 1, badEndsMore: 0 });
    expect(figures.took).toEqual({ count: 2, p50: 2 * hour, p90: 11 * hour, worst: 11 * hour });
    expect(figures.badEnds).toEqual([
      { id: 'b', at: at(9), phase: 'failed', step: 'farmers', reason: 'three farmers did not come up' },
    ]);
  });
});

describe('farmers and what they cost', () => {
  const scale = (
    n: number,
    hours: number,
    fromTo: readonly [number, number],
    state: 'done' | 'failed' = 'done',
  ) =>
    aScaleUp({
      key: `r/farmers/${n}`,
      effect: { kind: 'scale', role: 'farmer', from: fromTo[0], to: fromTo[1] },
      state,
      at: at(hours),
      endedAt: at(hours),
    });

  test.each([
    ['up and down', [scale(1, 1, [0, 10]), scale(2, 5, [10, 0])], 40],
    ['more in between', [scale(1, 1, [0, 10]), scale(2, 3, [10, 20]), scale(3, 5, [20, 0])], 60],
    [
      'one that failed changed nothing',
      [scale(1, 1, [0, 10]), scale(2, 3, [10, 20], 'failed'), scale(3, 5, [10, 0])],
      40,
    ],
    ['up since before', [scale(1, -9, [0, 10]), scale(2, 5, [10, 0])], 50],
    ['up until after', [scale(1, 166, [0, 10])], 20],
    ['none', [], 0],
  ])('%s', (_, effects, hours) => {
    expect(figuresOf([[aRebuild({ at: at(-10), effects }), []]])).toMatchObject({
      farmerHours: hours,
      cost: { amount: hours * 2.5, currency: 'USD' },
    });
  });

  test('counted from when a scale arrived; what nobody took down before it ended is not counted on', () => {
    const late = { ...scale(1, 1, [0, 10]), arrivedAt: at(2) };
    expect(figuresOf([[ended('failed', 0, 4, { effects: [late] }), []]]).farmerHours).toBe(20);
  });

  test('without a price there is no cost', () => {
    expect(createRebuildFigures(week, undefined).figures()).not.toHaveProperty('cost');
  });
});

describe('when a person was needed, and for how long it waited', () => {
  const asks = (hours: number, code: string) => ownLine(at(hours), `ask_${code}`, 'x');
  const says = (hours: number, what: string) => line(at(hours), 'U0ANN', what);
  const waits = (journal: readonly JournalEntry[], rebuild = aRebuild({ at: at(0) })) =>
    figuresOf([[rebuild, journal]]);

  test.each<[string, JournalEntry]>([
    ['tries again', says(3, 'retry')],
    ['overrides', says(3, 'override_accept_farmers')],
    ['cancels', says(3, 'cancel')],
    ['scales', says(3, 'scale')],
    ['need do nothing: it goes on', ownLine(at(3), 'goes_on')],
    ['need do nothing: the next step begins', ownLine(at(3), 'begin_rebuild')],
    ['did not answer: it fails', ownLine(at(3), 'failing')],
    ['is asked another thing', asks(3, 'rebuild_failed')],
  ])('somebody %s', (_, answer) => {
    const { interventions } = waits([asks(1, 'too_few_farmers'), ownLine(at(2), 'milestone'), answer]);
    const of = interventions.byCode.find(({ code }) => code === 'too few farmers');
    expect(of).toEqual({
      ...{ code: 'too few farmers', asked: 1, open: 0 },
      waited: { count: 1, p50: 2 * hour, p90: 2 * hour, worst: 2 * hour },
    });
  });

  test.each<[string, JournalEntry]>([
    ['a refusal', says(3, 'refused')],
    ['what is only asked for', says(3, 'asked_override')],
    ['farmhand itself saying so', ownLine(at(3), 'retry')],
    ['the same question', asks(3, 'too_few_farmers')],
  ])('%s answers nothing', (_, entry) => {
    const { interventions } = waits([asks(1, 'too_few_farmers'), entry]);
    expect(interventions.waited.count).toBe(0);
    expect(interventions.open).toBeGreaterThan(0);
  });

  test('an approval is counted apart; an answer after the time leaves it open', () => {
    const figures = waits([
      asks(1, 'approval'),
      says(2, 'confirm'),
      says(4, 'approve'),
      asks(160, 'guardian'),
      says(170, 'retry'),
    ]);
    expect(figures.approvals).toEqual({
      ...{ asked: 1, open: 0 },
      waited: { count: 1, p50: 3 * hour, p90: 3 * hour, worst: 3 * hour },
    });
    expect(figures.interventions).toMatchObject({ asked: 1, open: 1 });
  });

  test('its end ends the wait as well', () => {
    const { interventions } = waits([asks(1, 'write_failed')], ended('cancelled', 0, 6));
    expect(interventions.waited).toMatchObject({ count: 1, worst: 5 * hour });
  });
});

test('overrides, broken glass and its review, tickets, and lines that are lost', () => {
  const by = { id: 'U0ANN' };
  const override = { n: 1, kind: 'extend_limit', by, reason: 'x', at: at(2) } as const;
  const glass = { n: 1, by, reason: 'x', at: at(3), until: at(4), did: [] };
  const figures = figuresOf([
    [
      aRebuild({
        at: at(1),
        overrides: [override, { ...override, at: at(-3) }],
        glass: [glass, { ...glass, n: 2, review: { by, at: at(5), says: 'fine' } }],
      }),
      [
        ownLine(at(1), droppedWord, '7'),
        ownLine(at(2), 'ticket_raised', 'OPS-1'),
        ownLine(at(2), 'ticket_comment_refused', 'x'),
        ownLine(at(200), 'ticket_refused', 'x'),
      ],
    ],
  ]);
  expect(figures).toMatchObject({
    ...{ overrides: [['extend limit', 1]], brokenGlass: 2, notReviewed: 1 },
    ...{ tickets: 1, ticketsRefused: 1, journalsCut: 1 },
  });
});
