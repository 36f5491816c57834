import type { JournalEntry } from '../../core/journal.ts';
import { given } from '../../core/json.ts';
import { pendingOf } from '../../rebuild/model/approval.ts';
import type { EffectState } from '../../rebuild/model/parts/effect-state.ts';
import type { Step } from '../../rebuild/model/parts/step.ts';
import type { SeenPods } from '../../rebuild/model/parts/workloads.ts';
import type { Rebuild } from '../../rebuild/model/rebuild.ts';
import { currentStep, endedAt, hasEnded, standsStill } from '../../rebuild/model/record.ts';
import { startNeedsTwo } from '../../rebuild/model/rules/controlled.ts';
import { type RebuildStatus, statusOfRebuild } from '../../rebuild/model/status.ts';
import type { RebuildPage } from '../../rebuild/ports/page.ts';
import { presentJournal, presentPerson, rfc3339 } from '../shared/present.ts';
import type { RebuildDetailView, RebuildPageView, RebuildView } from './rebuild-schema.ts';

/** From a record to what the API answers. Each field is named on purpose: a new one on a record stays inside. */
export const presentRebuild = (rebuild: Rebuild): RebuildView => {
  const { id, version, plan, phase, at, by, reason, alert, farmers, synchronizer, progress, pause } = rebuild;
  const { ticket, card, end } = rebuild;
  return {
    ...{ id, version, phase, reason },
    instance: plan.instance.name,
    engine: plan.engine,
    state: stateOf(statusOfRebuild(rebuild)),
    ...given({ step: hasEnded(rebuild) ? undefined : currentStep(rebuild)?.name, alert }),
    asked_at: rfc3339(at),
    asked_by: presentPerson(by),
    plan_hash: plan.hash,
    farmers: {
      wanted: farmers.wanted,
      ...seen(farmers.seen),
      target: farmers.target,
      minimum: farmers.minimum,
    },
    synchronizer: {
      wanted: synchronizer.wanted,
      ...seen(synchronizer.seen),
      guardian: synchronizer.guardian,
    },
    ...(progress && {
      progress: {
        of: progress.of,
        percent: progress.percent,
        ...given({ done: progress.done, total: progress.total, per_hour: progress.perHour }),
        moved_at: rfc3339(progress.movedAt),
        ...timeOf('eta', standsStill(rebuild) ? undefined : progress.eta),
      },
    }),
    ...(pause && {
      pause: { state: pause.state, by: presentPerson(pause.by), at: rfc3339(pause.at), reason: pause.reason },
    }),
    ...(rebuild.frozen && {
      frozen: {
        since: rfc3339(rebuild.frozen.at),
        by: rebuild.frozen.by.map(({ by: who, at: from, until, reason: why, instance }) => ({
          by: presentPerson(who),
          at: rfc3339(from),
          ...timeOf('until', until),
          reason: why,
          ...given({ instance }),
        })),
      },
    }),
    ...timeOf('resting_since', rebuild.rest?.at),
    approval: approval(rebuild),
    ticket: {
      state: ticket.state,
      ...given({ key: ticket.key, url: ticket.url }),
      waiting: ticket.entries.length,
      ...given({ error: ticket.error }),
    },
    thread: { channel: card.channel, ...given({ ts: card.ts }) },
    ...(end && {
      end: {
        at: rfc3339(end.at),
        by: presentPerson(end.by),
        reason: end.reason,
        step: end.step,
        errors: [...end.errors],
      },
    }),
    ...(hasEnded(rebuild) && { ended_at: rfc3339(endedAt(rebuild)) }),
  };
};

export const presentRebuildPage = ({ rebuilds, next }: RebuildPage): RebuildPageView => ({
  rebuilds: rebuilds.map(presentRebuild),
  ...given({ next }),
});

