import { describe, expect, test } from 'vitest';
import { applyAlertCommand } from '../../../src/alerts/evolve/apply-command.ts';
import { escalate, escalationDueAt } from '../../../src/alerts/evolve/escalate.ts';
import { evolve } from '../../../src/alerts/evolve/evolve.ts';
import { expireSilence } from '../../../src/alerts/evolve/silence.ts';
import { evolveGroup } from '../../../src/alerts/groups/evolve-group.ts';
import type { Alert, Note } from '../../../src/alerts/model/alert.ts';
import type { AlertCommand } from '../../../src/alerts/model/command.ts';
import type { Escalation } from '../../../src/alerts/model/escalation.ts';
import { openAlert } from '../../../src/alerts/model/open.ts';
import { decideThread, openWakeAt } from '../../../src/alerts/thread/decide-thread.ts';
import { rootFacts } from '../../../src/alerts/thread/root-facts.ts';
import { anOpenAlert, aRoute, type OpenThread } from '../../builders/alert.ts';
import { anEvent, minutes, t0 } from '../../builders/event.ts';
import { aGroupKey, aRow, someMembers } from '../../builders/group.ts';

const steps = [
  { after: 0, mention: ['S01'] },
  { after: minutes(10), mention: ['S02', 'U03'] },
  { after: minutes(30), mention: ['channel', 'U03'] },
];
const ana = { id: 'U1', name: 'Ana' };
/** Its thread was opened at `t0`. */
const waiting = (
  notify: Partial<Escalation> = {},
  over: Partial<Alert> = {},
  thread: Partial<OpenThread> = {},
): Alert => anOpenAlert({ notify: { steps, said: 0, ...notify }, ...over }, thread);

const told = (alert: Alert, now: number): Alert => escalate(alert, now)?.alert ?? alert;
const asked = (alert: Alert, command: AlertCommand, now: number): Alert => {
  const done = applyAlertCommand(alert, command, ana, now);
  if (!done.ok) throw new Error(done.code);
  return done.alert;
};
const calls = ({ notes }: Alert): readonly (readonly string[] | undefined)[] =>
  notes.filter(({ kind }) => kind === 'nobody_reacts').map(({ to }) => to);

/** As a farmhand of before wrote it. */
const withoutSteps = (alert: Alert): Alert => ({
  ...alert,
  notes: alert.notes.map(({ steps: _, ...note }) => note),
});

describe('the next step', () => {
  test.each<[string, Alert, number | undefined]>([
    ['the first one, from when its thread was opened', waiting(), t0],
    ['the second one', waiting({ said: 1 }), t0 + minutes(10)],
    ['none after the last one', waiting({ said: 3 }), undefined],
    ['from when it fired again', waiting({ since: t0 + minutes(60) }), t0 + minutes(60)],
    ['from its thread, where that opened later', waiting({ since: t0 - minutes(60) }), t0],
    ['none while somebody has it', waiting({}, { ack: { by: ana, at: t0 } }), undefined],
    ['none once it is over', waiting({}, { status: 'resolved', endsAt: t0 }), undefined],
    [
      'none while it is silenced',
      waiting({}, { silence: { by: ana, reason: 'x', until: t0 + 1 } }),
      undefined,
    ],
    [
      'none while Alertmanager lists it as silenced',
      waiting({}, { look: { at: t0, quiet: true } }),
      undefined,
    ],
    [
      'none before its thread is there',
      { ...waiting(), thread: { state: 'wanted', since: t0, event: 'e' } },
      undefined,
    ],
  ])('%s', (_, alert, at) => {
    expect(escalationDueAt(alert)).toBe(at);
  });

  test('its thread wakes for it, and says it then', () => {
    const alert = waiting({ said: 1 });
    expect(openWakeAt(alert)).toBe(t0 + minutes(10));
    const policy = { claimTimeout: 15_000 };
    expect(decideThread(alert, t0 + minutes(10) - 1, policy)).toEqual({
      do: 'wait',
      until: t0 + minutes(10),
    });
    expect(decideThread(alert, t0 + minutes(10), policy)).toEqual({ do: 'escalate' });
  });
});

