import { expect, test } from 'vitest';
import { actionIds, blockIds, callbackIds, packRebuildContext } from '../../../views/ids.ts';
import { inStep } from '../../builders/rebuild.ts';
import { readable } from '../../views/support/read.ts';
import { submit } from '../payloads.ts';
import { rootTs, slackWorld } from '../slack-world.ts';

const running = inStep('rebuild');
const { id } = running;
const text = (value: string | null) => ({ type: 'plain_text_input', value });
const pick = (value: string | null) => ({ selected_option: value === null ? null : { value } });

const start = (
  instance: string | null,
  farmers: string | null = null,
  reason: string | null = null,
  change: string | null = null,
) => ({
  [blockIds.startInstance]: { [actionIds.startInstance]: pick(instance) },
  [blockIds.startForced]: { [actionIds.startForced]: { selected_options: [{ value: 'forced' }] } },
  [blockIds.startFarmers]: { [actionIds.startFarmers]: text(farmers) },
  [blockIds.startChange]: { [actionIds.startChange]: text(change) },
  [blockIds.startReason]: { [actionIds.startReason]: text(reason) },
});

test('the start form becomes the plan', async () => {
  const world = slackWorld();
  const where = packRebuildContext({ channel: 'C01ALERTS', alert: 'abcd-1' });
  const acked = await world.process(
    submit(where, callbackIds.rebuildStart, start('system6', '12', ' new data ', 'CHG0012345')),
  );
  expect(acked.response).toMatchObject({ response_action: 'update' });
  expect(world.calls.map(({ method }) => method)).toEqual(['views.update']);
  expect(world.rebuilds.drafts.get('draft-1')?.request).toEqual({
    instance: 'system6',
    forced: true,
    farmers: 12,
    change: 'CHG0012345',
    reason: 'new data',
    alert: 'abcd-1',
    channel: 'C01ALERTS',
  });
  const view = world.calls[0]?.body['view'] as { blocks: unknown[] };
  expect(readable(view.blocks).join('\n')).toContain('12 farmers');
  expect(JSON.stringify(view)).toContain(actionIds.rebuildConfirm);
});

test.each([
  [
    start(null, '0'),
    {
      [blockIds.startInstance]: 'Say which instance.',
      [blockIds.startFarmers]: '0 farmers are too few: 1 at least.',
    },
  ],
  [start('system66'), { [blockIds.startInstance]: 'There is no instance system66.' }],
  [start('system6', null, null, 'CHG 1'), { [blockIds.startChange]: 'A number has no spaces in it.' }],
  [start('system6', '101'), { [blockIds.startFarmers]: 'system6 takes 2 to 100 farmers.' }],
])('what is wrong in the start form is said beside it', async (values, errors) => {
  const world = slackWorld();
  const acked = await world.process(submit('{}', callbackIds.rebuildStart, values));
  expect(acked.response).toEqual({ response_action: 'errors', errors });
  expect([world.rebuilds.drafts.size, world.calls]).toEqual([0, []]);
});

const order = (verb: 'scale' | 'pause' | 'cancel') =>
  packRebuildContext({ rebuild: id, verb, channel: 'C01ALERTS', thread: rootTs });
const ordered = (farmers: string | null, reason: string | null) => ({
  ...(farmers !== null && { [blockIds.orderFarmers]: { [actionIds.orderFarmers]: text(farmers) } }),
  [blockIds.orderReason]: { [actionIds.orderReason]: text(reason) },
});

test.each([
  ['scale', ordered('30', ''), `scale ${id} U01ANA 30`],
  ['pause', ordered(null, ' lunch '), `pause ${id} U01ANA lunch`],
  ['cancel', ordered(null, 'called off'), `cancel ${id} U01ANA called off`],
] as const)('%s… is answered where it was opened', async (verb, values, effect) => {
  const world = slackWorld({ rebuilds: [running] });
  const acked = await world.process(submit(order(verb), callbackIds.rebuildOrder, values));
  expect(acked).toEqual({ response: undefined, first: true });
  expect(world.rebuilds.effects).toEqual([effect]);
  expect(world.calls.map(({ method, body }) => [method, body['channel'], body['thread_ts']])).toEqual([
    ['chat.postEphemeral', 'C01ALERTS', rootTs],
  ]);
});

test('opened in App Home it is answered in its place', async () => {
  const world = slackWorld({ rebuilds: [running] });
  const where = packRebuildContext({ rebuild: id, verb: 'pause' });
  const acked = await world.process(submit(where, callbackIds.rebuildOrder, ordered(null, 'lunch')));
  expect(acked.response).toMatchObject({ response_action: 'update' });
  expect(world.rebuilds.effects).toEqual([`pause ${id} U01ANA lunch`]);
  expect(world.calls[0]?.method).toBe('views.update');
});

