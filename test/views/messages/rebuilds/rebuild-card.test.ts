import { describe, expect, test } from 'vitest';
import { commandRefusal } from '../../../../src/rebuild/model/allowed.ts';
import type { CommandVerb } from '../../../../src/rebuild/model/command.ts';
import type { Intervention } from '../../../../src/rebuild/model/parts/step.ts';
import type { Rebuild } from '../../../../src/rebuild/model/rebuild.ts';
import { type RebuildStatus, statusOfRebuild } from '../../../../src/rebuild/model/status.ts';
import { actionIds } from '../../../../views/ids.ts';
import { rebuildCard } from '../../../../views/messages/rebuilds/rebuild-card.ts';
import { rebuildStatus } from '../../../../views/messages/rebuilds/rebuild-status.ts';
import { aPlan, inStep } from '../../../builders/rebuild.ts';
import { ana, minute } from '../../support/builders.ts';
import { readable } from '../../support/read.ts';
import { hour, inState, pods, progress, rebuildContext, rebuildNow } from '../../support/rebuilds.ts';
import { problemsOf } from '../../support/slack-rules.ts';

const ctx = rebuildContext();
const trusted = ['jira.example', 'acme.slack.com'];
const states = Object.entries(inState) as [RebuildStatus, () => Rebuild][];
const show = (rebuild: Rebuild): string => readable(rebuildCard(rebuild, ctx).blocks).join('\n---\n');
const only = (rebuild: Rebuild, text: string): string | undefined =>
  readable(rebuildCard(rebuild, ctx).blocks).find((block) => block.includes(text));
const buttonsOf = (rebuild: Rebuild): string => readable(rebuildCard(rebuild, ctx).blocks).at(-1) ?? '';

test.each(states)('%s: told whole, and within Slack’s rules', (word, make) => {
  const rebuild = make();
  expect(statusOfRebuild(rebuild)).toBe(word);
  const card = rebuildCard(rebuild, ctx);
  expect(problemsOf(card, ctx, trusted)).toEqual([]);
  expect(card.blocks[0]?.block_id).toBe('rebuild:system6-20261120-1');
  expect(`${card.text}\n===\n${show(rebuild)}`).toMatchSnapshot();
});

test.each(states)('%s: no button that would be refused', (_, make) => {
  const rebuild = make();
  const blocks = JSON.stringify(rebuildCard(rebuild, ctx).blocks);
  const shown = (
    ['scale', 'pause', 'resume', 'cancel', 'retry', 'override', 'approve', 'withdraw', 'revoke'] as const
  ).filter((verb) => blocks.includes(`"${verbIds[verb]}"`));
  for (const verb of shown) expect(commandRefusal(rebuild, verb)).toBeUndefined();
});

const verbIds: Readonly<Record<Exclude<CommandVerb, 'break_glass' | 'review'>, string>> = {
  scale: actionIds.rebuildScale,
  pause: actionIds.rebuildPause,
  resume: actionIds.rebuildResume,
  cancel: actionIds.rebuildCancel,
  retry: actionIds.rebuildRetry,
  override: actionIds.rebuildOverride,
  approve: actionIds.rebuildApprove,
  withdraw: actionIds.rebuildWithdraw,
  revoke: actionIds.rebuildRevoke,
};

describe('buttons', () => {
  test('a person who is needed finds the next step first', () => {
    expect(buttonsOf(inState['waiting for a person']())).toBe(
      '[Retry] [Override…] [Scale…] [Pause…] [Status] [Open OPS-7] [Cancel…]',
    );
    expect(buttonsOf(inState['waiting for approval']())).toBe(
      '[Approve] [Withdraw] [Pause…] [Status] [Open OPS-7] [Cancel…]',
    );
  });

  test('paused: resume, and cancel and override all the same', () => {
    expect(buttonsOf(inState.paused())).toBe('[Resume] [Scale…] [Override…] [Status] [Open OPS-7] [Cancel…]');
  });

  test('a running farm rebuild cannot be scaled, so nothing offers it', () => {
    const rebuild = { ...inState.running(), plan: aPlan({ engine: 'farm' }) };
    expect(buttonsOf(rebuild)).toBe('[Pause…] [Override…] [Status] [Open OPS-7] [Cancel…]');
  });

  test('ended: how it stood, its ticket, and the next one', () => {
    expect(buttonsOf(inState.failed())).toBe('[Status] [Open OPS-7] [Start again…]');
  });
});

