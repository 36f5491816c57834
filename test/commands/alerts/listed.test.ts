import { expect, test } from 'vitest';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import { actionIds, callbackIds, digestWords, ticketListedValue } from '../../../views/ids.ts';
import { anAlert, ben, minute, start } from '../../views/support/builders.ts';
import { readable } from '../../views/support/read.ts';
import { filledSilence } from '../modals/silence-form.ts';
import { click, slash, submit } from '../payloads.ts';
import { slackWorld } from '../slack-world.ts';

/** When the world's clock stands. */
const now = start + 5 * minute;
const words = 'service=checkout';
const one = (n: number, over: Partial<Alert> = {}): Alert => {
  const alert = anAlert({ id: `${n}${n}${n}${n}aaaa-1` });
  return { ...alert, labels: { ...alert.labels, pod: `checkout-${n}` }, ...over };
};
const three = [1, 2, 3].map((n) => one(n));
const elsewhere = one(6, { labels: { alertname: 'Down', service: 'search' } });

interface Sent {
  readonly body: Record<string, unknown>;
}
const buttonsOf = (call: Sent | undefined) => {
  const blocks = (call?.body['blocks'] ?? []) as { elements?: { action_id?: string; value?: string }[] }[];
  return blocks.flatMap(({ elements = [] }) => elements).filter(({ action_id }) => action_id !== undefined);
};
const carriedBy = (call: Sent | undefined, id: string): string =>
  buttonsOf(call).find(({ action_id }) => action_id === id)?.value ?? '';
const lastView = (world: ReturnType<typeof slackWorld>) => {
  const view = world.calls.findLast(({ method }) => method === 'views.update')?.body['view'];
  const { private_metadata, blocks } = view as { private_metadata?: string; blocks: unknown[] };
  return { meta: String(private_metadata ?? ''), text: readable(blocks).join('\n') };
};

test('a filtered list can be acknowledged, silenced and given a ticket as a whole; one of everything cannot', async () => {
  const world = slackWorld({ alerts: [...three, elsewhere] });
  await world.process(slash(words));
  expect(buttonsOf(world.calls.at(-1)).map(({ action_id, value }) => [action_id, value])).toEqual([
    [actionIds.acknowledgeList, words],
    [actionIds.silenceList, words],
    [actionIds.ticketList, words],
  ]);
  await world.process(slash(''));
  expect(buttonsOf(world.calls.at(-1))).toEqual([]);
});

test('one ticket: first how many and which, then one effect, and a second yes finds the same', async () => {
  const world = slackWorld({ alerts: [...three, elsewhere] });
  await world.process(click(actionIds.ticketList, { value: words }));
  expect(world.service.effects).toEqual([]);
  expect(world.seen().at(-1)).toContain(
    '*Raise one ticket for 3 alerts for service=checkout?*\nHighErrorRate (3×)',
  );
  const yes = carriedBy(world.calls.at(-1), actionIds.ticketListed);
  expect(yes).toBe(ticketListedValue(now, one(1).id, words));

  await world.process(click(actionIds.ticketListed, { value: yes }));
  expect(world.seen().at(-1)).toBe(
    '🎫 One ticket for service=checkout is being raised. Its key appears in 3 threads.',
  );
  expect(world.calls.at(-1)?.body['replace_original']).toBe(true);
  await world.process(click(actionIds.ticketListed, { value: yes, user: 'U02BEN' }));
  expect(world.seen().at(-1)).toContain('has a ticket, or one is being raised. No other was made.');
  expect(world.service.effects).toEqual([`ticket ${one(1).id} U01ANA`]);
});

test('what has a ticket is left out and named, what fired since the question is none of it', async () => {
  const ticket = { key: 'ticket', kind: 'ticket', state: 'done', attempts: 1, nextAt: 0, at: 0 } as const;
  const has = one(2, { actions: [{ ...ticket, spec: { kind: 'ticket' }, outcome: { id: 'OPS-7' } }] });
  const world = slackWorld({ alerts: [one(1), has, one(3, { startsAt: now - minute + 1 })] });
  await world.process(click(actionIds.ticketList, { value: words }));
  expect(world.seen().at(-1)).toContain(
    '1 has a ticket already, or one is being raised (OPS-7), and is left out.',
  );
  await world.process(
    click(actionIds.ticketListed, { value: ticketListedValue(now - minute, one(1).id, words) }),
  );
  expect(world.seen().at(-1)).toContain('Its key appears in 1 thread.\n1 has a ticket already');
});

