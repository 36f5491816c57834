import { formatDuration } from '../../duration.ts';
import type { Arrival, Seen } from '../../rebuild/ports.ts';
import type { EffectState, Instance } from '../../rebuild/rebuild.ts';
import { cut, oneLine } from '../http/plain.ts';
import type { Applications, ApplicationView } from './applications.ts';
import { type Repository, short } from './repository.ts';

/** Longer than Argo CD's own interval of three minutes, with time to spare. */
const late = 10 * 60_000;
const comparisonsKept = 500;

type Relation = 'covers' | 'before' | 'elsewhere';

/** Whether the commit of an effect is in the cluster, by the word of Argo CD. */
export const createArrival = (
  repository: Repository,
  applications: Applications,
  now: () => number,
): ((instance: Instance, effect: EffectState) => Promise<Seen<Arrival>>) => {
  /** Two commits lie to each other the same way for ever, but for a branch that is overtaken. */
  const compared = new Map<string, Relation>();

  const relation = async (commit: string, revision: string): Promise<Seen<Relation>> => {
    if (revision === commit) return { ok: true, value: 'covers' };
    if (!/^[0-9a-f]{40,64}$/.test(revision)) {
      const says = `Argo CD names ${revision === '' ? 'no revision' : `the revision ${cut(oneLine(revision), 60)}`}, no commit of ${repository.name}.`;
      return { ok: false, error: says };
    }
    const key = `${commit}...${revision}`;
    const known = compared.get(key);
    if (known) return { ok: true, value: known };
    const asked = await repository.compare(commit, revision);
    if (!asked.ok) return { ok: false, error: asked.fault.says };
    const found = (
      { identical: 'covers', ahead: 'covers', behind: 'before', diverged: 'elsewhere' } as const
    )[asked.value];
    if (compared.size >= comparisonsKept) compared.clear();
    compared.set(key, found);
    return { ok: true, value: found };
  };

  return async (instance, effect) => {
    const { gitops } = instance;
    if (!gitops) return { ok: false, error: `${instance.name} is not changed by commits.` };
    if (effect.id === undefined) return { ok: false, error: 'The commit of this change is not known.' };
    const { application: name, applicationNamespace: namespace } = gitops;
    const cluster = gitops.applicationCluster ?? instance.cluster;
    const seen = await applications.get(cluster, namespace, name);
    if (!seen.ok) return seen;
    const application = seen.value;
    if (!application) {
      return degraded(`There is no Argo CD Application ${name} in ${namespace} of cluster ${cluster}.`);
    }
    if (application.ignoresReplicas) {
      return degraded(
        `Argo CD leaves the replicas of ${name} out (ignoreDifferences), so a commit of them is never applied. Take /spec/replicas out of its ignoreDifferences, or change ${instance.name} directly (change: kubernetes).`,
      );
    }
    const commit = short(effect.id);
    const lies = await relation(effect.id, application.revision);
    if (!lies.ok) return lies;
    const since = now() - (effect.endedAt ?? effect.at);
    switch (lies.value) {
      case 'elsewhere':
        return degraded(
          `Argo CD is at ${short(application.revision)}, whose history has no ${commit}: does ${name} follow ${repository.branch}, and was that branch rewritten?`,
        );
      case 'before':
        return waiting(`Argo CD has not seen ${commit} yet`, application, since);
      case 'covers':
        return state(application, commit, since);
    }
  };
};

const state = (application: ApplicationView, commit: string, since: number): Seen<Arrival> => {
  const { sync, health } = application;
  if (sync !== 'Synced') return waiting(`Argo CD has not applied ${commit} yet`, application, since);
  const judged = `Argo CD applied ${commit} and calls it ${health}${because(application)}`;
  switch (health) {
    case 'Healthy':
      return { ok: true, value: { state: 'arrived' } };
    case 'Degraded':
    case 'Missing':
      return degraded(judged);
    case 'Progressing':
      return { ok: true, value: { state: 'waiting', says: `Argo CD syncs ${commit}` } };
    default:
      return { ok: true, value: { state: 'waiting', says: judged } };
  }
};

const waiting = (what: string, application: ApplicationView, since: number): Seen<Arrival> => {
  const parts = [
    what,
    ...(since < late
      ? []
      : [`${formatDuration(since)} after the commit (${application.sync}${because(application)})`]),
    ...(application.automated === false ? ['its automatic sync is off: somebody has to sync it'] : []),
  ];
  return { ok: true, value: { state: 'waiting', says: parts.join(', ') } };
};

const degraded = (says: string): Seen<Arrival> => ({ ok: true, value: { state: 'degraded', says } });

const because = ({ message }: ApplicationView): string =>
  message === '' ? '' : `: ${cut(oneLine(message), 200)}`;
