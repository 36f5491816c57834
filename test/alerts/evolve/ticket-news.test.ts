import { describe, expect, test } from 'vitest';
import { planActions } from '../../../src/alerts/actions/action-step.ts';
import { evolve } from '../../../src/alerts/evolve/evolve.ts';
import { newsFacts, newsOf } from '../../../src/alerts/evolve/ticket-news.ts';
import type { ActionSpec, ActionState, Alert } from '../../../src/alerts/model/alert.ts';
import { openAlert } from '../../../src/alerts/model/open.ts';
import { aRoute } from '../../builders/alert.ts';
import { anEvent, minutes, t0 } from '../../builders/event.ts';

const policy = { refireWindow: minutes(240), staleGrace: minutes(5) };
const done = { state: 'done', attempts: 1, outcome: { id: 'OPS-1' } } as const;

type TicketSpec = Partial<Extract<ActionSpec, { kind: 'ticket' }>>;
const opened = (spec: TicketSpec = {}, ticket: Partial<ActionState> = done): Alert => {
  const alert = openAlert(anEvent(), aRoute({ actions: [{ kind: 'ticket', ...spec }] }));
  return { ...alert, actions: alert.actions.map((action) => ({ ...action, ...ticket })) };
};
const take = (alert: Alert, event: Partial<Parameters<typeof anEvent>[0]>): Alert =>
  evolve(alert, anEvent(event), aRoute, policy).alert;
/** It changes its state at this minute after the first firing began. */
const ends = (alert: Alert, at: number): Alert => {
  const time = t0 + minutes(at);
  return take(alert, { status: 'resolved', startsAt: alert.startsAt, endsAt: time, time });
};
const fires = (alert: Alert, at: number): Alert =>
  take(alert, { startsAt: t0 + minutes(at), time: t0 + minutes(at) });
/** As after its run, or while it is tried. */
const news = (alert: Alert, over: Partial<ActionState>): Alert => ({
  ...alert,
  actions: alert.actions.map((action) =>
    action === newsOf(alert, 'ticket').at(-1) ? { ...action, attempts: 1, ...over } : action,
  ),
});
/** What is to be told, and how many seconds after the change. */
const waiting = (alert: Alert): readonly string[] =>
  newsOf(alert, 'ticket')
    .filter(({ state }) => state === 'waiting')
    .map(({ key, nextAt, at, spec }) => `${key} ${spec.state} ${(nextAt - at) / 1_000}`);

describe('a ticket whose alert resolves', () => {
  test('is told after a minute, and moved where its route asks for it', () => {
    const move = { to: 'Done', fields: { Resolution: 'Fixed' } };
    const alert = ends(opened({ resolved: { move } }), 12);
    expect(alert.actions.slice(1)).toEqual([
      {
        key: 'ticket_news-1',
        kind: 'ticket_news',
        state: 'waiting',
        attempts: 0,
        nextAt: t0 + minutes(13),
        at: t0 + minutes(12),
        spec: {
          kind: 'ticket_news',
          ticket: 'ticket',
          state: 'resolved',
          at: t0 + minutes(12),
          since: t0,
          fired: 1,
          move,
          doublings: 0,
        },
      },
    ]);
  });

  test('is told of the firing after it as well', () => {
    const alert = fires(news(ends(opened(), 12), { state: 'done' }), 30);
    expect(waiting(alert)).toEqual(['ticket_news-2 refired 120']);
    expect(newsOf(alert, 'ticket').at(-1)?.spec).toMatchObject({ at: t0 + minutes(30), fired: 2 });
  });

  test('waits as long as the route says', () => {
    expect(waiting(ends(opened({ settle: 5_000 }), 12))).toEqual(['ticket_news-1 resolved 5']);
  });

  test.each([
    ['is told nothing, and moved nowhere, where the route says so', opened({ resolved: { silent: true } })],
    ['that was given up does not exist', opened({}, { state: 'failed', attempts: 3 })],
  ])('%s', (_, alert) => {
    expect(waiting(ends(alert, 12))).toEqual([]);
  });

  test('is told once it is there', () => {
    const alert = ends(opened({}, { state: 'running', attempts: 1, nextAt: t0 + minutes(12) }), 12);
    const plan = (one: Alert) =>
      planActions(one, t0 + minutes(13), { claimTimeout: 90_000, needs: () => new Set() }).run.map(
        ({ key }) => key,
      );
    expect(plan(alert)).toEqual([]);
    expect(
      plan({ ...alert, actions: alert.actions.map((a) => (a.kind === 'ticket' ? { ...a, ...done } : a)) }),
    ).toEqual(['ticket_news-1']);
  });

  test('is told by a look that found the alert gone, and that nobody sent the end', () => {
    const since = t0 + minutes(12);
    const absent = { since, times: 1, why: 'not_heard' } as const;
    const alert = take(
      { ...opened(), look: { at: since, absent } },
      {
        status: 'resolved',
        endsAt: since,
        time: since,
        position: { via: 'look', alertmanager: 'a', index: 0 },
      },
    );
    expect(newsOf(alert, 'ticket').map(({ spec }) => spec.inferred)).toEqual([true]);
  });
});

