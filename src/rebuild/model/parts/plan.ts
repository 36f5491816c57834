import type { RebuildId } from '../rebuild-id.ts';
import type { Controls } from '../rules/rules.ts';
import type { Engine, Instance } from './instance.ts';

/** What a person confirmed. It changes only before anything is touched, when the world has; what people ask for since is in `farmers` and `overrides`. */
export interface Plan {
  readonly instance: Instance;
  readonly engine: Engine;
  readonly forced: boolean;
  readonly farmers: number;
  /** Where the number comes from, to be read by people: `asked for`, `as in the last rebuild (commit 3f2a91c)`. */
  readonly farmersFrom: string;
  /** Number of farmers the rebuild starts with at the least. */
  readonly minimum: number;
  /** What will be changed, in which cluster, from what to what. Plain text. */
  readonly changes: readonly PlannedChange[];
  /** How long it is expected to take, and what that is estimated from; ms. */
  readonly expected?: { readonly ms: number; readonly from: string };
  /** To be done by then, counted from the start; ms. */
  readonly targetMs?: number;
  /** Number of the change request that it is done under. */
  readonly change?: string;
  /** How it differs from the last rebuild of the instance, and which one that was. Absent where there was none. */
  readonly since?: { readonly id: RebuildId; readonly says: readonly string[] };
  /** What `policy:` asks of it beside the values. Absent where no rule matches. */
  readonly controls?: Controls;
  /** Worth knowing; does not keep anybody from starting. */
  readonly warnings: readonly string[];
  /** Of everything above that matters for the decision: equal hashes mean the same plan. */
  readonly hash: string;
}

export interface PlannedChange {
  readonly what: string;
  readonly where: string;
  readonly from: string;
  readonly to: string;
}
