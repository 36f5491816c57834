import type { Manifest } from './chart.ts';

// biome-ignore lint/suspicious/noExplicitAny: a rendered PodSpec; what is read of it is what the standards name
type Any = any;

export interface Pod {
  readonly of: string;
  readonly spec: Any;
}

/** Every pod that these manifests would make. */
export const podsOf = (manifests: Iterable<Manifest>): readonly Pod[] =>
  [...manifests].flatMap((manifest) => {
    const spec = manifest.kind === 'Pod' ? manifest['spec'] : manifest['spec']?.template?.spec;
    return spec?.containers ? [{ of: `${manifest.kind}/${manifest.metadata.name}`, spec }] : [];
  });

const volumeTypes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

const containersOf = (spec: Any): readonly Any[] => [...spec.containers, ...(spec.initContainers ?? [])];

/** What the Pod Security Standard `restricted` has against a pod (https://kubernetes.io/docs/concepts/security/pod-security-standards). */
export const againstRestricted = ({ of, spec }: Pod): readonly string[] => {
  const pod = spec.securityContext ?? {};
  const found: string[] = [];
  const say = (holds: boolean, what: string): void => {
    if (!holds) found.push(`${of}: ${what}`);
  };
  for (const host of ['hostNetwork', 'hostPID', 'hostIPC']) say(!spec[host], host);
  for (const { name, ...volume } of spec.volumes ?? []) {
    say(
      Object.keys(volume).every((type) => volumeTypes.includes(type)),
      `volume ${name} is of ${Object.keys(volume)}`,
    );
  }
  for (const container of containersOf(spec)) {
    const own = container.securityContext ?? {};
    const at = (what: string): string => `${container.name}: ${what}`;
    const of = (key: string): unknown => own[key] ?? pod[key];
    say(of('runAsNonRoot') === true, at('runAsNonRoot'));
    say(of('runAsUser') !== 0, at('runAsUser is 0'));
    const seccomp = (of('seccompProfile') as Any)?.type;
    say(seccomp === 'RuntimeDefault' || seccomp === 'Localhost', at(`seccompProfile ${seccomp}`));
    say(own.allowPrivilegeEscalation === false, at('allowPrivilegeEscalation'));
    say(!own.privileged, at('privileged'));
    say(own.capabilities?.drop?.includes('ALL') === true, at('capabilities.drop'));
    say(
      (own.capabilities?.add ?? []).every((each: string) => each === 'NET_BIND_SERVICE'),
      at('capabilities.add'),
    );
    say(
      (container.ports ?? []).every(({ hostPort }: Any) => !hostPort),
      at('hostPort'),
    );
  }
  return found;
};

/**
 * What OpenShift's SCC `restricted-v2` has against a pod, beside the same: it gives each namespace a range of ids and
 * refuses those that are named and are outside of it (`MustRunAsRange`, `MustRunAs`).
 */
export const againstRestrictedV2 = (pod: Pod): readonly string[] => {
  const { of, spec } = pod;
  const contexts = [
    ['pod', spec.securityContext],
    ...containersOf(spec).map((c) => [c.name, c.securityContext]),
  ];
  const ids = contexts.flatMap(([whose, context]) =>
    ['runAsUser', 'fsGroup', 'supplementalGroups', 'seLinuxOptions']
      .filter((key) => context?.[key] !== undefined)
      .map((key) => `${of}: ${whose}: ${key} is named`),
  );
  return [...againstRestricted(pod), ...ids];
};
