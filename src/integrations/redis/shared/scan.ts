import type { Redis } from 'ioredis';

/** What a SCAN, HSCAN or SSCAN finds, in pages; an entry may come twice, and empty pages are left out. */
export async function* scanned(
  ask: (cursor: string) => Promise<[string, string[]]>,
): AsyncGenerator<string[]> {
  let cursor = '0';
  do {
    const [next, page] = await ask(cursor);
    cursor = next;
    if (page.length > 0) yield page;
  } while (cursor !== '0');
}

/** All keys that begin with `prefix`, in pages of about `count`. */
export const keysBehind = (redis: Redis, prefix: string, count: number): AsyncGenerator<string[]> =>
  scanned((cursor) => redis.scan(cursor, 'MATCH', `${globLiteral(prefix)}*`, 'COUNT', count));

/** Braces are no pattern for Redis, brackets are. */
const globLiteral = (text: string): string => text.replace(/[*?[\]\\]/g, '\\$&');
