import { z } from 'zod';
import { eventReasons } from '../../core/reasons.ts';
import { severities } from '../../core/severity.ts';

/*
 * What the API answers, once: the OpenAPI document and the types of `present.ts` follow from it. Objects are strict,
 * so a field of a record can't come out by accident. Names are snake_case, times RFC 3339 in UTC.
 */
/** The named schemas of the OpenAPI document. */
export const apiSchemas = z.registry<{ id: string }>();

export const momentView = z.iso.datetime().describe('RFC 3339, UTC');
const status = z.enum(['firing', 'resolved']);
const severity = z.enum(severities);
const reasons = Object.keys(eventReasons) as (keyof typeof eventReasons)[];
const eventClass = z.enum(['pending', 'threaded', 'merged', 'suppressed', 'rejected']);

export const PersonView = z
  .strictObject({
    id: z.string().describe('Slack user id, `api`, or `farmhand` itself'),
    name: z.string().optional(),
  })
  .register(apiSchemas, { id: 'Person' });

const ThreadView = z
  .strictObject({
    state: z
      .enum(['none', 'wanted', 'posting', 'open', 'folded', 'failed'])
      .describe(
        'none: its route asks for no thread; wanted: waits for its turn; posting: being posted; open: there; folded: told in its channel’s digest; failed: no channel takes it',
      ),
    channel: z.string().describe('Slack channel id'),
    ts: z.string().optional().describe('Of the root message, once it is open'),
    since: momentView.optional(),
    reason: z.string().optional().describe('Why it failed'),
    possible_duplicate: z.boolean().optional(),
  })
  .register(apiSchemas, { id: 'Thread' });

const ActionView = z
  .strictObject({
    key: z.string(),
    kind: z
      .enum(['ticket', 'ticket_news', 'api_task', 'silence', 'rebuild', 'pager'])
      .describe('ticket_news: a ticket is told that its alert resolved, or fires again'),
    state: z.enum(['waiting', 'running', 'done', 'failed']),
    attempts: z.int().nonnegative(),
    at: momentView,
    next_at: momentView.optional().describe('While waiting: not before then'),
    by: PersonView.optional().describe('Who asked for it, when it was not the route'),
    outcome: z
      .strictObject({ id: z.string(), url: z.string().optional(), text: z.string().optional() })
      .optional()
      .describe('For a ticket, `id` is its key'),
    error: z.string().optional(),
  })
  .register(apiSchemas, { id: 'Action' });

export const AlertView = z
  .strictObject({
    id: z.string(),
    state: z
      .enum(['firing', 'acknowledged', 'resolved'])
      .describe('`acknowledged` is firing with somebody on it'),
    status,
    severity,
    name: z.string(),
    summary: z.string(),
    type: z.enum(['alertmanager', 'adhoc', 'dcr']),
    source: z.string(),
    tier: z.string(),
    cluster: z.string().optional().describe('Where it came from, as the config or the sender names it'),
    fingerprint: z.string(),
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()),
    links: z.strictObject({
      generator: z.string().optional(),
      runbook: z.string().optional(),
      dashboard: z.string().optional(),
      alertmanager: z.string().optional(),
    }),
    starts_at: momentView.describe('Of the present, or last, firing'),
    first_starts_at: momentView.describe('Of the first firing within this thread'),
    ends_at: momentView.optional(),
    last_seen: momentView,
    fired: z.int().nonnegative().describe('How often it fired within this thread'),
    events: z.int().nonnegative().describe('How many events it has taken in'),
    acknowledged: z
      .strictObject({ by: PersonView, at: momentView, assigned_by: PersonView.optional() })
      .optional(),
    silence: z
      .strictObject({ id: z.string().optional(), by: PersonView, reason: z.string(), until: momentView })
      .optional(),
    note: z
      .strictObject({ text: z.string(), by: PersonView, at: momentView })
      .optional()
      .describe('What a person wants to stay on its first message'),
    route: z.string(),
    thread: ThreadView,
    group: z
      .strictObject({ id: z.string(), thread: ThreadView })
      .optional()
      .describe('The group that it is in, and the thread that tells of it'),
    actions: z.array(ActionView),
    previous: z
      .strictObject({ id: z.string(), channel: z.string().optional(), ts: z.string().optional() })
      .optional()
      .describe('The alert of the same series before this one'),
  })
  .register(apiSchemas, { id: 'Alert' });

const JournalView = z
  .strictObject({ at: momentView, who: z.string(), what: z.string(), why: z.string().optional() })
  .describe('One line of the decision trail')
  .register(apiSchemas, { id: 'JournalEntry' });

