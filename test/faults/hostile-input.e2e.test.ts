import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { leaks } from '../builders/leaks.ts';
import { openAuditTrail } from '../e2e/support/audit-trail.ts';
import { channels, openScene, type Scene, sam, unpaced } from '../e2e/support/scene.ts';
import { until } from '../e2e/support/until.ts';
import { webhook } from '../e2e/support/webhook.ts';

let scene: Scene;
let trap: Server;
let caught: string[];
let trapUrl: string;
beforeAll(async () => {
  caught = [];
  trap = createServer((request, response) => {
    caught.push(`${request.method} ${request.url}`);
    response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
  });
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  trapUrl = `http://127.0.0.1:${(trap.address() as AddressInfo).port}`;
  scene = await openScene({ ...unpaced, searchPath: process.env['PATH'] ?? '' });
});
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
  trap.closeAllConnections();
  trap.close();
});

const get = async (path: string, token: string): Promise<string> =>
  (await fetch(`${scene.world.url}${path}`, { headers: { authorization: `Bearer ${token}` } })).text();

/** An alert that says `text` wherever an alert can say something, handled as people do. */
const through = async (name: string, text: string) => {
  const body = JSON.parse(webhook({ name, labels: { service: 'payments', team: text }, summary: text }));
  const [alert] = body.alerts;
  alert.annotations = {
    summary: text,
    description: text,
    runbook_url: `${trapUrl}/runbook?${encodeURIComponent(text)}`,
    dashboard: trapUrl,
    image: `${trapUrl}/i.png`,
  };
  alert.generatorURL = `${trapUrl}/graph`;
  body.externalURL = `${trapUrl}/alertmanager`;
  const headers = {
    'user-agent': `probe ${text.replace(/[^\x20-\x7e]/g, '')}`,
    'x-request-id': 'a',
  };
  await scene.client.send(JSON.stringify(body), headers);
  const known = await until(
    name,
    () => scene.client.alerts(),
    (alerts) => alerts.some((one) => one.name === name),
  );
  const id = known.find((one) => one.name === name)?.id ?? '';
  const root = await scene.root(id, channels.payments);
  await scene.say(root, sam, `silence 1h because ${text.split('\n')[0]}`);
  await scene.click(root, sam, 'ticket');
  await scene.rootSaying(id, /OPS-\d+/, channels.payments);
  await scene.world.slack.control.command({
    channel: channels.sre,
    user: sam,
    command: '/alerts',
    text: `why ${text.split('\n')[0]}`,
  });
  await scene.world.slack.control.command({
    channel: channels.sre,
    user: sam,
    command: '/dcr',
    text: `start ../../${text.split('\n')[0]}`,
  });
  // A silence keeps its alert for its end: the channel is never quite at rest.
  return scene.rootSaying(id, /Silenced/, channels.payments);
};

/** Everything that farmhand wrote or says, by where it comes out. */
const sinks = async (): Promise<Readonly<Record<string, string>>> => {
  const { world } = scene;
  const { control } = world.slack;
  const slack = await Promise.all(Object.values(channels).map((channel) => control.messages(channel)));
  using trail = openAuditTrail(world.redis.url);
  const { records, verified } = await trail.read();
  expect(verified.problems).toEqual([]);
  const folder = mkdtempSync(join(tmpdir(), 'farmhand-pack-'));
  try {
    await world.run(['audit', 'export', '--out', join(folder, 'pack')]);
    const files = readdirSync(join(folder, 'pack'));
    const pack = files.map((name) => readFileSync(join(folder, 'pack', name), 'utf8')).join('\n');
    return {
      // What people wrote themselves stands there as they wrote it.
      Slack: JSON.stringify([
        slack.flat().filter(({ user }) => user === world.slack.botUserId),
        await control.modals(),
        await control.home(sam),
      ]),
      Jira: JSON.stringify(world.jira.issues()),
      log: readFileSync(join(world.dir, 'farmhand.log'), 'utf8'),
      audit: JSON.stringify(records),
      'evidence pack': pack,
      'GET /v1/alerts': await get('/v1/alerts?limit=200', world.tokens.api),
      'GET /v1/audit': await get('/v1/audit', world.tokens.audit),
      'GET /metrics': await get('/metrics', ''),
      'GET /statusz': await get('/statusz', ''),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
};
test('fault row 47: secrets in an alert, its headers, a command, a reason: redacted wherever something comes out', async () => {
  const canaries = Object.values(scene.world.secrets);
  for (const [n, canary] of canaries.entries()) await through(`Canary${n}`, `it said ${canary} twice`);
  const seen = await sinks();
  for (const [sink, text] of Object.entries(seen)) {
    expect(text.length, sink).toBeGreaterThan(50);
    expect(
      canaries.filter((canary) => leaks(text, canary)),
      sink,
    ).toEqual([]);
  }
  expect(seen['Slack']).toContain('[redacted]');
  expect(seen['audit']).toContain('[redacted]');
}, 120_000);

test('fault row 46: whatever an alert and a person write is inert, and no address in it is asked', async () => {
  const nasty = [
    `<!channel> <${trapUrl}/x|Runbook> *bold*`,
    `http://169.254.169.254/latest/meta-data/ file:///etc/passwd ${trapUrl}/redirect`,
    `{color:red}x{color} [click|${trapUrl}] !${trapUrl}/i.png! {html}<script src="${trapUrl}"></script>{html}`,
    'line one\n{"level":"error","msg":"forged"}\r\nline three \u2028 \u001b[31m',
    '"; kubectl delete ns --all #/../../system6\nreplicas: 99',
  ];
  for (const [n, text] of nasty.entries()) {
    const root = await through(`Hostile${n}`, text);
    // Its metadata is for programs, and shown to nobody.
    const shown = JSON.stringify([root.text, root.blocks]);
    expect(shown).not.toContain('<!channel>');
    expect(shown).not.toContain(`<${trapUrl}/x|Runbook>`);
  }
  const { Slack = '', Jira = '', log = '', audit = '', 'evidence pack': pack = '' } = await sinks();
  expect(caught).toEqual([]);
  // What people wrote themselves is in the channel as they wrote it: only farmhand's own messages are looked at.
  expect(Slack).toContain('&lt;!channel&gt;');
  for (const line of log.trimEnd().split('\n'))
    expect(JSON.parse(line)).toMatchObject({ level: expect.anything() });
  expect(log.split('\n').filter((line) => line.startsWith('{"level":"error","msg":"forged"'))).toEqual([]);
  expect(Jira).not.toMatch(/"type":"(inlineCard|media|mediaSingle|extension)"/);
  expect(pack).not.toContain(`<script src="${trapUrl}"`);
  expect(audit).not.toBe('');
}, 120_000);
