import type { Person } from '../../core/person.ts';
import type { RebuildProblem } from '../messages/planning/problems.ts';
import type { EffectState } from '../model/parts/effect-state.ts';
import type { Plan } from '../model/parts/plan.ts';
import type { WorkloadRole } from '../model/parts/workloads.ts';
import type { Rebuild } from '../model/rebuild.ts';
import type { Arrival, EngineView, Observation, SetView } from '../ports/ports.ts';

/** What a pass saw of the world, as data. What was not looked at is absent. */
export interface Observed {
  /** When the look began; ms. */
  readonly at: number;
  /** When the last of it was answered, or given up on; default: `at`. ms */
  readonly until?: number;
  /** `basisOf` the record that the look was made for: with any change of ours since, it is out of date. */
  readonly basis: string;
  readonly farmers?: Observation<SetView>;
  readonly synchronizer?: Observation<SetView>;
  readonly engine?: Observation<EngineView>;
  /** Of the scale with this key. */
  readonly arrival?: { readonly key: string; readonly seen: Observation<Arrival> };
  readonly blame?: { readonly role: WorkloadRole; readonly seen: Observation<Blame | undefined> };
  /** The plan, made once more. */
  readonly plan?: Observation<Replanned>;
  /** Whether whoever approved it still may, and is not whoever asked; why not, where they may not. */
  readonly approver?: Observation<ApproverNow>;
}

/** What a plan looks like when it is made again: as it would be now, or every reason against it. */
export type Replanned =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'unfit'; readonly problems: readonly RebuildProblem[] };

/** `no_role`: none that allows it, but such as let somebody ask. `same_person`: as `asker`, by e-mail. */
export type ApproverNow =
  | { readonly may: true }
  | { readonly may: false; readonly code: 'no_role'; readonly roles: readonly string[] }
  | { readonly may: false; readonly code: 'outside' }
  | { readonly may: false; readonly code: 'same_person'; readonly asker: Person };

export interface Blame {
  readonly who: string;
  readonly what: string;
}

/** At what the shell must look. */
export interface ObservationNeeds {
  readonly farmers?: true;
  readonly synchronizer?: true;
  readonly engine?: true;
  readonly arrival?: EffectState;
  readonly plan?: true;
  readonly approver?: true;
}

/**
 * Equal as long as nothing was changed in the world by this rebuild: what was seen before a change says nothing after
 * it, and a number that was seen before its change arrived would look like somebody else's. Of the claims the last is
 * enough: each goes to the end, and only one is open at a time.
 */
export const basisOf = ({ effects }: Rebuild): string => {
  const last = effects.at(-1);
  const arrived = effects.filter(({ arrivedAt }) => arrivedAt !== undefined).length;
  return last ? `${effects.length}/${last.claim}/${last.state}/${arrived}` : '';
};

/** The last change of the number of `role` that was made. */
export const lastScale = ({ effects }: Rebuild, role: WorkloadRole): EffectState | undefined =>
  effects.findLast(
    ({ effect, state }) => state === 'done' && effect.kind === 'scale' && effect.role === role,
  );

export const setOf = (observed: Observed, role: WorkloadRole): Observation<SetView> | undefined =>
  role === 'farmer' ? observed.farmers : observed.synchronizer;

/** Enough farmers are ready now, as seen in this very pass; false when that cannot be told. */
export const enoughFarmers = ({
  rebuild,
  observed,
}: {
  readonly rebuild: Rebuild;
  readonly observed: Observed;
}): boolean =>
  observed.farmers?.ok === true &&
  observed.farmers.value.ready >= rebuild.farmers.minimum &&
  observed.farmers.value.ready > 0;
