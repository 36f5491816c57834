import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Paths of PEM files. */
export interface Certificates {
  readonly ca: string;
  /** Key and certificate of the server in one file, as Kafka wants them. */
  readonly server: string;
  readonly clientCert: string;
  readonly clientKey: string;
  /** The one name that the server's certificate is good for. */
  readonly serverName: string;
}

/** A throw-away authority, valid for two days, and what it signed for a server and a client. Needs openssl. */
export const makeCertificates = async (dir: string): Promise<Certificates> => {
  const serverName = 'kafka.farmhand.test';
  const file = (name: string): string => join(dir, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  await run('openssl', [
    ...['req', '-x509', ...newKey, '-keyout', file('ca.key'), '-out', file('ca.pem')],
    ...['-subj', '/CN=farmhand sandbox authority'],
  ]);
  for (const [name, subject] of [
    ['server', serverName],
    ['client', 'farmhand'],
  ] as const) {
    await run('openssl', [
      ...['req', '-x509', ...newKey, '-keyout', file(`${name}.key`), '-out', file(`${name}.pem`)],
      ...['-subj', `/CN=${subject}`, '-addext', `subjectAltName=DNS:${subject}`],
      ...['-addext', 'basicConstraints=critical,CA:FALSE', '-CA', file('ca.pem'), '-CAkey', file('ca.key')],
    ]);
  }
  const both = await Promise.all([readFile(file('server.key')), readFile(file('server.pem'))]);
  await writeFile(file('server.both.pem'), Buffer.concat(both), { mode: 0o600 });
  await chmod(file('client.key'), 0o600);
  return {
    ca: file('ca.pem'),
    server: file('server.both.pem'),
    clientCert: file('client.pem'),
    clientKey: file('client.key'),
    serverName,
  };
};