describe('what is said', () => {
  test('each step once, with whom it is for', () => {
    const first = escalate(waiting(), t0);
    expect(first?.alert.notes).toEqual([
      { n: 1, kind: 'nobody_reacts', at: t0, since: t0, to: ['S01'], steps: 1 },
    ]);
    expect(first?.alert.notify?.said).toBe(1);
    expect(first?.journal).toEqual([
      { at: t0, who: 'farmhand', what: 'nobody_reacts', why: 'step 1 of 3: S01' },
    ]);
    expect(first && escalate(first.alert, t0 + 1)).toBeUndefined();
  });

  test('nothing happens before it is due', () => {
    expect(escalate(waiting({ said: 1 }), t0 + minutes(10) - 1)).toBeUndefined();
  });

  test('what was missed is said in one go, everybody once, and stands in the channel when that is meant', () => {
    const { alert } = escalate(waiting(), t0 + minutes(45)) ?? {};
    expect(alert?.notes).toEqual([
      {
        ...{ n: 1, kind: 'nobody_reacts', at: t0 + minutes(45), since: t0, broadcast: true },
        ...{ to: ['S01', 'S02', 'U03', 'channel'], steps: 3 },
      },
    ]);
    expect(alert?.notify?.said).toBe(3);
  });

  test('what was not posted yet goes along with the next step', () => {
    const twice = told(told(waiting(), t0), t0 + minutes(10));
    expect(calls(twice)).toEqual([['S01', 'S02', 'U03']]);
  });
});

describe('somebody reacts', () => {
  const at = t0 + minutes(1);
  const posting = { posting: { through: 1, since: t0, claim: 'c' } };
  const claimed = (): Alert => ({
    ...told(waiting(), t0),
    thread: anOpenAlert({}, posting).thread,
  });

  test('what is not posted yet is dropped', () => {
    expect(calls(asked(told(waiting(), t0), { verb: 'acknowledge' }, at))).toEqual([]);
  });

  test('what may be in Slack keeps its number, and calls nobody should it be posted again', () => {
    const [call, ...others] = asked(claimed(), { verb: 'acknowledge' }, at).notes;
    expect(call).toEqual({ n: 1, kind: 'nobody_reacts', at: t0, since: t0 } satisfies Note);
    expect(others.map(({ kind }) => kind)).toEqual(['acknowledged']);
  });

  test('given back, the first step is said again, counted from then', () => {
    const taken = asked(told(waiting(), t0), { verb: 'acknowledge' }, at);
    const back = asked(taken, { verb: 'unacknowledge' }, t0 + minutes(90));
    expect(back.notify).toEqual({ steps, said: 0, since: t0 + minutes(90) });
  });

  test('so it is when a silence ends', () => {
    const silence = { by: ana, reason: 'x', until: t0 + minutes(20) };
    const ended = expireSilence(waiting({ said: 2 }, { silence }), t0 + minutes(20));
    expect(ended?.alert.notify).toEqual({ steps, said: 0, since: t0 + minutes(20) });
  });
});

describe('in quiet hours', () => {
  const day = minutes(24 * 60);
  /** From ten minutes before to an hour after the thread was opened. */
  const from = (t0 - minutes(10)) % day;
  const quiet = { name: 'nights', zone: 'UTC', from, until: (from + minutes(70)) % day };
  const until = t0 + minutes(60);

  test('nobody is mentioned before they end; then what was held is said in one go', () => {
    const alert = waiting({ quiet }, { severity: 'error' });
    expect(escalationDueAt(alert)).toBe(until);
    expect(rootFacts(alert).quiet).toEqual({ name: 'nights', until });
    expect(escalate(alert, until - 1)).toBeUndefined();
    const said = told(alert, until);
    expect(calls(said)).toEqual([['S01', 'S02', 'U03', 'channel']]);
    expect(rootFacts(said)).not.toHaveProperty('quiet');
  });

  test('what is critical is not held, unless that is asked for; nor what becomes critical', () => {
    expect(escalationDueAt(waiting({ quiet }, { severity: 'critical' }))).toBe(t0);
    expect(rootFacts(waiting({ quiet }, { severity: 'critical' }))).not.toHaveProperty('quiet');
    expect(escalationDueAt(waiting({ quiet: { ...quiet, critical: true } }, { severity: 'critical' }))).toBe(
      until,
    );
  });

  test('reminders are held, and said nowhere; what is due outside of them is not', () => {
    const had = waiting({ quiet, remind: minutes(30) }, { severity: 'error', ack: { by: ana, at: t0 } });
    expect(escalationDueAt(had)).toBe(until);
    expect(rootFacts(had)).not.toHaveProperty('quiet');
    expect(escalationDueAt(waiting({ quiet, since: until }, { severity: 'error' }))).toBe(until);
  });
});

