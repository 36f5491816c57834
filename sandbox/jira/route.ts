import type { z } from 'zod';
import type { SimRequest, SimResponse } from '../simulator/server.ts';
import { findIssue, type Issue, type World } from './world.ts';

export const fail = (status: number, ...errorMessages: readonly string[]): SimResponse => ({
  status,
  json: { errorMessages, errors: {} },
});
export const noIssue = fail(404, 'Issue does not exist or you do not have permission to see it.');
export const invalid = fail(
  400,
  'Invalid request payload. Refer to the REST API documentation and try again.',
);

export type Route = readonly [
  method: string,
  pattern: RegExp,
  handle: (world: World, request: SimRequest, parts: readonly string[]) => SimResponse,
];

export const body = <T>(schema: z.ZodType<T>, request: SimRequest): T | undefined => {
  try {
    return schema.safeParse(JSON.parse(request.body)).data;
  } catch {
    return undefined;
  }
};

/** `handle` with the issue that the path names, or Jira's 404. */
export const onIssue =
  (handle: (world: World, request: SimRequest, issue: Issue) => SimResponse): Route[2] =>
  (world, request, [idOrKey = '']) => {
    const issue = findIssue(world, idOrKey);
    return issue ? handle(world, request, issue) : noIssue;
  };
