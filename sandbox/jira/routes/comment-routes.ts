import { z } from 'zod';
import { textProblem } from '../create-issue.ts';
import { body, fail, onIssue } from '../route.ts';
import { commentJson } from './render.ts';

const NewComment = z.strictObject({
  body: z.unknown(),
  properties: z.array(z.strictObject({ key: z.string().min(1).max(255), value: z.unknown() })).optional(),
  visibility: z.looseObject({}).optional(),
});

export const addComment = onIssue((world, request, issue) => {
  if (world.lacking.includes('ADD_COMMENTS')) {
    return fail(403, 'You do not have the permission to comment on this issue.');
  }
  const asked = body(NewComment, request);
  const problem = asked ? textProblem(world, asked.body) : 'INVALID_INPUT';
  if (!asked || problem === 'INVALID_INPUT') return fail(400, 'INVALID_INPUT');
  if (problem !== undefined)
    return { status: 400, json: { errorMessages: [], errors: { comment: problem } } };
  const made = {
    id: String(world.nextId++),
    at: world.now(),
    by: world.account.name,
    body: asked.body,
    properties: asked.properties ?? [],
  };
  issue.comments.push(made);
  issue.updatedAt = world.now();
  return { status: 201, json: commentJson(world, made) };
});

const wholeNumber = (text: string | null, fallback: number): number =>
  text !== null && /^\d+$/.test(text) ? Number(text) : fallback;

/** Pages of at most 100, the oldest first unless `orderBy` says otherwise. */
export const listComments = onIssue((world, request, issue) => {
  const orderBy = request.query.get('orderBy') ?? 'created';
  if (!/^[+-]?created$/.test(orderBy.trim())) return fail(400, `The orderBy '${orderBy}' is not supported.`);
  const startAt = wholeNumber(request.query.get('startAt'), 0);
  const maxResults = Math.min(wholeNumber(request.query.get('maxResults'), 100), 100);
  const ordered = orderBy.startsWith('-') ? [...issue.comments].reverse() : issue.comments;
  return {
    status: 200,
    json: {
      startAt,
      maxResults,
      total: issue.comments.length,
      comments: ordered.slice(startAt, startAt + maxResults).map((one) => commentJson(world, one)),
    },
  };
});
