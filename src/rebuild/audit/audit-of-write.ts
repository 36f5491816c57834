import { type AuditEntry, type AuditFacts, actorOf, auditTime, ownEntry } from '../../audit/record.ts';
import type { Effect, EffectState } from '../model/parts/effect-state.ts';
import type { Ticket } from '../model/parts/told.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { hasEnded } from '../model/record.ts';
import { farmhand } from '../model/transition.ts';
import { correlationOf, evidenceOf, objectOf } from './facts.ts';

/**
 * What a write of a rebuild's record means for the audit: each change of the world that is about to be made and what
 * came of it, and what farmhand decided by itself. Pure; the store calls it for every write, so none can be forgotten.
 */
export const auditOfWrite = (
  before: Rebuild | undefined,
  after: Rebuild,
  now: number,
): readonly AuditEntry[] => [...effectsOf(before, after, now), ...decisionsOf(before, after, now)];

const effectsOf = (before: Rebuild | undefined, after: Rebuild, now: number): readonly AuditEntry[] => {
  if (before?.effects === after.effects) return [];
  const known = new Map(before?.effects.map((effect) => [effect.claim, effect]));
  const held = new Set(after.effects.map(({ claim }) => claim));
  const overtaken = (before?.effects ?? []).filter(
    ({ claim, state }) => state === 'claimed' && !held.has(claim),
  );
  return [
    // A claim that was taken over before its outcome was known.
    ...overtaken.map((effect) => outcomeOf(after, effect, now)),
    ...after.effects.flatMap((effect): readonly AuditEntry[] => {
      const was = known.get(effect.claim);
      if (was === effect) return [];
      if (!was) {
        const intent = intentOf(after, effect);
        return effect.state === 'claimed' ? [intent] : [intent, outcomeOf(after, effect, now)];
      }
      const settled = was.state === 'claimed' && effect.state !== 'claimed';
      const unsure = effect.state === 'claimed' && effect.error !== undefined && effect.error !== was.error;
      return settled || unsure ? [outcomeOf(after, effect, now)] : [];
    }),
  ];
};

const changeOf = (rebuild: Rebuild, effect: EffectState) => ({
  actor: farmhand,
  on_behalf_of: actorOf(effect.by ?? rebuild.by),
  object: objectOf(rebuild),
  action_id: effect.claim,
  correlation: { ...correlationOf(rebuild), key: effect.key, attempt: effect.attempts },
  ...evidenceOf(rebuild, effect.reason ?? rebuild.reason),
});

const intentOf = (rebuild: Rebuild, effect: EffectState): AuditEntry => ({
  type: 'change_intent',
  time_utc: auditTime(effect.at),
  outcome: 'intended',
  ...changeOf(rebuild, effect),
  ...sidesOf(rebuild, effect.effect),
});

const outcomeOf = (rebuild: Rebuild, effect: EffectState, now: number): AuditEntry => {
  const { before, after } = sidesOf(rebuild, effect.effect);
  return {
    type: 'change_outcome',
    time_utc: auditTime(effect.endedAt ?? now),
    outcome: effect.state === 'claimed' ? 'unknown' : effect.state,
    duration_ms: (effect.endedAt ?? now) - effect.at,
    ...changeOf(rebuild, effect),
    before,
    after: effect.state === 'done' ? { ...after, id: effect.id, url: effect.url } : before,
    ...(effect.error !== undefined && { error: effect.error }),
  };
};

/** What is changed, from what to what. */
const sidesOf = (
  { plan: { instance } }: Rebuild,
  effect: Effect,
): { readonly before: AuditFacts; readonly after: AuditFacts } => {
  const place = { cluster: instance.cluster, namespace: instance.namespace };
  switch (effect.kind) {
    case 'scale': {
      const set = effect.role === 'farmer' ? instance.farmerSet : instance.synchronizerSet;
      const what = { change: 'scale', way: instance.way, set, ...place };
      return { before: { ...what, replicas: effect.from }, after: { ...what, replicas: effect.to } };
    }
    case 'run': {
      const what = { change: 'run', run: effect.run, admin: instance.adminUrl };
      return {
        before: { ...what, ordered: false },
        after: { ...what, ordered: true, ...(effect.recover && { recover: true }) },
      };
    }
    case 'propagate': {
      const what = { change: 'propagate', frontend: effect.frontend, admin: instance.adminUrl };
      return { before: { ...what, ordered: false }, after: { ...what, ordered: true } };
    }
    case 'stop_run': {
      const what = { change: 'stop_run', admin: instance.adminUrl };
      return { before: { ...what, ordered: false }, after: { ...what, ordered: true } };
    }
    default:
      return effect satisfies never;
  }
};

