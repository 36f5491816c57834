import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { messageOf, type Problem } from '../../../core/errors.ts';
import type { RedisTls } from './address.ts';

export interface TlsOfConnection extends SecureContextOptions {
  readonly servername?: string;
}

const files = ['ca_file', 'cert_file', 'key_file'] as const;

/** The files as they are now. @throws an error that names the key of the config */
export const tlsNow = async (tls: RedisTls | boolean | undefined): Promise<TlsOfConnection> => {
  if (typeof tls !== 'object') return {};
  const [ca, cert, key] = await Promise.all(
    files.map(async (name) => {
      const path = tls[name];
      if (path === undefined) return undefined;
      return readFile(path).catch((error: unknown) => {
        throw new Error(`${name} cannot be read: ${messageOf(error)}`, { cause: error });
      });
    }),
  );
  return {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(tls.server_name !== undefined && { servername: tls.server_name }),
  };
};

/** Every file that cannot be read, or else what is wrong with what is in them. */
export const tlsProblems = async (
  path: string,
  tls: RedisTls | boolean | undefined,
): Promise<readonly Problem[]> => {
  if (typeof tls !== 'object') return [];
  const unreadable = await Promise.all(
    files.map((name) =>
      tlsNow({ [name]: tls[name] }).then(
        () => [],
        (error: unknown) => [{ path: `${path}.${name}`, message: messageOf(error).replace(`${name} `, '') }],
      ),
    ),
  );
  if (unreadable.flat().length > 0) return unreadable.flat();
  try {
    createSecureContext(await tlsNow(tls));
    return [];
  } catch (error) {
    return [{ path, message: `names files that do not make a connection: ${messageOf(error)}` }];
  }
};
