import { formatDuration } from '../../../core/duration.ts';
import { type Message, wordsFrom } from '../../../core/message.ts';
import type { Engine, Instance } from '../../model/parts/instance.ts';
import type { PlannedChange } from '../../model/parts/plan.ts';
import type { Frozen } from '../../model/rules/windows.ts';
import { frozenWords } from '../rules/frozen.ts';

/** What is worth knowing before a plan is confirmed: a sentence each. */
const warnings = {
  /** `says`: how old the values are and why, in the words of who reads them. */
  stale: ({ says }: { readonly says: string }) => says,
  frozen: ({ frozen }: { readonly frozen: Frozen }) => `It cannot be started now: ${frozenWords(frozen)}.`,
  /** `was`: in the plan before this one. */
  approval_changed: ({ was, instance }: { readonly was: boolean; readonly instance: Instance }) =>
    `approval in ${instance.source.file} is ${instance.approval} now (${instance.source.revision.slice(0, 7)}), and was ${was} before. That is on record.`,
  one_after_another: ({ set, instance }: { readonly set: string; readonly instance: string }) =>
    `${set} starts its pods one after another (podManagementPolicy is not Parallel); /dcr doctor ${instance} says how to fix that.`,
  frontends_failed: ({ frontends }: { readonly frontends: readonly string[] }) =>
    `Not well at the moment: ${frontends.join(', ')}. The caches can only be propagated when it is back.`,
  last_unknown: ({ error }: { readonly error: string }) =>
    `What the last rebuild used could not be looked up: ${error}`,
  last_of_tier: ({ tier, limit }: { readonly tier: string; readonly limit: number }) =>
    `With this one the tier ${tier} has all the rebuilds in flight that it may have, which is ${limit} (limits.rebuilds_in_flight of it in tiers.list): the next one can start when one has ended.`,
  few_farmers: ({ farmers, usual }: { readonly farmers: number; readonly usual: number }) =>
    `${farmers} farmers are few: fewer than ${usual} are hardly worth it.`,
  late: ({
    ms,
    targetMs,
    engine,
  }: {
    readonly ms: number;
    readonly targetMs: number;
    readonly engine: Engine;
  }) =>
    `It would take about ${formatDuration(ms)}, and the target is ${formatDuration(targetMs)}. ${
      engine === 'balance'
        ? 'More farmers can be added at any time.'
        : 'On the farm engine the number is fixed once it runs: start with more.'
    }`,
};

export type PlanWarning = Message<typeof warnings>;

export const warningWords = wordsFrom(warnings);

/** Where the number of farmers comes from. */
const sources = {
  asked: () => 'asked for',
  /** `from`: in the words of who looked it up. */
  last: ({ from }: { readonly from: string }) => from,
  values: ({ file }: { readonly file: string }) => `as ${file} says`,
  usual: () => 'the usual number',
  limit: () => 'the limit of the instance',
};

export type FarmersFrom = Message<typeof sources>;

export const sourceWords = wordsFrom(sources);

/** What the expected time is estimated from: so many rebuilds, and the latest of them. */
export const estimateWords = (
  rebuilds: number,
  last: { readonly id: string; readonly ms: number; readonly farmers: number },
): string => {
  const which =
    rebuilds === 1 ? `the last rebuild, ${last.id}` : `the last ${rebuilds} rebuilds, ${last.id} the latest`;
  return `${which}: ${formatDuration(last.ms)} with ${last.farmers} farmers`;
};

/** What will be changed, in which cluster, from what to what. */
const changes = {
  scale: ({
    set,
    instance,
    from,
    to,
  }: {
    readonly set: string;
    readonly instance: Instance;
    readonly from: number;
    readonly to: number;
  }) => ({ what: set, where: placeOf(instance), from: pods(from), to: pods(to) }),
  caches: () => ({ what: 'caches', where: 'S3', from: 'as they are', to: 'written again' }),
  frontends: ({ frontends }: { readonly frontends: readonly string[] }) => ({
    what: frontends.length === 1 ? '1 frontend' : `${frontends.length} frontends`,
    where: frontends.join(', '),
    from: 'old caches',
    to: 'new caches, restarted one after another',
  }),
} satisfies Record<string, (facts: never) => PlannedChange>;

const placeOf = ({ way, gitops, cluster, namespace }: Instance): string =>
  way === 'gitops' && gitops
    ? `commit to ${gitops.file}, synced by Argo CD (${gitops.application})`
    : `${cluster} / ${namespace}`;

const pods = (n: number): string => (n === 1 ? '1 pod' : `${n} pods`);

export type PlanChange = Message<typeof changes>;

export const changeWords = wordsFrom(changes);
