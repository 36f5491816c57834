import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultInput } from '../../sandbox/slack/control/faults.ts';
import { startReplica } from './support/replica.ts';
import { channels, openScene, readable, type Scene, sam, unpaced } from './support/scene.ts';
import { until } from './support/until.ts';
import { alertIdOf, start, webhook } from './support/webhook.ts';

let scene: Scene;
beforeAll(async () => {
  const lost = { match: ['service="lost"'], actions: ['thread'] };
  scene = await openScene({
    ...unpaced,
    routes: [
      { name: 'archived', match: ['service="archived"'], channel: channels.sre, actions: ['thread'] },
      { name: 'lost', ...lost, channel: 'C0NOWHERE' },
    ],
  });
});
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
});

const control = () => scene.world.slack.control;
const callsAbout = async (method: string, id: string) =>
  (await control().journal()).filter((call) => call.method === method && call.key?.endsWith(id));
/** Every root that Slack ever had, deleted ones too. */
const rootsEver = async (id: string, channel: string = channels.alerts) =>
  (await control().rootsOf(channel, id)).map(({ deleted }) => (deleted ? 'deleted' : 'there'));

type Effect = FaultInput['effect'];
const fails = (effect: Effect, more: Partial<FaultInput> = {}) =>
  control().fault({ method: 'chat.postMessage', effect, ...more });

describe.concurrent('a post whose answer does not come', () => {
  const lost: readonly (readonly [name: string, effect: Effect, posts: number])[] = [
    ['AcceptThenDrop', { kind: 'accept_then_drop' }, 1],
    ['DropBefore', { kind: 'drop_before' }, 2],
    ['Status500Done', { kind: 'status', status: 500, forward: true }, 1],
    ['Status500Undone', { kind: 'status', status: 500 }, 2],
    ['Html503Done', { kind: 'html', status: 503, forward: true }, 1],
    ['Html503Undone', { kind: 'html', status: 503 }, 2],
    ['Html200Done', { kind: 'html', status: 200, forward: true }, 1],
    ['FatalErrorDone', { kind: 'error', error: 'fatal_error', forward: true }, 1],
    ['InternalErrorUndone', { kind: 'error', error: 'internal_error' }, 2],
    ['HangDone', { kind: 'hang' }, 1],
    ['HangUndone', { kind: 'hang', forward: false }, 2],
  ];
  test.each(lost)(
    '%s: is looked for, and there is one root',
    { timeout: 60_000 },
    async (name, effect, posts) => {
      const id = alertIdOf({ name });
      await fails(effect, { contains: id });
      await scene.client.send(webhook({ name }));
      await until(
        'the record',
        () => scene.client.alert(id),
        (alert) => alert?.thread.state === 'open',
        30_000,
      );
      expect(await rootsEver(id)).toEqual(['there']);
      expect(await callsAbout('chat.postMessage', id)).toHaveLength(posts);
      // It is the one on record that is kept up to date.
      await scene.client.send(webhook({ name, status: 'resolved' }));
      await scene.rootSaying(id, /Resolved/);
    },
  );

  test('nor does the look-up: held until Slack tells, and then there is one root', {
    timeout: 60_000,
  }, async () => {
    const name = 'BlindToo';
    const id = alertIdOf({ name });
    await fails({ kind: 'accept_then_drop' }, { contains: id });
    const lookUps: FaultInput = { method: 'conversations.history', effect: { kind: 'status', status: 500 } };
    await control().fault({ ...lookUps, times: 2 });
    await scene.client.send(webhook({ name }));
    await until(
      'the record',
      () => scene.client.alert(id),
      (alert) => alert?.thread.state === 'open',
      40_000,
    );
    expect(await rootsEver(id)).toEqual(['there']);
    expect(await callsAbout('chat.postMessage', id)).toHaveLength(1);
  });
});

describe.concurrent('a note whose answer does not come', () => {
  const lost: readonly (readonly [name: string, effect: Effect])[] = [
    ['NoteAccepted', { kind: 'accept_then_drop' }],
    ['NoteDropped', { kind: 'drop_before' }],
    ['NoteUnavailable', { kind: 'html', status: 503 }],
  ];
  test.each(lost)('%s: is said exactly once', { timeout: 60_000 }, async (name, effect) => {
    const id = alertIdOf({ name });
    await scene.client.send(webhook({ name }));
    const root = await scene.root(id);
    await fails(effect, { contains: `${id}#1` });
    await scene.client.send(webhook({ name, status: 'resolved' }));
    await scene.rootSaying(id, /Resolved/);
    const record = () => scene.ledger.alert(id.slice(0, 16));
    await until('the note on record', record, (alert) => alert?.notes.length === 0, 40_000);
    expect(await scene.thread(root)).toEqual(['✅ Resolved']);
  });
});

