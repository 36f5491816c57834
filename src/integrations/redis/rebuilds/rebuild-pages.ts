import type { Redis } from 'ioredis';
import { FarmhandError } from '../../../core/errors.ts';
import type { Rebuild } from '../../../rebuild/model/rebuild.ts';
import type { RebuildId } from '../../../rebuild/model/rebuild-id.ts';
import { isListed, type RebuildPage, type RebuildPageFilter } from '../../../rebuild/ports/page.ts';
import { guardedClient } from '../shared/client.ts';
import type { Keys } from '../shared/keys.ts';

/** Records read at once while a page is filled: 50 are some 1.2 MB. */
const readStep = 50;
/** Records looked at for one page: a page of rare rebuilds is short then, and the cursor goes on from there. */
const scanLimit = 1_000;

/** The last rebuild that was looked at: pages neither repeat nor skip others when rebuilds come and go meanwhile. */
interface Cursor {
  /** In flight, ended, or of one instance. */
  readonly set: 'f' | 'e' | 'i';
  readonly score: number;
  readonly id: RebuildId;
}

export interface PageReads {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly load: (ids: readonly RebuildId[]) => Promise<readonly Rebuild[]>;
  readonly flights: () => Promise<readonly Rebuild[]>;
}

/** @throws FarmhandError `invalid_cursor` */
export const rebuildPage = async (reads: PageReads, filter: RebuildPageFilter): Promise<RebuildPage> => {
  const at = filter.cursor === undefined ? undefined : parseCursor(filter.cursor, filter);
  if (filter.instance !== undefined) {
    return fill(reads, filter, reads.keys.rebuildsOf(filter.instance), 'i', at, []);
  }
  const flying = at?.set === 'e' ? [] : await flightsAfter(reads, filter, at);
  const last = flying[filter.limit - 1];
  if (last) {
    const rebuilds = flying.slice(0, filter.limit);
    return { rebuilds, next: formatCursor({ set: 'f', score: last.at, id: last.id }) };
  }
  return fill(reads, filter, reads.keys.rebuildsEnded, 'e', at?.set === 'e' ? at : undefined, flying);
};

const flightsAfter = async (
  { flights }: PageReads,
  filter: RebuildPageFilter,
  at: Cursor | undefined,
): Promise<readonly Rebuild[]> =>
  (await flights())
    .toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
    .filter(({ at: asked, id }) => !at || asked < at.score || (asked === at.score && id < at.id))
    .filter((rebuild) => isListed(rebuild, filter));

const fill = async (
  { redis, load }: PageReads,
  filter: RebuildPageFilter,
  key: string,
  set: Cursor['set'],
  from: Cursor | undefined,
  first: readonly Rebuild[],
): Promise<RebuildPage> => {
  const rebuilds = [...first];
  if (filter.state === 'in flight' && set === 'e') return { rebuilds };
  let rank = from ? await rankAfter(redis, key, from) : 0;
  for (let looked = 0; ; looked += readStep) {
    const scored = await guardedClient('list', () =>
      redis.zrevrange(key, rank, rank + readStep - 1, 'WITHSCORES'),
    );
    const ids = scored.filter((_, i) => i % 2 === 0);
    const found = new Map((await load(ids)).map((rebuild) => [rebuild.id, rebuild]));
    for (const [i, id] of ids.entries()) {
      const score = Number(scored[2 * i + 1]);
      // What ended, or was asked for, before the range leads to nothing newer.
      if (filter.since !== undefined && score < filter.since) return { rebuilds };
      const rebuild = found.get(id);
      if (rebuild && isListed(rebuild, filter)) rebuilds.push(rebuild);
      const enough = rebuilds.length === filter.limit || looked + i + 1 === scanLimit;
      if (enough) return { rebuilds, next: formatCursor({ set, score, id }) };
    }
    if (ids.length < readStep) return { rebuilds };
    rank += ids.length;
  }
};

const formatCursor = ({ set, score, id }: Cursor): string => `${set}.${score}.${id}`;

const parseCursor = (cursor: string, { instance }: RebuildPageFilter): Cursor => {
  const [, set, score, id] = /^([fei])\.(\d{1,16})\.([^.\s]{1,80})$/.exec(cursor) ?? [];
  const known = set === 'f' || set === 'e' || set === 'i' ? set : undefined;
  if (known === undefined || id === undefined || (known === 'i') !== (instance !== undefined)) {
    throw new FarmhandError(
      'invalid_cursor',
      'This cursor is not of this list. Keep the filters from page to page, and pass `next` on unchanged.',
    );
  }
  return { set: known, score: Number(score), id };
};

/** Where to go on; when the rebuild is gone, behind everything that was before it. */
const rankAfter = async (redis: Redis, key: string, { id, score }: Cursor): Promise<number> => {
  const rank = await guardedClient('list', () => redis.zrevrank(key, id));
  return rank === null ? guardedClient('list', () => redis.zcount(key, `(${score}`, '+inf')) : rank + 1;
};
