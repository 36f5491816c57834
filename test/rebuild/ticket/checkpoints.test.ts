import { expect, test } from 'vitest';
import type { Ticket } from '../../../src/rebuild/model/parts/told.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { checkpointsDue, withCheckpoints } from '../../../src/rebuild/ticket/checkpoints.ts';
import { descriptionHash } from '../../../src/rebuild/ticket/description.ts';
import { inStep, startedAt } from '../../builders/rebuild.ts';

const hash = 'a'.repeat(64);
const ticket: Ticket = { state: 'wanted', entries: [], count: 0, attempts: 0 };
const asked = inStep('farmers', {}, { ticket });
const open = (rebuild: Rebuild): Rebuild => ({ ...rebuild, ticket: { ...rebuild.ticket, state: 'open' } });
const approved = (rebuild: Rebuild): Rebuild => ({
  ...rebuild,
  approval: { by: { id: 'U0BO' }, at: startedAt, planHash: 'h' },
});
const ended = (rebuild: Rebuild): Rebuild => ({ ...rebuild, phase: 'released', endedAt: startedAt + 1 });

test('a ticket says how far the audit was at the start, at the approval and at the end, each once', () => {
  let rebuild = withCheckpoints(asked, { seq: 3, hash });
  expect(checkpointsDue(open(rebuild))).toEqual([]);
  rebuild = withCheckpoints(approved(open(rebuild)), { seq: 9, hash });
  rebuild = withCheckpoints(ended(rebuild), { seq: 40, hash });
  expect(withCheckpoints(rebuild, { seq: 99, hash })).toBe(rebuild);
  expect(rebuild.ticket.checkpoints).toEqual([
    { of: 'start', seq: 3, hash },
    { of: 'approval', seq: 9, hash },
    { of: 'end', seq: 40, hash },
  ]);
});

test('an audit whose head is not known holds nothing up, and a later one is taken', () => {
  expect(withCheckpoints(asked, undefined)).toBe(asked);
  expect(checkpointsDue(asked)).toEqual(['start']);
});

test('what the description shows changes with it; without one it is what it was', () => {
  const { checkpoints: _, ...bare } = withCheckpoints(asked, { seq: 3, hash }).ticket;
  expect(descriptionHash({ ...asked, ticket: bare })).toBe(descriptionHash(asked));
  expect(descriptionHash(withCheckpoints(asked, { seq: 3, hash }))).not.toBe(descriptionHash(asked));
});
