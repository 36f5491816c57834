import type { Engine } from './parts/instance.ts';
import type { Plan } from './parts/plan.ts';
import type { Rebuild } from './rebuild.ts';

/** One thing in which a plan differs from an earlier one. */
type Size =
  /** `from`: where the number of now comes from. */
  | { readonly code: 'farmers'; readonly was: number; readonly is: number; readonly from: string }
  | { readonly code: 'minimum'; readonly was: number; readonly is: number }
  | { readonly code: 'engine'; readonly was: Engine; readonly is: Engine }
  | { readonly code: 'forced'; readonly is: boolean };

export type PlanDifference =
  | Size
  | { readonly code: 'change_request'; readonly was: string | undefined; readonly is: string | undefined }
  | { readonly code: 'changes' | 'controls' }
  | { readonly code: 'values'; readonly file: string; readonly revision: string };

/** The same, of the last rebuild of its instance. */
export type LastDifference =
  | Size
  | { readonly code: 'place' }
  | { readonly code: 'frontends'; readonly was: readonly string[]; readonly is: readonly string[] };

/** In what a plan differs from the one before it. */
export const differences = (was: Plan, is: Plan): readonly PlanDifference[] => {
  const { file, revision } = is.instance.source;
  return [
    ...sizes(was, is),
    ...(was.change === is.change
      ? []
      : [{ code: 'change_request', was: was.change, is: is.change } as const]),
    ...(JSON.stringify(was.changes) === JSON.stringify(is.changes) ? [] : [{ code: 'changes' } as const]),
    ...(JSON.stringify(was.controls) === JSON.stringify(is.controls) ? [] : [{ code: 'controls' } as const]),
    ...(was.instance.source.revision === revision ? [] : [{ code: 'values', file, revision } as const]),
  ];
};

/** In what a plan differs from the last rebuild of its instance, as that one was in the end. */
export const sinceLast = (
  { plan: was, farmers }: Rebuild,
  is: Omit<Plan, 'hash'>,
): readonly LastDifference[] => {
  const frontends = { was: was.instance.frontends, is: is.instance.frontends };
  return [
    ...sizes({ ...was, farmers: farmers.target, minimum: farmers.minimum }, is),
    ...(placeOf(was) === placeOf(is) ? [] : [{ code: 'place' } as const]),
    ...(frontends.was.join() === frontends.is.join() ? [] : [{ code: 'frontends', ...frontends } as const]),
  ];
};

type Sized = Pick<Plan, 'farmers' | 'minimum' | 'engine' | 'forced'>;

const sizes = (was: Sized, is: Sized & Pick<Plan, 'farmersFrom'>): readonly Size[] => [
  ...(was.farmers === is.farmers
    ? []
    : [{ code: 'farmers', was: was.farmers, is: is.farmers, from: is.farmersFrom } as const]),
  ...(was.minimum === is.minimum ? [] : [{ code: 'minimum', was: was.minimum, is: is.minimum } as const]),
  ...(was.engine === is.engine ? [] : [{ code: 'engine', was: was.engine, is: is.engine } as const]),
  ...(was.forced === is.forced ? [] : [{ code: 'forced', is: is.forced } as const]),
];

const placeOf = ({ instance }: Pick<Plan, 'instance'>): string => {
  const { way, cluster, namespace, farmerSet, synchronizerSet } = instance;
  return [way, cluster, namespace, farmerSet, synchronizerSet].join(' ');
};
