import { z } from 'zod';
import { ticketNames, unknownNames } from '../../core/tickets/named-templates.ts';
import { environments, section } from './fields.ts';

const readable = (text: string): boolean => {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
};

const changeRequest = section({
  required: z.boolean().default(true).describe('Nothing is started without its number'),
  pattern: z
    .string()
    .min(1)
    .refine(readable, { error: 'is not a regular expression' })
    .default('^CHG[0-9]{7}$')
    .describe('What its number looks like; a regular expression'),
});

/** Where a ticket is moved; a name alone, or with what its screen asks for. */
export const ticketMove = z.union([
  z
    .string()
    .min(1)
    .transform((to) => ({ to, fields: {} })),
  section({
    to: z.string().min(1).describe('Name of the status, or of a transition'),
    fields: z
      .record(z.string().min(1), z.string())
      .default({})
      .describe('What its screen asks for, by the name or id of the field: `{ Resolution: Done }`'),
  }),
]);
const move = ticketMove.optional();
const moves = section({
  waiting_for_approval: move.describe('It waits for the approval of a second person'),
  running: move.describe('It goes on'),
  held: move.describe('It is paused, or waits for a person'),
  succeeded: move.describe('It is over, and all steps are done'),
  failed: move.describe('It failed, and is torn down'),
  cancelled: move.describe('Somebody cancelled it, and it is torn down'),
});

const filled = z.string().superRefine((text, ctx) => {
  for (const name of unknownNames(text)) {
    const message = `{{${name}}} is nothing that a rebuild knows; there is ${ticketNames.join(', ')}`;
    ctx.addIssue({ code: 'custom', message });
  }
});

/** What may be said of the tickets of all rebuilds, and otherwise for those of a rule. */
export const ticketKeys = {
  fields: z
    .record(z.string().min(1), z.union([filled, z.number(), z.array(filled)]))
    .optional()
    .describe(
      'More fields of the ticket of a rebuild, by name or id, with templates: `{ "Change number": "{{change}}", Priority: High, Components: [Caches] }`. Checked at start against what Jira says of its create screen',
    ),
  change_request: changeRequest
    .optional()
    .describe('The number of a change request that a rebuild is started with: `change=CHG0012345`'),
  transitions: moves
    .optional()
    .describe(
      'Where the ticket of a rebuild is moved: `running: In Progress`, `succeeded: { to: Done, fields: { Resolution: Fixed } }`. Without it: a rebuild that is over closes its ticket',
    ),
  ticket_closed: z
    .enum(['tell', 'hold'])
    .optional()
    .describe(
      'A person closes the ticket of a rebuild that is not over: `tell` (default) says so; `hold` changes nothing more until it is open again, or a person overrides that',
    ),
  ticket_deleted: z
    .enum(['tell', 'hold', 'raise_again'])
    .optional()
    .describe('The same for one that is deleted; `raise_again`: another one takes its place first'),
  ticket_moved: z
    .enum(['leave', 'follow'])
    .optional()
    .describe(
      'A person moves it elsewhere: `leave` (default) moves it no more; `follow` moves it with the next state of the rebuild',
    ),
  unreachable: z
    .enum(['queue', 'hold'])
    .optional()
    .describe(
      'Jira does not answer while a rebuild runs: `queue` (default) writes later; `hold` changes nothing more until what happened is written. Before there is a ticket nothing is changed in any case',
    ),
};

const pattern = z
  .string()
  .regex(/^[^\s*]+\*?$|^\*$/, { error: 'must be a name, a beginning such as system*, or *' });

const projectKey = z.string().regex(/^[A-Z][A-Z0-9_]+$/, { error: 'must be a project key such as OPS' });
const label = z.string().regex(/^\S{1,255}$/, { error: 'may not have spaces; 255 characters at most' });

/** The task that asks for the review of a broken glass. */
export const reviewTask = section({
  as: z
    .enum(['own', 'linked', 'sub_task'])
    .default('own')
    .describe('An issue of its `own`, one that is `linked` to the ticket of the rebuild, or its `sub_task`'),
  project: projectKey.optional().describe('Default: that of the ticket, where a sub-task always is'),
  issue_type: z.string().min(1).optional().describe('Default: that of the ticket; Sub-task for a sub-task'),
  labels: z.array(label).default([]).describe('Added to those of the ticket'),
  fields: ticketKeys.fields.describe(
    'More fields, as for a ticket; instead of the ticket’s where it names a project or an issue type, or is a sub-task',
  ),
  link_type: z.string().min(1).default('Relates').describe('Name of the link, for `linked`'),
  transitions: section({
    in_order: move.describe('The review found it in order: `Done`'),
    objected: move.describe('The review objected, and somebody has to follow it up'),
  })
    .prefault({})
    .describe('Where it is moved by the result of the review; without it, it stays where it is'),
});

/** Which rebuilds a rule is for, and what their tickets are. */
export const ticketRule = section({
  instances: z.array(pattern).min(1).default(['*']).describe('For which instances; * for all'),
  tenants: z.array(pattern).min(1).default(['*']).describe('For which tenants; * for all'),
  environments: environments.describe('For which environments, as `access.environments` or the values say'),
  project: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]+$/, { error: 'must be a project key such as OPS' })
    .optional()
    .describe('Default: jira.project'),
  issue_type: z.string().min(1).optional().describe('Default: jira.issue_type'),
  labels: z
    .array(z.string().regex(/^\S{1,255}$/, { error: 'may not have spaces; 255 characters at most' }))
    .optional()
    .describe('Added to jira.labels'),
  ...ticketKeys,
});