/** What people did to its ticket, and what farmhand made of that. */
const ticketOf = (before: Ticket, after: Ticket): readonly AuditFacts[] => {
  const { key } = before;
  const { seen, hold } = after;
  const moved = seen?.movedBy !== undefined && seen.status !== before.seen?.status;
  const gone = (after.gone?.length ?? 0) > (before.gone?.length ?? 0);
  const edits = seen === before.seen ? [] : (seen?.edits ?? []);
  return [
    ...edits.map(({ by, fields }) => ({ decided: 'ticket_edited_by_others', ticket: key, who: by, fields })),
    ...(moved
      ? [{ decided: 'ticket_moved_by_others', ticket: key, who: seen.movedBy, status: seen.status }]
      : []),
    ...(gone ? [{ decided: 'ticket_deleted_by_others', ticket: key }] : []),
    ...(hold && before.hold?.since !== hold.since
      ? [{ decided: 'holds_for_its_ticket', ticket: key, why: hold.why }]
      : []),
    ...(before.hold && !hold ? [{ decided: 'goes_on_with_its_ticket', ticket: after.key }] : []),
  ];
};

/** What it decided by itself: which way it goes, whom it asks, whose change it found. */
const decisionsOf = (before: Rebuild | undefined, after: Rebuild, now: number): readonly AuditEntry[] => {
  if (!before) return [];
  const decision = (decided: AuditFacts, was?: AuditFacts): AuditEntry =>
    ownEntry(now, {
      type: 'decision',
      object: objectOf(after),
      ...(was && { before: was }),
      after: decided,
      ...(hasEnded(after) && { duration_ms: now - after.at }),
      correlation: correlationOf(after),
      ...evidenceOf(after, after.end?.reason),
    });
  const asks = (rebuild: Rebuild) =>
    rebuild.steps.flatMap(({ name, ask }) => (ask ? [{ step: name, code: ask.code, since: ask.since }] : []));
  const asked = new Set(asks(before).map((ask) => JSON.stringify(ask)));
  return [
    // A cancel is a person's, and on record as that.
    ...(before.phase === after.phase || after.phase === 'cancelling'
      ? []
      : [
          decision(
            { decided: 'phase', phase: after.phase, errors: after.end?.errors },
            { phase: before.phase },
          ),
        ]),
    ...asks(after)
      .filter((ask) => !asked.has(JSON.stringify(ask)))
      .map(({ step, code }) => decision({ decided: 'asks_a_person', step, question: code })),
    ...ticketOf(before.ticket, after.ticket).map((facts) => decision(facts)),
    ...(after.glass ?? []).flatMap((glass, i) => {
      const was = before.glass?.[i];
      if (!was || was.endedAt !== undefined || glass.endedAt === undefined) return [];
      const { n, by, until, did } = glass;
      const facts = { glass: n, open: false, broken_by: by.id, until: auditTime(until), orders: did };
      return [{ ...decision(facts, { glass: n, open: true }), type: 'break_glass' as const }];
    }),
    ...(after.glass ?? []).flatMap(({ n, task }, i) => {
      const was = before.glass?.[i]?.task;
      if (!task?.key || was?.key === task.key) return [];
      return [decision({ decided: 'asks_for_a_review', glass: n, ticket: task.key })];
    }),
    ...(after.unreviewed && (before.unreviewed?.told ?? 0) < after.unreviewed.told
      ? [decision({ decided: 'reminds_of_a_review', times: after.unreviewed.told })]
      : []),
    ...(after.drift && before.drift?.at !== after.drift.at
      ? [
          decision(
            {
              decided: 'changed_by_others',
              role: after.drift.role,
              replicas: after.drift.found,
              who: after.drift.who,
            },
            { replicas: after.drift.expected },
          ),
        ]
      : []),
  ];
};
