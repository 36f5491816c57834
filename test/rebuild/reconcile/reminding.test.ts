import { expect, test } from 'vitest';
import type { Person } from '../../../src/core/person.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { openIntervention } from '../../../src/rebuild/model/record.ts';
import { anInstance, aPlan, aRebuild } from '../../builders/rebuild.ts';
import { createRig } from './rig.ts';

/** People are reminded of what waits for their approval: more and more seldom, and not for ever. */
const bob: Person = { id: 'U0BOB', name: 'Bob Birch' };
const minute = 60_000;
const plan = aPlan({ instance: anInstance({ approval: true }), farmers: 4 });
const none = { state: 'none', entries: [], count: 0, attempts: 0 } as const;

const waits = (rebuild: Rebuild): boolean => openIntervention(rebuild)?.code === 'approval';
const reminders = ({ card }: Rebuild) =>
  card.notes.filter(({ kind }) => kind === 'still_waiting').map(({ at }) => at);

const waiting = async () => {
  const rig = createRig(aRebuild({ plan, ticket: none }), {
    policy: { remindApproval: 30 * minute },
    replan: async () => ({ ok: true, value: { kind: 'plan', plan } }),
  });
  await rig.until(waits);
  const since = rig.rebuild().awaited?.since ?? 0;
  const after = async (ms: number) => {
    await rig.until(() => rig.clock.now >= since + ms);
    return reminders(rig.rebuild()).map((at) => Math.round((at - since) / minute));
  };
  return { rig, after };
};

test('after half an hour, then each time after twice as long, five times', async () => {
  const { after } = await waiting();
  expect(await after(29 * minute)).toEqual([]);
  expect(await after(31 * minute)).toEqual([30]);
  expect(await after(40 * 60 * minute)).toEqual([30, 90, 210, 450, 930]);
});

test('not once it is approved; and what is asked for beyond that waits from its own beginning', async () => {
  const { rig, after } = await waiting();
  rig.command({ verb: 'approve' }, bob);
  await rig.until(({ effects }) => effects.length > 0);
  expect(rig.rebuild().awaited).toBeUndefined();
  rig.command({ verb: 'scale', farmers: 9, reason: 'too slow' });
  expect(await after(2 * minute)).toEqual([]);
  expect(rig.rebuild().awaited).toMatchObject({ told: 0 });
});

test('not while it is paused', async () => {
  const { rig, after } = await waiting();
  rig.command({ verb: 'pause', reason: 'lunch' });
  expect(await after(60 * minute)).toEqual([]);
});
