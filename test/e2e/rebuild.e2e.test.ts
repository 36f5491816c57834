import { afterAll, beforeAll, describe, test } from 'vitest';
import { setsOf } from '../../sandbox/repository/instances.ts';
import type { AuditRecord } from '../../src/audit/record.ts';
import { sha256 } from '../../src/core/hash.ts';
import { actionIds, blockIds } from '../../views/ids.ts';
import { openAuditTrail } from './support/audit-trail.ts';
import { lena, namespaces, openRebuildScene, type RebuildScene, rami } from './support/rebuild-scene.ts';
import { tracesOf, wrongWith } from './support/rebuild-traces.ts';
import { buttonsOf, channels, nora, readable, sam } from './support/scene.ts';
import { until } from './support/until.ts';
import { alertIdOf, webhook } from './support/webhook.ts';

let on: RebuildScene;
/** Fires before anything is rebuilt: the open alerts are read but once in a while. */
const early = { name: 'CacheOld', labels: { instance: 'system6' } };
beforeAll(async () => {
  on = await openRebuildScene();
  await on.scene.client.send(webhook(early));
  await on.scene.root(alertIdOf(early));
});
afterAll(async () => {
  await on?.[Symbol.asyncDispose]();
});

const timeout = 240_000;
const replicas = (instance: keyof typeof namespaces) => {
  const { farmers, synchronizer } = setsOf(instance);
  const { view } = on.rebuilds.cluster;
  return {
    farmers: view.replicas(namespaces[instance], farmers),
    synchronizer: view.replicas(namespaces[instance], synchronizer),
  };
};

