import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { StoreUnavailable } from '../../../../src/core/errors.ts';
import { createIntakeQuota } from '../../../../src/intake/quota.ts';
import { kafkaSettings, useKafka } from '../../../support/kafka.ts';
import { consumerWith, numbered, write } from './harness.ts';

const kafka = useKafka();
const until = (check: () => void | Promise<void>, timeout = 30_000): Promise<void> =>
  vi.waitFor(check, { timeout, interval: 25 });

/** Two topics of two tiers, and what was taken in of each, in order. */
const world = async (waitMs: (tier: string) => number) => {
  const { broker, topic, committed } = kafka();
  const [flood, calm] = [await topic(4), await topic(1)];
  const settings = kafkaSettings(broker.address, [flood, calm]);
  const running = consumerWith(settings, { count: 2, tierOf: (name) => name, waitMs });
  const taken = new Map<string, string[]>();
  const of = (name: string) => taken.get(name) ?? [];
  const note = (each: () => Promise<void> = async () => {}): void => {
    running.ingest.before = async (messages) => {
      await each();
      for (const { position } of messages) {
        if (position.via !== 'kafka') continue;
        taken.set(position.topic, [...of(position.topic), `${position.partition}:${position.offset}`]);
      }
    };
  };
  const isWhole = (name: string, count: number): void => {
    const all = of(name);
    expect([all.length, new Set(all).size]).toEqual([count, count]);
    const last = new Map<string, number>();
    for (const place of all) {
      const [partition = '', offset = ''] = place.split(':');
      expect(Number(offset)).toBe((last.get(partition) ?? -1) + 1);
      last.set(partition, Number(offset));
    }
  };
  return { ...{ flood, calm, settings, running, of, note, isWhole, committed } };
};

test('one tier’s backlog, written slowly, keeps another waiting for no more than a chunk of it; nothing is lost or doubled', async () => {
  const w = await world(() => 0);
  await write(w.settings, w.flood, numbered(2_000));
  w.note(() => sleep(20));
  await using _ = w.running;
  await w.running.consumer.start();
  await until(() => expect(w.of(w.flood).length).toBeGreaterThan(100));
  for (let n = 0; n < 10; n++) {
    const before = w.of(w.flood).length;
    await write(w.settings, w.calm, [`calm-${n}`]);
    await until(() => expect(w.of(w.calm).length).toBe(n + 1), 5_000);
    // Long before the backlog is through.
    expect(w.of(w.flood).length - before).toBeLessThan(400);
  }
  await until(() => w.isWhole(w.flood, 2_000), 60_000);
});

test('over its quota a tier is read at its pace: all of it, in order, while others go on; offsets follow', async () => {
  const quota = createIntakeQuota((tier) => (tier === w.flood ? 40 : undefined), Date.now);
  const w = await world((tier) => quota.waitMs(tier));
  await write(w.settings, w.flood, numbered(600));
  w.note();
  const before = w.running.ingest.before;
  w.running.ingest.before = async (messages) => {
    await before(messages);
    const [{ position } = { position: undefined }] = messages;
    if (position?.via === 'kafka') quota.charge(position.topic, messages.length);
  };
  await using _ = w.running;
  const began = performance.now();
  await w.running.consumer.start();
  await until(() => expect(w.of(w.flood).length).toBeGreaterThanOrEqual(400));
  await write(w.settings, w.calm, ['calm']);
  await until(() => expect(w.of(w.calm).length).toBe(1), 3_000);
  expect(w.of(w.flood).length).toBeLessThan(560);
  await until(() => w.isWhole(w.flood, 600), 60_000);
  // Ten seconds' worth at once, and the other two hundred at forty a second, but for the last chunks.
  expect(performance.now() - began).toBeGreaterThan(2_500);
  await until(async () => {
    const places = await w.committed(w.settings.group_id, w.flood);
    expect(Object.values(places).reduce((sum, offset) => sum + Number(offset), 0)).toBe(600);
  });
});

test('the store goes away while a tier is put off: nothing is read on meanwhile, and all of both afterwards', async () => {
  let away = false;
  const w = await world(() => 0);
  await write(w.settings, w.flood, numbered(600));
  w.note(async () => {
    if (away) throw new StoreUnavailable('away');
    await sleep(10);
  });
  await using _ = w.running;
  await w.running.consumer.start();
  await until(() => expect(w.of(w.flood).length).toBeGreaterThan(40));
  away = true;
  await until(() => expect(w.running.consumer.status().held).toBe('away'));
  await write(w.settings, w.calm, ['calm']);
  await sleep(500);
  away = false;
  await until(() => w.isWhole(w.flood, 600), 60_000);
  await until(() => w.isWhole(w.calm, 1));
});
