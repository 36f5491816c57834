import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RebuildCommand } from '../../../src/rebuild/model/command.ts';
import { hasEnded } from '../../../src/rebuild/model/record.ts';
import { stepNames } from '../../../src/rebuild/model/steps.ts';
import { aGitopsInstance, anInstance, aPlan, aRebuild } from '../../builders/rebuild.ts';
import type { RebuildWorld } from '../../fakes/rebuilds/rebuild-outside.ts';
import { badEnd, badWorld, badWrite } from '../../simulator/rebuild/watch.ts';
import { createRig } from './rig.ts';

const minute = 60_000;
const reason = 'generated';
const step = fc.constantFrom(...stepNames);
const command: fc.Arbitrary<RebuildCommand> = fc.oneof(
  fc.record({ verb: fc.constant('scale' as const), farmers: fc.integer({ min: -1, max: 120 }) }),
  fc.constantFrom<RebuildCommand>(
    { verb: 'pause', reason },
    { verb: 'resume' },
    { verb: 'retry' },
    { verb: 'approve' },
  ),
  fc.record({
    verb: fc.constant('override' as const),
    kind: fc.constantFrom(
      ...([
        'skip_step',
        'accept_farmers',
        'extend_deadline',
        'force',
        'retry_from',
        'keep_guardian',
        'drop_guardian',
      ] as const),
    ),
    reason: fc.constant(reason),
    step,
    amount: fc.integer({ min: 1, max: 30 }),
  }),
  fc.constant<RebuildCommand>({ verb: 'cancel', reason }),
);

type Fault = readonly [name: string, (world: RebuildWorld) => void];
const faults: readonly Fault[] = [
  ['a farmer dies', (world) => world.killPod('farmer', 3)],
  ['the synchronizer dies', (world) => world.killPod('synchronizer', 0)],
  ['farmers crash', (world) => world.crashLoop('farmer', true)],
  ['the synchronizer crashes', (world) => world.crashLoop('synchronizer', true)],
  ['few nodes', (world) => world.capacity('farmer', 1)],
  ['pods stay', (world) => world.stuckTerminating('farmer', true)],
  ['nothing moves', (world) => world.freeze(true)],
  ['the rebuild fails', (world) => world.failRun('rebuild')],
  ['the write fails', (world) => world.failRun('write')],
  ['the cache file is lost', (world) => world.cacheFile(false)],
  ['fe2 stays away', (world) => world.frontendStays('system6-fe2', true)],
  ['somebody scales', (world) => world.setReplicas('farmer', 5, 'somebody')],
  ['somebody takes the synchronizer down', (world) => world.setReplicas('synchronizer', 0, 'somebody')],
  ['Argo CD sleeps', (world) => world.syncs(false)],
  ['all is well again', (world) => world.heal()],
];

const happening = fc.record({
  wait: fc.integer({ min: 0, max: 25 * minute }),
  what: fc.oneof(command, fc.constantFrom(...faults)),
});

// fast-check prints the seed and the shrunk history of a failure; both go into fc.assert to see it again.
test('whatever people and the world do: forward only, nothing twice, an end or a visible wait', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { maxLength: 25 }),
      fc.constantFrom('balance', 'farm'),
      fc.boolean(),
      fc.boolean(),
      async (happenings, engine, gitops, approval) => {
        const instance = (gitops ? aGitopsInstance : anInstance)({ engine, approval, minimum: 4 });
        const bad: string[] = [];
        const rig = createRig(
          aRebuild({
            plan: aPlan({ instance }),
            ticket: { state: 'none', entries: [], count: 0, attempts: 0 },
          }),
          {
            onWrite: (before, { rebuild, journal }, by) => {
              const writer = by === 'drive' ? 'claim-' : by;
              bad.push(
                ...badWrite(before, rebuild, journal, writer, rig.world, rig.clock.now).filter(
                  // One process: every claim is its own.
                  (text) => !text.startsWith('I4 '),
                ),
              );
            },
          },
        );
        for (const { wait, what } of happenings) {
          await rig.until(() => false, wait);
          if ('verb' in what) rig.command(what);
          else what[1](rig.world);
        }
        await rig.until(hasEnded, 12 * 3_600_000);
        expect([...bad, ...badWorld(rig.world), ...badEnd(rig.rebuild())]).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);
