import { describe, expect, test } from 'vitest';
import { applyAlertCommand } from '../../../src/alerts/evolve/apply-command.ts';
import { remark } from '../../../src/alerts/messages/remarks.ts';
import type { ActionState, Alert } from '../../../src/alerts/model/alert.ts';
import type { AlertCommand } from '../../../src/alerts/model/command.ts';
import { openAlert } from '../../../src/alerts/model/open.ts';
import type { Person } from '../../../src/core/person.ts';
import { anEvent, hours, minutes, t0 } from '../../builders/event.ts';
import { givenFor } from '../../support/given.ts';

const nora: Person = { id: 'U0NORA', name: 'Nora' };
const sam: Person = { id: 'U0SAM', name: 'Sam' };

const firing = (over: Partial<Alert> = {}): Alert => ({
  ...openAlert(anEvent(), { route: 'r', channel: 'C01ALERTS', thread: true, actions: [] }),
  thread: { state: 'open', ts: '1.000001', at: t0, shown: '' },
  ...over,
});

const now = t0 + minutes(1);
const given = givenFor((alert: Alert, command: AlertCommand, by: Person = nora, at: number = now) =>
  applyAlertCommand(alert, command, by, at),
);
/** The alert after a command that changed it. */
const changed = (alert: Alert, command: AlertCommand): Alert => {
  const { result } = given(alert).when(command);
  if (!result.ok || !result.journal) throw new Error('nothing was changed');
  return result.alert;
};
const withActions = (alert: Alert, over: Partial<ActionState>): Alert => ({
  ...alert,
  actions: alert.actions.map((action) => ({ ...action, ...over })),
});

describe('acknowledge', () => {
  const acknowledge = { verb: 'acknowledge' } as const;

  test('says who has it, and leaves a note', () => {
    const alert = firing();
    given(alert)
      .when(acknowledge)
      .thenIs({
        ok: true,
        alert: {
          ...alert,
          ack: { by: nora, at: now },
          noteCount: 1,
          notes: [{ n: 1, kind: 'acknowledged', at: now, by: nora }],
        },
        journal: [{ at: now, who: 'Nora (U0NORA)', what: 'ack' }],
      });
  });

  test('nothing happens when the same person clicks twice', () => {
    const once = changed(firing(), acknowledge);
    given(once).when(acknowledge).thenIs({ ok: true, alert: once });
  });

  test('the second of two people is told who was first', () => {
    given(changed(firing(), acknowledge))
      .when(acknowledge, sam)
      .thenIs({ ok: false, code: 'acknowledged', by: nora, at: now });
  });

  test('a resolved alert has nothing to acknowledge', () => {
    given(firing({ status: 'resolved' }))
      .when(acknowledge)
      .thenIs({ ok: false, code: 'resolved' });
  });
});

describe('assign', () => {
  const toSam = { verb: 'assign', to: sam } as const;

  test('gives it to somebody, who is mentioned; the journal says who gave it to whom', () => {
    const alert = firing();
    given(alert)
      .when(toSam)
      .thenIs({
        ok: true,
        alert: {
          ...alert,
          ack: { by: sam, at: now, assignedBy: nora },
          noteCount: 1,
          notes: [{ n: 1, kind: 'assigned', at: now, by: nora, text: 'Sam', to: ['U0SAM'] }],
        },
        journal: [
          {
            at: now,
            who: 'Nora (U0NORA)',
            what: 'assign',
            why: remark({ code: 'assigned', to: 'Sam (U0SAM)' }),
          },
        ],
      });
  });

  test('whoever had it has it no more', () => {
    const { result } = given(changed(firing(), { verb: 'acknowledge' })).when(toSam);
    expect(result).toMatchObject({
      alert: { ack: { by: sam, assignedBy: nora } },
      journal: [{ why: remark({ code: 'assigned', to: 'Sam (U0SAM)', from: 'Nora (U0NORA)' }) }],
    });
  });

  test('to oneself takes it from whoever has it, and mentions nobody', () => {
    const { result } = given(changed(firing(), { verb: 'acknowledge' })).when(toSam, sam);
    if (!result.ok) throw new Error(result.code);
    expect(result.alert.ack).toEqual({ by: sam, at: now });
    expect(result.alert.notes.at(-1)).toEqual({ n: 2, kind: 'acknowledged', at: now, by: sam });
  });

  test('whoever has it no more is not mentioned any more, and the thread still tells of it', () => {
    const told = { n: 1, kind: 'assigned', at: now, by: nora, text: 'Sam' };
    const quiet = (command: AlertCommand) => changed(changed(firing(), toSam), command).notes[0];
    expect(quiet({ verb: 'unacknowledge' })).toEqual(told);
    expect(quiet({ verb: 'assign', to: { id: 'U0KIM' } })).toEqual(told);
    expect(quiet({ verb: 'silence', durationMs: hours(2), reason: 'deploy' })).toHaveProperty('to');
  });

  test('nothing happens when they have it already, or it is over', () => {
    const theirs = changed(firing(), toSam);
    given(theirs).when(toSam).thenIs({ ok: true, alert: theirs });
    given(firing({ status: 'resolved' }))
      .when(toSam)
      .thenIs({ ok: false, code: 'resolved' });
  });
});

