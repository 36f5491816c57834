import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import { makeReport } from '../../../src/app/records/report.ts';
import { type ReportOptions, runReport } from '../../../src/cli/report/report.ts';
import { guarded } from '../../../src/cli/terminal/failure.ts';
import { line } from '../../../src/core/journal.ts';
import { createRedisDeadLetters } from '../../../src/integrations/redis/alerts/dead-letters.ts';
import { freezeMore } from '../../../src/rebuild/freezing/evolve-freezes.ts';
import { writeOf } from '../../../src/rebuild/model/transition.ts';
import type { Report } from '../../../src/report/report.ts';
import { anAlert } from '../../builders/alert.ts';
import { anEvent, hours, messagePosition, minutes, resolveOf, t0 } from '../../builders/event.ts';
import { anInstance, aPlan, aRebuild, aScaleUp } from '../../builders/rebuild.ts';
import { createAlertWorld } from '../../support/alert-world.ts';
import { redisOfFile } from '../../support/redis/of-file.ts';
import { recordStore } from '../../support/redis/store.ts';
import { fakeTerminal } from '../fake-terminal.ts';

const server = redisOfFile();
const week = hours(168);
/** Monday after the week of `t0`. */
const now = Date.UTC(2026, 10, 23, 9);
const ann = { id: 'U0ANN', name: 'Ann' };
let prefixes = 0;

const tiers = `
tiers:
  list:
    - { name: default, users: [U0OPS] }
    - { name: alpha, users: [U0ALPHA], instances: ["alpha-*"] }
`;

const open = async (more = '') => {
  const prefix = `report-${++prefixes}`;
  const events = new EventEmitter();
  const config = `slack: { default_channel: C0DEFAULT, bot_token: { env: T }, app_token: { env: A } }
http: { events_token: { env: E } }
redis: { url: '${server.url}', prefix: ${prefix} }
alerts: { retention: 60d }
${more}`;
  const env = { T: 'xoxb-1-2-abcdefghij', A: 'xapp-1-2-abcdefghij', E: 'an-events-token-of-tests' };
  const run = async (
    options: Partial<ReportOptions> = {},
    { onRead = () => {}, at = now }: { onRead?: (records: number) => unknown; at?: number } = {},
  ) => {
    const terminal = fakeTerminal({ 'farmhand.yml': config });
    const code = await guarded({ ...terminal, env, now: () => at }, () =>
      runReport(
        { config: 'farmhand.yml', format: 'json', ...options },
        { ...terminal, env, now: () => at },
        {
          events,
          makeReport: (read, wish) =>
            makeReport(read, {
              ...wish,
              onRead: (records) => {
                wish.onRead(records);
                onRead(records);
              },
            }),
        },
      ),
    );
    return { code, out: terminal.stdout(), err: terminal.stderr() };
  };
  const report = async (...args: Parameters<typeof run>): Promise<Report> => {
    const { code, out, err } = await run(...args);
    if (code !== 0) throw new Error(err);
    return JSON.parse(out);
  };
  return { prefix, events, run, report };
};

const changesMade = async (): Promise<string | undefined> =>
  /rdb_changes_since_last_save:\d+/.exec(await server.redis.info('persistence'))?.[0];

