import fc from 'fast-check';
import type { DoctorFinding, PlanDraft } from '../../../src/rebuild/model/command.ts';
import type { OverrideKind } from '../../../src/rebuild/model/parts/orders.ts';
import type { Step } from '../../../src/rebuild/model/parts/step.ts';
import type { RebuildNote, RebuildNoteKind } from '../../../src/rebuild/model/parts/told.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { stepNames } from '../../../src/rebuild/model/steps.ts';
import { anInstance, aPlan, aRebuild } from '../../builders/rebuild.ts';
import { hostileText } from './hostile.ts';

const text = hostileText;
const time = fc.oneof(
  fc.integer({ min: 0, max: 4e12 }),
  fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY, 9e15),
);
const count = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constantFrom(-1, 1e9, Number.NaN, 2.5));
const maybe = <T>(some: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(some, { nil: undefined });
const person = fc.oneof(
  fc.record({ id: fc.oneof(text, fc.constantFrom('U01ANA', 'farmhand')) }),
  fc.record({ id: fc.constantFrom('U01ANA', '<!here>'), name: text }),
);

/** Without the keys that are undefined, as `exactOptionalPropertyTypes` wants it. */
const tidy = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

const ask = fc
  .record({
    code: fc.constantFrom('approval', 'too_few_farmers', 'guardian', 'rebuild_failed'),
    what: text,
    options: fc.array(text, { maxLength: 9 }),
    since: time,
    until: maybe(time),
  })
  .map(tidy);

const step = fc
  .record({
    state: fc.constantFrom('pending', 'running', 'waiting', 'failed', 'done', 'skipped'),
    says: maybe(text),
    startedAt: maybe(time),
    endedAt: maybe(time),
    deadline: maybe(time),
    ask: maybe(ask),
    attempt: count,
  })
  .map(tidy);

const pods = fc.record({
  at: time,
  wanted: count,
  ready: count,
  pods: count,
  troubles: fc.array(
    fc.record({ pod: text, kind: fc.constantFrom('pending', 'crash_loop', 'image', 'failed'), says: text }),
    { maxLength: 10 },
  ),
});

const overrideKinds: readonly OverrideKind[] = ['skip_step', 'force', 'keep_farmers', 'drop_guardian'];

/** A plan that says whatever it likes. */
const hostilePlan = fc
  .record({
    name: text,
    cluster: text,
    namespace: text,
    file: text,
    revision: text,
    way: fc.constantFrom('kubernetes', 'gitops'),
    approval: fc.boolean(),
    engine: fc.constantFrom('farm', 'balance'),
    forced: fc.boolean(),
    farmers: count,
    farmersFrom: text,
    changes: fc.array(fc.record({ what: text, where: text, from: text, to: text }), { maxLength: 40 }),
    expected: maybe(fc.record({ ms: time, from: text })),
    targetMs: maybe(time),
    warnings: fc.array(text, { maxLength: 30 }),
    hash: text,
  })
  .map(({ name, cluster, namespace, file, revision, way, approval, expected, targetMs, ...rest }) =>
    aPlan({
      ...rest,
      ...(expected && { expected }),
      ...(targetMs !== undefined && { targetMs }),
      instance: anInstance({ name, cluster, namespace, way, approval, source: { file, revision } }),
    }),
  );

export const hostileDraft: fc.Arbitrary<PlanDraft> = fc.record({
  id: fc.oneof(text, fc.constant('draft-1')),
  plan: hostilePlan,
  request: fc.record({ instance: text, forced: fc.boolean(), reason: text }),
  by: person,
  at: time,
  validUntil: time,
});

const authority = fc.record({
  farmers: count,
  minimum: count,
  forced: fc.boolean(),
  skipped: fc.subarray([...stepNames]),
  extended: fc.dictionary(fc.constantFrom(...stepNames), time),
  back: fc.array(fc.constantFrom(...stepNames), { maxLength: 40 }),
  keepFarmers: fc.boolean(),
  keepGuardian: fc.boolean(),
});

const wish = fc.oneof(
  fc.record({ verb: fc.constant('scale' as const), farmers: count, reason: text }),
  fc.record({
    verb: fc.constant('override' as const),
    kind: fc.constantFrom(...overrideKinds),
    reason: text,
    amount: count,
  }),
);

export const hostileRebuild: fc.Arbitrary<Rebuild> = fc
  .record({
    plan: hostilePlan,
    at: time,
    by: person,
    reason: text,
    phase: fc.constantFrom('running', 'cancelling', 'failing', 'released', 'cancelled', 'failed'),
    steps: fc.array(step, { minLength: 10, maxLength: 10 }),
    farmers: fc.record({ wanted: count, target: count, minimum: count, seen: maybe(pods) }).map(tidy),
    synchronizer: fc
      .record({ wanted: fc.constantFrom(0, 1), guardian: fc.boolean(), seen: maybe(pods) })
      .map(tidy),
    progress: maybe(
      fc
        .record({
          of: fc.constantFrom('history', 'rebuild', 'write'),
          percent: fc.oneof(fc.double(), count),
          movedAt: time,
          perHour: maybe(fc.double()),
          eta: maybe(time),
          farmers: maybe(count),
          samples: fc.array(fc.record({ at: time, percent: fc.double(), ready: count }), { maxLength: 30 }),
        })
        .map(tidy),
    ),
    frontends: fc.array(
      fc.record({
        name: text,
        state: fc.constantFrom('waiting', 'taking', 'restarting', 'ready', 'failed', 'skipped'),
        says: text,
      }),
      { maxLength: 20 },
    ),
    pause: maybe(
      fc
        .record({
          state: fc.constantFrom('pausing', 'paused'),
          by: person,
          reason: text,
          at: time,
          pausedAt: maybe(time),
          goesOn: maybe(text),
          remindAt: time,
        })
        .map(tidy),
    ),
    overrides: fc.array(
      fc.record({
        n: count,
        kind: fc.constantFrom(...overrideKinds),
        by: person,
        at: time,
        reason: text,
      }),
      { maxLength: 6 },
    ),
    approval: maybe(
      fc.record({ by: person, at: time, planHash: text, hash: text, grants: authority }).map(tidy),
    ),
    confirmed: maybe(fc.record({ by: person, at: time, hash: text })),
    asked: maybe(fc.array(fc.record({ wish, by: person, at: time }), { maxLength: 20 })),
    drift: maybe(
      fc
        .record({
          role: fc.constantFrom('farmer', 'synchronizer'),
          at: time,
          expected: count,
          found: count,
          who: maybe(text),
          what: maybe(text),
          settled: maybe(fc.constantFrom('accepted', 'restored')),
        })
        .map(tidy),
    ),
    offer: maybe(fc.record({ farmers: count, eta: time, instead: time, target: time, at: time })),
    end: maybe(
      fc.record({
        at: time,
        by: person,
        reason: text,
        step: fc.constantFrom(...stepNames),
        errors: fc.array(text, { maxLength: 20 }),
      }),
    ),
    seenAt: maybe(time),
    stalledSince: maybe(time),
    marks: fc.array(
      fc.record({
        at: time,
        kind: fc.constantFrom('step', 'scale', 'pause', 'resume', 'override', 'error', 'drift', 'end'),
        says: text,
      }),
      { maxLength: 30 },
    ),
    ticket: fc
      .record({
        state: fc.constantFrom('none', 'wanted', 'open', 'failed'),
        key: maybe(text),
        error: maybe(text),
        entries: fc.constant([]),
        count,
        attempts: count,
      })
      .map(tidy),
    channel: fc.oneof(text, fc.constant('C0DCR')),
    ts: maybe(fc.oneof(text, fc.constant('1763607600.000100'))),
    alerts: fc.array(fc.record({ id: text, name: text, at: time }), { maxLength: 9 }),
  })
  .map(({ channel, ts, steps, approval, ...rest }) =>
    aRebuild({
      ...tidy(rest),
      // Now and then for this very plan, so that something is granted.
      ...(approval && {
        approval: { ...approval, ...(approval.at % 2 === 0 && { planHash: rest.plan.hash }) },
      }),
      steps: steps.map((each, i): Step => ({ ...each, name: stepNames[i] ?? 'release' })),
      card: { channel, state: 'open', ...(ts !== undefined && { ts }), notes: [], noteCount: 0 },
      id: 'system6-20261120-1',
    }),
  );

const noteKinds: readonly RebuildNoteKind[] = ['started', 'error', 'milestone', 'ticket', 'ended'];

export const hostileRebuildNotes: fc.Arbitrary<readonly RebuildNote[]> = fc.array(
  fc
    .record({
      n: fc.nat(),
      kind: fc.constantFrom(...noteKinds),
      at: time,
      text,
      by: maybe(person),
    })
    .map(tidy),
  { minLength: 1, maxLength: 40 },
);

export const hostileFindings: fc.Arbitrary<readonly DoctorFinding[]> = fc.array(
  fc
    .record({
      level: fc.constantFrom('ok', 'warning', 'problem', 'unknown'),
      check: text,
      says: text,
      fix: maybe(text),
    })
    .map(tidy),
  { maxLength: 30 },
);
