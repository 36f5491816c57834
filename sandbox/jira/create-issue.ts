import { z } from 'zod';
import { adfProblem } from './adf-check.ts';
import { findIssue, type Issue, type Project, statuses, type World } from './world.ts';

/** Jira's `ErrorCollection`. */
export interface Refusal {
  readonly errorMessages: readonly string[];
  readonly errors: Readonly<Record<string, string>>;
}

const Body = z.strictObject({
  fields: z.record(z.string(), z.unknown()).default({}),
  properties: z
    .array(z.strictObject({ key: z.string().min(1).max(255), value: z.unknown() }))
    .max(10)
    .default([]),
  update: z.record(z.string(), z.unknown()).optional(),
});
const Reference = z.union([
  z.strictObject({ key: z.string() }),
  z.strictObject({ id: z.string() }),
  z.strictObject({ name: z.string() }),
]);
const maxText = 32_767;

/** Creates an issue, or says everything that is wrong with it, as Jira does: field by field. */
export const createIssue = (world: World, input: unknown): Issue | Refusal => {
  const parsed = Body.safeParse(input);
  if (!parsed.success) {
    return {
      errorMessages: ['Invalid request payload. Refer to the REST API documentation and try again.'],
      errors: {},
    };
  }
  const { fields, properties } = parsed.data;
  const project = pick(world.projects, fields['project']);
  const issueType = project && pick(project.issueTypes, fields['issuetype']);
  const errors: Record<string, string> = {};
  if (!project) errors['project'] = 'Specify a valid project ID or key';
  if (!issueType) errors['issuetype'] = 'Specify a valid issue type';
  if (!project || !issueType) return { errorMessages: [], errors };

  for (const [id, value] of Object.entries(fields)) {
    if (!issueType.fields.some((field) => field.id === id)) {
      errors[id] = `Field '${id}' cannot be set. It is not on the appropriate screen, or unknown.`;
      continue;
    }
    const problem = fieldProblem(world, id, value);
    if (problem === 'INVALID_INPUT') return { errorMessages: ['INVALID_INPUT'], errors: {} };
    if (problem !== undefined) errors[id] = problem;
  }
  for (const field of issueType.fields) {
    if (field.required && fields[field.id] === undefined && field.id !== 'summary') {
      errors[field.id] = `${field.name} is required.`;
    }
  }
  const parent = issueType.subtask ? parentOf(world, project, fields['parent']) : undefined;
  if (issueType.subtask && fields['parent'] !== undefined && !parent) {
    errors['parent'] = 'Could not find issue by id or key, or it is of another project.';
  }
  if (fields['summary'] === undefined) errors['summary'] = 'You must specify a summary of the issue.';
  if (Object.keys(errors).length > 0) return { errorMessages: [], errors };
  if (world.lacking.includes('CREATE_ISSUES')) {
    return {
      errorMessages: ['You do not have permission to create issues in this project.'],
      errors: {},
    };
  }

  const id = String(world.nextId++);
  const issue: Issue = {
    id,
    key: nextKey(world, project),
    project,
    issueType,
    ...(parent && { parent: parent.key }),
    createdAt: world.now(),
    updatedAt: world.now(),
    reporter: world.account.name,
    summary: z.string().parse(fields['summary']),
    description: fields['description'] ?? null,
    labels: z.array(z.string()).parse(fields['labels'] ?? []),
    more: Object.fromEntries(Object.entries(fields).filter(([id]) => id.startsWith('customfield_'))),
    properties: Object.fromEntries(properties.map((p) => [p.key, p.value])),
    status: statuses[0] ?? { id: '10000', name: 'To Do', category: 'new' },
    comments: [],
    attachments: [],
    remoteLinks: [],
    history: [],
  };
  world.issues.push(issue);
  return issue;
};

const nextKey = (world: World, project: Project): string =>
  `${project.key}-${world.issues.filter((issue) => issue.project.id === project.id).length + world.removed + 1}`;

const parentOf = (world: World, project: Project, reference: unknown): Issue | undefined => {
  const { data } = z.strictObject({ key: z.string() }).safeParse(reference);
  const found = data && findIssue(world, data.key);
  return found?.project.id === project.id && !found.issueType.subtask ? found : undefined;
};

const pick = <T extends { readonly id: string; readonly name: string; readonly key?: string }>(
  all: readonly T[],
  reference: unknown,
): T | undefined => {
  const parsed = Reference.safeParse(reference);
  if (!parsed.success) return undefined;
  const wanted = parsed.data;
  return all.find((one) => {
    if ('id' in wanted) return one.id === wanted.id;
    if ('key' in wanted) return one.key === wanted.key;
    return one.name.toLowerCase() === wanted.name.toLowerCase();
  });
};

const fieldProblem = (world: World, id: string, value: unknown): string | undefined => {
  switch (id) {
    case 'summary':
      return summaryProblem(value);
    case 'labels':
      return labelsProblem(value);
    case 'description':
      return textProblem(world, value);
    default:
      return undefined;
  }
};

const summaryProblem = (value: unknown): string | undefined => {
  if (typeof value !== 'string') return 'Operation value must be a string';
  if (value.trim() === '') return 'You must specify a summary of the issue.';
  if (/[\r\n]/.test(value)) return 'The summary is invalid because it contains newline characters.';
  return value.length > 255 ? "Summary can't exceed 255 characters." : undefined;
};

const labelsProblem = (value: unknown): string | undefined => {
  const labels = z.array(z.string()).safeParse(value);
  if (!labels.success) return 'data was not an array of strings';
  const spaced = labels.data.find((label) => /\s/.test(label) || label === '');
  if (spaced !== undefined) return `The label '${spaced}' contains spaces which is invalid.`;
  const long = labels.data.find((label) => label.length > 255);
  return long === undefined ? undefined : `The label '${long}' exceeds the maximum length of 255 characters.`;
};

/** What is wrong with a description or a comment, in the words of Jira. */
export const textProblem = ({ kind }: Pick<World, 'kind'>, value: unknown): string | undefined => {
  if (kind === 'data_center') {
    if (typeof value !== 'string') return 'Operation value must be a string';
    return value.length > maxText
      ? 'The entered text is too long. It exceeds the allowed limit of 32,767 characters.'
      : undefined;
  }
  if (typeof value !== 'object' || value === null) {
    return 'Operation value must be an Atlassian Document (see the Atlassian Document Format)';
  }
  if (adfProblem(value) !== undefined) return 'INVALID_INPUT';
  return JSON.stringify(value).length > maxText ? 'CONTENT_LIMIT_EXCEEDED' : undefined;
};
