import { z } from 'zod';
import { contentHash } from '../../../core/hash.ts';
import { withoutNulls } from '../../../core/json.ts';
import { JiraFault } from './jira-fault.ts';

/** The fields of Jira's answers that farmhand reads, and no others: what Jira adds or changes elsewhere is no fault. */
const issueKey = z.string().regex(/^[A-Z][A-Z0-9_]*-\d+$/);
const issueId = z.string().regex(/^\d+$/);

export const CreatedIssue = z.object({ id: issueId, key: issueKey });
export type CreatedIssue = z.infer<typeof CreatedIssue>;

export const FoundIssue = z.object({
  id: issueId,
  key: issueKey,
  fields: z.object({
    labels: z.array(z.string()),
    status: z.object({ name: z.string(), statusCategory: z.object({ key: z.string() }) }),
    issuelinks: z
      .array(
        z.object({
          type: z.object({ name: z.string() }),
          outwardIssue: z.object({ key: issueKey }).optional(),
        }),
      )
      .default([]),
  }),
});
export type FoundIssue = z.infer<typeof FoundIssue>;

export const SearchResults = z.object({ issues: z.array(FoundIssue) });

export const CreatedComment = z.object({ id: issueId });

export const AdfComments = z.object({
  comments: z.array(
    z.object({
      id: issueId,
      created: z.string(),
      body: z
        .object({ content: z.array(z.object({ content: z.array(z.unknown()).optional() })).optional() })
        .optional(),
    }),
  ),
});

export const AdfDescription = z.object({
  fields: z.object({
    description: z.object({ content: z.array(z.unknown()).optional() }).nullish(),
  }),
});

/** Data Center: wiki text, absent where it is empty. */
export const WikiDescription = z.object({ fields: z.object({ description: z.string().optional() }) });
export const WikiComments = z.object({
  comments: z.array(z.object({ id: issueId, created: z.string(), body: z.string() })),
});

export const IssueState = z.object({
  fields: z.object({
    status: z.object({ statusCategory: z.object({ key: z.string() }) }),
    attachment: z.array(z.object({ filename: z.string() })).default([]),
  }),
});

export interface JiraLook {
  readonly status: { readonly name: string; readonly done: boolean };
  readonly watched: Readonly<Record<string, string>>;
}

export interface JiraChange {
  readonly field: string;
  /** By the clock of Jira; ms. */
  readonly at: number;
  readonly by: string;
  /** By farmhand's own account. */
  readonly own: boolean;
}

const AllowedValue = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  value: z.string().optional(),
});

export const WatchedIssue = z.object({
  fields: z.object({
    status: z.object({ name: z.string(), statusCategory: z.object({ key: z.string() }) }),
    summary: z.string().default(''),
    labels: z.array(z.string()).default([]),
    issuetype: z.object({ name: z.string() }),
    project: z.object({ key: z.string() }),
  }),
});
export const watchedFields = ['status', 'summary', 'labels', 'issuetype', 'project'];

/** What is watched, under the names that Jira's history has for it. */
export const watchedOf = ({ fields }: z.infer<typeof WatchedIssue>): JiraLook => {
  const { status, summary, labels, issuetype, project } = fields;
  return {
    status: { name: status.name, done: status.statusCategory.key === 'done' },
    watched: {
      summary: contentHash(summary),
      labels: contentHash([...labels].sort()),
      issuetype: issuetype.name,
      project: project.key,
    },
  };
};

const Author = z.object({
  accountId: z.string().optional(),
  key: z.string().optional(),
  name: z.string().optional(),
  displayName: z.string().optional(),
});
const History = z.object({
  author: Author.optional(),
  created: z.string(),
  items: z.array(z.object({ field: z.string() })),
});
/** A page of a ticket's history. */
export const Histories = z.object({ values: z.array(History), total: z.int() });
/** The same of Data Center, with the ticket. */
export const Changelog = z.object({ changelog: z.object({ histories: z.array(History) }) });
export const Myself = Author;

/** The newest first, whatever order they came in. `me`: farmhand's own account. */
export const changesOf = (
  histories: readonly z.infer<typeof History>[],
  me: z.infer<typeof Myself>,
): readonly JiraChange[] =>
  [...histories]
    .sort((a, b) => Date.parse(b.created) - Date.parse(a.created))
    .flatMap(({ author, created, items }) =>
      items.map(({ field }) => ({
        field,
        at: Date.parse(created),
        by: author?.displayName ?? author?.name ?? 'Somebody',
        own: author !== undefined && idOf(author) === idOf(me),
      })),
    );

/** Cloud has account ids, Data Center keys. */
const idOf = ({ accountId, key, name }: z.infer<typeof Author>): string | undefined =>
  accountId ?? key ?? name;

export const Transitions = z.object({
  transitions: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      to: z.object({ name: z.string(), statusCategory: z.object({ key: z.string() }) }),
      fields: z
        .record(
          z.string(),
          z.object({
            name: z.string().optional(),
            required: z.boolean(),
            hasDefaultValue: z.boolean().default(false),
            schema: z.object({ type: z.string() }).optional(),
            allowedValues: z.array(AllowedValue).optional(),
          }),
        )
        .default({}),
    }),
  ),
});
export type JiraTransition = z.infer<typeof Transitions>['transitions'][number];

const IssueType = z.object({ id: issueId, name: z.string(), subtask: z.boolean() });
export type IssueType = z.infer<typeof IssueType>;
export const IssueTypes = z.object({ issueTypes: z.array(IssueType) });
/** Data Center has its pages in `values`. */
export const IssueTypePage = z.object({ values: z.array(IssueType), total: z.int().optional() });

const CreateField = z.object({
  fieldId: z.string(),
  name: z.string(),
  required: z.boolean(),
  hasDefaultValue: z.boolean().default(false),
  schema: z
    .object({ type: z.string(), items: z.string().optional(), custom: z.string().optional() })
    .optional(),
  allowedValues: z.array(AllowedValue).optional(),
});
export type CreateField = z.infer<typeof CreateField>;
export const CreateFields = z.object({ fields: z.array(CreateField) });
export const CreateFieldPage = z.object({ values: z.array(CreateField), total: z.int().optional() });

export const MyPermissions = z.object({
  permissions: z.record(z.string(), z.object({ havePermission: z.boolean() })),
});

/** An answer that cannot be read may still mean that the call was carried out: `broken` is ambiguous. */
export const read = <T>(schema: z.ZodType<T>, answer: unknown, what: string): T => {
  const parsed = schema.safeParse(withoutNulls(answer));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new JiraFault('broken', `the ${what} cannot be read (${problems.slice(0, 5).join('; ')})`);
};
