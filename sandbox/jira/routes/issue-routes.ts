import { z } from 'zod';
import { createIssue, textProblem } from '../create-issue.ts';
import { body, fail, invalid, onIssue, type Route } from '../route.ts';
import { apiPath, statuses } from '../world.ts';
import { historyJson } from './history-routes.ts';
import { fieldId, issueJson, transitionId } from './render.ts';

export const create: Route[2] = (world, request) => {
  const made = createIssue(world, body(z.unknown(), request));
  if ('errorMessages' in made) return { status: 400, json: made };
  const self = `${world.baseUrl()}${apiPath(world)}/issue/${made.id}`;
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
  const ways = world.ways[issue.status.name];
  const to = statuses.find(
    (s) =>
      transitionId(s) === asked.transition.id && s.id !== issue.status.id && (ways?.includes(s.name) ?? true),
  );
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

const Edit = z.strictObject({
  fields: z.record(z.string(), z.unknown()).default({}),
  update: z.record(z.string(), z.unknown()).optional(),
  historyMetadata: z.looseObject({}).optional(),
  properties: z.array(z.looseObject({ key: z.string() })).optional(),
});

/** Only the description can be edited here. Without the permission no field is on the screen: Jira says so field by field. */
export const edit = onIssue((world, request, issue) => {
  const asked = body(Edit, request);
  if (!asked) return invalid;
  const offScreen = Object.keys(asked.fields).filter(
    (id) => id !== 'description' || world.lacking.includes('EDIT_ISSUES'),
  );
  const errors: Record<string, string> = Object.fromEntries(
    offScreen.map((id) => [
      id,
      `Field '${id}' cannot be set. It is not on the appropriate screen, or unknown.`,
    ]),
  );
  const { description } = asked.fields;
  if (offScreen.length === 0 && description !== undefined && description !== null) {
    const problem = textProblem(world, description);
    if (problem === 'INVALID_INPUT') return fail(400, 'INVALID_INPUT');
    if (problem !== undefined) errors['description'] = problem;
  }
  if (Object.keys(errors).length > 0) return { status: 400, json: { errorMessages: [], errors } };
  if (description !== undefined) {
    issue.description = description;
    issue.updatedAt = world.now();
    const { name: by } = world.account;
    issue.history.push({
      at: world.now(),
      by,
      field: 'Description',
      from: '',
      to: 'changed the description',
    });
  }
  return { status: 204 };
});

export const getIssue = onIssue((world, request, issue) => {
  const fields = request.query.getAll('fields').flatMap((text) => text.split(','));
  const json = issueJson(world, issue, fields.length === 0 ? ['*all'] : fields);
  if (world.kind === 'cloud' || request.query.get('expand') !== 'changelog') return { status: 200, json };
  const histories = historyJson(world, issue);
  const changelog = { startAt: 0, maxResults: histories.length, total: histories.length, histories };
  return { status: 200, json: { ...json, changelog } };
});
