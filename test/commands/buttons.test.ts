import { describe, expect, test } from 'vitest';
import { actionIds, callbackIds, packModalContext } from '../../views/ids.ts';
import {
  expiredAnswer,
  failedModalAnswer,
  failureAnswer,
  goneAnswer,
  nothingToSilenceAnswer,
  strangeButtonAnswer,
  unavailableAnswer,
} from '../../views/messages/answers.ts';
import { anAlert } from '../views/support/builders.ts';
import { readable } from '../views/support/read.ts';
import { problemsOf } from '../views/support/slack-rules.ts';
import { click } from './payloads.ts';
import { type Call, slackWorld, text } from './slack-world.ts';

const { id } = anAlert();

describe('Acknowledge', () => {
  test('acknowledges Slack first, then takes the alert, then says so', async () => {
    const world = slackWorld();
    const acked = await world.process(click(actionIds.acknowledge));
    expect(acked).toEqual({ response: undefined, first: true });
    expect(world.service.effects).toEqual([`acknowledge ${id} U01ANA`]);
    expect(world.service.alerts.get(id)?.ack?.by).toEqual({
      ...{ id: 'U01ANA', name: 'Ana Ng', team: 'T01ACME' },
      via: { client: 'button', channel: 'C01ALERTS' },
    });
    expect(world.ended()).toEqual(['done']);
    expect(world.seen()).toHaveLength(1);
    expect(
      world.calls.map((call) => [call.method, call.body['response_type'], call.body['replace_original']]),
    ).toEqual([['respond', 'ephemeral', false]]);
  });

  test('a double click has one effect', async () => {
    const world = slackWorld();
    await world.process(click(actionIds.acknowledge));
    await world.process(click(actionIds.acknowledge));
    expect(world.service.effects).toHaveLength(1);
    expect(world.ended()).toEqual(['done', 'already so']);
  });

  test('of two people the second is told who was first', async () => {
    const world = slackWorld();
    await Promise.all([
      world.process(click(actionIds.acknowledge)),
      world.process(click(actionIds.acknowledge, { user: 'U02BEN' })),
    ]);
    expect(world.service.effects).toHaveLength(1);
    expect(world.ended()).toEqual(['done', 'acknowledged']);
    expect(world.seen()).toHaveLength(2);
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
    expect(world.ended()).toEqual(['not_found']);
    expect(world.seen()).toHaveLength(1);
  });

  test('a button that carries no id changes nothing', async () => {
    const world = slackWorld();
    await world.process(click(actionIds.acknowledge, { value: '{"id":1}' }));
    expect(world.service.effects).toEqual([]);
    expect(world.seen()).toEqual([text(strangeButtonAnswer())]);
  });
});

test('Unacknowledge gives it back', async () => {
  const world = slackWorld();
  await world.process(click(actionIds.acknowledge));
  await world.process(click(actionIds.unacknowledge, { user: 'U02BEN' }));
  expect(world.service.effects).toEqual([`acknowledge ${id} U01ANA`, `unacknowledge ${id} U02BEN`]);
  expect(world.ended()).toEqual(['done', 'done']);
});

test('Raise ticket asks for one ticket, however often', async () => {
  const world = slackWorld();
  await world.process(click(actionIds.ticket));
  await world.process(click(actionIds.ticket, { user: 'U02BEN' }));
  expect(world.service.effects).toEqual([`ticket ${id} U01ANA`]);
  expect(world.ended()).toEqual(['done', 'ticket_pending']);
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
    expect(shown(world.calls[1])).toBe(text(nothingToSilenceAnswer()));
  });

  test('Details… shows labels, annotations and the trail', async () => {
    const world = slackWorld();
    await world.process(click(actionIds.acknowledge));
    await world.process(click(actionIds.details));
    const view = viewIn(world.calls.at(-1));
    const words = readable(view.blocks).join('\n');
    expect(words).toContain('*Labels (6)*');
    expect(words).toContain('✅ `payments`  service="checkout"');
    expect(words).toContain('*Ana Ng (U01ANA)* acknowledged it');
  });

  test('Details… of an alert that is gone says so', async () => {
    const world = slackWorld({ alerts: [] });
    await world.process(click(actionIds.details));
    expect(shown(world.calls[1])).toBe(text(goneAnswer()));
  });

  test('with the records away the modal says that nothing was changed', async () => {
    const world = slackWorld();
    world.service.store = 'away';
    await world.process(click(actionIds.details));
    expect(world.calls.map((call) => call.method)).toEqual(['views.open', 'views.update', 'respond']);
    expect(shown(world.calls[1])).toBe(text(unavailableAnswer()));
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
    expect(shown(world.calls.at(-2))).toBe(text(failedModalAnswer()));
    expect(world.seen()).toEqual([text(failureAnswer('ref-1'))]);
  });

  test('a trigger that has expired asks for another press', async () => {
    const world = slackWorld();
    world.answers.set('views.open', { error: 'expired_trigger_id' });
    await world.process(click(actionIds.details));
    expect(world.seen()).toEqual([text(expiredAnswer())]);
  });
});

interface View {
  readonly blocks: readonly unknown[];
  readonly callback_id: string;
  readonly private_metadata: string;
}

const viewIn = (call: Call | undefined): View => (call?.body['view'] ?? { blocks: [] }) as View;

const shown = (call: Call | undefined): string => readable(viewIn(call).blocks).join('\n');
