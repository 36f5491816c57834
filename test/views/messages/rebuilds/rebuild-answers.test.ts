import { expect, test } from 'vitest';
import type { PlanDraft } from '../../../../src/rebuild/model/command.ts';
import type { RebuildNote } from '../../../../src/rebuild/model/parts/told.ts';
import { rebuildPart } from '../../../../views/messages/alerts/alert-rebuild.ts';
import { doctorAnswer } from '../../../../views/messages/rebuilds/rebuild-doctor.ts';
import { historyAnswer, rebuildList } from '../../../../views/messages/rebuilds/rebuild-lists.ts';
import { rebuildNotes } from '../../../../views/messages/rebuilds/rebuild-notes.ts';
import { planAnswer } from '../../../../views/messages/rebuilds/rebuild-plan.ts';
import { anInstance, aPlan, startedAt } from '../../../builders/rebuild.ts';
import { ana, ben, minute } from '../../support/builders.ts';
import { readable } from '../../support/read.ts';
import { hour, inState, rebuildContext, rebuildNow } from '../../support/rebuilds.ts';

const ctx = rebuildContext();

const draft = (over: Partial<PlanDraft> = {}): PlanDraft => ({
  id: 'draft-1',
  plan: aPlan({
    expected: { ms: 22 * hour, from: 'system6-20261013-1, 24 farmers' },
    targetMs: 24 * hour,
    warnings: ['Argo CD heals itself: a direct scale may be undone.'],
  }),
  request: { instance: 'system6', forced: false, reason: 'new dataset' },
  by: ana,
  at: startedAt,
  validUntil: startedAt + 15 * minute,
  ...over,
});

test('a plan says what will happen before anything does', () => {
  expect(readable(planAnswer(draft(), []).blocks)).toEqual([
    '📋 Plan: rebuild of *system6*\nNothing has been touched yet.',
    [
      '🌾 *24 farmers* – as in the last rebuild (commit 3f2a91c)',
      '↳ starts with at least 2 · limits 2 to 100 · 80 GB of heap each',
      '⚙️ *balance* engine, not forced – farmers can be added while it runs',
      '⏱️ About *22h*, estimated from system6-20261013-1, 24 farmers; target 1d',
    ].join('\n'),
    [
      '*What will be changed*, directly, through the scale subresource',
      '📍 den / tenant-105858-prod',
      '• `system6-dcr-sync` 0 pods → *1 pod*',
      '• `system6-dcr-farmer` 0 pods → *24 pods*',
    ].join('\n'),
    '⚠️ Argo CD heals itself: a direct scale may be undone.',
    [
      'Reason: new dataset',
      'values `instances/system6.yaml` at `3f2a91c` · plan `5f2c8a0d`',
      'Good until 03:15. If the world changes before that, you are asked again.',
    ].join('\n'),
    '[Start it] [Discard]',
  ]);
});

test('what is changed and changed back is one line', () => {
  const where = 'den / tenant-105858-prod';
  const there = { what: 'system6-dcr-farmer', where, from: '0 pods', to: '24 pods' };
  const back = { ...there, from: '24 pods', to: '0 pods' };
  const caches = { what: 'caches', where: 'S3', from: 'as they are', to: 'written again' };
  const plan = aPlan({ changes: [there, caches, back] });
  expect(readable(planAnswer(draft({ plan }), []).blocks)[2]).toBe(
    [
      '*What will be changed*, directly, through the scale subresource',
      '📍 den / tenant-105858-prod',
      '• `system6-dcr-farmer` 0 pods → *24 pods* → 0 pods in the end',
      '📍 S3',
      '• `caches` as they are → *written again*',
    ].join('\n'),
  );
});

test('a stale plan says what changed, and shows the plan of now', () => {
  const [first, second] = readable(
    planAnswer(draft(), ['The world has changed, so nothing was started.', 'Farmers: 20 before, 24 now.'])
      .blocks,
  );
  expect(first).toBe('♻️ The world has changed, so nothing was started.\n• Farmers: 20 before, 24 now.');
  expect(second).toBe('📋 Plan: rebuild of *system6*\nNothing has been touched yet.');
});

