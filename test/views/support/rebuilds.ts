import type { Progress } from '../../../src/rebuild/model/parts/progress.ts';
import type { PodTrouble, SeenPods } from '../../../src/rebuild/model/parts/workloads.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import type { RebuildStatus } from '../../../src/rebuild/model/status.ts';
import type { ViewContext } from '../../../views/context.ts';
import { anInstance, aPlan, inStep, startedAt } from '../../builders/rebuild.ts';
import { ana, ben, minute, viewContext } from './builders.ts';

export const hour = 60 * minute;
/** Nine hours and ten minutes after the start: 12:10 UTC. */
export const rebuildNow = startedAt + 9 * hour + 10 * minute;
export const rebuildContext = (over: Partial<ViewContext> = {}): ViewContext =>
  viewContext({ now: rebuildNow, ...over });

export const pods = (wanted: number, ready = wanted, troubles: readonly PodTrouble[] = []): SeenPods => ({
  at: rebuildNow,
  wanted,
  ready,
  pods: wanted,
  troubles,
});

const crashing: PodTrouble = {
  pod: 'system6-dcr-farmer-3',
  kind: 'crash_loop',
  says: 'back-off 40s restarting failed container',
};

export const progress = (over: Partial<Progress> = {}): Progress => ({
  of: 'rebuild',
  percent: 41.7,
  farmers: 24,
  movedAt: rebuildNow,
  perHour: 4.63,
  eta: rebuildNow + 12.6 * hour,
  samples: [],
  ...over,
});

const plan = aPlan({
  targetMs: 24 * hour,
  expected: { ms: 22 * hour, from: 'system6-20261013-1, 24 farmers' },
});
const running = (over: Partial<Rebuild> = {}): Rebuild =>
  inStep(
    'rebuild',
    {},
    {
      plan,
      farmers: { wanted: 24, target: 24, minimum: 8, seen: pods(24) },
      synchronizer: { wanted: 1, guardian: false, seen: pods(1) },
      progress: progress(),
      seenAt: rebuildNow - minute,
      ...over,
    },
  );

const ended = (phase: 'released' | 'cancelled' | 'failed', over: Partial<Rebuild> = {}): Rebuild => {
  const rebuild = running({ phase, farmers: { wanted: 0, target: 24, minimum: 8 } });
  const { driveAt: _, ...rest } = rebuild;
  return { ...rest, ...over };
};

const paused = {
  by: ben,
  reason: 'waiting for the customer',
  at: rebuildNow - hour,
  remindAt: rebuildNow + hour,
};

/** One rebuild in each state. */
export const inState: Readonly<Record<RebuildStatus, () => Rebuild>> = {
  starting: () => inStep('ticket', { says: 'raising the ticket' }),
  'waiting for approval': () =>
    inStep(
      'ticket',
      {
        state: 'waiting',
        ask: {
          code: 'approval',
          what: 'system6 needs the approval of a second person. Nothing is touched before that.',
          options: ['Approve the plan', 'Or cancel'],
          since: startedAt + minute,
        },
      },
      { plan: aPlan({ instance: anInstance({ approval: true }) }) },
    ),
  running: () => running(),
  'waiting for a person': () =>
    inStep(
      'farmers',
      {
        state: 'waiting',
        says: '5 of 24 farmers are ready',
        ask: {
          code: 'too_few_farmers',
          what: '5 of 24 farmers are ready after 20m; at least 8 are needed.',
          options: ['Retry: wait for them once more', 'Override: accept fewer farmers', 'Cancel'],
          since: rebuildNow - 10 * minute,
          until: rebuildNow + 20 * minute,
        },
      },
      {
        farmers: {
          wanted: 24,
          target: 24,
          minimum: 8,
          seen: pods(24, 5, [crashing, { ...crashing, pod: 'system6-dcr-farmer-4' }, crashing, crashing]),
        },
        synchronizer: { wanted: 1, guardian: false, seen: pods(1) },
      },
    ),
  pausing: () => running({ pause: { ...paused, state: 'pausing', after: 'rebuild' } }),
  paused: () =>
    running({
      pause: {
        ...paused,
        state: 'paused',
        pausedAt: rebuildNow - 50 * minute,
        goesOn: '24 farmers go on computing',
      },
    }),
  frozen: () =>
    running({
      frozen: {
        at: rebuildNow - 20 * minute,
        by: [
          {
            n: 3,
            by: ben,
            at: rebuildNow - 20 * minute,
            reason: 'the customer works on its storage',
            until: rebuildNow + 2 * hour,
            zone: 'UTC',
            instance: 'system6',
          },
        ],
        remindAt: rebuildNow + hour,
      },
    }),
  guardian: () =>
    inStep(
      'release',
      {
        state: 'waiting',
        ask: {
          code: 'guardian',
          what: 'The caches are on all three frontends.',
          options: ['Override: drop the guardian'],
          since: rebuildNow - hour,
        },
      },
      { synchronizer: { wanted: 1, guardian: true, seen: pods(1) } },
    ),
  cancelling: () =>
    running({
      phase: 'cancelling',
      end: { at: rebuildNow - minute, by: ana, reason: 'wrong dataset', step: 'rebuild', errors: [] },
      farmers: { wanted: 0, target: 24, minimum: 8, seen: pods(7, 0) },
    }),
  failing: () =>
    running({
      phase: 'failing',
      end: {
        at: rebuildNow - minute,
        by: { id: 'farmhand' },
        reason: 'nobody answered within 30m',
        step: 'rebuild',
        errors: ['The engine: run failed: heap exhausted on system6-dcr-sync-0'],
      },
      farmers: { wanted: 0, target: 24, minimum: 8, seen: pods(7, 0) },
    }),
  released: () => {
    const done = ended('released', { pausedMs: 40 * minute });
    return {
      ...done,
      steps: done.steps.map((step, i) => ({
        name: step.name,
        state: 'done',
        attempt: 1,
        startedAt: startedAt + i * hour,
        endedAt: startedAt + (i + 1) * hour,
      })),
    };
  },
  cancelled: () =>
    ended('cancelled', {
      end: { at: rebuildNow, by: ana, reason: 'wrong dataset', step: 'rebuild', errors: [] },
    }),
  failed: () =>
    ended('failed', {
      end: {
        at: rebuildNow,
        by: { id: 'farmhand' },
        reason: 'nobody answered within 30m',
        step: 'rebuild',
        errors: [
          'The engine: run failed: heap exhausted on system6-dcr-sync-0',
          'system6-dcr-farmer-3: back-off 40s restarting failed container',
        ],
      },
    }),
};
