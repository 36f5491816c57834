import type { AlertFilter, AlertPage } from './queries.ts';
import type { AlertReads } from './seen.ts';

/** As many as one page of the records holds, and so many of them: enough to sort by severity and to count. */
const pageSize = 200;
const mostPages = 5;

/** Pages of the records, until there are enough of them or no more: a list is sorted whole, and shown page by page. */
export const readAll = async (
  reads: Pick<AlertReads, 'list'>,
  filter: Omit<AlertFilter, 'limit' | 'cursor'>,
): Promise<AlertPage> => {
  let read = await reads.list({ ...filter, limit: pageSize });
  for (let n = 1; n < mostPages && read.next !== undefined; n++) {
    const { alerts, next } = await reads.list({ ...filter, limit: pageSize, cursor: read.next });
    read = { alerts: [...read.alerts, ...alerts], ...(next !== undefined && { next }) };
  }
  return read;
};
