import { formatDuration } from '../../core/duration.ts';
import { type Message, wordsFrom } from '../../core/message.ts';
import { cut, oneLine } from '../../core/text.ts';
import type { Arrival } from '../../rebuild/ports/ports.ts';
import { isCommit } from './sources.ts';

interface Of {
  /** Of the Application. */
  readonly name: string;
}
interface Ours {
  readonly commit: string;
}
interface Repository {
  readonly repository: { readonly name: string; readonly branch: string };
}
/** `at`: where Argo CD is, by its own word. */
interface Elsewhere extends Of, Ours, Repository {
  readonly at: string;
}
interface Sync {
  /** What is synced: our commit, or older ones; none where that is not known. */
  readonly at: readonly string[];
  readonly retries: number;
  /** Argo CD's own words; '' where it has none. */
  readonly said: string;
}

/** Why Argo CD calls a set Synced that has another number. */
export type FalseArrival =
  /** `which`: the rules that leave replicas out, as people find them. */
  | { readonly by: 'rules'; readonly which: readonly string[]; readonly name: string }
  | { readonly by: 'override'; readonly which: string; readonly file: string }
  | { readonly by: 'global_rules'; readonly which: readonly string[] }
  /** Nothing of the Application says why; `looked`: nor do the settings of Argo CD. */
  | { readonly by: 'unknown'; readonly looked: boolean };

const short = (commit: string): string => (isCommit(commit) ? commit.slice(0, 7) : cut(oneLine(commit), 60));
const shortOf = ({ at }: Pick<Sync, 'at'>): string => at.map(short).join(' and ') || 'an older commit';
const tries = ({ retries }: Sync): string =>
  retries === 0 ? '' : ` (tried again ${retries === 1 ? 'once' : `${retries} times`})`;
const saidOf = ({ said }: Pick<Sync, 'said'>): string => (said === '' ? '' : `: ${said}`);
const foreign = ({ at, name, repository }: Elsewhere): string =>
  `Argo CD names the revision ${short(at)} for ${name}, no commit of ${repository.name}`;

const falselyWords = (why: FalseArrival): string => {
  switch (why.by) {
    case 'rules':
      return `In the way is ${why.which.join(' and ')} of ${why.name}: replicas are left out of its comparison. Take ${why.which.length > 1 ? 'them' : 'it'} out, or change the instance directly (change: kubernetes).`;
    case 'override':
      return `In the way is ${why.which}: it counts before ${why.file}. Take it out, or change the number there.`;
    case 'global_rules':
      return `In the way is ${why.which.join(' and ')} in argocd-cm: replicas are left out of every comparison. Narrow it there, or change the instance directly (change: kubernetes).`;
    case 'unknown':
      return why.looked
        ? 'No rule or value of the Application says why, and none in argocd-cm: look for a values file that counts after this one, and for .argocd-source.yaml; or somebody changed the set since.'
        : 'No rule or value of the Application itself says why: look for resource.customizations.ignoreDifferences in argocd-cm, for a values file that counts after this one, and for .argocd-source.yaml; or somebody changed the set since.';
    default:
      return why satisfies never;
  }
};

