import { wordsFor } from '../../../core/message.ts';
import { inFull } from '../../../core/person.ts';
import { utc } from '../../../core/utc.ts';
import type { CommandDenial } from '../../commands/denial.ts';
import type { CommandRefusal } from '../../model/command.ts';
import { restartable, type StepName, skippable, stepTitle } from '../../model/steps.ts';
import { changeBar, frozenBar, limitBar, untypedBar } from '../rules/bars.ts';

const howEnded = { released: 'is finished', cancelled: 'was cancelled', failed: 'has failed' } as const;
const howGoing = { cancelling: 'being cancelled', failing: 'failing' } as const;
const startNew = 'Start a new one with /dcr start.';

const titles = (names: readonly StepName[]): string => names.map((name) => stepTitle[name]).join(', ');

/** Why a command is refused: a sentence or some. Plain text. */
export const commandDenialWords = wordsFor<CommandDenial>({
  awaits_approval: ({ verb }) => {
    const why = {
      scale:
        'the plan that waits for approval names the number of farmers. Withdraw it and start again with another number.',
      retry: 'it waits for the approval of a second person, not for a retry.',
      override: 'it waits for the approval of a second person; nothing may be overridden before that.',
    }[verb];
    return `Not done: ${why}`;
  },
  rebuild_ended: ({ how, verb }) => {
    const rest = {
      scale: `; there is nothing left to scale. ${startNew}`,
      pause: '; there is nothing left to pause.',
      resume: `; there is nothing left to resume. ${startNew}`,
      cancel: ' already; there is nothing left to cancel.',
      retry: `; an ended rebuild is not taken up again. ${startNew}`,
      approve: '; there is nothing left to approve.',
      withdraw: '; there is nothing left to withdraw.',
      break_glass: `; nothing of it is barred any more. ${startNew}`,
      review: '.',
      revoke: '; no approval can be taken back any more.',
      override: `; there is nothing left to override. ${startNew}`,
    }[verb];
    return `Not done: it ${howEnded[how]}${rest}`;
  },
  being_torn_down: ({ how, verb }) => {
    const rest = {
      scale: ': the farmers are going. Start a new one when it has ended.',
      pause:
        ': the teardown goes on, because farmers cost money. To keep what is up, override: keep farmers or keep guardian.',
      resume: ' and not paused.',
      cancel: ' already; the teardown is under way.',
      break_glass: ': nothing bars the teardown, and nothing else is done any more.',
    }[verb];
    return `Not done: it is ${howGoing[how]}${rest}`;
  },
  not_paused: ({ asks }) =>
    `Not done: it is not paused.${asks ? ' It waits for a person: retry, or override.' : ''}`,
  on_pause: ({ state }) =>
    `Not done: it is ${state === 'pausing' ? 'being paused' : 'paused'}. Resume it first.`,
  nothing_to_retry: () =>
    'Not done: no step waits or failed, so there is nothing to retry. To go back to an earlier step, override: retry from a step.',
  farmers_gone: () => 'Not done: its farmers are gone, and the guardian is always one pod.',
  waits_for_guardian: () =>
    'Not done: it only waits for the guardian to be released: override, drop guardian.',

  not_a_number_of_farmers: ({ farmers }) => `${farmers} is not a number of farmers.`,
  too_many_farmers: ({ farmers, maximum, instance }) =>
    `${farmers} farmers are more than the maximum of ${instance}, which is ${maximum} (its values file says so).`,
  too_few_farmers: ({ farmers, minimum }) =>
    `${farmers} farmers are fewer than the minimum of ${minimum}. To go on with fewer, override: accept fewer farmers.`,
  farmers_not_needed: () => 'Not scaled: the rebuild itself is done, so farmers are no longer needed.',
  farmers_fixed: ({ farmers }) =>
    `Not scaled: it runs on the farm engine: its ${farmers} farmers were fixed when it started, and later ones would do nothing. What works: wait, or cancel it and start again with another number (the work done so far is lost).`,

  nothing_to_approve: () => 'Not done: it does not wait for an approval.',
  approver_is_no_person: () => 'Not approved: only a person can approve.',
  stale_approval: () =>
    'Not approved: what you saw is not what is asked for any more. Look at what is asked for now, and approve that.',
  own_request: ({ of }) =>
    of === 'plan'
      ? 'Not approved: whoever asked for a rebuild cannot approve it. Ask a colleague with the role for it.'
      : 'Not approved: whoever asked for the rebuild, or for a part of what would be approved, cannot approve it. Ask a colleague with the role for it.',
  same_person: ({ asker }) =>
    `Not approved: by your e-mail address you are the same person as ${inFull(asker)}, who asked for it. Ask a colleague with the role for it.`,
  same_role: ({ role }) =>
    `Not approved: somebody asked for it through the role ${role}, and nobody approves it through the same one. Ask a colleague with another role that may approve.`,

  nothing_to_withdraw: () => 'Not withdrawn: nothing waits for an approval here. Nothing was changed.',
  request_of_others: ({ askers }) => {
    const names = [...new Set(askers.map(({ name, id }) => name ?? id))].join(', ');
    return `Not withdrawn: you asked for nothing that waits here; ${names} did. Nothing was changed. Whoever may cancel the rebuild can do that.`;
  },
  already_begun: ({ instance }) =>
    `Not withdrawn: ${instance} has begun. Nothing was changed. To end it and take it down, cancel it.`,

  nothing_to_revoke: () =>
    'Not taken back: no approval counts here that nothing was begun on. Nothing was changed.',
  approved_by_other: ({ by }) =>
    `Not taken back: ${by.name ?? by.id} approved it, and only whoever approved can take that back. Nothing was changed. Whoever may pause or cancel the rebuild can do that.`,

  glass_of_other: ({ by, until }) =>
    `Not done: ${by.name ?? by.id} has broken the glass already, until ${utc(until)}. Nothing was changed.`,
  glass_still_open: ({ until }) =>
    `Not reviewed: the glass is open until ${utc(until)}, and more may be done under it. Review it after that. Nothing was changed.`,
  own_glass: () =>
    'Not reviewed: whoever broke the glass does not review it. Ask a colleague who may approve.',
  nothing_to_review: () =>
    'Not reviewed: no glass was broken here that nobody has reviewed. Nothing was changed.',
  no_glass_reason: () =>
    'Say why the glass is broken, in a sentence: everybody will read it. Nothing was changed.',
  no_findings: () => 'Say what you found when you looked at it: auditors will read it.',

  frozen: frozenBar,
  farmers_limit: limitBar,
  change_limit: changeBar,
  name_not_typed: untypedBar,

  no_reason: () => 'An override needs a reason: auditors will read it.',
  override_too_late: ({ kind }) => {
    const what = {
      skip_step: 'No step can be skipped',
      accept_farmers: 'The minimum cannot be changed',
      extend_limit: 'Its limit cannot be extended',
      force: 'It cannot be forced',
      retry_from: 'It cannot go back',
    }[kind];
    return `${what}: the rebuild is being torn down, so this would change nothing.`;
  },
  step_not_skippable: ({ step }) =>
    `The step ${stepTitle[step]} cannot be skipped: what comes after it would rest on nothing. These can: ${titles(skippable)}.`,
  step_over: ({ step, state }) => `The step ${stepTitle[step]} is ${state} already.`,
  no_number_of_farmers: () =>
    'Say how many farmers are enough: a whole number, at least 1. A rebuild is never done without any.',
  more_than_asked_for: ({ farmers, target }) =>
    `${farmers} farmers are more than the ${target} that were asked for.`,
  minimum_already: ({ farmers }) => `${farmers} is the minimum already.`,
  no_duration: () => 'Say by how much, as a duration: 30m, 2h, 1d.',
  no_deadline: ({ step }) => `${step ? `The step ${stepTitle[step]}` : 'It'} has no deadline at the moment.`,
  in_another_step: ({ step, current }) =>
    `It is not in the step ${stepTitle[step]}, but in ${stepTitle[current]}.`,
  forced_already: () => 'It is forced already.',
  rebuild_step_over: () => 'The rebuild itself is done; forcing it would change nothing.',
  step_not_restartable: () => `Say from which step: ${titles(restartable)}.`,
  step_not_begun: ({ step, current }) =>
    `The step ${stepTitle[step]} has not begun yet; it is in the step ${stepTitle[current]}.`,
  no_farmers_to_keep: () => 'The farmers are gone already.',
  ticket_not_in_the_way: () => 'Its ticket is not in the way of anything.',
  kept_already: ({ what }) =>
    what === 'farmers' ? 'The farmers are kept already.' : 'The guardian is kept already.',
});

/** A command that was refused: every reason, and where these do not say so, that nothing was changed. */
export interface CommandDenied {
  readonly code: CommandRefusal;
  readonly reasons: readonly CommandDenial[];
}

/** The same in words, a sentence or some for each. Plain text. */
export const deniedWords = ({ code, reasons }: CommandDenied): readonly string[] => [
  ...reasons.map(commandDenialWords),
  ...(code === 'invalid' ? ['Nothing was changed.'] : []),
];
