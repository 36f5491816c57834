import {
  type Attachment,
  apiPath,
  type Issue,
  type IssueLink,
  linkTypes,
  type Status,
  statuses,
  type World,
} from '../world.ts';

const categoryNames = { new: 'To Do', indeterminate: 'In Progress', done: 'Done' } as const;
const categoryIds = { new: 2, indeterminate: 4, done: 3 } as const;
const categoryColors = { new: 'blue-gray', indeterminate: 'yellow', done: 'green' } as const;

/** `2026-11-20T21:49:44.661+0000`, as Jira writes times. */
export const time = (ms: number): string => new Date(ms).toISOString().replace('Z', '+0000');

const statusJson = (world: World, status: Status) => ({
  self: `${world.baseUrl()}${apiPath(world)}/status/${status.id}`,
  id: status.id,
  name: status.name,
  description: '',
  iconUrl: `${world.baseUrl()}/images/icons/status.png`,
  statusCategory: {
    self: `${world.baseUrl()}${apiPath(world)}/statuscategory/${categoryIds[status.category]}`,
    id: categoryIds[status.category],
    key: status.category,
    colorName: categoryColors[status.category],
    name: categoryNames[status.category],
  },
});

export const userJson = (world: World, name: string) =>
  world.kind === 'cloud' ? cloudUser(world, name) : localUser(world, name);

/** Data Center knows no accountId. */
const localUser = (world: World, name: string) => ({
  self: `${world.baseUrl()}/rest/api/2/user?username=${encodeURIComponent(name)}`,
  name,
  key: name === world.account.name ? 'JIRAUSER10100' : `JIRAUSER-${name}`,
  emailAddress: `${name}@example.com`,
  displayName: name,
  active: true,
  timeZone: 'Etc/UTC',
});

const accountOf = (world: World, name: string): string =>
  name === world.account.name ? '5b10a2844c20165700ede21g' : `person-${name.toLowerCase()}`;

const cloudUser = (world: World, name: string) => ({
  self: `${world.baseUrl()}${apiPath(world)}/user?accountId=${accountOf(world, name)}`,
  accountId: accountOf(world, name),
  accountType: 'atlassian',
  displayName: name,
  active: true,
});

const linkJson = (world: World, link: IssueLink, of: Issue) => {
  const outward = link.source === of.key;
  const other = outward ? link.destination : link.source;
  return {
    id: link.id,
    self: `${world.baseUrl()}${apiPath(world)}/issueLink/${link.id}`,
    type: { ...link.type, self: `${world.baseUrl()}${apiPath(world)}/issueLinkType/${link.type.id}` },
    [outward ? 'outwardIssue' : 'inwardIssue']: { key: other },
  };
};

const allFields = (world: World, issue: Issue): Record<string, unknown> => ({
  summary: issue.summary,
  description: issue.description,
  labels: issue.labels,
  status: statusJson(world, issue.status),
  project: { id: issue.project.id, key: issue.project.key, name: issue.project.name },
  issuetype: { id: issue.issueType.id, name: issue.issueType.name, subtask: issue.issueType.subtask },
  ...(issue.parent !== undefined && { parent: { key: issue.parent } }),
  created: time(issue.createdAt),
  updated: time(issue.updatedAt),
  reporter: userJson(world, issue.reporter),
  creator: userJson(world, issue.reporter),
  issuelinks: world.links
    .filter((link) => link.source === issue.key || link.destination === issue.key)
    .map((link) => linkJson(world, link, issue)),
  attachment: issue.attachments.map((one) => attachmentJson(world, one)),
  comment: {
    comments: issue.comments.map((comment) => commentJson(world, comment)),
    total: issue.comments.length,
  },
});

export const commentJson = (world: World, comment: Issue['comments'][number]) => ({
  id: comment.id,
  author: userJson(world, comment.by),
  body: comment.body,
  created: time(comment.at),
  updated: time(comment.at),
});

export const attachmentJson = (world: World, attachment: Attachment) => ({
  self: `${world.baseUrl()}${apiPath(world)}/attachment/${attachment.id}`,
  id: attachment.id,
  filename: attachment.name,
  author: userJson(world, attachment.by),
  created: time(attachment.at),
  size: attachment.bytes.length,
  mimeType: attachment.type,
  content: `${world.baseUrl()}${apiPath(world)}/attachment/content/${attachment.id}`,
});

/** The issue with the wanted fields (`*all` for every one), and nothing but its ids where none is wanted. */
export const issueJson = (world: World, issue: Issue, wanted: readonly string[]) => {
  const all = allFields(world, issue);
  const chosen = wanted.some((name) => name === '*all' || name === '*navigable')
    ? all
    : Object.fromEntries(Object.entries(all).filter(([name]) => wanted.includes(name)));
  return {
    id: issue.id,
    ...(wanted.length > 0 && {
      key: issue.key,
      self: `${world.baseUrl()}${apiPath(world)}/issue/${issue.id}`,
      fields: chosen,
    }),
  };
};

export const transitionsJson = (world: World, issue: Issue) => ({
  expand: 'transitions',
  transitions: statuses
    .filter(
      ({ id, name }) =>
        // Jira lists none to an account that may not take them.
        !world.lacking.includes('TRANSITION_ISSUES') &&
        id !== issue.status.id &&
        (world.ways[issue.status.name]?.includes(name) ?? true),
    )
    .map((status) => ({
      id: transitionId(status),
      name: world.names[status.name] ?? status.name,
      to: statusJson(world, status),
      hasScreen: false,
      isGlobal: true,
      isInitial: false,
      isAvailable: true,
      isConditional: false,
      fields: Object.fromEntries(
        (world.asked[status.name] ?? []).map((name) => [
          fieldId(name),
          { required: true, name, key: fieldId(name), hasDefaultValue: false, operations: ['set'] },
        ]),
      ),
    })),
});

export const fieldId = (name: string): string => name.toLowerCase().replace(/[^a-z]+/g, '');
export const transitionId = (status: Status): string => String(Number(status.id) - 9_989);
export const linkTypeOf = (name: string) =>
  linkTypes.find((t) => t.name.toLowerCase() === name.toLowerCase());