test('a plan that needs a second person says so; one by commits says how', () => {
  const plan = aPlan({ instance: anInstance({ approval: true, way: 'gitops' }), forced: true });
  const text = readable(planAnswer(draft({ plan }), []).blocks).join('\n');
  expect(text).toContain('🔏 A second person must approve before anything is touched.');
  expect(text).toContain('by commits that Argo CD syncs');
  expect(text).toContain('📋 Plan: forced rebuild of *system6*');
});

const note = (over: Partial<RebuildNote> = {}): RebuildNote => ({
  n: 4,
  kind: 'scaled',
  at: rebuildNow,
  text: 'system6 goes from 24 to 32 farmers.',
  ...over,
});

test('notes: short lines, oldest first, the same once with its count; the key is the last', () => {
  const message = rebuildNotes(
    inState.running(),
    [
      note({ n: 2, kind: 'error', text: 'The engine does not answer.', at: rebuildNow - 20 * minute }),
      note({ n: 3, kind: 'error', text: 'The engine does not answer.', at: rebuildNow - 10 * minute }),
      note({ by: ben, url: 'https://github.example/commit/3f2a91c' }),
    ],
    ctx,
  );
  expect(readable(message.blocks)).toEqual([
    [
      '⚠️ The engine does not answer. · 12:00 (2×)',
      '🌾 system6 goes from 24 to 32 farmers. – *ben* · <https://github.example/commit/3f2a91c|Commit>',
    ].join('\n'),
  ]);
  expect(message.blocks[0]?.block_id).toBe('rebuild_note:system6-20261120-1#4');
});

test('many notes: the newest ten, and where the others are', () => {
  const many = Array.from({ length: 14 }, (_, i) => note({ n: i + 1, text: `change ${i + 1}` }));
  const lines = rebuildNotes(inState.running(), many, ctx).text.split('\n');
  expect([lines[0], lines[1], lines.length]).toEqual([
    '… 4 earlier changes: see /dcr history',
    '🌾 change 5',
    11,
  ]);
  const unsaid = [note({ n: 9, kind: 'error', text: '', left: 21 }), note({ n: 10, text: 'now' })];
  expect(rebuildNotes(inState.running(), unsaid, ctx).text).toBe(
    '… 21 earlier changes: see /dcr history\n🌾 now',
  );
});

test('what links to itself is said once, and a pause that came at once too', () => {
  const url = 'https://jira.example/browse/OPS-7';
  const notes = [
    note({ n: 1, kind: 'ticket', text: 'Ticket OPS-7', url }),
    note({ n: 2, kind: 'pausing', text: 'Pausing system6.' }),
    note({ n: 3, kind: 'paused', text: 'Paused by Ben.' }),
  ];
  const reminder = {
    n: 3,
    kind: 'still_waiting',
    at: ctx.now,
    text: 'Still waiting.',
    to: ['U0BOB', 'U0CAROL'],
  } as const;
  expect(rebuildNotes(inState.paused(), [reminder], ctx).text).toBe(
    '⏰ Still waiting. – <@U0BOB>, <@U0CAROL>',
  );
  expect(rebuildNotes(inState.paused(), notes, ctx).text).toBe(`🎫 <${url}|Ticket OPS-7>\n⏸️ Paused by Ben.`);
});

test('the list: what runs, what failed, what ended', () => {
  const list = { flight: [inState.running(), inState.paused()], failed: [inState.failed()], recent: [] };
  const link = '<https://acme.slack.com/archives/C0DCR/p1763607600000100|system6-20261120-1>';
  expect(readable(rebuildList(list, ctx).blocks)).toEqual([
    '*🚜 2 rebuilds in flight*',
    `🚜 *system6* · Running: Rebuild · ${link}\n▰▰▰▰▱▱▱▱▱▱ 41 % · done 2026-11-21 00:46 · 24/24 farmers · started 2026-11-20 03:00 by <@U0ALICE>`,
    `⏸️ *system6* · Paused: Rebuild · ${link}\n▰▰▰▰▱▱▱▱▱▱ 41 % · 24/24 farmers · paused by <@U02BEN>: waiting for the customer · started 2026-11-20 03:00 by <@U0ALICE>`,
    '*❌ Failed*',
    `❌ *system6* · Failed · ${link}\n2026-11-20 12:10 after 9h 10m · in Rebuild: nobody answered within 30m · started by <@U0ALICE>`,
    '`/dcr status INSTANCE` shows one in full, `/dcr help` every command.',
  ]);
  expect(readable(rebuildList({ flight: [], failed: [], recent: [] }, ctx).blocks)[0]).toBe(
    '*🌱 No rebuild is in flight*',
  );
});

