import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { AlertFilter } from '../../../src/alerts/ports/queries.ts';
import { anAlert } from '../../builders/alert.ts';
import { t0 } from '../../builders/event.ts';
import { openRecordClient, type RecordClient } from '../../support/record-client.ts';

let redis: RedisServer;
let prefixes = 0;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const open = () =>
  openRecordClient({ url: redis.url, prefix: `queries-${++prefixes}`, commandTimeout: 10_000 });

const alertNumber = (n: number, over: Partial<Alert> = {}): Alert =>
  anAlert(over, { fingerprint: n.toString(16).padStart(16, '0'), startsAt: t0 + n });

const putAll = async (client: RecordClient, alerts: readonly Alert[]): Promise<void> => {
  const created = alerts.map((after) => ({
    ...{ before: undefined, after, archived: [], journal: [], events: [], nonces: [] },
  }));
  expect(await client.alerts.takeIn(created, [])).toEqual([]);
};

/** Every page, each as the names of its alerts. */
const pages = async (client: RecordClient, filter: Omit<AlertFilter, 'cursor'>): Promise<string[][]> => {
  const found: string[][] = [];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await client.queries.list({ ...filter, ...(cursor !== undefined && { cursor }) });
    found.push(page.alerts.map(({ name }) => name));
    cursor = page.next;
  }
  return found;
};

describe('the list of alerts', () => {
  test('firing ones first, the latest start first; then resolved ones, the latest end first', async () => {
    await using client = await open();
    const over = (endsAt: number) => ({ status: 'resolved', endsAt }) as const;
    await putAll(client, [
      alertNumber(1, { name: 'a' }),
      alertNumber(2, { name: 'b' }),
      alertNumber(3, { name: 'c', ...over(t0 + 50) }),
      alertNumber(4, { name: 'd', ...over(t0 + 60) }),
      alertNumber(5, { name: 'e' }),
    ]);
    expect(await pages(client, { limit: 2 })).toEqual([['e', 'b'], ['a', 'd'], ['c']]);
    expect(await pages(client, { limit: 2, status: 'resolved' })).toEqual([['d', 'c'], []]);
    expect(await pages(client, { limit: 10, status: 'firing' })).toEqual([['e', 'b', 'a']]);
  });

  test('pages neither repeat nor skip when alerts come and end meanwhile', async () => {
    await using client = await open();
    const all = Array.from({ length: 6 }, (_, n) => alertNumber(n, { name: String(n) }));
    await putAll(client, all);
    const first = await client.queries.list({ limit: 2, status: 'firing' });
    expect(first.alerts.map(({ name }) => name)).toEqual(['5', '4']);
    await putAll(client, [alertNumber(9, { name: 'new' })]);
    // The very one that the cursor stands on ends, and so does one before it.
    for (const n of [4, 5]) {
      await client.alerts.update(all[n]?.id ?? '', (alert) => ({
        write: { alert: { ...alert, status: 'resolved', endsAt: t0 + 100 }, journal: [] },
      }));
    }
    const second = await client.queries.list({ limit: 2, status: 'firing', cursor: first.next ?? '' });
    expect(second.alerts.map(({ name }) => name)).toEqual(['3', '2']);
  });

  test('a cursor from elsewhere is refused with what to do', async () => {
    await using client = await open();
    for (const cursor of ['', 'p7', 'o17', 'f.1.x y', 'f..', '__proto__']) {
      await expect(client.queries.list({ limit: 2, cursor })).rejects.toMatchObject({
        code: 'invalid_cursor',
        message: expect.stringContaining('leave it out to begin again'),
      });
    }
    await putAll(
      client,
      [1, 2].map((n) => alertNumber(n)),
    );
    const { next = '' } = await client.queries.list({ limit: 1, status: 'firing' });
    await expect(client.queries.list({ limit: 1, status: 'resolved', cursor: next })).rejects.toMatchObject({
      code: 'invalid_cursor',
      message: expect.stringContaining('Keep the filters from page to page'),
    });
  });

  test('a rare alert among many is found in short pages: no look reads more than its share', async () => {
    await using client = await open();
    const many = Array.from({ length: 25_000 }, (_, n) => alertNumber(n, { name: String(n) }));
    many[3] = alertNumber(3, { name: 'rare', tier: 'rare' });
    await putAll(client, many);
    const found: string[] = [];
    let looks = 0;
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const page = await client.queries.list({ limit: 10, tier: 'rare', ...(cursor && { cursor }) });
      found.push(...page.alerts.map(({ name }) => name));
      cursor = page.next;
      looks += 1;
    }
    expect(found).toEqual(['rare']);
    expect(looks).toBe(3);
  });
});

describe('one alert', () => {
  test('by its id, or by a beginning of it that fits no other', async () => {
    await using client = await open();
    const one = anAlert({}, { fingerprint: 'abcd000000000001' });
    const other = anAlert({}, { fingerprint: 'abce000000000001' });
    await putAll(client, [one, other]);
    expect((await client.queries.get(one.id))?.id).toBe(one.id);
    expect((await client.queries.get('abcd'))?.id).toBe(one.id);
    expect(await client.queries.get('abc')).toBeUndefined();
    expect(await client.queries.get('abc*')).toBeUndefined();
    expect(await client.queries.get('0000')).toBeUndefined();
  });

  test('by its thread', async () => {
    await using client = await open();
    const alert = anAlert();
    await putAll(client, [alert]);
    await client.alerts.update(alert.id, (seen) => ({
      write: { alert: { ...seen, thread: { state: 'open', ts: '1.5', at: t0, shown: '' } }, journal: [] },
    }));
    expect(await client.queries.byThread(alert.channel, '1.5')).toBe(alert.id);
    expect(await client.queries.byThread(alert.channel, '1.6')).toBeUndefined();
  });
});

test('groups by their fingerprints: those that are on record', async () => {
  await using client = await open();
  const counts = { firing: 1, resolved: 0, acknowledged: 0, fresh: 0 };
  const group = { ...counts, home: 'C01ALERTS', by: {}, severities: {}, rows: [], pages: [] };
  const [one, other] = [alertNumber(1, { group }), alertNumber(2, { group })];
  await putAll(client, [one, other]);
  const found = await client.queries.groups([one.fingerprint, 'f'.repeat(16)]);
  expect([...found].map(([fingerprint, { id }]) => [fingerprint, id])).toEqual([[one.fingerprint, one.id]]);
  expect(await client.queries.groups([])).toEqual(new Map());
});
