import { Secret } from './secret.ts';

/** Every secret in a config, wherever it is: for redacting them from whatever is printed. */
export const secretsOf = (value: unknown): readonly Secret[] => {
  if (value instanceof Secret) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(secretsOf);
};
