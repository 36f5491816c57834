import { describe, expect, test } from 'vitest';
import { helpAnswer, notAThreadAnswer } from '../../../views/messages/answers.ts';
import { anAlert, minute } from '../../views/support/builders.ts';
import { mention, reply } from '../payloads.ts';
import { bot, rootTs, slackWorld, text } from '../slack-world.ts';

const { id } = anAlert();

describe('a reply that is one of its words', () => {
  test.each([
    ['status', '🚨 *Firing* · critical · *HighErrorRate*', []],
    ['ack', '👀', ['done']],
    ['unack', '🚫', ['not_acknowledged']],
    ['ticket', '🎫', ['done']],
    ['why', '*Why HighErrorRate', []],
    ['help', '*In an alert’s thread*', []],
    ['silence 2h because deploy', '🔕', ['done']],
  ])('%s', async (said, begins, ended) => {
    const world = slackWorld();
    await world.process(reply(said));
    expect(world.seen()[0]?.slice(0, begins.length)).toBe(begins);
    expect(world.ended()).toEqual(ended);
    expect(
      world.calls.map(({ method, body }) => [method, body['user'], body['channel'], body['thread_ts']]),
    ).toEqual([['chat.postEphemeral', 'U01ANA', 'C01ALERTS', rootTs]]);
  });

  test.each([
    ['silence 2h', '🚫 Say why, for the next person on call.'],
    ['silence', '🚫 Say how long: 30m, 2h, 1d.'],
    ['Silence!', '🚫 Say how long: 30m, 2h, 1d.'],
    ['silence because the node is replaced', '🚫 Say how long: 30m, 2h, 1d.'],
    ['silence 2h - the node is replaced', '🚫 After the duration comes “because …”.'],
    ['silence 2 fortnights because deploy', '🚫 Say how long: 30m, 2h, 1d.'],
    ['silence 90d because deploy', '🚫 A silence lasts 30 days at most.'],
  ])('“%s”, which lacks something, is answered with what it lacks', async (text, begins) => {
    const world = slackWorld();
    await world.process(reply(text));
    expect(world.seen()).toHaveLength(1);
    expect(world.seen()[0]?.split('\n')[0]).toBe(begins);
    expect(world.seen()[0]).toContain('Like this: silence 2h because the node is being replaced');
    expect(world.service.effects).toEqual([]);
  });

  test('does what the button does', async () => {
    const world = slackWorld();
    await world.process(reply('silence 1h 30m because the node is replaced'));
    expect(world.service.effects).toEqual([`silence ${id} U01ANA`]);
    expect(world.service.alerts.get(id)?.actions).toMatchObject([
      {
        spec: { kind: 'silence', durationMs: 90 * minute, reason: 'the node is replaced' },
        by: { id: 'U01ANA', name: 'Ana Ng' },
      },
    ]);
  });
});

describe('assign', () => {
  test.each([
    ['assign <@U02BEN>', 'U02BEN', 'Ben Roe'],
    ['Assign to <@U02BEN|ben>', 'U02BEN', 'Ben Roe'],
    ['assign me', 'U01ANA', 'Ana Ng'],
  ])('“%s” gives it to that person', async (said, user, name) => {
    const world = slackWorld();
    await world.process(reply(said));
    expect(world.service.alerts.get(id)?.ack?.by).toMatchObject({ id: user, name });
    expect(world.seen()[0]).toBe(`👉 <@${user}> has *HighErrorRate* now, and is told in the thread.`);
  });

  test.each([
    ['a guest', { is_restricted: true }, 'is a guest of this workspace'],
    ['somebody from elsewhere', { team_id: 'T02OTHER' }, 'is not a member of this workspace'],
    ['whoever left', { deleted: true }, 'has no active account any more'],
    ['a bot', { is_bot: true }, 'is a bot, and no person'],
  ])('%s is refused', async (_, profile, why) => {
    const world = slackWorld();
    world.profiles.set('U02BEN', profile);
    await world.process(reply('assign <@U02BEN>'));
    expect(world.seen()).toEqual([
      `🚫 <@U02BEN> ${why}, so this cannot be given to them. Nothing was changed.`,
    ]);
    expect(world.service.effects).toEqual([]);
  });

  test.each([
    ['assign <@U09NOBODY>', '🚫 <@U09NOBODY> is nobody whom Slack named in time'],
    [`assign <@${bot}>`, `🚫 <@${bot}> is a bot`],
    ['assign @ben', '🚫 Say to whom, as a mention: type @ and choose one person.'],
    ['assign', '🚫 Say to whom, as a mention: type @ and choose one person.'],
    ['assign <!subteam^S0SRE>', '🚫 A group of people cannot have an alert: name one person.'],
  ])('“%s” is refused', async (said, begins) => {
    const world = slackWorld();
    await world.process(reply(said));
    expect(world.seen()[0]).toContain(begins);
    expect(world.service.effects).toEqual([]);
  });
});

