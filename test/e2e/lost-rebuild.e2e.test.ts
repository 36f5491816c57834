import { afterAll, beforeAll, expect, test } from 'vitest';
import { setsOf } from '../../sandbox/repository/instances.ts';
import type { BoxMessage } from '../../sandbox/slack/control/control.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { actionIds } from '../../views/ids.ts';
import { namespaces, openRebuildScene, type RebuildScene, rami } from './support/rebuild-scene.ts';
import { tracesOf } from './support/rebuild-traces.ts';
import { buttonsOf, channels, nora, readable, sam } from './support/scene.ts';
import { dump, restore } from './support/snapshot.ts';
import { until } from './support/until.ts';

let on: RebuildScene;
beforeAll(async () => {
  on = await openRebuildScene();
});
afterAll(async () => {
  await on?.[Symbol.asyncDispose]();
});

const timeout = 240_000;

const notice = (text: RegExp): Promise<BoxMessage> =>
  until(
    `the notice to say ${text}`,
    async () =>
      (await on.scene.world.slack.control.messages(channels.alerts)).findLast(
        (message) => !message.deleted && /records/.test(message.text),
      ),
    (message) => message !== undefined && text.test(readable(message)),
    60_000,
  ) as Promise<BoxMessage>;

const metric = async (name: string): Promise<string> => {
  const text = await (await fetch(`${on.scene.client.url}/metrics`)).text();
  return text.split('\n').find((line) => line.startsWith(name)) ?? '';
};

const metricSays = (line: string): Promise<string> =>
  until(
    `the metric ${line}`,
    () => metric(line.replace(/ \S+$/, ' ')),
    (text) => text === line,
  );

/** What everybody can see was done for a rebuild, whatever was lost in between: each once. */
const onceEach = async (id: string, farmers: number): Promise<Rebuild> => {
  const ended = await on.books.told(id, 150_000);
  const { scales, orders, tickets, roots, comments, replies, commits, mostAway } = await tracesOf(
    on.scene.world,
    ended,
  );
  const { instance } = ended.plan;
  const who = instance.way === 'gitops' ? 'argocd-controller' : 'farmhand';
  expect(ended.phase).toBe('released');
  expect(scales).toEqual([
    `synchronizer 0 → 1 by ${who}`,
    `farmers 0 → ${farmers} by ${who}`,
    `farmers ${farmers} → 0 by ${who}`,
    `synchronizer 1 → 0 by ${who}`,
  ]);
  expect(commits).toHaveLength(instance.way === 'gitops' ? 4 : 0);
  expect(orders.filter((key) => key !== `${id}/history/1`)).toEqual(
    ['rebuild', 'write', ...instance.frontends].map((what) => `${id}/${what}/1`),
  );
  expect(mostAway).toBe(1);
  expect(tickets).toHaveLength(1);
  expect(roots).toEqual([ended.card.ts]);
  expect(new Set(comments).size).toBe(comments.length);
  expect(new Set(replies).size).toBe(replies.length);
  return ended;
};

/** From `/dcr start` to the plan of an adoption. */
const adoptionPlan = async (user: string, instance: string): Promise<BoxMessage> => {
  const plans = async () =>
    (await on.scene.world.slack.control.messages(channels.dcr)).filter(
      ({ ephemeralTo, text }) => ephemeralTo === user && text.includes(`adopt the rebuild of *${instance}*`),
    );
  const before = (await plans()).length;
  await on.dcr(user, `start ${instance}`);
  const all = await until(`a plan to adopt ${instance}`, plans, (seen) => seen.length > before, 30_000);
  return all.at(-1) as BoxMessage;
};

