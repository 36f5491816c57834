import { describe, expect, test } from 'vitest';
import { createBlockForms } from '../../../src/delivery/block-forms.ts';
import { statusOfRebuild } from '../../../src/rebuild/model/status.ts';
import { actionIds, callbackIds } from '../../../views/ids.ts';
import { unavailableAnswer } from '../../../views/messages/answers.ts';
import { type Absence, absenceWords } from '../../../views/messages/rebuilds/rebuild-absent.ts';
import { notConfiguredAnswer, tooSlowAnswer } from '../../../views/messages/rebuilds/rebuild-answers.ts';
import { anInstance, aPlan, aRebuild, inStep } from '../../builders/rebuild.ts';
import { slash } from '../payloads.ts';
import { slackWorld, text } from '../slack-world.ts';

const running = inStep('rebuild');
const lab = aRebuild({ id: 'lab1-20261119-1', plan: aPlan({ instance: anInstance({ name: 'lab1' }) }) });
const failed = { ...lab, phase: 'failed' } as const;
const dcr = (text: string) => slash(text, { command: '/dcr' });
const say = async (text: string, world = slackWorld({ rebuilds: [running, failed] })) => {
  const acked = await world.process(dcr(text));
  expect(acked.first).toBe(true);
  return world;
};

test('a list is a table where the workspace takes one, and classic at once where Slack refuses it', async () => {
  const forms = createBlockForms({ setting: () => 'auto', now: () => 0 });
  const world = slackWorld({ rebuilds: [running, failed], through: (deps) => ({ ...deps, forms }) });
  const kinds = () =>
    world.calls.map(({ body }) =>
      (body['blocks'] as { type: string }[]).some(({ type }) => type === 'data_table'),
    );
  await world.process(dcr('list'));
  world.answers.set('respond', { error: 'invalid_blocks' });
  await world.process(dcr('list'));
  await world.process(dcr('list'));
  expect(kinds()).toEqual([true, true, false, false]);
  expect(world.calls.map(({ method }) => method)).toEqual(Array.from({ length: 4 }, () => 'respond'));
});

describe('orders', () => {
  test.each([
    ['scale system6 30', 'scale system6-20261120-1 U01ANA 30'],
    ['scale system6-20261120-1 30', 'scale system6-20261120-1 U01ANA 30'],
    ['pause system6 “waiting for DNS”', 'pause system6-20261120-1 U01ANA waiting for DNS'],
    [
      'cancel system6 because it is the wrong dataset',
      'cancel system6-20261120-1 U01ANA it is the wrong dataset',
    ],
  ])('/dcr %s', async (text, effect) => {
    const world = await say(text);
    expect(world.rebuilds.effects).toEqual([effect]);
    expect(world.seen()).toHaveLength(1);
    expect(world.seen()[0]).toContain('✅');
    expect(world.calls.map(({ method, body }) => [method, body['response_type']])).toEqual([
      ['respond', 'ephemeral'],
    ]);
  });

  test('what its state does not allow is refused', async () => {
    const world = await say('resume system6');
    expect(world.rebuilds.effects).toEqual([]);
    expect(world.ended()).toEqual(['not_now']);
  });

  test('who may not is told which role would', async () => {
    const world = slackWorld({ rebuilds: [running] });
    world.rebuilds.denied.add('U01ANA cancel');
    await say('cancel system6 because', world);
    expect(world.seen()[0]).toContain('Say why');
    await say('cancel system6 because of DNS', world);
    expect(world.seen()[1]).toContain('You may not cancel system6. The role sre would allow it.');
    expect(world.rebuilds.effects).toEqual([]);
  });

  test.each<[string, Absence]>([
    ['scale systm6 3', { code: 'no_instance', instance: 'systm6', near: 'system6' }],
    [
      'pause lab1 why not',
      { code: 'ended', instance: 'lab1', last: 'lab1-20261119-1', status: statusOfRebuild(failed) },
    ],
    ['pause system7 x', { code: 'never_begun', instance: 'system7' }],
    ['retry system6-20261120-9', { code: 'not_on_record', id: 'system6-20261120-9' }],
  ])('/dcr %s finds nothing, and says what there is', async (text, absence) => {
    const world = await say(text);
    expect(world.seen()[0]).toContain(absenceWords(absence));
    expect(world.rebuilds.effects).toEqual([]);
  });

  test('everything wrong at once, with the usage', async () => {
    const world = await say('scale sys/6 many');
    expect(world.seen()[0]).toContain(
      '🚫 “sys/6” is not the name of an instance.\n🚫 “many” is not a number of farmers.',
    );
    expect(world.seen()[0]).toContain('/dcr scale &lt;instance&gt; &lt;n&gt; [reason]');
  });
});

