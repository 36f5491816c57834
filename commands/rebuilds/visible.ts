import type { AccessPlace, AccessVerdict } from '../../src/access/access.ts';
import { tierUnknownWords } from '../../src/access/denials.ts';
import type { Verb } from '../../src/access/verbs.ts';
import type { Person } from '../../src/core/person.ts';
import type { Instance } from '../../src/rebuild/model/parts/instance.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import type { ModalView } from '../../views/blocks.ts';
import { refusedAnswer } from '../../views/messages/rebuilds/rebuild-answers.ts';
import { noticeModal } from '../../views/modals/notice.ts';
import { fromRecords, type RebuildSurface } from '../shared/deps.ts';

/** Why a person may do none of `verbs`; undefined when one is allowed. Without an instance: for none at all. */
export const deniedBecause = (
  deps: RebuildSurface,
  by: Person,
  verbs: readonly Verb[],
  instance?: AccessPlace,
): Promise<string | undefined> =>
  // Access has a limit of its own, after which groups are unknown; this one is for whatever else may hang.
  fromRecords(deps, firstDenial(deps, by, verbs, instance), 1.5);

const firstDenial = async (
  { rebuilds }: RebuildSurface,
  by: Person,
  verbs: readonly Verb[],
  instance: AccessPlace | undefined,
): Promise<string | undefined> => {
  let says: string | undefined;
  for (const verb of verbs) {
    const verdict = await rebuilds.access.check(by, verb, instance);
    if (verdict.allowed) return undefined;
    says ??= verdict.says;
  }
  return says;
};

/** Why a person may not see an instance's rebuilds; undefined when they may. */
export const hiddenBecause = (
  deps: RebuildSurface,
  by: Person,
  instance: AccessPlace,
): Promise<string | undefined> => deniedBecause(deps, by, ['status'], instance);

export interface Visible {
  readonly rebuilds: readonly Rebuild[];
  /** Why others are left out; undefined when none is. */
  readonly hidden?: string;
}

/** Those that a person may see, in the same order. Each instance is asked for once. */
export const visibleTo = async (
  deps: RebuildSurface,
  by: Person,
  rebuilds: readonly Rebuild[],
): Promise<Visible> => {
  const places = new Map(rebuilds.map(({ plan }) => [plan.instance.name, plan.instance]));
  const look = async ([name, instance]: readonly [string, Instance]) =>
    [name, await fromRecords(deps, deps.rebuilds.access.check(by, 'status', instance), 1.5)] as const;
  const verdicts = new Map(await Promise.all([...places].map(look)));
  const [hidden] = [...verdicts.values()].flatMap((verdict) => reasonTold(verdict) ?? []);
  return {
    rebuilds: rebuilds.filter(({ plan }) => verdicts.get(plan.instance.name)?.allowed),
    ...(hidden !== undefined && { hidden }),
  };
};

/** Nobody asked for what is of another tier: neither its name nor that there is any is told. */
const reasonTold = (verdict: AccessVerdict): string | undefined => {
  if (verdict.allowed || verdict.code === 'other_tier') return undefined;
  return verdict.code === 'tier_unknown' ? tierUnknownWords : verdict.says;
};

/** The content of a modal, for those who may do one of `verbs`; for others, why they may not. */
export const modalIfAllowed = async (
  deps: RebuildSurface,
  by: Person,
  about: {
    readonly title: string;
    readonly verbs: readonly Verb[];
    readonly instance: AccessPlace | undefined;
  },
  view: () => ModalView | Promise<ModalView>,
): Promise<ModalView> => {
  const denied = await deniedBecause(deps, by, about.verbs, about.instance);
  return denied === undefined
    ? view()
    : noticeModal(about.title, refusedAnswer([denied, 'Nothing was changed.']));
};