test('an ETA past the target: said, with the number that would meet it and one click to it', () => {
  const late = {
    ...inState.running(),
    progress: progress({ eta: rebuildNow + 20 * hour }),
    offer: {
      farmers: 36,
      eta: rebuildNow + 13 * hour,
      instead: rebuildNow + 20 * hour,
      target: rebuildNow + 14 * hour,
      at: rebuildNow,
    },
  };
  expect(show(late).split('\n---\n').slice(0, 3)).toEqual([
    [
      '🚜 *system6* · *Running* · `system6-20261120-1` · balance engine',
      '▰▰▰▰▰▰▰▰▱▱▱▱▱▱▱▱▱▱▱▱ *41 %* of the rebuild · 4.6 %/h · done 2026-11-21 08:10',
      '🎯 Target 2026-11-21 03:00: ⚠️ will be missed by 5h 10m',
    ].join('\n'),
    '📈 With *36 farmers* it would be done 2026-11-21 01:10, 7h sooner, and meet the target.',
    '[Scale to 36]',
  ]);
});

test('drift: who changed what, and whose number counts', () => {
  const drift = {
    role: 'farmer',
    at: rebuildNow - minute,
    expected: 24,
    found: 12,
    who: 'kubectl-scale',
  } as const;
  const drifted = { ...inState.running(), drift };
  const blocks = show(drifted).split('\n---\n');
  expect(blocks.slice(1, 3)).toEqual([
    '🔀 *Drift*: kubectl-scale changed farmers from 24 to 12, 2026-11-20 12:09. farmhand does not fight it. Which number counts?',
    '[Keep 12] [Back to 24]',
  ]);
  const settled = { ...drifted, drift: { ...drift, settled: 'accepted' as const } };
  expect(only(settled, 'Drift')).toContain('It was accepted: 12 it is.');
  expect(show(settled)).not.toContain('[Keep 12]');
  // Fewer than the minimum would be refused.
  expect(show({ ...drifted, drift: { ...drift, found: 3 } })).toContain('[Back to 24]');
  expect(show({ ...drifted, drift: { ...drift, found: 3 } })).not.toContain('[Keep');
});

test('a stall is marked, with since when', () => {
  const stalled = { ...inState.running(), stalledSince: rebuildNow - 45 * minute };
  expect(only(stalled, '🐢')).toBe(
    '🐢 *Stalled*: no progress since 2026-11-20 11:25, for 45m when this was written.',
  );
});

describe('a question with work to lose', () => {
  const asked = (more: Partial<Intervention> = {}, over: Partial<Rebuild> = {}): Rebuild => {
    const { steps, ...rest } = inState.running();
    const ask: Intervention = {
      ...{ code: 'rebuild_failed', what: 'The rebuild failed: disk full.', options: ['Retry'] },
      since: rebuildNow - hour,
      ...more,
    };
    return {
      ...rest,
      steps: steps.map((step) => (step.name === 'rebuild' ? { ...step, state: 'waiting', ask } : step)),
      ...over,
    };
  };
  const kept = { farmers: 24, until: rebuildNow + 71 * hour };

  test('says that nothing is lost, until when farmers stay, and what that costs', () => {
    const price = { cost: 5, currency: 'USD' };
    const runbook = 'https://wiki.example/runbook.md#rebuild_failed';
    expect(only(asked({ kept: { ...kept, price }, runbook }), 'Nothing is lost')).toBe(
      [
        '✋ *Manual intervention required*: The rebuild failed: disk full.',
        '• Retry',
        'Waiting since 2026-11-20 11:10, for as long as it takes. *Nothing is lost*: 24 farmers stay up until 2026-11-23 11:10 (120 USD an hour, 8,640 USD by then); after that the synchronizer alone keeps the work.',
        '<https://wiki.example/runbook.md#rebuild_failed|Runbook: what to do>',
      ].join('\n'),
    );
  });

  test('and neither a rate nor an end of what stands still, nor whether it will be in time', () => {
    expect(show(asked({ kept }))).not.toMatch(/%\/|· done|will be (met|missed)/);
    expect(show(inState.running())).toMatch(/%\/h · done .*will be met/s);
  });

  test('says no price that nobody gave', () => {
    expect(only(asked({ kept }), 'Nothing is lost')).toContain(
      '24 farmers stay up until 2026-11-23 11:10; after that the synchronizer alone keeps the work.',
    );
  });

  test('says that the farmers went, and what brings them back', () => {
    const rest = { at: rebuildNow - minute, farmers: 24 };
    expect(
      only(asked({}, { rest, farmers: { wanted: 0, target: 24, minimum: 8 } }), 'Nothing is lost'),
    ).toContain(
      'so its 24 farmers went down 2026-11-20 12:09; the synchronizer stays up with the work, and _Retry_ brings them back.',
    );
  });

  test('a limit that is near is said', () => {
    const nearEnd = { percent: 90, endsAt: rebuildNow + 33 * hour };
    expect(only({ ...inState.running(), nearEnd }, '⏱️')).toBe(
      '⏱️ *90 % of its time is over*: it fails 2026-11-21 21:10 unless it is done, or somebody extends its limit (_Override…_).',
    );
  });
});