test('Silence all… of a list shows by which labels and what else, and is one silence', async () => {
  const world = slackWorld({ alerts: [...three, elsewhere] });
  const other = { alertname: 'DiskFull', service: 'checkout' };
  world.service.scopes = {
    placeOf: () => 'main',
    others: async (_, matchers) => ({ ok: true, others: 'alertname' in matchers ? [] : [other] }),
  };
  await world.process(click(actionIds.silenceList, { value: words }));
  const { meta, text } = lastView(world);
  expect(text).toContain('🔕 *3 alerts for service=checkout*, and nothing else that fires now');
  expect(text).toContain(
    'whatever has `service="checkout"` `alertname="HighErrorRate"`, also what fires later',
  );
  await world.process(submit(meta, callbackIds.silenceListed, filledSilence('2h', null, 'deploy')));
  expect(world.seen().at(-1)).toBe(
    '🔕 Alertmanager is being asked to silence 3 alerts for service=checkout for 2h. Their threads say how it goes.',
  );
  expect(world.service.effects).toEqual([`silence ${one(1).id} U01ANA`]);
  expect(world.service.alerts.get(one(1).id)?.actions).toMatchObject([
    {
      spec: {
        target: { matchers: { service: 'checkout', alertname: 'HighErrorRate' } },
        list: { count: 3, others: [one(2).id, one(3).id] },
      },
    },
  ]);
});

test('a list that few labels do not say is refused with what to do', async () => {
  const world = slackWorld({
    alerts: [one(1), one(2, { labels: { alertname: 'Full', service: 'db' }, name: 'Full' })],
  });
  await world.process(click(actionIds.silenceList, { value: 'severity>=error' }));
  expect(lastView(world).text).toContain('No few labels say exactly these alerts');
  expect(lastView(world).text).toContain('`/alerts service=…`');
});

test('wrong inputs are said beside them, and a store that is away changes nothing', async () => {
  const world = slackWorld({ alerts: three });
  await world.process(click(actionIds.silenceList, { value: words }));
  const { meta } = lastView(world);
  const acked = await world.process(
    submit(meta, callbackIds.silenceListed, filledSilence('2h', 'soon', null)),
  );
  expect(acked.response).toMatchObject({ response_action: 'errors' });
  world.service.store = 'away';
  await world.process(submit(meta, callbackIds.silenceListed, filledSilence('2h', null, 'x')));
  expect(world.seen().at(-1)).toContain('Nothing was changed. Try again');
});

const waits = { state: 'wanted', since: start, event: 'e' } as const;

test('a digest stands for what waits for its thread in its channel, and for what got one since the question', async () => {
  const digest = digestWords('C01ALERTS');
  const memberOf = { group: 'aaaaaaaaaaaaaaaa', at: start, channel: 'C01ALERTS', by: {} };
  const group = anAlert({
    ...{ id: 'aaaaaaaaaaaaaaaa-1', fingerprint: memberOf.group, labels: {}, thread: waits },
    group: {
      ...{ home: 'C01ALERTS', by: {}, firing: 1, resolved: 0, acknowledged: 0, fresh: 0 },
      ...{ severities: {}, rows: [], pages: [] },
    },
  });
  const world = slackWorld({
    alerts: [
      one(1, { thread: waits }),
      one(2, { thread: { state: 'open', ts: `${now / 1000 + 1}.000100`, at: now, shown: '' } }),
      one(3),
      one(4, { thread: { state: 'none' }, memberOf }),
      one(5, { thread: waits, channel: 'C02OTHER' }),
      group,
    ],
  });
  await world.process(click(actionIds.acknowledgeList, { value: digest }));
  expect(world.seen().at(-1)).toContain(
    '*Acknowledge 3 alerts that wait for their threads in <#C01ALERTS>?*',
  );
  await world.process(click(actionIds.ticketList, { value: digest }));
  expect(world.seen().at(-1)).toContain(
    '*Raise one ticket for 3 alerts that wait for their threads in <#C01ALERTS>?*',
  );
  await world.process(click(actionIds.silenceList, { value: digest }));
  expect(lastView(world).text).toContain('🔕 *3 alerts that wait for their threads in <#C01ALERTS>*');
});

test.each(['digest:', 'digest:#alerts', 'resolved service=x', 'x y z', 'digest:C01 more'])(
  'a button that carries %s is from elsewhere: said, and nothing done',
  async (value) => {
    const world = slackWorld({ alerts: three });
    for (const id of [actionIds.acknowledgeList, actionIds.silenceList, actionIds.ticketList]) {
      await world.process(click(id, { value }));
    }
    await world.process(click(actionIds.ticketListed, { value }));
    await world.process(click(actionIds.ticketListed, { value: ticketListedValue(now, one(1).id, value) }));
    expect(world.service.effects).toEqual([]);
  },
);

test('what somebody acknowledged since the question is still among those of “unacked”', async () => {
  const world = slackWorld({
    alerts: [one(1, { ack: { by: ben, at: now - minute } }), one(2, { ack: { by: ben, at: start } })],
  });
  const value = ticketListedValue(now - 2 * minute, one(1).id, `unacked ${words}`);
  await world.process(click(actionIds.ticketListed, { value }));
  expect(world.service.effects).toEqual([`ticket ${one(1).id} U01ANA`]);
  expect(world.seen().at(-1)).toContain('1 thread.');
});