describe('an alert that flaps', () => {
  test('says nothing of what was over before it was said', () => {
    const alert = fires(ends(opened(), 12), 12.5);
    expect([waiting(alert), alert.newsCount]).toEqual([[], 1]);
    // And no number is given twice.
    expect(waiting(ends(alert, 20))).toEqual(['ticket_news-2 resolved 60']);
  });

  test('takes back nothing that may have been written: what follows waits for it', () => {
    const retried = news(ends(opened(), 12), { state: 'waiting', nextAt: t0 + minutes(14) });
    const alert = fires(retried, 13);
    expect(waiting(alert)).toEqual(['ticket_news-1 resolved 120', 'ticket_news-2 refired 120']);
    const { run } = planActions(alert, t0 + minutes(60), { claimTimeout: 90_000, needs: () => new Set() });
    expect(run.map(({ key }) => key)).toEqual(['ticket_news-1']);
    expect(waiting(ends(alert, 14))).toEqual(['ticket_news-1 resolved 120']);
  });

  test.each([
    ['every two minutes', 2, 5],
    ['every ten minutes', 10, 20],
    ['every half hour', 30, 55],
  ])('%s, a hundred times: its ticket is told seldom, and the record does not grow', (_, every, most) => {
    let alert = opened();
    let comments = 0;
    for (let i = 1; i <= 100; i++) {
      // What is due by now was told before the change.
      const due = newsOf(alert, 'ticket').find(
        ({ state, nextAt }) => state === 'waiting' && nextAt <= t0 + minutes(i * every),
      );
      if (due) {
        comments += 1;
        alert = news(alert, { state: 'done' });
      }
      alert = i % 2 === 1 ? ends(alert, i * every) : fires(alert, i * every);
      expect(alert.actions.length).toBeLessThanOrEqual(5);
    }
    expect(comments).toBeGreaterThan(0);
    expect(comments).toBeLessThanOrEqual(most);
  });

  test('after hours of calm its ticket is told within a minute again', () => {
    const told = news(ends(opened(), 12), { state: 'done' });
    expect(waiting(fires(told, 12 + 61))).toEqual(['ticket_news-2 refired 60']);
  });
});

test('nothing happens to the ticket when only something else of the alert changes', () => {
  const alert = opened();
  expect(take(alert, { severity: 'warning', time: t0 + minutes(1) }).actions).toBe(alert.actions);
  // The end and the next beginning are heard of at once: it fires, as its ticket says.
  expect(waiting(fires(alert, 20))).toEqual([]);
});

test('an alert that comes back after the window is another one, with a ticket of its own', () => {
  const over = ends(opened(), 12);
  const { alert, archived } = evolve(over, anEvent({ startsAt: t0 + minutes(600) }), aRoute, policy);
  expect([newsOf(alert, 'ticket'), archived && waiting(archived)]).toEqual([
    [],
    ['ticket_news-1 resolved 60'],
  ]);
});

test('where the end was told only later, that is what the ticket is told', () => {
  const alert = ends(opened(), 12);
  const [first] = newsOf(alert, 'ticket');
  const later = { ...alert, endsAt: t0 + minutes(13) };
  expect(first && newsFacts(later, first.spec).at).toBe(t0 + minutes(13));
  expect(first && newsFacts(fires(alert, 20), first.spec).at).toBe(t0 + minutes(12));
});
