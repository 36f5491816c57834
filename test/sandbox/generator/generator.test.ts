import { describe, expect, test } from 'vitest';
import { fingerprint } from '../../../sandbox/generator/fingerprint.ts';
import { createGenerator, type Generator } from '../../../sandbox/generator/generator.ts';
import type { Sending } from '../../../sandbox/generator/sendings.ts';
import { dayMs } from '../../../sandbox/generator/week.ts';
import type { AlertEvent } from '../../../src/alerts/model/event.ts';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { firing, fixture, message } from '../../intake/wire/messages.ts';

const start = Date.UTC(2026, 10, 20, 14, 20);

/** Plays on a clock that only sleeping moves, until `ms` have passed; `at` says what to do on the way. */
const play = async (
  ms: number,
  over: {
    seed?: number;
    speed?: number;
    at?: (atMs: number, generator: Generator) => void;
    fail?: boolean;
  } = {},
) => {
  let clock = start;
  const sent: Sending[] = [];
  const errors: unknown[] = [];
  const stop = new AbortController();
  const generator = createGenerator({
    seed: over.seed ?? 1,
    speed: over.speed ?? 1,
    now: () => clock,
    sleep: async (wait) => {
      clock += Math.min(wait, 1000);
      over.at?.(clock - start, generator);
      if (clock - start > ms) stop.abort();
    },
    send: async (sending) => {
      if (over.fail) throw new Error('no broker');
      sent.push({ ...sending, atMs: clock - start });
    },
    onError: (error) => errors.push(error),
  });
  await generator.run(stop.signal);
  return { sent, errors, generator };
};

const read = (sending: Sending): readonly AlertEvent[] =>
  decodeMessage(message(sending.body, { receivedAt: start + sending.atMs }), {
    tiers: { default: 'default', header: 'tier', label: 'tier' },
    maxBytes: 1_048_576,
    now: start + sending.atMs,
  }).events;

const told = (sent: readonly Sending[], from: number, to: number) =>
  sent
    .filter((s) => s.atMs >= from && s.atMs < to)
    .flatMap((s) => read(s).map((e) => `${e.status} ${e.severity} ${e.name}`));

describe('the first minutes', async () => {
  const { sent } = await play(dayMs);

  test('three alerts of three severities within five seconds', () => {
    expect(told(sent, 0, 5_500)).toEqual([
      'firing critical HighErrorRate',
      'firing warning PodCrashLooping',
      'firing info CertificateExpiresSoon',
    ]);
  });

  test('one flaps, a cache is outdated, the first resolves after twenty seconds', () => {
    expect(told(sent, 5_500, 24_000)).toEqual([
      'firing error KafkaConsumerLag',
      'firing error CacheOutdated',
      'resolved error KafkaConsumerLag',
      'resolved critical HighErrorRate',
      'firing error KafkaConsumerLag',
    ]);
  });

  test('after a minute a storm: hundreds of alerts over many services, then calm', () => {
    const storm = sent.filter((s) => s.atMs >= 60_000 && s.atMs < 75_000).flatMap(read);
    expect(storm.length).toBeGreaterThan(200);
    expect(new Set(storm.map((e) => e.labels['service'])).size).toBeGreaterThan(7);
    expect(new Set(storm.map((e) => e.tier))).toEqual(new Set(['gold', 'silver', 'bronze']));
    const open = new Set<string>();
    for (const event of sent.flatMap(read)) {
      if (event.status === 'firing') open.add(event.fingerprint);
      else open.delete(event.fingerprint);
    }
    expect(open.size).toBe(0);
  });

  test('a message comes twice, and one is poison', () => {
    const bodies = sent.map((s) => s.body);
    expect(bodies.filter((body, i) => bodies.indexOf(body) !== i)).toHaveLength(1);
    expect(sent.filter((s) => read(s).length === 0).map((s) => s.shape)).toEqual(['poison']);
  });

  test('every shape is there', () => {
    expect(new Set(sent.map((s) => s.shape))).toEqual(
      new Set(['alertmanager', 'argo', 'cloudevent', 'envelope', 'poison']),
    );
  });
});

test('the same seed sends the same, another something else', async () => {
  const [a, b, c] = await Promise.all([play(2 * dayMs), play(2 * dayMs), play(2 * dayMs, { seed: 2 })]);
  expect(a?.sent).toEqual(b?.sent);
  expect(c?.sent).not.toEqual(a?.sent);
});

test.each([1, 60])(
  'a whole week is coherent at speed %i: what fires resolves, nothing fires twice at once',
  async (speed) => {
    const { sent, generator } = await play((7 * dayMs) / speed - 5, { speed });
    const open = new Map<string, number>();
    const seen = new Set<string>();
    let episodes = 0;
    for (const sending of sent) {
      if (seen.has(sending.body)) continue;
      seen.add(sending.body);
      for (const event of read(sending)) {
        expect(event.tier).toBe(sending.tier);
        if (event.status === 'firing') {
          expect(open.has(event.fingerprint)).toBe(false);
          open.set(event.fingerprint, event.startsAt);
          episodes++;
        } else {
          if (event.type === 'alertmanager') expect(open.get(event.fingerprint)).toBe(event.startsAt);
          expect(open.delete(event.fingerprint)).toBe(true);
        }
      }
    }
    expect(generator.firing()).toBe(open.size);
    expect(episodes).toBeGreaterThan(400);
  },
);

test('after one week comes the next', async () => {
  const { sent } = await play(9 * dayMs);
  expect(told(sent, 7 * dayMs, 7 * dayMs + 6_000)).toContain('firing critical HighErrorRate');
});

describe('on request', () => {
  const once = (when: number, act: (generator: Generator) => void) => {
    let done = false;
    return (atMs: number, generator: Generator): void => {
      if (done || atMs < when) return;
      done = true;
      act(generator);
    };
  };

  test('a storm', async () => {
    const { sent } = await play(25_000, { at: once(5_500, (g) => g.storm()) });
    expect(told(sent, 5_500, 20_000).length).toBeGreaterThan(150);
  });

  test('a flapping alert', async () => {
    const { sent } = await play(30_000, { at: once(1_000, (g) => g.flap()) });
    expect(told(sent, 0, 30_000).filter((t) => t === 'firing error KafkaConsumerLag').length).toBeGreaterThan(
      3,
    );
  });

  test('everything resolved', async () => {
    const { sent, generator } = await play(7_000, { at: once(6_000, (g) => g.resolveAll()) });
    expect(generator.firing()).toBe(0);
    expect(told(sent, 6_000, 8_000)).toHaveLength(3);
  });

  test('quiet: nothing new begins', async () => {
    const { sent, generator } = await play(100_000, { at: once(6_000, (g) => g.quiet(95_000)) });
    expect(generator.firing()).toBe(0);
    expect(told(sent, 7_500, 100_000)).toEqual([]);
  });
});

test('a message that cannot be sent is told, and the week goes on', async () => {
  const { sent, errors } = await play(10_000, { fail: true });
  expect([sent.length, errors.length]).toEqual([0, 4]);
});

test('fingerprints are those of Alertmanager', () => {
  const [alert] = (JSON.parse(fixture(firing)) as { alerts: { labels: Record<string, string> }[] }).alerts;
  expect(fingerprint(alert?.labels ?? {})).toBe('689b55798b76c552');
});
