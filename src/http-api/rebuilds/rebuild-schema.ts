import { z } from 'zod';
import { stepNames } from '../../rebuild/model/steps.ts';
import { apiSchemas, journalShape, momentView, PersonView } from '../shared/schema.ts';

/** The states of `statusOfRebuild`, as the API writes them. */
export const rebuildStates = [
  'starting',
  'waiting_for_approval',
  'running',
  'waiting_for_a_person',
  'pausing',
  'paused',
  'frozen',
  'guardian',
  'cancelling',
  'failing',
  'released',
  'cancelled',
  'failed',
] as const;

const count = z.int().nonnegative();
const step = z.enum(stepNames);

const StepView = z
  .strictObject({
    name: step,
    state: z.enum(['pending', 'running', 'waiting', 'failed', 'done', 'skipped']),
    attempt: count.describe('How often it was begun'),
    started_at: momentView.optional(),
    ended_at: momentView.optional(),
    deadline: momentView
      .optional()
      .describe('After this it waits for a person, or fails; paused time moves it'),
    says: z.string().optional().describe('What it does or waits for'),
    asks: z
      .strictObject({
        code: z.string(),
        what: z.string(),
        options: z.array(z.string()),
        since: momentView,
        until: momentView
          .optional()
          .describe('It ends the rebuild then; absent: it waits for as long as it takes'),
        farmers_until: momentView
          .optional()
          .describe('With work to lose: its farmers stay up until then, and the synchronizer after that'),
      })
      .optional()
      .describe('What a person has to decide'),
  })
  .register(apiSchemas, { id: 'RebuildStep' });

const PodsView = z
  .strictObject({
    wanted: count.describe('What the rebuild wants now'),
    seen: z
      .strictObject({ at: momentView, replicas: count, ready: count, pods: count })
      .optional()
      .describe('What was last seen in the cluster'),
  })
  .register(apiSchemas, { id: 'RebuildPods' });

const ApprovalView = z
  .strictObject({
    required: z.boolean().describe('Another person must approve before anything is changed'),
    approved: z
      .strictObject({
        by: PersonView,
        at: momentView,
        plan_hash: z.string(),
        hash: z.string().optional().describe('Of everything that was shown and approved'),
        role: z.string().optional().describe('By which it was allowed'),
        through: z.string().optional().describe('The person or user group through whom the role is held'),
      })
      .optional(),
    waits_for: z
      .strictObject({
        kind: z.enum(['plan', 'change']).describe('The whole rebuild, or more than was approved of it'),
        hash: z.string().describe('Of everything that is shown to be approved'),
        not_by: z.array(PersonView).describe('Who asked for a part of it, and so may not approve it'),
        changes: z.array(z.strictObject({ verb: z.string(), by: PersonView, at: momentView })),
      })
      .optional()
      .describe('Absent when nothing waits for an approval'),
  })
  .register(apiSchemas, { id: 'RebuildApproval' });

export const RebuildView = z
  .strictObject({
    id: z.string(),
    version: count.describe('Grows with every write'),
    instance: z.string(),
    engine: z.enum(['farm', 'balance']),
    state: z.enum(rebuildStates),
    phase: z.enum(['running', 'cancelling', 'failing', 'released', 'cancelled', 'failed']),
    step: step.optional().describe('Where it stands; absent when all steps are done'),
    asked_at: momentView,
    asked_by: PersonView,
    reason: z.string(),
    alert: z.string().optional().describe('The alert that it was started from'),
    plan_hash: z.string(),
    farmers: PodsView.extend({
      target: count.describe('What people asked for last'),
      minimum: count.describe('It goes on with these at the least'),
    }).describe('The pods that compute'),
    synchronizer: PodsView.extend({ guardian: z.boolean() }),
    progress: z
      .strictObject({
        of: z.enum(['history', 'rebuild', 'write']),
        percent: z.number(),
        done: z.number().optional(),
        total: z.number().optional(),
        moved_at: momentView,
        per_hour: z.number().optional(),
        eta: momentView.optional(),
      })
      .optional(),
    pause: z
      .strictObject({
        state: z.enum(['pausing', 'paused']),
        by: PersonView,
        at: momentView,
        reason: z.string(),
      })
      .optional(),
    frozen: z
      .strictObject({
        since: momentView,
        by: z.array(
          z.strictObject({
            by: PersonView,
            at: momentView,
            until: momentView.optional().describe('Absent: until somebody thaws it'),
            reason: z.string(),
            instance: z.string().optional().describe('Absent: all instances are frozen'),
          }),
        ),
      })
      .optional()
      .describe('People have frozen it: nothing is begun for it'),
    resting_since: momentView
      .optional()
      .describe('Nobody answered: its farmers are down, and the synchronizer keeps the work'),
    approval: ApprovalView,
    ticket: z
      .strictObject({
        state: z.enum(['none', 'wanted', 'open', 'failed']),
        key: z.string().optional(),
        url: z.string().optional(),
        waiting: count.describe('Entries that are not in the ticket yet'),
        error: z.string().optional(),
      })
      .describe('`none`: this rebuild has no ticket'),
    thread: z.strictObject({ channel: z.string(), ts: z.string().optional() }),
    end: z
      .strictObject({ at: momentView, by: PersonView, reason: z.string(), step, errors: z.array(z.string()) })
      .optional()
      .describe('Why it failed or was cancelled'),
    ended_at: momentView.optional(),
  })
  .register(apiSchemas, { id: 'Rebuild' });

