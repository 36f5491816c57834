export interface Person {
  /** Slack user id, `api`, or `farmhand` itself. */
  readonly id: string;
  readonly name?: string;
  /** Their Slack workspace and e-mail address, where Slack said so in time. */
  readonly team?: string;
  readonly email?: string;
  /** Through what, and in which channel, they asked for it. */
  readonly via?: Via;
  /** What let them do it, where a role did: on record with what they did. Absent on older records. */
  readonly as?: Held;
}

/** A role that somebody holds: themselves, or through a user group. */
export interface Held {
  readonly role: string;
  /** The person's id, or the user group's. */
  readonly through: string;
}

/** `home`: the App Home. `form`: a form that was filled in. */
export interface Via {
  readonly client: 'slash' | 'button' | 'form' | 'thread' | 'home';
  readonly channel?: string;
}

/** No more than people are shown. */
export const named = ({ id, name }: Person): Pick<Person, 'id' | 'name'> => ({
  id,
  ...(name !== undefined && { name }),
});

/** `Alice Ash (U0ALICE)`: the name people know, and the id that cannot be changed. For whatever is evidence. */
export const inFull = ({ id, name }: Person): string =>
  name === undefined || name === '' || name === id ? id : `${name} (${id})`;

/** One human: the same account, or two accounts with one e-mail. Where an e-mail is not known, accounts alone tell. */
export const isSamePerson = (a: Person, b: Person): boolean =>
  a.id === b.id || (a.email !== undefined && b.email !== undefined && mailbox(a.email) === mailbox(b.email));

/** What is behind a `+` leads to the same mailbox. */
const mailbox = (email: string): string =>
  email
    .trim()
    .toLowerCase()
    .replace(/\+[^@]*(?=@)/, '');
