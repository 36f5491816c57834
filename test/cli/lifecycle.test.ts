import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { RunningApp } from '../../src/app/shared/run-options.ts';
import { runUntilStopped } from '../../src/cli/lifecycle.ts';
import type { Log } from '../../src/observability/log.ts';

/** A process, a log and an app whose start and stop are under the test's hand. */
const world = (graceMs = 60_000) => {
  const events = new EventEmitter();
  const logged: string[] = [];
  const log: Log = {
    debug: (_, message) => logged.push(`debug ${message}`),
    info: (_, message) => logged.push(`info ${message.split(':')[0]}`),
    warn: (_, message) => logged.push(`warn ${message.split(':')[0]}`),
    error: (_, message) => logged.push(`error ${message.split(':')[0]}`),
  };
  const started = Promise.withResolvers<RunningApp>();
  const stopped = Promise.withResolvers<void>();
  let signal: AbortSignal | undefined;
  let fail: (error: unknown) => void = () => {};
  let reloads = 0;
  let disposals = 0;
  let switches = 0;
  const app: RunningApp = {
    reload: () => {
      reloads += 1;
    },
    [Symbol.asyncDispose]: () => {
      disposals += 1;
      return stopped.promise;
    },
  };
  const ended = runUntilStopped({
    start: (aborted, failing) => {
      signal = aborted;
      fail = failing;
      return started.promise;
    },
    events,
    log,
    graceMs,
    switchLevel: () => {
      switches += 1;
    },
  });
  return {
    events,
    logged,
    ended,
    up: async () => {
      started.resolve(app);
      await started.promise;
    },
    refuseToStart: (error: unknown) => started.reject(error),
    stopped,
    signal: () => signal,
    fail: (error: unknown) => fail(error),
    counts: () => ({ reloads, disposals }),
    switches: () => switches,
    listeners: () => events.eventNames().reduce((sum, name) => sum + events.listenerCount(name), 0),
  };
};

test.each(['SIGTERM', 'SIGINT'])('%s stops gracefully, and leaves no listener', async (name) => {
  const w = world();
  await w.up();
  w.events.emit(name, name);
  w.stopped.resolve();
  expect(await w.ended).toBe(0);
  expect(w.counts()).toEqual({ reloads: 0, disposals: 1 });
  expect(w.logged).toEqual(['info stopping', 'info stopped']);
  expect(w.listeners()).toBe(0);
});

test('a second signal stops at once', async () => {
  const w = world();
  await w.up();
  w.events.emit('SIGTERM', 'SIGTERM');
  w.events.emit('SIGTERM', 'SIGTERM');
  expect(await w.ended).toBe(1);
  expect(w.logged).toEqual(['info stopping', 'warn A second signal']);
});

test('a stop that takes too long is ended', async () => {
  const w = world(5);
  await w.up();
  w.events.emit('SIGTERM', 'SIGTERM');
  expect(await w.ended).toBe(1);
  expect(w.logged).toEqual(['info stopping', 'error The graceful stop took too long']);
});

test('SIGHUP reloads; nothing happens while the app is not up', async () => {
  const w = world();
  w.events.emit('SIGHUP', 'SIGHUP');
  await w.up();
  w.events.emit('SIGHUP', 'SIGHUP');
  expect(w.counts()).toEqual({ reloads: 1, disposals: 0 });
  w.events.emit('SIGTERM', 'SIGTERM');
  w.stopped.resolve();
  expect(await w.ended).toBe(0);
});

test('a signal while starting: the start is told to give up, and what came to be is released', async () => {
  const w = world();
  w.events.emit('SIGTERM', 'SIGTERM');
  expect(w.signal()?.aborted).toBe(true);
  await w.up();
  w.stopped.resolve();
  expect(await w.ended).toBe(0);
  expect(w.counts().disposals).toBe(1);
});

test('a signal while starting, and the start gives up', async () => {
  const w = world();
  w.events.emit('SIGINT', 'SIGINT');
  w.refuseToStart(new Error('aborted'));
  expect(await w.ended).toBe(0);
});

test('a start that fails is told to the caller', async () => {
  const w = world();
  w.refuseToStart(new Error('no Redis'));
  await expect(w.ended).rejects.toThrow('no Redis');
  expect(w.listeners()).toBe(0);
});

test('what cannot go on stops gracefully, with a failure', async () => {
  const w = world();
  await w.up();
  w.fail(new Error('the consumer stopped'));
  w.fail(new Error('again'));
  w.stopped.resolve();
  expect(await w.ended).toBe(1);
  expect(w.counts().disposals).toBe(1);
});

test.each(['uncaughtException', 'unhandledRejection'])('%s ends it at once', async (name) => {
  const w = world();
  await w.up();
  w.events.emit(name, new Error('x'));
  expect(await w.ended).toBe(1);
  expect(w.logged).toEqual(['error An error that nobody caught']);
  expect(w.counts().disposals).toBe(0);
});

test('a stop that fails is a failure', async () => {
  const w = world();
  await w.up();
  w.events.emit('SIGTERM', 'SIGTERM');
  w.stopped.reject(new Error('x'));
  expect(await w.ended).toBe(1);
  expect(w.logged).toEqual(['info stopping', 'error The graceful stop failed']);
});

test('SIGUSR2 switches the log, also before it is up, and ends nothing', async () => {
  const w = world();
  w.events.emit('SIGUSR2', 'SIGUSR2');
  await w.up();
  w.events.emit('SIGUSR2', 'SIGUSR2');
  expect([w.switches(), w.signal()?.aborted]).toEqual([2, false]);
  w.events.emit('SIGTERM', 'SIGTERM');
  w.stopped.resolve();
  expect(await w.ended).toBe(0);
  expect(w.listeners()).toBe(0);
});