test('propagation: each frontend with its state', () => {
  const rebuild = inStep(
    'propagate',
    { says: 'one frontend after another' },
    {
      frontends: [
        { name: 'system6-fe1', state: 'ready' },
        { name: 'system6-fe2', state: 'restarting' },
        { name: 'system6-fe3', state: 'waiting' },
      ],
      synchronizer: { wanted: 1, guardian: true, seen: pods(1) },
    },
  );
  expect(only(rebuild, 'Preflight')).toBe(
    [
      '✓ Preflight 1m · ✓ Ticket 1m · ✓ Synchronizer 1m · ✓ History update 1m',
      '✓ Farmers 1m · ✓ Rebuild 1m · ✓ Write caches 1m · ✓ Teardown 1m',
      '▸ *Propagate* – one frontend after another, since 2026-11-20 03:08',
      '↳ ✓ system6-fe1 · ▸ system6-fe2 restarts · ○ system6-fe3',
      '○ Release',
    ].join('\n'),
  );
});

test('what a frontend does is said once', () => {
  const rebuild = inStep(
    'propagate',
    { says: 'system6-fe1 restarts' },
    { frontends: [{ name: 'system6-fe1', state: 'restarting' }] },
  );
  expect(only(rebuild, 'Preflight')?.split('\n').slice(2)).toEqual([
    '▸ *Propagate*, since 2026-11-20 03:08',
    '↳ ▸ system6-fe1 restarts',
    '○ Release',
  ]);
});

test('a paused step shows no older progress beside the present one', () => {
  const paused = inState.paused();
  const steps = paused.steps.map((step) => (step.name === 'rebuild' ? { ...step, says: '6 %' } : step));
  expect(only({ ...paused, steps }, 'Preflight')).toContain('⏸ *Rebuild*, since');
});

test('overrides, linked alerts and a ticket that is behind are told below', () => {
  const rebuild: Rebuild = {
    ...inState.running(),
    overrides: [{ n: 1, kind: 'force', by: ana, at: rebuildNow, reason: 'values look current and are not' }],
    alerts: [{ id: '689b55798b76c552-mi80s0g0', name: 'HeapAlmostFull', at: rebuildNow }],
    ticket: { ...inState.running().ticket, error: 'HTTP 503' },
  };
  expect(only(rebuild, 'Started by')?.split('\n')).toEqual([
    'Started by <@U0ALICE> 2026-11-20 03:00: new dataset',
    '🎫 <https://jira.example/browse/OPS-7|OPS-7> (⚠️ comments are behind: HTTP 503) · den / tenant-105858-prod · changed directly',
    '🔧 Overridden: force the rebuild by <@U01ANA> (values look current and are not)',
    '🔔 Alerts since it began: HeapAlmostFull',
    'Last seen alive 2026-11-20 12:09',
  ]);
  expect(show(rebuild)).toContain('balance engine, forced');
});

test('status is the card without its key, with a way to the thread', () => {
  const status = rebuildStatus(inState.running(), ctx);
  expect(status.blocks[0]?.block_id).toBeUndefined();
  expect(readable(status.blocks)).toContain(
    '<https://acme.slack.com/archives/C0DCR/p1763607600000100|Its thread>',
  );
});
