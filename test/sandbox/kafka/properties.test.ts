import { expect, test } from 'vitest';
import { parseJavaVersion } from '../../../sandbox/kafka/java.ts';
import { serverProperties } from '../../../sandbox/kafka/properties.ts';

const line = (text: string, key: string): string | undefined =>
  text.split('\n').find((each) => each.startsWith(`${key}=`));

test('only loopback is listened on', () => {
  const text = serverProperties({ dir: '/d', ports: { plain: 1, controller: 2 } });
  expect(line(text, 'listeners')).toBe('listeners=PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2');
  expect(line(text, 'advertised.listeners')).toBe('advertised.listeners=PLAINTEXT://127.0.0.1:1');
  expect(text).not.toMatch(/sasl|ssl\./);
});

test('a user adds SASL, certificates add TLS', () => {
  const text = serverProperties({
    dir: '/d',
    ports: { plain: 1, controller: 2, sasl: 3, ssl: 4 },
    user: { username: 'u', password: 'p' },
    tls: { keyStore: '/server.pem', trustStore: '/ca.pem' },
  });
  expect(line(text, 'advertised.listeners')).toBe(
    'advertised.listeners=PLAINTEXT://127.0.0.1:1,SASL_PLAINTEXT://127.0.0.1:3,SSL://127.0.0.1:4',
  );
  expect(line(text, 'sasl.enabled.mechanisms')).toBe(
    'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
  );
  expect(line(text, 'ssl.client.auth')).toBe('ssl.client.auth=required');
});

test.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['java version "1.8.0_412"', 8],
  ['openjdk version "26-ea" 2026-03-17', 26],
  ['command not found', undefined],
])('the Java version of %s is %s', (output, version) => {
  expect(parseJavaVersion(output)).toBe(version);
});
