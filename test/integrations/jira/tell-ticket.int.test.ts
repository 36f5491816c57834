import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type JiraSandbox, startJira } from '../../../sandbox/jira/start.ts';
import type { NewsRequest } from '../../../src/alerts/ports/ports.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { createJiraTickets } from '../../../src/integrations/jira/tickets.ts';
import { handOf, jiraConfig, siteOf, ticketRequest } from '../../conformance/jira/jira.ts';

describe.each(['cloud', 'data_center'] as const)('the ticket of an alert in Jira, %s:', (kind) => {
  let jira: JiraSandbox;
  let http: ReturnType<typeof openHttp>;
  let clock: number;
  beforeEach(async () => {
    clock = Date.UTC(2026, 10, 20, 14, 25);
    jira = await startJira({ kind, now: () => clock++ });
    jira.setNames({ 'To Do': 'Reopen', Done: 'Resolve' });
    http = openHttp();
  });
  afterEach(async () => {
    await http[Symbol.asyncDispose]();
    await jira[Symbol.asyncDispose]();
  });

  const port = () =>
    createJiraTickets(jiraConfig(siteOf(jira), { timeout: 1_500 }), {
      http,
      now: () => clock,
      sleep: async (ms) => {
        clock += ms;
      },
    });
  const raised = async () => {
    const result = await port().raise(ticketRequest());
    return result.ok ? result.id : '';
  };
  const to = (name: string, fields: Readonly<Record<string, string>> = {}) => ({ to: name, fields });
  const news = (ticket: string, change: Partial<NewsRequest> = {}): NewsRequest => ({
    key: 'a1b2c3d4e5f60718-mh3x9k2c-ticket_news-1.mi7x',
    ticket,
    state: 'resolved',
    title: 'The alert resolved, 2026-11-20 14:25:42 UTC',
    lines: ['HighErrorRate {color:red} (critical) is over.'],
    askedBy: 'resolved.transition of the ticket action of the route payments',
    since: clock,
    until: clock + 60_000,
    ...change,
  });
  const reopening = (ticket: string): NewsRequest =>
    news(ticket, { key: 'a1b2-ticket_news-2.mi8x', state: 'refired', title: 'Again', move: to('Reopen') });
  const issue = () => jira.issues()[0];
  const moves = () =>
    issue()
      ?.history.filter(({ field }) => /status/i.test(field))
      .map(({ from, to: now, by }) => `${by}: ${from} → ${now}`);
  const said = () => handOf(siteOf(jira)).texts(issue()?.comments[0]?.body);
  const there = () => [issue()?.comments.length, moves()];
  /** As the worker does it: again, until it is done or given up, with what an earlier run may have done looked for. */
  const tell = async (request: NewsRequest) => {
    for (let attempt = 1; ; attempt++) {
      const asked = { ...request, ...(attempt > 1 && { mayExist: true }), until: clock + 60_000 };
      const result = await port().tell(asked);
      if (result.ok || !result.retry || attempt > 5) return result;
    }
  };
  const byFarmhand = (...all: readonly string[]) => all.map((one) => `farmhand: ${one}`);

  test('is told and moved, and told and moved again', async () => {
    const key = await raised();
    const result = await tell(news(key, { move: to('Done') }));
    const id = issue()?.comments[0]?.id;
    const url = `${jira.url}/browse/${key}?focusedCommentId=${id}`;
    expect(result).toEqual({ ok: true, id: key, url, text: 'moved to Done' });
    expect(await tell(reopening(key))).toMatchObject({ ok: true, text: 'moved to To Do' });
    expect(there()).toEqual([2, byFarmhand('To Do → Done', 'Done → To Do')]);
    const { title, lines, key: marker } = news(key);
    const move = 'As its route asks, farmhand moves this ticket to Done.';
    expect(said()).toEqual([title, ...lines, move, marker]);
  });

  test('is only told where the route asks for no move', async () => {
    const key = await raised();
    expect(await tell(news(key))).toEqual({ ok: true, id: key, url: expect.any(String) });
    expect(there()).toEqual([1, []]);
  });

  describe.each([
    ['by the name of the status', 'Done'],
    ['by the name of the transition', 'Resolve'],
  ])('moved %s', (_, name) => {
    test.each([
      ['before the comment', '^POST .*/comment$', 'drop_before'],
      ['after the comment', '^POST .*/comment$', 'drop_after'],
      ['with a comment that is never answered', '^POST .*/comment$', 'hang_after'],
      ['before the move', '^POST .*/transitions$', 'drop_before'],
      ['after the move', '^POST .*/transitions$', 'drop_after'],
      ['with a move that is never answered', '^POST .*/transitions$', 'hang_after'],
    ] as const)('cut off %s: one comment, one move', async (_cut, match, effect) => {
      const key = await raised();
      jira.control.fault({ match, effect });
      expect(await tell(news(key, { move: to(name) }))).toMatchObject({ ok: true, id: key });
      expect(there()).toEqual([1, byFarmhand('To Do → Done')]);
    });

    test('a process that dies after any of its calls is followed by one that finishes', async () => {
      const key = await raised();
      const request = news(key, { move: to(name) });
      // What comes after the last call is the write of the outcome: it is lost, and all is looked at again.
      for (let calls = 0; calls < 6; calls++) {
        const dies = { ...http, call: countdown(calls) };
        const dying = createJiraTickets(jiraConfig(siteOf(jira)), { http: dies, now: () => clock });
        await dying
          .tell({ ...request, until: clock + 60_000, ...(calls > 0 && { mayExist: true }) })
          .catch(() => {});
      }
      expect(await tell({ ...request, mayExist: true })).toMatchObject({ ok: true });
      expect(there()).toEqual([1, byFarmhand('To Do → Done')]);
    });
  });

  /** Lets so many calls through; the process is gone before the next one. */
  const countdown =
    (left: number): typeof http.call =>
    (ask) => {
      left -= 1;
      return left < 0 ? Promise.reject(new Error('killed')) : http.call(ask);
    };

  test('a process that was stopped for long writes nothing more', async () => {
    const key = await raised();
    const late = await port().tell(news(key, { move: to('Done'), until: clock - 1 }));
    expect(late).toMatchObject({ ok: false, retry: true });
    expect(there()).toEqual([0, []]);
  });

  test('that a person closed is told, and left as that person closed it', async () => {
    const key = await raised();
    jira.people.move(key, 'Done', 'Ada');
    jira.setWays({ Done: [] });
    expect(await tell(news(key, { move: to('Archived') }))).toMatchObject({
      ok: true,
      text: 'it is closed already (Done)',
    });
    expect(there()).toEqual([1, ['Ada: To Do → Done']]);
  });

  test('that is open when its alert fires again is told, and stays as it is', async () => {
    const key = await raised();
    jira.people.move(key, 'On hold', 'Ada');
    jira.setWays({ 'On hold': ['Done'] });
    const result = await tell(reopening(key));
    expect(result).toMatchObject({
      ok: true,
      text: expect.stringContaining('it is open, and stays On hold: '),
    });
    expect(result).not.toHaveProperty('stays');
  });

  test('that a person deleted ends quietly; one that is only hidden is tried again', async () => {
    const key = await raised();
    jira.setLacking(['BROWSE_PROJECTS']);
    jira.people.remove(key);
    expect(await port().tell(news(key))).toMatchObject({ ok: false, retry: true, retryAfterMs: 120_000 });
    jira.setLacking([]);
    expect(await port().tell(news(key))).toEqual({
      ok: false,
      retry: false,
      quiet: true,
      error: `Ticket ${key} was deleted in Jira.`,
    });
  });

  test.each([
    [
      'has no such way: those that there are, are named',
      () => jira.setWays({ 'To Do': ['In Progress', 'Done'] }),
      to('Gone'),
      'it stays To Do: its workflow has no way from To Do to Gone; there is In Progress, Done (by “Resolve”) (asked for by resolved.transition of the ticket action of the route payments)',
    ],
    [
      'asks for more: the key of the route is named',
      () => jira.setAsked({ Done: ['Resolution'] }),
      to('Done'),
      'it stays To Do: the transition “Resolve” asks for Resolution; say it as fields of resolved.transition of the ticket action of the route payments',
    ],
    [
      'may not be moved by this account',
      () => jira.setLacking(['TRANSITION_ISSUES']),
      to('Done'),
      'it stays To Do: its workflow has no way from To Do to Done; there is none for farmhand',
    ],
  ])('whose workflow %s, once, and the comment stands', async (_, given, move, words) => {
    const key = await raised();
    given();
    const result = await tell(news(key, { move }));
    expect(result).toMatchObject({ ok: true, stays: true, text: expect.stringContaining(words) });
    expect(there()).toEqual([1, []]);
    // Whoever reads the ticket alone knows it too.
    expect(said()[2]).toBe(`farmhand leaves this ticket where it is: ${result.ok ? result.text : ''}.`);
  });

  test('a move that Jira refuses after all is said, and not tried again', async () => {
    const key = await raised();
    const body = JSON.stringify({ errorMessages: ['Somebody was faster.'], errors: {} });
    jira.control.fault({ match: '^POST .*/transitions$', effect: 'answer_before', status: 400, body });
    expect(await tell(news(key, { move: to('Done') }))).toMatchObject({
      stays: true,
      text: 'it stays To Do: Jira refused it (400: Somebody was faster) (asked for by resolved.transition of the ticket action of the route payments)',
    });
    expect(there()).toEqual([1, []]);
  });

  test('what the screen asks for is given', async () => {
    const key = await raised();
    jira.setAsked({ Done: ['Resolution'] });
    expect(await tell(news(key, { move: to('Done', { resolution: 'Fixed' }) }))).toMatchObject({
      text: 'moved to Done',
    });
  });

  test.each([
    ['an expired token', () => jira.setExpired(true), () => jira.setExpired(false)],
    ['too many calls', () => jira.limit(1), () => {}],
    ['no right to comment', () => jira.setLacking(['ADD_COMMENTS']), () => jira.setLacking([])],
  ])('is told once %s is over', async (_, given, over) => {
    const key = await raised();
    given();
    expect(await port().tell(news(key))).toMatchObject({ ok: false, retry: true });
    over();
    expect(await tell(news(key))).toMatchObject({ ok: true });
    expect(issue()?.comments).toHaveLength(1);
  });
});
