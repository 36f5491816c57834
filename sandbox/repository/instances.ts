/** The instances of the sandbox: what the deployment repository says of them, and what there is in the cluster. */
export interface SandboxInstance {
  readonly name: string;
  readonly tenant: string;
  readonly engine: 'farm' | 'balance';
  readonly change: 'kubernetes' | 'gitops';
  readonly cluster: string;
  readonly namespace: string;
  readonly frontends: readonly string[];
  readonly farmers: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly heapGb: number;
  readonly approval: boolean;
  readonly target?: string;
}

const three = (name: string): readonly string[] => [`${name}-fe1`, `${name}-fe2`, `${name}-fe3`];

const instance = (name: string, tenant: string, over: Partial<SandboxInstance> = {}): SandboxInstance => ({
  name,
  tenant,
  engine: 'balance',
  change: 'kubernetes',
  cluster: 'den',
  namespace: `tenant-${tenant}-prod`,
  frontends: three(name),
  farmers: 6,
  minimum: 2,
  maximum: 12,
  heapGb: 80,
  approval: false,
  ...over,
});

export const sandboxInstances: readonly SandboxInstance[] = [
  instance('system6', '105858', { target: '2m' }),
  instance('system7', '105861', { engine: 'farm', change: 'gitops', farmers: 8 }),
  instance('system8', '105864', { change: 'gitops', maximum: 20 }),
  instance('systemgov1', '105899', { approval: true, farmers: 4, heapGb: 60 }),
];

/** Where Argo CD's Applications are, and the numbers that it applies. */
export const argoNamespace = 'argocd';
export const setsOf = (name: string) =>
  ({
    farmers: `${name}-dcr-farmer`,
    synchronizer: `${name}-dcr-sync`,
    service: `${name}-dcr-sync`,
  }) as const;

/** A values file as people keep it: with comments, and with keys that only Helm knows. */
export const valuesText = (instance: SandboxInstance, adminUrl: string): string => `\
# ${instance.name}: values of its Helm release, read by farmhand as well.
tenant: "${instance.tenant}"
cluster: ${instance.cluster}
namespace: ${instance.namespace}
adminUrl: ${adminUrl}
change: ${instance.change}            # kubernetes | gitops
${instance.approval ? 'approval: true                # GovCloud: a second person approves\n' : ''}frontends:
${instance.frontends.map((name) => `  - ${name}`).join('\n')}

dcr:
  engine: ${instance.engine}
  farmers: ${instance.farmers}                  # as usual
  minimum: ${instance.minimum}
  maximum: ${instance.maximum}
  heapGb: ${instance.heapGb}
${instance.target === undefined ? '' : `  target: ${instance.target}\n`}${
  instance.change === 'gitops'
    ? `
argocd:
  application: ${instance.name}
  namespace: ${argoNamespace}

# Written by farmhand while a rebuild runs: keep both at 0 otherwise.
farmer:
  replicas: 0                 # farmers
synchronizer:
  replicas: 0
`
    : ''
}
image:
  repository: registry.example.com/express
  tag: "8.14.2"
resources:
  requests: { cpu: "4", memory: ${instance.heapGb + 10}Gi }
`;
