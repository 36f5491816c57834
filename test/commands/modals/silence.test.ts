import { expect, test } from 'vitest';
import { actionIds, blockIds, callbackIds, packModalContext } from '../../../views/ids.ts';
import { anAlert, minute } from '../../views/support/builders.ts';
import { submit } from '../payloads.ts';
import { rootTs, slackWorld } from '../slack-world.ts';

const { id } = anAlert();
const where = packModalContext({ alert: id, channel: 'C01ALERTS', thread: rootTs });

const filled = (choice: string | null, custom: string | null, reason: string | null) => ({
  [blockIds.silenceDuration]: {
    [actionIds.silenceDuration]: {
      type: 'static_select',
      selected_option: choice === null ? null : { value: choice },
    },
  },
  [blockIds.silenceCustom]: { [actionIds.silenceCustom]: { type: 'plain_text_input', value: custom } },
  [blockIds.silenceReason]: { [actionIds.silenceReason]: { type: 'plain_text_input', value: reason } },
});

test.each([
  ['2h', null, 120 * minute],
  ['2h', '45m', 45 * minute],
  [null, '1h 30m', 90 * minute],
])('%s or exactly %s', async (choice, custom, ms) => {
  const world = slackWorld();
  const acked = await world.process(submit(where, callbackIds.silence, filled(choice, custom, ' deploy ')));
  expect(acked).toEqual({ response: undefined, first: true });
  expect(world.service.effects).toEqual([`silence ${id} U01ANA`]);
  expect(world.service.alerts.get(id)?.actions).toMatchObject([
    { spec: { kind: 'silence', durationMs: ms, reason: 'deploy' }, by: { id: 'U01ANA', name: 'Ana Ng' } },
  ]);
  expect(
    world.calls.map(({ method, body }) => [method, body['channel'], body['user'], body['thread_ts']]),
  ).toEqual([['chat.postEphemeral', 'C01ALERTS', 'U01ANA', rootTs]]);
  expect(world.seen()[0]).toMatch(/^🔕 Alertmanager is being asked to silence \*HighErrorRate\* for /);
});

test('every wrong input is said beside it, and nothing was changed', async () => {
  const world = slackWorld();
  const acked = await world.process(submit(where, callbackIds.silence, filled('2h', 'long', '  ')));
  expect(acked.response).toEqual({
    response_action: 'errors',
    errors: {
      [blockIds.silenceCustom]: 'Say how long: 30m, 2h, 1d.',
      [blockIds.silenceReason]: 'Say why, for the next person on call.',
    },
  });
  const none = await world.process(submit(where, callbackIds.silence, filled(null, null, 'x')));
  expect(none.response).toEqual({
    response_action: 'errors',
    errors: { [blockIds.silenceDuration]: 'Say how long: 30m, 2h, 1d.' },
  });
  expect([world.service.effects, world.calls]).toEqual([[], []]);
});

test('with the records away the person is told where they opened the modal', async () => {
  const world = slackWorld();
  world.service.store = 'away';
  await world.process(submit(where, callbackIds.silence, filled('2h', null, 'x')));
  expect(world.calls[0]?.method).toBe('chat.postEphemeral');
  expect(world.seen()[0]).toContain('Nothing was changed. Try again');
});
