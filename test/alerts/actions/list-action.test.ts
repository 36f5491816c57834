import { describe, expect, test } from 'vitest';
import { createBulkhead } from '../../../src/alerts/actions/bulkhead.ts';
import { asksAgainAfter, settled } from '../../../src/alerts/actions/list-action.ts';
import { type ActionDeps, reconcileActions } from '../../../src/alerts/actions/reconcile-actions.ts';
import { createAlertService } from '../../../src/alerts/alert-service.ts';
import type { Alert, Thread } from '../../../src/alerts/model/alert.ts';
import type { AlertList, ListCommand } from '../../../src/alerts/model/command.ts';
import type { ActionResult, SilenceRequest, TicketRequest } from '../../../src/alerts/ports/ports.ts';
import { anAlert } from '../../builders/alert.ts';
import { minutes, t0 } from '../../builders/event.ts';
import { allowAll } from '../../fakes/access.ts';
import { memoryAudit } from '../../fakes/audit.ts';
import { noGroups } from '../../fakes/silence-scopes.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const anna = { id: 'U1', name: 'Anna' };
const at = (n: number): Thread => ({ state: 'open', ts: `${n}.5`, at: t0, shown: '' });
const labels = { alertname: 'Down', service: 'checkout' };
const one = (n: number, over: Partial<Alert> = {}): Alert =>
  anAlert({
    ...{ id: `aaaaaaaaaaaaaaa${n}-1`, fingerprint: `aaaaaaaaaaaaaaa${n}`, name: 'Down', thread: at(n) },
    ...{ labels: { ...labels, instance: `node-${n}` }, links: { alertmanager: 'http://am' } },
    ...over,
  });

/** A list on record, with what carries out what is asked for it. `dies`: at which write of the pass, from 1. */
const world = async (...alerts: readonly Alert[]) => {
  const store = createMemoryStore();
  const rows = alerts.map((after) => ({
    ...{ before: undefined, after, archived: [], journal: [], events: [], nonces: [] },
  }));
  await store.alerts.takeIn(rows, []);
  const asked: (TicketRequest | SilenceRequest)[] = [];
  /** By key, as the other systems keep them: what is asked for twice is there once. */
  const made = new Map<string, string>();
  const answers: ActionResult[] = [];
  const make = async (request: TicketRequest | SilenceRequest): Promise<ActionResult> => {
    asked.push(request);
    const next = answers.shift();
    if (next) return next;
    const id = made.get(request.key) ?? `OPS-${made.size + 1}`;
    made.set(request.key, id);
    return { ok: true, id, url: `https://jira/browse/${id}` };
  };
  const audit = memoryAudit();
  const deps: ActionDeps = {
    store: store.alerts,
    audit,
    tickets: { raise: make, tell: async () => ({ ok: true, id: 'told' }) },
    apiTasks: undefined,
    silences: { silence: make },
    gate: createBulkhead({ ticket: 9, ticket_news: 9, api_task: 9, silence: 9, rebuild: 9, pager: 9 }),
    permalink: (channel, ts) => `https://slack.test/archives/${channel}/p${ts.replace('.', '')}`,
    now: () => store.clock.now,
    claimTimeout: 90_000,
    onDone: () => undefined,
  };
  const service = createAlertService({
    ...{ store: store.alerts, now: () => store.clock.now, can: { ticket: true, silence: true } },
    ...{
      access: allowAll,
      audit,
      safe: (text: string) => text,
      instanceOf: () => undefined,
      groups: noGroups,
    },
  });
  const get = async (id: string): Promise<Alert> => (await store.alerts.getMany([id])).get(id) as Alert;
  const now = async (): Promise<readonly Alert[]> => Promise.all(alerts.map(({ id }) => get(id)));
  return {
    ...store,
    asked,
    made,
    answers,
    audit,
    get,
    now,
    ask: async (command: ListCommand, over: Partial<AlertList> = {}) =>
      service.applyToAll(
        { of: 'service=checkout', alerts: await now(), groups: [], named: ['service'], ...over },
        command,
        anna,
      ),
    /** `dies`: the write at which the process ends, as it is not made; from 1. */
    run: (id: string, dies = Number.POSITIVE_INFINITY) => {
      let writes = 0;
      const update: typeof store.alerts.update = async (one, change, seen) =>
        store.alerts.update(
          one,
          (alert) => {
            const changed = change(alert);
            if (changed.write && ++writes >= dies) throw new Error('dead');
            return changed;
          },
          seen,
        );
      return reconcileActions({ ...deps, store: { ...store.alerts, update } }, id);
    },
    told: async (id: string) =>
      (await get(id)).notes.map(({ kind, text, more }) => [kind, text, ...(more ? [more] : [])]),
    states: async () => (await now()).map(({ actions }) => actions.map(({ state }) => state).join()),
  };
};

