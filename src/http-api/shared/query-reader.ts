import type { Problem } from '../../core/errors.ts';
import { momentIn } from '../../core/utc.ts';
import { HttpRefusal } from './refusal.ts';

/** Reads a query parameter by parameter, and collects every problem of it. */
export interface QueryReader {
  readonly problems: readonly Problem[];
  problem(path: string, message: string): undefined;
  /** One of these values. */
  one<T extends string>(name: string, values: readonly T[]): T | undefined;
  text(name: string): string | undefined;
  /** RFC 3339, or a day; ms. */
  moment(name: string): number | undefined;
  limit(byDefault: number, most: number): number;
}

/** An unknown parameter is a problem: ignoring it would answer another question. `repeated`: may be given more than once. */
export const readQuery = (
  query: URLSearchParams,
  known: readonly string[],
  repeated: readonly string[] = [],
): QueryReader => {
  const problems: Problem[] = [];
  const problem = (path: string, message: string): undefined => void problems.push({ path, message });
  for (const name of new Set(query.keys())) {
    if (!known.includes(name)) problem(name, `is unknown; use ${known.join(', ')}`);
    else if (!repeated.includes(name) && query.getAll(name).length > 1) {
      problem(name, 'is given more than once');
    }
  }
  const text = (name: string): string | undefined => {
    const value = query.get(name);
    return value === '' ? problem(name, 'is empty') : (value ?? undefined);
  };
  return {
    problems,
    problem,
    text,
    one: (name, values) => {
      const given = query.get(name);
      if (given === null) return undefined;
      return values.find((value) => value === given) ?? problem(name, `is none of ${values.join(', ')}`);
    },
    moment: (name) => {
      const given = query.get(name);
      if (given === null) return undefined;
      return (
        momentIn(given) ?? problem(name, 'is no moment such as 2026-11-20T21:49:00Z (+ is %2B), and no day')
      );
    },
    limit: (byDefault, most) => {
      const given = query.get('limit') ?? String(byDefault);
      const limit = /^\d{1,4}$/.test(given) ? Number(given) : 0;
      if (limit < 1 || limit > most) problem('limit', `is not a whole number from 1 to ${most}`);
      return limit;
    },
  };
};

/** What is answered then. */
export const badQuery = (problems: readonly Problem[]): HttpRefusal =>
  new HttpRefusal(
    400,
    'invalid_query',
    `The query has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}. Nothing was looked up.`,
    'Correct what `problems` lists; /v1/openapi.json describes every parameter.',
    { problems },
  );
