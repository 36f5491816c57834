import { expect, test } from 'vitest';
import { finishAction } from '../../../src/alerts/actions/action-step.ts';
import { silenceRequest } from '../../../src/alerts/actions/requests.ts';
import type { ActionState, Alert } from '../../../src/alerts/model/alert.ts';
import { openAlert } from '../../../src/alerts/model/open.ts';
import type { SilenceEffect } from '../../../src/alerts/ports/ports.ts';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { anOpenAlert, aRoute } from '../../builders/alert.ts';
import { minutes, t0 } from '../../builders/event.ts';
import { context, message, alert as sent, webhook } from '../../intake/wire/messages.ts';

const action: ActionState = {
  key: 'silence',
  kind: 'silence',
  state: 'running',
  attempts: 1,
  nextAt: t0,
  spec: { kind: 'silence', durationMs: minutes(60), reason: 'deploy' },
  by: { id: 'U0ADA' },
  at: t0,
};

/** What a silence of the alert with these labels is matched by, and how many are left out. */
const matchedBy = (labels: Record<string, string>) => {
  const [event] = decodeMessage(message(webhook([sent({ labels })])), context).events;
  if (!event) throw new Error('no event');
  const alert = openAlert(event, aRoute());
  const { labels: by, left } = silenceRequest(
    alert,
    action,
    { kind: 'silence', durationMs: 1, reason: 'x' },
    'k',
  );
  return { by, left };
};

test('labels that came as they are kept match, all of them', () => {
  const labels = { alertname: 'A', service: 'checkout' };
  expect(matchedBy(labels)).toEqual({ by: labels, left: 0 });
});

test('a value that was cut, cleaned, or has control characters does not match', () => {
  expect(
    matchedBy({ alertname: 'A', long: 'x'.repeat(1_025), cr: 'one\r\ntwo', bidi: 'a\u202eb', ok: 'y' }),
  ).toEqual({ by: { alertname: 'A', ok: 'y' }, left: 3 });
});

test('a name with a line break or too long does not match', () => {
  expect(matchedBy({ alertname: 'A', 'odd\nname': 'v', ['n'.repeat(200)]: 'v' })).toEqual({
    by: { alertname: 'A' },
    left: 2,
  });
});

test('labels beyond the 64 that are kept are counted as left out', () => {
  const many = Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`label_${i}`, 'v']));
  const { by, left } = matchedBy({ alertname: 'A', ...many });
  expect([Object.keys(by).length, left, by['alertname']]).toEqual([64, 7, 'A']);
});

test('a record of an older farmhand, which does not say what was cut: what looks cut does not match', () => {
  const alert = anOpenAlert({ labels: { alertname: 'A', long: `${'x'.repeat(1_023)}…` } });
  const ask = silenceRequest(alert, action, { kind: 'silence', durationMs: 1, reason: 'x' }, 'k');
  expect([ask.labels, ask.left]).toEqual([{ alertname: 'A' }, 1]);
});

const made = (effect: SilenceEffect): Alert => {
  const alert = anOpenAlert({ actions: [action] });
  const done = finishAction(alert, 'silence', 1, { ok: true, id: 's1', url: 'http://am/#/s1', effect }, t0);
  if (!done) throw new Error('the silence is done');
  return done.alert;
};

test('a silence that was seen to hold is told with what was seen', () => {
  const alert = made({ seen: 'silences', says: 'Alertmanager main lists it as silenced.' });
  expect(alert.silence).toMatchObject({ id: 's1', until: t0 + minutes(60) });
  expect(alert.notes.map(({ kind, text, more }) => [kind, text, more])).toEqual([
    ['silenced', 'deploy', 'Alertmanager main lists it as silenced.'],
  ]);
});

test('one that silences nothing is not shown as a silence', () => {
  const alert = made({
    seen: 'misses',
    says: 'Alertmanager main lists this alert as firing and not silenced',
  });
  expect(alert.silence).toBeUndefined();
  expect(alert.notes.map(({ kind, url }) => [kind, url])).toEqual([['silence_misses', 'http://am/#/s1']]);
});

test('a group is silenced when each Alertmanager has done it, and each is told', () => {
  const targets = ['eu', 'us'].map((cluster) => ({ cluster, matchers: { service: 'checkout' } }));
  const actions = targets.map((target, i): ActionState => {
    const spec = { kind: 'silence', durationMs: minutes(60), reason: 'deploy', target } as const;
    return { ...action, key: i === 0 ? 'silence' : 'silence-2', spec };
  });
  const group = anOpenAlert({ actions });
  const [first] = actions;
  if (first?.spec.kind !== 'silence') throw new Error('no silence');
  const request = silenceRequest(group, first, first.spec, 'k');
  expect([request.labels, request.cluster, request.alertLabels]).toEqual([
    { service: 'checkout' },
    'eu',
    undefined,
  ]);
  const one = finishAction(group, 'silence', 1, { ok: true, id: 's1' }, t0)?.alert;
  expect([one?.silence, one?.notes.length]).toEqual([undefined, 1]);
  const both = one && finishAction(one, 'silence-2', 1, { ok: true, id: 's2' }, t0)?.alert;
  expect(both?.silence).toMatchObject({ until: t0 + minutes(60), covers: targets });
  expect(both?.notes.map(({ kind }) => kind)).toEqual(['silenced', 'silenced']);
});
