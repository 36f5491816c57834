import { describe, expect, test } from 'vitest';
import { actionIds } from '../../../views/ids.ts';
import { failureAnswer, unavailableAnswer } from '../../../views/messages/answers.ts';
import { click, reply, slash } from '../payloads.ts';
import { slackWorld, text } from '../slack-world.ts';

describe('the error boundary', () => {
  test('records away: nothing was changed, try again; a warning, not an error', async () => {
    const world = slackWorld();
    world.service.store = 'away';
    for (const body of [click(actionIds.acknowledge), slash(''), reply('ack')]) await world.process(body);
    expect(world.seen()).toEqual(Array(3).fill(text(unavailableAnswer())));
    expect(world.logged.map(({ level }) => level)).toEqual(['warn', 'warn', 'warn']);
  });

  test('records that never answer are given up after the deadline', async () => {
    const world = slackWorld({ deadlineMs: 20 });
    world.service.store = 'hangs';
    await world.process(click(actionIds.acknowledge));
    expect(world.seen()).toEqual([text(unavailableAnswer())]);
  });

  test('anything else gets a reference that is in the log', async () => {
    const world = slackWorld();
    Object.assign(world.service, { apply: () => Promise.reject(new Error('boom')) });
    await world.process(click(actionIds.acknowledge));
    expect(world.seen()).toEqual([text(failureAnswer('ref-1'))]);
    expect(world.logged).toMatchObject([
      {
        level: 'error',
        message: 'command failed',
        data: { reference: 'ref-1', user: 'U01ANA', kind: 'action' },
      },
    ]);
  });

  test('a person who cannot be told is in the log', async () => {
    const world = slackWorld();
    world.service.store = 'away';
    world.answers.set('chat.postEphemeral', { error: 'user_not_in_channel' });
    await world.process(reply('ack'));
    expect(world.logged.map(({ message }) => message)).toEqual([
      'command not carried out: no records',
      'could not tell a person that a command failed',
    ]);
  });
});

describe('people from elsewhere', () => {
  test('are told that they cannot, and nothing was changed', async () => {
    const world = slackWorld();
    const acked = await world.process(click(actionIds.acknowledge, { userTeam: 'T02OTHER' }));
    await world.process(slash('', { userTeam: 'T02OTHER' }));
    expect(acked.first).toBe(true);
    expect(world.service.effects).toEqual([]);
    expect(world.seen()).toEqual(
      Array(2).fill('🚫 Only members of this workspace can work with alerts here. Nothing was changed.'),
    );
  });
});

describe('guests, and people of whom Slack does not say who they are', () => {
  test.each([
    ['a guest', { is_restricted: true }, 'Guests of this workspace cannot work with alerts here.'],
    ['a guest of one channel', { is_ultra_restricted: true }, 'Guests of this workspace'],
    ['a stranger over Slack Connect', { is_stranger: true }, 'Only members of this workspace'],
    ['a member of another workspace', { team_id: 'T02OTHER' }, 'Only members of this workspace'],
  ])('%s is told, and nothing was changed', async (_, profile, says) => {
    const world = slackWorld();
    world.profiles.set('U01ANA', profile);
    await world.process(click(actionIds.acknowledge));
    await world.process(slash(''));
    await world.process(reply('ack'));
    expect(world.service.effects).toEqual([]);
    expect(world.seen()).toHaveLength(2);
    for (const text of world.seen()) expect(text).toContain(says);
  });

  test('whom Slack does not know is outside', async () => {
    const world = slackWorld();
    await world.process(click(actionIds.acknowledge, { user: 'U99NOBODY' }));
    expect(world.service.effects).toEqual([]);
    expect(world.seen()[0]).toContain('Slack did not say in time which workspace you belong to');
  });

  test('guests are let in where the config says so', async () => {
    const world = slackWorld();
    world.profiles.set('U01ANA', { is_restricted: true });
    world.members.guests = true;
    await world.process(click(actionIds.acknowledge));
    expect(world.service.effects).toHaveLength(1);
  });
});

describe('what Slack sends twice', () => {
  test('is forgotten after ten minutes: the records see to the rest', async () => {
    const world = slackWorld();
    const same = click(actionIds.acknowledge);
    await world.process(same);
    world.pass(600_001);
    await world.process(same);
    expect(world.seen()).toEqual([
      '👀 You have *HighErrorRate* now.',
      '👀 You already have *HighErrorRate*.',
    ]);
  });

  test('fault row 19: what another process had already is acknowledged, and left alone; without records it is not', async () => {
    const had = new Set<string>();
    const world = slackWorld({
      through: (deps) => ({ ...deps, firstTime: async (key) => !had.has(key) && had.add(key) !== undefined }),
    });
    const other = slackWorld({
      through: (deps) => ({ ...deps, firstTime: world.deps.firstTime ?? (async (key) => !had.has(key)) }),
    });
    const same = click(actionIds.acknowledge);
    await world.process(same);
    await other.process(same);
    expect([world.service.effects.length, other.service.effects.length]).toEqual([1, 0]);
    const away = slackWorld({
      through: (deps) => ({ ...deps, firstTime: () => Promise.reject(new Error('away')) }),
    });
    await away.process(same);
    expect(away.service.effects).toHaveLength(1);
  });

  test('a slash command is answered once', async () => {
    const world = slackWorld();
    const same = slash('help');
    await world.process(same);
    await world.process(same);
    expect(world.seen()).toHaveLength(1);
  });
});
