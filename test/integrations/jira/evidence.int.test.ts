import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { adfProblem } from '../../../sandbox/jira/adf-check.ts';
import { type JiraSandbox, startJira } from '../../../sandbox/jira/start.ts';
import { sha256 } from '../../../src/core/hash.ts';
import type { JournalEntry } from '../../../src/core/journal.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { type ClosingDeps, packName } from '../../../src/integrations/jira/closing.ts';
import { createJiraEvidence } from '../../../src/integrations/jira/evidence.ts';
import type { TicketEntry } from '../../../src/rebuild/model/parts/told.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { withEntry } from '../../../src/rebuild/model/transition.ts';
import { reconcileTicket } from '../../../src/rebuild/ticket/reconcile-ticket.ts';
import { aRebuild, startedAt } from '../../builders/rebuild.ts';
import { hands } from '../../conformance/jira/hand.ts';
import { jiraConfig, siteOf } from '../../conformance/jira/jira.ts';
import { oneRebuild } from '../../fakes/rebuilds/one-rebuild.ts';

describe.each(['cloud', 'data_center'] as const)('%s', (kind) => {
  let jira: JiraSandbox;
  let http: ReturnType<typeof openHttp>;
  /** One clock for the record, the adapter and the simulator; sleeping moves it on. */
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

  const png = Buffer.from('89504e470d0a1a0a00ff80', 'hex');
  const card = { channel: 'C0DCR', state: 'open', ts: '1763607600.000100', notes: [], noteCount: 0 } as const;
  const thread = 'https://example.slack.com/archives/C0DCR/p1763607600000100';

  /** A controller as after a start of the process: with a memory of its own. */
  const world = (
    start: Rebuild = aRebuild({ card }),
    journal?: readonly JournalEntry[],
    pack?: ClosingDeps['pack'],
  ) => {
    const record = oneRebuild(start);
    let claims = 0;
    const evidence = () => {
      return createJiraEvidence(jiraConfig(siteOf(jira), { timeout: 1_500 }), {
        http,
        now: () => clock,
        sleep: async (ms) => {
          clock += ms;
        },
        chart: async () => png,
        ...(journal && { journal: async () => journal }),
        ...(pack && { pack }),
      });
    };
    let port = evidence();
    const pass = () =>
      reconcileTicket(
        {
          store: record.store,
          evidence: port,
          permalink: (channel, ts) => `https://example.slack.com/archives/${channel}/p${ts.replace('.', '')}`,
          policy: () => defaultPolicy,
          now: () => clock,
          newClaim: () => `claim-${++claims}`,
        },
        start.id,
      );
    return {
      record,
      pass,
      restart: () => {
        port = evidence();
      },
      say: (kind: TicketEntry['kind'], ...lines: string[]) =>
        record.set(withEntry(record.current(), { kind, lines, by: { id: 'U0BOB', name: 'Bob' } }, clock)),
      /** Passes until nothing is left to do; answers how long that took, ms. */
      settle: async () => {
        const began = clock;
        for (let i = 0; i < 60; i++) {
          const again = await pass();
          if (again === undefined) return clock - began;
          clock += again;
        }
        throw new Error(`the ticket does not come to rest: ${JSON.stringify(record.current().ticket)}`);
      },
    };
  };

  const { texts, alone } = hands[kind];
  const tickets = () => jira.issues().map(({ key, status, labels }) => [key, status.name, ...labels]);
  const comments = () => jira.issues()[0]?.comments.map(({ body }) => texts(body)) ?? [];
  const one = [
    ['OPS-1', 'To Do', 'farmhand-rebuild-system6-20261120-1', 'farmhand', 'farmhand-rebuild', 'system6'],
  ];

  test('the ticket has the plan, who asked and why; then each entry is a comment', async () => {
    const w = world();
    await w.settle();
    w.say('change', 'Farmers 0 → 24 in den / tenant-105858-prod.');
    w.say('override', 'Accept 20 farmers.', 'Because: four nodes are gone');
    // The description follows within a minute; the comments are there at once.
    await w.pass();
    expect(comments()).toHaveLength(2);
    await w.settle();
    expect(tickets()).toEqual(one);
    const [issue] = jira.issues();
    expect(issue?.summary).toBe('Distributed Cache Rebuild of system6 (system6-20261120-1)');
    expect(issue?.remoteLinks.map(({ object }) => object.url)).toEqual([thread]);
    if (kind === 'cloud') expect(adfProblem(issue?.description)).toBeUndefined();
    const words = texts(issue?.description);
    for (const said of ['Alice Ash (U0ALICE)', 'new dataset', '24 pods', 'Open the thread']) {
      expect(words).toContain(said);
    }
    expect(comments()).toEqual([
      [
        'Change by Bob (U0BOB), 2026-11-20 03:01:00 UTC',
        'Farmers 0 → 24 in den / tenant-105858-prod.',
        'system6-20261120-1#1',
      ],
      [
        'Override by Bob (U0BOB), 2026-11-20 03:01:00 UTC',
        'Accept 20 farmers.',
        'Because: four nodes are gone',
        'system6-20261120-1#2',
      ],
    ]);
    expect(w.record.current().ticket).toMatchObject({ state: 'open', key: 'OPS-1', entries: [] });
  });

  const effects = ['drop_before', 'drop_after', 'hang_after', 'answer_after', 'answer_before'] as const;

  test.for(effects)('a create that ends in %s gives one ticket, over a restart too', async (effect) => {
    jira.setIndexDelay(30_000);
    jira.control.fault({ match: '^POST .*/issue$', effect, status: 502 });
    const w = world();
    clock += (await w.pass()) ?? 0;
    w.restart();
    await w.settle();
    expect(tickets()).toEqual(one);
  });

  test.for(effects)('a comment that ends in %s is there once, over a restart too', async (effect) => {
    const w = world();
    await w.settle();
    for (let i = 1; i <= 3; i++) w.say('change', `change ${i}`);
    jira.control.fault({ match: '^POST .*/comment$', effect, status: 502, times: 2 });
    clock += (await w.pass()) ?? 0;
    w.restart();
    await w.settle();
    const keys = [1, 2, 3].map((n) => `system6-20261120-1#${n}`);
    expect(comments().map((words) => words.at(-1))).toEqual(keys);
  });

  test('a worker that died over a comment: its successor finds it, behind a hundred others', async () => {
    const w = world();
    await w.settle();
    w.say('error', 'the synchronizer crash-loops');
    const before = w.record.current();
    await w.settle();
    const doubt = { n: 1, since: clock, claim: 'dead' };
    w.record.set({ ...before, ticket: { ...before.ticket, doubt } });
    const [issue] = jira.issues();
    const other = alone('quoting system6-20261120-1#1');
    for (let i = 0; i < 150; i++) {
      issue?.comments.push({ id: `${20_000 + i}`, at: clock, by: 'Bob', body: other, properties: [] });
    }
    w.restart();
    await w.settle();
    expect(comments()).toHaveLength(151);
    expect(w.record.journal.at(-1)?.what).toBe('ticket_comment');
  });

  test('two workers at once: one ticket, each comment once', async () => {
    const w = world();
    await Promise.all([w.pass(), w.pass(), w.pass()]);
    for (let i = 1; i <= 5; i++) w.say('change', `change ${i}`);
    await Promise.all([w.pass(), w.pass(), w.pass()]);
    await w.settle();
    expect(tickets()).toEqual(one);
    expect(comments().map(([, text]) => text)).toEqual(
      Array.from({ length: 5 }, (_, i) => `change ${i + 1}`),
    );
  });

  test('Jira down: the ticket waits, then everything follows in order', async () => {
    const w = world();
    jira.control.outage(true);
    clock += (await w.pass()) ?? 0;
    expect(w.record.current().ticket).toMatchObject({ state: 'wanted', attempts: 1 });
    for (let i = 1; i <= 25; i++) w.say('change', `change ${i}`);
    jira.control.outage(false);
    w.restart();
    await w.settle();
    expect(tickets()).toEqual(one);
    expect(comments().map(([, text]) => text)).toEqual(
      Array.from({ length: 25 }, (_, i) => `change ${i + 1}`),
    );
  });

  const progress = {
    of: 'rebuild',
    percent: 100,
    movedAt: startedAt,
    samples: [{ at: startedAt, percent: 100, ready: 24 }],
  } as const;

  test('before there is progress there is nothing to draw', async () => {
    const w = world();
    await w.settle();
    w.record.set({ ...w.record.current(), phase: 'cancelled' });
    w.say('closing', 'Cancelled.');
    await w.settle();
    expect(jira.issues()[0]?.attachments).toEqual([]);
    expect(comments()[0]?.slice(1, -1)).toEqual(['Cancelled.']);
  });

  test('the closing report brings the chart and closes the ticket', async () => {
    const w = world();
    await w.settle();
    w.record.set({ ...w.record.current(), progress, phase: 'released' });
    w.say('closing', 'Released after 2d 3h.');
    jira.control.fault({ match: '^POST .*/attachments$', effect: 'drop_after' });
    jira.control.fault({ match: '^POST .*/transitions$', effect: 'drop_after' });
    await w.settle();
    const [issue] = jira.issues();
    expect(issue?.attachments.map(({ name, type, bytes }) => [name, type, bytes.equals(png)])).toEqual([
      ['system6-20261120-1.png', 'image/png', true],
    ]);
    expect(comments()).toEqual([
      [
        'Closing report by Bob (U0BOB), 2026-11-20 03:01:00 UTC',
        'Released after 2d 3h.',
        'The chart of progress, farmers and events is attached: system6-20261120-1.png',
        'system6-20261120-1#1',
      ],
    ]);
    expect(issue?.status.name).toBe('Done');
    expect(issue?.history.filter(({ field }) => field === 'Status')).toHaveLength(1);
  });

  test('the journal goes along with the report, which names its hash; once, over a lost answer and a restart', async () => {
    const journal = [
      { at: startedAt, who: 'U0ALICE', what: 'start', why: 'new dataset' },
      { at: startedAt + 1, who: 'farmhand', what: 'released' },
    ];
    const w = world(aRebuild({ card }), journal);
    await w.settle();
    w.record.set({ ...w.record.current(), phase: 'released' });
    w.say('closing', 'Released.');
    jira.control.fault({ match: '^POST .*/attachments$', effect: 'drop_after' });
    jira.control.fault({ match: '^POST .*/comment$', effect: 'drop_after' });
    clock += (await w.pass()) ?? 0;
    // What comes into the journal meanwhile is no part of it.
    journal.push({ at: clock, who: 'farmhand', what: 'ticket_retry' });
    w.restart();
    await w.settle();
    const files = jira.issues()[0]?.attachments ?? [];
    expect(files.map(({ type }) => type)).toEqual(['application/json']);
    const hash = sha256(files[0]?.bytes ?? '');
    expect(comments().map((words) => words.slice(1, -1))).toEqual([
      ['Released.', `The journal up to the end is attached: ${files[0]?.name} (2 lines, SHA-256 ${hash})`],
    ]);
    const kept = JSON.parse(String(files[0]?.bytes)) as {
      readonly entries: readonly { readonly what: string }[];
    };
    expect(kept.entries.map(({ what }) => what)).toEqual(['start', 'released']);
  });

  test('a journal that cannot be attached is told with its hash', async () => {
    jira.setLacking(['CREATE_ATTACHMENTS']);
    const w = world(aRebuild({ card }), []);
    await w.settle();
    w.record.set({ ...w.record.current(), phase: 'failed' });
    w.say('closing', 'Failed.');
    await w.settle();
    expect(comments()[0]?.[2]).toMatch(
      /^The journal \(0 lines, SHA-256 [0-9a-f]{64}\) could not be attached: 403: You do not have permission/,
    );
  });

  const packOf = (text: string) => {
    const bytes = Buffer.from(text);
    const hash = sha256(bytes);
    return async (rebuild: Rebuild) => ({
      ...{ name: packName(rebuild.id, hash), type: 'application/zip' as const, bytes, hash, records: 12 },
    });
  };

  test('the evidence pack is attached once, over a lost answer and a restart, and named with its hash', async () => {
    const w = world(aRebuild({ card }), undefined, packOf('pack'));
    await w.settle();
    w.record.set({ ...w.record.current(), phase: 'released' });
    w.say('closing', 'Released.');
    jira.control.fault({ match: '^POST .*/attachments$', effect: 'drop_after' });
    clock += (await w.pass()) ?? 0;
    w.restart();
    await w.settle();
    const hash = sha256('pack');
    const name = `system6-20261120-1-evidence-${hash.slice(0, 12)}.zip`;
    expect(jira.issues()[0]?.attachments.map((one) => [one.name, one.type])).toEqual([
      [name, 'application/zip'],
    ]);
    expect(comments().map((words) => words.slice(1, -1))).toEqual([
      ['Released.', `The evidence pack is attached: ${name} (12 audit records, SHA-256 ${hash})`],
    ]);
  });

  test('a pack that another version has attached before the report was written is not attached again', async () => {
    const make = { now: packOf('of version 1') };
    const w = world(aRebuild({ card }), undefined, (rebuild) => make.now(rebuild));
    await w.settle();
    w.record.set({ ...w.record.current(), phase: 'released' });
    w.say('closing', 'Released.');
    jira.control.fault({ match: '^POST .*/comment$', effect: 'drop_before' });
    clock += (await w.pass()) ?? 0;
    make.now = packOf('of version 2');
    w.restart();
    await w.settle();
    const [file, ...others] = jira.issues()[0]?.attachments ?? [];
    expect([String(file?.bytes), others]).toEqual(['of version 1', []]);
    expect(comments().map((words) => words.slice(1, -1))).toEqual([
      ['Released.', `The evidence pack is attached: ${file?.name} (its SHA-256 begins as its name says)`],
    ]);
  });

  test('where Jira takes no files the report says so, with the hash and the way to make the pack', async () => {
    jira.setLacking(['CREATE_ATTACHMENTS']);
    const w = world(aRebuild({ card }), undefined, packOf('pack'));
    await w.settle();
    w.record.set({ ...w.record.current(), phase: 'failed' });
    w.say('closing', 'Failed.');
    await w.settle();
    expect(comments()[0]?.[2]).toBe(
      `The evidence pack (12 audit records, SHA-256 ${sha256('pack')}) could not be attached: 403: You do not have permission to create attachments for this issue. Whoever runs farmhand makes it with farmhand audit export --rebuild system6-20261120-1.`,
    );
  });

  test('a ticket that cannot be closed says why in its report, and the report is written all the same', async () => {
    jira.setAsked({ Done: ['Resolution', 'Root cause'] });
    jira.setLacking(['CREATE_ATTACHMENTS']);
    const w = world();
    await w.settle();
    w.record.set({ ...w.record.current(), progress, phase: 'failed' });
    w.say('closing', 'Failed.');
    await w.settle();
    expect(comments()[0]?.slice(1, -1)).toEqual([
      'Failed.',
      'The chart could not be attached: 403: You do not have permission to create attachments for this issue',
      'farmhand left this ticket open: closing it asks for Resolution, Root cause. Please close it.',
    ]);
    expect(jira.issues()[0]?.status.name).toBe('To Do');
  });

  test('without the permission to comment nothing is dropped: it is written once somebody has fixed it', async () => {
    const w = world();
    await w.settle();
    w.say('change', 'one');
    jira.setLacking(['ADD_COMMENTS']);
    clock += (await w.pass()) ?? 0;
    expect(w.record.current().ticket.error).toContain('It needs Browse projects, Add comments');
    jira.setLacking([]);
    await w.settle();
    expect(comments()).toHaveLength(1);
  });

  test('hostile and endless words stay words, and fit', async () => {
    const long = `*bold* {code} <b>x</b> [a|http://evil] @here\u0000\u202e ${'ß"\\'.repeat(20_000)}`;
    const w = world(aRebuild({ card, reason: long }));
    await w.settle();
    w.say('error', long, '', long);
    w.record.set({ ...w.record.current(), phase: 'failed' });
    w.say('closing', ...Array.from({ length: 300 }, () => long));
    await w.settle();
    const [issue] = jira.issues();
    expect(texts(issue?.description).join(' ')).toContain('{code} <b>x</b> [a|http://evil]');
    expect(texts(issue?.description).at(-2)).toContain('Shortened to fit into a ticket');
    expect(comments().map((words) => words.at(-2))).toEqual([
      'Shortened to fit into a comment: farmhand’s journal of the rebuild has it in full.',
      'Shortened to fit into a comment: farmhand’s journal of the rebuild has it in full.',
    ]);
  });
});
