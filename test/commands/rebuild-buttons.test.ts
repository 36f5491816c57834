import { describe, expect, test } from 'vitest';
import { actionIds, callbackIds, offerValue, startValue } from '../../views/ids.ts';
import {
  notConfiguredAnswer,
  rebuildEndedAnswer,
  strangeRebuildButtonAnswer,
} from '../../views/messages/rebuilds/rebuild-answers.ts';
import { inStep } from '../builders/rebuild.ts';
import { anAlert } from '../views/support/builders.ts';
import { readable } from '../views/support/read.ts';
import { click, homeClick, modalClick, suggestion } from './payloads.ts';
import { type Call, slackWorld, text } from './slack-world.ts';

const running = inStep('rebuild');
const { id } = running;
const press = (action: string, value: string) => click(action, { value });
/** The same in a message that only the one who clicks sees: what /dcr answers. */
const pressOwn = (action: string, value: string) => {
  const { message: _, container, ...rest } = press(action, value);
  return { ...rest, container: { ...container, is_ephemeral: true } };
};
const viewIn = (call: Call | undefined) =>
  (call?.body['view'] ?? { blocks: [] }) as { blocks: unknown[]; private_metadata: string };
const shown = (call: Call | undefined): string => readable(viewIn(call).blocks).join('\n');

describe('a plan', () => {
  const planned = async (world = slackWorld()) => {
    const plan = await world.rebuilds.plan({ instance: 'system6', forced: false }, { id: 'U01ANA' });
    if (!plan.ok) throw new Error('no plan');
    return { world, draft: plan.draft.id };
  };

  test('confirmed: started once, and the answer takes its place', async () => {
    const { world, draft } = await planned();
    expect(await world.process(pressOwn(actionIds.rebuildConfirm, draft))).toEqual({
      response: undefined,
      first: true,
    });
    await world.process(pressOwn(actionIds.rebuildConfirm, draft));
    expect(world.rebuilds.effects).toEqual(['start system6-20261120-1 U01ANA 24']);
    expect(world.calls.map(({ body }) => body['replace_original'])).toEqual([true, true]);
    expect(world.seen()[0]).toContain('system6-20261120-1');
    expect(world.ended()).toEqual(['started', 'started']);
  });

  test('gone stale: refused, and the new one is shown to be confirmed', async () => {
    const { world, draft } = await planned();
    world.rebuilds.world = { farmers: 30, hash: 'other' };
    await world.process(pressOwn(actionIds.rebuildConfirm, draft));
    expect(world.rebuilds.effects).toEqual([]);
    expect(world.ended()).toEqual(['stale_plan']);
    expect(world.seen()[0]).toContain('30 farmers');
    expect(JSON.stringify(world.calls[0]?.body['blocks'])).toContain('"draft-2"');
  });

  test('discarded: it goes, and nothing was touched', async () => {
    const { world, draft } = await planned();
    await world.process(pressOwn(actionIds.rebuildDiscard, draft));
    expect(world.rebuilds.effects).toEqual([]);
    expect(world.calls.map(({ body }) => body['replace_original'])).toEqual([true]);
  });

  test('in a message that everybody sees it leaves that alone', async () => {
    const { world, draft } = await planned();
    await world.process(press(actionIds.rebuildConfirm, draft));
    expect(world.rebuilds.effects).toHaveLength(1);
    expect(world.calls.map(({ body }) => body['replace_original'])).toEqual([false]);
  });

  test('who may not start leaves it standing', async () => {
    const { world, draft } = await planned();
    world.rebuilds.denied.add('U01ANA start');
    await world.process(pressOwn(actionIds.rebuildConfirm, draft));
    expect(world.rebuilds.effects).toEqual([]);
    expect(world.calls.map(({ body }) => body['replace_original'])).toEqual([false]);
    expect(world.ended()).toEqual(['not_allowed']);
  });

  test('in a modal it is answered there', async () => {
    const { world, draft } = await planned();
    await world.process(modalClick(actionIds.rebuildConfirm, draft));
    expect(world.calls.map(({ method }) => method)).toEqual(['views.update', 'views.update']);
    expect(shown(world.calls[1])).toContain('system6-20261120-1');
  });
});

