import { describe, expect, test } from 'vitest';
import { UnreadableRecord } from '../../src/core/errors.ts';
import { type Leases, leaseMs, passAtMost, type Turn } from '../../src/reconcile/lease.ts';
import { createLocalDedup, nudgeWhenDue } from '../../src/reconcile/local-dedup.ts';
import { createRun } from '../../src/reconcile/run.ts';
import type { Nudges, Pass, Work } from '../../src/reconcile/work.ts';
import { createMemoryLeases } from '../fakes/leases.ts';
import { createTimers } from '../fakes/timers.ts';

const id = 'system6-20261120-1';

/** Two processes on one store; nudges, and what is told, are written down. */
const world = () => {
  const timers = createTimers();
  const { now, after } = timers;
  const leases = createMemoryLeases({ clock: now });
  const log: string[] = [];
  const process = (owner: string, over: Partial<Leases> = {}) => {
    const nudges: Nudges = {
      nudge: async (work, ids, delay = 0) => void log.push(`${owner}: ${work} ${ids} in ${delay}`),
      found: async () => {},
      afterLease: async (work, of, delay) => void log.push(`${owner}: ${work} ${of} after lease ${delay}`),
    };
    const running = createLocalDedup();
    const onTimed = (at: number) => void log.push(`${owner}: due in ${at - now()}`);
    const deps = { leases: { ...leases, ...over }, nudges, running, now, after, owner, onTimed };
    const onError = (error: unknown, work: Work) =>
      void log.push(`${owner}: ${work} failed: ${(error as Error).message}`);
    return {
      onDue: nudgeWhenDue({ ...deps, onLost: () => {} }),
      running,
      pass: (pass: Pass, work: Work = 'drive') =>
        createRun({ ...deps, passes: { [work]: pass }, onError })(work, id),
      /** A lane that a write is about to open. */
      turn: (turn: Turn) => createRun({ ...deps, passes: {}, onError })('lane', 'C1', turn),
      /** Of what was taken from the due index, lease and all. */
      taken: async (pass: () => Promise<number | undefined>) => {
        await leases.take('drive', id, owner, leaseMs);
        await createRun({ ...deps, passes: {}, onError })('drive', id, pass);
      },
    };
  };
  return { ...timers, leases, log, process, one: process('one'), two: process('two') };
};

/** A pass that has begun, and ends when it is let. */
const held = (again?: number) => {
  const entered = Promise.withResolvers<void>();
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  return {
    entered: entered.promise,
    end: () => resolve(again),
    pass: () => {
      entered.resolve();
      return promise;
    },
  };
};

const twoAtOnce: Pass = () => Promise.reject(new Error('two at once'));

