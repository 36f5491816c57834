import { expect, test } from 'vitest';
import { createInstanceIndex } from '../../../src/app/rebuilds/instance-index.ts';
import type { Observation } from '../../../src/rebuild/ports/ports.ts';

const place = { id: 'system6-20261120-1', channel: 'C0DCR' };

const world = () => {
  const state = {
    flights: new Map([['system6', place]]) as ReadonlyMap<string, typeof place> | Error,
    names: { ok: true, value: ['system7'] } as Observation<readonly string[]>,
    asked: 0,
    warnings: [] as string[],
  };
  const links = createInstanceIndex({
    inFlight: async () => {
      if (state.flights instanceof Error) throw state.flights;
      return state.flights;
    },
    names: async () => {
      state.asked++;
      return state.names;
    },
    labels: () => ['instance'],
    log: { warn: (_data, message) => state.warnings.push(message) },
    signal: new AbortController().signal,
  });
  return { links, state };
};

test('nothing is an instance before anything was read', () => {
  const { links } = world();
  expect(links.current().isInstance('system6')).toBe(false);
  expect(links.current().rebuildOf('system6')).toBeUndefined();
});

test('rebuilds are read every time, instances once a minute; what has a rebuild is an instance', async () => {
  const { links, state } = world();
  await links.refresh(0);
  const { isInstance, rebuildOf, labels } = links.current();
  expect([labels, isInstance('system6'), isInstance('system7'), isInstance('system8')]).toEqual([
    ['instance'],
    true,
    true,
    false,
  ]);
  expect(rebuildOf('system6')).toEqual(place);
  state.flights = new Map();
  await links.refresh(59_999);
  expect([state.asked, links.current().rebuildOf('system6')]).toEqual([1, undefined]);
  await links.refresh(60_000);
  expect(state.asked).toBe(2);
});

test('a repository or a store that is away leaves what was known', async () => {
  const { links, state } = world();
  await links.refresh(0);
  state.flights = new Error('redis is away');
  state.names = { ok: false, error: 'GitHub is away' };
  await links.refresh(60_000);
  expect([links.current().isInstance('system7'), links.current().rebuildOf('system6')]).toEqual([
    true,
    place,
  ]);
  expect(state.warnings).toEqual([
    'The rebuilds in flight could not be read for linking',
    'The instances could not be read for linking',
  ]);
  await links.refresh(69_999);
  expect(state.asked).toBe(2);
  await links.refresh(70_000);
  expect(state.asked).toBe(3);
});
