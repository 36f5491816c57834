import { describe, expect, test } from 'vitest';
import type { Person } from '../../../src/core/person.ts';
import { applyRebuildCommand } from '../../../src/rebuild/commands/apply-command.ts';
import { offeredVerbs } from '../../../src/rebuild/model/allowed.ts';
import { pendingOf } from '../../../src/rebuild/model/approval.ts';
import type { RebuildCommand } from '../../../src/rebuild/model/command.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { anInstance, aPlan, inStep, startedAt } from '../../builders/rebuild.ts';

const alice: Person = { id: 'U0ALICE', name: 'Alice Ash' };
const bob: Person = { id: 'U0BOB', name: 'Bob Birch' };
const carol: Person = { id: 'U0CAROL', name: 'Carol Cole' };
const now = startedAt + 5 * 60_000;
const plan = aPlan({ instance: anInstance({ approval: true, minimum: 2 }), farmers: 4 });
const question = { code: 'approval', what: 'a person is needed', options: [], since: 5 } as const;
const begun = inStep('ticket', { state: 'waiting', ask: question }, { plan, by: alice });
const waiting: Rebuild = { ...begun, farmers: { ...begun.farmers, target: 4 } };

const asking = (rebuild: Rebuild, command: RebuildCommand, by: Person) => {
  const { write, result } = applyRebuildCommand(rebuild, command, by, now, { remind: 3_600_000 });
  const says = result.ok ? result.says : result.says.join(' ');
  return { rebuild: write?.rebuild ?? rebuild, changed: write !== undefined, ok: result.ok, says };
};
const having = (rebuild: Rebuild, ...steps: readonly (readonly [RebuildCommand, Person])[]): Rebuild =>
  steps.reduce((from, [command, by]) => asking(from, command, by).rebuild, rebuild);

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
    const { rebuild, says } = asking(wished, { verb: 'withdraw', reason: 'the ETA is fine' }, alice);
    const text = 'Withdrawn: scale to 9 farmers. It was not done, and nobody need approve it any more.';
    expect(says).toBe(text);
    expect(rebuild.asked).toEqual(wished.asked?.slice(1));
    expect(rebuild.withdrawn).toEqual({ by: alice, at: now });
    expect(rebuild.farmers).toEqual(wished.farmers);
    expect(rebuild.card.notes.at(-1)).toMatchObject({ by: alice, text: `${text} Because: the ETA is fine` });
    expect(rebuild.ticket.entries.at(-1)?.lines).toEqual([`${text} Because: the ETA is fine`]);
    const none = asking(rebuild, { verb: 'withdraw' }, carol).rebuild;
    expect(pendingOf(none)).toBeUndefined();
    expect(none.approval).toEqual(approved.approval);
  });

  test('is not taken back by others, and not twice', () => {
    expect(asking(wished, { verb: 'withdraw' }, bob)).toEqual({
      rebuild: wished,
      changed: false,
      ok: false,
      says: 'Not withdrawn: you asked for nothing that waits here; Alice Ash, Carol Cole did. Nothing was changed. Whoever may cancel the rebuild can do that.',
    });
    expect(asking(approved, { verb: 'withdraw' }, alice)).toMatchObject({
      changed: false,
      says: 'Not withdrawn: nothing waits for an approval here. Nothing was changed.',
    });
    expect(offeredVerbs(wished)).toContain('withdraw');
    expect(offeredVerbs(approved)).not.toContain('withdraw');
  });

  test('a click on the approval of what was withdrawn approves nothing', () => {
    const hash = pendingOf(wished)?.hash ?? '';
    const left = having(wished, [{ verb: 'withdraw' }, alice]);
    expect(asking(left, { verb: 'approve', hash }, bob)).toMatchObject({ ok: false, changed: false });
  });
});

describe('a whole rebuild that waits', () => {
  test('is cancelled by whoever asked for it; nothing was touched', () => {
    const { rebuild, says } = asking(waiting, { verb: 'withdraw' }, alice);
    expect(says).toBe('Cancelling system6: nothing was touched yet.');
    expect(rebuild.phase).toBe('cancelling');
    expect(rebuild.end).toMatchObject({ by: alice, reason: 'withdrawn by whoever asked for it' });
  });

  test('is not cancelled by anybody else that way', () => {
    expect(asking(waiting, { verb: 'withdraw' }, bob)).toMatchObject({ ok: false, changed: false });
  });

  test('a route’s is withdrawn by whoever confirmed it', () => {
    const routed = having({ ...waiting, by: { id: 'farmhand' } }, [{ verb: 'approve' }, bob]);
    expect(asking(routed, { verb: 'withdraw' }, carol).changed).toBe(false);
    expect(asking(routed, { verb: 'withdraw' }, bob).rebuild.phase).toBe('cancelling');
  });
});
