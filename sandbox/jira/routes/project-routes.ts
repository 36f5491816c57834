import { fail, type Route } from '../route.ts';
import { apiPath, type World } from '../world.ts';

export const projectTypes: Route[2] = (world, _request, [key]) => {
  const project = world.projects.find((p) => p.key === key || p.id === key);
  if (!project) return fail(404, `No project could be found with key '${key}'.`);
  const issueTypes = project.issueTypes.map((type) => ({
    self: `${world.baseUrl()}${apiPath(world)}/issuetype/${type.id}`,
    id: type.id,
    name: type.name,
    description: '',
    subtask: type.subtask,
    hierarchyLevel: type.subtask ? -1 : 0,
  }));
  return {
    status: 200,
    json: pageOf(world, 'issueTypes', issueTypes),
  };
};

export const projectFields: Route[2] = (world, _request, [key, typeId]) => {
  const project = world.projects.find((p) => p.key === key || p.id === key);
  const type = project?.issueTypes.find((t) => t.id === typeId);
  if (!type) return fail(404, `No project could be found with key '${key}'.`);
  const fields = type.fields.map((field) => ({
    fieldId: field.id,
    key: field.id,
    name: field.name,
    required: field.required,
    hasDefaultValue: false,
    operations: ['set'],
    schema: { type: 'string', system: field.id },
  }));
  return { status: 200, json: pageOf(world, 'fields', fields) };
};

export const myPermissions: Route[2] = (world, request) => {
  const wanted = world.kind === 'cloud' ? request.query.get('permissions') : everyPermission;
  if (wanted === null) return fail(400, "The 'permissions' query parameter is required.");
  const key = request.query.get('projectKey');
  if (key !== null && !world.projects.some((p) => p.key === key)) {
    return fail(404, `No project could be found with key '${key}'.`);
  }
  const permissions = Object.fromEntries(
    wanted.split(',').map((name, index) => [
      name,
      {
        id: String(index),
        key: name,
        name,
        type: 'PROJECT',
        description: '',
        havePermission: !world.lacking.includes(name),
      },
    ]),
  );
  return { status: 200, json: { permissions } };
};

/** Data Center answers all there are, whatever is asked for. */
const everyPermission =
  'BROWSE_PROJECTS,CREATE_ISSUES,LINK_ISSUES,ADD_COMMENTS,EDIT_ISSUES,CREATE_ATTACHMENTS,TRANSITION_ISSUES,ASSIGN_ISSUES,CLOSE_ISSUES';

/** A page that is the only one: Data Center has what Cloud names in `values`. */
const pageOf = (world: World, name: string, all: readonly object[]): object => ({
  maxResults: 200,
  startAt: 0,
  total: all.length,
  isLast: true,
  [world.kind === 'cloud' ? name : 'values']: all,
});
