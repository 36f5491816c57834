import type { RebuildId } from '../model/rebuild-id.ts';

/** Rebuilds in flight, as somebody of one tier is told of them: the other ones have no name. */
export interface NamedInFlight {
  readonly inFlight: readonly RebuildId[];
  /** How many more of other tiers; absent: none. */
  readonly others?: number;
}

/** `own`: those of the tier; undefined: no tiers are listed, and all are named. */
export const namedOf = (own: readonly RebuildId[] | undefined, all: readonly RebuildId[]): NamedInFlight => {
  const inFlight = own ? all.filter((id) => own.includes(id)) : all;
  const others = all.length - inFlight.length;
  return { inFlight, ...(others > 0 && { others }) };
};