describe('quiet hours that began meanwhile', () => {
  const day = minutes(24 * 60);
  /** Of `t0` until `from` minutes later nobody looked: farmhand or Slack was away. */
  const quietFrom = (from: number) => {
    const begin = (t0 + minutes(from)) % day;
    return { name: 'nights', zone: 'UTC', from: begin, until: (begin + minutes(60)) % day };
  };
  const policy = { claimTimeout: 15_000 };
  const late = t0 + minutes(20);
  const until = t0 + minutes(75);
  const quiet = quietFrom(15);
  const noted = (notify: Partial<Escalation> = {}, thread: Partial<OpenThread> = {}): Alert =>
    told(waiting({ quiet, ...notify }, { severity: 'error' }, thread), t0);
  const held = (alert: Alert, now = late) => escalate(alert, now);

  test('a step that was missed before they began waits for their end, and the root says so', () => {
    const alert = waiting({ quiet }, { severity: 'error' });
    expect(decideThread(alert, late, policy)).toEqual({ do: 'escalate' });
    const waits = held(alert);
    expect(waits).toEqual({
      alert: { ...alert, notify: { steps, said: 0, quiet, held: late } },
      journal: [
        {
          ...{ at: late, who: 'farmhand', what: 'mentions_held' },
          why: `until ${new Date(until).toISOString()}: nights`,
        },
      ],
    });
    expect(waits && rootFacts(waits.alert).quiet).toEqual({ name: 'nights', until });
    expect(waits && openWakeAt(waits.alert)).toBe(until);
    expect(waits && escalate(waits.alert, late + 1)).toBeUndefined();
    const said = waits && told(waits.alert, until);
    expect(said && calls(said)).toEqual([['S01', 'S02', 'U03', 'channel']]);
    expect(said?.notify).toEqual({ steps, said: 3, quiet });
  });

  test('a call that waits for Slack is taken back, and made when they end with what is due by then', () => {
    const alert = noted();
    expect(decideThread(alert, t0 + minutes(9), policy)).toEqual({ do: 'reply' });
    expect(decideThread(alert, late, policy)).toEqual({ do: 'escalate' });
    const waits = held(alert);
    expect(waits?.alert.notes).toEqual([]);
    expect(waits?.alert.notify).toEqual({ steps, said: 0, quiet, held: late });
    expect(calls(told(waits?.alert ?? alert, until))).toEqual([['S01', 'S02', 'U03', 'channel']]);
  });

  test('what was said before is not said again with what was taken back', () => {
    const once: Alert = { ...noted(), notes: [], noteCount: 1 };
    const twice = told(once, t0 + minutes(10));
    expect(held(twice)?.alert.notify?.said).toBe(1);
    expect(calls(told(held(twice)?.alert ?? twice, until))).toEqual([['S02', 'U03', 'channel']]);
  });

  test('a reminder is taken back the same way, and made once when they end', () => {
    const had = told(
      waiting({ quiet, remind: minutes(12) }, { severity: 'error', ack: { by: ana, at: t0 } }),
      t0 + minutes(12),
    );
    const waits = held(had)?.alert;
    expect(waits?.notes).toEqual([]);
    expect(waits && escalationDueAt(waits)).toBe(until);
    expect(waits && told(waits, until).notes.map(({ kind, to }) => ({ kind, to }))).toEqual([
      { kind: 'still_open', to: ['U1'] },
    ]);
  });

  test('nobody hears of it when somebody has it by their end', () => {
    const had = asked(held(noted())?.alert ?? noted(), { verb: 'acknowledge' }, late + 1);
    expect(escalate(had, until)).toBeUndefined();
  });

  test.each<[string, Alert]>([
    ['what may be in Slack', noted({}, { posting: { through: 1, since: t0, claim: 'c' } })],
    ['a note that does not say of how many steps it tells', withoutSteps(noted())],
  ])('%s is left as it is', (_, alert) => {
    const { notes, notify } = told(alert, late);
    expect({ notes, said: notify?.said }).toEqual({ notes: alert.notes, said: 1 });
  });

  test('what is critical, or becomes it, is said at once', () => {
    expect(calls(told({ ...noted(), severity: 'critical' }, late))).toEqual([['S01', 'S02', 'U03']]);
    const waits = held(noted())?.alert ?? noted();
    expect(calls(told({ ...waits, severity: 'critical' }, late + 1))).toEqual([['S01', 'S02', 'U03']]);
  });

  test('down for a day, and back in the next quiet hours: it waits for the end of those', () => {
    const alert = waiting({ quiet: quietFrom(-10) }, { severity: 'error' });
    const waits = held(alert, t0 + day)?.alert;
    expect(waits && escalationDueAt(waits)).toBe(t0 + day + minutes(50));
  });

  test('what fires anew is counted from then, whatever was held', () => {
    const waits = held(noted())?.alert ?? noted();
    const back = asked(asked(waits, { verb: 'acknowledge' }, late), { verb: 'unacknowledge' }, until);
    expect(back.notify).toEqual({ steps, quiet, said: 0, since: until });
  });
});

