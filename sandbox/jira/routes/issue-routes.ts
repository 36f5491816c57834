import { z } from 'zod';
import { createIssue } from '../create-issue.ts';
import { body, fail, invalid, onIssue, type Route } from '../route.ts';
import { statuses } from '../world.ts';
import { fieldId, issueJson, transitionId } from './render.ts';

export const create: Route[2] = (world, request) => {
  const made = createIssue(world, body(z.unknown(), request));
  if ('errorMessages' in made) return { status: 400, json: made };
  const self = `${world.baseUrl()}/rest/api/3/issue/${made.id}`;
  return { status: 201, json: { id: made.id, key: made.key, self } };
};

const Transition = z.looseObject({
  transition: z.looseObject({ id: z.string() }),
  fields: z.record(z.string(), z.unknown()).default({}),
});

export const transition = onIssue((world, request, issue) => {
  const asked = body(Transition, request);
  if (!asked) return invalid;
  if (world.lacking.includes('TRANSITION_ISSUES')) return fail(400, 'Transition id is not valid.');
  const to = statuses.find((s) => transitionId(s) === asked.transition.id && s.id !== issue.status.id);
  if (!to) {
    return fail(
      400,
      `It seems that you have tried to perform an illegal workflow operation (${asked.transition.id}).`,
    );
  }
  const errors = Object.fromEntries(
    (world.asked[to.name] ?? [])
      .filter((name) => asked.fields[fieldId(name)] === undefined)
      .map((name) => [fieldId(name), `${name} is required.`]),
  );
  if (Object.keys(errors).length > 0) return { status: 400, json: { errorMessages: [], errors } };
  issue.history.push({
    at: world.now(),
    by: world.account.name,
    field: 'Status',
    from: issue.status.name,
    to: to.name,
  });
  issue.status = to;
  issue.updatedAt = world.now();
  return { status: 204 };
});

export const getIssue = onIssue((world, request, issue) => {
  const fields = request.query.getAll('fields').flatMap((text) => text.split(','));
  return { status: 200, json: issueJson(world, issue, fields.length === 0 ? ['*all'] : fields) };
});
