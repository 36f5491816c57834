import { type Message, wordsFrom } from '../core/message.ts';
import type { AccessDenied } from './access.ts';
import type { AccessRequest } from './decide-access.ts';
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
  status: 'see rebuilds',
  plan: 'plan a rebuild',
  doctor: 'have an instance examined',
  silence: 'silence an alert',
  ticket: 'raise a ticket for an alert',
};

type Asked = Pick<AccessRequest, 'verb' | 'instance'>;
type Needed = Asked & { readonly roles: readonly string[] };

const deed = ({ verb, instance }: Asked): string => {
  if (instance === undefined || instance === '') return deeds[verb];
  return verb === 'doctor' ? `have ${instance} examined` : `${deeds[verb]} of ${instance}`;
};

const wouldAllow = (roles: readonly string[]): string =>
  roles.length === 1 ? `The role ${roles[0]} would allow it` : `The roles ${anyOf(roles)} would allow it`;

const one = (roles: readonly string[]): string => (roles.length === 1 ? 'it' : 'one of them');

const anyOf = (roles: readonly string[]): string =>
  `${roles.slice(0, -1).join(', ')} or ${roles[roles.length - 1]}`;

const denials = {
  no_role: (asked: Asked) =>
    `You may not ${deed(asked)}, and nobody may: no role allows it. See access in farmhand.yml.`,
  role_needed: ({ roles, ...asked }: Needed) =>
    `You may not ${deed(asked)}. ${wouldAllow(roles)}; ask somebody who holds ${one(roles)}.`,
  groups_unknown: ({ roles, ...asked }: Needed) =>
    `You may not ${deed(asked)} for now: Slack did not tell in time which groups you are in. ${wouldAllow(roles)}. Try again in a minute.`,
} satisfies Record<AccessDenied['code'], (facts: never) => string>;

/** A sentence for whoever may not, without what became of it. */
export const denialWords: (denial: Message<typeof denials>) => string = wordsFrom(denials);