test.each([
  ['scale', ordered('x', ''), { [blockIds.orderFarmers]: '“x” is not a number of farmers.' }],
  ['pause', ordered(null, ' '), { [blockIds.orderReason]: 'Say why, for whoever looks at it next.' }],
] as const)('%s… with wrong inputs', async (verb, values, errors) => {
  const world = slackWorld({ rebuilds: [running] });
  const acked = await world.process(submit(order(verb), callbackIds.rebuildOrder, values));
  expect(acked.response).toEqual({ response_action: 'errors', errors });
  expect(world.rebuilds.effects).toEqual([]);
});

test.each([
  ['system7', 'Type system6. “system7” is another name. Nothing was changed.'],
  ['', 'Type system6. Nothing was changed.'],
])(
  'Cancel… where the name is to be typed, and %j is: said beside it, with the form left as it is',
  async (typed, said) => {
    const world = slackWorld({ rebuilds: [running] });
    const values = (name: string) => ({
      ...ordered(null, 'called off'),
      [blockIds.orderTyped]: { [actionIds.orderTyped]: text(name) },
    });
    const wrong = await world.process(submit(order('cancel'), callbackIds.rebuildOrder, values(typed)));
    expect(wrong.response).toEqual({ response_action: 'errors', errors: { [blockIds.orderTyped]: said } });
    expect(world.rebuilds.effects).toEqual([]);
    await world.process(submit(order('cancel'), callbackIds.rebuildOrder, values(' system6 ')));
    expect(world.rebuilds.effects).toHaveLength(1);
  },
);

test('Override… with the name of another instance: said beside it', async () => {
  const world = slackWorld({ rebuilds: [running] });
  const typed = { [blockIds.overrideTyped]: { [actionIds.overrideTyped]: text('system7') } };
  const values = { ...override('force', null, null, 'stuck'), ...typed };
  const acked = await world.process(submit(about, callbackIds.rebuildOverride, values));
  expect(acked.response).toEqual({
    response_action: 'errors',
    errors: { [blockIds.overrideTyped]: 'Type system6. “system7” is another name. Nothing was changed.' },
  });
  expect(world.rebuilds.effects).toEqual([]);
});

const override = (
  kind: string | null,
  step: string | null,
  amount: string | null,
  reason: string | null,
) => ({
  [blockIds.overrideKind]: { [actionIds.overrideKind]: pick(kind) },
  [blockIds.overrideStep]: { [actionIds.overrideStep]: pick(step) },
  [blockIds.overrideAmount]: { [actionIds.overrideAmount]: text(amount) },
  [blockIds.overrideReason]: { [actionIds.overrideReason]: text(reason) },
});
const about = packRebuildContext({ rebuild: id, channel: 'C01ALERTS' });

test.each([
  [override('retry_from', 'history', null, 'stale'), `override ${id} U01ANA retry_from history stale`],
  [override('accept_farmers', 'write', '1', 'enough'), `override ${id} U01ANA accept_farmers 1 enough`],
  [override('keep_farmers', null, '', 'debugging'), `override ${id} U01ANA keep_farmers debugging`],
])('Override… %#', async (values, effect) => {
  const world = slackWorld({ rebuilds: [running] });
  await world.process(submit(about, callbackIds.rebuildOverride, values));
  expect(world.rebuilds.effects).toEqual([effect]);
});

test.each([
  [
    override(null, null, null, null),
    {
      [blockIds.overrideKind]: 'Say what to override.',
      [blockIds.overrideReason]: 'Say why: it is on the record.',
    },
  ],
  [override('skip_step', null, null, 'x'), { [blockIds.overrideStep]: 'Say which step.' }],
  [
    override('accept_farmers', null, '2h', 'x'),
    { [blockIds.overrideAmount]: '“2h” is not a number of farmers.' },
  ],
  [
    override('extend_deadline', null, 'long', 'x'),
    { [blockIds.overrideAmount]: 'Say by how much: 30m, 2h, 1d.' },
  ],
])('Override… with wrong inputs %#', async (values, errors) => {
  const world = slackWorld({ rebuilds: [running] });
  const acked = await world.process(submit(about, callbackIds.rebuildOverride, values));
  expect(acked.response).toEqual({ response_action: 'errors', errors });
  expect(world.rebuilds.effects).toEqual([]);
});
