/** The made-up company whose alerts the sandbox shows. */
export interface Service {
  readonly name: string;
  readonly tier: 'gold' | 'silver' | 'bronze';
  readonly team: string;
  readonly pods: number;
}

export const services = [
  { name: 'checkout', tier: 'gold', team: 'payments', pods: 8 },
  { name: 'payments', tier: 'gold', team: 'payments', pods: 6 },
  { name: 'search', tier: 'silver', team: 'discovery', pods: 10 },
  { name: 'catalog', tier: 'silver', team: 'discovery', pods: 8 },
  { name: 'recommendations', tier: 'silver', team: 'discovery', pods: 6 },
  { name: 'orders', tier: 'silver', team: 'fulfilment', pods: 8 },
  { name: 'shipping', tier: 'silver', team: 'fulfilment', pods: 4 },
  { name: 'accounts', tier: 'silver', team: 'identity', pods: 6 },
  { name: 'notifications', tier: 'bronze', team: 'identity', pods: 5 },
  { name: 'reporting', tier: 'bronze', team: 'data', pods: 4 },
] as const satisfies readonly Service[];

export const serviceNamed = (name: (typeof services)[number]['name']): Service =>
  services.find((service) => service.name === name) ?? services[0];

/** One kind of alert, as a rule in Prometheus would have it. */
export interface Rule {
  readonly name: string;
  readonly severity: 'critical' | 'error' | 'warning' | 'info';
  /** Whether it is about a pod, or about the service as a whole. */
  readonly per: 'pod' | 'service';
  readonly summary: (subject: string, value: number) => string;
  readonly description: string;
}

export const rules = {
  HighErrorRate: {
    name: 'HighErrorRate',
    severity: 'critical',
    per: 'service',
    summary: (subject, value) => `5xx ratio of ${subject} is ${value}%`,
    description: 'The error budget of the month burns 14 times too fast. Customers see failed requests.',
  },
  HighLatency: {
    name: 'HighLatency',
    severity: 'warning',
    per: 'pod',
    summary: (subject, value) => `p99 of ${subject} is ${value * 100} ms`,
    description: 'The slowest hundredth of requests has been over its target for 5 minutes.',
  },
  PodCrashLooping: {
    name: 'PodCrashLooping',
    severity: 'warning',
    per: 'pod',
    summary: (subject, value) => `${subject} restarted ${value} times in 10 minutes`,
    description: 'The container exits soon after its start. Its last log lines tell why.',
  },
  KafkaConsumerLag: {
    name: 'KafkaConsumerLag',
    severity: 'error',
    per: 'service',
    summary: (subject, value) => `${subject} is ${value}k messages behind`,
    description: 'The consumer group falls behind faster than it catches up.',
  },
  ConnectionPoolExhausted: {
    name: 'ConnectionPoolExhausted',
    severity: 'error',
    per: 'pod',
    summary: (subject) => `${subject} waits for database connections`,
    description: 'Every connection of the pool is in use; requests queue for one.',
  },
  DatabasePrimaryDown: {
    name: 'DatabasePrimaryDown',
    severity: 'critical',
    per: 'service',
    summary: (subject) => `The primary database of ${subject} does not answer`,
    description: 'Writes fail until the failover has finished.',
  },
  NodeNotReady: {
    name: 'NodeNotReady',
    severity: 'critical',
    per: 'service',
    summary: (subject) => `A node that runs ${subject} is not ready`,
    description: 'The kubelet stopped reporting. Its pods are moved to other nodes.',
  },
  DiskWillFillIn4Hours: {
    name: 'DiskWillFillIn4Hours',
    severity: 'warning',
    per: 'pod',
    summary: (subject, value) => `The volume of ${subject} has ${value}% left and fills in 4 hours`,
    description: 'At the rate of the last hour the volume is full in less than 4 hours.',
  },
  CertificateExpiresSoon: {
    name: 'CertificateExpiresSoon',
    severity: 'info',
    per: 'service',
    summary: (subject, value) => `The certificate of ${subject} expires in ${value} days`,
    description: 'It is renewed by itself 14 days before; look only when it is still there tomorrow.',
  },
} as const satisfies Record<string, Rule>;

/** Of those in the sandbox's deployment repository. */
export const instances = ['system6', 'system7', 'system8'] as const;
