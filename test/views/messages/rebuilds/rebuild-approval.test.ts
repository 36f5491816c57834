import { describe, expect, test } from 'vitest';
import { pendingOf } from '../../../../src/rebuild/model/approval.ts';
import type { Authority } from '../../../../src/rebuild/model/parts/grant.ts';
import type { Rebuild } from '../../../../src/rebuild/model/rebuild.ts';
import { actionIds, approveValue } from '../../../../views/ids.ts';
import { approvalAnswer } from '../../../../views/messages/rebuilds/rebuild-approval.ts';
import { approverMessage } from '../../../../views/messages/rebuilds/rebuild-approver.ts';
import { rebuildCard } from '../../../../views/messages/rebuilds/rebuild-card.ts';
import { rebuildStatus } from '../../../../views/messages/rebuilds/rebuild-status.ts';
import { rebuildButtons } from '../../../../views/rebuild/buttons.ts';
import { anInstance, aPlan } from '../../../builders/rebuild.ts';
import { ana, ben } from '../../support/builders.ts';
import { readable } from '../../support/read.ts';
import { inState, rebuildContext, rebuildNow } from '../../support/rebuilds.ts';
import { problemsOf } from '../../support/slack-rules.ts';

const ctx = rebuildContext();
const trusted = ['jira.example', 'acme.slack.com'];
const plan = aPlan({
  instance: anInstance({ approval: true }),
  since: { id: 'system6-20261013-1', says: ['Farmers: 20 then, 24 now.', 'Forced now, not then.'] },
});
const waiting: Rebuild = { ...inState['waiting for approval'](), plan };
const grants: Authority = {
  ...{ farmers: 24, minimum: 8, forced: false, skipped: [], extended: {}, back: [] },
  ...{ keepFarmers: false, keepGuardian: false },
};
const asking: Rebuild = {
  ...inState.running(),
  plan,
  approval: { by: ben, at: rebuildNow, planHash: plan.hash, hash: 'c'.repeat(64), grants },
  asked: [
    { wish: { verb: 'scale', farmers: 30, reason: 'too slow' }, by: ana, at: rebuildNow },
    { wish: { verb: 'override', kind: 'force', reason: 'stale' }, by: ben, at: rebuildNow },
  ],
};

const shows = [
  ['the card', (rebuild: Rebuild) => rebuildCard(rebuild, ctx)],
  ['the status', (rebuild: Rebuild) => rebuildStatus(rebuild, ctx)],
  [
    'the direct message',
    (rebuild: Rebuild) =>
      approverMessage(rebuild, { n: 1, user: 'U0BOB', wish: '', at: 0, state: 'open' }, undefined, ctx),
  ],
  [
    'the message in the approvers’ channel',
    (rebuild: Rebuild) =>
      approverMessage(rebuild, { n: 1, channel: 'C0APP', wish: '', at: 0, state: 'open' }, undefined, ctx),
  ],
  ['the answer to a typed approve', (rebuild: Rebuild) => approvalAnswer(rebuild, 'unseen', ctx)],
] as const;

describe.each(shows)('%s shows in full what its button approves', (_, show) => {
  test('a plan: every change, farmers, exceptions, against the last rebuild, and who cannot approve', () => {
    const message = show(waiting);
    const text = readable(message.blocks).join('\n');
    expect(problemsOf(message, ctx, trusted)).toEqual([]);
    for (const words of [
      'At most *24 farmers* – as in the last rebuild (commit 3f2a91c); at least *2* to go on with',
      '*balance* engine, *not forced*',
      'No exceptions: no step is skipped, no limit extended, nothing stays up in the end',
      '`system6-dcr-farmer` 0 pods → *24 pods*',
      'Against the last rebuild, `system6-20261013-1`:\n• Farmers: 20 then, 24 now.\n• Forced now, not then.',
      'Asked for by <@U0ALICE>, who cannot approve it.',
    ]) {
      expect(text).toContain(words);
    }
    expect(JSON.stringify(message.blocks)).toContain(
      approveValue(waiting.id, pendingOf(waiting)?.hash ?? ''),
    );
  });

  test('more than was approved: what, by whom and why, what it may now, and what it might then', () => {
    const message = show(asking);
    const text = readable(message.blocks).join('\n');
    expect(problemsOf(message, ctx, trusted)).toEqual([]);
    for (const words of [
      '*More is asked for than was approved*: another person must approve it. Nothing of it is done before that.',
      '• *scale to 30 farmers*, asked by <@U01ANA>',
      ': too slow',
      '• *force the rebuild*, asked by <@U02BEN>',
      'Approved by <@U02BEN>: at most 24 farmers, at least 8 to go on with, not forced; nothing skipped, extended or kept.',
      'With this it may: *at most 30 farmers, at least 8 to go on with, forced; nothing skipped, extended or kept*.',
    ]) {
      expect(text).toContain(words);
    }
    expect(JSON.stringify(message.blocks)).toContain(approveValue(asking.id, pendingOf(asking)?.hash ?? ''));
  });
});

test('what was slipped into an old record stands in the middle of it', () => {
  const reason = 'quietly';
  const overrides = [{ n: 1, kind: 'force', by: ana, at: 1, reason }] as const;
  const old = { ...waiting, overrides, farmers: { ...waiting.farmers, target: 90 } };
  const text = readable(rebuildCard(old, ctx).blocks).join('\n');
  expect(text).toContain('At most *90 farmers*');
  expect(text).toContain('*balance* engine, *forced*');
});

test('no person asked for it: the first one confirms', () => {
  const routed = { ...waiting, by: { id: 'farmhand' } };
  const text = readable(rebuildCard(routed, ctx).blocks).join('\n');
  expect(text).toContain('*Two persons must agree*');
  expect(text).toContain('[Confirm]');
});

test('where it is not shown in full the button shows it first', () => {
  expect(
    rebuildButtons(waiting).find(({ action_id }) => action_id === actionIds.rebuildApprove),
  ).toMatchObject({
    text: { text: 'Approve…' },
    value: waiting.id,
  });
});
