import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startWorld } from '../../sandbox/world/world.ts';
import { createClient } from '../e2e/support/client.ts';
import { inTurn } from '../e2e/support/in-turn.ts';
import { openLedger } from '../e2e/support/ledger.ts';
import { until } from '../e2e/support/until.ts';
import { fingerprintOf, webhook } from '../e2e/support/webhook.ts';
import { choosePoints } from './points.ts';
import { supervise } from './supervisor.ts';

/** An alert that nobody reacts to, killed on the way: each step is said once all the same. */
const crashAt = fileURLToPath(new URL('./crash-at.ts', import.meta.url));
const channel = 'C0ALERTS';
const notify = [
  { after: '0s', mention: ['S0ONCALL'] },
  { after: '3s', mention: ['S0LEADS'] },
  { after: '6s', mention: ['channel'] },
];
const everybody = ['<!subteam^S0ONCALL>', '<!subteam^S0LEADS>', '<!channel>'];

const openBox = () =>
  inTurn(async () => {
    await using stack = new AsyncDisposableStack();
    const world = stack.use(
      await startWorld({
        slackPacing: false,
        pacing: { posts_per_second: 1_000, burst: 1_000, updates_per_minute: 60_000 },
        routes: [{ name: 'notifying', notify, actions: ['thread'] }],
      }),
    );
    const log = join(world.dir, 'crossed.log');
    const farmhand = stack.use(
      await supervise(world, { nodeArgs: ['--import', crashAt], env: { CRASH_LOG: log } }),
    );
    const ledger = stack.use(openLedger(world.redis.url));
    const client = createClient(world);
    const { control } = world.slack;
    let offset = 0;
    const crossed = (): readonly string[] =>
      readFileSync(log, { encoding: 'utf8', flag: 'a+' }).split('\n').filter(Boolean).slice(offset);

    /** Who was mentioned in its thread, in order; those of messages that were taken back too. */
    const mentioned = async (ts: string): Promise<readonly string[]> =>
      (await control.messages(channel))
        .filter(({ threadTs }) => threadTs === ts)
        .flatMap(({ text }) => text.match(/<![^>]+>/g) ?? []);
    const ready = () => until('a socket', control.openSockets, (open) => open > 0, 90_000);

    const live = async (name: string, point: string, reacts: boolean) => {
      offset += crossed().length;
      const deaths = farmhand.deaths;
      const alert = { name, labels: { service: name } };
      const record = () => ledger.alert(fingerprintOf(alert));
      await ready();
      const armed = await client.offer(webhook(alert), { 'x-crash-at': point });
      if (armed?.status !== 202) await client.send(webhook(alert));
      const opened = await until('its thread', record, (one) => one?.thread.state === 'open', 90_000);
      const ts = opened?.thread.state === 'open' ? opened.thread.ts : '';
      if (reacts) {
        await until(
          'the first step',
          () => mentioned(ts),
          (all) => all.length > 0,
          90_000,
        );
        await ready();
        await control.click({ channel, user: 'U0SRE1', ts, action_id: 'alert.acknowledge' });
        await until('the acknowledgement', record, (one) => one?.ack !== undefined);
        // Longer than until the last step.
        await new Promise((resolve) => setTimeout(resolve, 8_000));
      } else {
        await until('all steps', record, (one) => one?.notify?.said === notify.length, 90_000);
      }
      await ledger.told(fingerprintOf(alert), 90_000);
      await ready();
      return { point, died: farmhand.deaths - deaths, mentioned: await mentioned(ts) };
    };
    const kept = stack.move();
    return { live, crossed, [Symbol.asyncDispose]: () => kept.disposeAsync() };
  });

test('each step is said once, wherever the process is killed', { timeout: 300_000 }, async () => {
  await using box = await openBox();
  const calm = await box.live('calm', 'nowhere', false);
  expect(calm.mentioned).toEqual(everybody);
  const about = box.crossed().filter((point) => /chat.postMessage \(reply\)|farmhandCommit/.test(point));
  const points = choosePoints(about, 6);
  expect(points.length).toBeGreaterThanOrEqual(5);
  let died = 0;
  for (const [n, point] of points.entries()) {
    const lived = await box.live(`crash${n}`, point, false);
    expect.soft({ point, mentioned: lived.mentioned }).toEqual({ point, mentioned: everybody });
    died += lived.died;
  }
  expect(died).toBeGreaterThanOrEqual(points.length - 1);
});

test('an acknowledgement ends it', { timeout: 120_000 }, async () => {
  await using box = await openBox();
  const { mentioned } = await box.live('reacted', 'nowhere', true);
  expect(mentioned).toEqual(everybody.slice(0, 1));
});