test('Redis is flushed under four rebuilds: each is held, adopted by a person, and runs to its end once', {
  tags: ['long'],
  timeout,
}, async () => {
  const { books, rebuilds, scene, dcr, told, press, thread, card } = on;
  const { jira } = scene.world;
  const { control } = rebuilds.cluster;
  for (const name of Object.keys(namespaces)) rebuilds.engine.speed(name, 0.3);
  control.capacity(namespaces.system7, setsOf('system7').farmers, 1);

  // At write, while the engine works, while farmers come up, and before anything is touched.
  const gov = await on.start(rami, 'systemgov1');
  const asked = await card(gov.id, /[Aa]pprov/);
  await until(
    'the button',
    () => card(gov.id),
    (message) => buttonsOf(message).includes(actionIds.rebuildApprove),
  );
  await press(sam, asked, 'rebuildApprove');
  rebuilds.engine.speed('systemgov1', 3);
  await on.inStep(gov.id, 'write');
  rebuilds.engine.speed('systemgov1', 0.05);
  const [works, comes] = await Promise.all([on.start(sam, 'system6'), on.start(nora, 'system7')]);
  await Promise.all([on.inStep(works.id, 'rebuild'), on.inStep(comes.id, 'farmers')]);
  await books.when('farmers are scaled', comes.id, ({ effects }) =>
    effects.some(({ key, arrivedAt }) => key.endsWith('/farmers/1') && arrivedAt !== undefined),
  );
  jira.control.outage(true);
  const early = await on.start(sam, 'system8');
  await card(early.id);
  const all = [gov, works, comes, early];
  await until(
    'the cards to be up to date',
    async () => Promise.all(all.map(({ id }) => books.get(id))),
    (seen) => seen.every((rebuild) => rebuild?.card.state === 'open'),
  );
  const scalesBefore = control.scales().length;
  const cards = new Map(await Promise.all(all.map(async ({ id }) => [id, (await card(id)).ts] as const)));

  await scene.redis.flushall();
  const told1 = readable(await notice(/a person must decide on 4 rebuilds/));
  for (const { id } of all) expect(told1).toContain(id);
  await metricSays('farmhand_lost_rebuilds 4');

  await dcr(nora, 'status system6');
  await told(nora, /farmhand lost its records while system6-.* was in flight.*dcr start system6/s);
  await dcr(nora, 'list');
  await told(nora, /4 lost, and held until a person decides/);
  await scene.world.slack.control.openHome(nora);
  const home = async () => JSON.stringify((await scene.world.slack.control.home(nora)) ?? {});
  await until('App Home', home, (text) => text.includes(works.id) && text.includes('adopts it'), 20_000);
  await dcr(nora, 'pause system6 to be safe');
  await told(nora, /Nothing is changed in the cluster of system6 until a person decides/);
  expect(control.scales()).toHaveLength(scalesBefore);
  expect(await books.of('system6')).toEqual([]);
  await dcr(nora, 'start system6');
  const plan = readable(await adoptionPlan(nora, 'system6'));
  expect(plan).toMatch(/system6-dcr-farmer.*6 wanted, \d ready/s);
  expect(plan).toMatch(/It goes on in the step Rebuild/);
  expect(plan).toMatch(/ticket .*DCR|ticket .*-\d+/);

  // Two persons at once: one record.
  const [one, other] = [await adoptionPlan(sam, 'system6'), await adoptionPlan(nora, 'system6')];
  await Promise.all([
    press(sam, one, 'rebuildConfirm'),
    press(nora, other, 'rebuildConfirm'),
    press(nora, other, 'rebuildConfirm'),
  ]);
  const adopted = await on.started('system6');
  expect(adopted.id).toBe(works.id);
  await thread(works.id, /Adopted: farmhand had lost its records/);
  expect((await books.journal(works.id)).filter(({ what }) => what === 'adopt')).toHaveLength(1);
  rebuilds.engine.speed('system6', 6);

  const gitops = readable(await adoptionPlan(nora, 'system7'));
  expect(gitops).toMatch(
    /instances\/system7\.yaml says 1 for the synchronizer and 8 for the farmers; last commit [0-9a-f]{7}/,
  );
  expect((await on.start(nora, 'system7')).id).toBe(comes.id);
  control.capacity(namespaces.system7, setsOf('system7').farmers, undefined);
  rebuilds.engine.speed('system7', 6);

  expect((await on.start(nora, 'system8')).id).toBe(early.id);
  jira.control.outage(false);
  rebuilds.engine.speed('system8', 6);

  // Adopted by one, approved by another one: nothing is changed before that.
  rebuilds.engine.speed('systemgov1', 6);
  expect((await on.start(sam, 'systemgov1')).id).toBe(gov.id);
  await books.when('it waits for an approval', gov.id, ({ steps }) =>
    steps.some(({ ask }) => ask?.code === 'approval'),
  );
  const again = await until(
    'the button',
    () => card(gov.id),
    (message) => buttonsOf(message).includes(actionIds.rebuildApprove),
  );
  await press(sam, again, 'rebuildApprove');
  await told(sam, /whoever asked for .* cannot approve it/);
  await press(nora, again, 'rebuildApprove');
  await thread(gov.id, /is approved/);

  const farmers: Readonly<Record<string, number>> = { system6: 6, system7: 8, system8: 10, systemgov1: 4 };
  for (const {
    id,
    plan: { instance },
  } of all) {
    const ended = await onceEach(id, farmers[instance.name] ?? 0);
    expect(ended.card.ts).toBe(cards.get(id));
    await card(id, /Released/);
  }
  expect(readable(await notice(/has recovered/))).toContain('can be started and steered again.');
  await metricSays('farmhand_lost_rebuilds 0');
  await metricSays('farmhand_lost_rebuilds_decided_total{outcome="adopted"} 4');
});