describe('what is only read', () => {
  test('list shows what is in flight and what failed, status only the former', async () => {
    expect((await say('list')).seen()[0]).toMatch(/system6[\s\S]*lab1/);
    const [status] = (await say('status')).seen();
    expect(status).toContain('system6');
    expect(status).not.toContain('lab1');
  });

  test('status and history of one; the last one where none is in flight', async () => {
    expect((await say('status system6')).seen()[0]).toContain('system6-20261120-1');
    expect((await say('status lab1')).seen()[0]).toContain('lab1-20261119-1');
    const world = slackWorld({ rebuilds: [running] });
    await say('pause system6 lunch', world);
    await say('history system6', world);
    expect(world.seen()[1]).toMatch(/Ana Ng.*lunch/);
  });

  test('what one may do, anywhere, on an instance, or on that of a rebuild', async () => {
    const world = slackWorld({ rebuilds: [running] });
    for (const text of ['whoami', 'whoami systemgov1', `whoami ${running.id}`]) await say(text, world);
    const [anywhere, gov, its] = world.seen();
    expect(anywhere).toContain('What you may do');
    expect(gov).toContain('What you may do with systemgov1');
    expect(its).toContain('What you may do with system6');
    expect(its).not.toContain('There is no instance');
  });

  test('an instance that there is not is said to be none, with the name that was perhaps meant', async () => {
    const world = slackWorld({ rebuilds: [running] });
    await say('whoami systm6', world);
    world.rebuilds.denied.add('U01ANA status');
    await say('whoami systm6', world);
    const [seen, hidden] = world.seen();
    expect(seen).toContain(
      'There is no instance systm6; did you mean system6? This is what would hold for that name',
    );
    // The name of an instance is for those who may see it.
    expect(hidden).toContain('There is no instance systm6. This');
  });

  test('is shown only to those who may see it', async () => {
    const world = slackWorld({ rebuilds: [running] });
    world.rebuilds.denied.add('U01ANA status');
    for (const text of ['status system6', 'history system6', 'list']) await say(text, world);
    const seen = world.seen();
    expect(seen.every((text) => text.includes('You may not status system6.'))).toBe(true);
    expect(seen.join('\n')).not.toContain(running.id);
  });

  test('audit answers the asker alone, and the pack goes to them unless they ask for the thread', async () => {
    const world = slackWorld({ rebuilds: [running] });
    await say('audit system6', world);
    expect(world.seen()[0]).toMatch(/audit of the rebuild[\s\S]*pack is in your direct messages/);
    await say('audit system6 thread', world);
    expect(world.seen()[1]).toContain('pack is in the thread of the rebuild');
    expect(world.calls.filter(({ method }) => method === 'chat.postMessage')).toEqual([]);
  });

  test('audit is for those who may read it, who need not see anything else; others learn nothing', async () => {
    const world = slackWorld({ rebuilds: [running] });
    world.rebuilds.denied.add('U01ANA status');
    await say('audit system6', world);
    expect(world.seen()[0]).toContain('The audit of the rebuild');
    world.rebuilds.denied.add('U01ANA audit');
    await say('audit system6', world);
    await say('audit system9', world);
    expect(world.seen().slice(1)).toEqual([
      expect.stringContaining('You may not audit system6.'),
      expect.stringContaining('You may not audit system9.'),
    ]);
  });

  test('doctor and plan answer when they have looked', async () => {
    const world = slackWorld({ rebuilds: [] });
    world.rebuilds.findings = [
      {
        level: 'problem',
        check: 'readiness_trap',
        says: 'The Service hides it.',
        fix: 'Set publishNotReadyAddresses.',
      },
    ];
    await say('doctor system6', world);
    expect(world.seen()[0]).toMatch(
      /readiness trap[\s\S]*The Service hides it\.[\s\S]*Set publishNotReadyAddresses\./,
    );
    await say('plan system6 --farmers 12', world);
    expect(world.seen()[1]).toContain('12 farmers');
    expect(JSON.stringify(world.calls[1]?.body['blocks'])).toContain(actionIds.rebuildConfirm);
    expect(world.rebuilds.effects).toEqual([]);
  });

  test('a look that takes too long is said, and nothing was changed', async () => {
    const world = slackWorld({ slowMs: 20 });
    world.rebuilds.store = 'hangs';
    await say('plan system6', world);
    expect(world.seen()).toEqual([text(tooSlowAnswer('system6'))]);
  });

  test('help names every verb', async () => {
    const [help] = (await say('help')).seen();
    for (const verb of ['start', 'scale', 'override', 'audit', 'doctor', 'history'])
      expect(help).toContain(`/dcr ${verb}`);
    expect((await say('')).seen()[0]).toBe(help);
  });
});