const three = [one(1), one(2), one(3)] as const;
const [first, second, third] = three.map(({ id }) => id) as [string, string, string];
const silence: ListCommand = {
  verb: 'silence',
  durationMs: 3_600_000,
  reason: 'deploy',
  labels: ['service'],
};
const mark = 'one for 3 alerts: service=checkout';

describe('one ticket for a list', () => {
  test('is raised once, lists all of them, and each thread links it', async () => {
    const { ask, run, asked, told, states, now } = await world(...three);
    expect(await ask({ verb: 'ticket' })).toEqual({ ok: true, changed: true, count: 3, had: 0, tickets: [] });
    expect(await states()).toEqual(['waiting', '', '']);
    await run(first);
    expect(await states()).toEqual(['done', 'done', 'done']);
    expect(asked).toHaveLength(1);
    const [request] = asked as TicketRequest[];
    expect(request?.summary).toBe('[critical] 3 alerts for service=checkout: Down');
    expect(request?.body.facts.map(({ name, value, url }) => [name, value.split(' · ')[0], url])).toEqual([
      ['Alerts', 'Down 3×', undefined],
      ['Requested by', 'Anna (U1)', undefined],
      ...[1, 2, 3].map((n) => [
        '[critical] Down',
        `node-${n}`,
        `https://slack.test/archives/C01ALERTS/p${n}5`,
      ]),
    ]);
    for (const { id } of three) expect(await told(id)).toEqual([['ticket', 'OPS-1', mark]]);
    // What each has is on its own record by then.
    expect(JSON.stringify(await now())).not.toContain('others');
  });

  test('twice yes is the same ticket, while it is raised and afterwards, with whatever is left of the list', async () => {
    const { ask, run, made, get } = await world(...three);
    await ask({ verb: 'ticket' }, { first });
    const again = { ok: true, changed: false, count: 0, tickets: [] };
    expect(await ask({ verb: 'ticket' }, { first })).toMatchObject(again);
    expect(await ask({ verb: 'ticket' })).toMatchObject(again);
    // Its first one resolved meanwhile, and is not listed any more.
    const left = [await get(second), await get(third)];
    expect(await ask({ verb: 'ticket' }, { first, alerts: left })).toMatchObject(again);
    await run(first);
    expect(await ask({ verb: 'ticket' }, { first })).toMatchObject({ ...again, tickets: ['OPS-1'] });
    expect(await ask({ verb: 'ticket' }, { first, alerts: left })).toMatchObject({
      ...again,
      tickets: ['OPS-1'],
    });
    expect(made.size).toBe(1);
  });

  test('two people at once: one ticket, and both are told so', async () => {
    const { ask, run, made } = await world(...three);
    const both = await Promise.all([ask({ verb: 'ticket' }), ask({ verb: 'ticket' }, { first })]);
    expect(both.map((outcome) => outcome.ok && outcome.changed).toSorted()).toEqual([false, true]);
    for (const { id } of three) await run(id);
    expect(made.size).toBe(1);
  });

  test('what has a ticket keeps it, and one that was given up is raised with the others', async () => {
    const spec = { kind: 'ticket' } as const;
    const base = { key: 'ticket', kind: 'ticket', attempts: 1, nextAt: t0, at: t0, spec } as const;
    const { ask, run, get, made } = await world(
      one(1, { actions: [{ ...base, state: 'done', outcome: { id: 'OLD-1' } }] }),
      one(2, { actions: [{ ...base, state: 'failed', error: 'no' }] }),
      one(3),
    );
    const outcome = { ok: true, changed: true, count: 2, had: 1, tickets: ['OLD-1'] };
    expect(await ask({ verb: 'ticket' })).toEqual(outcome);
    await run(second);
    const tickets = async (id: string) => (await get(id)).actions.map(({ outcome: has }) => has?.id);
    expect([await tickets(first), await tickets(second), await tickets(third)]).toEqual([
      ['OLD-1'],
      ['OPS-1'],
      ['OPS-1'],
    ]);
    expect([...made]).toEqual([[`${second}-ticket`, 'OPS-1']]);
  });

  test('Jira away: nobody is linked, nobody raises another one, and the next try does it', async () => {
    const { ask, run, answers, states, clock, made } = await world(...three);
    await ask({ verb: 'ticket' });
    answers.push({ ok: false, retry: true, error: 'Jira is away' });
    await run(first);
    expect(await states()).toEqual(['waiting', 'waiting', 'waiting']);
    expect(await ask({ verb: 'ticket' })).toMatchObject({ changed: false });
    clock.now += minutes(1);
    await run(first);
    expect(await states()).toEqual(['done', 'done', 'done']);
    expect(made.size).toBe(1);
  });

  test('refused for good: all say so at once, and it can be asked for again', async () => {
    const { ask, run, answers, states, told, made } = await world(...three);
    await ask({ verb: 'ticket' });
    answers.push({ ok: false, retry: false, error: 'no such project' });
    await run(first);
    expect(await states()).toEqual(['failed', 'failed', 'failed']);
    expect(await told(first)).toEqual([['action_failed', 'ticket: no such project']]);
    expect(await told(second)).toEqual([]);
    expect(await ask({ verb: 'ticket' })).toMatchObject({ changed: true, count: 3 });
    await run(first);
    expect(await states()).toEqual(['done', 'done', 'done']);
    expect(made.size).toBe(1);
  });

  test('an alert that waits for one that is gone asks for itself, and can then have one of its own', async () => {
    const { ask, run, answers, clock, state, get } = await world(...three);
    await ask({ verb: 'ticket' });
    answers.push({ ok: false, retry: true, error: 'Jira is away' });
    await run(first);
    state.series.delete('aaaaaaaaaaaaaaa1');
    clock.now += asksAgainAfter;
    await run(second);
    expect((await get(second)).actions).toMatchObject([{ state: 'failed', error: /not on record/ }]);
  });

  test('what becomes of each is not told to the ticket', async () => {
    const { ask, run, get } = await world(...three);
    await ask({ verb: 'ticket' });
    await run(first);
    for (const id of [first, second]) {
      expect((await get(id)).actions.map(({ spec }) => spec)).toMatchObject([
        { resolved: { silent: true }, refired: { silent: true } },
      ]);
    }
  });
});

