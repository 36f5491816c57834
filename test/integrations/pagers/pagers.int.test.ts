import { describe, expect, test } from 'vitest';
import type { PagerRequest } from '../../../src/alerts/ports/ports.ts';
import { Secret } from '../../../src/config/schema/secret.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { createPagers } from '../../../src/integrations/pagers/pagers.ts';
import { t0 } from '../../builders/event.ts';
import { type Fate, startPagerReceiver } from '../../fakes/pager-receiver.ts';

const keys = { routing: 'r'.repeat(32), genie: 'genie-key', hmac: 'hmac-secret' };
const kinds = ['pagerduty', 'opsgenie', 'webhook'] as const;

const open = async (given: typeof keys = keys) => {
  await using stack = new AsyncDisposableStack();
  const receiver = stack.use(await startPagerReceiver(keys));
  const http = stack.use(openHttp());
  const timeout = 1_000;
  const url = receiver.url;
  const pagers = createPagers(
    [
      { name: 'pagerduty', timeout, pagerduty: { url, routing_key: new Secret(given.routing) } },
      { name: 'opsgenie', timeout, opsgenie: { url: `${url}/`, api_key: new Secret(given.genie) } },
      { name: 'webhook', timeout, webhook: { url: `${url}/hook`, secret: new Secret(given.hmac) } },
    ],
    { http, now: () => t0 },
  );
  const kept = stack.move();
  const tell = (to: string, say: PagerRequest['say'], more: Partial<PagerRequest> = {}) =>
    pagers.tell({ ...page, to, say, ...more });
  return { receiver, tell, [Symbol.asyncDispose]: () => kept.disposeAsync() };
};

const page: PagerRequest = {
  ...{
    to: '',
    say: 'trigger',
    key: 'abc-1-pager',
    alertId: 'abc/1',
    title: 'error: Down on pay',
    summary: 'It is down',
  },
  ...{ severity: 'none', source: 'prometheus', labels: { service: 'pay' }, startsAt: t0, by: 'Ana (U1)' },
  links: [{ text: 'Thread in Slack', href: 'https://slack/p' }],
};

describe.each(kinds)('%s', (to) => {
  test('knows one alert from the first page to the end, and is told each thing', async () => {
    await using world = await open();
    const states: unknown[] = [];
    for (const say of ['trigger', 'acknowledge', 'resolve', 'trigger'] as const) {
      expect(await world.tell(to, say)).toEqual({ ok: true, id: 'abc/1' });
      states.push(world.receiver.known.get('abc/1'));
    }
    expect(states).toEqual([
      { state: 'triggered', opened: 1 },
      { state: 'acknowledged', opened: 1 },
      { state: 'resolved', opened: 1 },
      { state: 'triggered', opened: 2 },
    ]);
  });

  test.each(['drop', 'silence'] as const)(
    'that has taken a page and not said so (%s) is told again, and pages once',
    async (fate) => {
      await using world = await open();
      world.receiver.fates.push(fate);
      expect(await world.tell(to, 'trigger')).toMatchObject({ ok: false, retry: true });
      expect((await world.tell(to, 'trigger')).ok).toBe(true);
      expect(world.receiver.known.get('abc/1')).toEqual({ state: 'triggered', opened: 1 });
    },
  );

  test.each<[Fate, object]>([
    [
      { status: 429, headers: { 'retry-after': '7' } },
      { ok: false, retry: true, retryAfterMs: 7_000 },
    ],
    [{ status: 503 }, { ok: false, retry: true, error: `Pager ${to}, trigger: it answered 503: not now` }],
    [{ status: 400 }, { ok: false, retry: false, error: `Pager ${to}, trigger: it answered 400: not now.` }],
    [
      { status: 301, headers: { location: 'http://127.0.0.1:1/' } },
      { ok: false, retry: false },
    ],
  ])('that answers %j', async (fate, result) => {
    await using world = await open();
    world.receiver.fates.push(fate);
    expect(await world.tell(to, 'trigger')).toMatchObject(result);
    expect(world.receiver.known.size).toBe(0);
  });

  test('whose key is wrong is not asked again', async () => {
    await using world = await open({ routing: 'wrong', genie: 'wrong', hmac: 'wrong' });
    expect(await world.tell(to, 'trigger')).toMatchObject({ ok: false, retry: false });
  });

  test('takes what is long, and what has no words', async () => {
    await using world = await open();
    const long = { title: 'x'.repeat(3_000), summary: 'y'.repeat(20_000), source: '' };
    expect((await world.tell(to, 'trigger', long)).ok).toBe(true);
  });
});

test.each(kinds)('%s: what nobody knows of can be acknowledged and ended, and opens nothing', async (to) => {
  await using world = await open();
  expect(await world.tell(to, 'acknowledge')).toEqual({ ok: true, id: 'abc/1' });
  expect(await world.tell(to, 'resolve')).toEqual({ ok: true, id: 'abc/1' });
  expect(world.receiver.known.size).toBe(0);
});

test.each(kinds)('%s: what is acknowledged stays so when it is told once more that it fires', async (to) => {
  await using world = await open();
  for (const say of ['trigger', 'acknowledge', 'trigger'] as const) await world.tell(to, say);
  expect(world.receiver.known.get('abc/1')).toEqual({ state: 'acknowledged', opened: 1 });
});

test('one that is gone from the config says so', async () => {
  await using world = await open();
  expect(await world.tell('other', 'trigger')).toMatchObject({ ok: false, retry: false });
});

test('what PagerDuty is told', async () => {
  await using world = await open();
  await world.tell('pagerduty', 'trigger');
  expect(world.receiver.calls[0]?.body).toEqual({
    ...{ routing_key: keys.routing, event_action: 'trigger', dedup_key: 'abc/1', client: 'farmhand' },
    payload: {
      ...{ summary: 'error: Down on pay', source: 'prometheus', severity: 'info' },
      timestamp: new Date(t0).toISOString(),
      custom_details: { summary: 'It is down', service: 'pay' },
    },
    links: [{ text: 'Thread in Slack', href: 'https://slack/p' }],
  });
});
