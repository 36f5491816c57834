import { FarmhandError } from '../../../src/core/errors.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { endedAt, hasEnded } from '../../../src/rebuild/model/record.ts';
import { isListed, type RebuildPage, type RebuildPageFilter } from '../../../src/rebuild/ports/page.ts';

/** A page as the real store has it, but with cursors that are positions. */
export const rebuildPageOf = (all: Iterable<Rebuild>, filter: RebuildPageFilter): RebuildPage => {
  const { instance, limit, cursor = '0' } = filter;
  if (!/^\d+$/.test(cursor)) throw new FarmhandError('invalid_cursor', 'not a cursor of this store');
  const newest = [...all]
    .filter(({ plan }) => instance === undefined || plan.instance.name === instance)
    .toSorted((a, b) => b.at - a.at);
  const ended = newest.filter(hasEnded).toSorted((a, b) => endedAt(b) - endedAt(a));
  const inOrder =
    instance === undefined ? [...newest.filter((rebuild) => !hasEnded(rebuild)), ...ended] : newest;
  const fitting = inOrder.filter((rebuild) => isListed(rebuild, filter));
  const to = Number(cursor) + limit;
  return {
    rebuilds: fitting.slice(Number(cursor), to),
    ...(to < fitting.length && { next: String(to) }),
  };
};
