import { type Message, wordsFrom } from '../../../core/message.ts';
import { counted } from '../../../core/text.ts';
import type { Frontend, Progress } from '../../model/parts/progress.ts';
import type { PodTrouble } from '../../model/parts/workloads.ts';
import type { HeldBack } from '../../model/rules/held.ts';
import { problemWords, type RebuildProblem } from '../planning/problems.ts';
import { heldInBrief } from '../rules/frozen.ts';
import { frontendWords } from '../titles.ts';
import { type Leaving, leavingInBrief } from './leaving.ts';
import { failureWords, type PodWait, podWords, type RunFailure, unlooked } from './missing.ts';
import { type Way, wayWords } from './way.ts';

type Run = Progress['of'];
type State = Frontend['state'];

interface Silent {
  readonly error?: string | undefined;
}

/** `0 of 24 farmers ready; Argo CD has not seen 3f2a91c yet` */
const withWay = (says: string, way: Way | undefined): string =>
  way === undefined ? says : `${says}; ${wayWords(way).brief}`;

const engineSilent = ({ error }: Silent): string => `the engine does not answer: ${error ?? unlooked}`;

/**
 * What a step does or waits for now, as it is on the record and the card: in a few words, and steady, so that the card
 * is not shown again and again.
 */
const doing = {
  cluster_silent: ({ error, way }: Silent & { readonly way?: Way | undefined }) =>
    withWay(`the cluster does not answer: ${error ?? unlooked}`, way),
  engine_silent: engineSilent,
  /** What ran before is stopped, so that it can be ordered. */
  stopping: ({ run }: { readonly run: Run }) =>
    run === 'history' ? 'the old history update is stopped' : 'the run before is stopped',
  ordering: ({ run }: { readonly run: Run }) =>
    ({
      history: 'the history update is ordered',
      rebuild: 'the rebuild is ordered',
      write: 'writing the caches is ordered',
    })[run],
  not_begun: () => 'waits for the engine to begin',
  failed: () => 'failed',

  looking: () => 'cluster and engine are looked at',
  /** `slow`: pods do not start together. */
  fine: ({ slow }: { readonly slow: boolean }) =>
    slow
      ? 'fine, but pods start one after another (podManagementPolicy is not Parallel)'
      : 'cluster and engine are fine',
  /** `plan`: why it cannot be made once more. */
  last_look: ({
    approved,
    ...why
  }: { readonly approved: boolean } & (
    | { readonly unseen: RebuildProblem }
    | { readonly plan: string }
    | { readonly approver: string }
  )) =>
    'plan' in why
      ? `approved; the plan is made once more before it begins: ${why.plan}`
      : 'approver' in why
        ? `approved; whether the approver still may is looked up before it begins: ${why.approver}`
        : `${approved ? 'approved; ' : ''}looks once more before it begins: ${problemWords(why.unseen)}`,
  held_back: ({ held }: { readonly held: HeldBack }) => heldInBrief(held),
  approval: () => 'waits for the approval of a second person',
  ticket_in_the_way: () => 'waits for its ticket',

  ticket: ({ key }: { readonly key: string }) => key,
  ticket_wanted: ({ error }: Silent) =>
    error === undefined ? 'the ticket is being made' : `waits for Jira: ${error}`,
  no_ticket: () => 'no ticket',

  synchronizer_up: () => 'up',
  synchronizer_starts: ({ way }: { readonly way?: Way | undefined }) => withWay('is being started', way),
  synchronizer_boots: ({ pod }: { readonly pod: PodWait }) => `boots (${podWords(pod)})`,
  synchronizer_not_ready: ({ pod }: { readonly pod: PodWait }) => `not ready (${podWords(pod)})`,
  readiness_trap: () => 'the readiness trap',
  synchronizer_away: ({ trouble }: { readonly trouble?: PodTrouble | undefined }) =>
    `the synchronizer is away${trouble ? ` (${trouble.says})` : ''}`,

  /** `seen`: of the engine. */
  history: ({
    seen,
    overdue,
  }: {
    readonly seen: Silent | { readonly percent: number } | 'not begun';
    readonly overdue?: 'still' | 'late';
  }) => {
    const at =
      seen === 'not begun'
        ? 'has not begun'
        : 'percent' in seen
          ? `${Math.floor(seen.percent)} % done`
          : engineSilent(seen);
    return overdue === undefined ? at : `${at}, ${overdue === 'still' ? 'stands still' : 'late'}`;
  },

  farmers_come: ({
    ready,
    wanted,
    way,
  }: {
    readonly ready: number;
    readonly wanted: number;
    readonly way?: Way | undefined;
  }) => withWay(`${ready} of ${wanted} farmers ready`, way),

  waits_for_farmers: ({ ready, minimum }: { readonly ready: number; readonly minimum: number }) =>
    `waits for farmers: ${ready} ready, ${minimum} needed`,
  counts_in: ({ farmers, minimum }: { readonly farmers: number; readonly minimum: number }) =>
    `waits for farmers: ${farmers} of ${minimum} counted in`,
  computes: ({ percent, farmers }: { readonly percent: number; readonly farmers: number }) =>
    `${Math.floor(percent)} %, ${counted(farmers, 'farmer')} at work`,
  run_lost: () => 'the run is lost',

  writes: ({ percent }: { readonly percent: number }) => `${Math.floor(percent)} % written`,
  write_failed: (failure: RunFailure) => `failed: ${failureWords(failure)}`,

  farmers_kept: () => 'farmers kept',
  farmers_gone: () => 'farmers gone',
  leaving: ({ sets }: { readonly sets: readonly Leaving[] }) => leavingInBrief(sets),

  frontends_ready: ({ frontends }: { readonly frontends: number }) => `${frontends} of ${frontends} ready`,
  frontend: ({ name, state }: { readonly name: string; readonly state: State }) =>
    `${name} ${frontendWords[state]}`,
  frontend_waits: ({ other, state }: { readonly other: string; readonly state: State }) =>
    `waits for ${other}, which ${frontendWords[state]}`,
  frontend_unlisted: ({ name }: { readonly name: string }) => `${name} is not in the topology`,

  guardian_kept: () => 'the guardian stays up',
  guardian_gone: () => 'the guardian is gone',
  /** `farmers`: how many were kept; absent: none. */
  all_gone: ({
    farmers,
    guardian,
  }: {
    readonly farmers?: number | undefined;
    readonly guardian: boolean;
  }) => {
    const kept = [
      ...(farmers === undefined ? [] : [counted(farmers, 'farmer')]),
      ...(guardian ? ['the guardian'] : []),
    ];
    return kept.length > 0 ? `all gone but ${kept.join(' and ')}` : 'all gone';
  },
};

export type Doing = Message<typeof doing>;

export const doingWords = wordsFrom(doing);
