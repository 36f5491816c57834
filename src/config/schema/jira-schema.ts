import { z } from 'zod';
import { alertFields, duration, httpUrl, type ResolveSecret, secretField, section } from './fields.ts';
import { reviewTask, ticketKeys, ticketRule } from './ticket-rules-schema.ts';

/** Tickets: where they are raised, and what they are for the rebuilds of some instances. */
export const jiraSchema = (resolve: ResolveSecret) => {
  const secret = secretField(resolve);
  return section({
    kind: z
      .enum(['cloud', 'data_center'], { error: 'must be cloud or data_center' })
      .default('cloud')
      .describe('Which Jira it is: `cloud`, or `data_center` for one of your own'),
    host: httpUrl(
      'Your site, with its context path: https://example.atlassian.net, https://jira.example.com/jira',
    ),
    email: z.string().min(3).optional().describe('Account that the API token belongs to; Jira Cloud only'),
    api_token: secret('API token, Jira Cloud only; unless set, `{ env: JIRA_API_TOKEN }`').optional(),
    personal_access_token: secret(
      'Personal access token, Jira Data Center only; unless set, `{ env: JIRA_PERSONAL_ACCESS_TOKEN }`',
    ).optional(),
    project: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]+$/, { error: 'must be a project key such as OPS' })
      .describe('Key of the project that tickets are raised in'),
    issue_type: z.string().min(1).default('Task').describe('Type of the tickets'),
    labels: z
      .array(z.string().regex(/^\S{1,255}$/, { error: 'may not have spaces; 255 characters at most' }))
      .default([])
      .describe('Labels of every ticket'),
    alert_fields: alertFields
      .optional()
      .describe(
        'More fields of the tickets of alerts, by name or id, with the templates of routes: `{ Team: SRE, "Affected service": "{{labels.service}}" }`. Checked at start as `fields` is',
      ),
    ...ticketKeys,
    review_task: reviewTask
      .prefault({})
      .describe('The task that is raised when somebody breaks the glass for a rebuild that has a ticket'),
    look_every: duration('How often the ticket of a rebuild that runs is looked at; default: 1m', {
      min: '1s',
      max: '1h',
      why: 'what people do to it is to be noticed, and each look asks Jira',
    }).optional(),
    rules: z
      .array(ticketRule)
      .optional()
      .describe(
        'What holds for the rebuilds of some instances, tenants or environments; the first that fits counts',
      ),
    timeout: duration('A call that takes longer counts as failed', {
      min: '1s',
      max: '11s',
      why: 'a ticket takes up to eight calls, and its claim counts as lost after 90 s',
    }).prefault('10s'),
  });
};
