import { type Message, wordsFrom } from '../core/message.ts';
import type { AccessDenied, Askable } from './access.ts';
import type { AccessAsked } from './decide-access.ts';
import { commercial } from './environments.ts';
import type { Verb } from './verbs.ts';

/** What the person wanted, to stand after "You may not"; of which instance follows. */
const deeds: Readonly<Record<Verb, string>> = {
  start: 'start a rebuild',
  scale: 'scale a rebuild',
  pause: 'pause a rebuild',
  resume: 'resume a rebuild',
  cancel: 'cancel a rebuild',
  retry: 'retry a step of a rebuild',
  override: 'override a rebuild',
  approve: 'approve a rebuild',
  break_glass: 'break the glass for a rebuild',
  freeze: 'freeze rebuilds',
  thaw: 'thaw rebuilds',
  status: 'see rebuilds',
  plan: 'plan a rebuild',
  doctor: 'have an instance examined',
  audit: 'read the audit',
  silence: 'silence an alert',
  ticket: 'raise a ticket for an alert',
};

type Needed = AccessAsked & { readonly ask: readonly Askable[] };

const deed = ({ verb, instance, environments }: AccessAsked): string => {
  if (instance === undefined || instance === '') return deeds[verb];
  const belongs = environments === 'unknown' ? [] : environments.filter((each) => each !== commercial);
  const where = belongs.length === 0 ? instance : `${instance} (${belongs.join(', ')})`;
  return verb === 'doctor' ? `have ${where} examined` : `${deeds[verb]} of ${where}`;
};

const anyOf = (names: readonly string[]): string =>
  names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${names[names.length - 1]}` : names.join('');

/** Which roles would allow it, and whom to ask for each. */
const wouldAllow = ({ ask }: Pick<Needed, 'ask'>): string => {
  const names = anyOf(ask.map(({ name }) => name));
  const allow = `The ${ask.length === 1 ? 'role' : 'roles'} ${names} would allow it`;
  const known = ask.flatMap(({ name, contact }) =>
    contact === undefined ? [] : [{ name, contact: contactWords(contact) }],
  );
  if (known.length === 0)
    return `${allow}; ask somebody who holds ${ask.length === 1 ? 'it' : 'one of them'}.`;
  const [first, ...more] = known;
  if (first && more.every(({ contact }) => contact === first.contact))
    return `${allow}; ask ${first.contact}.`;
  return `${allow}; ask ${anyOf(known.map(({ name, contact }) => `${contact} (${name})`))}.`;
};

/** As it is read anywhere; where Slack shows it, an id becomes a mention (`withMentions`). */
export const contactWords = (contact: string): string => {
  if (!/^[CGUWS](?=[A-Z0-9]*\d)[A-Z0-9]{3,}$/.test(contact)) return contact;
  return `${/^[CG]/.test(contact) ? '#' : '@'}${contact}`;
};

const denials = {
  no_role: (asked: AccessAsked) =>
    `You may not ${deed(asked)}, and nobody may: no role allows it. See access in farmhand.yml.`,
  role_needed: (asked: Needed) => `You may not ${deed(asked)}. ${wouldAllow(asked)}`,
  groups_unknown: (asked: Needed) =>
    `You may not ${deed(asked)} for now: Slack did not tell in time which groups you are in. ${wouldAllow(asked)} Or try again in a minute.`,
  environment_unknown: (asked: Needed) =>
    `You may not ${deed(asked)} for now: its values could not be read, so nobody can tell which environment it belongs to, and your role is not for all of them. ${asked.ask.length === 0 ? 'Try again in a minute.' : `${wouldAllow(asked)} Or try again in a minute.`}`,
  role_used: (asked: Needed) =>
    `You may not ${deed(asked)}: somebody asked for it through the role that you hold, and one role does not do both. ${asked.ask.length === 0 ? 'No other role allows it: see access in farmhand.yml.' : wouldAllow(asked)}`,
  other_tier: (asked: AccessAsked) =>
    `You may not ${deed(asked)}: it is of a tier that you are not in. See tiers.list in farmhand.yml.`,
  tier_unknown: (asked: AccessAsked) =>
    `You may not ${deed(asked)} for now: Slack did not tell in time which groups you are in, so nobody can tell whether you are of its tier. Try again in a minute.`,
} satisfies Record<AccessDenied['code'], (facts: never) => string>;

/** The same of no place by name. */
export const tierUnknownWords =
  'Slack did not tell in time which groups you are in, so nobody can tell of which tiers you are. Try again in a minute.';

/** A sentence for whoever may not, without what became of it. */
export const denialWords: (denial: Message<typeof denials>) => string = wordsFrom(denials);
