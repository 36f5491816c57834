import { describe, expect, test } from 'vitest';
import type { Person } from '../../../src/core/person.ts';
import { applyRebuildCommand } from '../../../src/rebuild/commands/apply-command.ts';
import { askersOf, rolesOfAskers } from '../../../src/rebuild/model/approval.ts';
import type { RebuildCommand } from '../../../src/rebuild/model/command.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { anInstance, aPlan, inStep, startedAt } from '../../builders/rebuild.ts';

const now = startedAt + 60_000;
const email = (name: string) => `${name}@example.com`;
const through = (role: string, person: Person): Person => ({ ...person, as: { role, through: 'S0SRE' } });
const alice: Person = { id: 'U0ALICE', name: 'Alice Ash', email: email('alice') };
const bob: Person = { id: 'U0BOB', name: 'Bob Birch', email: email('bob') };
const carol: Person = { id: 'U0CAROL', name: 'Carol Cole', email: email('carol') };
/** Alice's other account. */
const twin: Person = { id: 'W0ALICE', name: 'Alice (admin)', email: 'Alice+admin@example.com' };

const plan = aPlan({ instance: anInstance({ approval: true, minimum: 2 }), farmers: 4 });
const ask = { code: 'approval', what: 'a person is needed', options: [], since: 5 } as const;
const started = (by: Person): Rebuild => {
  const rebuild = inStep('ticket', { state: 'waiting', ask }, { plan, by });
  return { ...rebuild, farmers: { ...rebuild.farmers, target: 4 } };
};
const doing = (rebuild: Rebuild, command: RebuildCommand, by: Person) => {
  const { write, result } = applyRebuildCommand(rebuild, command, by, now, { remind: 1 });
  const code = result.ok
    ? result.changed
      ? result.done.code
      : result.already.code
    : result.reasons[0]?.code;
  return { rebuild: write?.rebuild ?? rebuild, code };
};
const approve = { verb: 'approve' } as const;
/** Approved by Bob, and on its way. */
const running = (by: Person): Rebuild => {
  const { rebuild } = doing(started(by), approve, through('approver', bob));
  return { ...rebuild, steps: rebuild.steps.map(({ ask: _, ...step }) => step) };
};

describe('another person approves', () => {
  test('by their account', () => {
    expect(doing(started(alice), approve, alice).code).toBe('own_request');
    expect(doing(started(alice), approve, bob).code).toBe('approve_plan');
  });

  test('and by e-mail: a second account of whoever asked is the same person', () => {
    expect(doing(started(alice), approve, twin).code).toBe('same_person');
    expect(doing(started(twin), approve, alice).code).toBe('same_person');
  });

  test.each([
    ['who had the plan made', { plannedBy: alice }],
    ['who asked for more and got it', { raisedBy: [alice] }],
    ['who scaled it', { farmers: { wanted: 0, target: 3, minimum: 2, asked: { by: alice } } }],
    ['who overrode it', { overrides: [{ n: 1, kind: 'drop_guardian', by: alice, at: now, reason: 'x' }] }],
    ['who confirmed it', { by: { id: 'farmhand' }, confirmed: { by: alice, at: now, hash: 'x' } }],
  ] as const)('a second account of somebody %s', (_, change) => {
    expect(doing({ ...started(bob), ...change }, approve, twin).code).toBe('same_person');
    expect(doing({ ...started(bob), ...change }, approve, carol).code).toBe('approve_plan');
  });

  test('an approval by a second account, from before e-mails were known, does not count once they are', () => {
    const { rebuild } = doing(started({ id: 'U0ALICE' }), approve, twin);
    expect(rebuild.approval?.by).toEqual(twin);
    expect(doing({ ...rebuild, by: alice }, approve, carol).code).toBe('approve_plan');
  });

  test('where Slack did not tell somebody’s e-mail, accounts tell, and that is on record', () => {
    const bare = { id: 'U0BOB', name: 'Bob Birch' };
    expect(doing(started(alice), approve, bare).rebuild.approval?.unproven).toEqual([bare]);
    expect(doing(started({ id: 'U0ALICE' }), approve, bob).rebuild.approval?.unproven).toEqual([
      { id: 'U0ALICE' },
    ]);
    expect(doing(started(alice), approve, bob).rebuild.approval).not.toHaveProperty('unproven');
  });

  test.each([{ id: 'farmhand' }, { id: 'B0BOT' }, { id: 'USLACKBOT' }, { id: 'api' }])('never $id', (by) => {
    expect(doing(started(alice), approve, by).code).toBe('approver_is_no_person');
  });
});

describe('no role both asks and approves', () => {
  test('the role that let somebody start it', () => {
    const rebuild = started(through('sre', alice));
    expect(doing(rebuild, approve, through('sre', bob)).code).toBe('same_role');
    const done = doing(rebuild, approve, through('approver', bob));
    expect(done.code).toBe('approve_plan');
    expect(done.rebuild.approval?.by.as).toEqual({ role: 'approver', through: 'S0SRE' });
  });

  test('the role that let somebody scale, override, or ask for more', () => {
    let rebuild = running(through('starter', alice));
    rebuild = doing(rebuild, { verb: 'scale', farmers: 3 }, through('scaler', alice)).rebuild;
    rebuild = doing(
      rebuild,
      { verb: 'override', kind: 'force', reason: 'x' },
      through('boss', alice),
    ).rebuild;
    expect(rolesOfAskers(askersOf(rebuild, rebuild.asked))).toEqual(['starter', 'scaler', 'boss']);
    for (const role of ['starter', 'scaler', 'boss']) {
      expect(doing(rebuild, approve, through(role, carol)).code).toBe('same_role');
    }
    expect(doing(rebuild, approve, through('approver', carol)).code).toBe('approve_change');
  });

  test('a role that once let somebody ask stays used, whoever asks for more later', () => {
    let rebuild = running(through('starter', alice));
    rebuild = doing(rebuild, { verb: 'scale', farmers: 9 }, through('lead', alice)).rebuild;
    rebuild = doing(rebuild, approve, through('approver', bob)).rebuild;
    rebuild = doing(rebuild, { verb: 'scale', farmers: 19 }, through('starter', alice)).rebuild;
    expect(doing(rebuild, approve, through('lead', bob)).code).toBe('same_role');
  });

  test('confirming is half an approval: the other half may be through the same role', () => {
    const rebuild = doing(started({ id: 'farmhand' }), approve, through('approver', alice)).rebuild;
    expect(doing(rebuild, approve, through('approver', bob)).code).toBe('approve_plan');
  });

  test('of a record from before roles were on it nobody’s role is held against them', () => {
    expect(doing(started(alice), approve, through('sre', bob)).code).toBe('approve_plan');
    expect(doing(started(through('sre', alice)), approve, bob).code).toBe('approve_plan');
  });
});