describe('what the real stores wrote', () => {
  test('a story with a known answer, compared with the week before; and nothing is changed by reading it', async () => {
    const { prefix, report } = await open();
    await using world = await createAlertWorld({ redisUrl: server.url, prefix });
    const event = (fingerprint: string, at: number, name: string) =>
      anEvent({ fingerprint, startsAt: at, time: at, receivedAt: at, name, labels: { service: 'checkout' } });
    const then = t0 + week;
    // The week before: one that nobody takes.
    const old = event('0000000000000001', world.clock.now, 'Latency');
    await world.take(old);
    await world.pass();
    world.clock.now += minutes(30);
    await world.take(resolveOf(old, world.clock.now));
    await world.pass();
    // This week: one that Ann takes after four minutes, and that fires again; one that fires on.
    world.clock.now = then;
    const first = event('0000000000000002', then, 'Latency');
    await world.take(first);
    world.clock.now = then + minutes(1);
    await world.pass();
    world.clock.now = then + minutes(5);
    const [alert] = await world.all();
    expect(await world.service.apply(alert?.id ?? '', { verb: 'acknowledge' }, ann)).toMatchObject({
      ok: true,
    });
    world.clock.now = then + minutes(20);
    await world.take(resolveOf(first, world.clock.now));
    world.clock.now = then + hours(1);
    const { clock } = world;
    await world.take({ ...event('0000000000000002', clock.now, 'Latency'), id: 'again' });
    await world.take({ ...event('0000000000000003', clock.now, 'DiskFull'), severity: 'warning' });
    await world.pass();

    const store = recordStore({ redis: server.redis, prefix });
    const id = 'system6-20261120-1';
    await store.rebuilds.create({ instance: 'system6', day: '20261120', draft: 'd', limit: 9 }, (given) =>
      writeOf({ ...aRebuild({ at: then }), id: given }, line(then, 'U0ANN', 'start')),
    );
    await store.rebuilds.update(id, (rebuild) => ({
      write: writeOf(
        {
          ...rebuild,
          effects: [aScaleUp({ state: 'done', at: then, endedAt: then })],
          phase: 'failed',
          endedAt: then + hours(2),
          end: { at: then + hours(2), by: ann, reason: 'no quota', step: 'farmers', errors: [] },
        },
        line(then + hours(1), 'farmhand', 'ask_too_few_farmers', 'x'),
        line(then + hours(2), 'farmhand', 'failing', 'x'),
      ),
    }));
    await store.freezes.change((freezes) => {
      const made = freezeMore(freezes, { reason: 'audit', instance: 'system6' }, ann, then + hours(3));
      return made.ok ? { write: made.freezes } : {};
    });
    const letters = createRedisDeadLetters(server.redis, store.keys, {
      limits: () => ({ max_age: week * 10, max_bytes: 1_000_000, max_count: 100 }),
      now: () => then,
    });
    for (const at of [t0, then]) {
      const lost = anEvent();
      const message = {
        value: Buffer.from('{'),
        headers: {},
        position: messagePosition(lost),
        receivedAt: at,
      };
      await letters.keep([{ reason: 'bad_json', detail: 'x', message }]);
    }

    const before = await changesMade();
    const made = await report({}, { at: now + week });
    expect(await changesMade()).toBe(before);
    expect(made.alerts).toMatchObject({
      ...{ began: 3, refired: 1, resolved: 1, openBefore: 0, openAfter: 2 },
      noisiest: [
        ['Latency (checkout)', 2],
        ['DiskFull (checkout)', 1],
      ],
      toThread: { count: 2, p50: 0, worst: minutes(1) },
      toAcknowledge: { count: 1, p50: minutes(4) },
      toResolve: { count: 1, worst: minutes(20) },
      neverAcknowledged: { over: 0, open: 2 },
      taken: { times: 1, people: 1, most: 1 },
    });
    expect(made.before.alerts).toMatchObject({
      ...{ began: 1, resolved: 1, openAfter: 0 },
      neverAcknowledged: { over: 1, open: 0 },
    });
    expect(made.rebuilds).toMatchObject({
      ...{ started: 1, failed: 1, inFlight: 0, farmerHours: 48 },
      badEnds: [{ id, phase: 'failed', step: 'farmers', reason: 'no quota' }],
      interventions: { asked: 1, open: 0, waited: { worst: hours(1) } },
    });
    expect(made.changes.all.map(({ kind, where }) => [kind, where])).toEqual([
      ['scale', 'system6 (den/tenant-105858-prod)'],
      ['freeze', 'system6'],
    ]);
    expect(made.own).toMatchObject({ deadLetters: [['bad_json', 1]], lostThreads: 0, lostRebuilds: 0 });
    expect(JSON.stringify(made)).not.toContain('U0ANN');
    expect(JSON.stringify(await report({ people: true }, { at: now + week }))).toContain('Ann (U0ANN)');
  });

  test('an end that its source dates long before farmhand heard of it belongs to when that was', async () => {
    const { prefix, report } = await open();
    await using world = await createAlertWorld({ redisUrl: server.url, prefix });
    const started = t0 - 3 * week;
    const late = anEvent({ startsAt: started, time: started, receivedAt: t0 });
    await world.take(late);
    const over = resolveOf(late, started + minutes(1));
    await world.take({ ...over, receivedAt: t0 + minutes(2) });
    const { alerts } = await report();
    expect(alerts).toMatchObject({ began: 1, resolved: 1, openAfter: 0, toResolve: { worst: minutes(2) } });
  });

  test('of a tier, only what it may see: its alerts, its instances’ rebuilds and freezes, nothing of the installation', async () => {
    const { prefix, report } = await open(tiers);
    const store = recordStore({ redis: server.redis, prefix });
    const tierAlert = (n: number, tier: string): Alert =>
      anAlert({ tier, opening: { at: t0, event: `e-${n}` } }, { fingerprint: `000000000000000${n}` });
    await putAll(store, [tierAlert(1, 'alpha'), tierAlert(2, 'default'), tierAlert(3, 'gone')]);
    for (const name of ['alpha-1', 'system6']) {
      await store.rebuilds.create({ instance: name, day: '20261120', draft: name, limit: 9 }, (given) =>
        writeOf({ ...aRebuild({ plan: aPlan({ instance: anInstance({ name }) }) }), id: given }),
      );
    }
    await store.freezes.change((freezes) => {
      const one = freezeMore(freezes, { reason: 'x', instance: 'system6' }, ann, t0);
      const two = one.ok && freezeMore(one.freezes, { reason: 'x' }, ann, t0 + 1);
      return two !== false && two.ok ? { write: two.freezes } : {};
    });
    const seen = async (tier?: string) => {
      const { alerts, rebuilds, changes, own } = await report(tier === undefined ? {} : { tier });
      return [alerts.byTier, rebuilds.started, changes.all.map(({ where }) => where), own !== undefined];
    };
    expect(await seen('alpha')).toEqual([[['alpha', 1]], 1, ['all instances'], false]);
    // What is of no listed tier is the default's.
    expect(await seen('default')).toEqual([[['default', 2]], 1, ['system6', 'all instances'], false]);
    expect(await seen()).toEqual([
      [
        ['default', 2],
        ['alpha', 1],
      ],
      2,
      ['system6', 'all instances'],
      true,
    ]);
  });

  test('records that cannot be read are counted, and hide nothing else', async () => {
    const { prefix, report } = await open();
    const store = recordStore({ redis: server.redis, prefix });
    const alerts = [1, 2, 3].map((n) =>
      anAlert({ opening: { at: t0, event: `e-${n}` } }, { fingerprint: `000000000000000${n}` }),
    );
    await putAll(store, alerts);
    const keyOf = (alert: Alert | undefined) => store.keys.full(store.keys.series(alert?.fingerprint ?? ''));
    await server.redis.set(keyOf(alerts[0]), '1|torn');
    await server.redis.del(keyOf(alerts[1]));
    const { alerts: figures, reach } = await report();
    expect([figures.began, reach.unreadable, reach.gone]).toEqual([1, { alert: 1 }, 1]);
  });
});

