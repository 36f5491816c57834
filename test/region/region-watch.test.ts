import { expect, test } from 'vitest';
import type { SlackResult } from '../../src/delivery/slack-result.ts';
import type { Declaration } from '../../src/region/region.ts';
import { createRegionWatch } from '../../src/region/region-watch.ts';

const west: Declaration = { region: 'west', ts: '100.0', by: 'sam', why: 'first' };
const east: Declaration = { region: 'east', ts: '200.0', after: '100.0', by: 'sam', why: 'west is gone' };

const open = () => {
  const now = { monotonic: 0, wall: 1_000_000 };
  let answer: () => Promise<SlackResult<Declaration | undefined>> = async () => ({ ok: true, value: west });
  const told: string[] = [];
  const watch = createRegionWatch({
    own: 'west',
    lease: 60_000,
    newest: () => answer(),
    clock: () => ({ ...now }),
    onStanding: ({ is }) => void told.push(is),
  });
  return {
    watch,
    told,
    pass: (ms: number, wall = ms) => {
      now.monotonic += ms;
      now.wall += wall;
    },
    answers: (value: Declaration | undefined) => {
      answer = async () => ({ ok: true, value });
    },
    fails: (error: string) => {
      answer = async () => ({ ok: false, kind: 'unavailable', error });
    },
    throws: () => {
      answer = async () => Promise.reject(new Error('who am I'));
    },
  };
};

test('before anything is seen nothing is known', () => {
  expect(open().watch.standing()).toEqual({ is: 'unknown', why: 'its channel was not read lately' });
});

test('it works while it reads that it does, and for a lease after the last question that was answered', async () => {
  const { watch, pass, fails, answers, told } = open();
  await watch.look();
  fails('no answer');
  pass(59_999);
  await watch.look();
  expect(watch.standing().is).toBe('active');
  pass(1);
  expect(watch.standing()).toEqual({ is: 'unknown', why: 'no answer' });
  await watch.look();
  answers(west);
  await watch.look();
  expect(watch.standing().is).toBe('active');
  expect(told).toEqual(['active', 'unknown', 'active']);
});

test('the lease runs from when it was asked, not from the answer', async () => {
  const { watch, pass } = open();
  const slow = watch.look();
  pass(60_000);
  await slow;
  expect(watch.standing().is).toBe('unknown');
});

test('a machine that slept has used up its lease, though its monotonic clock stood still', async () => {
  const { watch, pass } = open();
  await watch.look();
  pass(0, 3_600_000);
  expect(watch.standing().is).toBe('unknown');
});

test('a wall clock that goes back gives no longer lease', async () => {
  const { watch, pass } = open();
  await watch.look();
  pass(60_000, -3_600_000);
  expect(watch.standing().is).toBe('unknown');
});

test('another region is promoted: it stands by with the next look, and is told once', async () => {
  const { watch, answers, told } = open();
  await watch.look();
  answers(east);
  await watch.look();
  await watch.look();
  expect(watch.standing()).toEqual({ is: 'standby', active: east });
  expect(told).toEqual(['active', 'standby']);
});

test('the declaration is removed from the channel: the one before it does not bring its region back', async () => {
  const { watch, answers, pass } = open();
  answers(east);
  await watch.look();
  answers(west);
  pass(60_000);
  await watch.look();
  expect(watch.standing()).toEqual({
    is: 'unknown',
    why: 'the declaration of region east (200.0) was removed from its channel; promote a region again',
  });
});

test('what cannot be asked is told, and never thrown', async () => {
  const { watch, throws } = open();
  throws();
  await watch.look();
  expect(watch.standing()).toEqual({ is: 'unknown', why: 'who am I' });
  expect(watch.trouble()).toBe('who am I');
});
