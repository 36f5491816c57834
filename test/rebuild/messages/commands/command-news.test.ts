import { expect, test } from 'vitest';
import {
  type AlreadySo,
  alreadyWords,
  type CommandDone,
  doneWords,
} from '../../../../src/rebuild/messages/commands/command-news.ts';
import { anAuthority } from '../../../builders/rebuild.ts';

const ada = { id: 'U0ADA', name: 'Ada' };
const instance = 'system6';
const scale = { verb: 'scale', farmers: 30 } as const;
const skip = { verb: 'override', kind: 'skip_step', step: 'propagate', reason: 'known risk' } as const;
const authority = anAuthority();
const may = 'at most 4 farmers, at least 2 to go on with, not forced; nothing skipped, extended or kept';
const scaled = { note: 'scaled', entry: 'row', mark: 'scale', marked: '24 → 30 farmers' } as const;
const by24 = { code: 'scale', instance, from: 24, to: 30 } as const;

const overridden = (marked: string, says: string) => ({
  says,
  text: `Override: ${says}`,
  note: 'override',
  entry: 'override',
  mark: 'override',
  marked,
});

/** What is answered, and what thread, ticket and chart hear. */
const cases: Readonly<
  Record<CommandDone['code'], readonly (readonly [CommandDone, ReturnType<typeof doneWords> | object])[]>
