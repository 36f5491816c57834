export interface KafkaUser {
  readonly username: string;
  readonly password: string;
}

export interface KafkaLayout {
  readonly dir: string;
  readonly ports: {
    readonly plain: number;
    readonly controller: number;
    readonly sasl?: number;
    readonly ssl?: number;
  };
  readonly user?: KafkaUser;
  /** PEM: key and certificate of the broker, and the authority that signs clients. */
  readonly tls?: { readonly keyStore: string; readonly trustStore: string };
}

export const scramMechanisms = ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

/** `server.properties` of one node that is broker and controller, on loopback only, sized for a laptop. */
export const serverProperties = ({ dir, ports, user, tls }: KafkaLayout): string => {
  const named = [
    ['PLAINTEXT', ports.plain],
    ['SASL_PLAINTEXT', ports.sasl],
    ['SSL', ports.ssl],
  ] as const;
  const open = named.filter(([, port]) => port !== undefined);
  const address = ([name, port]: readonly [string, number | undefined]): string =>
    `${name}://127.0.0.1:${port}`;
  const properties: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': [
      ...open.map(([name]) => `${name}:${name}`),
      'CONTROLLER:PLAINTEXT',
    ].join(','),
    listeners: [...open, ['CONTROLLER', ports.controller] as const].map(address).join(','),
    'advertised.listeners': open.map(address).join(','),
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': dir,
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // A killed broker that comes back waits for its former self to be forgotten; one on a machine that is busy for as
    // long loses its groups for a moment.
    'broker.session.timeout.ms': 6000,
    'broker.heartbeat.interval.ms': 500,
    'controlled.shutdown.enable': 'false',
    'num.network.threads': 2,
    'num.io.threads': 2,
    'background.threads': 2,
    'log.cleaner.enable': 'false',
  };
  if (user !== undefined) {
    const login = `username="${user.username}" password="${user.password}"`;
    const common = 'org.apache.kafka.common.security';
    properties['sasl.enabled.mechanisms'] = ['PLAIN', ...scramMechanisms].join(',');
    properties['listener.name.sasl_plaintext.plain.sasl.jaas.config'] =
      `${common}.plain.PlainLoginModule required ${login} user_${user.username}="${user.password}";`;
    for (const mechanism of scramMechanisms) {
      properties[`listener.name.sasl_plaintext.${mechanism.toLowerCase()}.sasl.jaas.config`] =
        `${common}.scram.ScramLoginModule required;`;
    }
  }
  if (tls !== undefined) {
    properties['ssl.keystore.type'] = 'PEM';
    properties['ssl.keystore.location'] = tls.keyStore;
    properties['ssl.truststore.type'] = 'PEM';
    properties['ssl.truststore.location'] = tls.trustStore;
    properties['ssl.client.auth'] = 'required';
  }
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
};