// Each on an instance of its own, all at the same time.
describe.concurrent('side by side', () => {
  test('system6, balance: planned, confirmed, scaled, paused, drifted, released', { timeout }, async ({
    expect,
  }) => {
    const { dcr, told, press, thread, card, reply, books, rebuilds } = on;
    const set = setsOf('system6').farmers;

    await dcr(sam, 'strat system6');
    await told(sam, /did you mean.*start/i);
    await dcr(sam, 'start systm6');
    await told(sam, /There is no instance systm6.*Did you mean system6/s);
    await dcr(sam, 'start system6 --farmers 500');
    await told(sam, /12/);
    await dcr(sam, 'help');
    await told(sam, /In a rebuild’s thread/);
    await dcr(sam, 'doctor system6');
    await told(sam, /instances\/system6\.yaml is valid/);

    // Who may only look sees the plan, and cannot confirm it.
    await dcr(lena, 'start system6');
    await press(lena, await told(lena, /Plan: rebuild of \*system6\*/), 'rebuildConfirm');
    await told(lena, /You may not start a rebuild of system6\. .*release.*sre/s);

    await dcr(sam, 'start system6 --reason "new dataset"');
    const first = await told(sam, /Plan: rebuild of \*system6\*/);
    expect(readable(first)).toMatch(/6 farmers/);
    expect(await books.of('system6')).toEqual([]);
    const file = 'instances/system6.yaml';
    const values = await rebuilds.repository.read(file);
    await rebuilds.repository.write(file, values.replace('farmers: 6 ', 'farmers: 7 '), {
      message: 'system6: seven farmers from now on',
    });
    // farmhand may have read the values two seconds ago.
    const stale = async () => {
      await dcr(nora, 'plan system6');
      return readable(await told(nora, /system6/));
    };
    await until('the new values', stale, (text) => /7 farmers/.test(text), 30_000);
    await press(sam, first, 'rebuildConfirm');
    const second = await told(sam, /The world has changed.*6 before, 7 now/s);
    expect(await books.of('system6')).toEqual([]);

    rebuilds.engine.speed('system6', 0.1);
    await Promise.all([press(sam, second, 'rebuildConfirm'), press(sam, second, 'rebuildConfirm')]);
    await on.scene.world.slack.control.resend('interactive');
    const { id } = await on.started('system6');
    expect((await card(id)).text).toContain('system6');
    await dcr(nora, 'start system6');
    await told(nora, new RegExp(`in flight.*${id}|${id}.*in flight`, 's'));

    await thread(id, /An alert fires on system6 during the rebuild: CacheOld/);
    const linked = await on.scene.rootSaying(alertIdOf(early), /[Dd]uring .*rebuild/);
    expect(buttonsOf(linked)).toContain(actionIds.rebuildStatus);

    await on.inStep(id, 'rebuild');
    const late = { name: 'FarmerSlow', labels: { instance: 'system6' } };
    await on.scene.client.send(webhook(late));
    const during = await on.scene.rootSaying(alertIdOf(late), /[Dd]uring .*rebuild/);
    expect(buttonsOf(during)).toContain(actionIds.rebuildScale);
    await reply(id, sam, 'scale 8');
    await thread(id, /goes from 7 to 8 farmers/);
    await until(
      '8 farmers',
      async () => replicas('system6').farmers,
      (n) => n === 8,
      30_000,
    );
    await reply(id, lena, 'scale 9');
    await told(lena, /You may not scale a rebuild of system6/);
    await reply(id, sam, 'scale 50');
    await told(sam, /50 farmers are more than the maximum of system6, which is 12/);

    await reply(id, nora, 'pause waiting for the customer');
    await thread(id, /Paused in the step Rebuild by .*because: waiting for the customer.*go on computing/s);
    await card(id, /[Pp]aused/);
    await dcr(rami, 'status system6');
    await told(rami, /[Pp]aused.*waiting for the customer/s);
    await reply(id, rami, 'resume');
    await thread(id, /system6 goes on in the step Rebuild/);

    rebuilds.cluster.control.setReplicas(namespaces.system6, set, 5, 'kubectl-scale');
    await thread(id, /\(kubectl-scale\) changed the farmers from 8 to 5.*does not fight it/s);
    const drifted = await card(id, /kubectl-scale/);
    expect(buttonsOf(drifted)).toContain(actionIds.rebuildUndoDrift);
    // Several looks later it is still as it was found.
    const { seenAt = 0 } = (await books.get(id)) ?? {};
    await books.when('more looks', id, (rebuild) => (rebuild.seenAt ?? 0) > seenAt + 3_000);
    expect(replicas('system6').farmers).toBe(5);
    await press(sam, drifted, 'rebuildUndoDrift');
    await until(
      '8 farmers again',
      async () => replicas('system6').farmers,
      (n) => n === 8,
      30_000,
    );

    rebuilds.engine.speed('system6', 1);
    const ended = await books.told(id, 120_000);
    expect(ended.phase).toBe('released');
    expect(await books.of('system6')).toHaveLength(1);
    const traces = await tracesOf(on.scene.world, ended);
    expect(traces.scales).toEqual([
      'synchronizer 0 → 1 by farmhand',
      'farmers 0 → 7 by farmhand',
      'farmers 7 → 8 by farmhand',
      'farmers 8 → 5 by kubectl-scale',
      'farmers 5 → 8 by farmhand',
      'farmers 8 → 0 by farmhand',
      'synchronizer 1 → 0 by farmhand',
    ]);
    expect(traces.tickets).toHaveLength(1);
    expect(traces.comments.length).toBeLessThanOrEqual(10);
    const [ticket] = on.scene.world.jira.issues().filter(({ key }) => traces.tickets.includes(key));
    const journal = ticket?.attachments.find(({ name }) => name.includes('-journal-'));
    expect(JSON.stringify(ticket?.comments)).toContain(sha256(journal?.bytes ?? ''));
    const described = JSON.stringify(ticket?.description);
    for (const said of ['Finished', 'farmers 0 → 7', 'ubectl-scale', 'waiting for the customer']) {
      expect(described).toContain(said);
    }
    await card(id, /Released/);
    await dcr(sam, 'history system6');
    const history = readable(await told(sam, /kubectl-scale/));
    expect(history).toContain('waiting for the customer');
  });

  test('system7, farm: too few farmers, accepted by override, never scaled once it runs', {
    tags: ['long'],
    timeout,
  }, async ({ expect }) => {
    const { dcr, told, thread, card, books, rebuilds } = on;
    rebuilds.cluster.control.capacity(namespaces.system7, setsOf('system7').farmers, 1);
    const { id } = await on.start(nora, 'system7');
    await thread(id, /Too few farmers: 1 of 8 are ready, and 2 are needed/);
    const waiting = await card(id, /[Tt]oo few farmers/);
    expect(buttonsOf(waiting)).toContain(actionIds.rebuildOverride);
    rebuilds.engine.speed('system7', 3);
    await on.form(nora, () => on.press(nora, waiting, 'rebuildOverride'), {
      [blockIds.overrideKind]: {
        [actionIds.overrideKind]: { type: 'static_select', selected_option: { value: 'accept_farmers' } },
      },
      [blockIds.overrideStep]: { [actionIds.overrideStep]: { type: 'static_select', selected_option: null } },
      [blockIds.overrideAmount]: { [actionIds.overrideAmount]: { type: 'plain_text_input', value: '1' } },
      [blockIds.overrideReason]: {
        [actionIds.overrideReason]: { type: 'plain_text_input', value: 'better slow than never' },
      },
    });
    await thread(id, /Override: .*better slow than never/s);
    await on.inStep(id, 'rebuild');
    await dcr(nora, 'scale system7 9');
    await told(nora, /farm engine.*fixed when it started.*cancel it and start again/s);
    rebuilds.engine.speed('system7', 12);
    const ended = await books.told(id, 120_000);
    expect(ended.phase).toBe('released');
    const traces = await tracesOf(on.scene.world, ended);
    expect(wrongWith(ended, traces, await books.journal(id), 8)).toEqual([]);
  });

  test('system8, by commits: cancelled on the way, and torn down', { timeout }, async ({ expect }) => {
    const { dcr, told, thread, books, rebuilds } = on;
    rebuilds.engine.speed('system8', 0.2);
    const { id } = await on.start(sam, 'system8', 'forced');
    await on.inStep(id, 'rebuild');
    await on.scene.world.slack.control.openHome(sam);
    const home = async () => JSON.stringify((await on.scene.world.slack.control.home(sam)) ?? {});
    await until('App Home', home, (text) => text.includes(id), 20_000);
    await dcr(sam, 'list');
    await told(sam, new RegExp(id));
    await dcr(sam, 'cancel system8');
    await told(sam, /[Ww]hy|reason/);
    await dcr(sam, 'cancel system8 the dataset is wrong');
    await thread(id, /Cancelling system8.*the dataset is wrong/s);
    const ended = await books.told(id, 120_000);
    expect(ended.phase).toBe('cancelled');
    expect(replicas('system8')).toEqual({ farmers: 0, synchronizer: 0 });
    const { scales, commits, comments } = await tracesOf(on.scene.world, ended);
    expect(scales).toHaveLength(4);
    expect(commits).toHaveLength(4);
    expect(new Set(comments).size).toBe(ended.ticket.count);
    await dcr(sam, 'history system8');
    await told(sam, /the dataset is wrong/);
    await dcr(sam, 'scale system8 4');
    await told(sam, /no rebuild.*flight|was cancelled/i);
    rebuilds.engine.speed('system8', 1);
  });

  test('systemgov1: a second person approves; the readiness trap is named', { timeout }, async ({
    expect,
  }) => {
    const { dcr, told, thread, card, press, reply, books, rebuilds } = on;
    const { service } = setsOf('systemgov1');
    rebuilds.cluster.control.publishNotReady(namespaces.systemgov1, service, false);
    await dcr(nora, 'doctor systemgov1');
    await told(nora, /publishNotReadyAddresses/);
    const { id } = await on.start(rami, 'systemgov1');
    const asked = await card(id, /[Aa]pprov/);
    await until(
      'the button',
      () => card(id),
      (message) => buttonsOf(message).includes(actionIds.rebuildApprove),
    );
    await press(rami, asked, 'rebuildApprove');
    await told(rami, /second person|somebody else|not approve/i);
    expect(replicas('systemgov1')).toEqual({ farmers: 0, synchronizer: 0 });
    await press(sam, asked, 'rebuildApprove');
    await thread(id, /approved/);
    await thread(id, /The readiness trap: .*systemgov1-dcr-sync-0/s);
    rebuilds.cluster.control.publishNotReady(namespaces.systemgov1, service, true);
    await reply(id, sam, 'retry');
    const ended = await books.told(id, 150_000);
    expect(ended.phase).toBe('released');
    expect(ended.approval?.by.id).toBe(sam);
    expect(rebuilds.engine.mostAway('systemgov1')).toBe(1);
  });
});