export const presentRebuildDetail = (
  rebuild: Rebuild,
  journal: readonly JournalEntry[],
): RebuildDetailView => {
  const { plan, drift } = rebuild;
  const { instance, expected } = plan;
  return {
    rebuild: presentRebuild(rebuild),
    plan: {
      hash: plan.hash,
      farmers: plan.farmers,
      farmers_from: plan.farmersFrom,
      minimum: plan.minimum,
      forced: plan.forced,
      values: `${instance.source.file}@${instance.source.revision}`,
      cluster: instance.cluster,
      namespace: instance.namespace,
      changes: plan.changes.map(({ what, where, from, to }) => ({ what, where, from, to })),
      ...(expected && { expected_seconds: expected.ms / 1000 }),
      ...(plan.targetMs !== undefined && { target_seconds: plan.targetMs / 1000 }),
      warnings: [...plan.warnings],
    },
    steps: rebuild.steps.map(step),
    overrides: rebuild.overrides.map((it) => ({
      kind: it.kind,
      by: presentPerson(it.by),
      at: rfc3339(it.at),
      reason: it.reason,
      ...given({ step: it.step, amount: it.amount }),
    })),
    changes: rebuild.effects.map(change),
    frontends: rebuild.frontends.map(({ name, state, says }) => ({ name, state, ...given({ says }) })),
    ...(drift && {
      changed_by_others: {
        role: drift.role,
        at: rfc3339(drift.at),
        expected: drift.expected,
        found: drift.found,
        ...given({ who: drift.who, settled: drift.settled }),
      },
    }),
    alerts: rebuild.alerts.map(({ id, name, at }) => ({ id, name, at: rfc3339(at) })),
    ...presentJournal(journal),
  };
};

/** `waiting for a person` is `waiting_for_a_person`: one word in a query. */
const stateOf = (status: RebuildStatus): RebuildView['state'] =>
  // Each status with its spaces replaced is one of the states; a test holds the two together.
  status.replaceAll(' ', '_') as RebuildView['state'];

const timeOf = <K extends string>(name: K, ms: number | undefined): { readonly [key in K]?: string } =>
  // One name, and only where there is a time.
  (ms === undefined ? {} : { [name]: rfc3339(ms) }) as { readonly [key in K]?: string };

const seen = (pods: SeenPods | undefined) =>
  pods && { seen: { at: rfc3339(pods.at), replicas: pods.wanted, ready: pods.ready, pods: pods.pods } };

const approval = (rebuild: Rebuild): RebuildView['approval'] => {
  const { plan, approval: given_ } = rebuild;
  const pending = pendingOf(rebuild);
  return {
    required: startNeedsTwo(plan),
    ...(given_ && {
      approved: {
        by: presentPerson(given_.by),
        at: rfc3339(given_.at),
        plan_hash: given_.planHash,
        ...given({ hash: given_.hash, ...given_.by.as }),
      },
    }),
    ...(pending && {
      waits_for: {
        kind: pending.kind,
        hash: pending.hash,
        not_by: pending.askers.map(presentPerson),
        changes: pending.changes.map(({ wish, by, at }) => ({
          verb: wish.verb,
          by: presentPerson(by),
          at: rfc3339(at),
        })),
      },
    }),
  };
};

const step = (it: Step): RebuildDetailView['steps'][number] => ({
  name: it.name,
  state: it.state,
  attempt: it.attempt,
  ...timeOf('started_at', it.startedAt),
  ...timeOf('ended_at', it.endedAt),
  ...timeOf('deadline', it.deadline),
  ...given({ says: it.says }),
  ...(it.ask && {
    asks: {
      code: it.ask.code,
      what: it.ask.what,
      options: [...it.ask.options],
      since: rfc3339(it.ask.since),
      ...timeOf('until', it.ask.until),
      ...timeOf('farmers_until', it.ask.kept?.until),
    },
  }),
});

const change = (it: EffectState): RebuildDetailView['changes'][number] => ({
  key: it.key,
  change: it.effect.kind,
  ...whatOf(it.effect),
  state: it.state,
  step: it.step,
  attempts: it.attempts,
  at: rfc3339(it.at),
  ...timeOf('ended_at', it.endedAt),
  ...timeOf('arrived_at', it.arrivedAt),
  ...given({ id: it.id, url: it.url, reason: it.reason, error: it.error }),
  ...(it.by && { by: presentPerson(it.by) }),
});

const whatOf = (effect: EffectState['effect']) => {
  switch (effect.kind) {
    case 'scale':
      return { what: effect.role, from: effect.from, to: effect.to };
    case 'run':
      return { what: effect.run };
    case 'propagate':
      return { what: effect.frontend };
    case 'stop_run':
      return { what: 'run' };
    default:
      return effect satisfies never;
  }
};
