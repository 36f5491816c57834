import { formatDuration } from '../../core/duration.ts';
import { wordsFor } from '../../core/message.ts';
import { inFull, type Person } from '../../core/person.ts';
import { counted } from '../../core/text.ts';
import { type Excess, exceptionsOf } from '../model/authority.ts';
import type { Authority } from '../model/parts/grant.ts';
import type { WiderOrder } from '../model/parts/orders.ts';
import { stepTitle } from '../model/steps.ts';

/** What goes beyond an approval, or is an exception from a plan: a part of a sentence. Plain text. */
export const excessWords = wordsFor<Excess>({
  farmers: ({ wanted, granted }) => `${counted(wanted, 'farmer')} instead of at most ${granted}`,
  minimum: ({ wanted, granted }) =>
    `goes on with ${counted(wanted, 'farmer')} instead of at least ${granted}`,
  forced: () => 'forced',
  lowered: ({ farmers, least, most, rule }) =>
    `${counted(farmers, 'farmer')}, and the rule ${rule} of policy asks for a second person below ${least} of ${most}`,
  accepted: ({ farmers }) => `${counted(farmers, 'farmer')} accepted as enough, without waiting for more`,
  skipped: ({ step }) => `the step ${stepTitle[step]} is skipped`,
  extended: ({ step, ms }) => `the step ${stepTitle[step]} may take ${formatDuration(ms)} longer`,
  longer: ({ ms }) => `the whole rebuild may take ${formatDuration(ms)} longer`,
  back: ({ step }) => `goes back to the step ${stepTitle[step]}, and does it and what comes after it again`,
  farmers_kept: () => 'the farmers stay up when it ends',
  without_ticket: () => 'goes on although its ticket is closed, deleted or behind',
  guardian_kept: () => 'the guardian stays up until somebody drops it',
});

/** `at most 4 farmers, at least 2 to go on with, not forced; nothing skipped, extended or kept`. Plain text. */
export const authorityWords = (authority: Authority): string => {
  const { farmers, minimum, forced } = authority;
  const exceptions = exceptionsOf(authority).map(excessWords);
  const rest = exceptions.length === 0 ? 'nothing skipped, extended or kept' : exceptions.join('; ');
  return `at most ${counted(farmers, 'farmer')}, at least ${minimum} to go on with, ${forced ? 'forced' : 'not forced'}; ${rest}`;
};

/** What an order wants, as a sentence goes on after “to”. */
export const orderWords = (order: WiderOrder): string => {
  if (order.verb === 'scale') return `scale to ${counted(order.farmers, 'farmer')}`;
  const { kind, step, amount = 0 } = order;
  const name = step === undefined ? 'its step' : `the step ${stepTitle[step]}`;
  switch (kind) {
    case 'skip_step':
      return `skip ${name}`;
    case 'accept_farmers':
      return `accept ${counted(amount, 'farmer')}`;
    case 'extend_deadline':
      return `give ${name} ${formatDuration(amount)} longer`;
    case 'extend_limit':
      return `give the whole rebuild ${formatDuration(amount)} longer`;
    case 'force':
      return 'force the rebuild';
    case 'retry_from':
      return `go back to ${name}`;
    case 'keep_farmers':
      return 'keep the farmers up when it ends';
    case 'without_ticket':
      return 'go on without its ticket';
    case 'keep_guardian':
      return 'keep the guardian up';
    case 'drop_guardian':
      return 'drop the guardian';
    default:
      return kind satisfies never;
  }
};

/** `Bob Birch (U0BOB), by the role approver through S0SRE`: for whatever is evidence. Plain text. */
export const inRole = (person: Person): string => {
  const { id, as } = person;
  return `${inFull(person)}${as ? `, by the role ${as.role}${as.through === id ? '' : ` through ${as.through}`}` : ''}`;
};

export const unprovenWords = (people: readonly Person[]): string =>
  `Slack did not tell the e-mail address of ${people.map(inFull).join(', ')}: that nobody approved what they asked for is by accounts alone.`;
