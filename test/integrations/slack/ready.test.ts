import { expect, test } from 'vitest';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { RootFacts } from '../../../src/alerts/thread/root-facts.ts';
import { createSlackThreads, type SlackThreads } from '../../../src/integrations/slack/threads.ts';
import { anAlert } from '../../builders/alert.ts';

interface World {
  readonly threads: SlackThreads;
  /** Names of the alerts whose roots were rendered, and the texts that were posted. */
  readonly rendered: string[];
  readonly posted: unknown[];
}

const open = (root = ({ name }: RootFacts) => ({ text: name, blocks: [] })): World => {
  const rendered: string[] = [];
  const posted: unknown[] = [];
  const nobody = () => {
    throw new Error('not asked for here');
  };
  return {
    rendered,
    posted,
    threads: createSlackThreads({
      web: {} as never,
      identity: nobody,
      call: async (_, { text }) => {
        posted.push(text);
        return { ok: true, channel: 'C1', ts: '1.000001' };
      },
      views: {
        root: (facts) => {
          rendered.push(facts.name);
          return root(facts);
        },
        notes: nobody,
        members: nobody,
        digest: nobody,
      },
    }),
  };
};

const named = (name: string): Alert => anAlert({ name });

test('what was made ready is posted as it is', async () => {
  const { threads, rendered, posted } = open();
  const alert = named('one');
  threads.makeReady(alert);
  expect([rendered, posted]).toEqual([['one'], []]);
  expect((await threads.postRoot(alert)).ok).toBe(true);
  expect([rendered, posted]).toEqual([['one'], ['one']]);
});

test('another record of the same alert is rendered for itself', async () => {
  const { threads, posted } = open();
  const alert = named('before');
  threads.makeReady(alert);
  await threads.postRoot({ ...alert, name: 'after' });
  expect(posted).toEqual(['after']);
});

test('what cannot be rendered says so when it is posted, and not before', async () => {
  const { threads, rendered } = open(() => {
    throw new Error('no such view');
  });
  const alert = named('one');
  threads.makeReady(alert);
  expect(() => threads.postRoot(alert)).toThrow('no such view');
  expect(rendered).toEqual(['one', 'one']);
});
