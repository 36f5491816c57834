import { expect, test } from 'vitest';
import { StoreUnavailable } from '../../../src/core/errors.ts';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { keepOnce, type RepeatCounter } from '../../../src/intake/wire/dead-letter.ts';
import type { Rejection } from '../../../src/intake/wire/raw.ts';
import { alert, context, message, webhook } from './messages.ts';

const world = () => {
  const counts = new Map<string, number>();
  const kept: Rejection[] = [];
  const repeated: string[] = [];
  const counter: RepeatCounter = {
    counted: async (contents) => contents.map((content) => counts.get(content) ?? 0),
    count: async (contents) => {
      for (const content of contents) counts.set(content, (counts.get(content) ?? 0) + 1);
    },
  };
  const store = { away: false };
  const port = {
    keep: async (rejections: readonly Rejection[]) => {
      if (store.away) throw new StoreUnavailable('away');
      kept.push(...rejections);
    },
  };
  const { keep } = keepOnce(port, counter, ({ reason }) => void repeated.push(reason));
  return { keep, kept, repeated, counts, store };
};

const rejected = (body: unknown) => decodeMessage(message(body), context).rejections;
const bad = alert({ labels: { code: 500 } });

test('a body that keeps coming gives one dead letter, and its times are counted', async () => {
  const it = world();
  for (let time = 0; time < 5; time++)
    await it.keep(rejected(webhook([alert(), bad], { truncatedAlerts: time })));
  expect([it.kept.length, it.repeated.length, [...it.counts.values()]]).toEqual([1, 4, [5]]);
});

test('the same twice in one batch is kept once, and what differs is kept', async () => {
  const it = world();
  await it.keep([
    ...rejected('{broken'),
    ...rejected(webhook([bad])),
    ...rejected('{broken'),
    ...rejected('{other'),
  ]);
  expect(it.kept.map(({ message: { value } }) => String(value).slice(0, 7))).toEqual([
    '{broken',
    '{"versi',
    '{other',
  ]);
  expect(it.repeated).toEqual(['bad_json']);
});

test('what could not be kept is not counted as kept', async () => {
  const it = world();
  it.store.away = true;
  await expect(it.keep(rejected('{broken'))).rejects.toThrow('away');
  it.store.away = false;
  await it.keep(rejected('{broken'));
  expect([it.kept.length, it.repeated]).toEqual([1, []]);
});
