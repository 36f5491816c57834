/** What a part is for: `sandbox` cannot run without the first kind, the whole test suite uses all of them. */
export type Purpose = 'sandbox' | 'test';

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
  /** A Go module with its version, for tools that are neither on npm nor in Debian. */
  readonly go?: string;
}

export const partIds = ['redis', 'chromium', 'kafka', 'alertmanager', 'helm', 'promtool', 'slack'] as const;
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
    go: 'helm.sh/helm/v3/cmd/helm@v3.22.0',
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
];