describe('orders', () => {
  test.each([
    [actionIds.rebuildScaleTo, offerValue(id, 40), `scale ${id} U01ANA 40`],
    [actionIds.rebuildKeepDrift, offerValue(id, 12), `scale ${id} U01ANA 12`],
    [actionIds.rebuildUndoDrift, offerValue(id, 30), `scale ${id} U01ANA 30`],
  ])('%s scales with one click', async (action, value, effect) => {
    const world = slackWorld({ rebuilds: [running] });
    expect((await world.process(press(action, value))).first).toBe(true);
    expect(world.rebuilds.effects).toEqual([effect]);
    expect(world.seen()).toHaveLength(1);
  });

  test('resume, retry and approve need no form; what is not possible is refused', async () => {
    const world = slackWorld({ rebuilds: [running] });
    await world.rebuilds.apply(id, { verb: 'pause', reason: 'x' }, { id: 'U02BEN' });
    await world.process(press(actionIds.rebuildResume, id));
    await world.process(press(actionIds.rebuildRetry, id));
    await world.process(press(actionIds.rebuildApprove, id));
    expect(world.rebuilds.effects).toEqual([`pause ${id} U02BEN x`, `resume ${id} U01ANA`]);
    expect(world.ended()).toEqual(['done', 'not_now', 'not_now']);
  });

  test('a button that carries something else changes nothing', async () => {
    const world = slackWorld({ rebuilds: [running] });
    for (const action of [actionIds.rebuildResume, actionIds.rebuildScaleTo, actionIds.rebuildPause]) {
      await world.process(press(action, '{"x":1}'));
    }
    expect(world.rebuilds.effects).toEqual([]);
    expect(world.seen()).toEqual(Array(3).fill(text(strangeRebuildButtonAnswer())));
  });

  test('nothing happens when Slack sends the same click again', async () => {
    const world = slackWorld({ rebuilds: [running] });
    const same = press(actionIds.rebuildScaleTo, offerValue(id, 40));
    await world.process(same);
    await world.process(same);
    expect(world.seen()).toHaveLength(1);
  });

  test('after rebuilds were taken out of the config a button says so', async () => {
    const world = slackWorld({ unconfigured: true });
    await world.process(press(actionIds.rebuildResume, id));
    expect(world.seen()).toEqual([text(notConfiguredAnswer())]);
  });
});

describe('forms', () => {
  test.each([
    [actionIds.rebuildScale, callbackIds.rebuildOrder],
    [actionIds.rebuildPause, callbackIds.rebuildOrder],
    [actionIds.rebuildCancel, callbackIds.rebuildOrder],
    [actionIds.rebuildOverride, callbackIds.rebuildOverride],
  ])('%s', async (action, callback) => {
    const world = slackWorld({ rebuilds: [running] });
    await world.process(press(action, id));
    expect(world.calls.map(({ method }) => method)).toEqual(['views.open', 'views.update']);
    expect(world.calls[1]?.body['view']).toMatchObject({ callback_id: callback });
    expect(JSON.stringify(world.calls[1]?.body['view'])).toContain(id);
  });

  test('of a rebuild that has ended have nothing to ask', async () => {
    const world = slackWorld({ rebuilds: [{ ...running, phase: 'released' }] });
    await world.process(press(actionIds.rebuildPause, id));
    expect(shown(world.calls[1])).toBe(text(rebuildEndedAnswer({ ...running, phase: 'released' })));
  });

  test('Start rebuild… on an alert begins with its instance', async () => {
    const alert = anAlert({ labels: { express_instance: 'system7' } });
    const world = slackWorld({ alerts: [alert] });
    await world.process(press(actionIds.rebuildStart, startValue({ alert: alert.id })));
    const view = JSON.stringify(world.calls[1]?.body['view']);
    expect(view).toContain('"value":"system7"');
    expect(view).toContain('system7: balance engine');
    expect(JSON.parse(viewIn(world.calls[1]).private_metadata)).toEqual({
      channel: 'C01ALERTS',
      alert: alert.id,
    });
  });

  test.each([
    ['', ['lab1', 'system6', 'system7']],
    ['sys', ['system6', 'system7']],
    ['7', ['system7']],
    ['none', []],
  ])('the search for “%s” finds %j', async (typed, names) => {
    const world = slackWorld();
    const acked = await world.process(suggestion(actionIds.startInstance, typed));
    expect((acked.response as { options: { value: string }[] }).options.map(({ value }) => value)).toEqual(
      names,
    );
  });
});

describe('in App Home', () => {
  test('an answer is a modal over it', async () => {
    const world = slackWorld({ rebuilds: [running] });
    await world.process(homeClick(actionIds.rebuildStatus, id));
    expect(world.calls.slice(0, 2).map(({ method }) => method)).toEqual(['views.open', 'views.update']);
    expect(shown(world.calls[1])).toContain('system6');
  });

  test('an order is done, and answered the same way', async () => {
    const world = slackWorld({ rebuilds: [running] });
    await world.process(homeClick(actionIds.rebuildScaleTo, offerValue(id, 40)));
    expect(world.rebuilds.effects).toEqual([`scale ${id} U01ANA 40`]);
    expect(shown(world.calls[1])).toContain('40 farmers');
  });
});
