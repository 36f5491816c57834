import { describe, expect, test } from 'vitest';
import type {
  ApproverClosing,
  ApproverMessage,
  Approvers,
} from '../../../../src/rebuild/approvers/message.ts';
import { pendingOf } from '../../../../src/rebuild/model/approval.ts';
import type { Glass } from '../../../../src/rebuild/model/parts/glass.ts';
import type { Rebuild } from '../../../../src/rebuild/model/rebuild.ts';
import { commandAnswer } from '../../../../views/messages/rebuilds/rebuild-answers.ts';
import { approverMessage } from '../../../../views/messages/rebuilds/rebuild-approver.ts';
import { rebuildCard } from '../../../../views/messages/rebuilds/rebuild-card.ts';
import { reviewModal } from '../../../../views/modals/review.ts';
import { rebuildLines } from '../../../../views/rebuild/lines.ts';
import { anInstance, aPlan } from '../../../builders/rebuild.ts';
import { ben } from '../../support/builders.ts';
import { readable } from '../../support/read.ts';
import { inState, rebuildContext, rebuildNow } from '../../support/rebuilds.ts';
import { problemsOf } from '../../support/slack-rules.ts';

const ctx = rebuildContext();
const plan = aPlan({ instance: anInstance({ approval: true }) });
const waiting: Rebuild = { ...inState['waiting for approval'](), plan };
const direct = { n: 1, user: 'U0BOB', wish: '', at: 0, state: 'open' } as const;
const inChannel = { n: 1, channel: 'C0APP', wish: '', at: 0, state: 'open' } as const;
const said = (rebuild: Rebuild, closing?: ApproverClosing, message: ApproverMessage = direct): string =>
  readable(approverMessage(rebuild, message, closing, ctx).blocks).join('\n---\n');

test('it asks with all that would be approved, and leads to the card', () => {
  const text = said(waiting);
  expect(text).toContain('The rebuild of *system6* waits for your approval, or a colleague’s');
  expect(text).toContain(`Exactly this is approved: code \`${pendingOf(waiting)?.hash.slice(0, 8)}\``);
  expect(text).toContain('[Approve] [Open the card]');
});

test('in the approvers’ channel it says the same to nobody in particular, with the same button', () => {
  const text = said(waiting, undefined, inChannel);
  expect(text).toContain('The rebuild of *system6* waits for an approval');
  expect(text).toContain('[Approve] [Open the card]');
  expect(text).toContain('whoever asked for it cannot give it');
  expect(said(waiting, { how: 'not_theirs', at: rebuildNow }, inChannel)).toContain(
    'not the approvers’ channel',
  );
});

describe('a broken glass', () => {
  const glass: Glass = {
    ...{ n: 1, by: ben, reason: 'the <customer> is down', at: rebuildNow, until: rebuildNow + 1_800_000 },
    did: ['scale to 40 farmers'],
  };
  const closed: Glass = { ...glass, endedAt: glass.until };
  const review = {
    by: { id: 'U0CAROL' },
    at: rebuildNow,
    verdict: 'objected',
    says: 'nobody was asked',
  } as const;
  const broken = (one: Glass): Rebuild => ({ ...waiting, glass: [one] });
  const ofGlass = { ...inChannel, wish: 'glass 1', glass: 1 };

  test.each([
    ['while it is open', glass],
    ['once it has closed', closed],
  ] as const)('in the approvers’ channel and on the card, %s', (_, one) => {
    expect(
      problemsOf(approverMessage(broken(one), ofGlass, undefined, ctx), ctx, ['acme.slack.com']),
    ).toEqual([]);
    expect(said(broken(one), undefined, ofGlass)).toMatchSnapshot();
    expect(
      readable(rebuildCard(broken(one), ctx).blocks).filter((block) => /🚨|Review…/u.test(block)),
    ).toMatchSnapshot();
    expect(rebuildLines(broken(one), ctx)).toContain('🚨');
  });

  test('reviewed: it says by whom and how, and asks no more', () => {
    const text = said(broken({ ...closed, review }), { how: 'reviewed', ...review }, ofGlass);
    expect(text).toMatchSnapshot();
    expect(text).not.toContain('[Review…]');
  });

  test('the form names what was ordered under it', () => {
    expect(readable(reviewModal(broken(closed), {}).blocks).join('\n')).toContain('scale to 40 farmers');
  });
});

