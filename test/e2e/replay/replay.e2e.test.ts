import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { sandboxTopics } from '../../../sandbox/world/config.ts';
import { openBroker } from '../support/broker.ts';
import { channels, openScene } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { alertIdOf, webhook } from '../support/webhook.ts';

const names = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`);

test('Redis is lost with alerts that nobody was told of: a replay, killed (−9) in the middle and run again, opens what is missing and nothing twice', async () => {
  // As slow as Slack is, so that alerts wait when Redis is lost.
  await using scene = await openScene({
    kafka: 'always',
    slackPacing: false,
    routes: [],
    pacing: { posts_per_second: 5, burst: 5, updates_per_minute: 600 },
    digest: { threshold: 1_000, refresh: '10s' },
  });
  const { world } = scene;
  await using broker = await openBroker(world);
  const { other } = sandboxTopics;
  const said = (...args: readonly string[]) => world.run(['replay', ...args]);
  const rootsOf = async () => {
    const counts = new Map<unknown, number>();
    for (const message of await world.slack.control.messages(channels.alerts)) {
      const id = (message.metadata?.['event_payload'] as { id?: unknown } | undefined)?.id;
      if (message.threadTs === undefined && !message.deleted) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    return counts;
  };

  const from = new Date(Date.now() - 60_000).toISOString().slice(0, 19);
  const all = names('Replayed', 120);
  await broker.send(
    other,
    all.map((name) => ({ key: name, value: webhook({ name }) })),
  );
  await broker.consumed(other);
  // All are on record and committed, some are posted, and most wait.
  await until(
    'some roots',
    rootsOf,
    (roots) => all.filter((name) => roots.has(alertIdOf({ name }))).length >= 10,
    60_000,
  );
  await scene.redis.flushall();
  const posted = (await rootsOf()).size;
  expect(posted).toBeLessThan(all.length);
  await until(
    'the loss to be seen and read through',
    async () => {
      const mark = await scene.redis.hgetall('{farmhand}:mark');
      const recovery = JSON.parse(mark['recovery'] ?? '{}') as { phase?: string };
      return recovery.phase;
    },
    (phase) => phase === 'over' || phase === 'rebuilds',
    60_000,
  );

  const dry = await said('--from', `${from}Z`, '--topic', other);
  expect(dry).toMatch(/would be taken in +120/);
  const slowly = ['replay', '--from', `${from}Z`, '--topic', other, '--execute', '--rate', '40'];
  const first = spawn(process.execPath, ['src/main.ts', ...slowly, '--config', world.configFile], {
    env: { PATH: process.env['PATH'] ?? '', ...world.secrets },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await until('some of it', scene.ledger.books, ({ received }) => received >= 20, 60_000);
  const exited = new Promise((ended) => first.once('exit', (code, signal) => ended({ code, signal })));
  first.kill('SIGKILL');
  expect(await exited).toEqual({ code: null, signal: 'SIGKILL' });
  expect((await scene.ledger.books()).received).toBeLessThan(120);
  const second = await said('--from', `${from}Z`, '--topic', other, '--execute');
  expect(second).toMatch(/✓ Each event of \d+ messages has its outcome on record/);
  await scene.ledger.quiet(120_000);
  const roots = await rootsOf();
  expect(all.filter((name) => roots.get(alertIdOf({ name })) !== 1)).toEqual([]);
  // Each once; what farmhand tells of itself is an event of another kind.
  expect((await scene.redis.hgetall('{farmhand}:books'))['alertmanager|opened']).toBe('120');
  expect(await said('--from', `${from}Z`, '--topic', other)).toMatch(/known already +120/);
}, 300_000);
