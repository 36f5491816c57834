export interface Person {
  /** Slack user id, `api`, or `farmhand` itself. */
  readonly id: string;
  readonly name?: string;
}

/** `Alice Ash (U0ALICE)`: the name people know, and the id that cannot be changed. For whatever is evidence. */
export const inFull = ({ id, name }: Person): string =>
  name === undefined || name === '' || name === id ? id : `${name} (${id})`;
