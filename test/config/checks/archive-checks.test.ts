import { expect, test } from 'vitest';
import { load, minimal, tokens } from '../minimal.ts';

const kafka =
  "kafka: { brokers: ['k:9092'], group_id: g, topics: [{ name: alerts }], dead_letter_topic: dead }\n";
const config = (archive: string, before = kafka): string => minimal(`${before}archive: ${archive}\n`);
const env = { ...tokens, ID: 'AKIA', KEY: 'secret' };

test('a bucket is enough; the rest is as AWS has it', () => {
  expect(load(config('{ bucket: events }'), { env }).archive).toEqual({
    ...{ bucket: 'events', region: 'us-east-1', prefix: 'farmhand', encryption: 'bucket' },
    ...{ allow_http: false, path_style: false, create_only: true },
    ...{ max_bytes: 8_388_608, max_age: 60_000 },
  });
});

test('all that is wrong is said at once', () => {
  const wrong = `{ bucket: events, endpoint: 'http://10.0.0.7:9000', access_key_id: { env: ID }, kms_key_id: k, max_age: 10ms }`;
  const say = (): unknown => load(config(wrong, ''), { env });
  for (const words of [
    'archive: keeps what comes from Kafka: it needs a kafka section',
    'archive.secret_access_key: is missing; an access key and its secret go together',
    'archive.kms_key_id: is only for archive.encryption: aws:kms',
    'archive.endpoint: has no TLS, and events may hold secrets: use https, or say allow_http: true',
    'archive.path_style: must be true: no bucket can be put before this address',
    'archive.max_age: ',
  ]) {
    expect(say).toThrow(words);
  }
});

test.each([
  [
    "{ bucket: events, endpoint: 'https://u@minio.example.com' }",
    'must have neither a query nor a user in it',
  ],
  ['{ bucket: Events }', 'must be the name of a bucket'],
  ["{ bucket: events, prefix: 'a b' }", 'may have letters, digits and _ . / -'],
  ['{ bucket: events, tls: { cert_file: /c } }', 'a certificate and its key go together'],
  ['{ bucket: events, secret_access_key: open }', 'a secret is never written in this file'],
])('%s is refused', (archive, words) => {
  expect(() => load(config(archive), { env })).toThrow(words);
});
