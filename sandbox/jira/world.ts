/** The state of the simulated site. Times in ms. */
export interface Project {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly issueTypes: readonly IssueType[];
}

export interface IssueType {
  readonly id: string;
  readonly name: string;
  readonly subtask: boolean;
  /** Fields of its create screen. */
  readonly fields: readonly ScreenField[];
}

export interface ScreenField {
  readonly id: string;
  readonly name: string;
  readonly required: boolean;
}

export interface Status {
  readonly id: string;
  readonly name: string;
  readonly category: 'new' | 'indeterminate' | 'done';
}

export interface Change {
  readonly at: number;
  readonly by: string;
  readonly field: string;
  readonly from: string;
  readonly to: string;
}

export interface RemoteLink {
  readonly id: number;
  readonly globalId?: string;
  readonly application?: { readonly type?: string; readonly name?: string };
  readonly relationship?: string;
  readonly object: { readonly url: string; readonly title: string; readonly summary?: string };
}

export interface Comment {
  readonly id: string;
  readonly at: number;
  readonly by: string;
  readonly body: unknown;
  readonly properties: readonly { readonly key: string; readonly value?: unknown }[];
}

export interface Attachment {
  readonly id: string;
  readonly at: number;
  readonly by: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** `source` reads the outward words (`duplicates`), `destination` the inward ones (`is duplicated by`). */
export interface IssueLink {
  readonly id: string;
  readonly type: LinkType;
  readonly source: string;
  readonly destination: string;
}

export interface LinkType {
  readonly id: string;
  readonly name: string;
  readonly inward: string;
  readonly outward: string;
}

export interface Issue {
  readonly id: string;
  readonly key: string;
  readonly project: Project;
  readonly issueType: IssueType;
  /** Key; of a sub-task. */
  readonly parent?: string;
  readonly createdAt: number;
  readonly reporter: string;
  summary: string;
  description: unknown;
  labels: readonly string[];
  /** Custom fields, by id. */
  readonly more: Readonly<Record<string, unknown>>;
  readonly properties: Readonly<Record<string, unknown>>;
  status: Status;
  updatedAt: number;
  readonly comments: Comment[];
  readonly attachments: Attachment[];
  readonly remoteLinks: RemoteLink[];
  readonly history: Change[];
}

/** Which Jira it is. */
export type SiteKind = 'cloud' | 'data_center';

export interface World {
  readonly kind: SiteKind;
  /** With the context path. */
  readonly baseUrl: () => string;
  readonly account: { readonly email: string; readonly token: string; readonly name: string };
  readonly now: () => number;
  readonly projects: readonly Project[];
  readonly issues: Issue[];
  readonly links: IssueLink[];
  /** How long the search does not show a new issue, ms. */
  indexDelay: number;
  /** Permissions the account does not have. */
  lacking: readonly string[];
  /** The token is not valid any more. */
  expired: boolean;
  /** So many calls from now on are one too many. */
  limited: number;
  /** Fields that a transition asks for, by the name of the status it leads to. */
  asked: Readonly<Record<string, readonly string[]>>;
  /** Where the workflow leads from a status, both by name; a status that is not here leads everywhere. */
  ways: Readonly<Record<string, readonly string[]>>;
  /** What the transition to a status is called, by the status; default: as the status. */
  names: Readonly<Record<string, string>>;
  /** How many tickets were deleted: their numbers are not given again. */
  removed: number;
  nextId: number;
}

/** Where its REST API is, in the address of the site. */
export const apiPath = ({ kind }: Pick<World, 'kind'>): string =>
  kind === 'cloud' ? '/rest/api/3' : '/rest/api/2';

/** The context path of the site; empty where it has none. */
export const sitePath = ({ baseUrl }: Pick<World, 'baseUrl'>): string =>
  new URL(baseUrl()).pathname.replace(/\/$/, '');

export const statuses: readonly Status[] = [
  { id: '10000', name: 'To Do', category: 'new' },
  { id: '10001', name: 'In Progress', category: 'indeterminate' },
  { id: '10002', name: 'Done', category: 'done' },
  { id: '10003', name: 'On hold', category: 'indeterminate' },
];

export const linkTypes: readonly LinkType[] = [
  { id: '10100', name: 'Blocks', inward: 'is blocked by', outward: 'blocks' },
  { id: '10101', name: 'Duplicate', inward: 'is duplicated by', outward: 'duplicates' },
  { id: '10102', name: 'Relates', inward: 'relates to', outward: 'relates to' },
];

const screen: readonly ScreenField[] = [
  { id: 'summary', name: 'Summary', required: true },
  { id: 'issuetype', name: 'Issue Type', required: true },
  { id: 'project', name: 'Project', required: true },
  { id: 'description', name: 'Description', required: false },
  { id: 'labels', name: 'Labels', required: false },
  { id: 'priority', name: 'Priority', required: false },
  { id: 'duedate', name: 'Due date', required: false },
];

export interface ProjectInput {
  readonly key: string;
  readonly name: string;
  /** Issue types; a `required` field of one is a custom field that must be given. */
  readonly issueTypes?: readonly {
    readonly name: string;
    readonly required?: string;
    readonly without?: string;
    readonly subtask?: boolean;
  }[];
}

export const projectOf = (input: ProjectInput, index: number): Project => ({
  id: String(10_000 + index),
  key: input.key,
  name: input.name,
  issueTypes: (
    input.issueTypes ?? [
      ...[{ name: 'Task' }, { name: 'Incident' }, { name: 'Bug' }],
      { name: 'Sub-task', subtask: true },
    ]
  ).map((type, at) => ({
    id: String(10_200 + index * 10 + at),
    name: type.name,
    subtask: type.subtask === true,
    fields: [
      ...(type.subtask ? [{ id: 'parent', name: 'Parent', required: true }] : []),
      ...screen.filter((field) => field.id !== type.without),
      ...(type.required === undefined
        ? []
        : [{ id: 'customfield_10042', name: type.required, required: true }]),
    ],
  })),
});

/** The issue of a key (any case) or id. */
export const findIssue = (world: World, idOrKey: string): Issue | undefined =>
  world.issues.find((issue) => issue.id === idOrKey || issue.key === idOrKey.toUpperCase());
