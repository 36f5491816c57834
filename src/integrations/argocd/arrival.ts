import { formatDuration } from '../../core/duration.ts';
import { cut, oneLine } from '../../core/text.ts';
import type { Arrival } from '../../rebuild/ports/ports.ts';
import type { ArgoApplication, Operation } from './application.ts';
import { falselySynced } from './false-arrival.ts';
import type { GlobalRule } from './global-rules.ts';
import type { SetNamed } from './ignored.ts';
import { isBusy, operationInTheWay } from './operation.ts';
import { isCommit, ownRevisions, ownSources, type RepositoryNamed } from './sources.ts';

/** How a commit lies to ours: it has ours in its history, it is older, it is on another history; or that is not known. */
export type Relation = 'covers' | 'before' | 'elsewhere' | 'unknown';

export interface ArrivalInput {
  /** The name of the Application. */
  readonly name: string;
  readonly application: ArgoApplication;
  readonly repository: RepositoryNamed;
  readonly commit: string;
  /** The values file, and where in it the number stands. */
  readonly file: string;
  readonly path: readonly string[];
  readonly wanted: number;
  readonly set: SetNamed;
  /** `spec.replicas` in the cluster, read after the Application; undefined: there is no such set. */
  readonly live: number | undefined;
  readonly relation: (revision: string) => Relation;
  /** Windows of its project that keep it from being synced now, in words. */
  readonly window?: string;
  /** The rules of `argocd-cm`; undefined where they were not looked at, or may not be. */
  readonly global?: readonly GlobalRule[];
  readonly now: number;
  /** When the commit was made; ms. */
  readonly committedAt: number;
}

/** Longer than the 255 s that were seen between two looks of Argo CD's. */
const lookedTooLongAgo = 6 * 60_000;
/** Comparison, sync and the set itself follow each other within a second; what differs for longer stays. */
const settles = 15_000;

/** Commits whose relation to ours has to be known before `decideArrival`. */
export const commitsToRelate = (
  application: ArgoApplication,
  repository: RepositoryNamed,
): readonly string[] => {
  const { compared, operation, hydration } = application;
  const found = hydration
    ? [hydration.dry]
    : [
        ...ownRevisions(application, repository, compared),
        ...(operation ? ownRevisions(application, repository, operation.revisions) : []),
      ];
  return [...new Set(found)].filter(isCommit);
};

/**
 * Whether the number of a commit is in the cluster. Arrived is only what the set itself has, under a comparison that had
 * our commit, with no older sync still at work; what Argo CD calls Synced and Healthy only explains why not.
 */
export const decideArrival = (input: ArrivalInput): Arrival => {
  const { application, live, wanted } = input;
  const { state: coverage, at } = coverageOf(input);
  const { operation } = application;
  const busyBefore = operation !== undefined && isBusy(operation) && isOlder(input, operation);
  if (coverage === 'covers' && live === wanted && !busyBefore) return { state: 'arrived' };
  const late = input.now - input.committedAt;
  const sync = operation && operationInTheWay({ ...input, operation, older: isOlder(input, operation) });
  return (
    frozen(input) ??
    notCompared(input, coverage, at) ??
    (sync?.state === 'blocked' ? sync : undefined) ??
    notLooking(input, coverage, late) ??
    sync ??
    (coverage === 'covers' ? covered(input, late) : unseen(input, coverage, at, late))
  );
};

const short = (commit: string): string => (isCommit(commit) ? commit.slice(0, 7) : cut(oneLine(commit), 60));

/** How far the comparison is: by the commit of our source, or with a hydrator by both of its commits. */
const coverageOf = (input: ArrivalInput): { readonly state: Relation; readonly at: string } => {
  const { application, repository, relation } = input;
  const { hydration, compared } = application;
  if (hydration) {
    const dry = relation(hydration.dry);
    if (dry !== 'covers') return { state: hydration.dry === '' ? 'before' : dry, at: hydration.dry };
    // The branch of manifests has our number, and the cluster is still compared with what was there before.
    const done = hydration.hydrated !== '' && compared.one === hydration.hydrated;
    return { state: done ? 'covers' : 'before', at: compared.one };
  }
  const states = ownRevisions(application, repository, compared).map((revision) => ({
    state: relation(revision),
    at: revision,
  }));
  const [worst] = states.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  if (!worst) return { state: 'unknown', at: '' };
  // Where several sources are our repository all have to be there; where none is known to be, one is enough.
  if (ownSources(application, repository).length > 0) return worst;
  return states.find(({ state }) => state === 'covers') ?? worst;
};

