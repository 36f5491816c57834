import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DoctorFinding } from '../../../src/rebuild/model/command.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import type { RebuildStatus } from '../../../src/rebuild/model/status.ts';
import { groupMembers } from '../../../views/messages/alerts/group-members.ts';
import { alertList } from '../../../views/messages/alerts/list.ts';
import { rebuildCard } from '../../../views/messages/rebuilds/rebuild-card.ts';
import { doctorAnswer } from '../../../views/messages/rebuilds/rebuild-doctor.ts';
import { historyAnswer, rebuildList } from '../../../views/messages/rebuilds/rebuild-lists.ts';
import { rebuildStatus } from '../../../views/messages/rebuilds/rebuild-status.ts';
import { aRow } from '../../builders/group.ts';
import { startedAt } from '../../builders/rebuild.ts';
import { anAlert, ana, start } from '../support/builders.ts';
import { hostileAlert, hostileText } from '../support/hostile.ts';
import { hostileFindings, hostileRebuild } from '../support/hostile-rebuild.ts';
import { hour, inState, progress, rebuildContext } from '../support/rebuilds.ts';
import { readableRich, richProblemsOf } from '../support/rich-rules.ts';

const ctx = rebuildContext();
const trusted = ['jira.example', 'acme.slack.com'];
const states = Object.entries(inState) as [RebuildStatus, () => Rebuild][];
const read = ({ rich = [] }: { readonly rich?: readonly unknown[] }) => readableRich(rich);

const samples = Array.from({ length: 200 }, (_, i) => ({
  at: startedAt + (i * 9 * hour) / 200,
  percent: (i * 41.7) / 199,
  ready: i < 20 ? i : 24,
}));

