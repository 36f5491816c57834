import { expect, test } from 'vitest';
import { until } from '../../e2e/support/until.ts';
import { fingerprintOf, webhook } from '../../e2e/support/webhook.ts';
import { openBox } from '../box.ts';

/** Quiet hours end, and the process is killed at what follows from that: what was held is said once, and not before. */
const channel = 'C0ALERTS';
const minute = 60_000;
const notify = [
  { after: '0s', mention: ['S0ONCALL'] },
  { after: '3s', mention: ['S0LEADS'] },
];
const everybody = ['<!subteam^S0ONCALL>', '<!subteam^S0LEADS>'];

const clock = (at: number): string => new Date(at).toISOString().slice(11, 16);
const nameOf = (at: number): string => `until-${clock(at).replace(':', '')}`;

/** Quiet hours that end with each of the next minutes, and a route for each: a config knows whole minutes only. */
const openQuiet = async () => {
  const first = Math.ceil(Date.now() / minute) * minute;
  const ends = Array.from({ length: 60 }, (_, n) => first + n * minute);
  const box = await openBox({
    sections: {
      alerts: {
        quiet_hours: ends.map((end) => ({
          ...{ name: nameOf(end), from: clock(end - 120 * minute), until: clock(end), zone: 'UTC' },
        })),
      },
    },
    routes: ends.map((end) => ({
      name: nameOf(end),
      match: [`until="${clock(end)}"`],
      ...{ notify, quiet: nameOf(end), actions: ['thread'] },
    })),
  });
  const { farmhand, ledger, client } = box;
  const { control } = box.world.slack;

  /** Who was mentioned in a thread, and when; those of messages that were taken back too. */
  const mentioned = async (thread: string) =>
    (await control.messages(channel))
      .filter(({ threadTs }) => threadTs === thread)
      .flatMap(({ ts, text }) =>
        (text.match(/<![^>]+>/g) ?? []).map((whom) => ({ whom, at: Number(ts) * 1_000 })),
      );

  /** `leaves`: at least so long before their end it fires; ms. */
  const live = async (
    name: string,
    { point, leaves, reacts = false }: { point: string; leaves: number; reacts?: boolean },
  ) => {
    await box.listens();
    box.begin();
    const deaths = farmhand.deaths;
    const end = ends.find((at) => at > Date.now() + leaves) ?? 0;
    const alert = { name, labels: { service: name, severity: 'error', until: clock(end) } };
    const record = () => ledger.alert(fingerprintOf(alert));
    const armed = await client.offer(webhook(alert), { 'x-crash-at': point });
    if (armed?.status !== 202) await client.send(webhook(alert));
    const opened = await until('its thread', record, (one) => one?.thread.state === 'open', 90_000);
    const ts = opened?.thread.state === 'open' ? opened.thread.ts : '';
    if (reacts) {
      await control.click({ channel, user: 'U0SRE1', ts, action_id: 'alert.acknowledge' });
      const had = await until('the acknowledgement', record, (one) => one?.ack !== undefined);
      // Else there was nothing to hold.
      expect(had?.ack?.at).toBeLessThan(end);
      await until(
        'the end of quiet hours',
        async () => Date.now(),
        (now) => now > end + 5_000,
        180_000,
      );
    } else {
      await until('all steps', record, (one) => one?.notify?.said === notify.length, 240_000);
    }
    await ledger.told(fingerprintOf(alert), 90_000);
    const all = await mentioned(ts);
    return {
      point,
      died: farmhand.deaths - deaths,
      mentioned: all.map(({ whom }) => whom),
      early: all.filter(({ at }) => at < end),
    };
  };
  return { live, [Symbol.asyncDispose]: () => box[Symbol.asyncDispose]() };
};

const said = 'call chat.postMessage (reply)';
const written = 'redis commit firing, thread open, notes to say';

test('what was held is said once when quiet hours end, and not what somebody has by then', {
  timeout: 420_000,
}, async () => {
  await using box = await openQuiet();
  const point = `${said} sent#1`;
  const [had, lived] = [
    await box.live('had', { point: 'nowhere', leaves: minute, reacts: true }),
    await box.live('held', { point, leaves: minute / 2 }),
  ];
  expect(had).toEqual({ point: 'nowhere', died: 0, mentioned: [], early: [] });
  expect(lived).toEqual({ point, died: 1, mentioned: everybody, early: [] });
});

test('so it is wherever the process is killed around their end', {
  tags: ['long'],
  timeout: 600_000,
}, async () => {
  const left = [
    `${written} before#1`,
    `${written} answered#1`,
    'redis commit firing, thread open, notes claimed answered#1',
    `${said} before#1`,
    `${said} answered#1`,
  ];
  await using stack = new AsyncDisposableStack();
  const boxes = [stack.use(await openQuiet()), stack.use(await openQuiet())];
  await Promise.all(
    boxes.map(async (box, i) => {
      for (let point = left.shift(), n = 0; point !== undefined; point = left.shift(), n++) {
        const lived = await box.live(`crash${i}x${n}`, { point, leaves: minute / 2 });
        expect.soft(lived).toEqual({ point, died: 1, mentioned: everybody, early: [] });
      }
    }),
  );
});