test('whoever is given it is reminded of it, and nobody else is called', () => {
  const given = asked(waiting({ remind: minutes(60) }), { verb: 'assign', to: { id: 'U2' } }, t0 + 1_000);
  expect(calls(given)).toEqual([]);
  expect(escalationDueAt(given)).toBe(t0 + 1_000 + minutes(60));
  expect(told(given, t0 + 1_000 + minutes(60)).notes.at(-1)).toMatchObject({
    kind: 'still_open',
    to: ['U2'],
  });
});

describe('a reminder', () => {
  const remind = minutes(60);
  const had = (notify: Partial<Escalation> = {}): Alert =>
    waiting({ remind, ...notify }, { ack: { by: ana, at: t0 } });

  test('goes to whoever has it, again and again', () => {
    expect(escalationDueAt(had())).toBe(t0 + remind);
    expect(escalate(had(), t0 + remind - 1)).toBeUndefined();
    const first = escalate(had(), t0 + remind);
    expect(first?.alert.notes).toEqual([
      { n: 1, kind: 'still_open', at: t0 + remind, since: t0, to: ['U1'] },
    ]);
    expect(first?.journal).toEqual([{ at: t0 + remind, who: 'farmhand', what: 'reminded', why: 'Ana (U1)' }]);
    expect(first && escalationDueAt(first.alert)).toBe(t0 + 2 * remind);
  });

  test('nothing happens where the route asks for none', () => {
    expect(escalationDueAt(waiting({}, { ack: { by: ana, at: t0 } }))).toBeUndefined();
  });

  test('of an earlier acknowledgement does not put off that of a later one, and one is not said once it is given back', () => {
    const reminded = told(had(), t0 + remind);
    const back = asked(reminded, { verb: 'unacknowledge' }, t0 + remind + 1);
    expect(back.notes.map(({ kind }) => kind)).toEqual(['unacknowledged']);
    const again = asked(back, { verb: 'acknowledge' }, t0 + minutes(90));
    expect(escalationDueAt(again)).toBe(t0 + minutes(90) + remind);
  });
});

