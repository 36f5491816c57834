import { describe, expect, test } from 'vitest';
import {
  type AlertCommand,
  applyAlertCommand,
  type CommandDecision,
} from '../../../src/alerts/evolve/apply-command.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import { openAlert } from '../../../src/alerts/model/open.ts';
import type { Person } from '../../../src/core/person.ts';
import { anEvent, hours, minutes, t0 } from '../../builders/event.ts';

const nora: Person = { id: 'U0NORA', name: 'Nora' };
const sam: Person = { id: 'U0SAM', name: 'Sam' };
const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 16);

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
): CommandDecision => applyAlertCommand(alert, command, by, now, clock);

const changed = (decision: CommandDecision): Alert => {
  if (!decision.ok || !decision.journal) throw new Error('nothing was changed');
  return decision.alert;
};
const refusal = (decision: CommandDecision): string =>
  decision.ok ? 'allowed' : `${decision.code}: ${decision.message}`;

describe('acknowledge', () => {
  test('says who has it, and leaves a note', () => {
    const alert = changed(ask(firing(), { kind: 'acknowledge' }));
    expect(alert.ack).toEqual({ by: nora, at: t0 + minutes(1) });
    expect(alert.notes.map((n) => n.kind)).toEqual(['acknowledged']);
  });

  test('nothing happens when the same person clicks twice', () => {
    const once = changed(ask(firing(), { kind: 'acknowledge' }));
    expect(ask(once, { kind: 'acknowledge' })).toEqual({ ok: true, alert: once });
  });

  test('the second of two people is told who was first', () => {
    const once = changed(ask(firing(), { kind: 'acknowledge' }));
    expect(refusal(ask(once, { kind: 'acknowledge' }, sam))).toBe(
      'already_done: Nora acknowledged this first, at 14:14. Nothing was changed.',
    );
  });

  test('a resolved alert has nothing to acknowledge', () => {
    expect(refusal(ask(firing({ status: 'resolved' }), { kind: 'acknowledge' }))).toMatch(/^not_firing: /);
  });
});

describe('unacknowledge', () => {
  test('frees it, whoever had it, and says whose it was', () => {
    const once = changed(ask(firing(), { kind: 'acknowledge' }));
    const free = changed(ask(once, { kind: 'unacknowledge' }, sam));
    expect(free.ack).toBeUndefined();
    expect(free.notes.at(-1)).toMatchObject({ kind: 'unacknowledged', by: sam, text: 'was with Nora' });
  });

  test('nothing happens when nobody has it', () => {
    expect(refusal(ask(firing(), { kind: 'unacknowledge' }))).toMatch(/^already_done: /);
  });
});

describe('silence', () => {
  const two = { kind: 'silence', durationMs: hours(2), reason: 'deploy' } as const;

  test('becomes an action with the words of the person', () => {
    const alert = changed(ask(firing(), two));
    expect(alert.actions).toEqual([
      {
        key: 'silence',
        kind: 'silence',
        state: 'waiting',
        attempts: 0,
        nextAt: t0 + minutes(1),
        spec: two,
        by: nora,
        at: t0 + minutes(1),
      },
    ]);
  });

  test('nothing happens when one is being set, or is set', () => {
    expect(refusal(ask(changed(ask(firing(), two)), two, sam))).toMatch(
      /^already_done: A silence .* being set/,
    );
    const set = firing({ silence: { by: nora, reason: 'deploy', until: t0 + hours(2) } });
    expect(refusal(ask(set, two, sam))).toBe(
      'already_done: Nora has silenced this until 16:13. Nothing was changed.',
    );
  });

  test('after one has ended, the next has a key of its own', () => {
    const first = changed(ask(firing(), two));
    const ended = { ...first, actions: first.actions.map((a) => ({ ...a, state: 'done' as const })) };
    const again = changed(ask(ended, two, sam, t0 + hours(3)));
    expect(again.actions.map((a) => a.key)).toEqual(['silence', 'silence-2']);
  });

  test.each([
    ['too short', { ...two, durationMs: 59_999 }],
    ['too long', { ...two, durationMs: 30 * 86_400_000 + 1 }],
    ['without a reason', { ...two, reason: ' \n' }],
  ])('is refused when it is %s', (_, intent) => {
    expect(refusal(ask(firing(), intent))).toMatch(/^invalid: .*Nothing was changed\.$/);
  });

  test('is refused for what no Alertmanager sent', () => {
    expect(refusal(ask(firing({ type: 'adhoc' }), two))).toMatch(/^not_configured: /);
  });
});

describe('ticket', () => {
  test('nothing happens when it is being raised, or is there', () => {
    const once = changed(ask(firing(), { kind: 'ticket' }));
    expect(refusal(ask(once, { kind: 'ticket' }, sam))).toMatch(
      /^already_done: The ticket is already being raised/,
    );
    const there = {
      ...once,
      actions: once.actions.map((a) => ({ ...a, state: 'done' as const, outcome: { id: 'OPS-7' } })),
    };
    expect(refusal(ask(there, { kind: 'ticket' }, sam))).toBe(
      'already_done: Nora raised OPS-7 for this alert. No second one was made.',
    );
  });

  test('one that was given up is tried again under its own key, so there can never be two', () => {
    const once = changed(ask(firing(), { kind: 'ticket' }));
    const failed = {
      ...once,
      actions: once.actions.map((a) => ({ ...a, state: 'failed' as const, error: 'no', attempts: 300 })),
    };
    const again = changed(ask(failed, { kind: 'ticket' }, sam, t0 + hours(1)));
    expect(again.actions.map((a) => [a.key, a.state, a.attempts, a.error, a.by])).toEqual([
      ['ticket', 'waiting', 0, undefined, sam],
    ]);
  });
});