describe('a rebuild', () => {
  test.each(states)('%s: in the newest blocks, within Slack’s limits, with the same buttons', (_, make) => {
    const rebuild = { ...make(), progress: progress({ samples }) };
    expect(richProblemsOf(rebuildCard(rebuild, ctx), ctx, trusted)).toEqual([]);
    expect(richProblemsOf(rebuildStatus(rebuild, ctx), ctx, trusted)).toEqual([]);
  });

  test('its ten steps are a plan, with what is at work said under it', () => {
    expect(read(rebuildCard(inState.running(), ctx))).toEqual([
      '5 of 10 steps done',
      'complete: Preflight 1m',
      'complete: Ticket 1m',
      'complete: Synchronizer 1m',
      'complete: History update 1m',
      'complete: Farmers 1m',
      'in_progress: Rebuild – since 2026-11-20 03:05',
      'pending: Write caches',
      'pending: Teardown',
      'pending: Propagate',
      'pending: Release',
    ]);
  });

  test('what needs a person is an error of the plan, and said', () => {
    const lines = read(rebuildCard(inState['waiting for a person'](), ctx));
    expect(lines.filter((line) => line.startsWith('error: '))).toEqual([
      expect.stringContaining(': waits for a person'),
    ]);
    expect(read(rebuildCard(inState.paused(), ctx)).join('\n')).toContain(': paused');
    const waiting = read(rebuildCard(inState['waiting for approval'](), ctx)).join('\n');
    expect(waiting).toContain(': waits for approval');
    expect(waiting).not.toContain('error: ');
  });

  test('progress and farmers are one chart of twenty points, from the first to the last', () => {
    const card = rebuildCard({ ...inState.running(), progress: progress({ samples }) }, ctx);
    const chart = card.rich?.find(({ type }) => type === 'data_visualization');
    expect(readableRich([chart])).toEqual([
      'Rebuilt 41 %, 24 farmers ready: rebuilt 41.7, farmers ready 100',
    ]);
    expect(JSON.stringify(chart)).toContain('"categories":["03:00",');
    expect(JSON.stringify(chart).match(/"label"/g)).toHaveLength(40);
  });

  test('nothing happens to the card as long as there is no curve to see', () => {
    const two = progress({ samples: samples.slice(0, 2) });
    const card = rebuildCard({ ...inState.running(), progress: two }, ctx);
    expect(card.rich?.map(({ type }) => type)).not.toContain('data_visualization');
  });

  test('whatever is on its record', () => {
    fc.assert(
      fc.property(hostileRebuild, (rebuild) => {
        expect(richProblemsOf(rebuildCard(rebuild, ctx), ctx, trusted)).toEqual([]);
        expect(richProblemsOf(rebuildStatus(rebuild, ctx), ctx, trusted)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('lists of rebuilds', () => {
  test('those in flight, failed and ended are one table', () => {
    const list = { flight: [inState.running()], failed: [inState.failed()], recent: [inState.released()] };
    const [head, ...rows] = read(rebuildList(list, ctx));
    expect(head).toBe('Rebuild | State | How far | Farmers | Started');
    expect(rows.map((row) => row.split(' | ')[1])).toEqual(['Running: Rebuild', 'Failed', 'Released']);
    expect(rows[0]).toContain('▰▰▰▰▱▱▱▱▱▱ 41 % · done 2026-11-21 00:46 | 24 of 24 | 2026-11-20 03:00, ');
  });

  test('a hundred rows at most, whatever they say', () => {
    const entries = fc.array(
      fc.record({ at: fc.nat(), who: hostileText, what: hostileText, why: hostileText }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(
        fc.array(hostileRebuild, { maxLength: 14 }),
        fc.integer({ min: 0, max: 9 }),
        entries,
        hostileText,
        (some, times, journal, hidden) => {
          const many = Array.from({ length: times }, () => some).flat();
          const list = { flight: many, failed: some, recent: many, hidden };
          expect(richProblemsOf(rebuildList(list, ctx), ctx, trusted)).toEqual([]);
          const rebuild = some[0] ?? inState.failed();
          const history = historyAnswer({ rebuild, rebuilds: many, journal });
          expect(richProblemsOf(history, ctx, trusted)).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('doctor', () => {
  const finding = (level: DoctorFinding['level'], says: string): DoctorFinding => ({
    level,
    check: 'readiness',
    says,
  });
  test('what is to be fixed is in the open, what is in order folded', () => {
    const findings = [finding('problem', 'Bad.'), finding('warning', 'Odd.'), finding('ok', 'Good.')];
    const { rich = [] } = doctorAnswer({ ok: true, instance: 'system6', findings });
    expect(rich.map(({ type }) => type)).toEqual(['section', 'section', 'container', 'container', 'context']);
    expect(readableRich(rich)).toEqual([
      '▾ ⚠️ Worth a look (1)',
      '*readiness* – Odd.',
      '▸ ✅ In order (1)',
      '*readiness* – Good.',
    ]);
  });

  test('whatever is found', () => {
    fc.assert(
      fc.property(hostileText, hostileFindings, (instance, findings) => {
        expect(richProblemsOf(doctorAnswer({ ok: true, instance, findings }), ctx, trusted)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('alerts', () => {
  const listing = { more: false, filters: '', status: 'firing', waiting: [] } as const;

  test('a list says in columns what its lines say', () => {
    const alerts = [
      anAlert(),
      anAlert({ id: 'bbbb2222-1', severity: 'warning', ack: { by: ana, at: start } }),
    ];
    expect(read(alertList({ ...listing, alerts }, ctx))).toEqual([
      'Alert | About | Severity | Since | Who has it | Id',
      '🚨 HighErrorRate | checkout-5c9f-1 | critical | 2026-11-20 14:13 | nobody | 689b5579',
      '👀 HighErrorRate | checkout-5c9f-1 | warning, acknowledged | 2026-11-20 14:13 | <@U01ANA> | bbbb2222',
    ]);
  });

  test('members of a group say who has each', () => {
    const rows = [aRow(1), aRow(2, { ack: { by: ana, at: start } }), aRow(3, { status: 'resolved' })];
    const message = groupMembers({ key: 'k#1', page: 0, before: 0, rows, more: 2 }, ctx);
    expect(read(message).map((line) => line.split(' | ').at(-1))).toEqual([
      'Who has it',
      'nobody yet',
      'ana',
      '–',
    ]);
    expect(richProblemsOf(message, ctx, trusted)).toEqual([]);
  });

  test('whatever they are called', () => {
    fc.assert(
      fc.property(fc.array(hostileAlert, { maxLength: 30 }), hostileText, (alerts, filters) => {
        const numbered = alerts.map((alert, i) => ({ ...alert, id: `689b5579${i}-1` }));
        const message = alertList({ ...listing, alerts: numbered, filters }, ctx);
        expect(richProblemsOf(message, ctx, trusted)).toEqual([]);
        const rows = alerts
          .slice(0, 25)
          .map(({ name, summary, severity }, i) => aRow(i, { name, about: summary, severity }));
        const page = groupMembers({ key: 'k#1', page: 0, before: 0, rows, more: 0 }, ctx);
        expect(richProblemsOf(page, ctx, trusted)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
