import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actionIds } from '../../views/ids.ts';
import { buttonsOf, channels, openScene, readable, type Scene, sam } from './support/scene.ts';
import { until } from './support/until.ts';
import { alertIdOf, start, webhook } from './support/webhook.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
});

interface Captured {
  readonly alerts: readonly {
    readonly fingerprint: string;
    readonly startsAt: string;
    readonly endsAt: string;
  }[];
}
/** A webhook as a real Alertmanager sent it. */
const captured = (name: string): { readonly text: string; readonly json: Captured } => {
  const url = new URL(`../fixtures/alertmanager/webhook-${name}.json`, import.meta.url);
  const text = readFileSync(url, 'utf8');
  return { text, json: JSON.parse(text) as Captured };
};
/** The same alert at another time. */
const moved = ({ json }: { json: Captured }, startsAt: number, endsAt?: number): string =>
  JSON.stringify({
    ...json,
    alerts: json.alerts.map((alert) => ({
      ...alert,
      startsAt: new Date(startsAt).toISOString(),
      ...(endsAt !== undefined && { endsAt: new Date(endsAt).toISOString() }),
    })),
  });
const hours = 3_600_000;

test('a captured alert fires, resolves, and fires again within the window: one thread', async () => {
  const firing = captured('firing-1alerts-PodCrashLooping');
  const resolved = captured('resolved-1alerts-PodCrashLooping');
  const [alert] = firing.json.alerts;
  const startsAt = Date.parse(alert?.startsAt ?? '');
  const endsAt = Date.parse(resolved.json.alerts[0]?.endsAt ?? '');
  const id = `${alert?.fingerprint}-${startsAt.toString(36)}`;

  await scene.client.send(firing.text);
  const root = await scene.root(id, channels.payments);
  expect(root.text).toBe('⚠️ Firing, warning: PodCrashLooping on pay-0 – crash');
  expect(buttonsOf(root)).toEqual([
    actionIds.acknowledge,
    actionIds.silence,
    actionIds.ticket,
    actionIds.details,
  ]);

  const note = 'note case 4711: <!here> the vendor knows';
  await scene.say(root, sam, note);
  const noted = /📌 case 4711: &lt;!here&gt; the vendor knows – <@U0SRE1>/;
  await scene.rootSaying(id, noted, channels.payments);

  await scene.client.send(firing.text);
  await scene.client.send(resolved.text);
  const over = await scene.rootSaying(id, /Resolved/, channels.payments);
  expect(over.ts).toBe(root.ts);
  expect(readable(over)).toContain('after 5s');
  expect(buttonsOf(over)).toEqual([actionIds.ticket, actionIds.details]);
  await scene.threadSays(root, note, '✅ Resolved');

  await scene.client.send(moved(firing, endsAt + hours));
  const again = await scene.rootSaying(id, /Fired 2×/, channels.payments);
  expect(again.ts).toBe(root.ts);
  expect(again.text).toContain('Firing');
  expect(readable(again)).toMatch(noted);
  await scene.threadSays(root, note, '✅ Resolved', '🔁 Fired again');

  await scene.client.send(moved(resolved, endsAt + hours, endsAt + 2 * hours));
  await scene.rootSaying(id, /Resolved/, channels.payments);
  await scene.ledger.atRest();

  // After the window it is another alert, with a thread of its own that leads back to this one.
  const later = endsAt + 2 * hours + 4 * hours + 1_000;
  await scene.client.send(moved(firing, later));
  const next = await scene.root(`${alert?.fingerprint}-${later.toString(36)}`, channels.payments);
  expect(next.ts).not.toBe(root.ts);
  const permalink = `/archives/${channels.payments}/p${root.ts.replace('.', '')}`;
  expect(readable(next)).toContain(permalink);
  expect(readable(next)).toContain('Earlier thread');
  expect(await scene.thread(next)).toEqual([]);
});

test('its ticket is told that it resolved and that it fires again, and is moved; each once, and nothing of it in the thread', async () => {
  const name = 'DatabasePrimaryDown';
  const id = alertIdOf({ name });
  const journal = async () =>
    (await scene.client.journal(id)).filter(({ what }) => /^ticket_news/.test(what));
  const told = (count: number) => until(`${count} news`, journal, (lines) => lines.length >= count);
  await scene.client.send(webhook({ name }));
  const root = await scene.rootSaying(id, /OPS-1/);
  await scene.client.send(webhook({ name, status: 'resolved', endsAt: start + 60_000 }));
  await told(1);
  await scene.client.send(webhook({ name, startsAt: start + 90_000 }));
  expect((await told(2)).map(({ what, why }) => [what, why])).toEqual([
    ['ticket_news-1_done', 'OPS-1: the alert resolved; moved to Done'],
    ['ticket_news-2_done', 'OPS-1: the alert fires again; moved to To Do'],
  ]);
  const [issue] = scene.world.jira.issues();
  // Whether the thread was there before the ticket, and so is linked from it, is a matter of milliseconds.
  const moves = issue?.history.filter(({ field }) => field === 'Status') ?? [];
  expect(moves.map(({ from, to }) => `${from} → ${to}`)).toEqual(['To Do → Done', 'Done → To Do']);
  expect(issue?.comments.map(({ body }) => JSON.stringify(body))).toEqual([
    expect.stringMatching(
      /The alert resolved, .*DatabasePrimaryDown \(critical\) is over, having fired since/,
    ),
    expect.stringMatching(/The alert fires again, .*It has fired 2 times by now/),
  ]);
  await scene.rootSaying(id, /Firing/);
  const lines = await scene.thread(root);
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['🎫', '✅', '🔁']);
});