const putAll = async (
  { alerts }: Pick<ReturnType<typeof recordStore>, 'alerts'>,
  all: readonly Alert[],
): Promise<void> => {
  const created = all.map((after) => ({
    ...{ before: undefined, after, archived: [], journal: [], events: [], nonces: [] },
  }));
  expect(await alerts.takeIn(created, [])).toEqual([]);
};

/** Many that have the same time of change, so that a page ends among them. */
const many = (count: number): readonly Alert[] =>
  Array.from({ length: count }, (_, n) =>
    anAlert(
      { opening: { at: t0, event: `e-${n}` }, lastSeen: t0 },
      { fingerprint: n.toString(16).padStart(16, '0') },
    ),
  );

describe('while it reads', () => {
  test('each of a thousand is counted once, also those that end, fire again or come meanwhile', async () => {
    const { prefix, report } = await open();
    const store = recordStore({ redis: server.redis, prefix });
    const all = many(1_000);
    await putAll(store, all);
    const end = (alert: Alert | undefined, at: number) =>
      store.alerts.update(alert?.id ?? '', (it) => ({
        write: { alert: { ...it, status: 'resolved', endsAt: at }, journal: [line(at, 'x', 'resolved')] },
      }));
    await end(all[0], t0 + 1);
    let turns = 0;
    const work: Promise<unknown>[] = [];
    const { alerts } = await report(
      {},
      {
        onRead: () => {
          turns += 1;
          if (turns !== 1) return;
          work.push(end(all[999], t0 + minutes(1)), end(all[1], t0 + minutes(1)));
          work.push(
            store.alerts.update(all[0]?.id ?? '', (it) => ({
              write: { alert: { ...it, status: 'firing' }, journal: [line(t0 + 2, 'x', 'refired')] },
            })),
          );
        },
      },
    );
    await Promise.all(work);
    expect(turns).toBeGreaterThanOrEqual(5);
    expect(alerts.began - alerts.refired).toBe(1_000);
  });

  test('Ctrl-C ends it between two pages: nothing is written, and it says so', async () => {
    const { prefix, run, events } = await open();
    await putAll(recordStore({ redis: server.redis, prefix }), many(1_000));
    const folder = mkdtempSync(join(tmpdir(), 'farmhand-report-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const out = join(folder, 'report.json');
    let pages = 0;
    const stopped = await run({ out }, { onRead: () => ++pages === 2 && events.emit('SIGINT') });
    expect(stopped).toEqual({ code: 1, out: '', err: 'farmhand: Stopped. No report was made.' });
    expect(pages).toBe(2);
    expect(() => readFileSync(out)).toThrow(/ENOENT/);
    expect(events.listenerCount('SIGINT')).toBe(0);
    expect(await run({ out })).toEqual({ code: 0, out: `✓ ${out} has the report.`, err: '' });
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ version: 1, alerts: { began: 1_000 } });
  });
});

