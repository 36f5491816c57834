import { StoreUnavailable } from '../../core/errors.ts';
import type { JournalEntry } from '../../core/journal.ts';
import { executeEffect } from '../effects/execute-effect.ts';
import { applyEffectResult } from '../effects/outcome.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { EffectState, LinkedAlert, Rebuild, RebuildId } from '../model/rebuild.ts';
import { hasEnded, wasTold } from '../model/record.ts';
import { remember, soon, type Transition, withNote, writeOf } from '../model/transition.ts';
import { type ObserveDeps, observe } from '../observe/observe.ts';
import { basisOf, type Observed } from '../observe/observed.ts';
import type { AlertLinks } from '../ports/ports.ts';
import type { RebuildStore } from '../ports/store.ts';
import { decideRebuild } from './decide.ts';

export interface ReconcileDeps extends ObserveDeps {
  readonly store: Pick<RebuildStore, 'get' | 'update'>;
  readonly alerts?: AlertLinks;
  readonly policy: () => RebuildPolicy;
  /** Never the same twice, in any process. */
  readonly newClaim: () => string;
  /** No new round is begun. */
  readonly stopping: () => boolean;
  /** A pass has begun, so long after the record said that it was due; ms. */
  readonly onPass?: (lateMs: number) => void;
  /** What was just written into its journal: for logs and metrics. */
  readonly onJournal?: (rebuild: Rebuild, lines: readonly JournalEntry[]) => void;
}

/** One pass takes no longer than this, and no more rounds, so that its lease holds; ms. */
const budget = 20_000;
const roundsAtMost = 50;
/** What was seen longer ago is seen again before anything is decided on it; ms. */
const seenAtMost = 5_000;
/** A claim that is older has perhaps been taken over: its owner was stopped, and must not wake up acting; ms. */
const claimAtMost = 10_000;

/**
 * Brings a rebuild as far as it goes now: load, look, decide, write, make the change, write its outcome, again.
 * @returns when to come again, in ms from now; undefined when not before somebody asks.
 * @throws StoreUnavailable; what was begun is found again by the next pass.
 */
export const reconcileRebuild = async (deps: ReconcileDeps, id: RebuildId): Promise<number | undefined> => {
  const until = deps.now() + budget;
  let rebuild = await deps.store.get(id);
  if (rebuild?.driveAt !== undefined && rebuild.driveAt <= deps.now()) {
    deps.onPass?.(deps.now() - rebuild.driveAt);
  }
  if (rebuild) await linkAlerts(deps, rebuild);
  for (let rounds = 0; rebuild && !hasEnded(rebuild); rounds++) {
    if (rounds >= roundsAtMost || deps.now() >= until || deps.stopping()) return 0;
    const observed = await observe(deps, rebuild);
    const round = await decideOn(deps, id, observed);
    if (!round) return undefined;
    rebuild = round.rebuild;
    if (round.stale) continue;
    if (round.perform) {
      rebuild = (await carryOut(deps, rebuild, round.perform, observed)) ?? rebuild;
      continue;
    }
    const { driveAt } = rebuild;
    if (driveAt === undefined) return undefined;
    if (driveAt > deps.now()) return driveAt - deps.now();
  }
  return undefined;
};

interface Round {
  readonly rebuild: Rebuild;
  /** The world or the record has moved on since the look: nothing was decided. */
  readonly stale: boolean;
  readonly perform?: EffectState;
}

const decideOn = async (
  deps: ReconcileDeps,
  id: RebuildId,
  observed: Observed,
): Promise<Round | undefined> => {
  const claim = deps.newClaim();
  const decided = await deps.store.update(id, (fresh): Round & { readonly write?: Transition } => {
    const now = deps.now();
    if (now - observed.at > seenAtMost || basisOf(fresh) !== observed.basis)
      return { rebuild: fresh, stale: true };
    const { write, perform } = decideRebuild(fresh, observed, now, deps.policy(), claim);
    return {
      rebuild: write?.rebuild ?? fresh,
      stale: false,
      ...(write && { write }),
      ...(perform && { perform }),
    };
  });
  if (decided?.write) deps.onJournal?.(decided.rebuild, decided.write.journal);
  return decided;
};

const carryOut = async (
  deps: ReconcileDeps,
  rebuild: Rebuild,
  effect: EffectState,
  observed: Observed,
): Promise<Rebuild | undefined> => {
  // Stopped since it claimed: somebody else may have made the change, and more after it.
  if (deps.now() - effect.at > claimAtMost) return undefined;
  const result = await executeEffect(deps, rebuild, effect, observed);
  const applied = await deps.store.update(rebuild.id, (fresh) => {
    const write = applyEffectResult(fresh, effect.claim, result, deps.now(), deps.policy());
    return { fresh: write?.rebuild ?? fresh, ...(write && { write }) };
  });
  if (applied?.write) deps.onJournal?.(applied.fresh, applied.write.journal);
  return applied?.fresh;
};

/** Alerts of the instance are looked for about once a minute, and at the start; ms. */
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
  const names = added.map(({ name }) => name).join(', ');
  const text = `${added.length === 1 ? 'An alert fires' : `${added.length} alerts fire`} on ${rebuild.plan.instance.name} during the rebuild: ${names}.`;
  return soon(
    withNote({ ...rebuild, alerts: [...rebuild.alerts, ...added] }, { kind: 'alert', text }, now),
    now,
  );
};
