import type { AuditPort } from '../../audit/chain/ports.ts';
import { messageOf, StoreUnavailable } from '../../core/errors.ts';
import type { JournalEntry } from '../../core/journal.ts';
import { type Around, inTraceOf } from '../../core/tracing/context.ts';
import { type Controller, carryOut, type EffectSteps, reconcile } from '../../reconcile/controller.ts';
import { executeEffect } from '../effects/execute-effect.ts';
import { applyEffectResult } from '../effects/outcome.ts';
import { noted } from '../messages/notes.ts';
import type { EffectState } from '../model/parts/effect-state.ts';
import type { LinkedAlert } from '../model/parts/told.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import type { RebuildId } from '../model/rebuild-id.ts';
import { hasEnded, wasTold } from '../model/record.ts';
import { remember, soon, type Transition, writeOf } from '../model/transition.ts';
import { type ObserveDeps, observe } from '../observe/observe.ts';
import { basisOf, type Observed } from '../observe/observed.ts';
import type { AlertLinks, EffectResult } from '../ports/ports.ts';
import type { RebuildStore } from '../ports/store.ts';
import { decideRebuild } from './decide.ts';
import { observationsFor } from './observations-for.ts';

export interface ReconcileDeps extends ObserveDeps {
  readonly store: Pick<RebuildStore, 'get' | 'update'>;
  readonly alerts?: AlertLinks;
  /** Without its intent in the audit no change is made. */
  readonly audit: Pick<AuditPort, 'unproven'>;
  readonly policy: () => RebuildPolicy;
  /** Never the same twice, in any process. */
  readonly newClaim: () => string;
  /** No new round is begun. */
  readonly stopping: () => boolean;
  /** A pass has begun, so long after the record said that it was due; ms. */
  readonly onPass?: (lateMs: number) => void;
  /** What was just written into its journal: for logs and metrics. */
  readonly onJournal?: (rebuild: Rebuild, lines: readonly JournalEntry[]) => void;
  readonly around?: Around<Rebuild, EffectState> | undefined;
}

/** One pass takes no longer than this, and no more rounds; ms. */
const budget = 20_000;
const rounds = 50;
/**
 * What was seen is seen again before anything is decided on it where the look was over longer ago, or took longer, than this;
 * ms. A look may last as long as its calls are waited for: a node that hangs must not keep everything else from being decided.
 */
const seenAtMost = 5_000;
const lookAtMost = 45_000;

const isOld = ({ at, until = at }: Observed, now: number): boolean =>
  now - until > seenAtMost || now - at > lookAtMost;

/**
 * Brings a rebuild as far as it goes now. `known`: its record, where the store has just given it.
 * @returns when to come again, in ms from now; undefined when not before somebody asks.
 * @throws StoreUnavailable; what was begun is found again by the next pass.
 */
export const reconcileRebuild = async (
  deps: ReconcileDeps,
  id: RebuildId,
  known?: Rebuild,
): Promise<number | undefined> => {
  const { now, stopping } = deps;
  const rebuild = known ?? (await deps.store.get(id));
  if (!rebuild) return undefined;
  if (rebuild.driveAt !== undefined && rebuild.driveAt <= now()) deps.onPass?.(now() - rebuild.driveAt);
  await linkAlerts(deps, rebuild);
  return reconcile(rebuildController(deps, rebuild), id, { now, rounds, budget, stopping });
};

interface Seen {
  readonly rebuild: Rebuild;
  /** Absent where nothing is due yet: the world is not looked at in vain. */
  readonly observed?: Observed;
}

interface EffectClaim {
  readonly rebuild: Rebuild;
  readonly change: EffectState;
  readonly observed: Observed;
  /** ms */
  readonly at: number;
}

