import { expect, test } from 'vitest';
import { cachesTable } from '../../../src/rebuild/messages/caches.ts';
import { startedAt } from '../../builders/rebuild.ts';

const minute = 60_000;

test('writing and each frontend, a line each: state, when, how long; and what is wrong with it', () => {
  expect(
    cachesTable({
      write: { state: 'done', startedAt, endedAt: startedAt + 5 * minute, attempt: 2 },
      frontends: [
        { name: 'fe1', state: 'ready', since: startedAt, readyAt: startedAt + minute, says: 'well' },
        { name: 'fe2', state: 'failed', since: startedAt + minute, says: 'no space on /data' },
        { name: 'fe3', state: 'waiting' },
      ],
    }),
  ).toEqual([
    ['Caches', 'State', 'Began', 'Ended', 'Took'],
    ['Written to S3', 'done, 2 attempts', '2026-11-20 03:00:00 UTC', '2026-11-20 03:05:00 UTC', '5m'],
    ['fe1', 'has them', '2026-11-20 03:00:00 UTC', '2026-11-20 03:01:00 UTC', '1m'],
    ['fe2', 'failed: no space on /data', '2026-11-20 03:01:00 UTC', '–', '–'],
    ['fe3', 'not begun', '–', '–', '–'],
  ]);
});
