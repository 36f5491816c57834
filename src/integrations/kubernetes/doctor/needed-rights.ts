import type { Instance } from '../../../rebuild/model/parts/instance.ts';

/** One thing that farmhand has to be allowed in a namespace. The chart's Role is held equal to this by a test. */
export interface Right {
  readonly verb: 'get' | 'list' | 'update';
  readonly group: string;
  readonly resource: string;
  readonly subresource?: 'scale';
  /** Can be confined to single objects: `list` cannot. */
  readonly name?: string;
  readonly namespace: string;
  /** Where it is not the cluster of the instance: Argo CD's own. */
  readonly cluster?: string;
  /** Without it there is no rebuild; else some finding or reason is missing, no more. */
  readonly essential: boolean;
  readonly why: string;
}

export const neededRights = (instance: Instance): readonly Right[] => {
  const { namespace } = instance;
  const sets = [instance.farmerSet, instance.synchronizerSet];
  const apps = { group: 'apps', resource: 'statefulsets', namespace };
  const direct = instance.way === 'kubernetes';
  return [
    ...sets.map((name): Right => ({ ...apps, verb: 'get', name, essential: true, why: 'to see the set' })),
    ...sets
      .filter(() => direct)
      .map(
        (name): Right => ({
          ...apps,
          verb: 'update',
          subresource: 'scale',
          name,
          essential: true,
          why: 'to scale it',
        }),
      ),
    { verb: 'list', group: '', resource: 'pods', namespace, essential: true, why: 'to see the pods' },
    ...(instance.gitops ? [applicationRight(instance.gitops)] : []),
    {
      verb: 'get',
      group: '',
      resource: 'services',
      name: instance.synchronizerService,
      namespace,
      essential: false,
      why: 'to find the readiness trap',
    },
    nice(namespace, '', 'events', 'to say why a pod is not made'),
    nice(namespace, '', 'resourcequotas', 'to say how many farmers fit'),
    nice(namespace, 'policy', 'poddisruptionbudgets', 'to see what protects the synchronizer'),
    nice(namespace, 'autoscaling', 'horizontalpodautoscalers', 'to find who else scales'),
  ];
};

const nice = (namespace: string, group: string, resource: string, why: string): Right => ({
  verb: 'list',
  group,
  resource,
  namespace,
  essential: false,
  why,
});

const applicationRight = (place: NonNullable<Instance['gitops']>): Right => ({
  verb: 'get',
  group: 'argoproj.io',
  resource: 'applications',
  name: place.application,
  namespace: place.applicationNamespace,
  ...(place.applicationCluster !== undefined && { cluster: place.applicationCluster }),
  essential: true,
  why: 'to see whether Argo CD has synced a commit',
});

/** `update statefulsets/scale`, as people and `kubectl auth can-i` say it. */
export const rightInWords = ({ verb, resource, subresource, name }: Right): string =>
  `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}${name === undefined ? '' : ` ${name}`}`;
