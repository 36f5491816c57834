import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createHealth } from '../../src/observability/health.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const make = (conditions: readonly string[] = []) =>
  createHealth({ now: () => performance.now(), conditions, safe: (text) => text.replace('pw', '…') });

const good = { ok: true, problems: [] };

describe('live', () => {
  test('while loops beat, whatever the dependencies do', () => {
    using health = make();
    const loop = health.loop('outbox', 5_000);
    for (let i = 0; i < 120; i++) {
      health.report('redis', 'down', new Error('timed out'));
      health.report('slack', 'down', new Error('timed out'));
      vi.advanceTimersByTime(1_000);
      loop.beat();
      expect(health.live()).toEqual(good);
    }
  });

  test('not when a worker loop is dead; again when it turns', () => {
    using health = make();
    const loop = health.loop('outbox', 5_000);
    vi.advanceTimersByTime(5_000);
    expect(health.live()).toEqual(good);
    vi.advanceTimersByTime(1_000);
    expect(health.live()).toEqual({
      ok: false,
      problems: ['worker loop outbox has not turned for 6 s'],
    });
    loop.beat();
    expect(health.live()).toEqual(good);
  });

  test('nothing happens when a loop ended on purpose', () => {
    using health = make();
    health.loop('outbox', 5_000).stop();
    vi.advanceTimersByTime(60_000);
    expect(health.live()).toEqual(good);
  });

  test('a late stop of an old loop does not take its successor’s place', () => {
    using health = make();
    const old = health.loop('outbox', 5_000);
    health.loop('outbox', 5_000);
    old.stop();
    vi.advanceTimersByTime(6_000);
    expect(health.live().ok).toBe(false);
  });

  test('not for a probe or two after a stall; worker loops are not blamed for it', () => {
    let time = 0;
    using health = createHealth({ now: () => time, conditions: [], safe: (text) => text });
    const loop = health.loop('lanes', 5_000);
    const turn = (ms: number) => {
      time += ms;
      vi.advanceTimersByTime(1_000);
    };
    time = 15_000;
    const stalled = { ok: false, problems: ['the event loop stalled for 15 s (limit 10 s)'] };
    // Asked before the loop's own timer has run, and after.
    expect(health.live()).toEqual(stalled);
    turn(0);
    expect(health.live()).toEqual(stalled);
    loop.beat();
    for (let i = 0; i < 10; i++) {
      expect(health.live()).toEqual(stalled);
      turn(1_000);
      loop.beat();
    }
    expect(health.live()).toEqual(good);
  });

  test('draining does not touch it', () => {
    using health = make();
    health.drain();
    expect(health.live()).toEqual(good);
  });
});

describe('ready', () => {
  test('when every condition is met, until draining, for good', () => {
    using health = make(['config', 'listener']);
    expect(health.ready()).toEqual({ ok: false, problems: ['waiting for: config', 'waiting for: listener'] });
    health.met('config');
    health.met('listener');
    expect(health.ready()).toEqual(good);
    health.report('redis', 'down', 'gone');
    health.report('kafka', 'down', 'gone');
    expect(health.ready()).toEqual(good);
    health.drain();
    expect(health.ready()).toEqual({ ok: false, problems: ['draining'] });
    health.met('config');
    expect(health.ready().ok).toBe(false);
  });
});

describe('status', () => {
  test('each dependency with its state, age and last error, secrets taken out', () => {
    using health = make();
    health.loop('lanes', 30_000);
    health.report('redis', 'up');
    vi.advanceTimersByTime(2_000);
    health.report('redis', 'down', new Error('pw refused'));
    vi.advanceTimersByTime(3_000);
    health.report('redis', 'up');
    vi.advanceTimersByTime(500);
    expect(health.status()).toEqual({
      live: true,
      ready: true,
      draining: false,
      problems: [],
      loops: [{ name: 'lanes', age_ms: 5_500, limit_ms: 30_000 }],
      dependencies: [
        {
          name: 'redis',
          state: 'up',
          for_seconds: 0.5,
          age_seconds: 0.5,
          last_error: { message: '… refused', seconds_ago: 3.5 },
        },
      ],
    });
  });
});

test('the probe modules import no client: nothing at all outside their own folder', () => {
  for (const file of ['health.ts', 'loop-clock.ts']) {
    const source = readFileSync(new URL(`../../src/observability/${file}`, import.meta.url), 'utf8');
    const imported = [...source.matchAll(/from '([^']+)'/g)].map(([, from]) => from);
    expect(imported.filter((from) => from !== './loop-clock.ts')).toEqual([]);
  }
});
