import { line } from '../../core/journal.ts';
import type { Person } from '../../core/person.ts';
import { unsaid } from '../messages/commands/command-news.ts';
import { serviceLines } from '../messages/commands/service-lines.ts';
import { isPerson } from '../model/approval.ts';
import type { PlanDraft } from '../model/command.ts';
import type { Rebuild } from '../model/rebuild.ts';
import type { RebuildId } from '../model/rebuild-id.ts';
import { stepNames } from '../model/steps.ts';
import { type Transition, withMark, writeOf } from '../model/transition.ts';

export interface CreateSettings {
  readonly channel: string;
  /** Without a ticket nothing is touched; false only where the config says so. */
  readonly ticket: boolean;
}

/** The record of a rebuild whose plan was just confirmed. Nothing is touched yet. Pure. */
export const newRebuild = (
  id: RebuildId,
  draft: PlanDraft,
  by: Person,
  settings: CreateSettings,
  now: number,
): Transition => {
  const { plan, request } = draft;
  const reason = request.reason?.trim() || unsaid.start;
  const bare: Rebuild = {
    id,
    version: 0,
    plan,
    at: now,
    by,
    reason,
    ...(draft.by.id !== by.id && isPerson(draft.by) && { plannedBy: draft.by }),
    plannedAt: now,
    ...(request.alert !== undefined && { alert: request.alert }),
    draft: draft.id,
    ...(draft.trace && { trace: draft.trace }),
    phase: 'running',
    steps: stepNames.map((name) => ({ name, state: 'pending', attempt: 0 })),
    farmers: { wanted: 0, target: plan.farmers, minimum: plan.minimum },
    synchronizer: { wanted: 0, guardian: false },
    frontends: plan.instance.frontends.map((name) => ({ name, state: 'waiting' })),
    pausedMs: 0,
    overrides: [],
    effects: [],
    marks: [],
    ticket: { state: settings.ticket ? 'wanted' : 'none', entries: [], count: 0, attempts: 0 },
    card: { channel: settings.channel, state: 'wanted', notes: [], noteCount: 0 },
    alerts: [],
    driveAt: now,
  };
  // The card and the ticket begin with the plan, so the thread and the comments need not say it again.
  return writeOf(
    withMark(bare, 'step', 'started', now),
    line(now, by.id, 'start', serviceLines.started(plan, reason)),
  );
};

/** The day in a rebuild's id: `20261120`, UTC. */
export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10).replaceAll('-', '');