test.each<readonly [string, Effect]>([
  ['UpdateAccepted', { kind: 'accept_then_drop' }],
  ['UpdateDropped', { kind: 'drop_before' }],
  ['UpdateUnavailable', { kind: 'html', status: 503 }],
  ['UpdateLimited', { kind: 'rate_limited', retry_after_s: 1 }],
])('%s: the root shows the newest state all the same', async (name, effect) => {
  const id = alertIdOf({ name });
  await scene.client.send(webhook({ name }));
  await scene.root(id);
  await scene.ledger.quiet();
  await control().fault({ method: 'chat.update', contains: id, effect });
  await scene.client.send(webhook({ name, status: 'resolved' }));
  await scene.rootSaying(id, /Resolved/);
  await scene.ledger.quiet();
  expect(await rootsEver(id)).toEqual(['there']);
});

test('429: nothing is posted to the channel before Slack said so; a person is answered meanwhile', async () => {
  await scene.client.send(webhook({ name: 'Before429' }));
  const before = await scene.root(alertIdOf({ name: 'Before429' }));
  await scene.ledger.quiet();
  await fails({ kind: 'rate_limited', retry_after_s: 10 }, { channel: channels.alerts });
  const name = 'Limited';
  const id = alertIdOf({ name });
  await scene.client.send(webhook({ name }));
  const limited = async () => (await callsAbout('chat.postMessage', id))[0];
  const refused = await until('the 429', limited, (call) => call !== undefined);
  await scene.click(before, sam, 'acknowledge');
  await scene.told(sam, /You have \*Before429\* now/);
  await scene.rootSaying(alertIdOf({ name: 'Before429' }), /Acknowledged/);
  expect(Date.now() - (refused?.at ?? 0)).toBeLessThan(9_000);
  await scene.root(id);
  await scene.ledger.quiet();
  const posts = (await control().journal())
    .filter((call) => call.method === 'chat.postMessage' && call.channel === channels.alerts)
    .filter((call) => call.at > (refused?.at ?? 0));
  expect(posts.filter((call) => call.at < (refused?.at ?? 0) + 10_000)).toEqual([]);
  expect(await rootsEver(id)).toEqual(['there']);
});

test('a storm of 429s: every alert has one root in the end', { timeout: 90_000 }, async () => {
  await fails({ kind: 'rate_limited', retry_after_s: 1 }, { times: 25 });
  const names = Array.from({ length: 30 }, (_, i) => `Storm${i}`);
  await scene.client.send(webhook(...names.map((name) => ({ name }))));
  await scene.ledger.quiet(80_000);
  for (const name of names) expect(await rootsEver(alertIdOf({ name }))).toEqual(['there']);
  await control().clearFaults();
});

for (const mode of ['drop', 'html', 'hang'] as const) {
  test.concurrent(`Slack is out for ten seconds (${mode}): nothing is lost, nothing is doubled`, {
    tags: mode === 'drop' ? [] : ['long'],
    timeout: 120_000,
  }, async () => {
    await using away = await openScene();
    const slack = away.world.slack.control;
    const names = Array.from({ length: 10 }, (_, i) => `Out${mode}${i}`);
    const began = Date.now();
    await slack.outage(mode);
    await away.client.send(webhook(...names.map((name) => ({ name }))));
    await until(
      'ten seconds',
      async () => Date.now() - began,
      (ms) => ms > 10_000,
    );
    await slack.outage('off');
    await away.ledger.quiet(60_000);
    for (const name of names) {
      const roots = await slack.rootsOf(channels.alerts, alertIdOf({ name }));
      expect(roots.map(({ deleted }) => deleted)).toEqual([false]);
    }
  });
}

test('a root that a person deleted does not come back by itself; a re-fire opens a new one', async () => {
  const name = 'Deleted';
  const id = alertIdOf({ name });
  await scene.client.send(webhook({ name }));
  const root = await scene.root(id);
  await scene.ledger.quiet();
  await control().deleteMessage(channels.alerts, root.ts);
  await scene.client.send(webhook({ name, status: 'resolved' }));
  await until(
    'the loss on record',
    () => scene.client.alert(id),
    (alert) => alert?.thread.state === 'failed',
  );
  await scene.ledger.quiet();
  expect(await rootsEver(id)).toEqual(['deleted']);
  const journal = (await scene.client.journal(id)).map(({ what }) => what);
  expect(journal).toEqual(['opened', 'route', 'thread_open', 'resolved', 'root_gone']);
  await scene.client.send(webhook({ name, startsAt: start + 90_000 }));
  await scene.root(id);
  await scene.ledger.quiet();
  expect(await rootsEver(id)).toEqual(['deleted', 'there']);
});