const closings: readonly ApproverClosing[] = [
  { how: 'approved', by: ben, at: rebuildNow },
  { how: 'confirmed', by: ben, at: rebuildNow },
  { how: 'withdrawn', by: ben, at: rebuildNow },
  { how: 'lapsed', by: ben, at: rebuildNow },
  { how: 'ended', by: ben, reason: 'the <dataset> is *wrong*', at: rebuildNow },
  { how: 'replaced', at: rebuildNow },
  { how: 'not_theirs', at: rebuildNow },
];

test.each(closings)('$how: it says so, and has no button that asks anything', (closing) => {
  // Also where something waits again.
  const message = approverMessage(waiting, direct, closing, ctx);
  expect(problemsOf(message, ctx, ['acme.slack.com'])).toEqual([]);
  const text = said(waiting, closing);
  expect(text).toMatchSnapshot();
  expect(text).not.toContain('[Approve]');
});

describe('the card names who could approve it', () => {
  const approvers = (over: Partial<Approvers>): Approvers => ({
    wish: pendingOf(waiting)?.wish ?? '',
    at: rebuildNow,
    people: ['U0BOB', 'U0CAROL'],
    count: 2,
    roles: ['sre'],
    unknown: [],
    ...over,
  });
  const open = (user: string, n: number) =>
    ({ n, user, wish: pendingOf(waiting)?.wish ?? '', at: rebuildNow, state: 'open' }) as const;
  const both = [open('U0BOB', 1), open('U0CAROL', 2)];
  const shown = (rebuild: Partial<Rebuild>): string =>
    readable(rebuildCard({ ...waiting, ...rebuild }, ctx).blocks).find((block) => /👥|⚠️/u.test(block)) ?? '';

  test.each<readonly [string, Partial<Rebuild>, string]>([
    [
      'each was told',
      { approvers: approvers({}), messages: both },
      '👥 Can be approved by <@U0BOB>, <@U0CAROL>. Each of them got a direct message.',
    ],
    [
      'one could not be told',
      {
        approvers: approvers({}),
        messages: [open('U0BOB', 1), { ...open('U0CAROL', 2), state: 'failed', error: 'user_disabled' }],
      },
      '👥 Can be approved by <@U0BOB>, <@U0CAROL>. ⚠️ Slack did not let farmhand tell <@U0CAROL> (`user_disabled`): ask them here.',
    ],
    [
      'too many',
      { approvers: approvers({ count: 240, untold: 'many' }) },
      '👥 Can be approved by <@U0BOB>, <@U0CAROL> and 238 more. They are too many to be told one by one: ask one of them.',
    ],
    [
      'nobody',
      { approvers: approvers({ people: [], count: 0 }) },
      '⚠️ *Nobody can approve it*: nobody but those who asked holds sre. Give somebody the role (`access` in farmhand.yml), or withdraw it.',
    ],
    [
      'no role',
      { approvers: approvers({ people: [], count: 0, roles: [] }) },
      '⚠️ *Nobody can approve it*: no role allows to approve rebuilds of system6. Give somebody the role (`access` in farmhand.yml), or withdraw it.',
    ],
    [
      'Slack does not tell',
      { approvers: approvers({ people: [], count: 0, unknown: ['S0SRE'] }) },
      '⚠️ Who can approve it is not known yet. Slack does not say enough of `S0SRE`; it is asked again.',
    ],
    ['of another wish', { approvers: approvers({ wish: 'another' }) }, ''],
  ])('%s', (_, rebuild, text) => {
    expect(shown(rebuild)).toBe(text);
  });

  test('and so does the answer to what goes beyond the approval', () => {
    const answer = commandAnswer(
      {
        ok: true,
        changed: true,
        held: true,
        says: 'Asked for, not done.',
        rebuild: waiting,
        approvers: { people: [], roles: ['sre'], unknown: [] },
      },
      ctx,
    );
    expect(readable(answer.blocks).join('\n')).toContain('*Nobody can approve it*');
  });

  test('a refusal says it where an approval is wanting, and not where no approval would help', () => {
    const rebuild = { ...waiting, approvers: approvers({}), messages: both };
    const shownFor = (code: 'not_now' | 'limit' | 'invalid') =>
      readable(commandAnswer({ ok: false, code, says: ['Not scaled.'], rebuild }, ctx).blocks);
    expect(shownFor('not_now')).toEqual([
      '🚫 Not scaled.',
      '👥 Can be approved by <@U0BOB>, <@U0CAROL>. Each of them got a direct message.',
    ]);
    expect([shownFor('limit'), shownFor('invalid')]).toEqual([['🚫 Not scaled.'], ['🚫 Not scaled.']]);
  });
});
