import { expect, test } from 'vitest';
import type { Note } from '../../../src/alerts/model/alert.ts';
import { createSlackThreads } from '../../../src/integrations/slack/threads.ts';
import { anOpenAlert } from '../../builders/alert.ts';
import { t0 } from '../../builders/event.ts';

const view = () => ({ text: 'said', blocks: [] });

/** What Slack is asked to do with a reply of these notes. */
const reply = async (...notes: readonly Omit<Note, 'n' | 'at'>[]): Promise<unknown> => {
  const asked: unknown[] = [];
  const threads = createSlackThreads({
    web: {} as never,
    identity: () => Promise.reject(new Error('not asked for here')),
    call: async (_, { thread_ts, reply_broadcast }) => {
      asked.push([thread_ts, reply_broadcast]);
      return { ok: true, channel: 'C1', ts: '1.000001' };
    },
    views: { root: view, notes: view, members: view, digest: view },
  });
  const numbered = notes.map((note, i) => ({ ...note, n: i + 1, at: t0 }));
  await threads.postNotes(anOpenAlert({ notes: numbered }), '1.1', numbered);
  return asked[0];
};

test('a reply that is for the channel is shown there', async () => {
  expect(await reply({ kind: 'acknowledged' })).toEqual(['1.1', undefined]);
  expect(await reply({ kind: 'acknowledged' }, { kind: 'refired', broadcast: true })).toEqual(['1.1', true]);
});

test('an end is not, though the firing before it was to be', async () => {
  expect(await reply({ kind: 'resolved', broadcast: true })).toEqual(['1.1', undefined]);
});