const order: readonly Relation[] = ['elsewhere', 'unknown', 'before', 'covers'];

const isOlder = ({ application, repository, relation }: ArrivalInput, { revisions }: Operation): boolean => {
  if (application.hydration) return revisions.one !== application.hydration.hydrated && revisions.one !== '';
  const own = ownRevisions(application, repository, revisions);
  return own.length > 0 && own.every((revision) => ['before', 'elsewhere'].includes(relation(revision)));
};

const blocked = (code: string, says: string): Arrival => ({ state: 'blocked', code, says });
const waiting = (says: string): Arrival => ({ state: 'waiting', says });

/** What keeps its controller from doing anything with it. */
const frozen = ({ application, name, window }: ArrivalInput): Arrival | undefined => {
  if (application.deleting) {
    return blocked(
      'deleting',
      `Application ${name} is being deleted. Make it again, or change the instance directly (change: kubernetes).`,
    );
  }
  if (application.skipped) {
    return blocked(
      'skipped',
      `Application ${name} is passed over by Argo CD (annotation argocd.argoproj.io/skip-reconcile: "true"). Take the annotation off.`,
    );
  }
  if (window !== undefined) {
    return blocked(
      'window',
      `a sync window of project ${application.project} holds ${name} back: ${window}. It goes on when the window is over; or sync it by hand where the window allows that (manualSync).`,
    );
  }
  return undefined;
};

/** Conditions that say why it could not be compared; what a sync that failed says is told with the sync. */
const notCompared = (
  { application, name, commit, repository }: ArrivalInput,
  coverage: Relation,
  at: string,
): Arrival | undefined => {
  const errors = application.conditions.filter(({ type }) => /Error$/.test(type) && type !== 'SyncError');
  if (errors.length > 0) {
    const words = errors.map(({ type, message }) => `${type}: ${message}`).join('; ');
    return blocked(
      'comparison',
      `Argo CD cannot compare ${name}: ${cut(oneLine(words), 300).replace(/\.$/, '')}. Put right what it names; it looks again by itself.`,
    );
  }
  const { hydration } = application;
  if (hydration?.phase === 'Failed') {
    return blocked(
      'comparison',
      `Argo CD's hydrator failed for ${name}: ${cut(oneLine(hydration.message), 300).replace(/\.$/, '')}. Put right what it names.`,
    );
  }
  if (application.sync === 'Unknown') {
    return blocked(
      'comparison',
      `Argo CD calls ${name} Unknown: it cannot tell what the cluster should be like. Look at its conditions, and at the repo server.`,
    );
  }
  if (coverage === 'elsewhere') {
    return blocked(
      'elsewhere',
      `Argo CD is at ${short(at)}, whose history has no ${short(commit)}: does ${name} follow ${repository.branch} of ${repository.name}, and was that branch rewritten?`,
    );
  }
  return undefined;
};

/** Its controller compares every few minutes; when it has not for longer, what it says is no more than what was. */
const notLooking = (input: ArrivalInput, coverage: Relation, late: number): Arrival | undefined => {
  const { application, name, now } = input;
  const { reconciledAt, sync, health } = application;
  const said = coverage === 'covers' && (input.live === undefined || syncOf(input) === 'Synced');
  if (late < lookedTooLongAgo || said) return undefined;
  if (reconciledAt !== undefined && now - reconciledAt < lookedTooLongAgo) return undefined;
  const last =
    reconciledAt === undefined
      ? `has never compared ${name}`
      : `last compared ${name} ${formatDuration(now - reconciledAt)} ago, and what it says (${sync || 'nothing'}, ${health || 'nothing'}) is from then`;
  return blocked(
    'stale',
    `Argo CD ${last}; the commit is ${formatDuration(late)} old. Can its repo server reach the repository, and does its controller run? Ask it to look: argocd app get ${name} --refresh.`,
  );
};

