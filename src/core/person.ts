export interface Person {
  /** Slack user id, `api`, or `farmhand` itself. */
  readonly id: string;
  readonly name?: string;
  /** Their Slack workspace and e-mail address, where Slack said so in time. */
  readonly team?: string;
  readonly email?: string;
  /** Through what, and in which channel, they asked for it. */
  readonly via?: Via;
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
