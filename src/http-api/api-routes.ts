import type { FastifyInstance } from 'fastify';
import { noMatch } from '../alerts/ports/no-match.ts';
import { type AlertQueries, groupsWith } from '../alerts/ports/queries.ts';
import { type AlertReads, seenBy } from '../alerts/ports/seen.ts';
import { maxLimit, parseListQuery } from './shared/list-query.ts';
import {
  presentBooks,
  presentDetail,
  presentEvent,
  presentLanes,
  presentNone,
  presentPage,
} from './shared/present.ts';
import { badQuery } from './shared/query-reader.ts';
import { type Authorise, type ReadRequest, readRoutes } from './shared/read-route.ts';
import { HttpRefusal } from './shared/refusal.ts';

/** The read API. It changes nothing and knows no vendor: everything comes from `AlertQueries`. */
export const apiRoutes = (
  app: FastifyInstance,
  options: { queries: AlertQueries | undefined; authorise: Authorise },
): void => {
  const { queries: source, authorise } = options;
  const ofAll = readRoutes(app, { source, authorise });
  /** Answers from what the reader sees. */
  const get = <T>(url: string, answer: (queries: AlertReads, asked: ReadRequest) => Promise<T>) =>
    ofAll(url, (all, asked) => answer(seenBy(all, asked.sight), asked));

  get('/v1/alerts', async (queries, { query }) => {
    const parsed = parseListQuery(query);
    if ('problems' in parsed) throw badQuery(parsed.problems);
    const { filter } = parsed;
    const page = await queries.list(filter);
    if (page.alerts.length > 0) return presentPage(page, await groupsWith(queries, page.alerts));
    const { status } = filter;
    const [others, counts] = await Promise.all([
      queries.list({ ...(status !== undefined && { status }), limit: maxLimit }),
      queries.counts(status),
    ]);
    const total = status === undefined ? counts.firing + counts.resolved : counts[status];
    return presentPage(page, new Map(), presentNone(counts, noMatch(filter, others, total)));
  });

  get('/v1/alerts/:id', async (queries, { id }) => {
    const alert = alertId.test(id) ? await queries.get(id) : undefined;
    if (alert === undefined) {
      throw new HttpRefusal(
        404,
        'alert_not_found',
        'No alert with this id is on record, or the beginning of an id that was given fits several.',
        'Give the full id as GET /v1/alerts lists it, or at least its first four characters. Resolved alerts are forgotten after alerts.retention.',
      );
    }
    const [groups, journal] = await Promise.all([groupsWith(queries, [alert]), queries.journal(alert.id)]);
    return presentDetail(alert, groups, journal);
  });

  get('/v1/events/:id', async (queries, { id }) => {
    const record = id === '' ? undefined : await queries.event(id);
    if (record === undefined) {
      throw new HttpRefusal(
        404,
        'event_not_found',
        'No event with this id is on record.',
        'Give an id as POST /v1/events answered it, or as the envelope carried it, URL-encoded. Events are forgotten after alerts.event_retention.',
      );
    }
    if (record.alertId === undefined) return presentEvent(record, undefined, []);
    const [alert, journal] = await Promise.all([
      queries.get(record.alertId),
      queries.journal(record.alertId),
    ]);
    return presentEvent(record, alert, journal);
  });

  get('/v1/lanes', async (queries) => presentLanes(await queries.lanes()));
  ofAll('/v1/books', async (queries, { sight }) => {
    if (sight.tiers !== undefined) throw ofAllTiers;
    return presentBooks(await queries.books());
  });
};

const ofAllTiers = new HttpRefusal(
  403,
  'all_tiers',
  'The books count the events of all tiers together, and this token reads some of them. Nothing was read.',
  'Ask with the token of a reader that has "*" (http.readers[].tiers).',
);

/** `<fingerprint>-<start, base 36>`, or its first four characters or more; anything else is not worth a look-up. */
const alertId = /^[0-9a-f]{4,16}(-[0-9a-z]*)?$/;
