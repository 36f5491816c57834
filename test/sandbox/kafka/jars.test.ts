import { expect, test } from 'vitest';
import { createJarCounter } from '../../../sandbox/kafka/jars.ts';

// As Maven 3.8 prints them in batch mode.
const downloaded = (jar: string): string =>
  `[INFO] Downloaded from central: https://repo.maven.apache.org/maven2/org/x/1.0/${jar} (12 kB at 99 kB/s)`;

test('only what is wanted is counted, and told at each quarter', () => {
  const names = Array.from({ length: 8 }, (_, i) => `kafka-${i}.jar`);
  const count = createJarCounter(new Set(names));
  const lines = [
    '[INFO] Scanning for projects...',
    downloaded('maven-dependency-plugin-3.8.1.jar'),
    '[INFO] Downloading from central: https://repo.maven.apache.org/maven2/org/x/1.0/kafka-0.jar',
    ...names.map(downloaded),
    downloaded('kafka-0.jar'),
  ];
  expect(lines.map(count).filter((line) => line !== undefined)).toEqual([
    'Kafka: 2 of 8 files fetched',
    'Kafka: 4 of 8 files fetched',
    'Kafka: 6 of 8 files fetched',
    'Kafka: 8 of 8 files fetched',
  ]);
});
