import { describe, expect, test } from 'vitest';
import { ageOf, beatIn, canaryEvent, mayPing, seen } from '../../../src/app/watchdog/canary.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { EnvelopeSchema } from '../../../src/intake/wire/envelope.ts';

const at = Date.UTC(2026, 10, 20, 14, 15);

test('a beat is an event as anybody’s, and is read out of what shows it', () => {
  expect(EnvelopeSchema.safeParse(canaryEvent(at)).success).toBe(true);
  expect(beatIn(JSON.stringify(canaryEvent(at)))).toBe(at);
});

test.each([
  ['nothing', '', undefined],
  ['another number', 'beat 12, ts 1764398400123', undefined],
  ['several: the newest counts', `beat ${at - 60_000} … beat ${at}`, at],
])('in a message with %s', (_, text, beat) => {
  expect(beatIn(text)).toBe(beat);
});

describe('the age', () => {
  const trip = { since: at };

  test('is counted from the start until a beat is seen, and from the newest one after that', () => {
    expect(ageOf(trip, at + 90_000)).toBe(90_000);
    expect(ageOf(seen(trip, at + 60_000, at + 90_000), at + 90_000)).toBe(30_000);
  });

  test('nothing happens when an older beat, or none, is seen', () => {
    const known = seen(trip, at + 60_000, at + 60_000);
    expect(seen(known, at + 30_000, at + 90_000)).toBe(known);
    expect(seen(known, undefined, at + 90_000)).toBe(known);
  });

  test('a beat of a clock that is ahead is as old as now, not of the future', () => {
    const known = seen(trip, at + 600_000, at + 60_000);
    expect(ageOf(known, at + 90_000)).toBe(30_000);
  });
});

describe('outside is told', () => {
  const late = 300_000;

  test('nothing before a beat has come back: a farmhand that just began proves nothing', () => {
    expect(mayPing({ since: at }, late, at + 1)).toBe(false);
  });

  test('while the newest is young, and not a moment longer', () => {
    const trip = seen({ since: at }, at, at);
    expect([mayPing(trip, late, at + late), mayPing(trip, late, at + late + 1)]).toEqual([true, false]);
  });
});

describe('the config', () => {
  const env = {
    SLACK_BOT_TOKEN: 'xoxb-x',
    SLACK_APP_TOKEN: 'xapp-x',
    FARMHAND_EVENTS_TOKEN: 'x'.repeat(16),
    PING: 'ping.example.com',
  };
  const load = (watchdog: string, kafka = 'kafka: { brokers: ["k:9092"], topics: [{ name: alerts }] }\n') =>
    loadConfig({
      file: 'x.yml',
      env,
      readFile: () => `slack: { default_channel: C0123 }\n${kafka}watchdog: ${watchdog}\n`,
    });

  test('needs no more than a channel', () => {
    expect(load('{ channel: C0WATCH }').watchdog).toEqual({
      channel: 'C0WATCH',
      interval: 60_000,
      late: 300_000,
    });
  });

  test('every problem is said at once, and the URL is not', () => {
    const wrong = '{ channel: C0WATCH, topic: other, interval: 2m, late: 5m, ping_url: { env: PING } }';
    expect(() => load(wrong)).toThrow(/topic: is none of kafka\.topics/);
    expect(() => load(wrong)).toThrow(/late: must be at least three times/);
    expect(() => load(wrong)).toThrow(/ping_url: must be an http\(s\) URL/);
    expect(() => load(wrong)).not.toThrow(/ping\.example\.com/);
    expect(() => load('{ channel: C0WATCH }', '')).toThrow(/watchdog: sends its canary through Kafka/);
  });
});
