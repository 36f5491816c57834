import { describe, expect, test } from 'vitest';
import { cycles, folderCycles, roomCycles, staleRules, violations } from '../../../scripts/imports/check.ts';
import { readSource } from '../../../scripts/imports/read.ts';

const treeOf = (files: Readonly<Record<string, string>>) =>
  new Map(Object.entries(files).map(([path, source]) => [path, readSource(path, source)]));
const check = (path: string, source: string): readonly string[] => violations(treeOf({ [path]: source }));

describe('a planted violation is found', () => {
  test.each([
    [
      'src/alerts/x.ts',
      "import { z } from 'zod';",
      'zod may only be used in src/config/, src/http-api/, src/intake/, src/integrations/, commands/, views/ids.ts',
    ],
    [
      'src/alerts/x.ts',
      "import type { Redis } from 'ioredis';",
      'ioredis may only be used in src/integrations/redis/, src/jobs/',
    ],
    [
      'src/alerts/x.ts',
      "import { hash } from 'node:crypto';",
      'core may not use node:crypto; take it as a port or as data',
    ],
    [
      'src/alerts/x.ts',
      "import type { Config } from '../config/schema/schema.ts';",
      'core may import nothing of src/config/schema/schema.ts',
    ],
    [
      'src/alerts/x.ts',
      "import { blocks } from '../../views/blocks.ts';",
      'core may import nothing of views/blocks.ts',
    ],
    [
      'src/alerts/x.ts',
      "export { f } from '../integrations/redis/store.ts';",
      'core may import nothing of src/integrations/redis/store.ts',
    ],
    [
      'src/alerts/x.ts',
      "const f = await import('../app/start-app.ts');",
      'core may import nothing of src/app/start-app.ts',
    ],
    ['src/alerts/x.ts', 'export const now = () => Date.now();', 'core is pure; pass Date.now in as data'],
    [
      'src/alerts/x.ts',
      "import { withDeadline } from '../core/deadline.ts';",
      'core is pure, and src/core/deadline.ts is not',
    ],
    [
      'views/x.ts',
      "import { open } from '../src/alerts/model/open.ts';",
      'views may import only types of src/alerts/model/open.ts',
    ],
    [
      'views/x.ts',
      "import { App } from '@slack/bolt';",
      '@slack/bolt may only be used in src/integrations/slack/, commands/',
    ],
    ['views/x.ts', 'export const zone = process.env.TZ;', 'views is pure; pass process.env in as data'],
    [
      'commands/x.ts',
      "import { store } from '../src/integrations/redis/store.ts';",
      'commands may import nothing of src/integrations/redis/store.ts',
    ],
    [
      'src/integrations/kafka/x.ts',
      "import { WebClient } from '@slack/web-api';",
      '@slack/web-api may only be used in src/integrations/slack/',
    ],
    [
      'src/integrations/redis/x.ts',
      "import { blocks } from '../../../views/blocks.ts';",
      'integrations may import nothing of views/blocks.ts',
    ],
    [
      'src/app/start-app.ts',
      "import { startRedis } from '../../sandbox/redis/start.ts';",
      'shell may import nothing of sandbox/redis/start.ts',
    ],
    [
      'src/app/start-app.ts',
      "import { alert } from '../../test/builders/alert.ts';",
      'shell may import nothing of test/builders/alert.ts',
    ],
    [
      'src/app/start-app.ts',
      "import chalk from 'chalk';",
      'chalk has no home; name it in scripts/imports/rules.ts or do without',
    ],
    ['src/new/x.ts', 'export {};', 'belongs to no area; name its folder in scripts/imports/rules.ts'],
  ])('%s: %s', (path, source, message) => {
    expect(check(path, source)).toEqual([`${path}:1: ${message}`]);
  });
});

describe('what is allowed is let through', () => {
  test.each([
    ['src/alerts/x.ts', "import { parseDuration } from '../core/duration.ts';"],
    ['src/alerts/x.ts', "import type { Store } from './ports.ts';"],
    ['views/x.ts', "import type { Alert } from '../src/alerts/model/alert.ts';"],
    ['views/x.ts', "import type { types } from '@slack/bolt';"],
    ['src/integrations/slack/x.ts', "import { root } from '../../../views/messages/alerts/alert-root.ts';"],
    ['src/config/x.ts', "import { readFile } from 'node:fs/promises';"],
    ['src/app/start-app.ts', "import { surface } from '../../commands/surface.ts';"],
  ])('%s: %s', (path, source) => {
    expect(check(path, source)).toEqual([]);
  });
});

test('a cycle is found once, also through types', () => {
  const tree = treeOf({
    'src/a.ts': "import './b.ts';",
    'src/b.ts': "import type { A } from './c.ts'; import './d.ts';",
    'src/c.ts': "export * from './a.ts';",
    'src/d.ts': "import './e.ts';",
    'src/e.ts': '',
  });
  expect(cycles(tree)).toEqual([['src/a.ts', 'src/b.ts', 'src/c.ts']]);
});

test('a cycle between rooms is found where no file imports itself', () => {
  const tree = treeOf({
    'src/alerts/a.ts': "import { b } from '../rebuild/b.ts';",
    'src/alerts/c.ts': '',
    'src/rebuild/b.ts': "import type { c } from '../alerts/c.ts';",
  });
  expect(cycles(tree)).toEqual([]);
  expect(roomCycles(tree)).toEqual([['src/alerts', 'src/rebuild']]);
});

test('a cycle between folders is found where no room imports itself', () => {
  const tree = treeOf({
    'src/alerts/a.ts': "import { b } from './thread/b.ts';",
    'src/alerts/c.ts': '',
    'src/alerts/thread/b.ts': "import type { c } from '../c.ts';",
  });
  expect(roomCycles(tree)).toEqual([]);
  expect(folderCycles(tree)).toEqual([['src/alerts', 'src/alerts/thread']]);
});

test('a rule is told as stale where it names no file, or a home that does not use its package', () => {
  const stale = staleRules(treeOf({ 'src/jobs/nudges.ts': "import { Queue } from 'bullmq';" }));
  expect(stale).toContain('no file lies at src/core/');
  expect(stale).toContain('src/jobs/ does not use ioredis');
  expect(stale).not.toContain('src/jobs/ does not use bullmq');
});
