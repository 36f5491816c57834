import { readFile } from 'node:fs/promises';
import kafkajs, { type Kafka } from 'kafkajs';
import type { Log } from '../../../observability/log.ts';
import { type ClientLogHooks, clientLog } from './client-log.ts';
import { registerCodecs } from './codecs.ts';
import { type ConnectionSettings, type SignToken, saslOptions, tlsOptions } from './security.ts';
import { fixTimers } from './timer-fix.ts';

export interface ClientDeps extends ClientLogHooks {
  readonly log: Log;
  readonly signToken?: SignToken;
  /** How often one call is repeated; default 5. */
  readonly retries?: number;
}

/**
 * All of them, because kafkajs has other defaults when NODE_ENV is `test`. After the last one the consumer starts
 * again, so a broker that comes back is used again within `maxRetryTime`.
 */
export const retry = {
  initialRetryTime: 300,
  maxRetryTime: 5000,
  factor: 0.2,
  multiplier: 2,
  retries: 5,
} as const;

/** A kafkajs client by the settings: nothing is connected yet. @throws ConfigError when a TLS file can't be read. */
export const createClient = async (settings: ConnectionSettings, deps: ClientDeps): Promise<Kafka> => {
  registerCodecs();
  fixTimers();
  return new kafkajs.Kafka({
    clientId: settings.client_id,
    brokers: [...settings.brokers],
    ssl: await tlsOptions(settings.tls, (path) => readFile(path)),
    ...(settings.sasl === undefined ? {} : { sasl: saslOptions(settings.sasl, deps.signToken) }),
    connectionTimeout: 10_000,
    authenticationTimeout: 10_000,
    requestTimeout: 30_000,
    retry: { ...retry, retries: deps.retries ?? retry.retries },
    logLevel: kafkajs.logLevel.INFO,
    logCreator: clientLog(deps.log, deps),
  });
};
