import { expect, test } from 'vitest';
import { until } from '../e2e/support/until.ts';
import { fingerprintOf, webhook } from '../e2e/support/webhook.ts';
import { choosePoints, openBox } from './box.ts';

/** An alert that nobody reacts to, killed on the way: each step is said once all the same. */
const channel = 'C0ALERTS';
const notify = [
  { after: '0s', mention: ['S0ONCALL'] },
  { after: '3s', mention: ['S0LEADS'] },
  { after: '6s', mention: ['channel'] },
];
const everybody = ['<!subteam^S0ONCALL>', '<!subteam^S0LEADS>', '<!channel>'];

const openNotifying = async () => {
  const box = await openBox({ routes: [{ name: 'notifying', notify, actions: ['thread'] }] });
  const { farmhand, ledger, client } = box;
  const { control } = box.world.slack;

  /** Who was mentioned in its thread, in order; those of messages that were taken back too. */
  const mentioned = async (ts: string): Promise<readonly string[]> =>
    (await control.messages(channel))
      .filter(({ threadTs }) => threadTs === ts)
      .flatMap(({ text }) => text.match(/<![^>]+>/g) ?? []);

  const live = async (name: string, point: string, reacts: boolean) => {
    box.begin();
    const deaths = farmhand.deaths;
    const alert = { name, labels: { service: name } };
    const record = () => ledger.alert(fingerprintOf(alert));
    await box.listens();
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
      await box.listens();
      await control.click({ channel, user: 'U0SRE1', ts, action_id: 'alert.acknowledge' });
      await until('the acknowledgement', record, (one) => one?.ack !== undefined);
      // Longer than until the last step.
      await new Promise((resolve) => setTimeout(resolve, 8_000));
    } else {
      await until('all steps', record, (one) => one?.notify?.said === notify.length, 90_000);
    }
    await ledger.told(fingerprintOf(alert), 90_000);
    await box.listens();
    return { point, died: farmhand.deaths - deaths, mentioned: await mentioned(ts) };
  };
  return { live, crossed: box.crossed, [Symbol.asyncDispose]: () => box[Symbol.asyncDispose]() };
};

test('each step is said once, wherever the process is killed', { timeout: 300_000 }, async () => {
  await using box = await openNotifying();
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
  await using box = await openNotifying();
  const { mentioned } = await box.live('reacted', 'nowhere', true);
  expect(mentioned).toEqual(everybody.slice(0, 1));
});
