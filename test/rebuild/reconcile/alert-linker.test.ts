import { expect, test } from 'vitest';
import type { InstanceLinks } from '../../../src/alerts/evolve/instance-link.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import { createAlertLinker } from '../../../src/rebuild/reconcile/alert-linker.ts';
import { anOpenAlert } from '../../builders/alert.ts';
import { t0 } from '../../builders/event.ts';
import { fakeAlertQueries } from '../../fakes/alert-queries.ts';

const place = { id: 'system6-20261120-1', channel: 'C0DCR', ts: '1.2' };

const world = (...alerts: readonly Alert[]) => {
  const queries = fakeAlertQueries();
  const records = new Map(alerts.map((alert) => [alert.id, alert]));
  for (const alert of alerts) queries.add(alert);
  const state = { now: t0, reads: 0, place };
  const links: InstanceLinks = {
    labels: ['express_instance', 'instance'],
    isInstance: (name) => name.startsWith('system'),
    rebuildOf: (name) => (name === 'system6' ? state.place : undefined),
    mayConcern: (tier) => tier !== 'other',
  };
  const port = createAlertLinker({
    queries: {
      list: (filter) => {
        state.reads++;
        return queries.list(filter);
      },
    },
    store: {
      update: async (id, change) => {
        const alert = records.get(id);
        if (!alert) return undefined;
        const result = change(alert);
        if (result.write) {
          records.set(id, result.write.alert);
          queries.add(result.write.alert);
        }
        return result;
      },
    },
    links: () => links,
    now: () => state.now,
  });
  return { port, state, records };
};
const about = (id: string, instance: string, change: Partial<Alert> = {}) =>
  anOpenAlert({ id, name: `name of ${id}`, labels: { instance }, ...change });

test('open alerts of the instance are listed until they are linked, and one reading serves every rebuild', async () => {
  const { port, state, records } = world(
    about('a', 'system6'),
    about('b', 'system7'),
    about('c', 'system6', { status: 'resolved' }),
  );
  expect(await port.unlinked('system6')).toEqual([{ id: 'a', name: 'name of a' }]);
  expect(await port.unlinked('system7')).toEqual([{ id: 'b', name: 'name of b' }]);
  await port.link('a', place);
  expect(records.get('a')).toMatchObject({ instance: 'system6', rebuild: { ...place, bothWays: true } });
  expect(records.get('a')?.notes).toHaveLength(1);
  expect(await port.unlinked('system6')).toEqual([]);
  expect(state.reads).toBe(1);
  state.now += 20_000;
  expect(await port.unlinked('system6')).toEqual([]);
  expect(state.reads).toBe(2);
});

test('an alert that was linked as it came in is listed, so that its rebuild hears of it; without another note', async () => {
  const { port, records } = world(about('a', 'system6', { instance: 'system6', rebuild: place }));
  expect(await port.unlinked('system6')).toHaveLength(1);
  await port.link('a', place);
  expect(records.get('a')?.notes).toEqual([]);
  expect(await port.unlinked('system6')).toEqual([]);
});

test('an alert of an earlier rebuild is listed for the next one', async () => {
  const earlier = { ...place, id: 'system6-20261101-1', bothWays: true } as const;
  const { port } = world(about('a', 'system6', { rebuild: earlier }));
  expect(await port.unlinked('system6')).toHaveLength(1);
});

test('an alert of another tier is not listed, nor named for the instance in its labels when a rebuild is started from it', async () => {
  const { port, records } = world(about('a', 'system6', { tier: 'other' }));
  expect(await port.unlinked('system6')).toEqual([]);
  await port.link('a', place);
  expect(records.get('a')).toMatchObject({ rebuild: { ...place, bothWays: true } });
  expect(records.get('a')?.instance).toBeUndefined();
});

test('nothing happens when the alert is no longer on record', async () => {
  const { port, records } = world(about('a', 'system6'));
  expect(await port.unlinked('system6')).toHaveLength(1);
  records.delete('a');
  await port.link('a', place);
  expect(await port.unlinked('system6')).toEqual([]);
});
