import { describe, expect, test } from 'vitest';
import type { HandoverSchedule } from '../../src/core/time/handover-times.ts';
import type { PostedMessage, SlackResult } from '../../src/delivery/slack-result.ts';
import { type HandoverDeps, postHandovers } from '../../src/handover/post-handovers.ts';
import { type HandoverRecord, handoverKey } from '../../src/handover/record.ts';

const hour = 3_600_000;
const eight = Date.UTC(2026, 10, 25, 8);
const schedule: HandoverSchedule = {
  ...{ name: 'morning', at: 8 * hour, days: [0, 1, 2, 3, 4, 5, 6], zone: 'UTC', channel: 'C1' },
  ...{ late: hour, rebuilds: true },
};

/** A channel and a store that several processes share; each can die at any call. */
const world = (over: Partial<HandoverSchedule> = {}) => {
  let now = eight - 60_000;
  const records = new Map<string, HandoverRecord>();
  const channel: { readonly key: string; readonly ts: string }[] = [];
  const told: string[] = [];
  const answers: ((posted: () => PostedMessage) => SlackResult<PostedMessage>)[] = [];
  let claims = 0;
  const process = (dies = Number.POSITIVE_INFINITY) => {
    let crossed = 0;
    const cross = () => {
      if (++crossed >= dies) throw new Error('dead');
    };
    const deps: HandoverDeps = {
      now: () => now,
      newClaim: () => `c${++claims}`,
      claimTimeout: 60_000,
      schedules: () => [{ ...schedule, ...over }],
      store: {
        load: async (name) => {
          cross();
          return records.get(name);
        },
        save: async (record) => {
          cross();
          if ((records.get(record.name)?.version ?? 0) !== record.version) return undefined;
          const next = { ...record, version: record.version + 1 };
          records.set(record.name, next);
          return next;
        },
      },
      pacer: { take: async () => ({ granted: 1, waitMs: 0 }), hold: async () => undefined },
      slack: async (_, record) => {
        const key = handoverKey(record);
        const post = (): PostedMessage => {
          const ts = `${now / 1000}.${channel.length}`;
          channel.push({ key, ts });
          return { channel: 'C1', ts };
        };
        return {
          post: async () => {
            cross();
            const answer = answers.shift();
            const result = answer ? answer(post) : ({ ok: true, value: post() } as const);
            cross();
            return result;
          },
          find: async () => ({
            ok: true,
            value: channel.filter((one) => one.key === key).map(({ ts }) => ({ channel: 'C1', ts })),
          }),
          remove: async ({ ts }) => {
            channel.splice(
              channel.findIndex((one) => one.ts === ts),
              1,
            );
            return { ok: true, value: undefined };
          },
        };
      },
      onEnd: (_, outcome, late) => told.push(`${outcome} ${late / 60_000}`),
      onRefused: (_, error) => told.push(`refused ${error}`),
      onError: (_, error) => told.push(error),
    };
    return () => postHandovers(deps);
  };
  return {
    channel,
    told,
    answers,
    records,
    process,
    round: () => process()(),
    at: (ms: number) => {
      now = ms;
    },
    pass: (ms: number) => {
      now += ms;
    },
  };
};

const began = async (over: Partial<HandoverSchedule> = {}) => {
  const all = world(over);
  await all.round();
  all.at(eight);
  return all;
};

test('a new schedule posts nothing of before, and then once each time', async () => {
  const { round, channel, at, told } = world();
  at(eight + 60_000);
  await round();
  await round();
  expect(channel).toEqual([]);
  for (const day of [1, 2]) {
    at(eight + day * 24 * hour);
    await round();
    await round();
    await round();
  }
  expect(channel.map(({ key }) => key)).toEqual(
    [1, 2].map((day) => `morning-${(eight + day * 24 * hour).toString(36)}`),
  );
  expect(told).toEqual(['posted 0', 'posted 0']);
});

test('two processes at the same moment post one', async () => {
  const { process, channel, round, pass } = await began();
  await Promise.all([process()(), process()(), process()()]);
  pass(60_001);
  await round();
  expect(channel).toHaveLength(1);
});

describe('a process that dies at any call', () => {
  test.each(Array.from({ length: 12 }, (_, n) => n + 1))(
    'the %ith: one is there in the end',
    async (dies) => {
      const { process, channel, round, pass } = await began();
      await process(dies)();
      for (let n = 0; n < 20; n++) {
        pass(5_000);
        await round();
      }
      expect(channel).toHaveLength(1);
    },
  );
});

test('a lost answer is looked up: what was posted is found, and what was not is posted', async () => {
  for (const arrived of [true, false]) {
    const { answers, channel, round, pass } = await began();
    answers.push((post) => {
      if (arrived) post();
      return { ok: false, kind: 'ambiguous', error: 'timeout' };
    });
    for (let n = 0; n < 30; n++) {
      await round();
      pass(10_000);
    }
    expect(channel).toHaveLength(1);
  }
});

test('down at its time: late within the bound, and else missed, said, and not made up for', async () => {
  const late = await began();
  late.at(eight + hour);
  await late.round();
  expect(late.told).toEqual(['posted 60']);
  const missed = await began();
  missed.at(eight + hour + 1);
  await missed.round();
  await missed.round();
  expect([missed.channel, missed.told.map((one) => one.split(' ')[0])]).toEqual([[], ['missed']]);
  missed.at(eight + 24 * hour);
  await missed.round();
  expect(missed.channel).toHaveLength(1);
});

test('late on an older copy of the records: what was posted already is found, and not posted again', async () => {
  const { round, records, channel, pass, told } = await began();
  const copy = new Map(records);
  await round();
  for (const [name, record] of copy) records.set(name, record);
  pass(60_000);
  for (let n = 0; n < 10; n++) {
    await round();
    pass(10_000);
  }
  expect(channel).toHaveLength(1);
  expect(told).toEqual(['posted 0', 'posted 1']);
});

test('a channel that does not take it is tried again until the bound, then it is missed', async () => {
  const { answers, told, round, pass, channel } = await began({ late: 120_000 });
  for (let n = 0; n < 40; n++) answers.push(() => ({ ok: false, kind: 'refused', error: 'not_in_channel' }));
  for (let n = 0; n < 40; n++) {
    await round();
    pass(5_000);
  }
  expect(channel).toEqual([]);
  expect(told.filter((one) => one.startsWith('missed'))).toHaveLength(1);
  expect(told.filter((one) => one === 'refused not_in_channel').length).toBeGreaterThan(2);
});

test('one in doubt whose time is over is looked for, and never posted again', async () => {
  const { answers, channel, round, pass, told } = await began({ late: 60_000 });
  answers.push(() => ({ ok: false, kind: 'ambiguous', error: 'timeout' }));
  await round();
  pass(600_000);
  for (let n = 0; n < 30; n++) {
    await round();
    pass(10_000);
  }
  expect(channel).toEqual([]);
  expect(told.map((one) => one.split(' ')[0])).toEqual(['missed']);
});

test('a record that is gone counts as a new schedule: the same one is never posted twice', async () => {
  const { round, records, channel, pass } = await began();
  await round();
  records.clear();
  pass(10_000);
  await round();
  await round();
  expect(channel).toHaveLength(1);
});

test('another time for the same name counts from then on', async () => {
  const { records, channel, process, at } = await began();
  at(eight - 30_000);
  await process()();
  records.set('morning', { name: 'morning', version: 9, due: eight - 23 * hour, ended: 'posted' });
  await process()();
  // Of 09:00 yesterday: 08:00 today is later.
  at(eight + 60_000);
  await process()();
  expect(channel).toHaveLength(1);
});
