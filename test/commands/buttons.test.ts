import { describe, expect, test } from 'vitest';
import { actionIds, callbackIds, packModalContext } from '../../views/ids.ts';
import { anAlert } from '../views/support/builders.ts';
import { readable } from '../views/support/read.ts';
import { problemsOf } from '../views/support/slack-rules.ts';
import { click } from './payloads.ts';
import { type Call, slackWorld } from './slack-world.ts';

const { id } = anAlert();

describe('Acknowledge', () => {
  test('acknowledges Slack first, then takes the alert, then says so', async () => {
    const world = slackWorld();
    const acked = await world.process(click(actionIds.acknowledge));
    expect(acked).toEqual({ response: undefined, first: true });
    expect(world.service.effects).toEqual([`acknowledge ${id} U01ANA`]);
    expect(world.service.alerts.get(id)?.ack?.by).toEqual({ id: 'U01ANA', name: 'Ana Ng' });
    expect(world.seen()).toEqual(['👀 You have *HighErrorRate* now.']);
    expect(
      world.calls.map((call) => [call.method, call.body['response_type'], call.body['replace_original']]),
    ).toEqual([['respond', 'ephemeral', false]]);
  });

  test('a double click has one effect', async () => {
    const world = slackWorld();
    await world.process(click(actionIds.acknowledge));
    await world.process(click(actionIds.acknowledge));
    expect(world.service.effects).toHaveLength(1);
    expect(world.seen()[1]).toBe('👀 You already have *HighErrorRate*.');
  });

  test('of two people the second is told who was first', async () => {
    const world = slackWorld();
    await Promise.all([
      world.process(click(actionIds.acknowledge)),
      world.process(click(actionIds.acknowledge, { user: 'U02BEN' })),
    ]);
    expect(world.service.effects).toHaveLength(1);
    expect(world.seen().toSorted()).toEqual([
      '👀 You have *HighErrorRate* now.',
      '🚫 <@U01ANA> acknowledged this first, at 14:18. Nothing was changed.',
    ]);
  });

  test('nothing happens when Slack sends the same click again', async () => {
    const world = slackWorld();
    const same = click(actionIds.acknowledge);
    await world.process(same);
    const acked = await world.process(same);
    expect(acked.first).toBe(true);
    expect(world.seen()).toHaveLength(1);
  });

  test('a stale button says that there is no such alert', async () => {
    const world = slackWorld();
    await world.process(click(actionIds.acknowledge, { value: 'gone-1' }));
    expect(world.seen()).toEqual([
      '🚫 This alert is no longer on record, so nothing was changed. `/alerts` lists what is open.',
    ]);
  });

  test('a button that carries no id changes nothing', async () => {
    const world = slackWorld();
    await world.process(click(actionIds.acknowledge, { value: '{"id":1}' }));
    expect(world.service.effects).toEqual([]);
    expect(world.seen()[0]).toContain('This button is from another version of farmhand.');
  });
});

test('Unacknowledge gives it back', async () => {
  const world = slackWorld();
  await world.process(click(actionIds.acknowledge));
  await world.process(click(actionIds.unacknowledge, { user: 'U02BEN' }));
  expect(world.service.effects).toEqual([`acknowledge ${id} U01ANA`, `unacknowledge ${id} U02BEN`]);
  expect(world.seen()[1]).toBe('👐 You gave *HighErrorRate* back: nobody has it now.');
});

test('Raise ticket asks for one ticket, however often', async () => {
  const world = slackWorld();
  await world.process(click(actionIds.ticket));
  await world.process(click(actionIds.ticket, { user: 'U02BEN' }));
  expect(world.service.effects).toEqual([`ticket ${id} U01ANA`]);
  expect(world.seen()[1]).toBe('🚫 The ticket is already being raised; its key will appear in this thread.');
});

test('the link to the ticket is only acknowledged', async () => {
  const world = slackWorld();
  expect(await world.process(click(actionIds.openTicket))).toEqual({ response: undefined, first: true });
  expect(world.calls).toEqual([]);
});

describe('modals open at once, and are filled when the record is there', () => {
  test('Silence…', async () => {
    const world = slackWorld();
    const press = click(actionIds.silence);
    await world.process(press);
    expect(world.calls.map((call) => call.method)).toEqual(['views.open', 'views.update']);
    const [open, update] = world.calls;
    expect(open?.body['trigger_id']).toBe(press.trigger_id);
    expect(readable(viewIn(open).blocks)).toEqual(['⏳ One moment …']);
    expect(update?.body['view_id']).toBe('V1');
    const view = viewIn(update);
    expect(view.callback_id).toBe(callbackIds.silence);
    expect(view.private_metadata).toBe(packModalContext({ alert: id, channel: 'C01ALERTS' }));
    expect(problemsOf(view as never, world.deps.view())).toEqual([]);
  });

  test('Silence… on a resolved alert has nothing to ask', async () => {
    const world = slackWorld({ alerts: [anAlert({ status: 'resolved' })] });
    await world.process(click(actionIds.silence));
    expect(readable(viewIn(world.calls[1]).blocks)).toEqual([
      '✅ This alert is resolved: there is nothing to silence.',
    ]);
  });

  test('Details… shows labels, annotations and the trail', async () => {
    const world = slackWorld();
    await world.process(click(actionIds.acknowledge));
    await world.process(click(actionIds.details));
    const view = viewIn(world.calls.at(-1));
    const text = readable(view.blocks).join('\n');
    expect(text).toContain('*Labels (6)*');
    expect(text).toContain('✅ `payments`  service="checkout"');
    expect(text).toContain('*Ana Ng (U01ANA)* acknowledged it');
  });

  test('Details… of an alert that is gone says so', async () => {
    const world = slackWorld({ alerts: [] });
    await world.process(click(actionIds.details));
    expect(readable(viewIn(world.calls[1]).blocks)).toEqual([
      '🚫 This alert is no longer on record: resolved alerts are forgotten after a while.',
    ]);
  });

  test('with the records away the modal says that nothing was changed', async () => {
    const world = slackWorld();
    world.service.store = 'away';
    await world.process(click(actionIds.details));
    expect(world.calls.map((call) => call.method)).toEqual(['views.open', 'views.update', 'respond']);
    expect(readable(viewIn(world.calls[1]).blocks)[0]).toContain('Nothing was changed.');
  });

  test('nothing happens when the person has closed the modal already', async () => {
    const world = slackWorld();
    world.answers.set('views.update', { error: 'not_found' });
    await world.process(click(actionIds.details));
    expect(world.seen()).toEqual([]);
    expect(world.logged).toEqual([]);
  });

  test('content that Slack refuses is said in the modal, with a reference in the channel', async () => {
    const world = slackWorld();
    world.answers.set('views.update', { error: 'invalid_arguments' });
    await world.process(click(actionIds.details));
    expect(readable(viewIn(world.calls.at(-2)).blocks)).toEqual([
      '🚫 This could not be shown. Nothing was changed. Close it and try again.',
    ]);
    expect(world.seen()[0]).toContain('`ref-1`');
  });

  test('a trigger that has expired asks for another press', async () => {
    const world = slackWorld();
    world.answers.set('views.open', { error: 'expired_trigger_id' });
    await world.process(click(actionIds.details));
    expect(world.seen()).toEqual([
      '🚫 Slack closed the door before the window could open. Nothing was changed. Press the button again.',
    ]);
  });
});

interface View {
  readonly blocks: readonly unknown[];
  readonly callback_id: string;
  readonly private_metadata: string;
}

const viewIn = (call: Call | undefined): View => (call?.body['view'] ?? { blocks: [] }) as View;
