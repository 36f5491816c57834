import { describe, expect, test } from 'vitest';
import { applyAlertCommand, type CommandDecision } from '../../../src/alerts/evolve/apply-command.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { AlertCommand, AlertRefusal } from '../../../src/alerts/model/command.ts';
import { openAlert } from '../../../src/alerts/model/open.ts';
import type { Person } from '../../../src/core/person.ts';
import { anEvent, hours, minutes, t0 } from '../../builders/event.ts';

const nora: Person = { id: 'U0NORA', name: 'Nora' };
const sam: Person = { id: 'U0SAM', name: 'Sam' };

const firing = (over: Partial<Alert> = {}): Alert => ({
  ...openAlert(anEvent(), { route: 'r', channel: 'C01ALERTS', thread: true, actions: [] }),
  thread: { state: 'open', ts: '1.000001', at: t0, shown: '' },
  ...over,
});

const ask = (
  alert: Alert,
  command: AlertCommand,
  by: Person = nora,
  now = t0 + minutes(1),
): CommandDecision => applyAlertCommand(alert, command, by, now);

const changed = (decision: CommandDecision): Alert => {
  if (!decision.ok || !decision.journal) throw new Error('nothing was changed');
  return decision.alert;
};
const refused = (refusal: AlertRefusal): CommandDecision => ({ ok: false, ...refusal });

describe('acknowledge', () => {
  test('says who has it, and leaves a note', () => {
    const alert = changed(ask(firing(), { verb: 'acknowledge' }));
    expect(alert.ack).toEqual({ by: nora, at: t0 + minutes(1) });
    expect(alert.notes.map((n) => n.kind)).toEqual(['acknowledged']);
  });

  test('nothing happens when the same person clicks twice', () => {
    const once = changed(ask(firing(), { verb: 'acknowledge' }));
    expect(ask(once, { verb: 'acknowledge' })).toEqual({ ok: true, alert: once });
  });

  test('the second of two people is told who was first', () => {
    const once = changed(ask(firing(), { verb: 'acknowledge' }));
    expect(ask(once, { verb: 'acknowledge' }, sam)).toEqual(
      refused({ code: 'acknowledged', by: nora, at: t0 + minutes(1) }),
    );
  });

  test('a resolved alert has nothing to acknowledge', () => {
    expect(ask(firing({ status: 'resolved' }), { verb: 'acknowledge' })).toEqual(
      refused({ code: 'resolved' }),
    );
  });
});

describe('unacknowledge', () => {
  test('frees it, whoever had it, and says whose it was', () => {
    const once = changed(ask(firing(), { verb: 'acknowledge' }));
    const free = changed(ask(once, { verb: 'unacknowledge' }, sam));
    expect(free.ack).toBeUndefined();
    expect(free.notes.at(-1)).toMatchObject({ kind: 'unacknowledged', by: sam, text: 'was with Nora' });
  });

  test('nothing happens when nobody has it', () => {
    expect(ask(firing(), { verb: 'unacknowledge' })).toEqual(refused({ code: 'not_acknowledged' }));
  });
});

describe('silence', () => {
  const two = { verb: 'silence', durationMs: hours(2), reason: 'deploy' } as const;

  test('becomes an action with the words of the person', () => {
    const alert = changed(ask(firing(), two));
    expect(alert.actions).toEqual([
      {
        key: 'silence',
        kind: 'silence',
        state: 'waiting',
        attempts: 0,
        nextAt: t0 + minutes(1),
        spec: { kind: 'silence', durationMs: hours(2), reason: 'deploy' },
        by: nora,
        at: t0 + minutes(1),
      },
    ]);
  });

  test('nothing happens when one is being set, or is set', () => {
    expect(ask(changed(ask(firing(), two)), two, sam)).toEqual(refused({ code: 'silence_pending' }));
    const set = firing({ silence: { by: nora, reason: 'deploy', until: t0 + hours(2) } });
    expect(ask(set, two, sam)).toEqual(refused({ code: 'silenced', by: nora, until: t0 + hours(2) }));
  });

  test('after one has ended, the next has a key of its own', () => {
    const first = changed(ask(firing(), two));
    const ended = { ...first, actions: first.actions.map((a) => ({ ...a, state: 'done' as const })) };
    const again = changed(ask(ended, two, sam, t0 + hours(3)));
    expect(again.actions.map((a) => a.key)).toEqual(['silence', 'silence-2']);
  });

  test.each([
    ['too short', { ...two, durationMs: 59_999 }, 'silence_length'],
    ['too long', { ...two, durationMs: 30 * 86_400_000 + 1 }, 'silence_length'],
    ['of no length', { ...two, durationMs: Number.NaN }, 'silence_length'],
    ['without a reason', { ...two, reason: ' \n' }, 'silence_reason'],
  ] as const)('is refused when it is %s', (_, command, code) => {
    expect(ask(firing(), command)).toEqual(refused({ code }));
  });

  test('is refused for what no Alertmanager sent', () => {
    expect(ask(firing({ type: 'adhoc' }), two)).toEqual(refused({ code: 'not_alertmanager' }));
  });
});

describe('ticket', () => {
  test('nothing happens when it is being raised, or is there', () => {
    const once = changed(ask(firing(), { verb: 'ticket' }));
    expect(ask(once, { verb: 'ticket' }, sam)).toEqual(refused({ code: 'ticket_pending' }));
    const there = {
      ...once,
      actions: once.actions.map((a) => ({ ...a, state: 'done' as const, outcome: { id: 'OPS-7' } })),
    };
    expect(ask(there, { verb: 'ticket' }, sam)).toEqual(
      refused({ code: 'ticket_there', id: 'OPS-7', by: nora }),
    );
  });

  test('one that was given up is tried again under its own key, so there can never be two', () => {
    const once = changed(ask(firing(), { verb: 'ticket' }));
    const failed = {
      ...once,
      actions: once.actions.map((a) => ({ ...a, state: 'failed' as const, error: 'no', attempts: 300 })),
    };
    const again = changed(ask(failed, { verb: 'ticket' }, sam, t0 + hours(1)));
    expect(again.actions.map((a) => [a.key, a.state, a.attempts, a.error, a.by])).toEqual([
      ['ticket', 'waiting', 0, undefined, sam],
    ]);
  });
});
