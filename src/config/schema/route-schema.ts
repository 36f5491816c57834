import { z } from 'zod';
import { isObject } from '../../core/json.ts';
import { alertFields, channel, duration, httpUrl, matcher, name, section, template } from './fields.ts';
import { notifySteps } from './notify.ts';
import { ticketMove } from './ticket-rules-schema.ts';

const forms = 'must be thread, ticket, { ticket: … }, { api_task: … }, { pager: … } or { rebuild: … }';

const newsWish = (when: string) =>
  section({
    comment: z.boolean().default(true).describe('It is told by a comment'),
    transition: ticketMove
      .optional()
      .describe(
        'Where it is moved then: the name of a status or of a transition, or `{ to: Done, fields: { Resolution: Done } }`. Default: it stays where it is',
      ),
  })
    .refine(({ comment, transition }) => comment || transition === undefined, {
      path: ['comment'],
      error:
        'must be true where there is a transition: by its comment farmhand knows, after a crash, that it has moved the ticket',
      when: ({ value }) => isObject(value) && typeof value['comment'] === 'boolean',
    })
    .optional()
    .describe(when);

/** One action of a route, in any way of writing it. */
export const ActionSchema = z.union(
  [
    z.enum(['thread', 'ticket']),
    section({ thread: section({}).describe('A thread in the channel of the route') }),
    section({
      ticket: section({
        project: z.string().min(1).optional().describe('Default: jira.project'),
        issue_type: z.string().min(1).optional().describe('Default: jira.issue_type'),
        summary: template.optional().describe('Default: severity, name and what the alert is about'),
        labels: z.array(template).optional().describe('Added to jira.labels'),
        fields: alertFields
          .optional()
          .describe('More fields, by name or id; added to jira.alert_fields, and counts before it'),
        settle: duration(
          'So long its alert must have been over, or have fired again, before the ticket is told. Twice as long each time it is told, up to an hour; an hour without news takes one back',
          {
            min: '1s',
            max: '1h',
            why: 'an alert that flaps would fill its ticket, or nobody would hear of its end',
          },
        ).prefault('1m'),
        resolved: newsWish('When its alert resolves'),
        refired: newsWish('When its alert fires again'),
      }).describe('A Jira ticket, one per alert'),
    }),
    section({
      api_task: section({
        task: z.string().min(1).describe('Task type at the SRE API'),
        params: z.record(z.string(), template).default({}).describe('Parameters of the task; templates'),
        idempotency_key: template.optional().describe('Default: alert id and action'),
        attempts: z.number().int().min(1).max(50).default(8).describe('Tries in all before it is given up'),
        backoff: duration('First wait after a failure, doubled each time', {
          min: '1s',
          max: '10m',
          why: 'it is doubled after each failure',
        }).prefault('5s'),
      }).describe('An HTTP job at the SRE API'),
    }),
    section({
      pager: section({
        to: name.describe('One of `pagers`'),
        after: duration('For so long it waits: who is acknowledged by then is not paged', {
          min: '0s',
          max: '7d',
          why: 'by then somebody should have been paged',
        }).prefault('0s'),
      }).describe('Tells a pager that it fires, that somebody has it, and that it is over'),
    }),
    section({
      rebuild: section({
        instance: template.describe('Instance, such as `{{labels.instance}}`'),
        forced: z.boolean().default(false).describe('A forced rebuild'),
        farmers: z
          .number()
          .int()
          .min(1)
          .max(1_000)
          .optional()
          .describe('Farmers. Default: as the instance’s values or its last rebuild say'),
        reason: template
          .optional()
          .describe('Why, for the journal and the ticket. Default: name and summary'),
        run: z
          .boolean()
          .default(false)
          .describe(
            'Start it at once, without a person; default: it is proposed in the thread, and a person confirms',
          ),
      }).describe('A rebuild of the instance that the alert is about'),
    }),
  ],
  { error: forms },
);

const eventType = z.enum(['alertmanager', 'adhoc', 'dcr']);

const labelName = z.string().regex(/^([a-zA-Z_][a-zA-Z0-9_.-]{0,127}|\.\.\.)$/, {
  error: 'must be the name of a label, such as service',
});

const groupBy = z
  .union(
    [
      z.literal('source'),
      z
        .array(labelName)
        .min(1, {
          error: "must name at least one label; for one thread an alert write ['...'], or leave group_by out",
        })
        .max(20, { error: 'may name 20 labels at most' })
        .refine((names) => names.length === 1 || !names.includes('...'), {
          error: 'has ... beside labels; ... alone means one thread an alert, labels alone make groups',
        })
        .refine((names) => new Set(names).size === names.length, { error: 'names a label twice' }),
    ],
    { error: "must be a list of label names such as [alertname, service], ['...'], or source" },
  )
  .default(['...'])
  .describe(
    "Alerts with equal values of these labels share one thread; a label that is missing counts as empty. `source`: as Alertmanager groups them. `['...']`: one thread an alert",
  );

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
  runbook_url: httpUrl(
    'What to do about its alerts: linked from their first message, and told to pagers and tickets. Default: none',
  ).optional(),
  group_by: groupBy,
  notify: notifySteps('Counted from when its thread was opened, or it fired again', ['channel', 'here'])
    .default([])
    .describe(
      'Who is mentioned in the thread, and when, while nobody has acknowledged: each step once a firing. Default: nobody',
    ),
  remind: duration('Whoever has acknowledged is mentioned this often while the alert fires. Default: never', {
    min: '5m',
    max: '30d',
    why: 'a reminder is for what is forgotten',
  }).optional(),
  quiet: name
    .optional()
    .describe(
      'One of `alerts.quiet_hours`: nobody is mentioned or reminded then, unless it is critical. Default: at all hours',
    ),
  broadcast_refire: z
    .boolean()
    .default(false)
    .describe(
      'A firing that re-opens a thread is shown in the channel, too: where it was over for 10 minutes, or is worse than it was; once an hour at most',
    ),
  actions: z
    .array(ActionSchema)
    .min(1, { error: 'must name at least one action' })
    .default(['thread'])
    .describe('What to do, in this order: `thread`, `ticket`, `api_task`, `pager`, `rebuild`'),
});

export type RouteConfig = z.infer<typeof RouteSchema>;
