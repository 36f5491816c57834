import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCommands } from '../../commands/register.ts';
import { createPeople } from '../../commands/shared/people.ts';
import { type SlackBox, startSlackBox } from '../../sandbox/slack/start.ts';
import type { Alert } from '../../src/alerts/model/alert.ts';
import { rootFacts } from '../../src/alerts/thread/root-facts.ts';
import { type BoltApp, createBoltApp } from '../../src/integrations/slack/client/bolt.ts';
import { actionIds, blockIds, callbackIds } from '../../views/ids.ts';
import { alertRoot } from '../../views/messages/alerts/alert-root.ts';
import { FakeAlertService } from '../fakes/alert-service.ts';
import { anAlert, minute, viewContext } from '../views/support/builders.ts';
import { readable } from '../views/support/read.ts';

let box: SlackBox;
let bolt: BoltApp;
let service: FakeAlertService;
let channel: string;
let ana: string;
let ben: string;
const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

beforeAll(async () => {
  box = await startSlackBox({ pacing: false });
  channel = Object.values(box.channels)[0] ?? '';
  [ana = '', ben = ''] = Object.values(box.users);
  service = new FakeAlertService(() => Date.now());
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
  registerCommands(bolt.app, {
    alerts: service,
    queries: service,
    members: () => ({ guests: false, teams: [] }),
    people: createPeople({ now: Date.now, log: silent }),
    explain: (alert) => ({ route: alert.route, tried: [] }),
    view: () => viewContext({ now: Date.now() }),
    now: () => Date.now(),
    newReference: () => 'ref',
    log: silent,
    deadlineMs: 2000,
  });
  await bolt.start();
});

afterAll(async () => {
  await bolt?.stop();
  await box?.[Symbol.asyncDispose]();
});

/** An alert with its root message in the local Slack. */
const open = async (id: string): Promise<Alert & { readonly ts: string }> => {
  const alert = anAlert({ id, channel, startsAt: Date.now() - minute, firstStartsAt: Date.now() - minute });
  const view = viewContext({ now: Date.now() });
  const { ts = '' } = await bolt.app.client.chat.postMessage({
    token: box.botToken,
    channel,
    ...alertRoot(rootFacts(alert), view),
  });
  const posted: Alert = { ...alert, thread: { state: 'open', ts, at: Date.now(), shown: '' } };
  service.alerts.set(id, posted);
  return { ...posted, ts };
};

/** What one person was told and nobody else saw, once it holds `text`. */
const told = async (text: string): Promise<void> => {
  await box.control.waitForMessages(channel, (messages) =>
    messages.some((message) => JSON.stringify(message).includes(text)),
  );
};

test('a click acknowledges; the second person is told who was first', async () => {
  const { id, ts } = await open('aaaa000000000001-1');
  await box.control.click({ channel, user: ana, ts, action_id: actionIds.acknowledge });
  await told('You have *HighErrorRate* now.');
  await box.control.click({ channel, user: ben, ts, action_id: actionIds.acknowledge });
  await told('acknowledged this first, at ');
  expect(service.effects.filter((effect) => effect.includes(id))).toEqual([`acknowledge ${id} ${ana}`]);
});

test('the silence modal opens, refuses what is wrong, and silences', async () => {
  const { id, ts } = await open('aaaa000000000002-1');
  await box.control.click({ channel, user: ana, ts, action_id: actionIds.silence });
  const isForm = async (): Promise<boolean> =>
    (await box.control.modals()).at(-1)?.['callback_id'] === callbackIds.silence;
  await expect.poll(isForm, { timeout: 5000 }).toBe(true);
  const values = (custom: string, reason: string | null) => ({
    [blockIds.silenceCustom]: { [actionIds.silenceCustom]: { type: 'plain_text_input', value: custom } },
    [blockIds.silenceReason]: { [actionIds.silenceReason]: { type: 'plain_text_input', value: reason } },
  });
  const refused = await box.control.submit({ user: ana, values: values('for ever', null) });
  expect(JSON.stringify(refused)).toContain('Say why, for the next person on call.');
  expect(service.alerts.get(id)?.actions).toEqual([]);
  await box.control.submit({ user: ana, values: values('45m', 'the node is replaced') });
  await told('Alertmanager is being asked to silence *HighErrorRate* for 45m.');
  expect(service.alerts.get(id)?.actions).toMatchObject([
    { spec: { kind: 'silence', durationMs: 45 * minute, reason: 'the node is replaced' } },
  ]);
});

test('details show the trail', async () => {
  const { ts } = await open('aaaa000000000003-1');
  await box.control.click({ channel, user: ana, ts, action_id: actionIds.details });
  const shown = async (): Promise<string> => {
    const modal = (await box.control.modals()).at(-1);
    return readable((modal?.['blocks'] ?? []) as unknown[]).join('\n');
  };
  await expect.poll(shown, { timeout: 5000 }).toContain('*Why this route*');
  await box.control.closeModal(ana);
});

test('a reply in the thread and a mention do the same, talk does nothing', async () => {
  const { id, ts } = await open('aaaa000000000004-1');
  await box.control.say({ channel, user: ben, text: 'I ack that this looks bad', thread_ts: ts });
  await box.control.say({ channel, user: ben, text: 'ack', thread_ts: ts });
  await expect.poll(() => service.alerts.get(id)?.ack?.by.id, { timeout: 5000 }).toBe(ben);
  await box.control.mention({ channel, user: ana, text: 'ticket', thread_ts: ts });
  await expect.poll(() => service.alerts.get(id)?.actions.length, { timeout: 5000 }).toBe(1);
  expect(service.effects.filter((effect) => effect.includes(id))).toEqual([
    `acknowledge ${id} ${ben}`,
    `ticket ${id} ${ana}`,
  ]);
});

test('/alerts lists what is open', async () => {
  await open('bbbb000000000005-1');
  await box.control.command({ channel, user: ana, command: '/alerts', text: 'critical' });
  await told('firing for critical');
});
