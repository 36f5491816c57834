import type { Config } from '../../../config/schema/schema.ts';

export type KafkaSettings = NonNullable<Config['kafka']>;

/** What every connection needs, without what only the consumer does. */
export type ConnectionSettings = Pick<KafkaSettings, 'brokers' | 'client_id' | 'tls' | 'sasl'>;
