import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyRebuildCommand } from '../../../src/rebuild/commands/apply-command.ts';
import { allowedTable, commandRefusal, offeredVerbs } from '../../../src/rebuild/model/allowed.ts';
import type { CommandVerb, RebuildCommand } from '../../../src/rebuild/model/command.ts';
import type { Step } from '../../../src/rebuild/model/parts/step.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { type RebuildStatus, statusOfRebuild } from '../../../src/rebuild/model/status.ts';
import { stepNames } from '../../../src/rebuild/model/steps.ts';
import { inStep } from '../../builders/rebuild.ts';
import { givenFor } from '../../support/given.ts';

const given = givenFor(applyRebuildCommand);
const bob = { id: 'U2', name: 'Bob' };
const policy = { remind: 3_600_000 };

const asking = (code: 'approval' | 'guardian' | 'too_few_farmers'): Partial<Step> => ({
  state: 'waiting',
  ask: { code, what: 'a person is needed', options: [], since: 5 },
});
const end = { at: 9, by: bob, reason: 'because', step: 'farmers', errors: [] } as const;
const pause = { by: bob, reason: 'lunch', at: 5, remindAt: 99 } as const;

const states: Readonly<Record<RebuildStatus, Rebuild>> = {
  starting: inStep('ticket'),
  'waiting for approval': inStep('ticket', asking('approval')),
  running: inStep('rebuild'),
  'waiting for a person': inStep('farmers', asking('too_few_farmers')),
  pausing: inStep('rebuild', {}, { pause: { ...pause, state: 'pausing' } }),
  paused: inStep('rebuild', {}, { pause: { ...pause, state: 'paused', pausedAt: 6 } }),
  frozen: inStep('rebuild', {}, { frozen: { at: 5, by: [], remindAt: 99 } }),
  guardian: inStep('release', asking('guardian')),
  cancelling: inStep('teardown', {}, { phase: 'cancelling', end }),
  failing: inStep('teardown', {}, { phase: 'failing', end }),
  released: inStep('release', { state: 'done' }, { phase: 'released' }),
  cancelled: inStep('release', { state: 'skipped' }, { phase: 'cancelled', end }),
  failed: inStep('release', { state: 'skipped' }, { phase: 'failed', end }),
};

const commands: Readonly<Record<CommandVerb, RebuildCommand>> = {
  scale: { verb: 'scale', farmers: 5 },
  pause: { verb: 'pause', reason: 'waiting for the customer' },
  resume: { verb: 'resume' },
  cancel: { verb: 'cancel', reason: 'wrong instance' },
  retry: { verb: 'retry' },
  approve: { verb: 'approve' },
  withdraw: { verb: 'withdraw' },
  revoke: { verb: 'revoke' },
  break_glass: { verb: 'break_glass', reason: 'an incident' },
  review: { verb: 'review', says: 'fine' },
  override: { verb: 'override', kind: 'keep_guardian', reason: 'to use as a donor' },
};

describe('every state and every command', () => {
  test.each(Object.keys(states) as RebuildStatus[])('%s is the state that the table means', (word) => {
    expect(statusOfRebuild(states[word])).toBe(word);
  });

  for (const [word, rebuild] of Object.entries(states) as [RebuildStatus, Rebuild][]) {
    for (const [verb, command] of Object.entries(commands) as [CommandVerb, RebuildCommand][]) {
      test(`${word}: ${verb} is ${allowedTable[word][verb] === true ? 'allowed or finely refused' : 'refused'}`, () => {
        const cell = allowedTable[word][verb];
        const asked = given(rebuild).when(command, bob, 100, policy);
        if (cell !== true) {
          // Whoever takes something back is told what there is of it, whatever the state.
          const nothing = { withdraw: 'nothing_to_withdraw', revoke: 'nothing_to_revoke' } as const;
          const why = verb === 'withdraw' || verb === 'revoke' ? { code: nothing[verb] } : cell;
          asked.thenIs({ result: { ok: false, code: 'not_now', reasons: [why], rebuild } });
        }
        const { write } = asked.result;
        if (write) expect(write.journal.length).toBeGreaterThan(0);
      });
    }
    test(`${word}: no button is offered that would be refused by the table`, () => {
      for (const verb of offeredVerbs(rebuild)) {
        expect(commandRefusal(rebuild, verb as CommandVerb), verb).toBeUndefined();
      }
    });
  }

  test('pause, cancel and override are allowed in every state before the end', () => {
    const before: RebuildStatus[] = [
      'starting',
      'running',
      'waiting for a person',
      'pausing',
      'paused',
      'guardian',
    ];
    for (const word of before) {
      for (const verb of ['pause', 'cancel', 'override'] as const)
        expect(allowedTable[word][verb], `${word} ${verb}`).toBe(true);
    }
  });
});

test('any order of commands: total, pure, and pause wins until somebody resumes', () => {
  const anyCommand = fc.constantFrom(...Object.values(commands), {
    verb: 'override',
    kind: 'skip_step',
    reason: 'known to be current',
  } as const);
  const anyState = fc.constantFrom(...Object.values(states));
  fc.assert(
    fc.property(anyState, fc.array(anyCommand, { maxLength: 12 }), (from, asked) => {
      let rebuild = from;
      let now = 100;
      for (const command of asked) {
        const before = rebuild;
        const { write, result } = applyRebuildCommand(before, command, bob, now++, policy);
        rebuild = write?.rebuild ?? rebuild;
        if (before.pause && command.verb !== 'resume' && command.verb !== 'cancel')
          expect(rebuild.pause).toBeDefined();
        if (!result.ok) expect(rebuild).toBe(before);
        expect(rebuild.steps.map(({ name }) => name)).toEqual(stepNames);
        expect(rebuild.pausedMs).toBeGreaterThanOrEqual(before.pausedMs);
      }
    }),
    { numRuns: 500 },
  );
});
