import type { FastifyInstance } from 'fastify';
import type { Sight } from '../../access/tiers.ts';
import { given } from '../../core/json.ts';
import type { Rebuild } from '../../rebuild/model/rebuild.ts';
import type { RebuildPageFilter } from '../../rebuild/ports/page.ts';
import type { RebuildQueries } from '../../rebuild/ports/store.ts';
import { defaultLimit, maxLimit } from '../shared/list-query.ts';
import { badQuery, readQuery } from '../shared/query-reader.ts';
import { type Authorise, readRoutes } from '../shared/read-route.ts';
import { HttpRefusal } from '../shared/refusal.ts';
import { presentRebuildDetail, presentRebuildPage } from './present-rebuild.ts';
import { rebuildStates } from './rebuild-schema.ts';

/** What of rebuilds the API reads. */
export type RebuildReads = Pick<RebuildQueries, 'get' | 'page' | 'journal'>;

/** Rebuilds, for the read API's token. It changes nothing. */
export const rebuildRoutes = (
  app: FastifyInstance,
  {
    rebuilds,
    authorise,
    tierOf,
  }: {
    readonly rebuilds: RebuildReads | undefined;
    readonly authorise: Authorise;
    /** Of an instance. */
    readonly tierOf: (instance: string) => string;
  },
): void => {
  const get = readRoutes(app, { source: rebuilds, authorise });

  const isSeen = (sight: Sight, { plan }: Pick<Rebuild, 'plan'>): boolean =>
    sight.tiers === undefined || sight.sees(tierOf(plan.instance.name));

  get('/v1/rebuilds', async (queries, { query, sight }) => {
    const page = await queries.page(filterIn(query));
    return presentRebuildPage({ ...page, rebuilds: page.rebuilds.filter((one) => isSeen(sight, one)) });
  });

  get('/v1/rebuilds/:id', async (queries, { id, sight }) => {
    const rebuild = rebuildId.test(id) ? await queries.get(id) : undefined;
    if (rebuild === undefined || !isSeen(sight, rebuild)) {
      throw new HttpRefusal(
        404,
        'rebuild_not_found',
        'No rebuild with this id is on record.',
        'Give the full id as GET /v1/rebuilds lists it, for example system6-20261120-1.',
      );
    }
    return presentRebuildDetail(rebuild, await queries.journal(rebuild.id));
  });
};

/** Instance, day and number; anything else is not worth a look-up. */
const rebuildId = /^[a-z0-9][a-z0-9.-]{0,80}-\d{8}-\d{1,6}$/;

export const listedStates = ['in_flight', 'ended', ...rebuildStates] as const;

const known = ['state', 'instance', 'since', 'until', 'limit', 'cursor'] as const;

/** @throws HttpRefusal with every problem of the query */
const filterIn = (query: URLSearchParams): RebuildPageFilter => {
  const { one, text, moment, limit, problems } = readQuery(query, known);
  const state = one('state', listedStates);
  const filter = {
    // As the record's own states are written.
    state: state?.replaceAll('_', ' ') as RebuildPageFilter['state'],
    instance: text('instance'),
    since: moment('since'),
    until: moment('until'),
    limit: limit(defaultLimit, maxLimit),
    cursor: text('cursor'),
  };
  if (problems.length > 0) throw badQuery(problems);
  return given(filter);
};
