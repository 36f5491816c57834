import { expect, test } from 'vitest';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { currentStep, hasEnded } from '../../../src/rebuild/model/record.ts';
import { aRebuild } from '../../builders/rebuild.ts';
import { createRig } from './rig.ts';

const open = { state: 'open', key: 'OPS-1', entries: [], count: 0, attempts: 0 } as const;
const hour = 3_600_000;

/** Its ticket is closed in the middle of the step Farmers, when its rule is to hold. */
const held = async () => {
  const rig = createRig(aRebuild({ ticket: open }));
  await rig.until((r) => currentStep(r)?.name === 'farmers');
  rig.change((r) => ({
    ...r,
    ticket: { ...r.ticket, hold: { why: 'closed', since: rig.clock.now, by: 'Ada' } },
  }));
  const before = rig.rebuild().effects.length;
  await rig.until(hasEnded, hour);
  return { rig, before };
};
const reopen = (r: Rebuild): Rebuild => {
  const { hold: _, ...ticket } = r.ticket;
  return { ...r, ticket };
};

test('a rebuild whose ticket was closed changes nothing, asks a person, and waits for as long as it takes', async () => {
  const { rig, before } = await held();
  const step = currentStep(rig.rebuild());
  expect([step?.state, step?.ask?.code, step?.ask?.until]).toEqual(['waiting', 'ticket', undefined]);
  expect(rig.rebuild().effects).toHaveLength(before);
});

test('it goes on when the ticket is open again, and the time it waited does not count', async () => {
  const { rig } = await held();
  rig.change(reopen);
  expect((await rig.until(hasEnded)).phase).toBe('released');
});

test('it goes on where a person says so', async () => {
  const { rig } = await held();
  expect(rig.command({ verb: 'override', kind: 'without_ticket', reason: 'the CAB said so' })).toContain(
    'goes on although its ticket is closed',
  );
  expect((await rig.until(hasEnded)).phase).toBe('released');
});

test('pause and cancel pass: the cluster is left as it was found', async () => {
  const { rig } = await held();
  rig.command({ verb: 'pause', reason: 'r' });
  await rig.until((r) => r.pause?.state === 'paused', hour);
  expect(rig.rebuild().pause?.state).toBe('paused');
  rig.command({ verb: 'cancel', reason: 'r' });
  expect((await rig.until(hasEnded)).phase).toBe('cancelled');
});

test('an override that is not needed is refused', async () => {
  const rig = createRig(aRebuild({ ticket: open }));
  expect(rig.command({ verb: 'override', kind: 'without_ticket', reason: 'r' })).toContain(
    'Its ticket is not in the way of anything.',
  );
});
