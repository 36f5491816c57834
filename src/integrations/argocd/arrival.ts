import type { ArgoApplication, Operation } from './application.ts';
import type { ArrivalDecision } from './arrival-words.ts';
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
export const decideArrival = (input: ArrivalInput): ArrivalDecision => {
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

const blocked = (why: Extract<ArrivalDecision, { state: 'blocked' }>['why']): ArrivalDecision => ({
  state: 'blocked',
  why,
});
const waiting = (why: Extract<ArrivalDecision, { state: 'waiting' }>['why']): ArrivalDecision => ({
  state: 'waiting',
  why,
});

/** What keeps its controller from doing anything with it. */
const frozen = ({ application, name, window }: ArrivalInput): ArrivalDecision | undefined => {
  if (application.deleting) return blocked({ code: 'deleting', name });
  if (application.skipped) return blocked({ code: 'skipped', name });
  if (window === undefined) return undefined;
  return blocked({ code: 'window', name, project: application.project, window });
};

/** Conditions that say why it could not be compared; what a sync that failed says is told with the sync. */
const notCompared = (
  { application, name, commit, repository }: ArrivalInput,
  coverage: Relation,
  at: string,
): ArrivalDecision | undefined => {
  const errors = application.conditions.filter(({ type }) => /Error$/.test(type) && type !== 'SyncError');
  if (errors.length > 0) {
    const said = errors.map(({ type, message }) => `${type}: ${message}`).join('; ');
    return blocked({ code: 'comparison', name, why: 'errors', said });
  }
  const { hydration } = application;
  if (hydration?.phase === 'Failed') {
    return blocked({ code: 'comparison', name, why: 'hydrator', said: hydration.message });
  }
  if (application.sync === 'Unknown') return blocked({ code: 'comparison', name, why: 'unknown' });
  return coverage === 'elsewhere' ? blocked({ code: 'elsewhere', name, at, commit, repository }) : undefined;
};

/** Its controller compares every few minutes; when it has not for longer, what it says is no more than what was. */
const notLooking = (input: ArrivalInput, coverage: Relation, lateMs: number): ArrivalDecision | undefined => {
  const { application, name, now } = input;
  const { reconciledAt, sync, health } = application;
  const said = coverage === 'covers' && (input.live === undefined || syncOf(input) === 'Synced');
  if (lateMs < lookedTooLongAgo || said) return undefined;
  if (reconciledAt !== undefined && now - reconciledAt < lookedTooLongAgo) return undefined;
  const last = reconciledAt === undefined ? undefined : { agoMs: now - reconciledAt, sync, health };
  return blocked({ code: 'stale', name, lateMs, last });
};

const unseen = (input: ArrivalInput, coverage: Relation, at: string, late: number): ArrivalDecision => {
  const { application, name, commit, now, repository } = input;
  const { reconciledAt, hydration } = application;
  const elsewhere = { name, at, commit, repository };
  if (late >= lookedTooLongAgo && coverage === 'before' && !hydration) {
    return blocked({ code: 'not_followed', ...elsewhere, comparedMs: now - (reconciledAt ?? now) });
  }
  if (coverage === 'unknown' && at !== '') {
    return late < lookedTooLongAgo
      ? waiting({ code: 'foreign', ...elsewhere })
      : blocked({ code: 'not_followed', ...elsewhere });
  }
  if (hydration && isCommit(hydration.dry) && input.relation(hydration.dry) === 'covers') {
    return waiting({ code: 'hydrated', commit });
  }
  return waiting({ code: 'not_seen', commit });
};

/** Compared with our commit, and the set has another number. */
const covered = (input: ArrivalInput, late: number): ArrivalDecision => {
  const { application, set, name, commit, live, wanted } = input;
  const { sync, health } = application;
  if (live === undefined) return blocked({ code: 'no_set', name, commit, set, sync, health });
  if (application.resources.length > 0 && entryOf(input) === undefined) {
    return blocked({ code: 'not_managed', name, set: set.name });
  }
  if (syncOf(input) === 'Synced') {
    const settled = application.operation?.finishedAt ?? application.reconciledAt ?? 0;
    const why = falselySynced(input);
    return why.by === 'unknown' && (late < settles || input.now - settled < settles)
      ? waiting({ code: 'settling', commit, set: set.name, live })
      : blocked({ code: 'false_arrival', set: set.name, commit, live, wanted, why });
  }
  if (!application.automated) return blocked({ code: 'manual', name, commit });
  const { operation } = application;
  const over = operation?.finishedAt ?? 0;
  if (operation?.phase === 'Succeeded' && !isOlder(input, operation) && !application.selfHeal) {
    if (late >= settles && input.now - over >= settles) {
      return blocked({ code: 'changed_since', set: set.name, name, commit, live, wanted });
    }
  }
  return waiting({ code: 'not_applied', commit });
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