export const AlertPageView = z
  .strictObject({
    alerts: z.array(AlertView),
    next: z
      .string()
      .optional()
      .describe(
        'Pass it as `cursor` for the next page; absent on the last. A page before may be short, or empty',
      ),
    none: z
      .strictObject({
        firing: z.int().nonnegative().describe('Alerts that fire, whatever the filter'),
        resolved: z.int().nonnegative().describe('Resolved ones on record, whatever the filter'),
        says: z.string().describe('What of the filter no alert has, and what there is instead'),
      })
      .optional()
      .describe('Only on a page without alerts: that alone is no all-clear'),
  })
  .register(apiSchemas, { id: 'AlertPage' });

/** The journal of a record, and what it lacks. */
export const journalShape = {
  journal: z.array(JournalView),
  journal_dropped: z
    .strictObject({ lines: z.int().positive(), at: momentView })
    .optional()
    .describe('Only where it was too long: how many earlier lines are gone, and when the last of them went'),
};

export const AlertDetailView = z
  .strictObject({ alert: AlertView, ...journalShape })
  .register(apiSchemas, { id: 'AlertDetail' });

const PositionView = z
  .union([
    z.strictObject({
      via: z.literal('kafka'),
      topic: z.string(),
      partition: z.int().nonnegative(),
      offset: z.string(),
      index: z.int().nonnegative(),
    }),
    z.strictObject({ via: z.literal('http'), request: z.string(), index: z.int().nonnegative() }),
    z
      .strictObject({ via: z.literal('look'), alertmanager: z.string(), index: z.int().nonnegative() })
      .describe('Nobody sent it: farmhand looked for the alert at this Alertmanager, which did not list it'),
  ])
  .describe('Where it came in; `index` is its place within the body')
  .register(apiSchemas, { id: 'Position' });

export const EventView = z
  .strictObject({
    id: z.string(),
    type: z.string().optional(),
    source: z.string().optional(),
    tier: z.string().optional(),
    time: momentView.optional(),
    received_at: momentView,
    position: PositionView,
    outcome: z.strictObject({
      class: eventClass,
      reason: z.enum(reasons),
      says: z.string().describe('The reason in words'),
      detail: z.string().optional(),
    }),
    alert_id: z.string().optional(),
    alert: z
      .strictObject({
        id: z.string(),
        state: AlertView.shape.state,
        thread: ThreadView,
        tickets: z.array(z.strictObject({ key: z.string(), url: z.string().optional() })),
        ...journalShape,
      })
      .optional()
      .describe('Absent when the event reached no alert, or the alert is no longer on record'),
  })
  .describe('What became of one event')
  .register(apiSchemas, { id: 'Event' });

export const BooksView = z
  .strictObject({
    received: z.int().nonnegative(),
    threaded: z.int().nonnegative(),
    merged: z.int().nonnegative(),
    suppressed: z.int().nonnegative(),
    rejected: z.int().nonnegative(),
    pending: z.int().nonnegative(),
    balanced: z.boolean().describe('received = threaded + merged + suppressed + rejected + pending'),
    by_reason: z.array(
      z.strictObject({ type: z.string(), reason: z.string(), count: z.int().nonnegative() }),
    ),
  })
  .describe('Every event has exactly one outcome')
  .register(apiSchemas, { id: 'Books' });

export const LanesView = z
  .strictObject({
    lanes: z.array(
      z.strictObject({
        channel: z.string(),
        waiting: z.int().nonnegative().describe('Alerts that wait for their root message'),
        dirty: z.int().nonnegative().describe('Open threads with something to update or say'),
        oldest_seconds: z.number().describe('Age of the oldest waiting item'),
      }),
    ),
  })
  .register(apiSchemas, { id: 'Lanes' });

const RejectedView = z.array(z.strictObject({ reason: z.string(), detail: z.string() }));

export const AcceptedView = z
  .strictObject({
    ids: z.array(z.string()).describe('Ids of the events now on record, in the order of the body'),
    rejected: RejectedView.describe('Parts that could not be read; kept in the dead letters'),
  })
  .describe('All of it is durable')
  .register(apiSchemas, { id: 'Accepted' });

export const ErrorView = z
  .strictObject({
    error: z.string().describe('A stable code'),
    message: z.string().describe('What happened, and what was or was not changed'),
    hint: z.string().describe('What to do next'),
    problems: z
      .array(z.strictObject({ path: z.string(), message: z.string() }))
      .optional()
      .describe('Every problem of the request at once'),
    ids: AcceptedView.shape.ids.optional(),
    rejected: RejectedView.optional(),
    request_id: z.string().optional().describe('Also in the header x-request-id and in the log'),
  })
  .register(apiSchemas, { id: 'Error' });

export type AlertView = z.infer<typeof AlertView>;
export type AlertPageView = z.infer<typeof AlertPageView>;
export type AlertDetailView = z.infer<typeof AlertDetailView>;
export type EventView = z.infer<typeof EventView>;
export type BooksView = z.infer<typeof BooksView>;
export type LanesView = z.infer<typeof LanesView>;
export type AcceptedView = z.infer<typeof AcceptedView>;
export type ErrorView = z.infer<typeof ErrorView>;
