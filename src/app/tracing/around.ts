import type { ActionState, Alert } from '../../alerts/model/alert.ts';
import type { JournalEntry } from '../../core/journal.ts';
import type { Around, TraceContext } from '../../core/tracing/context.ts';
import type { DeliveryWork } from '../../delivery/next-step.ts';
import type { SpanFacts, SpanSpec, Tracer } from '../../observability/tracing/tracer.ts';
import type { Effect, EffectState } from '../../rebuild/model/parts/effect-state.ts';
import type { Rebuild } from '../../rebuild/model/rebuild.ts';

/**
 * What is made once of a record (a post, a ticket, a scale, and looking whether it is there) is a span in the record's trace.
 * What is made again and again (a message that is brought up to date) is a trace of its own, with a link to the record's: a
 * rebuild of two weeks, or an alert that flaps, stays readable.
 */
const belonging = (trace: TraceContext | undefined, again: boolean): Pick<SpanSpec, 'parent' | 'links'> =>
  again ? { links: [trace] } : { parent: trace };

const aroundBy = <R extends { readonly trace?: TraceContext }, W>(
  tracer: Tracer,
  spec: (record: R, work: W) => Omit<SpanSpec, 'parent' | 'links'> & { readonly again?: boolean },
): Around<R, W> | undefined =>
  tracer.on
    ? (record, work, run) => {
        const { again = false, ...rest } = spec(record, work);
        return tracer.span({ ...rest, ...belonging(record.trace, again) }, run);
      }
    : undefined;

export const aroundThread = (tracer: Tracer) =>
  aroundBy<Alert, DeliveryWork['do']>(tracer, ({ id, channel, group }, work) => ({
    name: `slack ${work} ${group ? 'group' : 'alert'}`,
    kind: 'client',
    again: work === 'update',
    facts: { 'farmhand.alert.id': id, 'farmhand.slack.channel': channel },
  }));

export const aroundAction = (tracer: Tracer) =>
  aroundBy<Alert, ActionState>(tracer, ({ id }, { kind, key, attempts }) => ({
    name: `action ${kind}`,
    kind: 'client',
    facts: {
      'farmhand.alert.id': id,
      'farmhand.action.key': key,
      'farmhand.attempt': attempts,
    },
  }));

export const aroundCard = (tracer: Tracer) =>
  aroundBy<Rebuild, DeliveryWork['do']>(tracer, (rebuild, work) => ({
    name: `slack ${work} rebuild`,
    kind: 'client',
    again: work === 'update',
    facts: { ...factsOf(rebuild), 'farmhand.slack.channel': rebuild.card.channel },
  }));

export const aroundTicket = (tracer: Tracer) =>
  aroundBy<Rebuild, string>(tracer, (rebuild, work) => ({
    name: `ticket ${work}`,
    kind: 'client',
    again: work === 'look' || work === 'describe',
    facts: factsOf(rebuild),
  }));

export const aroundEffect = (tracer: Tracer) =>
  aroundBy<Rebuild, EffectState>(tracer, (rebuild, { effect, key, step, attempts }) => ({
    name: `effect ${nameOf(effect)}`,
    kind: 'client',
    facts: {
      ...factsOf(rebuild),
      'farmhand.effect.key': key,
      'farmhand.step': step,
      'farmhand.attempt': attempts,
      ...(effect.kind === 'scale' && {
        'farmhand.role': effect.role,
        'farmhand.replicas.from': effect.from,
        'farmhand.replicas.to': effect.to,
      }),
    },
  }));

const nameOf = (effect: Effect): string => (effect.kind === 'run' ? `run ${effect.run}` : effect.kind);

const factsOf = ({ id, plan }: Rebuild): SpanFacts => ({
  'farmhand.rebuild.id': id,
  'farmhand.instance': plan.instance.name,
});

/** A step that ended in this write is told then, as long as it was: nothing is held open for two weeks. */
export const tellSteps = (tracer: Tracer, rebuild: Rebuild, lines: readonly JournalEntry[]): void => {
  if (!tracer.on) return;
  for (const { name, state, startedAt, endedAt, attempt } of rebuild.steps) {
    if (startedAt === undefined || endedAt === undefined) continue;
    if (!lines.some(({ at }) => at === endedAt)) continue;
    const facts = { ...factsOf(rebuild), 'farmhand.step': name, 'farmhand.attempt': attempt };
    const spec: SpanSpec = { name: `step ${name}`, kind: 'internal', parent: rebuild.trace, facts };
    tracer.past(spec, startedAt, endedAt, state === 'failed' ? 'failed' : undefined);
  }
};