test('help of one word shows how it is said', async () => {
  const [help] = (await say('help start')).seen();
  expect(help).toContain(
    '`/dcr start &lt;instance&gt; [forced] [--farmers N] [change=CHG…] [--reason "…"]` – shows the plan',
  );
  expect(help).toContain('• `/dcr start system6 forced --farmers 24 --reason "new dataset"`');
  expect((await say('start -h')).seen()[0]).toBe(help);
});

test('more farmers than an instance takes is told with its limits', async () => {
  const world = await say('plan system6 --farmers 99999');
  expect(world.seen()[0]).toContain('system6');
  expect(world.seen()[0]).not.toContain('not a number');
});

describe('forms', () => {
  test('/dcr start alone opens the start form', async () => {
    const world = await say('start');
    expect(world.calls.map(({ method }) => method)).toEqual(['views.open', 'views.update']);
    expect(world.calls[1]?.body['view']).toMatchObject({ callback_id: callbackIds.rebuildStart });
  });

  test('/dcr override opens its form before it looks, and says there what it finds', async () => {
    const world = await say('override lab1');
    expect(world.calls.map(({ method }) => method)).toEqual(['views.open', 'views.update']);
    expect(JSON.stringify(world.calls[1]?.body['view'])).toContain(
      absenceWords({
        code: 'ended',
        instance: 'lab1',
        last: 'lab1-20261119-1',
        status: statusOfRebuild(failed),
      }),
    );
  });

  test.each([
    ['start', 'U01ANA start', 'U01ANA plan'],
    ['override system6', 'U01ANA override'],
  ])('/dcr %s shows no form to whoever may not', async (text, ...denied) => {
    const world = slackWorld({ rebuilds: [running] });
    for (const each of denied) world.rebuilds.denied.add(each);
    await say(text, world);
    const view = JSON.stringify(world.calls[1]?.body['view']);
    expect(view).toContain('You may not');
    expect(view).not.toContain('input');
  });

  test('what there is instead is told only to those who may see it', async () => {
    const world = slackWorld({ rebuilds: [running] });
    for (const verb of ['status', 'scale']) world.rebuilds.denied.add(`U01ANA ${verb}`);
    await say('scale systm6 3', world);
    expect(world.seen()[0]).toContain('You may not');
    expect(world.seen()[0]).not.toContain('system6');
  });

  test('/dcr override opens its form', async () => {
    const world = await say('override system6');
    expect(world.calls[1]?.body['view']).toMatchObject({ callback_id: callbackIds.rebuildOverride });
  });
});

