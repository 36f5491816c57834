import { onIssue } from '../route.ts';
import type { Issue, World } from '../world.ts';
import { time, userJson } from './render.ts';

const wholeNumber = (text: string | null, fallback: number): number =>
  text !== null && /^\d+$/.test(text) ? Number(text) : fallback;

/** `GET /issue/{key}/changelog`: pages of at most 100, the oldest first. */
export const listHistory = onIssue((world, request, issue) => {
  const startAt = wholeNumber(request.query.get('startAt'), 0);
  const maxResults = Math.min(wholeNumber(request.query.get('maxResults'), 100), 100);
  const values = historyJson(world, issue).slice(startAt, startAt + maxResults);
  const { length: total } = issue.history;
  return {
    status: 200,
    json: { startAt, maxResults, total, isLast: startAt + values.length >= total, values },
  };
});

/** As both kinds write a change: Cloud in pages of their own, Data Center with the ticket (`expand=changelog`). */
export const historyJson = (world: World, issue: Issue) =>
  issue.history.map(({ at, by, field, from, to }, i) => ({
    id: String(20_000 + i),
    author: userJson(world, by),
    created: time(at),
    items: [
      {
        field: field.toLowerCase(),
        fieldtype: 'jira',
        from: null,
        fromString: from,
        to: null,
        toString: to,
      },
    ],
  }));
