import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCommands } from '../../commands/register.ts';
import { createPeople } from '../../commands/shared/people.ts';
import { type SlackBox, startSlackBox } from '../../sandbox/slack/start.ts';
import { createAccess } from '../../src/access/check.ts';
import { type BoltApp, createBoltApp } from '../../src/integrations/slack/client/bolt.ts';
import { createUserGroups } from '../../src/integrations/slack/client/groups.ts';
import { actionIds, blockIds, callbackIds } from '../../views/ids.ts';
import { rebuildCard } from '../../views/messages/rebuilds/rebuild-card.ts';
import { FakeAlertService } from '../fakes/alert-service.ts';
import { FakeRebuildService } from '../fakes/rebuilds/rebuild-service.ts';
import { viewContext } from '../views/support/builders.ts';
import { readable } from '../views/support/read.ts';
import { rebuildDeps } from './slack-world.ts';

const [sam, nora, pia] = ['U0SRE1', 'U0SRE2', 'U0PLAT1'];
const channel = 'C0DCR';
const within = { timeout: 10_000 };
const ignore = () => undefined;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const view = () => viewContext({ now: Date.now() });

let box: SlackBox;
let bolt: BoltApp;
let web: WebClient;
const service = new FakeRebuildService(Date.now);

beforeAll(async () => {
  box = await startSlackBox({ pacing: false });
  bolt = createBoltApp({
    botToken: box.botToken,
    from: { appToken: box.appToken },
    apiUrl: box.apiUrl,
    log: silent,
    onFatal: (error) => {
      throw error;
    },
    connections: 1,
  });
  web = new WebClient(box.botToken, { slackApiUrl: box.apiUrl });
  const alerts = new FakeAlertService(Date.now);
  service.access = createAccess({
    rules: () => ({
      roles: [
        { name: 'sre', verbs: ['*', 'approve'], instances: ['*'], environments: ['*'] },
        { name: 'watcher', verbs: ['status'], instances: ['system*'], environments: ['*'] },
      ],
      users: {},
      groups: { S0SRE: ['sre'], S0RMT: ['watcher'] },
      environments: {},
    }),
    groupsOf: createUserGroups({ web, now: Date.now, log: silent, rememberMs: 0 }).groupsOf,
  });
  registerCommands(bolt.app, {
    alerts: alerts,
    queries: alerts,
    rebuilds: rebuildDeps(service),
    members: () => ({ guests: false, teams: [] }),
    people: createPeople({ now: Date.now, log: silent }),
    explain: (alert) => ({ route: alert.route, tried: [] }),
    view,
    now: Date.now,
    newReference: () => 'ref',
    log: silent,
    deadlineMs: 5_000,
  });
  await bolt.start();
});

afterAll(async () => {
  await bolt?.stop();
  await box?.[Symbol.asyncDispose]();
});

const dcr = (user: string, text: string) => box.control.command({ channel, user, command: '/dcr', text });

/** The newest message that holds `text`. */
const told = async (text: string) => {
  const holds = (message: object) => JSON.stringify(message).includes(text);
  const messages = await box.control.waitForMessages(channel, (all) => all.some(holds));
  const message = messages.findLast(holds);
  if (!message) throw new Error(`nothing says ${text}`);
  return message;
};

const modalText = async (): Promise<string> => {
  const modal = (await box.control.modals()).at(-1);
  return readable((modal?.['blocks'] ?? []) as unknown[]).join('\n');
};

test('from /dcr start to a rebuild that is paused, scaled and resumed', async () => {
  await dcr(sam, 'start system6 —farmers 12 —reason “new dataset”');
  const plan = await told(actionIds.rebuildConfirm);
  expect(service.effects).toEqual([]);
  await box.control.click({ channel, user: sam, ts: plan.ts, action_id: actionIds.rebuildConfirm });
  await expect.poll(() => service.effects, within).toEqual(['start system6-20261120-1 U0SRE1 12']);
  const id = 'system6-20261120-1';
  await told(id);

  // What the card's controller does: it is not part of this world.
  const rebuild = service.rebuilds.get(id);
  if (!rebuild) throw new Error('no rebuild');
  const posted = await web.chat.postMessage({ channel, ...rebuildCard(rebuild, view()) });
  const ts = posted.ts ?? '';
  service.rebuilds.set(id, { ...rebuild, card: { ...rebuild.card, state: 'open', ts } });

  await box.control.click({ channel, user: nora, ts, action_id: actionIds.rebuildPause });
  const isForm = async () =>
    (await box.control.modals()).at(-1)?.['callback_id'] === callbackIds.rebuildOrder;
  await expect.poll(isForm, within).toBe(true);
  const reason = (value: string | null) => ({
    [blockIds.orderReason]: { [actionIds.orderReason]: { type: 'plain_text_input', value } },
  });
  expect(JSON.stringify(await box.control.submit({ user: nora, values: reason(null) }))).toContain('Say why');
  await box.control.submit({ user: nora, values: reason('waiting for the customer') });
  await told('Pausing system6');

  await box.control.say({ channel, user: sam, text: 'I would not resume yet', thread_ts: ts });
  await box.control.say({ channel, user: sam, text: 'scale 20', thread_ts: ts });
  await told('will start with 20 farmers instead of 12');
  await box.control.mention({ channel, user: sam, text: 'resume because they are back', thread_ts: ts });
  await told('goes on');
  expect(service.effects.slice(1)).toEqual([
    `pause ${id} U0SRE2 waiting for the customer`,
    `scale ${id} U0SRE1 20`,
    `resume ${id} U0SRE1 they are back`,
  ]);
});

test('the start form becomes the plan, and is confirmed by id', async () => {
  await dcr(sam, 'start');
  const isForm = async () =>
    (await box.control.modals()).at(-1)?.['callback_id'] === callbackIds.rebuildStart;
  await expect.poll(isForm, within).toBe(true);
  const values = (farmers: string) => ({
    [blockIds.startInstance]: { [actionIds.startInstance]: { selected_option: { value: 'system7' } } },
    [blockIds.startForced]: { [actionIds.startForced]: { selected_options: [] } },
    [blockIds.startFarmers]: { [actionIds.startFarmers]: { type: 'number_input', value: farmers } },
    [blockIds.startReason]: { [actionIds.startReason]: { type: 'plain_text_input', value: null } },
  });
  const refused = await box.control.submit({ user: sam, values: values('1000') });
  expect(JSON.stringify(refused)).toContain('system7 takes 2 to 100 farmers.');
  await box.control.submit({ user: sam, values: values('16') });
  await expect.poll(modalText, within).toContain('system7');
  await expect
    .poll(async () => JSON.stringify(await box.control.modals()), within)
    .toContain(actionIds.rebuildConfirm);
  await box.control.closeModal(sam);
});

test('user groups of Slack decide at the moment of the click', async () => {
  await dcr(pia, 'status system6');
  await told('You may not see rebuilds of system6. The roles sre or watcher would allow it');
  await box.control.usergroup('S0RMT', [pia]);
  await dcr(pia, 'status system6');
  await told('system6-20261120-1');
  await dcr(pia, 'cancel system6 for a test');
  await told('You may not cancel a rebuild of system6. The role sre would allow it');
  expect(service.rebuilds.get('system6-20261120-1')?.phase).toBe('running');
});

test('App Home shows what is in flight', async () => {
  await box.control.openHome(sam);
  const home = async () => JSON.stringify((await box.control.home(sam)) ?? {});
  await expect.poll(home, within).toContain('system6-20261120-1');
});
