import { inspect } from 'node:util';
import { FarmhandError } from '../../core/errors.ts';

/** A secret value that no log, error or JSON can show. Only `reveal()` gives it out, at the point of use. */
export class Secret {
  readonly #value: string | undefined;
  readonly #path: string;

  constructor(value: string);
  constructor(value: undefined, path: string);
  constructor(value: string | undefined, path = '') {
    this.#value = value;
    this.#path = path;
  }

  /** One that this process has no use for: nothing has looked for it. `path`: where the config names it. */
  static withheld(path: string): Secret {
    return new Secret(undefined, path);
  }

  get isWithheld(): boolean {
    return this.#value === undefined;
  }

  /** @throws FarmhandError where it was withheld */
  reveal(): string {
    if (this.#value !== undefined) return this.#value;
    throw new FarmhandError(
      'secret_withheld',
      `${this.#path} is not read in this role, and was asked for all the same`,
    );
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [inspect.custom](): string {
    return '[redacted]';
  }
}

/** Every secret that is known of a config, wherever it is: for redacting them from whatever is printed. */
export const secretsOf = (value: unknown): readonly Secret[] => {
  if (value instanceof Secret) return value.isWithheld ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(secretsOf);
};