describe('a firing that is shown in the channel', () => {
  const policy = { refireWindow: minutes(300), staleGrace: minutes(5) };
  const refires = (notify: Partial<Escalation>, gap: number, over: object = {}): Alert => {
    const ended = waiting(notify, {
      status: 'resolved',
      endsAt: t0 + 1,
      eventTime: t0 + 1,
      severity: 'error',
    });
    const at = t0 + 1 + gap;
    const event = anEvent({
      ...{
        fingerprint: ended.fingerprint,
        id: 'f',
        startsAt: at,
        time: at,
        receivedAt: at,
        severity: 'error',
      },
      ...over,
    });
    return evolve(ended, event, aRoute, policy).alert;
  };
  const asksFor = { broadcastRefire: true } as const;

  test.each<[string, boolean, Alert]>([
    ['was over for ten minutes', true, refires(asksFor, minutes(10))],
    ['was over for less', false, refires(asksFor, minutes(10) - 1)],
    ['is worse than it was', true, refires(asksFor, minutes(1), { severity: 'critical' })],
    ['was shown within the hour', false, refires({ ...asksFor, broadcastAt: t0 - minutes(45) }, minutes(14))],
    ['was shown an hour ago', true, refires({ ...asksFor, broadcastAt: t0 - minutes(46) }, minutes(14))],
    ['is of a route that does not ask for it', false, refires({}, minutes(10))],
  ])('%s: %s', (_, shown, { notes, notify }) => {
    expect(notes.map(({ broadcast = false }) => broadcast)).toEqual([shown]);
    expect(notify?.broadcastAt === notify?.since).toBe(shown);
  });
});

describe('it resolves and fires again', () => {
  const policy = { refireWindow: minutes(30), staleGrace: minutes(5) };
  const event = (over: object) => anEvent({ fingerprint: waiting().fingerprint, ...over });
  const fed = (alert: Alert, over: object): Alert => evolve(alert, event(over), aRoute, policy).alert;
  const end = { status: 'resolved', endsAt: t0 + minutes(2), time: t0 + minutes(2), id: 'r' };
  const again = { startsAt: t0 + minutes(5), time: t0 + minutes(5), receivedAt: t0 + minutes(6), id: 'f' };

  test('nobody is called any more', () => {
    const over = fed(told(waiting(), t0), end);
    expect(calls(over)).toEqual([]);
    expect(escalationDueAt(over)).toBeUndefined();
  });

  test('it begins anew', () => {
    const fires = fed(fed(told(waiting(), t0 + minutes(1)), end), again);
    expect(fires.notify).toEqual({ steps, said: 0, since: t0 + minutes(6) });
  });

  test('one that comes and goes calls nobody in the first minute', () => {
    const fires = fed(fed(waiting({}, { fired: 2 }), end), again);
    expect(fires.notify?.since).toBe(t0 + minutes(7));
  });
});

describe('who it belongs to', () => {
  const route = aRoute({ notify: { steps }, groupBy: ['service'] });

  test('an alert keeps what its route asked for when it opened', () => {
    expect(openAlert(anEvent(), aRoute({ notify: { steps } })).notify).toEqual({ steps, said: 0 });
    expect(openAlert(anEvent(), aRoute())).not.toHaveProperty('notify');
  });

  test('a member of a group calls nobody: its group does', () => {
    expect(openAlert(anEvent(), route)).not.toHaveProperty('notify');
    const groups = { refireWindow: minutes(30), ticketsOf: () => [], notifyOf: () => ({ steps }) };
    const look = (current: Alert | undefined, now: number, ...rows: Parameters<typeof someMembers>[0]) =>
      evolveGroup(current, 'aaaaaaaaaaaaaaaa', { ...someMembers(rows), key: aGroupKey() }, now, groups).write
        ?.alert;
    const opened = look(undefined, t0, aRow(1));
    expect(opened?.notify).toEqual({ steps, said: 0 });
    const ended = aRow(1, { status: 'resolved', endsAt: t0 + minutes(1) });
    const over = look(opened && { ...opened, thread: waiting().thread }, t0 + minutes(1), ended);
    const again = look(over, t0 + minutes(3), aRow(2, { startsAt: t0 + minutes(3) }));
    expect(again?.notify).toEqual({ steps, said: 0, since: t0 + minutes(3) });
  });
});
