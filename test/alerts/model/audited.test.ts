import { describe, expect, test } from 'vitest';
import type { ActionSpec, ActionState, Alert } from '../../../src/alerts/model/alert.ts';
import { actionId, auditOfAlertCommand, auditOfAlertWrite } from '../../../src/alerts/model/audited.ts';
import type { AlertCommand } from '../../../src/alerts/model/command.ts';
import { openAlert } from '../../../src/alerts/model/open.ts';
import type { Person } from '../../../src/core/person.ts';
import { anEvent, t0 } from '../../builders/event.ts';
import { givenFor } from '../../support/given.ts';

const alertWith = (over: Partial<ActionState> = {}, spec: ActionSpec = { kind: 'ticket' }): Alert => {
  const alert = openAlert(anEvent(), { route: 'r', channel: 'C01ALERTS', thread: true, actions: [spec] });
  return { ...alert, actions: alert.actions.map((action) => ({ ...action, ...over })) };
};
const waiting = alertWith();
const running = alertWith({ state: 'running', attempts: 1, audited: true });
const done = alertWith({ state: 'done', attempts: 1, audited: true, outcome: { id: 'OPS-1' } });

const given = givenFor((before: Alert | undefined, after: Alert) =>
  auditOfAlertWrite(before, after, t0).map(({ type, outcome, error }) =>
    [type, outcome, error ?? ''].join(' '),
  ),
);

describe('an action of an alert', () => {
  test('is intended with its first claim, however often it is tried, and ends once', () => {
    given(waiting).when(running).thenIs(['change_intent intended ']);
    given(running)
      .when(alertWith({ state: 'waiting', attempts: 1, audited: true, error: 'HTTP 503' }))
      .thenIs(['change_outcome unknown HTTP 503']);
    given(alertWith({ state: 'waiting', attempts: 1, audited: true, error: 'HTTP 503' }))
      .when(alertWith({ state: 'running', attempts: 2, audited: true, error: 'HTTP 503' }))
      .thenIs([]);
    given(alertWith({ state: 'running', attempts: 2, audited: true, error: 'HTTP 503' }))
      .when(alertWith({ state: 'waiting', attempts: 2, audited: true, error: 'HTTP 503' }))
      .thenIs([]);
    given(running).when(done).thenIs(['change_outcome done ']);
    given(done)
      .when({ ...done, noteCount: 7 })
      .thenIs([]);
  });

  test('that was begun before there was an audit is intended with its next claim', () => {
    given(alertWith({ state: 'waiting', attempts: 3 }))
      .when(alertWith({ state: 'running', attempts: 4, audited: true }))
      .thenIs(['change_intent intended ']);
  });

  test('says nothing of an alert that is new, and of one without actions', () => {
    given(undefined).when(waiting).thenIs([]);
    given(waiting)
      .when({ ...waiting, status: 'resolved' })
      .thenIs([]);
  });

  test('of a list says which, and one that waits for another alert’s is never unsure', () => {
    const list = { of: 'service=checkout', count: 3 };
    const own = { kind: 'ticket', list: { ...list, others: ['b-1', 'c-1'] } } as const;
    const [intent] = auditOfAlertWrite(alertWith({}, own), alertWith({ audited: true }, own), t0);
    expect(intent?.after).toEqual({ change: 'ticket', list: 'service=checkout', alerts: 3 });
    const other = { kind: 'ticket', list, with: { alert: 'a-1', key: 'ticket' } } as const;
    const [joined] = auditOfAlertWrite(alertWith({}, other), alertWith({ audited: true }, other), t0);
    expect(joined?.after).toEqual({
      change: 'ticket',
      list: 'service=checkout',
      alerts: 3,
      with: 'a-1/ticket',
    });
    const asked = alertWith({ state: 'running', audited: true }, other);
    given(asked)
      .when(alertWith({ state: 'waiting', audited: true, error: 'not over yet' }, other))
      .thenIs([]);
  });

  test('says which ticket is told what, and what became of the move that was asked for', () => {
    const spec = {
      kind: 'ticket_news',
      ticket: 'ticket',
      state: 'resolved',
      at: t0,
      fired: 1,
      move: { to: 'Done', fields: {} },
      doublings: 0,
    } as const;
    const news = (over: Partial<ActionState>): Alert => {
      const alert = alertWith(over, spec);
      return { ...alert, actions: [...done.actions, ...alert.actions] };
    };
    const told = { id: 'OPS-1', url: 'https://jira/OPS-1', text: 'moved to Done' };
    const before = news({});
    const claimed = news({ state: 'running', attempts: 1, audited: true });
    const over = news({ state: 'done', attempts: 1, audited: true, outcome: told });
    const asked = { change: 'ticket_news', ticket: 'OPS-1', state: 'resolved', move: 'Done' };
    expect(
      auditOfAlertWrite(
        { ...before, actions: done.actions.concat(before.actions.slice(1)) },
        claimed,
        t0,
      ).map(({ type, after }) => [type, after]),
    ).toEqual([['change_intent', asked]]);
    expect(
      auditOfAlertWrite({ ...claimed, actions: done.actions.concat(claimed.actions.slice(1)) }, over, t0).map(
        ({ type, after }) => [type, after],
      ),
    ).toEqual([
      ['change_outcome', { ...asked, id: 'OPS-1', url: 'https://jira/OPS-1', remark: 'moved to Done' }],
    ]);
  });

  test('has one id from its intent to its outcome', () => {
    const [action] = running.actions;
    const id = action && actionId(running, action);
    expect(auditOfAlertWrite(waiting, running, t0)[0]?.action_id).toBe(id);
    expect(auditOfAlertWrite(running, done, t0)[0]?.action_id).toBe(id);
  });
});