test('the history: the rebuilds of an instance, and who did what to the last one', () => {
  const rebuild = inState.failed();
  const journal = [
    { at: startedAt, who: 'U0ALICE', what: 'start', why: 'new dataset' },
    { at: startedAt, who: 'farmhand', what: 'ticket_comment', why: '#1 change is comment 10003' },
    {
      at: startedAt,
      who: 'farmhand',
      what: 'scaled',
      why: `Done: farmers 0 → 6 (commit ${'3f2a91c'.repeat(6)}).`,
    },
    { at: startedAt, who: 'farmhand', what: 'farmers_up', why: '6 farmers are ready; the rebuild begins.' },
    { at: startedAt + minute, who: 'farmhand', what: 'step_done' },
  ];
  expect(readable(historyAnswer({ rebuild, rebuilds: [rebuild], journal }).blocks)).toEqual([
    '*📖 History of system6*',
    '*Its rebuilds*\n❌ `system6-20261120-1` · Failed after 9h 10m · 24 farmers · <@U0ALICE>: new dataset',
    '*Journal of system6-20261120-1*\n2026-11-20 03:00 <@U0ALICE>: start – new dataset\n2026-11-20 03:00 Done: farmers 0 → 6 (commit 3f2a91c3).\n2026-11-20 03:00 6 farmers are ready; the rebuild begins.\n2026-11-20 03:01 Step done',
  ]);
});

test('the history says first what was dropped of the journal, however long the rest is', () => {
  const rebuild = inState.failed();
  const journal = [
    { at: startedAt, who: 'farmhand', what: 'lines_dropped', why: '18000' },
    ...Array.from({ length: 2_000 }, (_, i) => ({ at: startedAt, who: 'U0ALICE', what: `line ${i}` })),
  ];
  const [, , first = ''] = readable(historyAnswer({ rebuild, rebuilds: [rebuild], journal }).blocks);
  expect(first.split('\n').slice(1, 3)).toEqual([
    '✂️ 18,000 earlier lines were dropped, the last 2026-11-20 03:00: it was too long. The audit has what was asked, decided and changed.',
    expect.stringMatching(/^… \d+ earlier$/),
  ]);
});

test('findings: the worst first, each with its fix', () => {
  const findings = [
    { level: 'ok', check: 'values', says: 'The values are valid.' },
    {
      level: 'problem',
      check: 'readiness_trap',
      says: 'publishNotReadyAddresses is off.',
      fix: 'Set it to true on the Service.',
    },
  ] as const;
  expect(readable(doctorAnswer({ ok: true, instance: 'system6', findings }).blocks)).toEqual([
    '*🩺 system6: 1 problem to fix*',
    '*❌ To fix*\n*readiness trap* – publishNotReadyAddresses is off.\n↳ 🔧 Set it to true on the Service.',
    '*✅ In order*\n*values* – The values are valid.',
    'Only looked at; nothing was changed.',
  ]);
});

test('an alert’s part: a way to start, or the rebuild it came up during', () => {
  const id = '689b55798b76c552-mi80s0g0';
  expect(rebuildPart({}, ctx)).toEqual([]);
  expect(readable(rebuildPart({ id, instance: 'system6' }, ctx))).toEqual(['[Start rebuild…]']);
  const rebuild = { id: 'system6-20261120-1', channel: 'C0DCR', ts: '1763607600.000100' };
  expect(readable(rebuildPart({ id, instance: 'system6', rebuild }, ctx))).toEqual([
    '🚜 During rebuild <https://acme.slack.com/archives/C0DCR/p1763607600000100|system6-20261120-1>',
    '[Scale…] [Pause…] [Status]',
  ]);
});
