import { expect, test } from 'vitest';
import { StoreUnavailable } from '../../src/core/errors.ts';
import type { RecoveryStore } from '../../src/recovery/ports.ts';
import type { Recovery } from '../../src/recovery/recovery.ts';
import { createWatch } from '../../src/recovery/watch.ts';

const now = 1_800_000_000_000;
const open = (region: string | undefined) => {
  let closed: string | undefined;
  let begun: Recovery | undefined;
  const mark = { epoch: 'a', generation: 1, count: 7, at: now, region: '100.1' };
  const store: Pick<RecoveryStore, 'look' | 'begin' | 'beat'> = {
    look: async () => ({ mark, books: true, rebuilds: [] }),
    begin: async (_, next, recovery) => {
      Object.assign(mark, next);
      begun = recovery;
      return true;
    },
    beat: async () => {},
  };
  const watch = createWatch({
    store: store as RecoveryStore,
    now: () => now,
    newEpoch: () => 'b',
    channels: () => ['C0ALERTS'],
    window: () => 3_600_000,
    region: () => region,
    closed: () => closed,
    onVerdict: () => {},
    onError: () => {},
  });
  const close = (why: string | undefined): void => {
    closed = why;
  };
  return { watch, begun: () => begun, close };
};

test('a region that may not work writes nothing, from the moment on, and trusts nothing', async () => {
  const { watch, close } = open('100.1');
  await watch.look();
  expect(watch.fence()).toEqual({ epoch: 'a', count: 7 });
  expect(watch.trusted()).toBe(true);
  close('Region east works.');
  expect(() => watch.fence()).toThrow(
    new StoreUnavailable('Region east works. Nothing was changed.', undefined, 'Region east works.'),
  );
  expect(watch.trusted()).toBe(false);
  expect(watch.closed()).toBe('Region east works.');
  close(undefined);
  expect(watch.fence()).toEqual({ epoch: 'a', count: 7 });
});

test('a new reign reads the channels first, back to the last sign of life, and calls it no loss', async () => {
  const { watch, begun } = open('200.1');
  await watch.look();
  expect(begun()).toEqual({
    ...{ why: 'unattended', sure: false, promoted: true, since: now, from: now - 120_000, phase: 'reading' },
    channels: { C0ALERTS: { state: 'wanted' } },
  });
});