/** Only a person gets it further. */
const blocks = {
  no_application: ({
    name,
    namespace,
    cluster,
    instance,
  }: Of & { readonly namespace: string; readonly cluster: string; readonly instance: string }) =>
    `there is no Argo CD Application ${name} in ${namespace} of cluster ${cluster}. Name it in the values of ${instance} (argocd.application).`,
  deleting: ({ name }: Of) =>
    `Application ${name} is being deleted. Make it again, or change the instance directly (change: kubernetes).`,
  skipped: ({ name }: Of) =>
    `Application ${name} is passed over by Argo CD (annotation argocd.argoproj.io/skip-reconcile: "true"). Take the annotation off.`,
  /** `window`: in words. */
  window: ({ name, project, window }: Of & { readonly project: string; readonly window: string }) =>
    `a sync window of project ${project} holds ${name} back: ${window}. It goes on when the window is over; or sync it by hand where the window allows that (manualSync).`,
  comparison: ({
    name,
    ...facts
  }: Of & ({ readonly why: 'errors' | 'hydrator'; readonly said: string } | { readonly why: 'unknown' })) => {
    if (facts.why === 'unknown') {
      return `Argo CD calls ${name} Unknown: it cannot tell what the cluster should be like. Look at its conditions, and at the repo server.`;
    }
    const said = cut(oneLine(facts.said), 300).replace(/\.$/, '');
    return facts.why === 'errors'
      ? `Argo CD cannot compare ${name}: ${said}. Put right what it names; it looks again by itself.`
      : `Argo CD's hydrator failed for ${name}: ${said}. Put right what it names.`;
  },
  elsewhere: ({ name, at, commit, repository }: Elsewhere) =>
    `Argo CD is at ${short(at)}, whose history has no ${short(commit)}: does ${name} follow ${repository.branch} of ${repository.name}, and was that branch rewritten?`,
  /** `lateMs`: how old the commit is. */
  stale: ({
    name,
    lateMs,
    last,
  }: Of & {
    readonly lateMs: number;
    readonly last?: { readonly agoMs: number; readonly sync: string; readonly health: string } | undefined;
  }) => {
    const looked =
      last === undefined
        ? `has never compared ${name}`
        : `last compared ${name} ${formatDuration(last.agoMs)} ago, and what it says (${last.sync || 'nothing'}, ${last.health || 'nothing'}) is from then`;
    return `Argo CD ${looked}; the commit is ${formatDuration(lateMs)} old. Can its repo server reach the repository, and does its controller run? Ask it to look: argocd app get ${name} --refresh.`;
  },
  /** `comparedMs`: how long ago; absent: what it is at is no commit of the repository. */
  not_followed: ({ comparedMs, ...facts }: Elsewhere & { readonly comparedMs?: number }) => {
    const { name, at, commit, repository } = facts;
    return comparedMs === undefined
      ? `${foreign(facts)}. Does it follow the branch ${repository.branch} of that repository?`
      : `Argo CD compared ${name} ${formatDuration(comparedMs)} ago, and is still at ${short(at)}, which is older than ${short(commit)}. Does ${name} follow the branch ${repository.branch} of ${repository.name} (targetRevision)?`;
  },
  no_set: ({
    set,
    name,
    commit,
    sync,
    health,
  }: Of &
    Ours & {
      readonly set: { readonly name: string; readonly namespace: string };
      readonly sync: string;
      readonly health: string;
    }) =>
    `there is no StatefulSet ${set.name} in namespace ${set.namespace}, although Argo CD has compared ${name} with ${short(commit)} (${sync || 'no status'}, ${health || 'no health'}). Is it in the manifests of ${name}?`,
  not_managed: ({ set, name }: Of & { readonly set: string }) =>
    `StatefulSet ${set} is not among the resources of Application ${name}, so no commit changes it. Is it the right Application (argocd.application), and does its manifest have a kind?`,
  false_arrival: ({
    set,
    commit,
    live,
    wanted,
    why,
  }: Ours & {
    readonly set: string;
    readonly live: number;
    readonly wanted: number;
    readonly why: FalseArrival;
  }) =>
    `Argo CD calls ${set} Synced at ${short(commit)}, and it still has ${live} replicas, not ${wanted}. ${falselyWords(why)}`,
  manual: ({ name, commit }: Of & Ours) =>
    `Argo CD has not applied ${short(commit)}: the automatic sync of ${name} is off. Sync it: argocd app sync ${name}.`,
  changed_since: ({
    set,
    name,
    commit,
    live,
    wanted,
  }: Of & Ours & { readonly set: string; readonly live: number; readonly wanted: number }) =>
    `Argo CD applied ${short(commit)}, and ${set} was changed since: it has ${live}, not ${wanted}. Without self-heal Argo CD leaves it so until the next commit. Sync it: argocd app sync ${name}.`,
  sync_failed: (facts: Of & Sync) =>
    `Argo CD's sync of ${shortOf(facts)} failed${tries(facts)}: ${facts.said || 'without a word'}. It does not try this commit again by itself; any newer commit to the repository makes it try. Put right what it names, then: argocd app sync ${facts.name}.`,
  /** With something older than our commit. */
  busy: (facts: Of & Ours & Sync & { readonly forMs: number }) =>
    `Argo CD is still busy with ${shortOf(facts)}${facts.forMs > 0 ? ` for ${formatDuration(facts.forMs)}` : ''}${tries(facts)}${saidOf(facts)}. ${short(facts.commit)} waits until that is over. To free it: argocd app terminate-op ${facts.name}; it then takes the newest commit.`,
  sync_denied: (facts: Sync) =>
    `Argo CD's sync of ${shortOf(facts)} is refused${tries(facts)}${saidOf(facts)}. Argo CD tries again by itself for some minutes. Put right what it names.`,
  sync_hangs: (facts: Of & Sync & { readonly forMs: number }) =>
    `Argo CD has been at the sync of ${shortOf(facts)} for ${formatDuration(facts.forMs)}: ${facts.said}. Put right what it waits for, or end it: argocd app terminate-op ${facts.name}.`,
} satisfies Record<string, (facts: never) => string>;

/** It comes by itself. */
const waits = {
  busy: (facts: Pick<Sync, 'at'>) => `Argo CD is still busy with ${shortOf(facts)}`,
  syncs: (facts: Pick<Sync, 'at' | 'said'>) => `Argo CD syncs ${shortOf(facts)}${saidOf(facts)}`,
  foreign,
  hydrated: ({ commit }: Ours) =>
    `Argo CD has hydrated ${short(commit)}, and not compared the cluster with that yet`,
  not_seen: ({ commit }: Ours) => `Argo CD has not seen ${short(commit)} yet`,
  /** Called Synced a moment ago, and not there yet. */
  settling: ({ commit, set, live }: Ours & { readonly set: string; readonly live: number }) =>
    `Argo CD calls it Synced at ${short(commit)}; ${set} still has ${live}`,
  not_applied: ({ commit }: Ours) => `Argo CD has not applied ${short(commit)} yet`,
} satisfies Record<string, (facts: never) => string>;

const blockedWords: (block: Message<typeof blocks>) => string = wordsFrom(blocks);
const waitingWords: (wait: Message<typeof waits>) => string = wordsFrom(waits);

/** What is known of a number on its way to the cluster, before it is said. */
export type ArrivalDecision =
  | { readonly state: 'arrived' }
  | { readonly state: 'waiting'; readonly why: Message<typeof waits> }
  | { readonly state: 'blocked'; readonly why: Message<typeof blocks> };

export const sayArrival = (decision: ArrivalDecision): Arrival => {
  switch (decision.state) {
    case 'arrived':
      return decision;
    case 'waiting':
      return { state: 'waiting', says: waitingWords(decision.why) };
    case 'blocked':
      return { state: 'blocked', code: decision.why.code, says: blockedWords(decision.why) };
    default:
      return decision satisfies never;
  }
};
