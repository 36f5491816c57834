import { expect, test } from 'vitest';
import type { Evolution } from '../../../src/alerts/evolve/evolve.ts';
import {
  type InstanceLinks,
  instanceOfAlert,
  linkBothWays,
  linkTaken,
} from '../../../src/alerts/evolve/instance-link.ts';
import { remark } from '../../../src/alerts/messages/remarks.ts';
import { decideThread } from '../../../src/alerts/thread/decide-thread.ts';
import { rootFacts, rootHash } from '../../../src/alerts/thread/root-facts.ts';
import { anAlert, anOpenAlert } from '../../builders/alert.ts';
import { t0 } from '../../builders/event.ts';

const place = { id: 'system6-20261120-1', channel: 'C0DCR', ts: '1.2' };
const links = (change: Partial<InstanceLinks> = {}): InstanceLinks => ({
  labels: ['express_instance', 'instance'],
  isInstance: (name) => name === 'system6' || name === 'system7',
  rebuildOf: (name) => (name === 'system6' ? place : undefined),
  ...change,
});
const taken = (alert = anOpenAlert({ labels: { instance: 'system6' } })): Evolution => ({
  alert,
  reason: 'updated',
  journal: [],
});

test('the first label that names a known instance counts', () => {
  const named = (labels: Readonly<Record<string, string>>) => instanceOfAlert(anAlert({ labels }), links());
  expect(named({ instance: 'system6', express_instance: 'system7' })).toBe('system7');
  expect(named({ instance: 'system6', express_instance: '10.0.0.1:9090' })).toBe('system6');
  expect(named({ instance: 'system6-fe1', pod: 'system6' })).toBeUndefined();
});

test('an instance of another tier is not named, whatever the labels say', () => {
  const own = links({ mayConcern: (tier, instance) => tier === 'alpha' || instance === 'system7' });
  const named = (tier: string, instance: string) =>
    instanceOfAlert(anAlert({ tier, labels: { instance } }), own);
  expect(named('alpha', 'system6')).toBe('system6');
  expect(named('beta', 'system7')).toBe('system7');
  expect(named('beta', 'system6')).toBeUndefined();
  const other = taken(anOpenAlert({ tier: 'beta', labels: { instance: 'system6' } }));
  expect(linkTaken(other, own, t0)).toBe(other);
});

test('nothing happens to an alert that names no instance, and nothing is made again', () => {
  const other = taken(anOpenAlert({ labels: { instance: 'web-1' } }));
  expect(linkTaken(other, links(), t0)).toBe(other);
});

test('an alert that comes up during a rebuild is linked once: root, a quiet note, a line in the journal', () => {
  const linked = linkTaken(taken(), links(), t0);
  expect(linked.alert).toMatchObject({ instance: 'system6', rebuild: place });
  expect(linked.alert.notes).toEqual([
    { n: 1, kind: 'rebuild', at: t0, text: remark({ code: 'during_rebuild', id: place.id }) },
  ]);
  expect(linked.journal).toEqual([{ at: t0, who: 'farmhand', what: 'rebuild_linked', why: place.id }]);
  expect(decideThread(linked.alert, t0, { claimTimeout: 1 })).toEqual({
    do: 'update',
    ts: expect.any(String),
  });
  const again = { ...linked, journal: [] };
  expect(linkTaken(again, links(), t0 + 1)).toBe(again);
});

test('before there is a thread nothing needs saying: its root will show it', () => {
  const linked = linkTaken(taken(anAlert({ labels: { instance: 'system6' } })), links(), t0);
  expect(linked.alert).toMatchObject({ rebuild: place, notes: [] });
});

test('an instance without a rebuild is named, so that one can be started', () => {
  const linked = linkTaken(taken(anOpenAlert({ labels: { instance: 'system7' } })), links(), t0);
  expect(rootFacts(linked.alert)).toMatchObject({ instance: 'system7' });
  expect(linked.alert.rebuild).toBeUndefined();
});

test('the link stays when the rebuild is over, and gives way to the next one', () => {
  const { alert } = linkTaken(taken(), links(), t0);
  const over = taken(alert);
  expect(linkTaken(over, links({ rebuildOf: () => undefined }), t0)).toBe(over);
  const next = { ...place, id: 'system6-20261121-1' };
  expect(linkTaken(over, links({ rebuildOf: () => next }), t0).alert.rebuild).toEqual(next);
});

test('a resolved alert is linked to no rebuild that began after it', () => {
  const resolved = taken(anOpenAlert({ status: 'resolved', labels: { instance: 'system6' } }));
  expect(linkTaken(resolved, links(), t0).alert.rebuild).toBeUndefined();
});

test('the thread of the rebuild is filled in when it is known, without another note', () => {
  const early = links({ rebuildOf: () => ({ id: place.id, channel: place.channel }) });
  const { alert } = linkTaken(taken(), early, t0);
  expect(alert.rebuild).toEqual({ id: place.id, channel: place.channel });
  const late = linkTaken(taken(alert), links(), t0 + 1);
  expect(late.alert.rebuild).toEqual(place);
  expect(late.alert.notes).toHaveLength(1);
  expect(linkTaken(taken(late.alert), early, t0 + 2).alert).toBe(late.alert);
});

test('what the root does not show changes nothing in Slack: that the rebuild knows of it', () => {
  const { alert } = linkTaken(taken(), links(), t0);
  const both = linkBothWays(alert, place, t0)?.alert ?? alert;
  expect(both.rebuild).toEqual({ ...place, bothWays: true });
  expect(rootHash(both)).toBe(rootHash(alert));
  expect(linkBothWays(both, place, t0)).toBeUndefined();
});