describe('nothing happens when', () => {
  test.each([
    ['people talk to each other', reply('I ack that this is bad')],
    ['people talk of silence', reply('silence is golden')],
    ['people talk of assigning', reply('assign this to <@U02BEN> later')],
    ['the thread is not an alert’s', reply('ack', { thread_ts: '1795180000.000100' })],
    ['the thread was begun by somebody else', reply('ack', { parent_user_id: 'U02BEN' })],
    ['it is not in a thread', reply('ack', { thread_ts: undefined })],
    ['a bot wrote it', reply('ack', { bot_id: 'B1' })],
    ['farmhand itself wrote it', reply('ack', { user: bot, bot_id: 'B0BOT' })],
    ['it was edited', reply('', { subtype: 'message_changed', message: { text: 'ack', user: 'U01ANA' } })],
    ['it was also sent to the channel', reply('ack', { subtype: 'thread_broadcast' })],
    ['nobody sent it', reply('ack', { user: undefined })],
    ['it comes from another workspace', reply('ack', { user_team: 'T02OTHER', team: 'T02OTHER' })],
    ['farmhand is only talked about', mention(`did <@${bot}> see this?`)],
    ['somebody else is mentioned', reply('<@U02BEN> ack')],
  ])('%s', async (_, body) => {
    const world = slackWorld();
    await world.process(body);
    expect([world.calls, world.service.effects]).toEqual([[], []]);
  });
});

describe('a mention', () => {
  test('is understood like a reply', async () => {
    const world = slackWorld();
    await world.process(mention(`<@${bot}> ack`));
    expect(world.service.effects).toEqual([`acknowledge ${id} U01ANA`]);
  });

  test('arrives as two events, and is answered once', async () => {
    const world = slackWorld();
    const ts = '1795184300.000100';
    await world.process(mention(`<@${bot}> ack`, { ts }));
    await world.process(reply(`<@${bot}> ack`, { ts }));
    expect([world.ended(), world.seen().length]).toEqual([['done'], 1]);
  });

  test('is answered where only message events arrive', async () => {
    const world = slackWorld();
    await world.process(reply(`<@${bot}> ack`, { parent_user_id: undefined }));
    expect([world.ended(), world.seen().length]).toEqual([['done'], 1]);
  });

  test('that is not understood is answered with what was meant', async () => {
    const world = slackWorld();
    await world.process(mention(`<@${bot}> akc`));
    expect(world.seen()[0]).toContain('Did you mean “ack”?');
  });

  test('outside an alert’s thread says where to go', async () => {
    const world = slackWorld();
    await world.process(mention(`<@${bot}> status`, { thread_ts: undefined }));
    expect(world.seen()[0]).toBe(text(notAThreadAnswer()));
    await world.process(mention(`<@${bot}>`, { thread_ts: undefined }));
    expect(world.seen()[1]).toBe(text(helpAnswer({ id: bot })));
  });
});
