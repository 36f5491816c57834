import { describe, expect, test } from 'vitest';
import { createBulkhead } from '../../../src/alerts/actions/bulkhead.ts';
import { type ActionDeps, reconcileActions } from '../../../src/alerts/actions/reconcile-actions.ts';
import { actionProblemWords } from '../../../src/alerts/messages/action-problems.ts';
import type { ActionSpec, Alert, Thread } from '../../../src/alerts/model/alert.ts';
import { openAlert } from '../../../src/alerts/model/open.ts';
import type { ActionResult, NewsRequest, TicketRequest } from '../../../src/alerts/ports/ports.ts';
import { rootFacts } from '../../../src/alerts/thread/root-facts.ts';
import { aRoute } from '../../builders/alert.ts';
import { anEvent, minutes, t0 } from '../../builders/event.ts';
import { memoryAudit } from '../../fakes/audit.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const ticket: ActionSpec = { kind: 'ticket', summary: 'see {{thread.permalink}}' };
const task: ActionSpec = {
  kind: 'api_task',
  task: 'collect',
  params: { ticket: '{{ticket.key}}', on: '{{labels.service}}' },
  attempts: 3,
  backoff: 1_000,
};
const openThread: Thread = { state: 'open', ts: '1.5', at: t0, shown: '' };

const world = async (actions: readonly ActionSpec[], over: Partial<Alert> = {}) => {
  const store = createMemoryStore();
  const alert = { ...openAlert(anEvent(), aRoute({ actions })), thread: openThread, ...over };
  const created = { before: undefined, after: alert, archived: [], journal: [], events: [], nonces: [] };
  await store.alerts.takeIn([created], []);
  const asked: unknown[] = [];
  const answers: (ActionResult | Promise<ActionResult> | Error)[] = [];
  const done: string[] = [];
  const answer = async (request: unknown): Promise<ActionResult> => {
    asked.push(request);
    const next = answers.shift() ?? { ok: true, id: `OPS-${asked.length}` };
    if (next instanceof Error) throw next;
    return next;
  };
  const deps: ActionDeps = {
    store: store.alerts,
    audit: memoryAudit(),
    tickets: { raise: answer, tell: answer },
    apiTasks: { submit: answer },
    silences: { silence: answer },
    gate: createBulkhead({ ticket: 2, ticket_news: 2, api_task: 2, silence: 2, rebuild: 2, pager: 2 }),
    permalink: (channel, ts) => `https://slack/${channel}/${ts}`,
    now: () => store.clock.now,
    claimTimeout: 90_000,
    onDone: ({ key }, result) => done.push(`${key} ${result.ok ? 'ok' : result.error}`),
  };
  return {
    ...store,
    asked,
    answers,
    done,
    deps,
    run: (more: Partial<ActionDeps> = {}) => reconcileActions({ ...deps, ...more }, alert.id),
    journal: () => (store.state.journals.get(alert.id) ?? []).map(({ what, why }) => [what, why]),
    alert: async (): Promise<Alert> => (await store.alerts.getMany([alert.id])).get(alert.id) as Alert,
    states: async () =>
      ((await store.alerts.getMany([alert.id])).get(alert.id)?.actions ?? []).map(
        ({ key, state, attempts }) => `${key} ${state} ${attempts}`,
      ),
  };
};

