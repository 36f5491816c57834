import { expect, test } from 'vitest';
import { readSource, type SourceFacts } from '../../../scripts/imports/read.ts';
import { parts } from '../../../scripts/setup/parts.ts';
import { wantedFor } from '../../../scripts/setup/plan.ts';
import { notMet, partsNeeded } from '../../../scripts/test/needs.ts';

const tree = (files: Readonly<Record<string, string>>): ReadonlyMap<string, SourceFacts> =>
  new Map(Object.entries(files).map(([path, source]) => [path, readSource(path, source)]));

const needed = (files: Readonly<Record<string, string>>): readonly string[] =>
  [...partsNeeded('test/x.int.test.ts', tree(files))].sort();

test('a test needs the part whose folder it imports from', () => {
  const source = "import { startRedis } from '../sandbox/redis/start.ts';";
  expect(needed({ 'test/x.int.test.ts': source })).toEqual(['redis']);
});

test('also through its helpers, and by the package of the browser', () => {
  expect(
    needed({
      'test/x.int.test.ts': "import './world.ts'; import { chromium } from 'playwright-core';",
      'test/world.ts': "export { startKafka } from '../sandbox/kafka/start.ts';",
    }),
  ).toEqual(['chromium', 'kafka']);
});

test('the whole world needs Redis and Slack; Kafka only who writes to it', () => {
  const world = "import { startWorld } from '../sandbox/world/world.ts';";
  const files = { 'sandbox/world/world.ts': "import { startKafka } from '../kafka/start.ts';" };
  expect(needed({ ...files, 'test/x.int.test.ts': world })).toEqual(['redis', 'slack']);
  const writes = `${world} import kafkajs from 'kafkajs';`;
  expect(needed({ ...files, 'test/x.int.test.ts': writes })).toEqual(['kafka', 'redis', 'slack']);
});

test('a type is no need', () => {
  const source = "import type { RedisServer } from '../sandbox/redis/start.ts';";
  expect(needed({ 'test/x.int.test.ts': source })).toEqual([]);
});

test('what was not met is said in one sentence', () => {
  const never =
    'Slack, Jira, Argo CD and express nodes, which are simulated and held to what was captured of them.';
  expect(notMet([])).toBe(`Not met: ${never}`);
  expect(notMet(wantedFor('long', parts))).toBe(
    `Not met: kube-apiserver 1.37, Alertmanager 0.35, Argo Events’ trigger 1.9, Moto’s S3 5.2 (npm run test:long has them); and for real never ${never}`,
  );
});
