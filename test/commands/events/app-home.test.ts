import { describe, expect, test } from 'vitest';
import { actionIds, offerValue } from '../../../views/ids.ts';
import { anInstance, aPlan, aRebuild, inStep } from '../../builders/rebuild.ts';
import { readable } from '../../views/support/read.ts';
import { homeClick, homeOpened, reply } from '../payloads.ts';
import { slackWorld } from '../slack-world.ts';

const running = inStep('rebuild');
const failed = aRebuild({
  id: 'lab1-20261119-1',
  phase: 'failed',
  plan: aPlan({ instance: anInstance({ name: 'lab1' }) }),
});

const world = (rebuilds = [running, failed]) => {
  const slack = slackWorld({ rebuilds });
  const homes = () =>
    slack.calls
      .filter(({ method }) => method === 'views.publish')
      .map(({ body }) => ({
        user: body['user_id'],
        text: readable((body['view'] as { blocks: unknown[] }).blocks).join('\n'),
      }));
  return { ...slack, homes };
};

describe('App Home', () => {
  test('shows what is in flight, what failed, and open alerts', async () => {
    const slack = world();
    await slack.process(homeOpened());
    expect(slack.homes()).toHaveLength(1);
    expect(slack.homes()[0]?.user).toBe('U01ANA');
    expect(slack.homes()[0]?.text).toMatch(
      /1 rebuild in flight[\s\S]*system6[\s\S]*Failed[\s\S]*lab1[\s\S]*HighErrorRate/,
    );
  });

  test('shows a person only what they may see, and says so', async () => {
    const slack = world();
    slack.rebuilds.denied.add('U01ANA status');
    await slack.process(homeOpened());
    expect(slack.homes()[0]?.text).not.toContain(running.id);
    expect(slack.homes()[0]?.text).toContain('The role sre would allow it.');
  });

  test('opened again at once it is left alone, later it is made again', async () => {
    const slack = world();
    await slack.process(homeOpened());
    slack.pass(1_999);
    await slack.process(homeOpened());
    expect(slack.homes()).toHaveLength(1);
    slack.pass(1);
    await slack.process(homeOpened());
    expect(slack.homes()).toHaveLength(2);
  });

  test('is brought up to date after a button in it', async () => {
    const slack = world();
    await slack.process(homeOpened());
    await slack.process(homeClick(actionIds.rebuildScaleTo, offerValue(running.id, 40)));
    expect(slack.rebuilds.effects).toEqual([`scale ${running.id} U01ANA 40`]);
    expect(slack.homes()).toHaveLength(2);
    expect(slack.homes()[1]?.text).toContain('40');
  });

  test('with the records away it says so', async () => {
    const slack = world();
    slack.rebuilds.store = 'away';
    await slack.process(homeOpened());
    expect(slack.homes()[0]?.text).toContain('can’t reach its records');
  });
});

describe('nothing happens when', () => {
  test('the tab is Messages', async () => {
    const slack = world();
    await slack.process(homeOpened('messages'));
    expect(slack.calls).toEqual([]);
  });

  test('somebody acts who has never opened it, or long ago', async () => {
    const slack = world();
    await slack.process(homeClick(actionIds.rebuildScaleTo, offerValue(running.id, 40)));
    expect(slack.homes()).toHaveLength(0);
    await slack.process(homeOpened());
    slack.pass(600_001);
    await slack.process(homeClick(actionIds.rebuildScaleTo, offerValue(running.id, 41)));
    expect(slack.homes()).toHaveLength(1);
  });

  test('somebody only talks', async () => {
    const slack = world();
    await slack.process(homeOpened());
    await slack.process(reply('good morning'));
    expect(slack.homes()).toHaveLength(1);
  });
});
