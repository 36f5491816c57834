import { z } from 'zod';

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

export const Comments = z.object({
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
export type FoundComment = z.infer<typeof Comments>['comments'][number];

export const Description = z.object({
  fields: z.object({
    description: z.object({ content: z.array(z.unknown()).optional() }).nullish(),
  }),
});

export const IssueState = z.object({
  fields: z.object({
    status: z.object({ statusCategory: z.object({ key: z.string() }) }),
    attachment: z.array(z.object({ filename: z.string() })).default([]),
  }),
});

export const Transitions = z.object({
  transitions: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      to: z.object({ statusCategory: z.object({ key: z.string() }) }),
      fields: z
        .record(
          z.string(),
          z.object({
            name: z.string().optional(),
            required: z.boolean(),
            hasDefaultValue: z.boolean().default(false),
          }),
        )
        .default({}),
    }),
  ),
});
export type Transitions = z.infer<typeof Transitions>;

export const IssueTypes = z.object({
  issueTypes: z.array(z.object({ id: z.string().regex(/^\d+$/), name: z.string(), subtask: z.boolean() })),
  total: z.int().optional(),
});

export const CreateFields = z.object({
  fields: z.array(
    z.object({
      fieldId: z.string(),
      name: z.string(),
      required: z.boolean(),
      hasDefaultValue: z.boolean().default(false),
    }),
  ),
});

export const MyPermissions = z.object({
  permissions: z.record(z.string(), z.object({ havePermission: z.boolean() })),
});
