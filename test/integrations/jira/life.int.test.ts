import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type JiraSandbox, startJira } from '../../../sandbox/jira/start.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { checkJira } from '../../../src/integrations/jira/check.ts';
import type { JiraConfig } from '../../../src/integrations/jira/client/jira-api.ts';
import { createJiraEvidence } from '../../../src/integrations/jira/evidence.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { ticketInTheWay } from '../../../src/rebuild/model/record.ts';
import { withEntry } from '../../../src/rebuild/model/transition.ts';
import { reconcileTicket } from '../../../src/rebuild/ticket/reconcile-ticket.ts';
import type { TicketRules } from '../../../src/rebuild/ticket/ticket-rules.ts';
import { aPlan, aRebuild, startedAt } from '../../builders/rebuild.ts';
import { jiraConfig, siteOf } from '../../conformance/jira/jira.ts';
import { oneRebuild } from '../../fakes/rebuilds/one-rebuild.ts';

describe.each(['cloud', 'data_center'] as const)('a ticket in Jira, %s:', (kind) => {
  let jira: JiraSandbox;
  let http: ReturnType<typeof openHttp>;
  let clock: number;
  beforeEach(async () => {
    clock = startedAt;
    jira = await startJira({ kind, now: () => clock });
    http = openHttp();
  });
  afterEach(async () => {
    await http[Symbol.asyncDispose]();
    await jira[Symbol.asyncDispose]();
  });

  const to = (name: string) => ({ to: name, fields: {} });
  const card = { channel: 'C0DCR', state: 'open', ts: '1763607600.000100', notes: [], noteCount: 0 } as const;

  const world = (tickets: TicketRules) => {
    const record = oneRebuild(aRebuild({ card }));
    let claims = 0;
    const evidence = createJiraEvidence(jiraConfig(siteOf(jira), { timeout: 1_500 }), {
      http,
      now: () => clock,
      sleep: async (ms) => {
        clock += ms;
      },
    });
    const { store } = record;
    const policy = () => ({ ...defaultPolicy, tickets });
    const deps = {
      store,
      evidence,
      policy,
      permalink: () => undefined,
      now: () => clock,
      newClaim: () => `c${++claims}`,
    };
    return {
      record,
      change: (next: Partial<Rebuild>) => record.set({ ...record.current(), ...next }),
      /** Passes for two minutes: every look and every move that is due is made. */
      run: async () => {
        for (const end = clock + 130_000; clock < end; )
          clock += (await reconcileTicket(deps, record.current().id)) ?? 130_000;
        return record.current().card.notes.map(({ text }) => text);
      },
      issue: () => jira.issues().at(-1),
    };
  };

  test('the ticket follows the rebuild through the statuses that the config names, and is closed in the end', async () => {
    const w = world({
      transitions: {
        running: to('In Progress'),
        held: to('On hold'),
        succeeded: { to: 'done', fields: { resolution: 'Fixed' } },
      },
    });
    jira.setAsked({ Done: ['Resolution'] });
    await w.run();
    expect(w.issue()?.status.name).toBe('In Progress');
    w.change({ pause: { state: 'paused', by: { id: 'U0ADA' }, reason: 'r', at: clock, remindAt: clock } });
    await w.run();
    expect(w.issue()?.status.name).toBe('On hold');
    const { pause: _, ...rest } = w.record.current();
    w.record.set(withEntry({ ...rest, phase: 'released' }, { kind: 'closing', lines: ['The end.'] }, clock));
    await w.run();
    expect([w.issue()?.status.name, w.record.current().ticket.follows]).toEqual(['Done', 'succeeded']);
    // Each status once, however often it was looked at.
    expect(
      w
        .issue()
        ?.history.filter(({ field }) => /status/i.test(field))
        .map(({ to: name }) => name),
    ).toEqual(['In Progress', 'On hold', 'Done']);
  });

  test.each([
    [
      'a way that the workflow has not',
      () => jira.setWays({ 'To Do': ['On hold'] }),
      'its workflow has no way from To Do to In Progress; there is On hold',
    ],
    [
      'what its screen asks for',
      () => jira.setAsked({ 'In Progress': ['Resolution'] }),
      'asks for Resolution',
    ],
  ])('%s is said once in the thread, and the rebuild goes on', async (_, given, words) => {
    given();
    const w = world({ transitions: { running: to('In Progress') } });
    const notes = (await w.run()).filter((text) => text.includes(words));
    expect([notes.length, w.issue()?.status.name, ticketInTheWay(w.record.current())]).toEqual([
      1,
      'To Do',
      undefined,
    ]);
  });

  test('a transition whose answer is lost is not made twice', async () => {
    const w = world({ transitions: { running: to('In Progress') } });
    jira.control.fault({ match: '^POST .*/transitions$', effect: 'drop_after' });
    await w.run();
    expect(w.issue()?.history.filter(({ field }) => /status/i.test(field))).toHaveLength(1);
  });

  test('a person who edits, moves and closes the ticket is named in the thread, each once', async () => {
    const w = world({ transitions: { running: to('In Progress') }, ticket_closed: 'hold' });
    await w.run();
    const key = w.issue()?.key ?? '';
    jira.people.edit(key, { summary: 'mine now' }, 'Ada');
    jira.people.move(key, 'On hold', 'Bo');
    const notes = await w.run();
    expect(notes.filter((text) => /^(Ada|Bo) /.test(text))).toEqual([
      `Ada changed summary of ticket ${key} in Jira. The rebuild goes on.`,
      `Bo moved ticket ${key} to On hold in Jira. farmhand leaves it there, and moves it no more.`,
    ]);
    jira.people.move(key, 'Done', 'Cy');
    await w.run();
    expect(ticketInTheWay(w.record.current())).toEqual({ why: 'closed', by: 'Cy' });
    jira.people.move(key, 'In Progress', 'Cy');
    const all = await w.run();
    expect(ticketInTheWay(w.record.current())).toBeUndefined();
    expect(all.at(-2)).toBe(`Ticket ${key} is open again (Cy). The rebuild goes on.`);
  });

  test('a ticket that was deleted is raised again once, and nothing is changed before', async () => {
    const w = world({ ticket_deleted: 'raise_again' });
    await w.run();
    const key = w.issue()?.key ?? '';
    jira.people.remove(key);
    await w.run();
    expect(jira.issues()).toHaveLength(1);
    expect(w.issue()?.key).toBe('OPS-2');
    expect(JSON.stringify(w.issue()?.comments.map(({ body }) => body))).toContain(`stands in for ${key}`);
    expect(ticketInTheWay(w.record.current())).toBeUndefined();
  });

  test('a ticket that farmhand may not see any more is not taken for a deleted one', async () => {
    const w = world({ ticket_deleted: 'raise_again' });
    await w.run();
    jira.people.remove(w.issue()?.key ?? '');
    jira.setLacking(['BROWSE_PROJECTS']);
    await w.run();
    expect([w.record.current().ticket.state, jira.issues().length]).toEqual(['open', 0]);
  });

  test('what its project requires is filled from the rule of its instance, and checked before', async () => {
    await jira[Symbol.asyncDispose]();
    const projects = [
      { key: 'OPS', name: 'Operations' },
      { key: 'GOV', name: 'Gov', issueTypes: [{ name: 'Change', required: 'Change number' }] },
    ];
    jira = await startJira({ kind, now: () => clock, projects });
    const rule = {
      instances: ['system6'],
      tenants: ['*'],
      environments: ['*'],
      project: 'GOV',
      issue_type: 'Change',
      labels: ['gov'],
    };
    const fields = { 'change number': '{{change}} for {{instance.name}}' };
    const check = async (rules: JiraConfig['rules']) =>
      (await checkJira(jiraConfig(siteOf(jira), { rules }), { http })).problems;
    expect(await check([{ ...rule, fields: { Colour: 'red' } }])).toEqual([
      {
        path: 'jira.rules[0].issue_type',
        message:
          'Change of GOV requires Change number (customfield_10042), which farmhand does not set; make it optional or give it a default, or add jira.rules[0].fields: { "Change number": … } for tickets of rebuilds',
      },
      {
        path: 'jira.rules[0].fields.Colour',
        message: expect.stringContaining('is no field of its create screen'),
      },
    ]);
    expect(await check([{ ...rule, fields }])).toEqual([]);
    const evidence = createJiraEvidence(jiraConfig(siteOf(jira), { rules: [{ ...rule, fields }] }), { http });
    const raised = await evidence.raise(
      aRebuild({ plan: aPlan({ change: 'CHG0012345' }) }),
      undefined,
      false,
    );
    expect(raised).toMatchObject({ ok: true, id: 'GOV-1' });
    expect(jira.issues()[0]).toMatchObject({
      labels: expect.arrayContaining(['gov', 'farmhand-rebuild']),
      more: { customfield_10042: 'CHG0012345 for system6' },
    });
    const without = createJiraEvidence(
      jiraConfig(siteOf(jira), { rules: [{ ...rule, fields: { Colour: 'red' } }] }),
      {
        http,
      },
    );
    expect(await without.raise(aRebuild({ id: 'system6-20261120-2' }), undefined, false)).toMatchObject({
      ok: false,
      kind: 'refused',
      error: expect.stringContaining('Colour is no field'),
    });
  });
});
