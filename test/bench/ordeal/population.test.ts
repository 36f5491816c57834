import { expect, test } from 'vitest';
import { createPopulation, repeatEvery, type Sending } from '../../../bench/ordeal/population.ts';
import { randomFrom } from '../../../sandbox/generator/random.ts';

const start = 1_800_000_000_000;
const minutes = 4;

const all = (): readonly (Sending & { readonly at: number })[] => {
  const population = createPopulation({ rate: 200, channels: 5, random: randomFrom(1), start });
  const sent: (Sending & { at: number })[] = [];
  for (let at = start; at < start + minutes * 60_000; at += 50) {
    sent.push(...population.due(at).map((sending) => ({ ...sending, at })));
  }
  return sent;
};

test('about two hundred events a second once it runs, over all channels', () => {
  const later = all().filter(({ at }) => at >= start + 60_000);
  const rate = later.length / ((minutes - 1) * 60);
  expect(rate).toBeGreaterThan(185);
  expect(rate).toBeLessThan(215);
  expect(new Set(later.map(({ channel }) => channel))).toEqual(new Set([0, 1, 2, 3, 4]));
});

test('each alert begins, is repeated while it fires, and ends; what fires again has begun later', () => {
  const lives = Map.groupBy(all(), ({ alert }) => alert);
  for (const life of lives.values()) {
    expect(life.map(({ nth }) => nth)).toEqual(life.map((_, n) => n));
    const words = life.map(({ kind }) => kind).join(' ');
    expect(words).toMatch(/^new( repeat)*( resolve( refire( repeat)*( resolve)?)?)?$/);
    for (const [n, { kind, at }] of life.entries()) {
      const before = life[n - 1];
      if (before && kind === 'repeat') expect(Math.abs(at - before.at - repeatEvery)).toBeLessThan(200);
      if (before && kind === 'refire') expect(life[n]?.startsAt).toBeGreaterThan(before.endsAt ?? 0);
    }
  }
});
