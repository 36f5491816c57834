import { expect, test } from 'vitest';
import type { Http, HttpOutcome, HttpRequest } from '../../../src/integrations/http-client/call.ts';
import { createKeyRing } from '../../../src/integrations/s3/credentials.ts';
import { type ArchiveSettings, createObjectStore } from '../../../src/integrations/s3/object-store.ts';

const usual: ArchiveSettings = {
  ...{ bucket: 'events', region: 'eu-west-1', allow_http: false, path_style: false },
  ...{ prefix: 'ours', encryption: 'bucket', create_only: true, max_bytes: 8_388_608, max_age: 60_000 },
};
const answered = (status: number, body = '', headers = {}): HttpOutcome => ({
  ...{ kind: 'answered', status, headers, body, cut: false },
});

const open = (over: Partial<ArchiveSettings>, outcome: HttpOutcome) => {
  const asked: HttpRequest[] = [];
  const http: Http = {
    call: async (ask) => {
      asked.push(ask);
      return outcome;
    },
    [Symbol.asyncDispose]: async () => {},
  };
  const credentials = async () => ({ accessKeyId: 'AKIA', secretAccessKey: 'secret' });
  const settings = { ...usual, ...over };
  return { asked, store: createObjectStore(settings, { http, credentials, now: () => 1_795_910_399_000 }) };
};

test.each<readonly [string, Partial<ArchiveSettings>, string]>([
  ['AWS of the region', {}, 'https://events.s3.eu-west-1.amazonaws.com/ours/v1/a'],
  ['the bucket in the path', { path_style: true }, 'https://s3.eu-west-1.amazonaws.com/events/ours/v1/a'],
  [
    'another endpoint, below a path',
    { endpoint: 'https://store.example.com:9000/s3/', path_style: true, prefix: 'ours/' },
    'https://store.example.com:9000/s3/events/ours/v1/a',
  ],
  [
    'no prefix',
    { endpoint: 'https://store.example.com', prefix: '' },
    'https://events.store.example.com/v1/a',
  ],
])('where an object is: %s', async (_, over, url) => {
  const { store, asked } = open(over, answered(200));
  await store.put('v1/a', Buffer.from('x'));
  expect(asked.map((each) => each.url)).toEqual([url]);
});

test('what is asked of encryption goes along, signed, and only where it is asked for', async () => {
  const plain = open({}, answered(200));
  await plain.store.put('v1/a', Buffer.from('x'));
  expect(Object.keys(plain.asked[0]?.headers ?? {}).filter((name) => name.includes('encryption'))).toEqual(
    [],
  );
  expect(plain.asked[0]?.headers).toMatchObject({
    'if-none-match': '*',
    'x-amz-checksum-sha256': 'LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=',
  });
  const kms = open({ encryption: 'aws:kms', kms_key_id: 'key-1', create_only: false }, answered(200));
  await kms.store.put('v1/a', Buffer.from('x'));
  const headers = kms.asked[0]?.headers ?? {};
  expect(headers).toMatchObject({
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': 'key-1',
  });
  expect(headers['authorization']).toContain(
    ';x-amz-server-side-encryption;x-amz-server-side-encryption-aws-kms-key-id,',
  );
  expect(headers).not.toHaveProperty('if-none-match');
});

test.each<readonly [HttpOutcome, object]>([
  [
    answered(301, '<Error><Code>PermanentRedirect</Code></Error>', { 'x-amz-bucket-region': 'us-west-2' }),
    {
      code: 'archive_failed',
      message: expect.stringContaining('The bucket is in us-west-2: set archive.region.'),
    },
  ],
  [
    answered(501, '<Error><Code>NotImplemented</Code><Message>A &lt;header&gt;</Message></Error>'),
    {
      message: expect.stringMatching(
        /501 NotImplemented: A <header>\. .* set archive\.create_only to false\.$/,
      ),
    },
  ],
  [
    { kind: 'not_sent', error: 'refused (ECONNREFUSED)' },
    { code: 'archive_unreachable', retryable: true },
  ],
  [
    { kind: 'lost', error: 'no answer within 60000 ms' },
    { code: 'archive_unreachable', retryable: true },
  ],
])('says what to do about %j', async (outcome, refusal) => {
  await expect(open({}, outcome).store.put('v1/a', Buffer.from('x'))).rejects.toMatchObject(refusal);
});

test('keys of a role are asked for once, and again before they end; those that cannot be had are asked for again', async () => {
  let [now, asked, broken] = [0, 0, false];
  const keys = createKeyRing(
    async () => async () => {
      asked++;
      if (broken) throw new Error('no role');
      return { accessKeyId: `k${asked}`, secretAccessKey: 's', expiration: new Date(now + 3_600_000) };
    },
    () => now,
  );
  expect((await keys()).accessKeyId).toBe('k1');
  now = 3_299_000;
  expect((await keys()).accessKeyId).toBe('k1');
  now = 3_301_000;
  broken = true;
  await expect(keys()).rejects.toMatchObject({ code: 'archive_no_keys', retryable: true });
  broken = false;
  expect((await keys()).accessKeyId).toBe('k3');
});