const allowed = { allowed: true, role: 'sre', through: 'S0SRE' } as const;
const commands: Readonly<Record<AlertCommand['verb'], AlertCommand>> = {
  acknowledge: { verb: 'acknowledge' },
  unacknowledge: { verb: 'unacknowledge' },
  ticket: { verb: 'ticket' },
  assign: { verb: 'assign', to: { id: 'U2', name: 'Ben', email: 'ben@acme.example' } },
  take_out: { verb: 'take_out' },
  note: { verb: 'note', text: 'the vendor knows' },
  clear_note: { verb: 'clear_note' },
  silence: { verb: 'silence', durationMs: 3_600_000, reason: 'deploying' },
};
const anna = { id: 'U1', name: 'Anna' };

test.each(Object.values(commands))('every command is a record: $verb', (command) => {
  const outcome = { ok: true, changed: true, alert: waiting } as const;
  expect(auditOfAlertCommand(waiting, command, anna, { outcome, verdict: allowed }, t0)).toMatchObject({
    type: 'command',
    outcome: 'done',
    actor: anna,
    object: { kind: 'alert', id: waiting.id },
    command: command.verb === 'assign' ? { verb: 'assign', to: 'Ben (U2)' } : command,
    authz: { allowed: true, role: 'sre', through: 'S0SRE' },
  });
});

test('what was refused or denied says why, and which role would have allowed it', () => {
  const verdict = { allowed: false, code: 'role_needed', roles: ['sre'], says: 'x' } as const;
  const denied = { ok: false, code: 'not_allowed', says: 'x' } as const;
  const refused = { ok: false, code: 'silence_pending' } as const;
  const { silence } = commands;
  expect(auditOfAlertCommand(waiting, silence, anna, { outcome: denied, verdict }, t0)).toMatchObject({
    ...{ type: 'command_denied', outcome: 'denied', error: 'not_allowed' },
    authz: { allowed: false, roles: ['sre'] },
  });
  expect(
    auditOfAlertCommand(waiting, silence, anna, { outcome: refused, verdict: allowed }, t0),
  ).toMatchObject({
    ...{ type: 'command_refused', outcome: 'refused', error: 'silence_pending' },
  });
});

test('who asked is on record with workspace, e-mail address and place; what Slack did not say is unknown', () => {
  const outcome = { ok: true, changed: true, alert: waiting } as const;
  const recorded = (by: Person) => {
    const { actor, where } = auditOfAlertCommand(waiting, commands.ticket, by, { outcome }, t0);
    return { actor, where };
  };
  const via = { client: 'button', channel: 'C01ALERTS' } as const;
  expect(recorded({ ...anna, team: 'T1', email: 'anna@acme.example', via })).toEqual({
    actor: { ...anna, team: 'T1', email: 'anna@acme.example' },
    where: via,
  });
  expect(recorded({ ...anna, via })).toEqual({
    actor: { ...anna, team: 'unknown', email: 'unknown' },
    where: via,
  });
});

test('an action of a route names the message in Kafka that its alert came in by, and how long it took', () => {
  const position = { via: 'kafka', topic: 'alerts', partition: 2, offset: '41', index: 0 } as const;
  const route = { route: 'r', channel: 'C01ALERTS', thread: true, actions: [{ kind: 'ticket' }] } as const;
  const opened = openAlert(anEvent({ position }), route);
  const as = (over: Partial<ActionState>): Alert => ({
    ...opened,
    actions: opened.actions.map((action) => ({ ...action, attempts: 1, audited: true, at: t0, ...over })),
  });
  const [outcome] = auditOfAlertWrite(as({ state: 'running' }), as({ state: 'done' }), t0 + 1_500);
  expect(outcome).toMatchObject({
    duration_ms: 1_500,
    correlation: { route: 'r', attempt: 1, topic: 'alerts', partition: 2, offset: '41' },
  });
});