describe('what cannot be made', () => {
  test('a Redis without farmhand’s records is no quiet week', async () => {
    const { run, prefix } = await open();
    expect(await run()).toEqual({
      code: 1,
      out: '',
      err: `farmhand: Nothing is on record: no farmhand has worked with the prefix ${prefix} on this Redis. Check redis.url and redis.prefix of the config.`,
    });
  });

  test('all that is wrong with the flags is said at once, before Redis is asked', async () => {
    const { run } = await open(tiers);
    const out = join(mkdtempSync(join(tmpdir(), 'farmhand-report-')), 'there');
    onTestFinished(() => rmSync(out, { force: true }));
    writeFileSync(out, '');
    const { code, err } = await run({
      week: true,
      from: '2026-13-01',
      zone: 'Berlin',
      format: 'pdf',
      tier: 'alpa',
      out,
    });
    expect([code, err.split('\n')]).toEqual([
      1,
      [
        'farmhand: No report was made:',
        '  --zone Berlin: write a name of the tz database, such as Europe/Berlin.',
        '  --week, --from and --to: each names a time; write one of them.',
        '  --from 2026-13-01: write a day, 2026-11-20, or a moment, 2026-11-20T21:49Z.',
        '  --format pdf: write one of text, markdown, json, csv.',
        `  --out ${out} is there already: name a new file.`,
        '  --tier alpa is not in tiers.list (default, alpha); did you mean alpha?',
      ],
    ]);
  });

  test('a config that is wrong as well is said beside the flags', async () => {
    const { run } = await open('tiers: { list: [{ name: alpha }] }');
    const { code, err } = await run({ format: 'pdf' });
    expect([code, err.includes('--format pdf'), err.includes('tiers.list[0]')]).toEqual([1, true, true]);
  });

  test('a tier where none is listed', async () => {
    const { run } = await open();
    expect((await run({ tier: 'alpha' })).err).toContain('--tier needs tiers.list in the config');
  });
});

test('what is off record is said, and nothing is compared with it', async () => {
  const { prefix, report, run } = await open();
  await putAll(recordStore({ redis: server.redis, prefix }), many(3));
  const late = t0 + hours(24 * 55);
  const asked = { from: '2026-11-16', to: '2026-11-23' };
  const made = await report(asked, { at: late });
  expect(made.reach.alerts).toBe(late - hours(24 * 60));
  expect(made.before.alerts).toBeUndefined();
  expect(made.before.rebuilds).toBeDefined();
  const { out } = await run({ ...asked, format: 'text' }, { at: late });
  expect(out).toContain('Of the time before, alerts are off record (alerts.retention)');
  const later = await run({ ...asked, format: 'text' }, { at: late + hours(24 * 7) });
  expect(later.out.replace(/\s+/g, ' ')).toContain(
    'NOT WHOLE: alerts that were over before Sun 22 Nov 2026, 14:13 are off record (alerts.retention)',
  );
});
