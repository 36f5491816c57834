import { describe, expect, test } from 'vitest';
import {
  type Controller,
  carryOut,
  claimGoodFor,
  type EffectSteps,
  firstFrom,
  type PassLimits,
  reconcile,
} from '../../src/reconcile/controller.ts';

/** A record that wants words written outside, each once; the outside knows what was written. */
interface Wanted {
  readonly words: readonly string[];
  readonly claimed: readonly string[];
  readonly done: readonly string[];
  /** Nothing before that; ms. */
  readonly from?: number;
}

interface WordClaim {
  readonly word: string;
  readonly at: number;
}

type WordEffect = EffectSteps<Wanted, string, WordClaim, string>;

const world = (words: readonly string[], over: Partial<Controller<Wanted, string> & WordEffect> = {}) => {
  const clock = { now: 1_000 };
  const log: string[] = [];
  let record: Wanted | undefined = { words, claimed: [], done: [] };
  const controller: Omit<Controller<Wanted, string>, 'carryOut'> & WordEffect = {
    load: async () => record,
    decide: (seen) => {
      if (seen.from !== undefined && seen.from > clock.now) return { do: 'wait', until: seen.from };
      const [word] = seen.words.filter((each) => !seen.done.includes(each));
      return word === undefined ? { do: 'nothing' } : { do: 'work', work: [word] };
    },
    claim: async (_, word) => {
      if (!record) return undefined;
      record = { ...record, claimed: [...record.claimed, word] };
      log.push(`claimed ${word}`);
      return { word, at: clock.now };
    },
    execute: async ({ word }) => {
      log.push(`wrote ${word}`);
      return 'ok';
    },
    unanswered: (error) => `perhaps: ${(error as Error).message}`,
    apply: async ({ word }, outcome) => {
      if (record) record = { ...record, done: [...record.done, word] };
      log.push(`${word}: ${outcome}`);
    },
    ...over,
  };
  return {
    clock,
    log,
    set: (next: Wanted | undefined) => {
      record = next;
    },
    pass: (limits: Partial<PassLimits> = {}) =>
      reconcile({ ...controller, carryOut: carryOut(controller, () => clock.now) }, 'id', {
        now: () => clock.now,
        rounds: 10,
        ...limits,
      }),
  };
};

test('the claim is on record before the effect, and its outcome before the next decision', async () => {
  const { pass, log } = world(['a', 'b']);
  expect(await pass()).toBeUndefined();
  expect(log).toEqual(['claimed a', 'wrote a', 'a: ok', 'claimed b', 'wrote b', 'b: ok']);
});

test('nothing happens when there is no record, or nothing is due', async () => {
  const { pass, log, set, clock } = world([]);
  expect(await pass()).toBeUndefined();
  set({ words: ['a'], claimed: [], done: [], from: clock.now + 500 });
  expect(await pass()).toBe(500);
  set(undefined);
  expect(await pass()).toBeUndefined();
  expect(log).toEqual([]);
});

test('an effect that throws may have been made, and is on record as such', async () => {
  const { pass, log } = world(['a', 'b'], {
    execute: () => {
      throw new Error('reset');
    },
  });
  await pass();
  expect(log).toEqual(['claimed a', 'a: perhaps: reset', 'claimed b', 'b: perhaps: reset']);
});

test('a process that was stopped after its claim does not wake up acting', async () => {
  const all = world(['a'], {
    claim: async (_, word) => {
      const at = all.clock.now;
      all.clock.now += claimGoodFor + 1;
      return { word, at };
    },
  });
  expect(await all.pass({ budget: 20_000 })).toBe(0);
  expect(all.log).toEqual([]);
});

test('where the record has moved on, it is decided again', async () => {
  const all = world(['a'], {
    claim: async () => {
      all.set({ words: [], claimed: [], done: [] });
      return undefined;
    },
  });
  expect(await all.pass()).toBeUndefined();
  expect(all.log).toEqual([]);
});

describe('a pass gives its worker back', () => {
  test('after so many rounds, and comes again when it said', async () => {
    const { pass, log } = world(['a', 'b', 'c']);
    expect(await pass({ rounds: 2, rest: 4_000 })).toBe(4_000);
    expect(log.filter((line) => line.startsWith('wrote'))).toEqual(['wrote a', 'wrote b']);
    expect(await pass({ rounds: 2, rest: 4_000 })).toBeUndefined();
  });

  test('after so long, at once', async () => {
    const all = world(['a', 'b'], {
      execute: async () => {
        all.clock.now += 600;
        return 'ok';
      },
    });
    expect(await all.pass({ budget: 500 })).toBe(0);
    expect(all.log).toEqual(['claimed a', 'a: ok']);
  });

  test('when the process ends', async () => {
    const { pass, log } = world(['a']);
    expect(await pass({ stopping: () => true })).toBe(0);
    expect(log).toEqual([]);
  });

  test('when there is room for none of its work; what has room goes', async () => {
    const { pass, log } = world(['a', 'b'], {
      decide: () => ({ do: 'work', work: ['a', 'b'] }),
      admit: async (_, word, go) => {
        if (word === 'a' && log.includes('wrote a')) return 700;
        if (word === 'b') return 300;
        await go();
        return undefined;
      },
    });
    expect(await pass()).toBe(300);
    expect(log).toEqual(['claimed a', 'wrote a', 'a: ok']);
  });
});

describe('an effect that needs proof', () => {
  test('is not made without it, and that is its outcome', async () => {
    let proven = false;
    const { pass, log } = world(['a', 'b'], {
      prove: async () => (proven ? undefined : 'not proven'),
    });
    expect(await pass({ rounds: 1, rest: 50 })).toBe(50);
    expect(log).toEqual(['claimed a', 'a: not proven']);
    proven = true;
    expect(await pass()).toBeUndefined();
    expect(log.slice(2)).toEqual(['claimed b', 'wrote b', 'b: ok']);
  });

  test('is left to whoever took it over, when the process was stopped while it looked for the proof', async () => {
    const all = world(['a'], {
      prove: async () => {
        all.clock.now += claimGoodFor + 1;
        return undefined;
      },
    });
    await all.pass({ rounds: 1 });
    expect(all.log).toEqual(['claimed a']);
  });
});

test('a pass that is given what the store just said begins with that, and asks only afterwards', async () => {
  const loads: string[] = [];
  const seen: (readonly [string])[] = [];
  const controller: Controller<readonly [string], string> = {
    load: async () => {
      loads.push('asked');
      return seen.length < 2 ? ['later'] : undefined;
    },
    decide: (what) => ({ do: 'work', work: [...what] }),
    carryOut: async (what) => void seen.push(what),
  };
  await reconcile(firstFrom(controller, ['first']), 'id', { now: () => 0, rounds: 10 });
  expect([seen, loads]).toEqual([
    [['first'], ['later']],
    ['asked', 'asked'],
  ]);
});
