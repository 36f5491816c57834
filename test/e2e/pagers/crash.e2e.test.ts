import { expect, test } from 'vitest';
import { startPagerReceiver } from '../../fakes/pager-receiver.ts';
import { openBox } from '../../faults/box.ts';
import { until } from '../support/until.ts';
import { alertIdOf, fingerprintOf, type WebhookAlert, webhook } from '../support/webhook.ts';

/**
 * Killed around each call to a pager: before it, once it is sent, once it is answered and not yet on record. Whoever is
 * paged is paged once, and hears the rest. A call that was lost is made again after 90 s: all of them are waited for together.
 */
const keys = { routing: 'r'.repeat(32), genie: 'genie-key', hmac: 'hmac-secret' };
const channel = 'C0ALERTS';
const phases = ['before', 'sent', 'answered'] as const;
const stages = ['triggered', 'acknowledged', 'resolved'] as const;

test('a pager knows how it is, and opened one incident, wherever the process is killed', {
  timeout: 350_000,
  tags: ['long'],
}, async () => {
  await using pager = await startPagerReceiver(keys);
  await using box = await openBox({
    routes: [{ name: 'paging', actions: ['thread', { pager: { to: 'on-call' } }] }],
    sections: {
      pagers: [{ name: 'on-call', pagerduty: { routing_key: { env: 'PD' }, url: pager.url } }],
    },
    env: { PD: keys.routing },
  });
  const { client, farmhand, ledger, world } = box;
  const { control } = world.slack;
  const told = (id: string, state: string) =>
    until(
      `${id} to be ${state}`,
      async () => pager.known.get(id)?.state,
      (seen) => seen === state,
      150_000,
    );
  const acknowledge = async (alert: WebhookAlert) => {
    await box.listens();
    const record = await until(
      'its thread',
      () => ledger.alert(fingerprintOf(alert)),
      (one) => one?.thread.state === 'open',
      90_000,
    );
    const ts = record?.thread.state === 'open' ? record.thread.ts : '';
    await control.click({ channel, user: 'U0SRE1', ts, action_id: 'alert.acknowledge' });
  };
  const send = (alert: WebhookAlert) => client.send(webhook(alert));
  const died: string[] = [];
  /** The next call to a pager is that of `act`. */
  const killed = async (point: string, act: () => Promise<unknown>) => {
    const { deaths } = farmhand;
    await client.arm(point);
    await act();
    await until(
      `to die at ${point}`,
      async () => farmhand.deaths,
      (now) => now > deaths,
      60_000,
    );
    died.push(point);
    await until(
      'it to run again',
      () => client.probe('/livez').catch(() => undefined),
      (seen) => seen?.status === 200,
      60_000,
    );
  };

  const lives: { readonly id: string; readonly state: string }[] = [];
  for (const [n, phase] of phases.entries()) {
    for (const [m, state] of stages.entries()) {
      const name = `At${n}${m}`;
      const alert = { name, labels: { service: name.toLowerCase() } };
      const id = alertIdOf(alert);
      const point = `call /v2/enqueue ${phase}#1`;
      const over = () => send({ ...alert, status: 'resolved' });
      if (state === 'triggered') await killed(point, () => send(alert));
      else {
        await send(alert);
        await told(id, 'triggered');
        if (state === 'acknowledged') await killed(point, () => acknowledge(alert));
        else {
          await acknowledge(alert);
          await told(id, 'acknowledged');
          await killed(point, over);
        }
      }
      lives.push({ id, state });
    }
  }
  expect(died).toHaveLength(phases.length * stages.length);
  for (const { id, state } of lives) {
    await told(id, state);
    const done = async () => (await client.alert(id))?.actions[0]?.state;
    await until(`the outcome of ${id}`, done, (one) => one === 'done', 150_000);
    expect.soft(pager.known.get(id)).toEqual({ state, opened: 1 });
  }
});