> = {
  break_glass: [
    [
      { code: 'break_glass', instance, untilMs: Date.UTC(2026, 10, 20, 3, 30), lastsMs: 1_800_000 },
      {
        says: 'The glass is broken for system6, for 30m (until 2026-11-20 03:30 UTC): approvals, freeze windows and limits do not bar you, nor the rebuild as it stands. Everything is on record as done under it. It closes by itself, and another person has to review it: /dcr review system6 <what you found>.',
        text: 'Break-glass: the glass is broken for system6, for 30m (until 2026-11-20 03:30 UTC). Approvals, freeze windows and limits do not bar whoever broke it. It closes by itself; another person has to review it: /dcr review system6 <what you found>.',
        note: 'glass',
        entry: 'override',
        mark: 'override',
        marked: 'glass broken',
      },
    ],
  ],
  review: [
    [
      {
        code: 'review',
        instance,
        by: { id: 'U0ADA', name: 'Ada' },
        says: 'as the incident needed',
        verdict: 'in_order',
      },
      {
        says: 'What Ada did under the broken glass of system6 is reviewed, and in order: as the incident needed',
        note: 'approved',
        entry: 'override',
      },
    ],
    [
      {
        code: 'review',
        instance,
        by: { id: 'U0ADA', name: 'Ada' },
        says: 'Nobody was asked.',
        verdict: 'objected',
      },
      {
        says: 'What Ada did under the broken glass of system6 is reviewed, and not in order, so it must be followed up: Nobody was asked.',
        note: 'approved',
        entry: 'override',
      },
    ],
  ],
  revoke: [
    [
      { code: 'revoke', instance },
      {
        says: 'The approval of system6 is taken back by whoever gave it. Nothing was touched; the plan is made once more, and another person must approve it before anything is.',
        note: 'waiting',
        topic: 'taken_back',
        entry: 'change',
      },
    ],
  ],
  scale: [
    [
      { ...by24, takes: 'now' },
      { says: 'system6 goes from 24 to 30 farmers.', ...scaled },
    ],
    [
      { ...by24, takes: 'at_start' },
      { says: 'system6 will start with 30 farmers instead of 24.', ...scaled },
    ],
    [
      { ...by24, takes: 'when_resumed' },
      { says: 'system6 goes from 24 to 30 farmers when it is resumed.', ...scaled },
    ],
  ],
  pause: [
    [
      { code: 'pause', instance, step: 'rebuild', flight: true },
      {
        says: 'Pausing system6 in the step Rebuild: what is under way is finished first, and nothing new is begun.',
        note: 'pausing',
        entry: 'row',
        mark: 'pause',
        marked: 'paused',
      },
    ],
    [
      { code: 'pause', instance, flight: false },
      {
        says: 'Pausing system6: nothing new is begun.',
        note: 'pausing',
        entry: 'row',
        mark: 'pause',
        marked: 'paused',
      },
    ],
  ],
  resume: [
    [
      { code: 'resume', instance, step: 'rebuild', lastedMs: 300_000 },
      {
        says: 'system6 goes on in the step Rebuild, after a pause of 5m.',
        note: 'resumed',
        entry: 'row',
        mark: 'resume',
        marked: 'resumed',
      },
    ],
  ],
  cancel: [
    [
      { code: 'cancel', instance, up: true, frozen: false },
      {
        says: 'Cancelling system6: farmers and synchronizer go down now, and it ends when they are gone.',
        note: 'cancelling',
        entry: 'row',
      },
    ],
    [
      { code: 'cancel', instance, up: true, frozen: true },
      {
        says: 'Cancelling system6: it is frozen, so farmers and synchronizer stay up until the thaw; then they go down, and it ends when they are gone.',
        note: 'cancelling',
        entry: 'row',
      },
    ],
    [
      { code: 'cancel', instance, up: false, frozen: false },
      { says: 'Cancelling system6: nothing was touched yet.', note: 'cancelling', entry: 'row' },
    ],
  ],
  retry: [
    [
      { code: 'retry', instance, step: 'write' },
      { says: 'system6: the step Write caches begins once more.', note: 'override' },
    ],
  ],
  withdraw: [
    [
      { code: 'withdraw', orders: [scale, skip] },
      {
        says: 'Withdrawn: scale to 30 farmers, skip the step Propagate. It was not done, and nobody need approve it any more.',
        note: 'waiting',
        topic: 'taken_back',
      },
    ],
  ],
  asked: [
    [
      {
        code: 'asked',
        order: scale,
        excess: [{ code: 'farmers', wanted: 30, granted: 24 }, { code: 'forced' }],
      },
      {
        what: 'asked_scale',
        says: 'Asked for, not done: scale to 30 farmers. It goes beyond what was approved (30 farmers instead of at most 24; forced). Nothing was changed; another person must approve it.',
        note: 'waiting',
        topic: 'request',
      },
    ],
  ],
  confirm: [
    [
      { code: 'confirm', instance },
      {
        says: 'The rebuild of system6 is confirmed: no person had asked for it. Now another person must approve it; nothing is touched before that.',
        note: 'approved',
        topic: 'request',
      },
    ],
  ],
  approve_plan: [
    [
      {
        code: 'approve_plan',
        instance,
        plan: {
          hash: '5f2c8a0d77',
          changes: [
            { what: 'system6-dcr-sync', where: 'den / tenant-105858-prod', from: '0 pods', to: '1 pod' },
          ],
        },
        authority,
        validMs: 900_000,
        hash: 'abc123',
      },
      {
        what: 'approve',
        says: `The rebuild of system6 is approved (plan 5f2c8a0d): ${may}. If nothing has been started in 15m, it must be approved again.`,
        note: 'approved',
        topic: 'approval',
        lines: [
          'system6-dcr-sync (den / tenant-105858-prod): 0 pods → 1 pod',
          'What was approved, as SHA-256: abc123',
        ],
      },
    ],
  ],
  approve_change: [
    [
      {
        code: 'approve_change',
        decided: [
          { order: scale, by: ada },
          {
            order: { ...skip, kind: 'extend_deadline', step: 'farmers', amount: 60_000 },
            denied: {
              code: 'invalid',
              reasons: [{ code: 'in_another_step', step: 'farmers', current: 'write' }],
            },
          },
        ],
        authority,
        hash: 'abc123',
      },
      {
        what: 'approve',
        says: 'Approved: scale to 30 farmers, as Ada asked. Not done any more: give the step Farmers 1m longer. It is not in the step Farmers, but in Write caches. Nothing was changed.',
        note: 'approved',
        topic: 'approval',
        lines: [`It may now: ${may}.`, 'What was approved, as SHA-256: abc123'],
      },
    ],
  ],
  override_skip_step: [
    [
      { code: 'override_skip_step', step: 'history' },
      overridden('skip step', 'the step History update is skipped.'),
    ],
  ],
  override_accept_farmers: [
    [
      { code: 'override_accept_farmers', farmers: 1, minimum: 2 },
      overridden('accept farmers', '1 farmer is enough, instead of 2.'),
    ],
    [
      { code: 'override_accept_farmers', farmers: 3, minimum: 4 },
      overridden('accept farmers', '3 farmers are enough, instead of 4.'),
    ],
  ],
  override_extend_deadline: [
    [
      { code: 'override_extend_deadline', step: 'write', ms: 1_800_000 },
      overridden('extend deadline', 'the step Write caches may take 30m longer.'),
    ],
  ],
  override_extend_limit: [
    [
      { code: 'override_extend_limit', ms: 172_800_000 },
      overridden('extend limit', 'the whole rebuild may take 2d longer than its limit.'),
    ],
  ],
  override_farmers_stay: [
    [
      { code: 'override_farmers_stay', ms: 172_800_000 },
      overridden('extend deadline', 'the farmers stay up 2d longer while it waits for an answer.'),
    ],
  ],
  override_force: [
    [{ code: 'override_force', begun: false }, overridden('force', 'the rebuild will be forced.')],
    [
      { code: 'override_force', begun: true },
      overridden(
        'force',
        'the rebuild is forced from its next try on; override “retry from Rebuild” to begin it again.',
      ),
    ],
  ],
  override_retry_from: [
    [
      { code: 'override_retry_from', step: 'farmers' },
      overridden('retry from', 'it goes back to the step Farmers; what comes after it is done again.'),
    ],
  ],
  override_keep_farmers: [
    [
      { code: 'override_keep_farmers' },
      overridden(
        'keep farmers',
        'the farmers stay up when it ends. They cost money until somebody scales them down.',
      ),
    ],
  ],
  override_without_ticket: [
    [
      { code: 'override_without_ticket' },
      overridden('without ticket', 'it goes on although its ticket is closed, deleted or behind.'),
    ],
  ],
  override_keep_guardian: [
    [
      { code: 'override_keep_guardian' },
      overridden('keep guardian', 'the guardian stays up until somebody drops it.'),
    ],
  ],
  override_drop_guardian: [
    [
      { code: 'override_drop_guardian' },
      overridden(
        'drop guardian',
        'the guardian is released when its time comes, or now where it only waits for that.',
      ),
    ],
  ],
};