test('the events of a series out of order, late and doubled, leave the newest state', async () => {
  const name = 'OutOfOrder';
  const id = alertIdOf({ name });
  await scene.client.send(webhook({ name, status: 'resolved', endsAt: start + 60_000 }));
  const root = await scene.rootSaying(id, /Resolved/);
  await scene.client.send(webhook({ name }));
  await scene.client.send(webhook({ name, startsAt: start - 600_000 }));
  await scene.client.send(webhook({ name, status: 'resolved', endsAt: start + 60_000 }));
  await scene.ledger.atRest();
  expect(await scene.thread(root)).toEqual([]);
  expect((await scene.client.alert(id))?.state).toBe('resolved');
  expect((await scene.rootSaying(id, /Resolved/)).text).toBe(root.text);
});

test('a change of severity and summary is shown; the thread tells the severity alone', async () => {
  await scene.client.send(adhoc('e1', { severity: 'warning', text: 'queue is growing' }));
  const id = await onlyAlert('Backlog');
  const root = await scene.rootSaying(id, /queue is growing/);
  await scene.client.send(adhoc('e2', { severity: 'warning', text: 'queue grows faster' }, 1));
  await scene.rootSaying(id, /queue grows faster/);
  await scene.client.send(adhoc('e3', { severity: 'critical', text: 'queue is full' }, 2));
  expect((await scene.rootSaying(id, /queue is full/)).text).toContain('critical');
  await scene.threadSays(root, '📈 Severity changed: warning → critical');
});

test('an ad-hoc event that is sent twice counts once', async () => {
  const body = adhoc('same', { key: 'once', title: 'Once' });
  const [eventId = ''] = await scene.client.send(body);
  const before = await scene.ledger.atRest();
  expect(await scene.client.send(body)).toEqual([eventId]);
  const after = await scene.ledger.books();
  expect(after).toEqual({
    ...before,
    received: before.received + 1,
    suppressed: before.suppressed + 1,
  });
  expect((await scene.client.event(eventId))?.outcome.reason).toBe('thread_open');
});

test('an event says what became of it: by id, with the alert and its trail', async () => {
  const [eventId = ''] = await scene.client.send(webhook({ name: 'Traced' }));
  await scene.root(alertIdOf({ name: 'Traced' }));
  await scene.ledger.atRest();
  const event = await scene.client.event(eventId);
  expect(event?.outcome).toMatchObject({ class: 'threaded', reason: 'thread_open' });
  expect(event?.alert?.thread.state).toBe('open');
  expect(event?.alert?.journal.map(({ what }) => what)).toEqual(['opened', 'route', 'thread_open']);
});

test('text from alerts is inert: nobody is notified, no link goes elsewhere', async () => {
  const name = 'Hostile';
  const summary = '<!channel> <@U0SRE1> <https://evil.test|runbook> *bold* `code` \u202e\u0000 & <b>';
  await scene.client.send(webhook({ name, summary, labels: { service: '<!here>' } }));
  const root = await scene.root(alertIdOf({ name, labels: { service: '<!here>' } }));
  const text = readable(root);
  expect(text).not.toMatch(/<!channel>|<!here>|<@U0SRE1>|<https:\/\/evil/);
  expect(text).not.toContain('\u0000');
  expect(text).not.toContain('\u202e');
});

test('who acknowledged is shown at the root, and stays there when it resolves', async () => {
  const name = 'Taken';
  const id = alertIdOf({ name });
  await scene.client.send(webhook({ name }));
  const root = await scene.root(id);
  await scene.click(root, sam, 'acknowledge');
  const taken = await scene.rootSaying(id, /Acknowledged/);
  expect(readable(taken)).toContain(`<@${sam}> has it`);
  expect(buttonsOf(taken)[0]).toBe(actionIds.unacknowledge);
  await scene.client.send(webhook({ name, status: 'resolved' }));
  expect(readable(await scene.rootSaying(id, /Resolved/))).toContain(`<@${sam}> had it`);
  await scene.threadSays(root, '👀 *Sam (SRE)* has it', '✅ Resolved');
});

test('the books balance, and every alert has exactly one root', async () => {
  const { received, threaded, merged, suppressed, rejected, pending } = await scene.ledger.atRest();
  expect({ pending, rejected, missing: received - threaded - merged - suppressed }).toEqual({
    pending: 0,
    rejected: 0,
    missing: 0,
  });
  for (const alert of await scene.client.alerts()) {
    const roots = await scene.world.slack.control.rootsOf(alert.thread.channel, alert.id);
    expect(roots.map(({ ts, deleted }) => ({ ts, deleted }))).toEqual([
      { ts: alert.thread.ts, deleted: false },
    ]);
  }
});

const onlyAlert = async (title: string): Promise<string> => {
  const found = (await scene.client.alerts()).filter(({ name }) => name === title);
  expect(found).toHaveLength(1);
  return found[0]?.id ?? '';
};

/** farmhand's own envelope; `minute` after a fixed time. */
const adhoc = (id: string, data: Readonly<Record<string, unknown>>, minute = 0): string =>
  JSON.stringify({
    farmhand: 1,
    id,
    source: 'e2e',
    type: 'adhoc',
    time: new Date(start + minute * 60_000).toISOString(),
    data: { status: 'firing', key: 'backlog', title: 'Backlog', labels: { service: 'queue' }, ...data },
  });
