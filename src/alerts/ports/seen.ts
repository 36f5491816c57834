import type { Sight } from '../../access/tiers.ts';
import type { AlertStatus } from '../model/event.ts';
import type { AlertQueries } from './queries.ts';

/** What somebody may be shown: the books are of all tiers together, and for those who see all. */
export type AlertReads = Omit<AlertQueries, 'books'>;

/** As many as one page of the records holds. */
const pageSize = 200;
/** Pages that are looked through to count; a page that shows none looks at some ten thousand records. */
const mostPages = 2;

/** The records as far as somebody sees them: of anything else they are answered as if it were not there. */
export const seenBy = (queries: AlertQueries, sight: Sight): AlertReads => {
  if (sight.tiers === undefined) return queries;
  const seen: AlertReads = {
    get: async (idOrPrefix) => {
      const alert = await queries.get(idOrPrefix);
      return alert && sight.sees(alert.tier) ? alert : undefined;
    },
    list: (filter) =>
      queries.list({
        ...filter,
        fits: (alert) => sight.sees(alert.tier) && (filter.fits === undefined || filter.fits(alert)),
      }),
    counts: async (of) => {
      const count = (status: AlertStatus) =>
        of === undefined || of === status ? countOf(queries, sight, status) : 0;
      const [firing, resolved] = await Promise.all([count('firing'), count('resolved')]);
      return { firing, resolved };
    },
    journal: async (id) => ((await seen.get(id)) ? queries.journal(id) : []),
    event: async (id) => {
      const event = await queries.event(id);
      return event?.tier !== undefined && sight.sees(event.tier) ? event : undefined;
    },
    byThread: async (channel, ts) => {
      const id = await queries.byThread(channel, ts);
      return id !== undefined && (await seen.get(id)) ? id : undefined;
    },
    groups: async (fingerprints) => {
      const groups = await queries.groups(fingerprints);
      return new Map([...groups].filter(([, { tier }]) => sight.sees(tier)));
    },
    lanes: async () => (await queries.lanes()).filter(({ channel }) => sight.seesChannel(channel)),
  };
  return seen;
};

/** Looks at the records: there is no count by tier, and one would cost each event a write. */
const countOf = async (queries: AlertQueries, sight: Sight, status: AlertStatus): Promise<number> => {
  let count = 0;
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { next } = await queries.list({
      status,
      limit: pageSize,
      fits: ({ tier }) => {
        if (sight.sees(tier)) count++;
        return false;
      },
      ...(cursor !== undefined && { cursor }),
    });
    cursor = next;
    if (cursor === undefined) break;
  }
  return count;
};