describe('actions of a route', () => {
  test('each waits for what its templates use, and uses what came of it', async () => {
    const { run, asked, alert, states } = await world([ticket, task]);
    expect(await run()).toBe(0);
    expect(await states()).toEqual(['ticket done 1', 'api_task waiting 0']);
    expect(await run()).toBeUndefined();
    const { id } = await alert();
    expect(asked).toEqual([
      expect.objectContaining({ key: `${id}-ticket`, summary: 'see https://slack/C01ALERTS/1.5' }),
      { task: 'collect', params: { ticket: 'OPS-1', on: 'checkout' }, idempotencyKey: `${id}-api_task` },
    ]);
    expect((await alert()).notes.map(({ kind, text }) => [kind, text])).toEqual([
      ['ticket', 'OPS-1'],
      ['api_task', 'collect: OPS-2'],
    ]);
  });

  test('what uses the thread waits for it; what does not goes ahead', async () => {
    const plain: ActionSpec = { kind: 'api_task', task: 'ping', params: {}, attempts: 1, backoff: 1 };
    const waiting: Thread = { state: 'wanted', since: t0, event: 'e' };
    const { run, states } = await world([ticket, plain], { thread: waiting });
    expect(await run()).toBeUndefined();
    expect(await states()).toEqual(['ticket waiting 0', 'api_task done 1']);
  });

  test('fields of its ticket are those of all tickets and its own, filled; what they use is waited for', async () => {
    const own = { Affected: '{{labels.service}}', Points: 3, Tags: ['{{severity}}', 'fixed'] };
    const spec: ActionSpec = { kind: 'ticket', fields: own };
    const ticketFields = {
      Affected: 'nobody',
      Team: 'SRE',
      Where: '{{thread.permalink}}',
      Task: '{{api_task.id}}',
    };
    const early = await world([spec], { thread: { state: 'wanted', since: t0, event: 'e' } });
    await early.run({ ticketFields });
    expect(await early.states()).toEqual(['ticket waiting 0']);
    const { run, asked } = await world([spec]);
    await run({ ticketFields });
    const fields = {
      ...{ Affected: 'checkout', Team: 'SRE', Points: 3, Tags: ['critical', 'fixed'] },
      ...{ Where: 'https://slack/C01ALERTS/1.5', Task: '' },
    };
    expect(asked).toEqual([expect.objectContaining({ fields })]);
  });

  test('what finds no place comes again in a second, untouched', async () => {
    const { run, states } = await world([ticket], {});
    const gate = createBulkhead({ ticket: 0, ticket_news: 1, api_task: 1, silence: 1, rebuild: 1, pager: 1 });
    expect(await run({ gate })).toBe(1_000);
    expect(await states()).toEqual(['ticket waiting 0']);
  });

  test('a failure holds nothing up; what needed it says so', async () => {
    const { run, answers, states, alert } = await world([ticket, task, { kind: 'ticket' }]);
    answers.push({ ok: false, retry: false, error: 'no such project' });
    await run();
    await run();
    expect(await states()).toEqual(['ticket failed 1', 'api_task done 1', 'ticket-2 done 1']);
    const failed = await world([ticket, task]);
    failed.answers.push({ ok: false, retry: false, error: 'no such project' });
    await failed.run();
    await failed.run();
    expect(await failed.states()).toEqual(['ticket failed 1', 'api_task failed 1']);
    const error = actionProblemWords({ code: 'missing', names: ['ticket.key'] });
    expect((await failed.alert()).actions[1]?.error).toBe(error);
    expect((await alert()).actions[0]?.error).toBe('no such project');
  });

  test('a failure that may pass is tried again by the action’s own policy, then given up and said', async () => {
    const { run, answers, states, clock, alert } = await world([{ ...task, params: {} }]);
    const busy: ActionResult = { ok: false, retry: true, error: 'HTTP 503' };
    answers.push(busy, { ...busy, retryAfterMs: 30_000 }, new Error('reset'));
    expect(await run()).toBe(1_000);
    expect(await run()).toBe(1_000);
    clock.now += 1_000;
    expect(await run()).toBe(30_000);
    clock.now += 30_000;
    expect(await run()).toBeUndefined();
    expect(await states()).toEqual(['api_task failed 3']);
    expect((await alert()).notes.map(({ kind, text }) => [kind, text])).toEqual([
      ['action_failed', 'api_task: reset'],
    ]);
  });

  test('what is not configured fails at once, and says what to set', async () => {
    const { run, alert } = await world([{ kind: 'ticket' }]);
    await run({ tickets: undefined });
    expect((await alert()).actions[0]).toMatchObject({
      state: 'failed',
      error: actionProblemWords({ code: 'not_set', key: 'jira' }),
    });
  });
});

