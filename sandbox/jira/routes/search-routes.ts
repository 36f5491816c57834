import { z } from 'zod';
import { matches, parseJql } from '../jql.ts';
import { body, fail, invalid, type Route } from '../route.ts';
import { issueJson } from './render.ts';

const Search = z.strictObject({
  jql: z.string().optional(),
  fields: z.array(z.string()).default([]),
  maxResults: z.int().min(0).default(50),
  nextPageToken: z.string().optional(),
  reconcileIssues: z.array(z.int()).max(50).default([]),
  expand: z.string().optional(),
  properties: z.array(z.string()).max(5).optional(),
  fieldsByKeys: z.boolean().optional(),
});

export const search: Route[2] = (world, request) => {
  const asked = body(Search, request);
  if (!asked) return invalid;
  const query = parseJql(asked.jql ?? '');
  if ('error' in query) return fail(400, query.error);
  const indexed = world.issues.filter(
    (issue) =>
      issue.createdAt + world.indexDelay <= world.now() || asked.reconcileIssues.includes(Number(issue.id)),
  );
  const found = indexed.filter((issue) => matches(issue, query));
  if (query.descending) found.reverse();
  const start = Number(asked.nextPageToken ?? 0);
  const page = found.slice(start, start + Math.min(asked.maxResults, 5_000));
  const isLast = start + page.length >= found.length;
  return {
    status: 200,
    json: {
      issues: page.map((issue) => issueJson(world, issue, asked.fields)),
      isLast,
      ...(!isLast && { nextPageToken: String(start + page.length) }),
    },
  };
};

const OldSearch = z.strictObject({
  jql: z.string().optional(),
  fields: z.array(z.string()).default([]),
  startAt: z.int().min(0).default(0),
  maxResults: z.int().min(0).default(50),
  validateQuery: z.boolean().optional(),
  expand: z.array(z.string()).optional(),
});

/** Data Center's search: by position, and with the number of all. */
export const oldSearch: Route[2] = (world, request) => {
  const asked = body(OldSearch, request);
  if (!asked) return invalid;
  const query = parseJql(asked.jql ?? '');
  if ('error' in query) return fail(400, query.error);
  const found = world.issues.filter(
    (issue) => issue.createdAt + world.indexDelay <= world.now() && matches(issue, query),
  );
  if (query.descending) found.reverse();
  const { startAt } = asked;
  const maxResults = Math.min(asked.maxResults, 1_000);
  const page = found.slice(startAt, startAt + maxResults);
  const issues = page.map((issue) => issueJson(world, issue, asked.fields));
  return { status: 200, json: { expand: 'schema,names', startAt, maxResults, total: found.length, issues } };
};

export const removed: Route[2] = () =>
  fail(
    410,
    'The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046',
  );
