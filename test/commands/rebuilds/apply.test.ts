import { describe, expect, test } from 'vitest';
import { pendingOf } from '../../../src/rebuild/model/approval.ts';
import { actionIds, approveValue } from '../../../views/ids.ts';
import { approvalAnswer } from '../../../views/messages/rebuilds/rebuild-approval.ts';
import { anInstance, aPlan, inStep } from '../../builders/rebuild.ts';
import { click, slash } from '../payloads.ts';
import { slackWorld, text } from '../slack-world.ts';

const id = 'system6-20261120-1';
const press = (action: string, value: string) => click(action, { value });
const ask = { code: 'approval', what: 'a second person', options: [], since: 1 } as const;
const waiting = inStep(
  'ticket',
  { state: 'waiting', ask },
  { plan: aPlan({ instance: anInstance({ approval: true }) }) },
);
const hash = pendingOf(waiting)?.hash ?? '';
const open = (rebuild = waiting) => slackWorld({ rebuilds: [rebuild] });
const approvalIn = (world: ReturnType<typeof open>) => world.rebuilds.rebuilds.get(id)?.approval;
/** Values of the approve buttons in what was answered. */
const buttonsIn = (world: ReturnType<typeof open>): string[] =>
  [...JSON.stringify(world.calls).matchAll(/"action_id":"rebuild\.approve"[^}]*?"value":"([^"]*)"/g)].map(
    ([, value = '']) => value,
  );

describe('Approve approves what stood above it', () => {
  test('a click on what is asked for', async () => {
    const world = open();
    await world.process(press(actionIds.rebuildApprove, approveValue(id, hash)));
    expect(approvalIn(world)).toMatchObject({ by: { id: 'U01ANA' }, hash });
    expect(world.ended()).toEqual(['done']);
  });

  test('a second click is told so, and changes nothing', async () => {
    const world = open();
    await world.process(press(actionIds.rebuildApprove, approveValue(id, hash)));
    const before = approvalIn(world);
    await world.process(press(actionIds.rebuildApprove, approveValue(id, hash)));
    expect(approvalIn(world)).toBe(before);
    expect(world.ended()).toEqual(['done', 'already so']);
  });

  test('a click on what was asked for before: refused, and what is asked for now is shown with its own button', async () => {
    const world = open();
    await world.process(press(actionIds.rebuildApprove, approveValue(id, 'a'.repeat(64))));
    expect(approvalIn(world)).toBeUndefined();
    expect(world.seen()).toEqual([text(approvalAnswer(waiting, 'stale', world.deps.view()))]);
    expect(buttonsIn(world)).toEqual([approveValue(id, hash)]);
  });

  test.each([
    ['a button of an earlier version, or of a list', () => press(actionIds.rebuildApprove, id)],
    ['/dcr approve system6', () => slash('approve system6', { command: '/dcr' })],
  ])('%s: all of it is shown first', async (_, payload) => {
    const world = open();
    await world.process(payload());
    expect(approvalIn(world)).toBeUndefined();
    expect(world.seen()).toEqual([text(approvalAnswer(waiting, 'unseen', world.deps.view()))]);
    expect(buttonsIn(world)).toEqual([approveValue(id, hash)]);
  });

  test('the code beside it approves it where it is typed', async () => {
    const world = open();
    await world.process(slash(`approve system6 ${hash.slice(0, 8)}`, { command: '/dcr' }));
    expect(approvalIn(world)?.hash).toBe(hash);
  });

  test('who may not see it is shown nothing of it', async () => {
    const world = open();
    world.rebuilds.denied.add('U01ANA status');
    await world.process(slash('approve system6', { command: '/dcr' }));
    expect(world.seen()[0]).toContain('You may not status system6.');
    expect(world.seen()[0]).not.toContain('24 farmers');
  });

  test('where nothing waits, it says so', async () => {
    const world = open(inStep('rebuild'));
    await world.process(press(actionIds.rebuildApprove, id));
    expect(world.ended()).toEqual(['not_now']);
  });
});

test('what goes beyond the approval is answered as not done, with what it waits for', async () => {
  const { plan } = waiting;
  const grants = {
    ...{ farmers: 24, minimum: 2, forced: false, skipped: [], extended: {}, back: [] },
    ...{ keepFarmers: false, keepGuardian: false },
  };
  const approval = { by: { id: 'U02BEN' }, at: 1, planHash: plan.hash, hash: 'x', grants };
  const world = open(inStep('history', {}, { plan, approval }));
  await world.process(slash('scale system6 30', { command: '/dcr' }));
  expect(world.seen()[0]).toMatch(
    /^🔏 Asked for, not done: scale to 30 farmers\. It goes beyond what was approved \(30 farmers instead of at most 24\)\. Nothing was changed; another person must approve it\./,
  );
});
