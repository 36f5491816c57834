import { describe, expect, test } from 'vitest';
import type { Person } from '../../../src/core/person.ts';
import { applyRebuildCommand } from '../../../src/rebuild/commands/apply-command.ts';
import type { CommandDenial } from '../../../src/rebuild/commands/denial.ts';
import { doneWords } from '../../../src/rebuild/messages/commands/command-news.ts';
import { offeredVerbs } from '../../../src/rebuild/model/allowed.ts';
import { pendingOf } from '../../../src/rebuild/model/approval.ts';
import type { CommandRefusal, RebuildCommand } from '../../../src/rebuild/model/command.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { anInstance, aPlan, inStep, startedAt } from '../../builders/rebuild.ts';
import { givenFor } from '../../support/given.ts';

const alice: Person = { id: 'U0ALICE', name: 'Alice Ash' };
const bob: Person = { id: 'U0BOB', name: 'Bob Birch' };
const carol: Person = { id: 'U0CAROL', name: 'Carol Cole' };
const now = startedAt + 5 * 60_000;
const plan = aPlan({ instance: anInstance({ approval: true, minimum: 2 }), farmers: 4 });
const question = { code: 'approval', what: 'a person is needed', options: [], since: 5 } as const;
const begun = inStep('ticket', { state: 'waiting', ask: question }, { plan, by: alice });
const waiting: Rebuild = { ...begun, farmers: { ...begun.farmers, target: 4 } };

const given = givenFor((rebuild: Rebuild, command: RebuildCommand, by: Person) =>
  applyRebuildCommand(rebuild, command, by, now, { remind: 3_600_000 }),
);
const having = (rebuild: Rebuild, ...steps: readonly (readonly [RebuildCommand, Person])[]): Rebuild =>
  steps.reduce((from, asked) => given(from).when(...asked).result.result.rebuild, rebuild);
/** Refused, and nothing is written. */
const refused = (rebuild: Rebuild, why: CommandDenial, code: CommandRefusal = 'not_now') => ({
  result: { ok: false, code, reasons: [why], rebuild } as const,
});

describe('a wish beyond what was approved', () => {
  // Approved, and looked at since: nothing is asked of anybody.
  const approved = { ...having(waiting, [{ verb: 'approve' }, bob]), steps: inStep('ticket').steps };
  const wished = having(
    approved,
    [{ verb: 'scale', farmers: 9, reason: 'too slow' }, alice],
    [{ verb: 'override', kind: 'force', reason: 'known risk' }, carol],
  );

  test('is taken back by whoever asked for it, and only theirs: told in the thread and in the ticket', () => {
    expect(wished.asked?.map(({ by }) => by.id)).toEqual(['U0ALICE', 'U0CAROL']);
    const asked = given(wished).when({ verb: 'withdraw', reason: 'the ETA is fine' }, alice);
    const orders = [{ verb: 'scale', farmers: 9, reason: 'too slow' }] as const;
    const done = { code: 'withdraw', orders } as const;
    asked.thenHas({ result: { ok: true, changed: true, done } });
    const { rebuild } = asked.result.result;
    const text = `${doneWords(done).says} Because: the ETA is fine`;
    expect(rebuild.asked).toEqual(wished.asked?.slice(1));
    expect(rebuild.withdrawn).toEqual({ by: alice, at: now });
    expect(rebuild.farmers).toEqual(wished.farmers);
    expect(rebuild.card.notes.at(-1)).toMatchObject({ by: alice, text });
    expect(rebuild.ticket.entries.at(-1)?.lines).toEqual([text]);
    const none = having(rebuild, [{ verb: 'withdraw' }, carol]);
    expect(pendingOf(none)).toBeUndefined();
    expect(none.approval).toEqual(approved.approval);
  });

  test('is not taken back by others, and not twice', () => {
    const others = { code: 'request_of_others', askers: [alice, carol] } as const;
    given(wished)
      .when({ verb: 'withdraw' }, bob)
      .thenIs(refused(wished, others, 'not_allowed'));
    given(approved)
      .when({ verb: 'withdraw' }, alice)
      .thenIs(refused(approved, { code: 'nothing_to_withdraw' }));
    expect(offeredVerbs(wished)).toContain('withdraw');
    expect(offeredVerbs(approved)).not.toContain('withdraw');
  });

  test('a click on the approval of what was withdrawn approves nothing', () => {
    const hash = pendingOf(wished)?.hash ?? '';
    const left = having(wished, [{ verb: 'withdraw' }, alice]);
    given(left)
      .when({ verb: 'approve', hash }, bob)
      .thenIs(refused(left, { code: 'stale_approval' }, 'stale_approval'));
  });
});

describe('a whole rebuild that waits', () => {
  test('is cancelled by whoever asked for it; nothing was touched', () => {
    const reason = 'withdrawn by whoever asked for it';
    given(waiting)
      .when({ verb: 'withdraw' }, alice)
      .thenHas({
        write: { rebuild: { phase: 'cancelling', end: { by: alice, reason } } },
        result: { ok: true, done: { code: 'cancel', instance: 'system6', up: false, frozen: false } },
      });
  });

  test('is not cancelled by anybody else that way', () => {
    const others = { code: 'request_of_others', askers: [alice] } as const;
    given(waiting)
      .when({ verb: 'withdraw' }, bob)
      .thenIs(refused(waiting, others, 'not_allowed'));
  });

  test('a route’s is withdrawn by whoever confirmed it', () => {
    const routed = having({ ...waiting, by: { id: 'farmhand' } }, [{ verb: 'approve' }, bob]);
    const others = { code: 'request_of_others', askers: [{ id: 'farmhand' }, bob] } as const;
    given(routed)
      .when({ verb: 'withdraw' }, carol)
      .thenIs(refused(routed, others, 'not_allowed'));
    expect(having(routed, [{ verb: 'withdraw' }, bob]).phase).toBe('cancelling');
  });
});