test('Jira down holds up the start; Slack down holds up nothing but what is told', {
  tags: ['long'],
  timeout,
}, async ({ expect }) => {
  const { books, rebuilds, card, thread, scene } = on;
  const { jira, slack } = scene.world;
  const scaled = (): number =>
    rebuilds.cluster.control.scales().filter(({ namespace }) => namespace === namespaces.system8).length;
  const before = scaled();
  jira.control.outage(true);
  const { id } = await on.start(sam, 'system8');
  await until(
    'two tries of the ticket',
    async () => (await books.get(id))?.ticket.attempts ?? 0,
    (attempts) => attempts >= 2,
    60_000,
  );
  expect(replicas('system8')).toEqual({ farmers: 0, synchronizer: 0 });
  jira.control.outage(false);
  await on.inStep(id, 'rebuild');
  await slack.control.outage('drop');
  await on.inStep(id, 'propagate');
  await slack.control.outage('off');
  const ended = await books.told(id, 150_000);
  expect(ended.phase).toBe('released');
  await card(id, /Released/);
  await thread(id, /The caches are written/);
  const traces = await tracesOf(scene.world, ended);
  const own = { ...traces, scales: traces.scales.slice(-4) };
  expect(scaled() - before).toBe(4);
  expect(wrongWith(ended, own, await books.journal(id), 10)).toEqual([]);
  expect(channels.dcr).toBe(ended.card.channel);
});

