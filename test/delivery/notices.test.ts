import { describe, expect, test } from 'vitest';
import {
  type Notice,
  type Telling,
  type TellingDeps,
  tellNotices,
  withNotice,
} from '../../src/delivery/notices.ts';
import type { PostedMessage, SlackResult } from '../../src/delivery/slack-result.ts';

interface Told extends Telling<string> {
  readonly version: number;
}
type Answer = (post: () => PostedMessage) => SlackResult<PostedMessage>;

/** A record and channels that several processes share; each may die at any crossing. */
const world = () => {
  let now = 1_000_000;
  let record: Told = { version: 0 };
  const posted: {
    readonly channel: string;
    readonly key: string;
    readonly says: string;
    readonly ts: string;
  }[] = [];
  const log: string[] = [];
  const answers: Answer[] = [];
  const closed = new Set<string>();
  let claims = 0;
  let divert: ((channel: string) => string | undefined) | undefined;
  const process = (dies = Number.POSITIVE_INFINITY) => {
    let crossed = 0;
    const cross = async () => {
      await Promise.resolve();
      if (++crossed >= dies) throw new Error('dead');
    };
    const deps: TellingDeps<Told, string> = {
      now: () => now,
      newClaim: () => `c${++claims}`,
      claimTimeout: 15_000,
      store: {
        fresh: async () => {
          await cross();
          return record;
        },
        change: async (change) => {
          await cross();
          const result = change(record);
          if (result.write) record = { ...result.write, version: record.version + 1 };
          await cross();
          return result;
        },
      },
      pacer: { take: async () => ({ granted: 1, waitMs: 0 }), hold: async () => undefined },
      nextChannel: (refused) => (refused === 'C1' ? 'C9' : undefined),
      ...(divert && { divert }),
      slack: {
        post: async ({ key, facts: says, message: { channel } }) => {
          await cross();
          const post = (): PostedMessage => {
            const ts = `${now / 1000}.${posted.length}`;
            posted.push({ channel, key, says, ts });
            return { channel, ts };
          };
          const answer = answers.shift();
          if (closed.has(channel)) return { ok: false, kind: 'refused', error: 'is_archived' };
          const result = answer ? answer(post) : ({ ok: true, value: post() } as const);
          await cross();
          return result;
        },
        find: async ({ key, message: { channel } }) => ({
          ok: true,
          value: posted.filter((one) => one.key === key && one.channel === channel),
        }),
        remove: async ({ ts }) => {
          posted.splice(
            posted.findIndex((one) => one.ts === ts),
            1,
          );
          return { ok: true, value: undefined };
        },
      },
      onTold: ({ facts }) => log.push(`told ${facts}`),
      onRefused: ({ facts }, error) => log.push(`refused ${facts} ${error}`),
    };
    return () => tellNotices(deps);
  };
  return {
    ...{ posted, log, answers, closed, process },
    round: () => process()(),
    order: (says: string, channel = 'C1') => {
      record = {
        ...withNotice(record, { name: says, channel, facts: says }, now),
        version: record.version + 1,
      };
    },
    untold: (): readonly Notice<string>[] => record.untold ?? [],
    record: () => record,
    diverts: (to: (channel: string) => string | undefined) => {
      divert = to;
    },
    pass: (ms: number) => {
      now += ms;
    },
  };
};

const says = ({ posted }: Pick<ReturnType<typeof world>, 'posted'>) =>
  posted.map(({ channel, says: text }) => `${channel} ${text}`);

describe('what is told once', () => {
  test('is posted once, in order, and leaves the record as it was', async () => {
    const all = world();
    all.order('a');
    all.order('b');
    for (let round = 0; round < 3; round++) await all.round();
    expect(says(all)).toEqual(['C1 a', 'C1 b']);
    expect(all.log).toEqual(['told a', 'told b']);
    expect(all.record()).not.toHaveProperty('untold');
  });

  test('is posted once by two processes that look at the same time', async () => {
    const all = world();
    for (const word of ['a', 'b', 'c']) all.order(word);
    const [one, other] = [all.process(), all.process()];
    for (let round = 0; round < 4; round++) await Promise.all([one(), other()]);
    expect(says(all)).toEqual(['C1 a', 'C1 b', 'C1 c']);
  });

  test('is there once wherever a process dies', async () => {
    let deaths = 0;
    for (let dies = 1; dies < 30; dies++) {
      const all = world();
      all.order('a');
      const died = await all
        .process(dies)()
        .then(
          () => false,
          () => true,
        );
      if (died) deaths++;
      for (let round = 0; round < 6; round++) {
        all.pass(16_000);
        await all.round();
      }
      expect([dies, says(all), all.untold()]).toEqual([dies, ['C1 a'], []]);
    }
    expect(deaths).toBeGreaterThanOrEqual(6);
  });

  test('what comes first is not overtaken by what follows it in the same channel', async () => {
    const all = world();
    all.order('a');
    all.order('b');
    all.order('c', 'C2');
    all.answers.push(() => ({ ok: false, kind: 'unavailable', error: 'down' }));
    await all.round();
    expect(says(all)).toEqual(['C2 c']);
    all.pass(4_000);
    await all.round();
    expect(says(all)).toEqual(['C2 c', 'C1 a', 'C1 b']);
  });

  test('an answer that was lost is looked up, and not said twice', async () => {
    const all = world();
    all.order('a');
    all.answers.push((post) => {
      post();
      return { ok: false, kind: 'ambiguous', error: 'timeout' };
    });
    for (let round = 0; round < 8; round++) {
      await all.round();
      all.pass(20_000);
    }
    expect(says(all)).toEqual(['C1 a']);
    expect(all.untold()).toEqual([]);
  });

  test('one that is late is looked for first: a record of before may have been put back', async () => {
    const all = world();
    all.order('a');
    const [{ key } = { key: '' }] = all.untold();
    all.posted.push({ channel: 'C1', key, says: 'a', ts: '1000.9' });
    all.pass(31_000);
    await all.round();
    await all.round();
    expect(says(all)).toEqual(['C1 a']);
    expect(all.untold()).toEqual([]);
  });

  test('goes to the next channel where its own takes nothing, and is given up where none does', async () => {
    const all = world();
    all.closed.add('C1');
    all.order('a');
    await all.round();
    await all.round();
    expect(says(all)).toEqual(['C9 a']);
    all.closed.add('C9');
    all.order('b');
    for (let round = 0; round < 3; round++) await all.round();
    expect(all.log).toEqual(['told a', 'refused b is_archived']);
    expect(all.untold()).toEqual([]);
  });

  test('goes where its channel is drained to', async () => {
    const all = world();
    all.diverts((channel) => (channel === 'C1' ? 'C5' : undefined));
    all.order('a');
    await all.round();
    expect(says(all)).toEqual(['C5 a']);
  });
});