const unseen = (input: ArrivalInput, coverage: Relation, at: string, late: number): Arrival => {
  const { application, name, commit, now, repository } = input;
  const { reconciledAt, hydration } = application;
  if (late >= lookedTooLongAgo && coverage === 'before' && !hydration) {
    return blocked(
      'not_followed',
      `Argo CD compared ${name} ${formatDuration(now - (reconciledAt ?? now))} ago, and is still at ${short(at)}, which is older than ${short(commit)}. Does ${name} follow the branch ${repository.branch} of ${repository.name} (targetRevision)?`,
    );
  }
  if (coverage === 'unknown' && at !== '') {
    const says = `Argo CD names the revision ${short(at)} for ${name}, no commit of ${repository.name}`;
    return late < lookedTooLongAgo
      ? waiting(says)
      : blocked(
          'not_followed',
          `${says}. Does it follow the branch ${repository.branch} of that repository?`,
        );
  }
  if (hydration && isCommit(hydration.dry) && input.relation(hydration.dry) === 'covers') {
    return waiting(`Argo CD has hydrated ${short(commit)}, and not compared the cluster with that yet`);
  }
  return waiting(`Argo CD has not seen ${short(commit)} yet`);
};

/** Compared with our commit, and the set has another number. */
const covered = (input: ArrivalInput, late: number): Arrival => {
  const { application, set, name, commit, live, wanted } = input;
  const ours = short(commit);
  const entry = entryOf(input);
  if (live === undefined) {
    return blocked(
      'no_set',
      `there is no StatefulSet ${set.name} in namespace ${set.namespace}, although Argo CD has compared ${name} with ${ours} (${application.sync || 'no status'}, ${application.health || 'no health'}). Is it in the manifests of ${name}?`,
    );
  }
  if (application.resources.length > 0 && entry === undefined) {
    return blocked(
      'not_managed',
      `StatefulSet ${set.name} is not among the resources of Application ${name}, so no commit changes it. Is it the right Application (argocd.application), and does its manifest have a kind?`,
    );
  }
  if (syncOf(input) === 'Synced') {
    const settled = application.operation?.finishedAt ?? application.reconciledAt ?? 0;
    const rule = falselySynced(input);
    if (rule === undefined && (late < settles || input.now - settled < settles)) {
      return waiting(`Argo CD calls it Synced at ${ours}; ${set.name} still has ${live}`);
    }
    const why =
      rule ??
      (input.global === undefined
        ? 'No rule or value of the Application itself says why: look for resource.customizations.ignoreDifferences in argocd-cm, for a values file that counts after this one, and for .argocd-source.yaml; or somebody changed the set since.'
        : 'No rule or value of the Application says why, and none in argocd-cm: look for a values file that counts after this one, and for .argocd-source.yaml; or somebody changed the set since.');
    return blocked(
      'false_arrival',
      `Argo CD calls ${set.name} Synced at ${ours}, and it still has ${live} replicas, not ${wanted}. ${why}`,
    );
  }
  if (!application.automated) {
    return blocked(
      'manual',
      `Argo CD has not applied ${ours}: the automatic sync of ${name} is off. Sync it: argocd app sync ${name}.`,
    );
  }
  const { operation } = application;
  const over = operation?.finishedAt ?? 0;
  if (operation?.phase === 'Succeeded' && !isOlder(input, operation) && !application.selfHeal) {
    if (late >= settles && input.now - over >= settles) {
      return blocked(
        'changed_since',
        `Argo CD applied ${ours}, and ${set.name} was changed since: it has ${live}, not ${wanted}. Without self-heal Argo CD leaves it so until the next commit. Sync it: argocd app sync ${name}.`,
      );
    }
  }
  return waiting(`Argo CD has not applied ${ours} yet`);
};

/** What Argo CD says of our set: other resources of the Application do not count. */
const entryOf = ({ application, set }: ArrivalInput) =>
  application.resources.find(
    ({ group, kind, name, namespace }) =>
      kind === 'StatefulSet' &&
      name === set.name &&
      (group === 'apps' || group === '') &&
      (namespace === '' || namespace === set.namespace),
  );

const syncOf = (input: ArrivalInput): string => entryOf(input)?.sync || input.application.sync;