describe('a pass', () => {
  test('comes again when it wants to, and gives its lease back', async () => {
    const { one, two, log } = world();
    await one.pass(async () => 5_000);
    await two.pass(async () => undefined);
    expect(log).toEqual([`one: due in 5000`]);
  });

  test('that fails is told, gives its lease back, and comes again', async () => {
    const { one, two, log } = world();
    await one.pass(() => Promise.reject(new Error('unexpected')));
    await two.pass(async () => 7_000);
    expect(log).toEqual(['one: drive failed: unexpected', `one: due in 1000`, `two: due in 7000`]);
  });

  test('over a record that cannot be read comes again in a minute: only a repair helps', async () => {
    const { one, log } = world();
    await one.pass(() => Promise.reject(new UnreadableRecord('rebuild', 'r:x')));
    expect(log[1]).toBe(`one: due in 60000`);
  });

  test('is nudged once for what its own writes make due, by the last of them', async () => {
    const { one, now, log } = world();
    await one.pass(async () => {
      one.onDue('drive', id, now());
      one.onDue('drive', id, now() + 30_000);
      return 30_000;
    });
    expect(log).toEqual([`one: due in 30000`]);
  });

  test('what a person wrote meanwhile in the same process is looked at at once', async () => {
    const { one, now, log } = world();
    const first = held(30_000);
    const passing = one.pass(first.pass);
    await first.entered;
    one.onDue('drive', id, now());
    expect(log).toEqual([]);
    first.end();
    await passing;
    expect(log).toEqual([`one: drive ${id} in 0`]);
  });

  test('what a person wrote meanwhile in another process is looked at at once', async () => {
    const { one, two, now, log } = world();
    const first = held(30_000);
    const passing = one.pass(first.pass);
    await first.entered;
    two.onDue('drive', id, now());
    expect(log.splice(0)).toEqual([`two: drive ${id} in 0`]);
    await two.pass(twoAtOnce);
    // Should the first be dead, the second comes again when its lease is over.
    expect(log.splice(0)).toEqual([`two: drive ${id} after lease ${leaseMs}`]);
    first.end();
    await passing;
    expect(log).toEqual([`one: drive ${id} in 0`]);
  });

  test('a second job of the same process makes the first look once more', async () => {
    const { one, log } = world();
    const first = held();
    const passing = one.pass(first.pass);
    await first.entered;
    await one.pass(twoAtOnce);
    first.end();
    await passing;
    expect(log).toEqual([`one: drive ${id} in 0`]);
  });

  test('parts do not wait for each other', async () => {
    const { leases, one, log } = world();
    await leases.take('card', id, 'other', leaseMs);
    await one.pass(async () => 3);
    expect(log).toEqual([`one: due in 3`]);
  });

  test('over an alert’s actions waits for no other: a silence goes ahead while a ticket hangs', async () => {
    const { one, two, log } = world();
    const ticket = held();
    const hanging = one.pass(ticket.pass, 'alert');
    await ticket.entered;
    await one.pass(async () => 1, 'alert');
    await two.pass(async () => 2, 'alert');
    expect(log).toEqual([`one: alert ${id} in 1`, `two: alert ${id} in 2`]);
    ticket.end();
    await hanging;
  });
});

describe('an owner', () => {
  test('that died holds others up for 6 s at most', async () => {
    const { leases, elapse, two, log } = world();
    await leases.take('drive', id, 'dead', leaseMs);
    await elapse(2_000);
    await two.pass(async () => 1);
    expect(log.splice(0)).toEqual([`two: drive ${id} after lease 4000`]);
    await elapse(4_000);
    await two.pass(async () => 1);
    expect(log).toEqual([`two: due in 1`]);
  });

  test('whose pass takes long keeps its lease', async () => {
    const { one, two, elapse, log, count } = world();
    const long = held(1);
    const passing = one.pass(long.pass);
    await long.entered;
    await elapse(120_000);
    await two.pass(twoAtOnce);
    expect(log.splice(0)).toEqual([expect.stringMatching(`^two: drive ${id} after lease`)]);
    long.end();
    await passing;
    expect(log).toEqual([`one: drive ${id} in 0`]);
    expect(count()).toBe(0);
  });

  test('whose pass hangs is told, and begins another one', async () => {
    const { one, elapse, log } = world();
    const passing = one.pass(held().pass);
    await elapse(passAtMost + leaseMs);
    await passing;
    expect(log.splice(0)).toEqual([
      'one: drive failed: A pass hangs; another one begins',
      `one: drive ${id} in 0`,
    ]);
    await one.pass(async () => 5);
    expect(log).toEqual([`one: due in 5`]);
  });

  test('that could not give its lease back takes it up again at once; others wait for what is left', async () => {
    const { process, two, elapse, log } = world();
    const one = process('one', { letGo: () => Promise.reject(new Error('the connection was lost')) });
    await one.pass(async () => 5_000);
    await elapse(1_000);
    await two.pass(twoAtOnce);
    await one.pass(async () => 7_000);
    expect(log).toEqual([
      `one: due in 5000`,
      `two: drive ${id} after lease ${leaseMs - 1_000}`,
      `one: due in 7000`,
    ]);
  });

  test.each(['letGo', 'take'] as const)(
    'gives back as soon as it can what it could not because %s was not answered: nobody waits for the lease',
    async (lost) => {
      const { leases, process, two, elapse, log, count } = world();
      let away = true;
      const answer = async <T>(made: () => Promise<T>, reached: boolean): Promise<T> => {
        if (!away) return made();
        // Taken, and the answer was lost; or not given back.
        if (reached) await made();
        throw new Error('the connection was lost');
      };
      const one = process('one', {
        ...(lost === 'take' && { take: (...args) => answer(() => leases.take(...args), true) }),
        letGo: (...args) => answer(() => leases.letGo(...args), false),
      });
      await one.pass(async () => 5_000);
      expect(log.splice(0)).toEqual(
        lost === 'take'
          ? ['one: drive failed: the connection was lost', `one: due in 1000`]
          : [`one: due in 5000`],
      );
      await elapse(300);
      await two.pass(twoAtOnce);
      expect(log.splice(0)).toEqual([expect.stringMatching('after lease')]);
      away = false;
      await elapse(300);
      expect(count()).toBe(0);
      await two.pass(async () => 7_000);
      expect(log).toEqual([`two: due in 7000`]);
    },
  );

  test('that is at it once more keeps it', async () => {
    const { leases, process, two, elapse, log } = world();
    let away = true;
    const one = process('one', {
      letGo: (...args) => (away ? Promise.reject(new Error('lost')) : leases.letGo(...args)),
    });
    await one.pass(async () => 5_000);
    away = false;
    const again = held();
    const passing = one.pass(again.pass);
    await again.entered;
    await elapse(300);
    log.splice(0);
    await two.pass(twoAtOnce);
    expect(log).toEqual([expect.stringMatching(`^two: drive ${id} after lease`)]);
    again.end();
    await passing;
  });
});

