import type { EffectState } from '../../rebuild/model/parts/effect-state.ts';
import type { Instance } from '../../rebuild/model/parts/instance.ts';
import type { Arrival, Observation } from '../../rebuild/ports/ports.ts';
import type { ArgoApplication } from '../argocd/application.ts';
import type { Applications, LiveSets } from '../argocd/applications.ts';
import { commitsToRelate, decideArrival, type Relation } from '../argocd/arrival.ts';
import { type ArrivalDecision, sayArrival } from '../argocd/arrival-words.ts';
import { createRefresh } from '../argocd/refresh.ts';
import { windowInTheWay } from '../argocd/windows.ts';
import type { Repository } from './repository.ts';
import { pathOf } from './values/message.ts';

const comparisonsKept = 500;

/** Whether the number of an effect is in the cluster, by the set itself and the word of Argo CD. */
export const createArrival = (
  repository: Repository,
  applications: Applications,
  sets: LiveSets,
  now: () => number,
): ((instance: Instance, effect: EffectState) => Promise<Observation<Arrival>>) => {
  /** Two commits lie to each other the same way for ever, but for a branch that is overtaken. */
  const compared = new Map<string, Relation>();
  const refresh = createRefresh(applications, now);

  const relate = async (commit: string, revision: string): Promise<Observation<Relation>> => {
    if (revision === commit) return { ok: true, value: 'covers' };
    const key = `${commit}...${revision}`;
    const known = compared.get(key);
    if (known) return { ok: true, value: known };
    const asked = await repository.compare(commit, revision);
    // A commit of another repository, which only a source that is not ours can have.
    if (!asked.ok && asked.fault.kind === 'missing') return { ok: true, value: 'unknown' };
    if (!asked.ok) return { ok: false, error: asked.fault.says };
    const found = (
      { identical: 'covers', ahead: 'covers', behind: 'before', diverged: 'elsewhere' } as const
    )[asked.value];
    if (compared.size >= comparisonsKept) compared.clear();
    compared.set(key, found);
    return { ok: true, value: found };
  };

  const relateAll = async (
    commit: string,
    application: ArgoApplication,
  ): Promise<Observation<ReadonlyMap<string, Relation>>> => {
    const relations = new Map<string, Relation>();
    for (const revision of commitsToRelate(application, repository)) {
      const seen = await relate(commit, revision);
      if (!seen.ok) return seen;
      relations.set(revision, seen.value);
    }
    return { ok: true, value: relations };
  };

  return async (instance, effect) => {
    const { gitops } = instance;
    if (!gitops) return { ok: false, error: `${instance.name} is not changed by commits.` };
    const { id: commit, effect: change } = effect;
    if (commit === undefined || change.kind !== 'scale')
      return { ok: false, error: 'The commit of this change is not known.' };
    const { application: name, applicationNamespace: namespace } = gitops;
    const cluster = gitops.applicationCluster ?? instance.cluster;
    const seen = await applications.get(cluster, namespace, name);
    if (!seen.ok) return seen;
    const application = seen.value;
    if (!application) {
      return said({
        state: 'blocked',
        why: { code: 'no_application', name, namespace, cluster, instance: instance.name },
      });
    }
    const relations = await relateAll(commit, application);
    if (!relations.ok) return relations;
    // After the Application: a number that is there under our commit, and not one that was there before it.
    const live = await sets.replicas(instance, change.role);
    if (!live.ok) return live;
    const input = {
      ...{ name, application, repository, commit, file: gitops.file, path: pathOf(gitops, change.role) },
      ...{ wanted: change.to, set: live.value, live: live.value.replicas, now: now() },
      relation: (revision: string): Relation => relations.value.get(revision) ?? 'unknown',
      committedAt: effect.endedAt ?? effect.at,
    };
    const value = decideArrival(input);
    if (isUnexplained(value)) {
      // The Application shows nothing of it; the rules of all Applications lie elsewhere.
      const rules = await applications.globalRules(cluster, application.controllerNamespace || namespace);
      return said(rules.ok ? decideArrival({ ...input, global: rules.value }) : value);
    }
    if (value.state !== 'waiting') return said(value);
    await refresh({ cluster, namespace, name, commit, application });
    const window = await windowOf(applications, cluster, namespace, name, application, now());
    return said(window === undefined ? value : decideArrival({ ...input, window }));
  };
};

const said = (decision: ArrivalDecision): Observation<Arrival> => ({ ok: true, value: sayArrival(decision) });

const isUnexplained = (decision: ArrivalDecision): boolean =>
  decision.state === 'blocked' && decision.why.code === 'false_arrival' && decision.why.why.by === 'unknown';

/** Only where a sync is due that does not come. Without the right to read projects there is nothing to say. */
const windowOf = async (
  applications: Applications,
  cluster: string,
  namespace: string,
  name: string,
  application: ArgoApplication,
  now: number,
): Promise<string | undefined> => {
  if (application.sync !== 'OutOfSync' || application.project === '') return undefined;
  const windows = await applications.windows(cluster, namespace, application.project);
  return windows.ok ? windowInTheWay(windows.value, name, application, now) : undefined;
};