export const RebuildPageView = z
  .strictObject({
    rebuilds: z.array(RebuildView),
    next: z
      .string()
      .optional()
      .describe(
        'Pass it as `cursor` for the next page; absent on the last. A page before may be short, or empty',
      ),
  })
  .register(apiSchemas, { id: 'RebuildPage' });

const ChangeView = z
  .strictObject({
    key: z.string().describe('By which it is found in the world: in a commit, at the engine'),
    change: z.enum(['scale', 'run', 'propagate', 'stop_run']),
    what: z.string().describe('The farmers or the synchronizer, a run, or a frontend'),
    from: count.optional(),
    to: count.optional(),
    state: z.enum(['claimed', 'done', 'failed']).describe('claimed: being made, or not known yet'),
    step,
    attempts: count,
    at: momentView,
    ended_at: momentView.optional(),
    arrived_at: momentView.optional().describe('When it was first seen in the cluster'),
    id: z.string().optional().describe('Resource version or commit'),
    url: z.string().optional(),
    by: PersonView.optional(),
    reason: z.string().optional(),
    error: z.string().optional(),
  })
  .describe('A change of the outside world')
  .register(apiSchemas, { id: 'RebuildChange' });

export const RebuildDetailView = z
  .strictObject({
    rebuild: RebuildView,
    plan: z.strictObject({
      hash: z.string(),
      farmers: count,
      farmers_from: z.string(),
      minimum: count,
      forced: z.boolean(),
      values: z.string().describe('Values file and the commit that changed it last'),
      cluster: z.string(),
      namespace: z.string(),
      changes: z.array(
        z.strictObject({ what: z.string(), where: z.string(), from: z.string(), to: z.string() }),
      ),
      expected_seconds: z.number().optional(),
      target_seconds: z.number().optional(),
      warnings: z.array(z.string()),
    }),
    steps: z.array(StepView).describe('All ten, in order'),
    overrides: z.array(
      z.strictObject({
        kind: z.string(),
        by: PersonView,
        at: momentView,
        reason: z.string(),
        step: step.optional(),
        amount: z.number().optional().describe('Farmers; of extend_deadline and extend_limit ms'),
      }),
    ),
    changes: z.array(ChangeView),
    frontends: z.array(z.strictObject({ name: z.string(), state: z.string(), says: z.string().optional() })),
    changed_by_others: z
      .strictObject({
        role: z.enum(['farmer', 'synchronizer']),
        at: momentView,
        expected: count,
        found: count,
        who: z.string().optional(),
        settled: z.enum(['accepted', 'restored']).optional(),
      })
      .optional(),
    alerts: z.array(z.strictObject({ id: z.string(), name: z.string(), at: momentView })),
    ...journalShape,
  })
  .register(apiSchemas, { id: 'RebuildDetail' });

export type RebuildView = z.infer<typeof RebuildView>;
export type RebuildPageView = z.infer<typeof RebuildPageView>;
export type RebuildDetailView = z.infer<typeof RebuildDetailView>;
