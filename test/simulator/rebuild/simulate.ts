import { type Random, randomFrom } from '../../../sandbox/generator/random.ts';
import type { AuditEntry } from '../../../src/audit/record.ts';
import { messageOf } from '../../../src/core/errors.ts';
import { asStored } from '../../../src/core/json.ts';
import type { Person } from '../../../src/core/person.ts';
import { auditOfWrite } from '../../../src/rebuild/audit/audit-of-write.ts';
import { applyRebuildCommand } from '../../../src/rebuild/commands/apply-command.ts';
import type { RebuildCommand } from '../../../src/rebuild/model/command.ts';
import { claimsMore } from '../../../src/rebuild/model/effect.ts';
import { defaultPolicy, type RebuildPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { hasEnded } from '../../../src/rebuild/model/record.ts';
import { statusOfRebuild } from '../../../src/rebuild/model/status.ts';
import { restartable, skippable } from '../../../src/rebuild/model/steps.ts';
import { soon, type Transition } from '../../../src/rebuild/model/transition.ts';
import type { EffectResult } from '../../../src/rebuild/ports/ports.ts';
import { type ReconcileDeps, reconcileRebuild } from '../../../src/rebuild/reconcile/reconcile-rebuild.ts';
import { aGitopsInstance, anInstance, aPlan, aRebuild, startedAt } from '../../builders/rebuild.ts';
import { createMemoryFreezes } from '../../fakes/rebuilds/freeze-store.ts';
import { createRebuildWorld, type RebuildWorld } from '../../fakes/rebuilds/rebuild-outside.ts';
import { createProcess, type SimProcess } from '../process.ts';
import { createScheduler, type Scheduler } from '../scheduler.ts';
import { createTrouble, createWire, type Trouble } from './chaos.ts';
import { createFreezing, type Freezing } from './freezes.ts';
import { badEnd, badProof, badWorld, badWrite, workFrom } from './watch.ts';

export interface RebuildRun {
  readonly seed: number;
  /** What did not hold. */
  readonly breaches: readonly string[];
  readonly rebuild: Rebuild;
  readonly world: RebuildWorld;
  /** From which status to which, `running → paused`; each once. */
  readonly moves: ReadonlySet<string>;
  /** Equal when everything went the same way. */
  readonly trace: string;
}

const minute = 60_000;
/** Everything goes wrong until here; then time to come to rest. */
const troubleFor = 90 * minute;
const restFor = 240 * minute;

const policy: RebuildPolicy = {
  ...defaultPolicy,
  poll: 20_000,
  idlePoll: 60_000,
  deadlines: {
    synchronizer: 10 * minute,
    history: 20 * minute,
    farmers: 8 * minute,
    write: 20 * minute,
    teardown: 10 * minute,
    frontend: 15 * minute,
  },
  intervention: 10 * minute,
  keepWork: { from: workFrom, after: 60 * minute, farmersFor: 15 * minute },
  limit: 200 * minute,
  stall: 8 * minute,
  remind: 20 * minute,
};

/** The one record, written by compare-and-set, with everything that is written looked at. */
const createRecord = (
  first: Rebuild,
  world: () => RebuildWorld,
  scheduler: Scheduler,
  freezing: Freezing,
) => {
  let record = first;
  const breaches: string[] = [];
  const moves = new Set<string>();
  const audit: AuditEntry[] = [];
  const cas = (before: Rebuild, { rebuild, journal }: Transition, writer: string): boolean => {
    if (record.version !== before.version) return false;
    const bad = [
      ...badWrite(before, rebuild, journal, writer, world(), scheduler.now()),
      ...freezing.badWrite(before, rebuild, scheduler.now()),
    ];
    if (breaches.length < 20) breaches.push(...bad);
    const [from, to] = [statusOfRebuild(before), statusOfRebuild(rebuild)];
    if (from !== to) moves.add(`${from} → ${to}`);
    record = { ...rebuild, version: before.version + 1 };
    audit.push(...auditOfWrite(before, record, scheduler.now()));
    return true;
  };
  return { get: () => record, cas, breaches, moves, audit };
};

type Kept = ReturnType<typeof createRecord>;

/** One rebuild driven by two processes, with everything that `seed` lets go wrong. */
export const simulateRebuild = async (seed: number): Promise<RebuildRun> => {
  const random = randomFrom(seed);
  const scheduler = createScheduler(startedAt);
  const trouble = createTrouble(random, random.pick([0, 0.3, 1, 1, 1.5]));
  const first = aBeginning(random);
  const world = createRebuildWorld(first.plan.instance, scheduler.now, {
    rebuildWork: 24 * random.between(10, 40) * minute,
    sync: random.pick([30_000, 30_000, 300_000]),
  });
  const freezing = createFreezing(scheduler, seed, first.plan.instance.name);
  const kept = createRecord(first, () => world, scheduler, freezing);
  const leases = { owner: '', until: 0, none: random.next() < 0.4 };
  const crashes = random.pick([0, 0.01, 0.03]);
  let started = 0;
  const start = (): void => {
    const process = createProcess(
      scheduler,
      `p${++started}`,
      random.between(-800, 800),
      (crashing, changes) => {
        if (!trouble.chance(changes ? crashes : crashes / 10)) return;
        if (random.next() < 0.5) {
          crashing.stopUntil(scheduler.now() + random.between(5, 240) * 1_000);
          return;
        }
        crashing.kill();
        scheduler.at(scheduler.now() + random.between(1, 60) * 1_000, start);
      },
    );
    void work(scheduler, process, trouble, world, kept, leases, freezing);
  };
  start();
  start();
  const orders = (asked: RebuildCommand, by: Person) => command(scheduler, kept, freezing, asked, by);
  offices(scheduler, random, kept, orders);
  people(scheduler, random, orders);
  nature(scheduler, random, trouble, world);
  const rest = async (until: number): Promise<void> => {
    for (let at = scheduler.now(); at < until && !hasEnded(kept.get()); at += 10 * minute) {
      await scheduler.runUntil(at + 10 * minute);
    }
  };
  await rest(startedAt + troubleFor);
  // A late request of a process that was stopped may still come.
  await scheduler.runUntil(scheduler.now() + 10 * minute);
  trouble.over = true;
  leases.none = false;
  world.heal();
  freezing.thawAll();
  if (kept.get().pause) orders({ verb: 'resume' }, people2);
  const cancels = random.next() < 0.5;
  await rest(startedAt + troubleFor + restFor / 2);
  if (cancels) orders({ verb: 'cancel', reason: 'enough' }, people2);
  await rest(startedAt + troubleFor + restFor);
  // What was still on its way when it ended comes now.
  await scheduler.runUntil(scheduler.now() + 5 * minute);
  const rebuild = kept.get();
  const breaches = [
    ...kept.breaches,
    ...badWorld(world),
    ...badEnd(rebuild),
    ...badProof(kept.audit, world, rebuild),
    ...leftUp(rebuild, world, cancels),
  ];
  const trace = JSON.stringify([rebuild, world.scales, world.orders]);
  return { seed, breaches, rebuild, world, moves: kept.moves, trace };
};

const people2: Person = { id: 'U2' };

/** Once it is cancelled nothing holds it up any more; and where it is over, nothing is left. */
const leftUp = (rebuild: Rebuild, world: RebuildWorld, cancelled: boolean): readonly string[] => {
  if (!hasEnded(rebuild)) {
    const teardown = rebuild.steps.find(({ name }) => name === 'teardown');
    return !cancelled || teardown?.ask ? [] : [`I8 cancelled, but ${rebuild.phase}`];
  }
  const kept = rebuild.overrides.some(({ kind }) => kind === 'keep_farmers' || kind === 'keep_guardian');
  if (kept || world.foreign.length > 0) return [];
  const left = world.lookAt('farmer').pods.length + world.lookAt('synchronizer').pods.length;
  return left > 0 ? [`${left} pods left up`] : [];
};

const aBeginning = (random: Random): Rebuild => {
  const engine = random.pick(['balance', 'balance', 'farm']);
  const approval = random.next() < 0.2;
  const make = random.next() < 0.35 ? aGitopsInstance : anInstance;
  const instance = make({ engine, approval, minimum: random.between(2, 12), maximum: 40 });
  const ticket = random.next() < 0.7 ? ('wanted' as const) : ('none' as const);
  return aRebuild({
    plan: aPlan({ instance, ...(random.next() < 0.5 && { targetMs: random.between(20, 90) * minute }) }),
    ticket: { state: ticket, entries: [], count: 0, attempts: 0 },
    frontends: instance.frontends.map((name) => ({ name, state: 'waiting' })),
  });
};

/** A process: whenever the rebuild is due and its lease can be had (or there is none), a pass. */
const work = async (
  scheduler: Scheduler,
  process: SimProcess,
  trouble: Trouble,
  world: RebuildWorld,
  kept: Kept,
  leases: { owner: string; until: number; none: boolean },
  freezing: Freezing,
): Promise<void> => {
  const freezes = createMemoryFreezes(process.now, freezing.state);
  const wire = createWire(scheduler, process, trouble);
  let claims = 0;
  let nudged = 0;
  let unproven: string | undefined;
  const watched = (effect: () => EffectResult): EffectResult => {
    const before = world.scales.length + world.orders.length;
    const result = effect();
    const { pause, phase } = kept.get();
    if (world.scales.length + world.orders.length === before) return result;
    if (unproven !== undefined) kept.breaches.push('I5 the world was changed without a proven intent');
    if (pause?.state === 'paused') kept.breaches.push('I8 the world was changed while it is paused');
    if (hasEnded(kept.get())) kept.breaches.push(`I4 the world was changed after it had ${phase}`);
    return result;
  };
  const deps: ReconcileDeps = {
    store: {
      get: () => wire.store(() => kept.get(), false),
      update: async (_, change, known) => {
        for (let first = known; ; first = undefined) {
          const before = first ?? (await wire.store(() => kept.get(), false));
          const version = freezes.known()?.version;
          const changed = change(before);
          const { write } = changed;
          if (!write && first) continue;
          if (!write) return changed;
          const written = await wire.store(() => {
            const moved = version !== freezing.state.freezes.version;
            if (moved && claimsMore(before, write.rebuild)) return 'froze';
            if (!kept.cas(before, write, process.name)) return false;
            // In the same script.
            if (changed.last && leases.owner === process.name) leases.until = 0;
            return true;
          }, true);
          if (written === 'froze') await wire.store(freezes.read, false);
          else if (written)
            return asStored(changed, write.rebuild, { ...write.rebuild, version: before.version + 1 });
        }
      },
    },
    cluster: { look: (_, role) => wire.look(() => world.lookAt(role)), doctor: async () => [] },
    scales: () => ({
      scale: (request) => wire.change(() => watched(() => world.scale(request))),
      arrived: (_, effect) => wire.look(() => world.arrived(effect)),
      blame: (_, role) => wire.look(() => world.blame(role)),
    }),
    engine: {
      look: (_, rebuild) => wire.look(() => world.lookAtEngine(rebuild)),
      order: (request) => wire.change(() => watched(() => world.order(request))),
    },
    audit: {
      unproven: async (action) => {
        const isIntent = ({ type, action_id }: AuditEntry) =>
          type === 'change_intent' && action_id === action;
        unproven = await wire
          .store(() => kept.audit.some(isIntent), false)
          .then((there) => (there ? undefined : 'not in the audit'))
          .catch(messageOf);
        return unproven;
      },
    },
    policy: () => ({ ...policy, controls: freezing.controls(freezes.known()) }),
    now: process.now,
    newClaim: () => `${process.name}.${++claims}`,
    stopping: () => false,
  };
  for (;;) {
    const { driveAt, id } = kept.get();
    const wait = (driveAt ?? scheduler.now() + minute) - scheduler.now();
    // Commands nudge it: here it looks up every few seconds at most.
    await process.sleep(Math.max(500, Math.min(wait, 30_000)));
    if ((kept.get().driveAt ?? Number.POSITIVE_INFINITY) > scheduler.now()) continue;
    if (!leases.none) {
      if (leases.until > scheduler.now() && leases.owner !== process.name) continue;
      Object.assign(leases, { owner: process.name, until: scheduler.now() + 30_000 });
    }
    try {
      await wire.store(freezes.fresh, false);
      // With its record where it was taken from the due index, without where it was nudged.
      await reconcileRebuild(deps, id, nudged++ % 2 === 0 ? kept.get() : undefined);
    } catch {
      // The store did not answer; the next pass finds what was begun.
    }
    if (leases.owner === process.name) leases.until = 0;
  }
};

/** The ticket comes when Jira is up, the approval when somebody has time. */
const offices = (scheduler: Scheduler, random: Random, kept: Kept, orders: Orders): void => {
  scheduler.at(startedAt + random.between(1, random.pick([60, 1_200])) * 1_000, () => {
    const now = kept.get();
    if (now.ticket.state !== 'wanted') return;
    const ticket = { ...now.ticket, state: 'open' as const, key: 'OPS-7' };
    kept.cas(now, { rebuild: soon({ ...now, ticket }, scheduler.now()), journal: [] }, 'person');
  });
  if (random.next() < 0.9) {
    scheduler.at(startedAt + random.between(1, 40) * minute, () => orders({ verb: 'approve' }, people2));
  }
};

type Orders = (asked: RebuildCommand, by: Person) => void;

const command = (
  scheduler: Scheduler,
  kept: Kept,
  freezing: Freezing,
  asked: RebuildCommand,
  by: Person,
): void => {
  const before = kept.get();
  const now = { ...policy, controls: freezing.controls(freezing.state.freezes) };
  const { write } = applyRebuildCommand(before, asked, by, scheduler.now(), now);
  if (write) kept.cas(before, write, 'person');
};

const people = (scheduler: Scheduler, random: Random, orders: Orders): void => {
  const asks = (): RebuildCommand =>
    random.pick([
      () => ({ verb: 'scale', farmers: random.between(1, 42) }) as const,
      () => ({ verb: 'scale', farmers: random.between(12, 40) }) as const,
      () => ({ verb: 'pause', reason: 'lunch' }) as const,
      () => ({ verb: 'pause', reason: 'the customer asked' }) as const,
      () => ({ verb: 'resume' }) as const,
      () => ({ verb: 'resume' }) as const,
      () => ({ verb: 'retry' }) as const,
      () => ({ verb: 'retry' }) as const,
      () => override('skip_step', random.pick([skippable[0], skippable[1], skippable[2]] as const)),
      () => override('accept_farmers', undefined, random.between(1, 10)),
      () => override('extend_deadline', undefined, 5 * minute),
      () => override('extend_limit', undefined, 5 * minute),
      () => override('force'),
      () => override('retry_from', restartable[random.between(0, restartable.length - 1)]),
      () => override('keep_guardian'),
      () => override('drop_guardian'),
      () => override('keep_farmers'),
    ] as const)();
  for (let i = random.pick([0, 3, 8, 20]); i > 0; i--) {
    scheduler.at(startedAt + random.between(0, troubleFor), () => {
      const asked = asks();
      // Farmers that are kept are kept for good: not too often.
      if (asked.verb === 'override' && asked.kind === 'keep_farmers' && random.next() < 0.8) return;
      orders(asked, { id: 'U3' });
    });
  }
  if (random.next() < 0.15) {
    scheduler.at(startedAt + random.between(0, troubleFor), () =>
      orders({ verb: 'cancel', reason: 'wrong instance' }, people2),
    );
  }
};

const override = (
  kind: Extract<RebuildCommand, { verb: 'override' }>['kind'],
  step?: Extract<RebuildCommand, { verb: 'override' }>['step'],
  amount?: number,
): RebuildCommand => ({
  verb: 'override',
  kind,
  reason: 'simulated',
  ...(step !== undefined && { step }),
  ...(amount !== undefined && { amount }),
});

/** What happens to a cluster in ninety minutes. */
const nature = (scheduler: Scheduler, random: Random, trouble: Trouble, world: RebuildWorld): void => {
  const switches = (on: (set: boolean) => void) => () => {
    on(true);
    scheduler.at(scheduler.now() + random.between(1, 30) * minute, () => on(false));
  };
  const role = () => random.pick(['farmer', 'synchronizer'] as const);
  const frontend = () => `system6-fe${random.between(1, 3)}`;
  for (let i = random.pick([0, 1, 4, 10]); i > 0; i--) {
    const what = random.pick([
      () => world.killPod('farmer', random.between(0, 23)),
      () => world.killPod('farmer', random.between(0, 23)),
      () => world.killPod('synchronizer', 0),
      switches((on) => world.crashLoop(role(), on)),
      switches((on) => world.neverReady(role(), on)),
      switches((on) => world.stuckTerminating('farmer', on)),
      switches((on) => world.capacity('farmer', on ? random.between(0, 20) : 1_000)),
      switches(world.freeze),
      switches((on) => world.syncs(!on)),
      switches((on) => world.frontendStays(frontend(), on)),
      () => world.failRun(random.pick(['history', 'rebuild', 'write'])),
      switches((on) => world.cacheFile(!on)),
      () => world.frontendRestarts(frontend(), random.between(3, 20) * minute),
      () => world.setReplicas('farmer', random.between(0, 30), 'somebody'),
      () => world.setReplicas('synchronizer', random.between(0, 1), 'somebody'),
      () => {
        trouble.blind = scheduler.now() + random.between(1, 15) * minute;
      },
    ] as const);
    scheduler.at(startedAt + random.between(0, troubleFor - 1), what);
  }
};
