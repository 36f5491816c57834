import { z } from 'zod';
import { channel, duration, matcher, name, section, template } from './fields.ts';

const forms = 'must be thread, ticket, { ticket: … } or { api_task: … }';

const action = z.union(
  [
    z.enum(['thread', 'ticket']),
    section({ thread: section({}).describe('A thread in the channel of the route') }),
    section({
      ticket: section({
        project: z.string().min(1).optional().describe('Default: jira.project'),
        issue_type: z.string().min(1).optional().describe('Default: jira.issue_type'),
        summary: template.optional().describe('Default: severity, name and what the alert is about'),
        labels: z.array(template).optional().describe('Added to jira.labels'),
      }).describe('A Jira ticket, one per alert'),
    }),
    section({
      api_task: section({
        task: z.string().min(1).describe('Task type at the SRE API'),
        params: z.record(z.string(), template).default({}).describe('Parameters of the task; templates'),
        idempotency_key: template.optional().describe('Default: alert id and action'),
        attempts: z.number().int().min(1).max(50).default(8).describe('Tries in all before it is given up'),
        backoff: duration('First wait after a failure, doubled each time').prefault('5s'),
      }).describe('An HTTP job at the SRE API'),
    }),
  ],
  { error: forms },
);

const eventType = z.enum(['alertmanager', 'adhoc', 'dcr']);

export const RouteSchema = section({
  name: name.describe('Name of the route, as it is shown to people'),
  type: z
    .union([eventType, z.array(eventType).min(1)])
    .optional()
    .describe('Event type, or several. Default: any'),
  match: z
    .array(matcher)
    .default([])
    .describe('Matchers as in Alertmanager; all must hold: `severity="critical"`, `service=~"pay.*"`'),
  channel: channel.optional().describe('Default: slack.default_channel'),
  actions: z
    .array(action)
    .min(1, { error: 'must name at least one action' })
    .default(['thread'])
    .describe('What to do, in this order: `thread`, `ticket`, `api_task`'),
});

export type RouteConfig = z.infer<typeof RouteSchema>;
