import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OtlpReceiver, startOtlpReceiver } from '../../../sandbox/otlp/start.ts';
import type { BoxMessage } from '../../../sandbox/slack/control/control.ts';
import { examineAll } from '../../../src/app/doctor/examine-all.ts';
import type { DoctorReport } from '../../../src/app/doctor/finding.ts';
import { processRoles } from '../../../src/app/shared/run-options.ts';
import { runDoctor } from '../../../src/cli/doctor.ts';
import { actionIds } from '../../../views/ids.ts';
import { fakeTerminal } from '../../cli/fake-terminal.ts';
import { channels, openScene, type Scene, sam } from '../../e2e/support/scene.ts';
import { until } from '../../e2e/support/until.ts';

let scene: Scene;
let receiver: OtlpReceiver;
beforeAll(async () => {
  scene = await openScene();
  receiver = await startOtlpReceiver();
}, 120_000);
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
  await receiver?.[Symbol.asyncDispose]();
});

const ask = async (more: { click?: string; wait?: number; env?: Record<string, string> } = {}) => {
  const { world } = scene;
  const { env, ...options } = more;
  const files = { 'x.yml': readFileSync(world.configFile, 'utf8') };
  const terminal = { ...fakeTerminal(files, { ...world.secrets, ...env }), now: Date.now };
  const code = await runDoctor(
    { config: 'x.yml', json: true, timeout: 30, role: new Set(processRoles), version: '1.2.3', ...options },
    terminal,
    {
      examineAll,
    },
  );
  const report: DoctorReport = JSON.parse(terminal.stdout());
  const of = (check: string) => report.findings.filter((one) => one.check === check);
  return { code, of, err: terminal.stderr(), verdict: report.verdict };
};

const buttons = async (): Promise<readonly BoxMessage[]> =>
  (await scene.world.slack.control.messages(channels.sre)).filter(({ text }) =>
    /clicks reach farmhand/.test(text),
  );
const standing = async () => (await buttons()).filter(({ deleted }) => !deleted);
const press = async (message: BoxMessage | undefined): Promise<void> => {
  if (!message) throw new Error('no button');
  await scene.world.slack.control.click({
    ...{ channel: message.channel, user: sam, ts: message.ts, action_id: actionIds.doctorClick },
  });
};
const keys = () => scene.redis.keys('*doctor:*');

test('nobody asked for a click: it is said that it was not tried, and counts for nothing', async () => {
  const { of, code } = await ask();
  expect(of('slack click')).toEqual([
    {
      ...{ check: 'slack click', state: 'skipped', fix: 'farmhand doctor --click CHANNEL' },
      says: 'whether a click comes back was not tried: a person has to press a button',
    },
  ]);
  expect(code).toBe(0);
  expect(await buttons()).toEqual([]);
});

test('a click is heard by the farmhand that serves; nothing of it is left, and no socket was opened', {
  timeout: 60_000,
}, async () => {
  const sockets = await scene.world.slack.control.openSockets();
  const asked = ask({ click: channels.sre, wait: 30 });
  const [message] = await until('the button', standing, (all) => all.length > 0, 30_000);
  expect(await scene.world.slack.control.openSockets()).toBe(sockets);
  await press(message);
  const { of, code, err } = await asked;
  expect(of('slack click')).toEqual([
    {
      ...{ check: 'slack click', state: 'ok' },
      says: `a click in ${channels.sre} was heard by the farmhand that serves, and answered`,
    },
  ]);
  expect([code, err.trim()]).toEqual([0, `Press the button in ${channels.sre}, within 30 s.`]);
  expect(await scene.told(sam, /the doctor knows/, channels.sre)).toContain('the click has arrived');
  expect(await standing()).toEqual([]);
  expect(await keys()).toEqual([]);
});

test('nobody presses it: it is not known, with what to look at, and nothing of it is left', {
  timeout: 60_000,
}, async () => {
  const { of, code } = await ask({ click: channels.sre, wait: 1 });
  expect(of('slack click')).toEqual([
    {
      ...{ check: 'slack click', state: 'unknown' },
      says: `no click came back from ${channels.sre} within 1 s`,
      fix: expect.stringContaining('is farmhand serve running (role slack)'),
    },
  ]);
  expect(code).toBe(2);
  expect(await standing()).toEqual([]);
});

test('a click that nobody waits for any more is answered as that', { timeout: 60_000 }, async () => {
  const { world } = scene;
  const { doctorClick } = await import('../../../views/messages/doctor.ts');
  const { postOne } = await import('../../../src/integrations/slack/one-message.ts');
  const nothing = (): void => {};
  const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  await using left = await postOne(
    { botToken: world.slack.botToken, apiUrl: world.slack.apiUrl, log },
    channels.sre,
    doctorClick(randomUUID(), Date.now()),
  );
  expect(left.ok).toBe(true);
  await press((await standing())[0]);
  expect(await scene.told(sam, /nobody waits/, channels.sre)).toContain('that doctor has ended');
  if (left.ok) expect(await left.remove()).toBeUndefined();
});

test('a channel that takes no message', { timeout: 60_000 }, async () => {
  const { of, code } = await ask({ click: 'C0NOWHERE', wait: 1 });
  expect(of('slack click')).toEqual([
    {
      ...{ check: 'slack click', state: 'fail', says: 'C0NOWHERE takes no message: channel_not_found' },
      fix: expect.stringContaining('Is C0NOWHERE of this workspace?'),
    },
  ]);
  expect(code).toBe(1);
  expect(await keys()).toEqual([]);
});

test.each([
  [
    'it answers',
    () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }),
    'ok',
    /answers \(200\); no span was sent/,
  ],
  [
    'nobody is there',
    () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }),
    'warn',
    /127\.0\.0\.1:9/,
  ],
  [
    'gRPC',
    () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }),
    'warn',
    /set OTEL_EXPORTER_OTLP_TRACES_PROTOCOL to http\/protobuf/,
  ],
] as const)('the receiver of traces: %s', { timeout: 60_000 }, async (_name, env, state, says) => {
  const { of, code } = await ask({ env: env() });
  expect(of('tracing').map((one) => one.state)).toEqual([state]);
  expect(of('tracing')[0]?.says).toMatch(says);
  // Alerts do not wait for it.
  expect(code).toBe(0);
  expect(receiver.spans()).toEqual([]);
});
