import type { JournalEntry } from '../../../src/core/journal.ts';
import type { Person } from '../../../src/core/person.ts';
import { applyRebuildCommand } from '../../../src/rebuild/commands/apply-command.ts';
import { commandResult } from '../../../src/rebuild/commands/commanded.ts';
import type { RebuildCommand } from '../../../src/rebuild/model/command.ts';
import { defaultPolicy, type RebuildPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import type { Transition } from '../../../src/rebuild/model/transition.ts';
import type { RebuildStore } from '../../../src/rebuild/ports/store.ts';
import { type ReconcileDeps, reconcileRebuild } from '../../../src/rebuild/reconcile/reconcile-rebuild.ts';
import { aRebuild, startedAt } from '../../builders/rebuild.ts';
import { memoryAudit } from '../../fakes/audit.ts';
import {
  createRebuildWorld,
  type RebuildWorld,
  type WorldTimings,
} from '../../fakes/rebuilds/rebuild-outside.ts';

/** One rebuild in its world, on a clock that jumps from one pass to the next. */
export interface Rig {
  readonly world: RebuildWorld;
  readonly deps: ReconcileDeps;
  readonly clock: { now: number };
  readonly journal: JournalEntry[];
  rebuild(): Rebuild;
  /** Passes as they fall due, until it holds, or `ms` are over, or nothing is due any more. */
  until(holds: (rebuild: Rebuild) => boolean, ms?: number): Promise<Rebuild>;
  command(command: RebuildCommand, by?: Person): string;
  change(how: (rebuild: Rebuild) => Rebuild): void;
}

const ada: Person = { id: 'U0ADA', name: 'Ada' };

export const createRig = (
  first: Rebuild = aRebuild({ ticket: { state: 'none', entries: [], count: 0, attempts: 0 } }),
  options: {
    readonly policy?: Partial<RebuildPolicy>;
    readonly timings?: Partial<WorldTimings>;
    readonly replan?: ReconcileDeps['replan'];
    readonly stillMay?: ReconcileDeps['stillMay'];
    /** Sees every write before it counts; `person` when a command made it. */
    readonly onWrite?: (before: Rebuild, write: Transition, by: 'drive' | 'person') => void;
  } = {},
): Rig => {
  const clock = { now: startedAt };
  const policy = { ...defaultPolicy, ...options.policy };
  const world = createRebuildWorld(first.plan.instance, () => clock.now, options.timings);
  const journal: JournalEntry[] = [];
  let record = first;
  const put = (write: Transition | undefined, by: 'drive' | 'person') => {
    if (!write) return;
    options.onWrite?.(record, write, by);
    record = { ...write.rebuild, version: record.version + 1 };
    journal.push(...write.journal);
  };
  const store: Pick<RebuildStore, 'get' | 'update'> = {
    get: async () => record,
    update: async (_, change) => {
      const changed = change(record);
      put(changed.write, 'drive');
      return changed;
    },
  };
  let claims = 0;
  const deps: ReconcileDeps = {
    store,
    ...world.ports,
    audit: memoryAudit(),
    policy: () => policy,
    now: () => clock.now,
    newClaim: () => `claim-${++claims}`,
    stopping: () => false,
    ...(options.replan && { replan: options.replan }),
    ...(options.stillMay && { stillMay: options.stillMay }),
  };
  return {
    world,
    deps,
    clock,
    journal,
    rebuild: () => record,
    until: async (holds, ms = 30 * 24 * 3_600_000) => {
      const end = clock.now + ms;
      while (!holds(record) && clock.now < end) {
        const wait = await reconcileRebuild(deps, record.id);
        if (holds(record) || wait === undefined) break;
        clock.now = Math.min(end, clock.now + Math.max(1, wait));
      }
      return record;
    },
    command: (command, by = ada) => {
      const { write, result } = applyRebuildCommand(record, command, by, clock.now, policy);
      put(write, 'person');
      return [commandResult(result).says].flat().join(' ');
    },
    change: (how) => {
      record = how(record);
    },
  };
};