describe('two workers, and workers that die', () => {
  test('one of two runs it', async () => {
    const { run, asked } = await world([{ kind: 'ticket' }]);
    await Promise.all([run(), run()]);
    expect(asked.length).toBe(1);
  });

  test('a run that was lost is run again under the same key, and said to be perhaps done', async () => {
    const { run, asked, answers, clock, states } = await world([{ kind: 'ticket' }]);
    answers.push(new Promise<never>(() => {}));
    void run();
    await expect.poll(() => asked.length).toBe(1);
    expect(await run()).toBe(90_000);
    clock.now += 90_000;
    await run();
    expect(await states()).toEqual(['ticket done 2']);
    const [first, second] = asked as [TicketRequest, TicketRequest];
    expect([first.mayExist, second.mayExist, second.key === first.key]).toEqual([undefined, true, true]);
  });

  test('a worker that was stopped between its claim and its call leaves the ticket to who takes over', async () => {
    const { run, asked, alerts, clock, states } = await world([{ kind: 'ticket' }]);
    const stopped: ActionDeps['store'] = {
      ...alerts,
      update: async (id, change) => {
        const claimed = await alerts.update(id, change);
        clock.now += minutes(2);
        await run();
        return claimed;
      },
    };
    await run({ store: stopped });
    expect([asked.length, await states()]).toEqual([1, ['ticket done 2']]);
  });

  test('a failure that comes after somebody else took over changes nothing; a success is a fact', async () => {
    for (const late of [
      { ok: false, retry: false, error: 'late' },
      { ok: true, id: 'LATE-1' },
    ] as const) {
      const { run, asked, answers, clock, states } = await world([{ kind: 'ticket' }]);
      const first = Promise.withResolvers<ActionResult>();
      const second = Promise.withResolvers<ActionResult>();
      answers.push(first.promise, second.promise);
      const one = run();
      await expect.poll(() => asked.length).toBe(1);
      clock.now += minutes(2);
      const two = run();
      await expect.poll(() => asked.length).toBe(2);
      first.resolve(late);
      await one;
      expect(await states()).toEqual([late.ok ? 'ticket done 2' : 'ticket running 2']);
      second.resolve({ ok: true, id: 'OPS-2' });
      await two;
      expect(await states()).toEqual(['ticket done 2']);
    }
  });
});

test('nothing happens when there is no such alert, or nothing is due', async () => {
  const { run, deps, asked, clock, answers } = await world([{ kind: 'ticket' }]);
  expect(await reconcileActions(deps, '0000000000000000-1')).toBeUndefined();
  answers.push({ ok: false, retry: true, error: 'x', retryAfterMs: 60_000 });
  await run();
  clock.now += 59_999;
  expect([await run(), asked.length]).toEqual([1, 1]);
});

describe('a rebuild that a route asks for', () => {
  const rebuild: ActionSpec = {
    kind: 'rebuild',
    instance: '{{labels.instance}}',
    forced: true,
    farmers: 24,
    run: false,
  };
  const labels = { instance: 'system6' };
  const proposals = (asked: unknown[], result: ActionResult) => ({
    rebuilds: {
      propose: async (request: unknown) => {
        asked.push(request);
        return result;
      },
    },
  });

  test('is proposed in the thread, with what the button confirms', async () => {
    const { run, alert, asked } = await world([rebuild], { labels, summary: 'Caches are stale' });
    await run(proposals(asked, { ok: true, id: 'route-1', text: 'a rebuild of system6' }));
    const { id, name, channel, notes, actions } = await alert();
    expect(asked).toEqual([
      {
        key: `${id}-rebuild`,
        tier: 'default',
        run: false,
        start: {
          instance: 'system6',
          forced: true,
          farmers: 24,
          reason: `alert ${name}: Caches are stale`,
          alert: id,
          channel,
        },
      },
    ]);
    expect(notes).toEqual([
      { n: 1, kind: 'rebuild_proposed', at: t0, text: 'a rebuild of system6', draft: 'route-1' },
    ]);
    expect(actions[0]?.state).toBe('done');
  });

  test('waits for the thread, and is given up without one', async () => {
    const waiting: Thread = { state: 'wanted', since: t0, event: 'e' };
    const { run, states, asked } = await world([rebuild], { labels, thread: waiting });
    await run(proposals(asked, { ok: true, id: 'route-1' }));
    expect(await states()).toEqual(['rebuild waiting 0']);
    const none = await world([rebuild], { labels, thread: { state: 'none' } });
    await none.run(proposals(none.asked, { ok: true, id: 'route-1' }));
    expect((await none.alert()).actions[0]?.error).toBe(actionProblemWords({ code: 'no_thread' }));
  });

  test('is started at once where the route says so, told as what it is, and never for an alert that is over', async () => {
    const { run, alert, asked } = await world([{ ...rebuild, run: true }], { labels });
    await run(
      proposals(asked, { ok: true, id: 'system6-20261120-1', text: 'Started rebuild system6-20261120-1' }),
    );
    expect((await alert()).notes.map(({ kind, text }) => [kind, text])).toEqual([
      ['rebuild', 'Started rebuild system6-20261120-1'],
    ]);
    const over = await world([{ ...rebuild, run: true }], { labels, status: 'resolved' });
    await over.run(proposals(over.asked, { ok: true, id: 'x' }));
    expect(over.asked).toEqual([]);
    const error = actionProblemWords({ code: 'alert_over' });
    expect((await over.alert()).actions[0]).toMatchObject({ state: 'failed', error });
  });

  test('needs an instance, and rebuilds in the config', async () => {
    const { run, alert, asked } = await world([rebuild], { labels: {} });
    await run(proposals(asked, { ok: true, id: 'x' }));
    expect((await alert()).actions[0]?.error).toBe(
      actionProblemWords({ code: 'no_instance', template: '{{labels.instance}}' }),
    );
    const unset = await world([rebuild], { labels });
    await unset.run();
    expect((await unset.alert()).actions[0]?.error).toBe(
      actionProblemWords({ code: 'not_set', key: 'rebuilds' }),
    );
  });
});

