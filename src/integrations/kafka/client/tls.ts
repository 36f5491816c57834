import type { ConnectionOptions } from 'node:tls';
import { ConfigError, messageOf, type Problem } from '../../../core/errors.ts';
import type { KafkaSettings } from './settings.ts';

/**
 * TLS options with the files read in. @throws ConfigError naming every file that cannot be read.
 */
export const tlsOptions = async (
  tls: KafkaSettings['tls'],
  read: (path: string) => Promise<Buffer>,
): Promise<ConnectionOptions | boolean> => {
  if (typeof tls === 'boolean') return tls;
  const problems: Problem[] = [];
  const load = async (key: 'ca_file' | 'cert_file' | 'key_file'): Promise<Buffer | undefined> => {
    const path = tls[key];
    if (path === undefined) return undefined;
    try {
      return await read(path);
    } catch (error) {
      problems.push({ path: `kafka.tls.${key}`, message: `cannot be read: ${messageOf(error)}` });
      return undefined;
    }
  };
  const [ca, cert, key] = await Promise.all([load('ca_file'), load('cert_file'), load('key_file')]);
  if (problems.length > 0) throw new ConfigError('kafka.tls', problems);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(tls.server_name === undefined ? {} : { servername: tls.server_name }),
  };
};
