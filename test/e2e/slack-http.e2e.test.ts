import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SentRequest, signedHeaders } from '../../sandbox/slack/over-http.ts';
import type { AuditRecord } from '../../src/audit/record.ts';
import { openAuditTrail } from './support/audit-trail.ts';
import { type Replica, startReplica } from './support/replica.ts';
import { nora, openScene, type Scene, sam, unpaced } from './support/scene.ts';
import { until } from './support/until.ts';
import { alertIdOf, webhook } from './support/webhook.ts';

let scene: Scene;
let replica: Replica;
beforeAll(async () => {
  scene = await openScene({ ...unpaced, slackMode: 'http' });
  replica = await startReplica(scene.world);
});
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
});

const fire = async (name: string) => {
  await scene.client.send(webhook({ name }));
  const id = alertIdOf({ name });
  return { id, root: await scene.root(id) };
};
const holder = async (id: string) => (await scene.client.alert(id))?.acknowledged?.by.id;
const requests = () => scene.world.slackRequests?.sent ?? [];
const lastWith = (part: string): SentRequest => {
  const found = requests().findLast(({ body }) => body.includes(part));
  if (!found) throw new Error(`Slack sent nothing with ${part}`);
  return found;
};
const post = async (url: string, { body, headers }: Pick<SentRequest, 'body' | 'headers'>) =>
  (await fetch(`${url}/slack/events`, { method: 'POST', body, headers })).status;
const denials = async (has: (denied: readonly AuditRecord[]) => boolean) => {
  using open = openAuditTrail(scene.world.redis.url);
  const read = async () => (await open.read()).records.filter(({ type }) => type === 'request_denied');
  return await until('denials in the audit', read, has, 15_000);
};
/** Sam took it, and Nora gave it back: what Sam did must not happen again by itself. */
const givenBack = async (id: string, take: () => Promise<void>) => {
  await take();
  const taken = await scene.rootSaying(id, /Acknowledged/);
  await scene.click(taken, nora, 'unacknowledge');
  await scene.rootSaying(id, /Nobody has it yet/);
};

test('fault row 21: a signed click, recorded and sent again, to this process and to another: 401, in the audit, no effect', async () => {
  const { id, root } = await fire('Replayed');
  await givenBack(id, () => scene.click(root, sam, 'acknowledge'));
  const click = lastWith(encodeURIComponent(`"id":"${sam}"`));
  const statuses = [scene.world.url, replica.client.url].map((url) => post(url, click));
  expect(await Promise.all(statuses)).toEqual([401, 401]);
  const altered = { ...click, body: click.body.replaceAll(sam, nora) };
  expect(await post(replica.client.url, altered)).toBe(401);
  const kinds = (all: readonly AuditRecord[]) => all.map(({ correlation }) => correlation?.['denial']);
  const records = await denials((all) => all.length >= 3);
  expect(kinds(records).toSorted()).toEqual(['altered', 'replayed', 'replayed']);
  expect(records[0]).toMatchObject({
    outcome: 'denied',
    actor: { id: 'farmhand' },
    object: { kind: 'request', id: '/slack/events' },
    correlation: { count: 1, addresses: ['127.0.0.1'] },
  });
  await scene.ledger.atRest();
  expect(await holder(id)).toBeUndefined();
});

test('fault row 19: an event that Slack sends again, to another process, after it was undone: one effect', async () => {
  const { id, root } = await fire('SentAgain');
  await givenBack(id, () => scene.say(root, sam, 'ack'));
  const { body } = lastWith('"text":"ack"');
  const again = {
    body,
    headers: {
      'content-type': 'application/json',
      ...signedHeaders(scene.world.tokens.slackSigning, body, Date.now() + 1_000),
      'x-slack-retry-num': '1',
      'x-slack-retry-reason': 'http_timeout',
    },
  };
  expect(await post(replica.client.url, again)).toBe(200);
  await sleep(1_000);
  await scene.ledger.atRest();
  expect(await holder(id)).toBeUndefined();
});

test('fault row 20: records and Slack’s API stall; a command and a click are acknowledged within a second', async () => {
  const { root } = await fire('Stalled');
  const { control } = scene.world.slack;
  await control.fault({ method: 'users.info', times: 50, effect: { kind: 'hang' } });
  scene.world.redis.pause();
  const before = requests().length;
  try {
    await scene.click(root, nora, 'acknowledge');
    await control.command({ channel: root.channel, user: nora, command: '/alerts', text: '' });
  } finally {
    scene.world.redis.resume();
    await control.clearFaults();
  }
  const answered = requests()
    .slice(before)
    .map(({ status, ms }) => [status, ms < 1_000]);
  expect(answered).toEqual([
    [200, true],
    [200, true],
  ]);
  // Both were still answered, once there were records again.
  await scene.told(nora, /You have \*Stalled\* now/);
  await scene.told(nora, /Stalled.*is|Stalled.*since/s);
});
