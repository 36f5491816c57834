import { expect, test } from 'vitest';
import type { CommandDenial } from '../../../../src/rebuild/commands/denial.ts';
import { commandDenialWords, deniedWords } from '../../../../src/rebuild/messages/commands/denials.ts';

const ada = { id: 'U0ADA', name: 'Ada' };
const frozen = {
  names: ['weekend'],
  until: Date.UTC(2026, 10, 30, 11),
  zone: 'America/New_York',
};
const ended = { code: 'rebuild_ended', how: 'released' } as const;
const going = { code: 'being_torn_down', how: 'cancelling' } as const;
const awaits = { code: 'awaits_approval' } as const;
const late = { code: 'override_too_late' } as const;

/** Every code has a row; several where its words depend on a fact. */
const cases: Readonly<Record<CommandDenial['code'], readonly (readonly [CommandDenial, string])[]>> = {
  glass_of_other: [
    [
      { code: 'glass_of_other', by: ada, until: Date.UTC(2026, 10, 20, 3) },
      'Not done: Ada has broken the glass already, until 2026-11-20 03:00 UTC. Nothing was changed.',
    ],
  ],
  glass_still_open: [
    [
      { code: 'glass_still_open', until: Date.UTC(2026, 10, 20, 3) },
      'Not reviewed: the glass is open until 2026-11-20 03:00 UTC, and more may be done under it. Review it after that. Nothing was changed.',
    ],
  ],
  own_glass: [
    [
      { code: 'own_glass' },
      'Not reviewed: whoever broke the glass does not review it. Ask a colleague who may approve.',
    ],
  ],
  nothing_to_review: [
    [
      { code: 'nothing_to_review' },
      'Not reviewed: no glass was broken here that nobody has reviewed. Nothing was changed.',
    ],
  ],
  no_glass_reason: [
    [
      { code: 'no_glass_reason' },
      'Say why the glass is broken, in a sentence: everybody will read it. Nothing was changed.',
    ],
  ],
  no_findings: [
    [{ code: 'no_findings' }, 'Say what you found when you looked at it: auditors will read it.'],
  ],
  frozen: [
    [
      { code: 'frozen', verb: 'scale', frozen, instance: 'system6', breakers: ['lead (ask C0OPS)', 'boss'] },
      'Not scaled: the freeze window “weekend” holds until Mon 30 Nov 2026, 06:00 in New York (2026-11-30 11:00 UTC). Nothing was changed; what runs goes on. Pause and cancel are always possible. If it cannot wait, whoever holds lead (ask C0OPS) or boss may break the glass: /dcr break-glass system6 <why>.',
    ],
    [
      {
        code: 'frozen',
        verb: 'resume',
        frozen: { names: ['a', 'b'], zone: 'UTC' },
        instance: 'system6',
        breakers: [],
      },
      'Not resumed: the freeze windows “a” and “b” hold, and no end of it is in sight: windows follow each other without a gap. Nothing was changed; what runs goes on. Pause and cancel are always possible. Nobody may break the glass: no role has the verb break_glass (access in farmhand.yml).',
    ],
    [
      {
        code: 'frozen',
        verb: 'scale',
        frozen: {
          names: [],
          zone: 'UTC',
          freezes: [
            { n: 1, instance: 'system6', by: ada, at: 0, reason: 'disks', until: Date.UTC(2026, 10, 30, 11) },
            { n: 2, by: { id: 'U0BOB' }, at: 0, reason: 'the storage moves' },
          ],
        },
        instance: 'system6',
        breakers: [],
      },
      'Not scaled: all instances are frozen by U0BOB until somebody thaws it: “the storage moves”; 1 more freeze holds. Nothing was changed; its farm stays up, pause and cancel work. Whoever may thaw it: /dcr thaw system6 <why> and /dcr thaw all <why>.',
    ],
  ],
  farmers_limit: [
    [
      { code: 'farmers_limit', farmers: 40, limit: { value: 24, rule: 'gov' } },
      'Not scaled: 40 farmers are more than the rule gov of policy allows, which is 24. Nothing was changed.',
    ],
  ],
  change_limit: [
    [
      { code: 'change_limit', from: 10, to: 24, share: { value: 0.5, rule: 'gov' }, least: 5, most: 15 },
      'Not scaled: from 10 to 24 farmers is too much at one time: the rule gov of policy allows a change of 50 % of those that are there. Nothing was changed. Any number from 5 to 15 is within it.',
    ],
  ],
  name_not_typed: [
    [
      { code: 'name_not_typed', what: 'cancel', instance: 'system6' },
      'It takes down what is up, and the work done so far is lost, so the name of the instance must be typed for it: system6. Use the button and its form, or add to the command: --confirm system6',
    ],
    [
      { code: 'name_not_typed', what: 'force', instance: 'system6', typed: 'system7' },
      '“system7” is not the name of the instance. A forced rebuild ignores what is there already, so the name of the instance must be typed for it: system6. Use the form of the button, which asks for it.',
    ],
  ],
  approved_by_other: [
    [
      { code: 'approved_by_other', by: ada },
      'Not taken back: Ada approved it, and only whoever approved can take that back. Nothing was changed. Whoever may pause or cancel the rebuild can do that.',
    ],
  ],
  nothing_to_revoke: [
    [
      { code: 'nothing_to_revoke' },
      'Not taken back: no approval counts here that nothing was begun on. Nothing was changed.',
    ],
  ],
  awaits_approval: [
    [
      { ...awaits, verb: 'scale' },
      'Not done: the plan that waits for approval names the number of farmers. Withdraw it and start again with another number.',
    ],
    [
      { ...awaits, verb: 'retry' },
      'Not done: it waits for the approval of a second person, not for a retry.',
    ],
    [
      { ...awaits, verb: 'override' },
      'Not done: it waits for the approval of a second person; nothing may be overridden before that.',
    ],
  ],
  rebuild_ended: [
    [
      { ...ended, verb: 'scale' },
      'Not done: it is finished; there is nothing left to scale. Start a new one with /dcr start.',
    ],
    [{ ...ended, verb: 'pause' }, 'Not done: it is finished; there is nothing left to pause.'],
    [
      { ...ended, verb: 'resume' },
      'Not done: it is finished; there is nothing left to resume. Start a new one with /dcr start.',
    ],
    [
      { ...ended, how: 'cancelled', verb: 'cancel' },
      'Not done: it was cancelled already; there is nothing left to cancel.',
    ],
    [
      { ...ended, how: 'failed', verb: 'retry' },
      'Not done: it has failed; an ended rebuild is not taken up again. Start a new one with /dcr start.',
    ],
    [{ ...ended, verb: 'approve' }, 'Not done: it is finished; there is nothing left to approve.'],
    [{ ...ended, verb: 'withdraw' }, 'Not done: it is finished; there is nothing left to withdraw.'],
    [
      { ...ended, verb: 'override' },
      'Not done: it is finished; there is nothing left to override. Start a new one with /dcr start.',
    ],
  ],
  being_torn_down: [
    [
      { ...going, verb: 'scale' },
      'Not done: it is being cancelled: the farmers are going. Start a new one when it has ended.',
    ],
    [
      { ...going, verb: 'pause' },
      'Not done: it is being cancelled: the teardown goes on, because farmers cost money. To keep what is up, override: keep farmers or keep guardian.',
    ],
    [{ ...going, how: 'failing', verb: 'resume' }, 'Not done: it is failing and not paused.'],
    [{ ...going, verb: 'cancel' }, 'Not done: it is being cancelled already; the teardown is under way.'],
  ],
  not_paused: [
    [{ code: 'not_paused', asks: false }, 'Not done: it is not paused.'],
    [
      { code: 'not_paused', asks: true },
      'Not done: it is not paused. It waits for a person: retry, or override.',
    ],
  ],
  on_pause: [
    [{ code: 'on_pause', state: 'pausing' }, 'Not done: it is being paused. Resume it first.'],
    [{ code: 'on_pause', state: 'paused' }, 'Not done: it is paused. Resume it first.'],
  ],
  nothing_to_retry: [
    [
      { code: 'nothing_to_retry' },
      'Not done: no step waits or failed, so there is nothing to retry. To go back to an earlier step, override: retry from a step.',
    ],
  ],
  farmers_gone: [
    [{ code: 'farmers_gone' }, 'Not done: its farmers are gone, and the guardian is always one pod.'],
  ],
  waits_for_guardian: [
    [
      { code: 'waits_for_guardian' },
      'Not done: it only waits for the guardian to be released: override, drop guardian.',
    ],
  ],
  not_a_number_of_farmers: [
    [{ code: 'not_a_number_of_farmers', farmers: 2.5 }, '2.5 is not a number of farmers.'],
  ],
  too_many_farmers: [
    [
      { code: 'too_many_farmers', farmers: 101, maximum: 100, instance: 'system6' },
      '101 farmers are more than the maximum of system6, which is 100 (its values file says so).',
    ],
  ],
  too_few_farmers: [
    [
      { code: 'too_few_farmers', farmers: 1, minimum: 2 },
      '1 farmers are fewer than the minimum of 2. To go on with fewer, override: accept fewer farmers.',
    ],
  ],
  farmers_not_needed: [
    [
      { code: 'farmers_not_needed' },
      'Not scaled: the rebuild itself is done, so farmers are no longer needed.',
    ],
  ],
  farmers_fixed: [
    [
      { code: 'farmers_fixed', farmers: 24 },
      'Not scaled: it runs on the farm engine: its 24 farmers were fixed when it started, and later ones would do nothing. What works: wait, or cancel it and start again with another number (the work done so far is lost).',
    ],
  ],
  nothing_to_approve: [[{ code: 'nothing_to_approve' }, 'Not done: it does not wait for an approval.']],
  approver_is_no_person: [[{ code: 'approver_is_no_person' }, 'Not approved: only a person can approve.']],
  stale_approval: [
    [
      { code: 'stale_approval' },
      'Not approved: what you saw is not what is asked for any more. Look at what is asked for now, and approve that.',
    ],
  ],
  own_request: [
    [
      { code: 'own_request', of: 'plan' },
      'Not approved: whoever asked for a rebuild cannot approve it. Ask a colleague with the role for it.',
    ],
    [
      { code: 'own_request', of: 'change' },
      'Not approved: whoever asked for the rebuild, or for a part of what would be approved, cannot approve it. Ask a colleague with the role for it.',
    ],
  ],
  same_person: [
    [
      { code: 'same_person', asker: { id: 'U0ALICE', name: 'Alice Ash' } },
      'Not approved: by your e-mail address you are the same person as Alice Ash (U0ALICE), who asked for it. Ask a colleague with the role for it.',
    ],
  ],
  same_role: [
    [
      { code: 'same_role', role: 'sre' },
      'Not approved: somebody asked for it through the role sre, and nobody approves it through the same one. Ask a colleague with another role that may approve.',
    ],
  ],
  nothing_to_withdraw: [
    [
      { code: 'nothing_to_withdraw' },
      'Not withdrawn: nothing waits for an approval here. Nothing was changed.',
    ],
  ],
  request_of_others: [
    [
      { code: 'request_of_others', askers: [ada, { id: 'U0BOB' }, ada] },
      'Not withdrawn: you asked for nothing that waits here; Ada, U0BOB did. Nothing was changed. Whoever may cancel the rebuild can do that.',
    ],
  ],
  already_begun: [
    [
      { code: 'already_begun', instance: 'system6' },
      'Not withdrawn: system6 has begun. Nothing was changed. To end it and take it down, cancel it.',
    ],
  ],
  no_reason: [[{ code: 'no_reason' }, 'An override needs a reason: auditors will read it.']],
  override_too_late: [
    [
      { ...late, kind: 'skip_step' },
      'No step can be skipped: the rebuild is being torn down, so this would change nothing.',
    ],
    [
      { ...late, kind: 'accept_farmers' },
      'The minimum cannot be changed: the rebuild is being torn down, so this would change nothing.',
    ],
    [
      { ...late, kind: 'force' },
      'It cannot be forced: the rebuild is being torn down, so this would change nothing.',
    ],
    [
      { ...late, kind: 'retry_from' },
      'It cannot go back: the rebuild is being torn down, so this would change nothing.',
    ],
  ],
  step_not_skippable: [
    [
      { code: 'step_not_skippable', step: 'farmers' },
      'The step Farmers cannot be skipped: what comes after it would rest on nothing. These can: History update, Write caches, Propagate.',
    ],
  ],
  step_over: [
    [{ code: 'step_over', step: 'history', state: 'skipped' }, 'The step History update is skipped already.'],
  ],
  no_number_of_farmers: [
    [
      { code: 'no_number_of_farmers' },
      'Say how many farmers are enough: a whole number, at least 1. A rebuild is never done without any.',
    ],
  ],
  more_than_asked_for: [
    [
      { code: 'more_than_asked_for', farmers: 9, target: 4 },
      '9 farmers are more than the 4 that were asked for.',
    ],
  ],
  minimum_already: [[{ code: 'minimum_already', farmers: 2 }, '2 is the minimum already.']],
  no_duration: [[{ code: 'no_duration' }, 'Say by how much, as a duration: 30m, 2h, 1d.']],
  no_deadline: [
    [{ code: 'no_deadline', step: 'history' }, 'The step History update has no deadline at the moment.'],
    [{ code: 'no_deadline' }, 'It has no deadline at the moment.'],
  ],
  in_another_step: [
    [
      { code: 'in_another_step', step: 'farmers', current: 'write' },
      'It is not in the step Farmers, but in Write caches.',
    ],
  ],
  forced_already: [[{ code: 'forced_already' }, 'It is forced already.']],
  rebuild_step_over: [
    [{ code: 'rebuild_step_over' }, 'The rebuild itself is done; forcing it would change nothing.'],
  ],
  step_not_restartable: [
    [
      { code: 'step_not_restartable' },
      'Say from which step: Synchronizer, History update, Farmers, Rebuild, Write caches, Propagate.',
    ],
  ],
  step_not_begun: [
    [
      { code: 'step_not_begun', step: 'rebuild', current: 'history' },
      'The step Rebuild has not begun yet; it is in the step History update.',
    ],
  ],
  no_farmers_to_keep: [[{ code: 'no_farmers_to_keep' }, 'The farmers are gone already.']],
  ticket_not_in_the_way: [[{ code: 'ticket_not_in_the_way' }, 'Its ticket is not in the way of anything.']],
  kept_already: [
    [{ code: 'kept_already', what: 'farmers' }, 'The farmers are kept already.'],
    [{ code: 'kept_already', what: 'guardian' }, 'The guardian is kept already.'],
  ],
};

test.each(Object.entries(cases))('%s', (code, rows) => {
  for (const [denial, words] of rows) {
    expect(denial.code).toBe(code);
    expect(commandDenialWords(denial)).toBe(words);
  }
});

test('every reason is said, and that nothing was changed where none of them says so', () => {
  expect(
    deniedWords({
      code: 'invalid',
      reasons: [
        { code: 'not_a_number_of_farmers', farmers: 100.5 },
        { code: 'too_many_farmers', farmers: 100.5, maximum: 100, instance: 'system6' },
      ],
    }),
  ).toEqual([
    '100.5 is not a number of farmers.',
    '100.5 farmers are more than the maximum of system6, which is 100 (its values file says so).',
    'Nothing was changed.',
  ]);
  expect(deniedWords({ code: 'not_now', reasons: [{ code: 'not_paused', asks: false }] })).toEqual([
    'Not done: it is not paused.',
  ]);
});