test('the audit is whole, and has the proof of all that was asked and changed', {
  timeout: 60_000,
}, async ({ expect }) => {
  using trail = openAuditTrail(on.scene.world.redis.url);
  const rebuild = (await on.books.of('systemgov1')).at(-1);
  const isMine = ({ object }: AuditRecord) => object.id === rebuild?.id;
  // What was written last is sealed within a second.
  const { records, verified } = await until(
    'the end of the rebuild in the audit',
    () => trail.read(),
    (seen) => seen.records.some((record) => isMine(record) && record.after?.['phase'] === 'released'),
  );
  expect(verified.problems).toEqual([]);
  const mine = records.filter(isMine);
  const commands = mine.flatMap(({ actor, command, outcome }) =>
    command ? [`${actor.id} ${command['verb']} ${outcome}`] : [],
  );
  expect(commands).toEqual([
    `${rami} start done`,
    // Whoever asked does not approve.
    `${rami} approve refused`,
    `${sam} approve done`,
    `${sam} retry done`,
  ]);
  const intents = mine.filter(({ type }) => type === 'change_intent');
  const outcomes = mine.filter(({ type }) => type === 'change_outcome');
  expect(intents.length).toBeGreaterThanOrEqual(8);
  for (const { action_id, seq, plan_hash, approval, why } of intents) {
    const outcome = outcomes.findLast((record) => record.action_id === action_id);
    expect(outcome).toMatchObject({ outcome: 'done', plan_hash });
    expect(outcome?.seq).toBeGreaterThan(seq);
    expect(approval?.map(({ by }) => by.id)).toEqual([sam]);
    expect(why?.ticket).toBe(rebuild?.ticket.key);
  }
  // Who may only look was refused, and that is on record.
  const denials = records.filter(({ type }) => type === 'command_denied');
  expect(denials.map(({ actor, command }) => `${actor.id} ${command?.['verb']}`)).toContain(`${lena} start`);
  expect(records.map(({ type }) => type)).toContain('software_started');
});