test.each(Object.entries(cases))('%s is told', (code, rows) => {
  for (const [done, words] of rows) {
    expect(done.code).toBe(code);
    expect(doneWords(done)).toEqual(words);
  }
});

const pause = { state: 'pausing', by: ada, reason: 'lunch', at: 1, remindAt: 2 } as const;

test.each<readonly [AlreadySo, string]>([
  [{ code: 'same_number', instance, farmers: 24 }, 'system6 has 24 farmers as its number already.'],
  [{ code: 'paused', instance, pause }, 'system6 is pausing already, by Ada, because: lunch'],
  [{ code: 'not_paused', instance }, 'system6 is not paused.'],
  [{ code: 'all_done' }, 'All steps are done; there is nothing to retry.'],
  [
    { code: 'asked', order: scale },
    'You asked to scale to 30 farmers already, and it waits to be approved by somebody else.',
  ],
  [{ code: 'approved', by: ada, more: false }, 'It was approved already, by Ada.'],
  [
    { code: 'approved', by: { id: 'U0BOB' }, more: true },
    'It was approved already, by U0BOB. More was asked for since; this did not approve it.',
  ],
  [{ code: 'confirmed' }, 'You confirmed it already. Now another person must approve it.'],
])('it is so already: %j', (so, words) => {
  expect(alreadyWords(so)).toBe(words);
});