test('without rebuilds in the config it says what to add', async () => {
  const world = slackWorld({ unconfigured: true });
  await world.process(dcr('list'));
  expect(world.seen()).toEqual([text(notConfiguredAnswer())]);
});

test('with the records away nothing was changed', async () => {
  const world = slackWorld({ rebuilds: [running] });
  world.rebuilds.store = 'away';
  await world.process(dcr('pause system6 x'));
  expect(world.seen()).toEqual([text(unavailableAnswer())]);
});

describe('freezing and thawing', () => {
  test('is answered to whoever asks, bars what would change a cluster, and is shown wherever rebuilds are', async () => {
    const world = await say('freeze all the storage moves for 4h');
    expect(world.seen()[0]).toMatch(
      /^❄️ \*Frozen: all instances, until .* UTC\.\*\nWhy, as everybody reads it: “the storage moves”\.\nStarts, scaling/,
    );
    await say('scale system6 30', world);
    expect(world.seen()[1]).toContain('Not scaled: all instances are frozen by Ana Ng until');
    expect(world.rebuilds.effects).toEqual([]);
    for (const words of ['list', 'status', 'status lab1']) {
      await say(words, world);
      expect(world.seen().at(-1)).toMatch(
        /❄️ \*All instances are frozen\* by <@U01ANA> \(sre\) \*until .*: the storage moves/,
      );
    }
    await say('pause system6 to look', world);
    expect(world.rebuilds.effects).toEqual(['pause system6-20261120-1 U01ANA to look']);
    await say('thaw all it is back', world);
    expect(world.seen().at(-1)).toContain('🌤️ *Thawed: all instances. Lifted: Ana Ng’s, until');
    await say('scale system6 30', world);
    expect(world.rebuilds.effects.at(-1)).toBe('scale system6-20261120-1 U01ANA 30');
    expect(world.ended()).toEqual(['done', 'not_now', 'done', 'done', 'done']);
  });

  test('goes by the clocks of whoever asks, or of the zone they name', async () => {
    const world = slackWorld({ rebuilds: [running] });
    world.profiles.set('U01ANA', { tz: 'America/New_York' });
    await say('freeze system6 the storage moves until 06:00', world);
    expect(world.seen()[0]).toMatch(/06:00 in New York \(.* 11:00 UTC\)/);
    await say('freeze system6 the storage moves until 06:00 Europe/Berlin', world);
    expect(world.seen()[1]).toMatch(/06:00 in Berlin \(.* 05:00 UTC\)/);
    expect(world.seen()[1]).toContain('It takes the place of your freeze until');
  });

  test('is denied without the role, and says so of all', async () => {
    const world = slackWorld({ rebuilds: [running] });
    world.rebuilds.denied.add('U01ANA freeze');
    await say('freeze all incident', world);
    expect(world.seen()[0]).toContain('To freeze all instances takes a role for all instances');
    expect(world.ended()).toEqual(['not_allowed']);
    expect(await world.rebuilds.freezes.holding()).toEqual([]);
  });

  test('without a place, a reason or a readable end everything that is wrong is said at once', async () => {
    const world = await say('freeze system6-20261120-1 the storage moves until 6');
    expect(world.seen()[0]).toContain('is a rebuild. An instance is frozen, or all: system6.');
    expect(world.seen()[0]).toContain('I can’t read “until 6” as the end of a freeze.');
    await say('freeze', world);
    expect(world.seen()[1]).toContain('Say which instance, or all.');
    expect(world.seen()[1]).toContain('Say why');
  });
});