test('given up: the card says so, and a plain start gives another id, ticket and thread', {
  tags: ['long'],
  timeout,
}, async () => {
  const { books, rebuilds, scene, press, card, told } = on;
  rebuilds.engine.speed('system6', 0.3);
  const before = await on.start(sam, 'system6');
  await on.inStep(before.id, 'rebuild');
  const old = await card(before.id);
  await scene.redis.flushall();
  await notice(/a person must decide on 1 rebuild/);
  await press(sam, await adoptionPlan(sam, 'system6'), 'rebuildGiveUp');
  const answer = readable(await told(sam, /is over, as you say\. Nothing was changed in the cluster/));
  expect(answer).toMatch(/6 wanted/);
  expect(answer).toMatch(/kubectl --context .* scale statefulset .*--replicas=0/);
  expect(await card(before.id, /given up/i)).toMatchObject({ ts: old.ts });
  await notice(/Rebuilds\* can be started and steered again\./);
  await on.dcr(nora, 'start system6');
  await told(nora, /system6-dcr-farmer has 6 farmers up already/);

  // As a person does it by hand.
  const { farmers, synchronizer } = setsOf('system6');
  for (const set of [farmers, synchronizer]) {
    rebuilds.cluster.control.setReplicas(namespaces.system6, set, 0, 'kubectl-scale');
  }
  rebuilds.engine.speed('system6', 6);
  const next = await on.start(sam, 'system6');
  expect(next.id).not.toBe(before.id);
  const ended = await books.told(next.id, 120_000);
  expect(ended.phase).toBe('released');
  const [first, second] = await Promise.all([
    tracesOf(scene.world, { ...ended, id: before.id }),
    tracesOf(scene.world, ended),
  ]);
  expect(first.tickets).toHaveLength(1);
  expect(second.tickets).toHaveLength(1);
  expect(second.tickets).not.toEqual(first.tickets);
  expect(second.roots).not.toEqual(first.roots);
});

test('an older snapshot comes back: what its card knows better is held, and adopted', {
  timeout,
}, async () => {
  const { books, rebuilds, scene, card, dcr, told } = on;
  rebuilds.engine.speed('system8', 0.3);
  const { id } = await on.start(sam, 'system8');
  await books.when('the ticket', id, ({ ticket }) => ticket.state === 'open');
  await card(id);
  const snapshot = await dump(scene.redis);
  const { version } = await on.inStep(id, 'rebuild');
  await until(
    'the card to know of it',
    async () => (await card(id)).metadata?.['event_payload'] as { readonly version?: number },
    (told) => (told.version ?? 0) >= version,
    30_000,
  );
  const scales = rebuilds.cluster.control.scales().length;
  await restore(scene.redis, snapshot);
  await notice(/a person must decide on 1 rebuild/);
  await dcr(nora, 'status system8');
  await told(nora, /has only an older copy of its record/);
  expect(rebuilds.cluster.control.scales()).toHaveLength(scales);
  rebuilds.engine.speed('system8', 6);
  expect((await on.start(nora, 'system8')).id).toBe(id);
  const ended = await books.told(id, 150_000);
  expect(ended.phase).toBe('released');
  const traces = await tracesOf(scene.world, ended);
  expect(traces.commits).toHaveLength(4);
  expect(traces.orders.filter((key) => key.includes('/rebuild/'))).toEqual([`${id}/rebuild/1`]);
  expect(traces.roots).toHaveLength(1);
  expect(traces.tickets).toHaveLength(1);
});

test('an older snapshot of which no card knows better: what is there is looked at first, and nothing is done twice', {
  timeout,
}, async () => {
  const { books, rebuilds, scene, thread } = on;
  const { control } = scene.world.slack;
  rebuilds.engine.speed('system6', 0.3);
  const { id } = await on.start(sam, 'system6');
  await on.card(id);
  await books.when('the ticket', id, ({ ticket }) => ticket.state === 'open');
  // From here on the card stays as it is.
  const fault = await control.fault({
    method: 'chat.update',
    channel: channels.dcr,
    times: 1_000,
    effect: { kind: 'error', error: 'cant_update_message' },
  });
  const snapshot = await dump(scene.redis);
  await on.inStep(id, 'rebuild');
  const scales = rebuilds.cluster.control.scales().length;
  await restore(scene.redis, snapshot);
  await thread(
    id,
    /lost what was recorded last, and looked at what is there before it goes on: farmers 6 wanted/,
  );
  expect(rebuilds.cluster.control.scales()).toHaveLength(scales);
  await control.removeFault(fault);
  rebuilds.engine.speed('system6', 6);
  const ended = await books.told(id, 150_000);
  expect(ended.phase).toBe('released');
  const traces = await tracesOf(scene.world, ended);
  expect(traces.scales.slice(-4)).toEqual([
    'synchronizer 0 → 1 by farmhand',
    'farmers 0 → 6 by farmhand',
    'farmers 6 → 0 by farmhand',
    'synchronizer 1 → 0 by farmhand',
  ]);
  expect(traces.orders.filter((key) => key.includes('/rebuild/'))).toEqual([`${id}/rebuild/1`]);
  expect(traces.roots).toHaveLength(1);
});