/** For one pass: it goes on with the record as it wrote it. What woke it too early, or once too often, costs no look. */
const rebuildController = (deps: ReconcileDeps, first: Rebuild): Controller<Seen, Observed> => {
  const { store, now, policy } = deps;
  let known: Rebuild | undefined = first;
  let look = first.driveAt === undefined;
  const told = (write: Transition | undefined, stored: Rebuild | undefined): void => {
    known = stored;
    if (write && stored) deps.onJournal?.(stored, write.journal);
  };
  const effect: EffectSteps<Seen, Observed, EffectClaim, EffectResult> = {
    // Decides in the same compare-and-set: what it decides on is the newest record, and it is written with the claim.
    claim: async ({ rebuild: looked }, observed) => {
      const { id } = looked;
      const claim = deps.newClaim();
      const decide = (rebuild: Rebuild): Decided => {
        const at = now();
        const stale = isOld(observed, at) || basisOf(rebuild) !== observed.basis;
        if (stale) return { rebuild, stale };
        const { write, perform } = decideRebuild(rebuild, observed, at, policy(), claim);
        // Nothing is to be made, or looked at once more: the lease goes back with it.
        const last = !perform && (write?.rebuild.driveAt ?? Number.POSITIVE_INFINITY) > at;
        return {
          rebuild: write?.rebuild ?? rebuild,
          stale,
          ...(write && { write, last }),
          ...(perform && { perform }),
        };
      };
      const decided = await store.update(id, decide, looked);
      told(decided?.write, decided?.rebuild);
      const change = decided?.perform;
      // Whatever was done, or has moved on, is looked at before the next decision.
      look = decided?.stale === true || change !== undefined;
      return decided && change ? { rebuild: decided.rebuild, change, observed, at: change.at } : undefined;
    },
    prove: async ({ change }) => {
      const error = await deps.audit.unproven(change.claim);
      return error === undefined ? undefined : { ok: false, kind: 'retry', error };
    },
    execute: ({ rebuild, change, observed }) =>
      inTraceOf(deps.around, rebuild, change, () => executeEffect(deps, rebuild, change, observed)),
    unanswered: (error) => ({ ok: false, kind: 'unknown', error: messageOf(error) }),
    apply: async ({ rebuild: { id }, change }, result) => {
      const applied = await store.update(id, (rebuild) => {
        const write = applyEffectResult(rebuild, change.claim, result, now(), policy());
        return { rebuild: write?.rebuild ?? rebuild, ...(write && { write }) };
      });
      told(applied?.write, applied?.rebuild);
    },
  };
  return {
    load: async () => {
      if (!known || hasEnded(known)) return undefined;
      const due = look || (known.driveAt !== undefined && known.driveAt <= now());
      return due
        ? { rebuild: known, observed: await observe(deps, known, observationsFor(known)) }
        : { rebuild: known };
    },
    decide: ({ rebuild: { driveAt }, observed }) => {
      if (observed) return { do: 'work', work: [observed] };
      return driveAt === undefined ? { do: 'nothing' } : { do: 'wait', until: driveAt };
    },
    carryOut: carryOut(effect, now),
  };
};

interface Decided {
  readonly rebuild: Rebuild;
  /** The world or the record has moved on since the look: nothing was decided. */
  readonly stale: boolean;
  /** The pass is over with this write. */
  readonly last?: boolean;
  readonly perform?: EffectState;
  readonly write?: Transition;
}

/** Alerts of the instance are looked for with each pass, and once some were found not before a minute is over; ms. */
const linkEvery = 60_000;

/** Links what fires on the instance meanwhile, both ways. Alerts that cannot be asked for hold up nothing. */
const linkAlerts = async (deps: ReconcileDeps, rebuild: Rebuild): Promise<void> => {
  const { alerts } = deps;
  const last = wasTold(rebuild, 'alerts_looked');
  if (!alerts || hasEnded(rebuild) || (last !== undefined && deps.now() - last < linkEvery)) return;
  const { id, card, plan } = rebuild;
  try {
    const now = deps.now();
    const found = (await alerts.unlinked(plan.instance.name)).map((alert) => ({ ...alert, at: now }));
    if (found.length === 0) return;
    // The record first: what could not be linked afterwards is found again.
    await deps.store.update(id, (fresh) =>
      hasEnded(fresh) ? {} : { write: writeOf(linked(remember(fresh, 'alerts_looked', now), found, now)) },
    );
    for (const alert of found) {
      await alerts.link(alert.id, {
        id,
        channel: card.channel,
        ...(card.ts !== undefined && { ts: card.ts }),
      });
    }
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    // They are looked for again in a minute.
  }
};

const linked = (rebuild: Rebuild, found: readonly LinkedAlert[], now: number): Rebuild => {
  const known = new Set(rebuild.alerts.map(({ id }) => id));
  const added = found.filter(({ id }) => !known.has(id));
  if (added.length === 0) return rebuild;
  const names = added.map(({ name }) => name);
  const instance = rebuild.plan.instance.name;
  const next = { ...rebuild, alerts: [...rebuild.alerts, ...added] };
  return soon(noted(next, { code: 'alerts_fire', instance, names }, now), now);
};