describe('what was taken from the due index', () => {
  test('is worked without taking the lease again, and gives it back', async () => {
    const { process, leases, log } = world();
    const one = process('one', { take: () => Promise.reject(new Error('taken twice')) });
    await one.taken(async () => 30_000);
    expect(log).toEqual(['one: due in 30000']);
    expect(leases.owner('drive', id)).toBeUndefined();
  });

  test('gives its lease back with its last write: nobody is asked again, and whoever waits for it is told', async () => {
    const { process, leases, log } = world();
    const one = process('one', { letGo: () => Promise.reject(new Error('given back twice')) });
    const pass = (wanted: boolean) => async () => {
      one.running.gaveBack('drive', id, wanted);
      await leases.letGo('drive', id, 'one');
      return 30_000;
    };
    await one.taken(pass(false));
    await one.taken(pass(true));
    expect(log).toEqual(['one: due in 30000', `one: drive ${id} in 0`]);
  });

  test('is not renewed after that; a renewal that was under way is given back, too', async () => {
    const { one, two, leases, elapse, log } = world();
    const long = held(30_000);
    const passing = one.taken(long.pass);
    await long.entered;
    await elapse(3_000);
    await leases.letGo('drive', id, 'one');
    one.running.gaveBack('drive', id, false);
    await elapse(3_000);
    expect(leases.owner('drive', id)).toBeUndefined();
    await leases.take('drive', id, 'one', leaseMs);
    long.end();
    await passing;
    await two.pass(async () => 1);
    expect(log).toEqual(['one: due in 30000', 'two: due in 1']);
  });

  test('is not taken again at once where a pass failed, or had nothing to do; and is where it wrote that it is due', async () => {
    const { process, now } = world();
    const asked: (number | undefined)[] = [];
    const one = process('one', {
      letGo: async (_, __, ___, notBefore) => {
        asked.push(notBefore === undefined ? undefined : notBefore - now());
        return false;
      },
    });
    await one.taken(() => Promise.reject(new Error('unexpected')));
    await one.taken(async () => undefined);
    await one.taken(async () => 2_000);
    await one.taken(async () => {
      one.onDue('drive', id, now() + 500);
      return 500;
    });
    await one.pass(async () => 2_000, 'card');
    expect(asked).toEqual([1_000, 60_000, 2_000, undefined, undefined]);
  });

  test('while this process is at it already is looked at once more by that pass', async () => {
    const { one, log } = world();
    const first = held(30_000);
    const passing = one.pass(first.pass);
    await first.entered;
    await one.taken(() => Promise.reject(new Error('two at once')));
    first.end();
    await passing;
    expect(log).toEqual([`one: drive ${id} in 0`]);
  });
});

