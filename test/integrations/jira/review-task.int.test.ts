import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type JiraSandbox, startJira } from '../../../sandbox/jira/start.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { createJiraEvidence } from '../../../src/integrations/jira/evidence.ts';
import { applyRebuildCommand } from '../../../src/rebuild/commands/apply-command.ts';
import type { RebuildCommand } from '../../../src/rebuild/model/command.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { writeOf } from '../../../src/rebuild/model/transition.ts';
import { glassClosed } from '../../../src/rebuild/reconcile/guarded.ts';
import { reconcileTicket } from '../../../src/rebuild/ticket/reconcile-ticket.ts';
import { inStep, startedAt } from '../../builders/rebuild.ts';
import { hands } from '../../conformance/jira/hand.ts';
import { jiraConfig, siteOf } from '../../conformance/jira/jira.ts';
import { oneRebuild } from '../../fakes/rebuilds/one-rebuild.ts';

const alice = { id: 'U0ALICE', name: 'Alice Ash', email: 'alice@example.com' };
const bob = { id: 'U0BOB', name: 'Bob Birch', email: 'bob@example.com' };
const card = { channel: 'C0DCR', state: 'open', ts: '1763607600.000100', notes: [], noteCount: 0 } as const;
const transitions = { in_order: { to: 'Done', fields: {} }, objected: { to: 'On hold', fields: {} } };

describe.each(['cloud', 'data_center'] as const)('the review task of a broken glass, %s', (kind) => {
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

  const world = (task: object = {}, change: Partial<Rebuild> = {}) => {
    const { ticket, ...rest } = inStep('rebuild', {}, { card });
    const record = oneRebuild({ ...rest, ticket: { ...ticket, state: 'wanted' }, ...change } as Rebuild);
    const review_task = { ...jiraConfig(siteOf(jira)).review_task, transitions, ...task };
    const config = { ...jiraConfig(siteOf(jira), { timeout: 1_500 }), review_task };
    const evidence = () =>
      createJiraEvidence(config, {
        http,
        now: () => clock,
        sleep: async (ms) => {
          clock += ms;
        },
      });
    let port = evidence();
    let claims = 0;
    const pass = () =>
      reconcileTicket(
        {
          ...{ store: record.store, evidence: port },
          permalink: (channel, ts) => `https://example.slack.com/archives/${channel}/p${ts.replace('.', '')}`,
          policy: () => ({ ...defaultPolicy, tickets: { review_task } }),
          now: () => clock,
          newClaim: () => `claim-${++claims}`,
        },
        record.current().id,
      );
    const set = (rebuild: Rebuild) => record.set({ ...rebuild, version: record.current().version + 1 });
    return {
      record,
      restart: () => {
        port = evidence();
      },
      settle: async () => {
        for (let passes = 0; passes < 200; passes++) {
          const wait = await pass();
          const { ticket, glass = [] } = record.current();
          const behind = glass.some((one) => one.task?.retryAt !== undefined || one.task?.state === 'wanted');
          if (wait === undefined || (!behind && ticket.state === 'open' && ticket.entries.length === 0))
            return;
          clock += wait;
        }
        throw new Error('it does not come to rest');
      },
      command: (command: RebuildCommand, by: typeof alice) => {
        const { write, result } = applyRebuildCommand(record.current(), command, by, clock, { remind: 1 });
        if (write) set(write.rebuild);
        return result.ok;
      },
      close: () => set(glassClosed(writeOf(record.current()), clock).rebuild),
      task: () => record.current().glass?.[0]?.task,
    };
  };
  const tasks = () => jira.issues().filter(({ labels }) => labels.includes('farmhand-review'));
  const { texts } = hands[kind];
  const broken = { verb: 'break_glass', reason: 'the customer is down' } as const;

  test('is raised at once, says what was done and what the review found, and is moved', async () => {
    const { settle, command, close, task } = world();
    command(broken, alice);
    await settle();
    expect(task()).toMatchObject({ state: 'open', key: tasks()[0]?.key, done: ['raised'] });
    const [issue] = tasks();
    expect(issue?.summary).toBe('Review break-glass by Alice Ash on system6 (system6-20261120-1)');
    const said = texts(issue?.description).join('\n');
    for (const part of ['Alice Ash', 'the customer is down', 'Open until', '/dcr review system6'])
      expect(said).toContain(part);
    command({ verb: 'scale', farmers: 9 }, alice);
    clock += 60_000;
    close();
    await settle();
    expect(texts(issue?.comments[0]?.body).join('\n')).toContain('scale to 9 farmers');
    command({ verb: 'review', says: 'as the incident needed', verdict: 'in_order' }, bob);
    await settle();
    expect(texts(issue?.comments[1]?.body).join('\n')).toContain('as the incident needed');
    expect(texts(issue?.comments[1]?.body).join('\n')).toContain('Bob Birch');
    expect(issue?.comments).toHaveLength(2);
    expect(issue?.status.name).toBe('Done');
    expect(task()?.done).toEqual(['raised', 'closed', 'reviewed', 'moved']);
  });

  test.each(['drop_before', 'drop_after', 'hang_after', 'answer_after', 'answer_before'] as const)(
    'an answer that is lost (%s) makes no second one, and no comment twice, also after a restart',
    async (effect) => {
      const { settle, restart, command, close } = world();
      await settle();
      jira.setIndexDelay(20_000);
      jira.control.fault({ match: '^POST .*/issue$', effect, status: 502 });
      command(broken, alice);
      await settle();
      restart();
      clock += 120_000;
      jira.control.fault({ match: '^POST .*/comment$', effect, status: 502 });
      close();
      await settle();
      restart();
      jira.control.fault({ match: '^POST .*/(comment|transitions)$', effect, status: 502, times: 2 });
      command({ verb: 'review', says: 'as needed', verdict: 'objected' }, bob);
      await settle();
      expect(tasks()).toHaveLength(1);
      expect(tasks()[0]?.comments).toHaveLength(2);
      expect(tasks()[0]?.status.name).toBe('On hold');
    },
  );

  test('as a sub-task, or linked: it belongs to the ticket, and stands by itself where there is none', async () => {
    for (const as of ['sub_task', 'linked'] as const) {
      const { record, settle, command } = world({ as }, { id: `system6-20261120-${as.length}` });
      // Before there is a ticket: the task waits for it, and the glass for neither.
      expect(command(broken, alice)).toBe(true);
      await settle();
      const key = record.current().ticket.key;
      const issue = tasks().at(-1);
      expect([issue?.issueType.name, issue?.parent]).toEqual(
        as === 'sub_task' ? ['Sub-task', key] : ['Task', undefined],
      );
    }
    const linked = jira.control.requests().filter(({ path }) => path.endsWith('/issueLink'));
    expect(linked.map(({ body }) => JSON.parse(body))).toMatchObject([{ type: { name: 'Relates' } }]);
  });

  test('Jira is down: the glass and the review wait for nothing, and what was missed is made up for', async () => {
    const { settle, command, close, record } = world();
    await settle();
    jira.control.fault({ match: '.*', effect: 'answer_before', status: 503, times: 12 });
    expect(command(broken, alice)).toBe(true);
    close();
    expect(command({ verb: 'review', says: 'as needed' }, bob)).toBe(true);
    await settle();
    expect(tasks()[0]?.comments).toHaveLength(2);
    expect(tasks()[0]?.status.name).toBe('Done');
    expect(record.current().card.notes.filter(({ text }) => text.includes('not in Jira yet'))).toHaveLength(
      1,
    );
  });
});
