import { describe, expect, test } from 'vitest';
import { changedPaths, planReload, type Reload } from '../../src/config/reload.ts';
import { Secret } from '../../src/config/schema/secret.ts';
import { watchConfig } from '../../src/config/watch.ts';
import type { Problem } from '../../src/core/errors.ts';
import { load, minimal, tokens } from './minimal.ts';

/** A config file that can be rewritten, and what the watch said about it. */
const world = (first: string) => {
  let text: string | undefined = first;
  let env: Record<string, string> = tokens;
  let tick = () => {};
  let stopped = false;
  const reloads: Reload[] = [];
  const refusals: (readonly Problem[])[] = [];
  const watch = watchConfig({
    config: load(first),
    readText: () => {
      if (text === undefined) throw new Error('gone');
      return text;
    },
    load: () => load(text ?? '', { env }),
    onReload: (reload) => reloads.push(reload),
    onRefused: (problems) => refusals.push(problems),
    every: (look) => {
      tick = look;
      return () => {
        stopped = true;
      };
    },
  });
  return {
    watch,
    reloads,
    refusals,
    tick: () => tick(),
    write: (next: string | undefined) => {
      text = next;
    },
    setEnv: (next: Record<string, string>) => {
      env = next;
    },
    isStopped: () => stopped,
  };
};

describe('a config file that changes', () => {
  test('nothing happens when its content is the same', () => {
    const w = world(minimal());
    w.tick();
    w.watch.look();
    w.watch.look(true);
    expect([w.reloads, w.refusals]).toEqual([[], []]);
  });

  test('a change between loading and watching is found at the first look', () => {
    const w = world(minimal());
    w.write(minimal('routes: [{ name: a, match: [x=1] }]\n'));
    w.tick();
    expect(w.reloads).toHaveLength(1);
  });

  test('nothing happens when only comments change', () => {
    const w = world(minimal());
    w.write(minimal('# new\n'));
    w.tick();
    expect([w.reloads, w.refusals]).toEqual([[], []]);
  });

  test('routes take effect', () => {
    const w = world(minimal());
    w.write(minimal('routes: [{ name: a, match: [x=1] }]\n'));
    w.tick();
    w.tick();
    expect(w.reloads.map((r) => [r.applied, r.needsRestart])).toEqual([[['routes'], []]]);
    expect(w.watch.current().routes.map((r) => r.name)).toEqual(['a']);
  });

  test('rights take effect, and go at once', () => {
    const access = (users: string) =>
      minimal(`access:\n  roles: [{ name: sre, verbs: ['*'], instances: ['*'] }]\n  users: ${users}\n`);
    const w = world(access('{ U01ANA: [sre] }'));
    w.write(access('{ U02BEN: [sre] }'));
    w.tick();
    expect(w.reloads.map((r) => r.needsRestart)).toEqual([[]]);
    expect(w.watch.current().access?.users).toEqual({ U02BEN: ['sre'] });
    w.write(minimal());
    w.tick();
    expect(w.watch.current().access).toBeUndefined();
  });

  test('the rest waits for a restart, by name', () => {
    const w = world(minimal());
    w.write('slack: { default_channel: C9999 }\nhttp: { port: 9000 }\nlog: { level: debug }\n');
    w.tick();
    expect(w.reloads.map((r) => [r.applied, r.needsRestart])).toEqual([
      [['slack.default_channel'], ['http.port', 'log.level']],
    ]);
    expect(w.watch.current().slack.default_channel).toBe('C9999');
    expect(w.watch.current().http.port).toBe(8080);
  });

  test('a bad one is refused once with every problem, the old stays, and a good one is taken again', () => {
    const w = world(minimal('routes: [{ name: a, match: [x=1] }]\n'));
    w.write(minimal('routes: [{ name: B!, match: [x] }]\n'));
    w.tick();
    w.tick();
    expect(w.refusals.map((ps) => ps.map((p) => p.path))).toEqual([
      ['farmhand.yml:3 routes[0].name', 'farmhand.yml:3 routes[0].match[0]'],
    ]);
    expect(w.watch.current().routes.map((r) => r.name)).toEqual(['a']);
    w.write(minimal('routes: [{ name: c, match: [x=1] }]\n'));
    w.tick();
    expect(w.watch.current().routes.map((r) => r.name)).toEqual(['c']);
  });

  test('one that is gone is refused once, and its return is no change', () => {
    const w = world(minimal());
    w.write(undefined);
    w.tick();
    w.tick();
    expect(w.refusals).toHaveLength(1);
    w.write(minimal());
    w.tick();
    expect(w.reloads).toEqual([]);
  });

  test('routes that need a section which waits for a restart are refused', () => {
    const w = world(minimal());
    w.write(
      minimal('sre_api: { url: http://s }\nroutes: [{ name: a, actions: [{ api_task: { task: t } }] }]\n'),
    );
    w.tick();
    expect(w.refusals).toEqual([
      [
        {
          path: 'routes[0].actions[0]',
          message: 'needs the sre_api section, which takes effect only after a restart; restart farmhand',
        },
      ],
    ]);
    expect(w.watch.current().routes).toEqual([]);
  });

  test('a secret with another value is found when asked, and waits for a restart', () => {
    const w = world(minimal());
    w.tick();
    w.setEnv({ ...tokens, SLACK_BOT_TOKEN: 'xoxb-2' });
    w.tick();
    expect(w.reloads).toEqual([]);
    w.watch.look(true);
    expect(w.reloads.map((r) => r.needsRestart)).toEqual([['slack.bot_token']]);
    expect(w.watch.current().slack.bot_token.reveal()).toBe('xoxb-1');
  });

  test('disposing stops the looking', () => {
    const w = world(minimal());
    w.watch[Symbol.dispose]();
    expect(w.isStopped()).toBe(true);
  });
});

test('a fallback channel can be taken away', () => {
  const before = load(minimal('  fallback_channel: C0FALL\n'));
  const { config, applied } = planReload(before, load(minimal()));
  expect(applied).toEqual(['slack.fallback_channel']);
  expect('fallback_channel' in config.slack).toBe(false);
});

test('changed paths: single keys, whole lists, secrets by value', () => {
  const a = { x: { y: 1, z: [1, { k: 2 }] }, s: new Secret('a'), same: new Secret('c') };
  const b = { x: { y: 2, z: [1, { k: 3 }] }, s: new Secret('b'), same: new Secret('c'), more: true };
  expect(changedPaths(a, b)).toEqual(['x.y', 'x.z', 's', 'more']);
});
