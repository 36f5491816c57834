import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Alert, Thread } from '../../src/alerts/model/alert.ts';
import {
  presentAlert,
  presentBooks,
  presentEvent,
  presentLanes,
  presentReceipt,
} from '../../src/http-api/shared/present.ts';
import { AlertView, EventView } from '../../src/http-api/shared/schema.ts';
import { anAlert, anEvent, at } from './records.ts';

test('an alert, field by field; nothing of how farmhand keeps it', () => {
  expect(presentAlert(anAlert())).toEqual({
    id: '00c0ffee00c0ffee-m3k9',
    state: 'firing',
    status: 'firing',
    severity: 'critical',
    name: 'HighErrorRate',
    summary: 'Errors above 5 %',
    type: 'alertmanager',
    source: 'alertmanager/eu',
    tier: 'prod',
    fingerprint: '00c0ffee00c0ffee',
    labels: { alertname: 'HighErrorRate', service: 'payments' },
    annotations: { description: 'Since the deploy' },
    links: { generator: 'https://prometheus.example.com/graph' },
    starts_at: '2026-11-20T03:00:00.000Z',
    first_starts_at: '2026-11-20T03:00:00.000Z',
    last_seen: '2026-11-20T03:01:00.000Z',
    fired: 1,
    events: 2,
    route: 'payments',
    thread: {
      channel: 'C0PAYMENTS',
      state: 'open',
      ts: '1763600000.000100',
      since: '2026-11-20T03:00:01.000Z',
    },
    actions: [],
  });
});

test('a field that a record grows stays inside', () => {
  const grown = {
    ...anAlert(),
    token: 'x',
    thread: { ...anAlert().thread, owner: 'pod-1' },
  } as unknown as Alert;
  expect(JSON.stringify(presentAlert(grown))).toBe(JSON.stringify(presentAlert(anAlert())));
});

test('people, silence, actions and the alert before', () => {
  const alert = anAlert({
    ack: { by: { id: 'U1', name: 'Ana' }, at },
    silence: { id: 's-1', by: { id: 'U2' }, reason: 'deploy', until: at },
    actions: [
      {
        key: 'ticket',
        kind: 'ticket',
        state: 'done',
        attempts: 2,
        nextAt: at,
        at,
        spec: { kind: 'ticket', project: 'SECRET' },
        outcome: { id: 'OPS-1', url: 'https://jira.example.com/browse/OPS-1' },
      },
      {
        key: 'api_task',
        kind: 'api_task',
        state: 'waiting',
        attempts: 1,
        nextAt: at,
        at,
        by: { id: 'U1' },
        spec: { kind: 'api_task', task: 'bounce', params: { token: 'SECRET' }, attempts: 3, backoff: 5 },
        error: '503',
      },
    ],
    previous: { id: 'old', channel: 'C1' },
  });
  const view = presentAlert(alert);
  expect(view.state).toBe('acknowledged');
  expect(view.acknowledged).toEqual({ by: { id: 'U1', name: 'Ana' }, at: '2026-11-20T03:00:00.000Z' });
  expect(view.silence).toEqual({
    id: 's-1',
    by: { id: 'U2' },
    reason: 'deploy',
    until: '2026-11-20T03:00:00.000Z',
  });
  expect(view.actions).toEqual([
    {
      key: 'ticket',
      kind: 'ticket',
      state: 'done',
      attempts: 2,
      at: '2026-11-20T03:00:00.000Z',
      outcome: { id: 'OPS-1', url: 'https://jira.example.com/browse/OPS-1' },
    },
    {
      key: 'api_task',
      kind: 'api_task',
      state: 'waiting',
      attempts: 1,
      at: '2026-11-20T03:00:00.000Z',
      next_at: '2026-11-20T03:00:00.000Z',
      by: { id: 'U1' },
      error: '503',
    },
  ]);
  expect(view.previous).toEqual({ id: 'old', channel: 'C1' });
  expect(JSON.stringify(view)).not.toContain('SECRET');
});

describe('every state of a thread', () => {
  const since = '2026-11-20T03:00:00.000Z';
  const states: readonly (readonly [Thread, object])[] = [
    [{ state: 'none' }, { state: 'none' }],
    [
      { state: 'wanted', since: at, event: 'e' },
      { state: 'wanted', since },
    ],
    [
      { state: 'posting', since: at, event: 'e', attempt: 1, firstClaim: at, claim: 'claim-1' },
      { state: 'posting', since },
    ],
    [
      { state: 'open', ts: '1.2', at, shown: 's', possibleDuplicate: true },
      { state: 'open', ts: '1.2', since, possible_duplicate: true },
    ],
    [
      { state: 'folded', at },
      { state: 'folded', since },
    ],
    [
      { state: 'failed', at, reason: 'is_archived' },
      { state: 'failed', since, reason: 'is_archived' },
    ],
  ];
  test.each(states)('$state', (thread, view) => {
    expect(presentAlert(anAlert({ thread })).thread).toEqual({ channel: 'C0PAYMENTS', ...view });
  });
});

