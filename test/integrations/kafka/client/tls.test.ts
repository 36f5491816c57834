import { expect, test } from 'vitest';
import { ConfigError } from '../../../../src/core/errors.ts';
import { tlsOptions } from '../../../../src/integrations/kafka/client/security.ts';

const read = async (path: string): Promise<Buffer> => {
  if (path.startsWith('/none')) throw new Error(`ENOENT: ${path}`);
  return Buffer.from(path);
};

test('true and false are themselves', async () => {
  expect([await tlsOptions(true, read), await tlsOptions(false, read)]).toEqual([true, false]);
});

test('files are read in, the server name is handed on', async () => {
  expect(await tlsOptions({ ca_file: '/ca', server_name: 'kafka.internal' }, read)).toEqual({
    ca: Buffer.from('/ca'),
    servername: 'kafka.internal',
  });
});

test('every file that cannot be read is named at once', async () => {
  const refused = await tlsOptions(
    { ca_file: '/none/ca', cert_file: '/cert', key_file: '/none/key' },
    read,
  ).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ConfigError);
  expect((refused as ConfigError).problems).toEqual([
    { path: 'kafka.tls.ca_file', message: 'cannot be read: ENOENT: /none/ca' },
    { path: 'kafka.tls.key_file', message: 'cannot be read: ENOENT: /none/key' },
  ]);
});