test('an archived channel: the thread goes to the fallback channel, and the trail says why', async () => {
  await control().channel(channels.sre, { archived: true });
  const alert = { name: 'Archived', labels: { service: 'archived' } };
  const id = alertIdOf(alert);
  await scene.client.send(webhook(alert));
  await scene.root(id, channels.fallback);
  await scene.ledger.quiet();
  expect(await rootsEver(id, channels.sre)).toEqual([]);
  const moved = (await scene.client.journal(id)).find(({ what }) => what === 'channel_refused');
  expect(moved?.why).toBe(`${channels.sre}: is_archived; trying ${channels.fallback}`);
  await control().channel(channels.sre, { archived: false });
});

test('a channel that is not there: the same', async () => {
  const alert = { name: 'NoChannel', labels: { service: 'lost' } };
  await scene.client.send(webhook(alert));
  const root = await scene.root(alertIdOf(alert), channels.fallback);
  await scene.client.send(webhook({ ...alert, status: 'resolved' }));
  await scene.rootSaying(alertIdOf(alert), /Resolved/, channels.fallback);
  await scene.threadSays(root, '✅ Resolved');
});

test('blocks that Slack refuses everywhere: said on the record and in the books, and the lane goes on', async () => {
  const name = 'Refused';
  const id = alertIdOf({ name });
  const before = await scene.ledger.quiet();
  await fails({ kind: 'error', error: 'invalid_blocks' }, { contains: id, times: 9 });
  await scene.client.send(webhook({ name }));
  await until(
    'the end',
    () => scene.client.alert(id),
    (alert) => alert?.thread.state === 'failed',
  );
  await scene.client.send(webhook({ name: 'AfterRefused' }));
  await scene.root(alertIdOf({ name: 'AfterRefused' }));
  const after = await scene.ledger.quiet();
  expect(after.suppressed - before.suppressed).toBe(1);
  expect(after.received).toBe(after.threaded + after.merged + after.suppressed + after.rejected);
  expect((await scene.client.alert(id))?.thread.reason).toBe('invalid_blocks');
  await control().clearFaults();
});

test('blocks that Slack does not know: refused once, and not asked for by the process that starts next, nor by a replica', {
  timeout: 120_000,
}, async () => {
  await scene.client.send(webhook({ name: 'InATable' }));
  await scene.root(alertIdOf({ name: 'InATable' }));
  await fails({ kind: 'error', error: 'invalid_blocks' }, { method: '*', contains: 'data_table', times: 99 });
  const list = async (text: string) => {
    await control().command({ channel: channels.sre, user: sam, command: '/alerts', text });
    await scene.told(sam, new RegExp(`firing for ${text}`), channels.sre);
  };
  const refusals = async () =>
    (await control().journal()).filter(({ outcome }) => outcome === 'fault:error').length;
  const before = await refusals();
  await list('service=checkout');
  expect(await refusals()).toBe(before + 1);
  const gone = (left: number) =>
    until('its sockets to close', control().openSockets, (open) => open === left);
  await scene.farmhand().kill();
  await gone(0);
  await scene.start();
  await list('alertname=InATable');
  await startReplica(scene.world);
  await scene.listening(4);
  await scene.farmhand().kill();
  await gone(2);
  await list('alertname=InATable service=checkout');
  expect(await refusals()).toBe(before + 1);
  const known = (await scene.redis.keys('*blocks:*')).map((key) => scene.redis.pttl(key));
  expect(await Promise.all(known)).toEqual([expect.any(Number)]);
  await control().clearFaults();
  await scene.start();
});

test('a revoked token: nothing is given up, and it goes on when there is one again', {
  timeout: 120_000,
}, async () => {
  const name = 'Revoked';
  const id = alertIdOf({ name });
  await control().revokeTokens([scene.world.slack.botToken]);
  await scene.client.send(webhook({ name }));
  const refused = async () => (await callsAbout('chat.postMessage', id)).map(({ outcome }) => outcome);
  await until('the refusal', refused, (outcomes) => outcomes.length > 0);
  await control().revokeTokens([]);
  await until(
    'the root',
    () => rootsEver(id),
    (roots) => roots.length > 0,
    60_000,
  );
  await scene.ledger.quiet();
  expect(await rootsEver(id)).toEqual(['there']);
  expect(readable(await scene.root(id))).toContain('Revoked');
});