test('what is due while nobody here is at it is nudged: at once, or then', async () => {
  const { one, now, log } = world();
  one.onDue('drive', id, now() - 5);
  one.onDue('card', id, 0);
  one.onDue('ticket', id, now() + 4_000);
  one.onDue('drive', id, now() + 6_000);
  expect(log).toEqual([
    `one: drive ${id} in 0`,
    `one: card ${id} in 0`,
    `one: ticket ${id} in 4000`,
    'one: due in 6000',
  ]);
});

test('what is due at once is begun here where there is a place for it, and not nudged', async () => {
  const { one, now, log } = world();
  const begun: string[] = [];
  const onDue = nudgeWhenDue({
    ...one,
    now,
    nudges: {
      nudge: async (part, _, ms) => void log.push(`${part} in ${ms}`),
    },
    onTimed: () => {},
    begin: (part) => part === 'card' && begun.push(part) < 2,
    onLost: () => {},
  });
  onDue('card', id, 0);
  onDue('ticket', id, 0);
  onDue('card', id, now() + 4_000);
  onDue('card', id, now());
  expect([begun, log]).toEqual([
    ['card', 'card'],
    ['ticket in 0', 'card in 4000', 'card in 0'],
  ]);
});

describe('a turn whose lane a write is about to open', () => {
  const never = () => Promise.reject(new Error('it was passed'));

  test('that was opened is passed, and its lease given back', async () => {
    const { one, log, leases } = world();
    const take: Turn['take'] = (owner, ms) => leases.take('lane', 'C1', owner, ms);
    await one.turn({ take, pass: async () => 250 });
    expect(log).toEqual(['one: lane C1 in 250']);
    expect((await leases.take('lane', 'C1', 'two', 100)).ok).toBe(true);
  });

  test('nothing happens when it was not opened', async () => {
    const { one, log } = world();
    await one.turn({ take: async () => 'nothing', pass: never });
    expect(log).toEqual([]);
  });

  test('a nudge that came meanwhile is not lost, though it was not opened', async () => {
    const { one, log } = world();
    const opened = Promise.withResolvers<'nothing'>();
    const turn = one.turn({ take: () => opened.promise, pass: never });
    expect(one.running.at('lane', 'C1')).toBe(true);
    await one.turn({ take: never, pass: never });
    opened.resolve('nothing');
    await turn;
    expect(log).toEqual(['one: lane C1 in 0']);
  });

  test('one that is somebody else’s comes again when that lease is over', async () => {
    const { one, log } = world();
    await one.turn({ take: async () => ({ ok: false, forMs: 700 }), pass: never });
    expect(log).toEqual(['one: lane C1 after lease 700']);
  });

  test('where nobody knows whether it was, its lease is given back as soon as that goes, and it comes again', async () => {
    const { one, log, leases, elapse } = world();
    const take: Turn['take'] = async (owner, ms) => {
      await leases.take('lane', 'C1', owner, ms);
      throw new Error('no answer');
    };
    await one.turn({ take, pass: never });
    expect(log).toEqual(['one: lane failed: no answer', 'one: lane C1 in 1000']);
    await elapse(300);
    expect((await leases.take('lane', 'C1', 'two', 100)).ok).toBe(true);
  });
});
