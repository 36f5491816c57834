import { expect, test } from 'vitest';
import { actionIds, blockIds, callbackIds, packModalContext } from '../../../views/ids.ts';
import { anAlert, minute } from '../../views/support/builders.ts';
import { readable } from '../../views/support/read.ts';
import { click, submit } from '../payloads.ts';
import { rootTs, slackWorld } from '../slack-world.ts';
import { filledSilence } from './silence-form.ts';

const { id } = anAlert();
const where = packModalContext({ alert: id, channel: 'C01ALERTS', thread: rootTs });

test.each([
  ['2h', null, 120 * minute],
  ['2h', '45m', 45 * minute],
  [null, '1h 30m', 90 * minute],
])('%s or exactly %s', async (choice, custom, ms) => {
  const world = slackWorld();
  const acked = await world.process(
    submit(where, callbackIds.silence, filledSilence(choice, custom, ' deploy ')),
  );
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
  const acked = await world.process(submit(where, callbackIds.silence, filledSilence('2h', 'long', '  ')));
  expect(acked.response).toEqual({
    response_action: 'errors',
    errors: {
      [blockIds.silenceCustom]: 'Say how long: 30m, 2h, 1d.',
      [blockIds.silenceReason]: 'Say why, for the next person on call.',
    },
  });
  const none = await world.process(submit(where, callbackIds.silence, filledSilence(null, null, 'x')));
  expect(none.response).toEqual({
    response_action: 'errors',
    errors: { [blockIds.silenceDuration]: 'Say how long: 30m, 2h, 1d.' },
  });
  expect([world.service.effects, world.calls]).toEqual([[], []]);
});

test('with the records away the person is told where they opened the modal', async () => {
  const world = slackWorld();
  world.service.store = 'away';
  await world.process(submit(where, callbackIds.silence, filledSilence('2h', null, 'x')));
  expect(world.calls[0]?.method).toBe('chat.postEphemeral');
  expect(world.seen()[0]).toContain('Nothing was changed. Try again');
});

const memberOf = { group: 'aaaaaaaaaaaaaaaa', at: 1, channel: 'C01ALERTS', by: { service: 'checkout' } };
const counts = { firing: 2, resolved: 0, acknowledged: 0, fresh: 0, severities: {}, rows: [], pages: [] };
const group = anAlert({
  id: 'aaaaaaaaaaaaaaaa-mi80s0g0',
  fingerprint: 'aaaaaaaaaaaaaaaa',
  group: { ...counts, home: 'C01ALERTS', by: memberOf.by },
});
const members = [1, 2].map((n) => {
  const alert = anAlert({ id: `bbbbbbbbbbbbbbb${n}-mi80s0g0`, memberOf, thread: { state: 'none' } });
  return { ...alert, labels: { ...alert.labels, pod: `checkout-${n}` } };
});

const openAll = async (world: ReturnType<typeof slackWorld>) => {
  await world.process(click(actionIds.silenceAll, { value: group.id }));
  const view = world.calls.findLast(({ method }) => method === 'views.update')?.body['view'] as Record<
    string,
    unknown
  >;
  return { meta: String(view['private_metadata']), text: readable(view['blocks'] as unknown[]).join('\n') };
};

test('Silence all… shows what else it would silence, and is one silence of few labels', async () => {
  const world = slackWorld({ alerts: [group, ...members] });
  const other = { alertname: 'DiskFull', service: 'checkout', team: 'db' };
  world.service.scopes = {
    placeOf: () => 'main',
    others: async (_, matchers) => ({ ok: true, others: 'alertname' in matchers ? [] : [other] }),
  };
  const { meta, text } = await openAll(world);
  expect(text).toContain('🔕 *2 alerts of this group*, and nothing else that fires now');
  expect(text).toContain('`service="checkout"` `alertname="HighErrorRate"`');
  await world.process(submit(meta, callbackIds.silence, filledSilence('2h', null, 'deploy')));
  expect(world.service.alerts.get(group.id)?.actions).toMatchObject([
    { key: 'silence', spec: { target: { matchers: { service: 'checkout', alertname: 'HighErrorRate' } } } },
  ]);
});

test('what cannot be told apart is counted, and what cannot be seen is said', async () => {
  const world = slackWorld({ alerts: [group, ...members] });
  const same = { ...members[0]?.labels, pod: 'another' };
  world.service.scopes = { placeOf: () => 'main', others: async () => ({ ok: true, others: [same] }) };
  expect((await openAll(world)).text).toContain('⚠️ *and 1 other alert*: HighErrorRate');
  world.service.scopes = { placeOf: () => 'main', others: async () => ({ ok: false, error: 'timed out' }) };
  expect((await openAll(world)).text).toContain('⚠️ What else would be silenced could not be seen: timed out');
  world.service.scopes = { ...world.service.scopes, placeOf: () => undefined };
  expect((await openAll(world)).text).toContain('No Alertmanager that sent what fires here is configured');
});

test('nothing is silenced when the group has changed since it was shown', async () => {
  const world = slackWorld({ alerts: [group, ...members] });
  const changed = packModalContext({ alert: group.id, channel: 'C01ALERTS', labels: ['service', 'pod'] });
  await world.process(submit(changed, callbackIds.silence, filledSilence('2h', null, 'deploy')));
  expect(world.seen()[0]).toContain('What this would silence has changed');
  expect(world.service.effects).toEqual([]);
});
