import { describe, expect, test } from 'vitest';
import { line, ownLine } from '../../src/core/journal.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { changesAtMost, createChanges } from '../../src/report/changes.ts';
import { anAlert } from '../builders/alert.ts';
import { aRebuild, aScaleUp } from '../builders/rebuild.ts';

const hour = 3_600_000;
const from = Date.parse('2026-11-16T00:00Z');
const week = { from, to: from + 168 * hour };
const at = (hours: number): number => from + hours * hour;
const ann = { id: 'U0ANN', name: 'Ann', as: { role: 'sre', through: 'S0SRE' } };
const ben = { id: 'U0BEN', name: 'Ben', as: { role: 'lead', through: 'U0BEN' } };

const scaled = (over: Partial<Rebuild> = {}): Rebuild =>
  aRebuild({ by: ann, effects: [aScaleUp({ state: 'done', at: at(5), reason: 'more load' })], ...over });
const ofRebuild = (rebuild: Rebuild, people = false, journal = [line(at(4), 'U0BEN', 'approve')]) => {
  const changes = createChanges(week, people);
  changes.ofRebuild(rebuild, journal);
  return changes.list().all;
};

describe('a change of a rebuild', () => {
  const approval = { by: ben, at: at(4), planHash: 'h' };

  test('what, where, how it ended, by which role, and that another person had approved; nobody is named', () => {
    expect(ofRebuild(scaled({ approval }))).toEqual([
      {
        ...{
          at: at(5),
          kind: 'scale',
          what: 'farmers 0 → 24 (farmers)',
          where: 'system6 (den/tenant-105858-prod)',
        },
        ...{ of: 'system6-20261120-1', outcome: 'done', approval: 'approved', role: 'sre' },
      },
    ]);
  });

  test('with people: who asked, who approved, and why', () => {
    expect(ofRebuild(scaled({ approval }), true)).toMatchObject([
      { by: 'Ann (U0ANN)', approvedBy: 'Ben (U0BEN)', reason: 'more load' },
    ]);
  });

  test.each<[string, Partial<Rebuild>, ReturnType<typeof line>[], string]>([
    ['nobody had to', {}, [], 'none'],
    [
      'approved only afterwards',
      { approval: { ...approval, at: at(6) } },
      [line(at(6), 'U0BEN', 'approve')],
      'none',
    ],
    ['on record although the journal was cut', { approval }, [], 'approved'],
    [
      'under a broken glass',
      { approval, glass: [{ n: 1, by: ann, reason: 'x', at: at(4), until: at(6), did: [] }] },
      [],
      'glass',
    ],
    [
      'a glass that was over',
      { approval, glass: [{ n: 1, by: ann, reason: 'x', at: at(3), until: at(5), did: [] }] },
      [],
      'approved',
    ],
    [
      'somebody else’s glass',
      { approval, glass: [{ n: 1, by: ben, reason: 'x', at: at(4), until: at(6), did: [] }] },
      [],
      'approved',
    ],
  ])('%s', (_, over, journal, expected) => {
    const all = ofRebuild(scaled(over), false, journal).filter(({ kind }) => kind === 'scale');
    expect(all.map((change) => change.approval)).toEqual([expected]);
  });

  test('one without an outcome is open; one of another time is not listed; overrides and glass are changes', () => {
    const effects = [aScaleUp({ at: at(5) }), aScaleUp({ state: 'failed', at: at(-1) })];
    const overrides = [
      { n: 1, kind: 'skip_step', step: 'history', by: ann, at: at(6), reason: 'known' },
    ] as const;
    const glass = [{ n: 1, by: ben, reason: 'x', at: at(7), until: at(8), did: [] }];
    expect(
      ofRebuild(scaled({ effects, overrides, glass }), false, []).map(({ kind, what, outcome }) => [
        kind,
        what,
        outcome,
      ]),
    ).toEqual([
      ['scale', 'farmers 0 → 24 (farmers)', 'open'],
      ['override', 'skip step (history)', 'done'],
      ['break_glass', 'broken glass, not reviewed yet', 'done'],
    ]);
  });
});

test('silences of alerts and groups, once each, as they ended', () => {
  const changes = createChanges(week, true);
  const silence = { kind: 'silence', durationMs: hour, reason: 'deploy' } as const;
  const action = {
    kind: 'silence',
    attempts: 1,
    nextAt: 0,
    at: at(1),
    by: { id: 'U0ANN', name: 'Ann' },
  } as const;
  const alert = anAlert({
    name: 'DiskFull',
    actions: [
      { ...action, key: 'silence', state: 'done', spec: silence },
      { ...action, key: 'silence-2', state: 'failed', spec: silence },
      { ...action, key: 'silence-3', state: 'waiting', spec: silence },
      {
        ...action,
        key: 'silence-4',
        state: 'done',
        spec: { ...silence, with: { alert: 'x', key: 'silence' } },
      },
    ],
  });
  changes.ofAlert(alert, [ownLine(at(2), 'silence_done'), ownLine(at(1.5), 'silence-2_failed')]);
  const all = changes.list().all;
  expect(all.map((each) => [each.at, each.outcome])).toEqual([
    [at(1.5), 'failed'],
    [at(2), 'done'],
  ]);
  expect(all[1]).toMatchObject({ where: 'DiskFull', of: alert.id, by: 'Ann (U0ANN)', reason: 'deploy' });
});

test('freezes and thaws', () => {
  const changes = createChanges(week, false);
  const freeze = { n: 1, by: ann, at: at(1), reason: 'audit' };
  changes.ofFreeze(freeze);
  changes.ofFreeze({ ...freeze, instance: 'system6', at: at(-3), endedAt: at(3), thawed: { by: ben } });
  changes.ofFreeze({ ...freeze, at: at(-9), endedAt: at(4) });
  expect(changes.list().all).toEqual([
    {
      at: at(1),
      kind: 'freeze',
      what: 'freeze',
      where: 'all instances',
      outcome: 'done',
      approval: 'none',
      role: 'sre',
    },
    {
      at: at(3),
      kind: 'thaw',
      what: 'thaw',
      where: 'system6',
      outcome: 'done',
      approval: 'none',
      role: 'lead',
    },
  ]);
});

test('no more are kept than it says, and what is over it is counted', () => {
  const changes = createChanges(week, false);
  for (let n = 0; n < changesAtMost + 7; n++) changes.ofFreeze({ n, by: ann, at: at(1), reason: 'x' });
  const { all, more } = changes.list();
  expect([all.length, more]).toEqual([changesAtMost, 7]);
});
