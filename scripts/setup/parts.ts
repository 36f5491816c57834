/** What a part is for: `sandbox` cannot run without the first kind, the tests use those of the second, the long ones all. */
export const purposes = ['sandbox', 'test', 'long'] as const;
export type Purpose = (typeof purposes)[number];

/** How farmhand builds a part itself, for what is neither on npm nor in Debian. Each version is kept in a folder of its own. */
export interface Build {
  readonly version: string;
  /** A command of a Go module. */
  readonly go?: string;
  /** A script, which takes the folder and the version. */
  readonly script?: string;
}

export interface Part {
  readonly id: PartId;
  readonly name: string;
  readonly why: string;
  /** Purposes that install it when it is absent. */
  readonly neededFor: readonly Purpose[];
  /** All groups must be met; a group is met by any one of its commands. */
  readonly commands: readonly (readonly string[])[];
  /** Debian packages. */
  readonly apt: readonly string[];
  readonly brew?: string;
  readonly build?: Build;
}

export const partIds = [
  ...(['redis', 'chromium', 'kafka', 'alertmanager', 'helm', 'promtool', 'slack'] as const),
  ...(['kubernetes', 'new-alertmanager', 'argo-events', 'moto'] as const),
] as const;
export type PartId = (typeof partIds)[number];

export const parts: readonly Part[] = [
  {
    id: 'redis',
    name: 'Redis',
    why: 'keeps the records',
    neededFor: ['sandbox', 'test'],
    commands: [['redis-server']],
    apt: ['redis-server'],
    brew: 'redis',
  },
  {
    id: 'slack',
    name: 'local Slack',
    why: 'stands in for Slack',
    neededFor: ['sandbox', 'test'],
    commands: [['local-slack']],
    apt: [],
  },
  {
    id: 'chromium',
    name: 'Chromium',
    why: 'looks at the threads in the browser test',
    neededFor: ['test'],
    commands: [['chromium', 'chromium-browser', 'google-chrome']],
    apt: ['chromium', 'fonts-liberation', 'fonts-noto-color-emoji'],
    brew: '--cask chromium',
  },
  {
    id: 'kafka',
    name: 'Java and Maven',
    why: 'run Apache Kafka, which Maven fetches',
    neededFor: ['test'],
    commands: [['java'], ['mvn']],
    apt: ['default-jre-headless', 'maven'],
    brew: 'openjdk maven',
  },
  {
    id: 'alertmanager',
    name: 'Prometheus Alertmanager',
    why: 'takes real silences in the tests',
    neededFor: ['test'],
    commands: [['prometheus-alertmanager', 'alertmanager']],
    apt: ['prometheus-alertmanager'],
    brew: 'alertmanager',
  },
  {
    id: 'helm',
    name: 'Helm',
    why: 'renders the chart in the tests',
    neededFor: ['test'],
    commands: [['helm']],
    apt: [],
    brew: 'helm',
    build: { version: '3.22.0', go: 'helm.sh/helm/v3/cmd/helm' },
  },
  {
    id: 'promtool',
    name: 'promtool',
    why: 'holds the alerts about farmhand to what they are meant for',
    neededFor: ['test'],
    commands: [['promtool']],
    apt: ['prometheus'],
    brew: 'prometheus',
  },
  {
    id: 'kubernetes',
    name: 'kube-apiserver 1.37',
    why: 'takes what the chart renders, and holds the simulated cluster to it',
    neededFor: ['long'],
    commands: [['kube-apiserver'], ['kube-controller-manager'], ['etcd']],
    apt: [],
    build: { version: '1.37.2', script: 'scripts/real/kubernetes.sh' },
  },
  {
    id: 'new-alertmanager',
    name: 'Alertmanager 0.35',
    why: 'holds silences and looks to the newest one, where Debian has an old one',
    neededFor: ['long'],
    commands: [['alertmanager-0.35']],
    apt: [],
    build: { version: '0.35.0', script: 'scripts/real/alertmanager.sh' },
  },
  {
    id: 'argo-events',
    name: 'Argo Events’ trigger 1.9',
    why: 'writes to the real Kafka what its Sensors write',
    neededFor: ['long'],
    commands: [['argo-events-trigger']],
    apt: [],
    build: { version: '1.9.7', script: 'scripts/real/argo-events.sh' },
  },
  {
    id: 'moto',
    name: 'Moto’s S3 5.2',
    why: 'checks signatures and rights of the archive as S3 does',
    neededFor: ['long'],
    commands: [['moto_server']],
    apt: ['python3-venv'],
    build: { version: '5.2.1', script: 'scripts/real/moto.sh' },
  },
];