describe('a ticket that is told of its alert', () => {
  const news: ActionSpec = {
    kind: 'ticket_news',
    ticket: 'ticket',
    state: 'resolved',
    at: t0,
    fired: 1,
    move: { to: 'Done', fields: {} },
    doublings: 0,
  };
  const stays = {
    ok: true,
    id: 'OPS-1',
    url: 'https://jira/OPS-1',
    text: 'it stays To Do: no way',
    stays: true,
  } as const;

  test('is told after it was raised, with what its comment is known by', async () => {
    const { run, asked, alert } = await world([ticket, news], { status: 'resolved', endsAt: t0 + 60_000 });
    await run();
    await run();
    const { id, actions } = await alert();
    expect(asked[1]).toEqual({
      key: `${id}-ticket_news.${t0.toString(36)}`,
      ticket: 'OPS-1',
      state: 'resolved',
      title: 'The alert resolved, 2026-11-20 14:14:42 UTC',
      lines: ['HighErrorRate (critical) is over, having fired since 2026-11-20 14:13:42 UTC (1m).'],
      move: { to: 'Done', fields: {} },
      askedBy: 'resolved.transition of the ticket action of the route default',
      since: t0,
      until: t0 + 60_000,
    });
    expect(actions.map(({ state }) => state)).toEqual(['done', 'done']);
  });

  test('says in the thread nothing of what went well, and once why it was not moved', async () => {
    const { run, answers, alert, journal } = await world([ticket, news, { ...news, state: 'refired' }, news]);
    answers.push({ ok: true, id: 'OPS-1' }, stays, { ok: true, id: 'OPS-1', text: 'moved to To Do' }, stays);
    for (let i = 0; i < 4; i++) await run();
    expect((await alert()).notes.map(({ kind, text, more }) => [kind, text, more])).toEqual([
      ['ticket', 'OPS-1', undefined],
      ['ticket_stays', 'OPS-1', 'it stays To Do: no way'],
    ]);
    expect(journal().filter(([what]) => what?.startsWith('ticket_news'))).toEqual([
      ['ticket_news_done', 'OPS-1: the alert resolved; it stays To Do: no way'],
      ['ticket_news-2_done', 'OPS-1: the alert fires again; moved to To Do'],
      ['ticket_news-3_done', 'OPS-1: the alert resolved; it stays To Do: no way'],
    ]);
  });

  test('that was deleted meanwhile is a line of the journal, and no card is the worse for it', async () => {
    const { run, answers, alert, journal } = await world([ticket, news]);
    const gone = {
      ok: false,
      retry: false,
      quiet: true,
      error: 'Ticket OPS-1 was deleted in Jira.',
    } as const;
    answers.push({ ok: true, id: 'OPS-1' }, gone);
    await run();
    await run();
    const after = await alert();
    expect([after.notes.map(({ kind }) => kind), rootFacts(after).failures]).toEqual([['ticket'], []]);
    expect(journal().at(-1)).toEqual(['ticket_news_failed', 'Ticket OPS-1 was deleted in Jira.']);
  });

  test('that could not be raised is told nothing, and nobody hears of that', async () => {
    const { run, asked, answers, states } = await world([ticket, news]);
    answers.push({ ok: false, retry: false, error: 'no such project' });
    await run();
    expect(await run()).toBeUndefined();
    expect([await states(), asked.length]).toEqual([['ticket failed 1'], 1]);
  });

  test('what may have been written is looked for, for days', async () => {
    const { run, asked, answers, clock, states } = await world([ticket, news]);
    answers.push({ ok: true, id: 'OPS-1' }, new Error('socket hang up'));
    await run();
    await run();
    clock.now += 10_000;
    await run();
    expect(asked.slice(1).map((one) => (one as NewsRequest).mayExist)).toEqual([undefined, true]);
    expect(await states()).toEqual(['ticket done 1', 'ticket_news done 2']);
  });
});