test('resolved wins over acknowledged', () => {
  const view = presentAlert(anAlert({ status: 'resolved', endsAt: at, ack: { by: { id: 'U1' }, at } }));
  expect([view.state, view.ends_at]).toEqual(['resolved', '2026-11-20T03:00:00.000Z']);
});

test('an event with its trail: outcome, thread and ticket keys', () => {
  const alert = anAlert({
    actions: [
      {
        key: 'ticket',
        kind: 'ticket',
        state: 'done',
        attempts: 1,
        nextAt: at,
        at,
        spec: { kind: 'ticket' },
        outcome: { id: 'OPS-1' },
      },
    ],
  });
  expect(
    presentEvent(anEvent(), alert, [{ at, who: 'farmhand', what: 'opened', why: 'route payments' }]),
  ).toEqual({
    id: 'evt-1',
    type: 'alertmanager',
    source: 'alertmanager/eu',
    tier: 'prod',
    time: '2026-11-20T03:00:00.000Z',
    received_at: '2026-11-20T03:00:00.010Z',
    position: { via: 'kafka', topic: 'alerts', partition: 3, offset: '42', index: 0 },
    outcome: { class: 'threaded', reason: 'thread_open', says: 'has its own thread' },
    alert_id: '00c0ffee00c0ffee-m3k9',
    alert: {
      id: '00c0ffee00c0ffee-m3k9',
      state: 'firing',
      thread: {
        channel: 'C0PAYMENTS',
        state: 'open',
        ts: '1763600000.000100',
        since: '2026-11-20T03:00:01.000Z',
      },
      tickets: [{ key: 'OPS-1' }],
      journal: [{ at: '2026-11-20T03:00:00.000Z', who: 'farmhand', what: 'opened', why: 'route payments' }],
    },
  });
});

test('a rejected event has only what is known of it', () => {
  const record = {
    id: 'r-1',
    receivedAt: at,
    position: { via: 'http', request: 'req-1', index: 0 },
    reason: 'bad_json',
    detail: 'body: is not JSON',
  } as const;
  expect(presentEvent(record, undefined, [])).toEqual({
    id: 'r-1',
    received_at: '2026-11-20T03:00:00.000Z',
    position: { via: 'http', request: 'req-1', index: 0 },
    outcome: {
      class: 'rejected',
      reason: 'bad_json',
      says: 'the body is not JSON',
      detail: 'body: is not JSON',
    },
  });
});

test('books say whether they balance', () => {
  const books = { received: 4, threaded: 1, merged: 1, suppressed: 1, rejected: 0, pending: 1 };
  expect(presentBooks({ ...books, byReason: { 'alertmanager|thread_open': 1 } })).toEqual({
    ...books,
    balanced: true,
    by_reason: [{ type: 'alertmanager', reason: 'thread_open', count: 1 }],
  });
  expect(presentBooks({ ...books, received: 5, byReason: {} }).balanced).toBe(false);
});

test('lanes in seconds, receipts without the message', () => {
  expect(presentLanes([{ channel: 'C1', waiting: 1, dirty: 2, oldestMs: 1_500 }])).toEqual({
    lanes: [{ channel: 'C1', waiting: 1, dirty: 2, oldest_seconds: 1.5 }],
  });
  const position = { via: 'http', request: 'r', index: 0 } as const;
  const message = { value: Buffer.from('x'), headers: {}, position, receivedAt: at };
  expect(
    presentReceipt({ ids: ['a'], rejected: [{ reason: 'bad_json', detail: 'body: …', message }] }),
  ).toEqual({
    ids: ['a'],
    rejected: [{ reason: 'bad_json', detail: 'body: …' }],
  });
});

test('any time that a sender invents comes out as RFC 3339', () => {
  const anyTime = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 9e15),
  );
  fc.assert(
    fc.property(anyTime, anyTime, (startsAt, time) => {
      expect(AlertView.safeParse(presentAlert(anAlert({ startsAt }))).error).toBeUndefined();
      expect(EventView.safeParse(presentEvent(anEvent({ time }), undefined, [])).error).toBeUndefined();
    }),
  );
});

test('an alert in a group says which, and where its thread is', () => {
  const memberOf = { group: 'aaaaaaaaaaaaaaaa', at, channel: 'C0PAYMENTS', by: {} };
  const group = anAlert({
    id: 'aaaaaaaaaaaaaaaa-1',
    thread: { state: 'open', ts: '1.5', at, shown: '' },
  });
  const member = anAlert({ memberOf, thread: { state: 'none' } });
  const { group: shown } = presentAlert(member, new Map([[memberOf.group, group]]));
  expect(shown).toMatchObject({ id: 'aaaaaaaaaaaaaaaa-1', thread: { state: 'open', ts: '1.5' } });
  expect(presentAlert(member)).not.toHaveProperty('group');
});
