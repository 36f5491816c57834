import { describe, expect, test } from 'vitest';
import { inStep } from '../../builders/rebuild.ts';
import { mention, reply } from '../payloads.ts';
import { bot, slackWorld } from '../slack-world.ts';

const running = inStep('rebuild');
const { id } = running;
const home = { channel: running.card.channel, thread_ts: running.card.ts };
const world = () => slackWorld({ rebuilds: [running] });

describe('a reply in a rebuild’s thread that is an order', () => {
  test.each([
    ['scale 12', [`scale ${id} U01ANA 12`], '12 farmers'],
    ['pause waiting for the customer', [`pause ${id} U01ANA waiting for the customer`], 'Pausing system6'],
    ['cancel because it was called off', [`cancel ${id} U01ANA it was called off`], 'Cancelling system6'],
    ['resume', [], 'Not done: it is not paused.'],
    ['retry', [], 'Not done: no step waits or failed'],
    ['status', [], 'system6'],
    ['why', [], 'History of system6'],
    ['help', [], 'In a rebuild’s thread'],
    ['cancel', [], 'Say why, for whoever looks at it next.'],
  ])('%s', async (text, effects, says) => {
    const slack = world();
    await slack.process(reply(text, home));
    expect(slack.rebuilds.effects).toEqual(effects);
    expect(slack.seen()[0]).toContain(says);
    expect(slack.calls.map(({ method, body }) => [method, body['channel'], body['thread_ts']])).toEqual([
      ['chat.postEphemeral', home.channel, home.thread_ts],
    ]);
  });

  test('help begins with the words of a thread', async () => {
    const slack = world();
    await slack.process(reply('help', home));
    expect(slack.seen()[0]).toMatch(/In a rebuild’s thread.*Anywhere/s);
  });

  test('a mention needs no form of words, and is always answered', async () => {
    const slack = world();
    await slack.process(mention(`<@${bot}> cancel wrong dataset`, home));
    await slack.process(mention(`<@${bot}> stauts`, home));
    await slack.process(mention(`<@${bot}>`, home));
    expect(slack.rebuilds.effects).toEqual([`cancel ${id} U01ANA wrong dataset`]);
    expect(slack.seen()[1]).toMatch(
      /Did you mean “status”\?\s+I know: status, scale 12, .*Nothing was changed/s,
    );
    expect(slack.seen()[2]).toContain('In a rebuild’s thread');
  });
});

describe('nothing happens when', () => {
  test.each([
    ['people talk to each other', 'cancel that, I misread'],
    ['it is about an alert', 'ack'],
    ['it is not the whole text', 'I would scale 12'],
  ])('%s', async (_, text) => {
    const slack = world();
    await slack.process(reply(text, home));
    expect([slack.calls, slack.rebuilds.effects]).toEqual([[], []]);
  });

  test('the thread is no rebuild’s', async () => {
    const slack = world();
    await slack.process(reply('scale 12', { ...home, thread_ts: '1795180000.000100' }));
    expect([slack.calls, slack.rebuilds.effects]).toEqual([[], []]);
  });
});
