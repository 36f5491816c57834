import type { z } from 'zod';
import { isObject } from '../../core/json.ts';
import { findings } from './issues.ts';

/** More wrong parts than this are not left out one by one. */
const mostParts = 100;

/**
 * What of a value fits its schema: each part that does not is left out, and where that part had to be there, what is around
 * it as well. So a mistake in one place hides none in another. Undefined: nothing is left.
 */
export const wellFormed = <T>(schema: z.ZodType<T>, value: unknown): T | undefined => {
  let rest = value;
  for (let parts = 0; parts < mostParts; parts++) {
    const read = schema.safeParse(rest);
    if (read.success) return read.data;
    const [first] = findings(read.error.issues);
    if (!first || first.path.length === 0) return undefined;
    rest = without(rest, first.path);
    if (rest === undefined) return undefined;
  }
  return undefined;
};

/** `value` without what is at `path`; without what is above it where there is nothing. */
const without = (value: unknown, path: readonly PropertyKey[]): unknown => {
  const [key, ...below] = path;
  if (key === undefined) return undefined;
  if (Array.isArray(value)) {
    const at = Number(key);
    if (!(at in value)) return undefined;
    const inner = below.length === 0 ? undefined : without(value[at], below);
    return inner === undefined ? value.toSpliced(at, 1) : value.with(at, inner);
  }
  if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
  const inner = below.length === 0 ? undefined : without(value[String(key)], below);
  const { [String(key)]: _, ...rest } = value;
  return inner === undefined ? rest : { ...rest, [key]: inner };
};