describe('note', () => {
  const note = { verb: 'note', text: 'the vendor knows' } as const;

  test('stays on the root, in place of the one before, and is no reply', () => {
    const alert = firing();
    given(alert)
      .when(note)
      .thenIs({
        ok: true,
        alert: { ...alert, pinned: { text: 'the vendor knows', by: nora, at: now } },
        journal: [{ at: now, who: 'Nora (U0NORA)', what: 'note', why: 'the vendor knows' }],
      });
    const replaced = changed(changed(alert, note), { verb: 'note', text: 'case 4711' });
    expect(replaced.pinned?.text).toBe('case 4711');
  });

  test('is taken away by anybody, also of what is over', () => {
    const over = firing({ status: 'resolved' });
    given(changed(over, note))
      .when({ verb: 'clear_note' }, sam)
      .thenIs({
        ok: true,
        alert: over,
        journal: [
          {
            at: now,
            who: 'Sam (U0SAM)',
            what: 'note_cleared',
            why: remark({ code: 'note_of', who: 'Nora (U0NORA)' }),
          },
        ],
      });
  });

  test('nothing happens when it stands there already, is empty or too long, or there is none', () => {
    const noted = changed(firing(), note);
    given(noted).when(note).thenIs({ ok: true, alert: noted });
    given(firing()).when({ verb: 'clear_note' }).thenIs({ ok: false, code: 'no_note' });
    for (const text of ['', ' ', 'x'.repeat(301)]) {
      given(firing()).when({ verb: 'note', text }).thenIs({ ok: false, code: 'note_length' });
    }
  });
});

describe('unacknowledge', () => {
  test('frees it, whoever had it, and says whose it was', () => {
    const alert = firing();
    given(changed(alert, { verb: 'acknowledge' }))
      .when({ verb: 'unacknowledge' }, sam)
      .thenIs({
        ok: true,
        alert: {
          ...alert,
          noteCount: 2,
          notes: [
            { n: 1, kind: 'acknowledged', at: now, by: nora },
            {
              n: 2,
              kind: 'unacknowledged',
              at: now,
              by: sam,
              text: remark({ code: 'was_with', who: 'Nora' }),
            },
          ],
        },
        journal: [
          {
            at: now,
            who: 'Sam (U0SAM)',
            what: 'unack',
            why: remark({ code: 'was_with', who: 'Nora (U0NORA)' }),
          },
        ],
      });
  });

  test('nothing happens when nobody has it', () => {
    given(firing()).when({ verb: 'unacknowledge' }).thenIs({ ok: false, code: 'not_acknowledged' });
  });
});

describe('silence', () => {
  const two = { verb: 'silence', durationMs: hours(2), reason: 'deploy' } as const;

  test('becomes an action with the words of the person', () => {
    const alert = firing();
    const action: ActionState = {
      key: 'silence',
      kind: 'silence',
      state: 'waiting',
      attempts: 0,
      nextAt: now,
      spec: { kind: 'silence', durationMs: hours(2), reason: 'deploy' },
      by: nora,
      at: now,
    };
    given(alert)
      .when(two)
      .thenIs({
        ok: true,
        alert: { ...alert, actions: [action] },
        journal: [{ at: now, who: 'Nora (U0NORA)', what: 'silence', why: 'deploy' }],
      });
  });

  test('nothing happens when one is being set, or is set', () => {
    given(changed(firing(), two)).when(two, sam).thenIs({ ok: false, code: 'silence_pending' });
    const until = t0 + hours(2);
    given(firing({ silence: { by: nora, reason: 'deploy', until } }))
      .when(two, sam)
      .thenIs({ ok: false, code: 'silenced', by: nora, until });
  });

  test('after one has ended, the next has a key of its own', () => {
    const ended = withActions(changed(firing(), two), { state: 'done' });
    given(ended)
      .when(two, sam, t0 + hours(3))
      .thenHas({ ok: true, alert: { actions: [{ key: 'silence' }, { key: 'silence-2' }] } });
  });

  test.each([
    ['too short', { ...two, durationMs: 59_999 }, 'silence_length'],
    ['too long', { ...two, durationMs: 30 * 86_400_000 + 1 }, 'silence_length'],
    ['of no length', { ...two, durationMs: Number.NaN }, 'silence_length'],
    ['without a reason', { ...two, reason: ' \n' }, 'silence_reason'],
  ] as const)('is refused when it is %s', (_, command, code) => {
    given(firing()).when(command).thenIs({ ok: false, code });
  });

  test('is refused for what no Alertmanager sent', () => {
    given(firing({ type: 'adhoc' }))
      .when(two)
      .thenIs({ ok: false, code: 'not_alertmanager' });
  });
});