test('one silence for a list: each alert is silenced by it once, and no label of a single one is asked for', async () => {
  const { ask, run, asked, now, told } = await world(...three);
  expect(await ask(silence)).toMatchObject({ ok: true, changed: true, count: 3, had: 0 });
  await run(first);
  expect(asked).toMatchObject([{ key: `${first}-silence`, labels: { service: 'checkout' }, left: 0 }]);
  expect((await now()).map((alert) => alert.silence)).toEqual(
    three.map(() => ({ id: 'OPS-1', by: anna, reason: 'deploy', until: t0 + 3_600_000 })),
  );
  for (const { id } of three) expect(await told(id)).toEqual([['silenced', 'deploy', mark]]);
  expect(await ask(silence)).toEqual({ ok: true, changed: false, count: 0, had: 3, tickets: [] });
});

test('one that was made by a run that died, and that later runs gave up, is there for all', async () => {
  const { ask, run, answers, states, clock, get } = await world(...three);
  await ask(silence);
  // Its claim and what the others join and get are written; that it is made is not.
  await run(first, 6).catch(() => undefined);
  expect(await states()).toEqual(['running', 'done', 'done']);
  for (let n = 0; n < 12; n++) {
    answers.splice(0, answers.length, { ok: false, retry: true, error: 'HTTP 503' });
    clock.now += minutes(15);
    await run(first);
  }
  expect(await states()).toEqual(['done', 'done', 'done']);
  expect((await get(first)).silence?.id).toBe((await get(second)).silence?.id);
});

test('what an overtaken run has given up for the others, and the next one has made, is made for them', async () => {
  const { ask, run, get, clock } = await world(...three);
  await ask(silence);
  await run(first);
  const made = (await get(first)).actions[0];
  const other = await get(second);
  const failed = {
    ...other,
    actions: other.actions.map((action) => ({ ...action, state: 'failed' as const, error: 'HTTP 503' })),
  };
  const ref = { alert: first, key: 'silence' };
  const result = { ok: true, id: made?.outcome?.id ?? '' } as const;
  if (!made) throw new Error('there is no silence');
  const { write } = settled(failed, ref, made, result, clock.now);
  expect(write?.alert.actions).toMatchObject([{ state: 'done', outcome: { id: made.outcome?.id } }]);
  const gone = { ...made, state: 'failed' as const, error: 'HTTP 503' };
  expect(settled(other, ref, gone, { ok: false, retry: true, error: 'HTTP 503' }, clock.now)).toEqual({});
});

test('a silence that does nothing says so in each thread, and none shows as silenced', async () => {
  const { ask, run, answers, now, told } = await world(...three);
  await ask(silence);
  answers.push({ ok: true, id: 's1', effect: { seen: 'misses', says: 'None of them is silenced.' } });
  await run(first);
  expect((await now()).map((alert) => alert.silence)).toEqual([undefined, undefined, undefined]);
  for (const { id } of three) expect((await told(id)).map(([kind]) => kind)).toEqual(['silence_misses']);
});

test.each([{ verb: 'ticket' } as const, silence])(
  'whoever dies at any write of $verb leaves it to be done once, and told once by each',
  async (command) => {
    for (let dies = 1; dies <= 7; dies++) {
      const { ask, run, told, states, clock, made } = await world(...three);
      await ask(command);
      await run(first, dies).catch(() => undefined);
      clock.now += 90_001;
      await run(first);
      await run(first);
      expect(await states(), `dead at ${dies}`).toEqual(['done', 'done', 'done']);
      expect(made.size, `dead at ${dies}`).toBe(1);
      for (const { id } of three) expect(await told(id), `dead at ${dies}`).toHaveLength(1);
    }
  },
);
