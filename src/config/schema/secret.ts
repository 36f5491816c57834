import { inspect } from 'node:util';

/** A secret value that no log, error or JSON can show. Only `reveal()` gives it out, at the point of use. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
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

/** Every secret in a config, wherever it is: for redacting them from whatever is printed. */
export const secretsOf = (value: unknown): readonly Secret[] => {
  if (value instanceof Secret) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(secretsOf);
};
