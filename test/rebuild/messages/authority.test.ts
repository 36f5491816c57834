import { expect, test } from 'vitest';
import { authorityWords, excessWords, orderWords } from '../../../src/rebuild/messages/authority.ts';
import type { Excess } from '../../../src/rebuild/model/authority.ts';
import type { Authority } from '../../../src/rebuild/model/parts/grant.ts';
import type { WiderOrder } from '../../../src/rebuild/model/parts/orders.ts';
import { anAuthority } from '../../builders/rebuild.ts';

test.each<readonly [Excess, string]>([
  [{ code: 'farmers', wanted: 30, granted: 24 }, '30 farmers instead of at most 24'],
  [{ code: 'minimum', wanted: 1, granted: 2 }, 'goes on with 1 farmer instead of at least 2'],
  [{ code: 'forced' }, 'forced'],
  [{ code: 'accepted', farmers: 3 }, '3 farmers accepted as enough, without waiting for more'],
  [{ code: 'skipped', step: 'history' }, 'the step History update is skipped'],
  [{ code: 'extended', step: 'write', ms: 1_800_000 }, 'the step Write caches may take 30m longer'],
  [
    { code: 'back', step: 'farmers' },
    'goes back to the step Farmers, and does it and what comes after it again',
  ],
  [{ code: 'farmers_kept' }, 'the farmers stay up when it ends'],
  [{ code: 'without_ticket' }, 'goes on although its ticket is closed, deleted or behind'],
  [{ code: 'guardian_kept' }, 'the guardian stays up until somebody drops it'],
])('beyond the approval: %j', (excess, words) => {
  expect(excessWords(excess)).toBe(words);
});

const plain: Authority = anAuthority();

test.each([
  [plain, 'at most 4 farmers, at least 2 to go on with, not forced; nothing skipped, extended or kept'],
  [
    {
      ...plain,
      farmers: 1,
      minimum: 1,
      forced: true,
      accepted: 1,
      skipped: ['propagate'],
      extended: { write: 60_000 },
      back: ['farmers'],
      keepFarmers: true,
      keepGuardian: true,
    } satisfies Authority,
    'at most 1 farmer, at least 1 to go on with, forced; 1 farmer accepted as enough, without waiting for more; the step Propagate is skipped; the step Write caches may take 1m longer; goes back to the step Farmers, and does it and what comes after it again; the farmers stay up when it ends; the guardian stays up until somebody drops it',
  ],
] as const)('all that it may do', (authority, words) => {
  expect(authorityWords(authority)).toBe(words);
});

const override = { verb: 'override', reason: 'known risk' } as const;

test.each<readonly [WiderOrder, string]>([
  [{ verb: 'scale', farmers: 30 }, 'scale to 30 farmers'],
  [{ ...override, kind: 'skip_step', step: 'history' }, 'skip the step History update'],
  [{ ...override, kind: 'skip_step' }, 'skip its step'],
  [{ ...override, kind: 'accept_farmers', amount: 1 }, 'accept 1 farmer'],
  [
    { ...override, kind: 'extend_deadline', step: 'write', amount: 60_000 },
    'give the step Write caches 1m longer',
  ],
  [{ ...override, kind: 'extend_limit', amount: 86_400_000 }, 'give the whole rebuild 1d longer'],
  [{ ...override, kind: 'force' }, 'force the rebuild'],
  [{ ...override, kind: 'retry_from', step: 'farmers' }, 'go back to the step Farmers'],
  [{ ...override, kind: 'keep_farmers' }, 'keep the farmers up when it ends'],
  [{ ...override, kind: 'without_ticket' }, 'go on without its ticket'],
  [{ ...override, kind: 'keep_guardian' }, 'keep the guardian up'],
  [{ ...override, kind: 'drop_guardian' }, 'drop the guardian'],
])('what is asked for: %j', (order, words) => {
  expect(orderWords(order)).toBe(words);
});
