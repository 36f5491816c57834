import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../../../sandbox/kafka/certificates.ts';
import { openTlsHttp } from '../../../src/integrations/http-client/tls-files.ts';

let folder: string;
let certificates: Certificates;
let server: Server;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'farmhand-tls-'));
  certificates = await makeCertificates(folder);
  const both = await readFile(certificates.server);
  const ca = await readFile(certificates.ca);
  server = createServer(
    { key: both, cert: both, ca, requestCert: true, rejectUnauthorized: true },
    (request, response) =>
      void response.end((request.socket as TLSSocket).getPeerCertificate().subject.CN ?? ''),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const ask = (now?: () => number, over: Record<string, string | undefined> = {}) => {
  const files = {
    ca_file: certificates.ca,
    cert_file: certificates.clientCert,
    key_file: certificates.clientKey,
    server_name: certificates.serverName,
    ...over,
  };
  return openTlsHttp(files, now && { now });
};
const get = { method: 'GET', timeoutMs: 5_000, maxBytes: 1_000 } as const;

test('one that asks for a certificate is shown the one in the files', async () => {
  await using http = ask();
  expect(await http.call({ ...get, url })).toMatchObject({ kind: 'answered', status: 200, body: 'farmhand' });
});

test('without one, or without its authority, the call fails, and nothing was sent', async () => {
  await using bare = ask(undefined, { cert_file: undefined, key_file: undefined });
  expect((await bare.call({ ...get, url })).kind).not.toBe('answered');
  await using strange = ask(undefined, { ca_file: undefined });
  expect(await strange.call({ ...get, url })).toMatchObject({ kind: 'not_sent' });
});

test('a file that cannot be read is named, and read once it is there', async () => {
  let now = 0;
  const path = join(folder, 'later.pem');
  await using http = ask(() => now, { cert_file: path });
  expect(await http.call({ ...get, url })).toEqual({
    kind: 'not_sent',
    error: expect.stringMatching(/^tls\.cert_file cannot be read: ENOENT/),
  });
  await copyFile(certificates.clientCert, path);
  now += 1;
  expect(await http.call({ ...get, url })).toMatchObject({ kind: 'answered', body: 'farmhand' });
});

test('a certificate that is renewed in place is taken up', async () => {
  let now = 0;
  const reads: string[] = [];
  const read = async (path: string): Promise<Buffer> => {
    reads.push(path);
    return readFile(path);
  };
  const path = join(folder, 'renewed.pem');
  await copyFile(certificates.ca, path);
  await using http = openTlsHttp(
    {
      ca_file: certificates.ca,
      cert_file: path,
      key_file: certificates.clientKey,
      server_name: certificates.serverName,
    },
    { now: () => now, read },
  );
  expect((await http.call({ ...get, url })).kind).not.toBe('answered');
  await copyFile(certificates.clientCert, path);
  expect((await http.call({ ...get, url })).kind).not.toBe('answered');
  now += 60_001;
  expect(await http.call({ ...get, url })).toMatchObject({ kind: 'answered', body: 'farmhand' });
  const count = reads.length;
  await http.call({ ...get, url });
  expect(reads).toHaveLength(count);
});