describe('ticket', () => {
  const ticket = { verb: 'ticket' } as const;

  test('nothing happens when it is being raised, or is there', () => {
    const once = changed(firing(), ticket);
    given(once).when(ticket, sam).thenIs({ ok: false, code: 'ticket_pending' });
    given(withActions(once, { state: 'done', outcome: { id: 'OPS-7' } }))
      .when(ticket, sam)
      .thenIs({ ok: false, code: 'ticket_there', id: 'OPS-7', by: nora });
    given(
      firing({
        actions: [
          {
            key: 'ticket',
            kind: 'ticket',
            state: 'done',
            attempts: 1,
            nextAt: t0,
            at: t0,
            spec: { kind: 'ticket' },
          },
        ],
      }),
    )
      .when(ticket, sam)
      .thenIs({ ok: false, code: 'ticket_there' });
  });

  test('one that was given up is tried again under its own key, so there can never be two', () => {
    const once = changed(firing(), ticket);
    const at = t0 + hours(1);
    given(withActions(once, { state: 'failed', error: 'no', attempts: 300 }))
      .when(ticket, sam, at)
      .thenIs({
        ok: true,
        alert: withActions(once, { by: sam, nextAt: at }),
        journal: [{ at, who: 'Sam (U0SAM)', what: 'ticket' }],
      });
  });
});

describe('a group', () => {
  const facts = { home: 'C01ALERTS', by: {}, firing: 3, resolved: 0, acknowledged: 0, fresh: 0 };
  const aGroup = (over: Partial<Alert> = {}, group: object = {}): Alert =>
    firing({ group: { ...facts, severities: {}, rows: [], pages: [], ...group }, ...over });
  const acknowledge = { verb: 'acknowledge' } as const;

  test('is acknowledged as a whole, and that is told once', () => {
    given(aGroup())
      .when(acknowledge)
      .thenHas({
        ok: true,
        alert: {
          ack: { by: nora, at: now },
          group: { acknowledged: 3, fresh: 0 },
          notes: [{ kind: 'acknowledged', by: nora, text: 'all 3 that fire' }],
        },
      });
  });

  test.each([
    ['the same person', nora, { ok: true }],
    ['another person', sam, { ok: false, code: 'acknowledged' }],
  ] as const)('nothing happens when %s acknowledges it again', (_, by, result) => {
    given(aGroup({ ack: { by: nora, at: t0 } }, { acknowledged: 3 }))
      .when(acknowledge, by)
      .thenHas(result);
  });

  test('anybody takes what is new since', () => {
    given(aGroup({ ack: { by: nora, at: t0 } }, { acknowledged: 2, fresh: 1 }))
      .when(acknowledge, sam)
      .thenHas({ ok: true, alert: { ack: { by: sam, at: now }, group: { acknowledged: 3, fresh: 0 } } });
  });

  test('that is given back says whose members have it from there', () => {
    given(aGroup({ ack: { by: nora, at: t0 } }, { acknowledged: 3 }))
      .when({ verb: 'unacknowledge' })
      .thenHas({ ok: true, alert: { group: { givenBack: [t0], fresh: 0 } } });
  });

  test('is silenced once for each Alertmanager that its members came from', () => {
    const targets = ['eu', 'us'].map((cluster) => ({ cluster, matchers: { service: 'checkout' } }));
    const command = { verb: 'silence', durationMs: hours(1), reason: 'known' } as const;
    const decision = applyAlertCommand(aGroup(), command, nora, now, targets);
    const actions = decision.ok ? decision.alert.actions : [];
    expect(actions.map(({ key, spec, at }) => [key, spec, at])).toEqual([
      ['silence', { kind: 'silence', durationMs: hours(1), reason: 'known', target: targets[0] }, now],
      ['silence-2', { kind: 'silence', durationMs: hours(1), reason: 'known', target: targets[1] }, now],
    ]);
    const again = decision.ok && applyAlertCommand(decision.alert, command, sam, now, targets);
    expect(again).toEqual({ ok: false, code: 'silence_pending' });
  });

  test('is not silenced as one alert is', () => {
    given(aGroup())
      .when({ verb: 'silence', durationMs: hours(1), reason: 'known' })
      .thenHas({ ok: false, code: 'silence_group' });
  });
});

describe('take out of a group', () => {
  const takeOut = { verb: 'take_out' } as const;
  const memberOf = { group: 'aaaaaaaaaaaaaaaa', at: t0, channel: 'C01ALERTS', by: {} };

  test('gives a member a thread of its own', () => {
    given(firing({ memberOf, thread: { state: 'none' } }))
      .when(takeOut)
      .thenHas({ ok: true, alert: { memberOf, thread: { state: 'wanted', since: now, event: '' } } });
  });

  test('once', () => {
    given(firing({ memberOf })).when(takeOut).thenHas({ ok: false, code: 'own_thread' });
    given(firing()).when(takeOut).thenHas({ ok: false, code: 'not_grouped' });
  });
});
