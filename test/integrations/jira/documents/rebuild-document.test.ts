import { expect, test } from 'vitest';
import { adfProblem } from '../../../../sandbox/jira/adf-check.ts';
import { adfDocument, adfSize } from '../../../../src/integrations/jira/documents/adf/adf.ts';
import {
  rebuildDocument,
  rebuildPart,
} from '../../../../src/integrations/jira/documents/rebuild-document.ts';
import { factsOf } from '../../../../src/integrations/jira/documents/rebuild-facts.ts';
import type { Rebuild } from '../../../../src/rebuild/model/rebuild.ts';
import { withEntry, withRow } from '../../../../src/rebuild/model/transition.ts';
import { anInstance, aPlan, inStep, startedAt } from '../../../builders/rebuild.ts';

const bob = { id: 'U0BOB', name: 'Bob' };
const farmhand = { id: 'farmhand' };
const minute = 60_000;

const texts = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [];
  const text: unknown = Reflect.get(value, 'text');
  const content: unknown = Reflect.get(value, 'content');
  return typeof text === 'string' ? [text] : Array.isArray(content) ? content.flatMap(texts) : [];
};

test('an auditor reads who asked, who approved, what happened and who wanted it, steps, and what was planned', () => {
  const plan = aPlan({ instance: anInstance({ approval: true }), warnings: ['6 farmers are few.'] });
  const approval = { by: bob, at: startedAt + minute, planHash: plan.hash, hash: 'aabbcc' };
  let rebuild = inStep('history', { attempt: 2 }, { plan, approval, alert: 'a1b2' });
  rebuild = withEntry(rebuild, { kind: 'change', lines: ['Done: farmers 0 → 24.'] }, startedAt, bob);
  rebuild = withRow(rebuild, { kind: 'progress', says: 'Ordered: rebuild.' }, startedAt + minute);
  rebuild = withEntry(
    rebuild,
    { kind: 'change', topic: 'request', lines: ['Asked for, not done.'] },
    startedAt,
    bob,
  );
  rebuild = withEntry(rebuild, { kind: 'error', lines: ['It broke.', 'Retry'] }, startedAt + 2 * minute);
  const document = adfDocument(
    rebuildDocument(rebuild, 'https://example.slack.com/archives/C0DCR/p1', adfSize),
  );
  expect(adfProblem(document)).toBeUndefined();
  const words = texts(document);
  expect(words.slice(0, -1)).toEqual([
    ...['Evidence kept by farmhand: system6-20261120-1'],
    ...['Distributed Cache Rebuild of system6, asked for by Alice Ash (U0ALICE): new dataset'],
    ...['State', 'In the step History update', 'Rebuild', 'system6-20261120-1'],
    ...['Requested by', 'Alice Ash (U0ALICE)', 'Requested at', '2026-11-20 03:00:00 UTC'],
    ...['Reason', 'new dataset'],
    ...['Approval', 'By Bob (U0BOB), 2026-11-20 03:01:00 UTC; of all that was shown, SHA-256 aabbcc'],
    ...['Plan', plan.hash, 'Instance', 'system6, tenant 105858'],
    ...['Where', 'Cluster den, namespace tenant-105858-prod'],
    ...['Changed by', 'Kubernetes, directly (scale)', 'Engine', 'balance', 'Forced', 'no'],
    'Farmers',
    '24 planned, as in the last rebuild (commit 3f2a91c); 24 asked for now; starts with at least 2',
    ...['Expected', 'not known', 'Alert', 'a1b2'],
    ...['Values', 'instances/system6.yaml at 3f2a91cd04b5c6d7e8f90123456789abcdef0123'],
    ...['Slack thread', 'Open the thread'],
    ...['What happened', 'When', 'What', 'Who', 'In words'],
    ...['2026-11-20 03:00:00', 'Change', 'Bob (U0BOB)', 'Done: farmers 0 → 24.'],
    ...['2026-11-20 03:01:00', 'Progress', 'farmhand', 'Ordered: rebuild.'],
    ...['2026-11-20 03:00:00', 'Request', 'Bob (U0BOB)', 'Asked for, not done.'],
    ...['2026-11-20 03:02:00', 'Error', 'farmhand', 'It broke.'],
    ...['Steps', 'Step', 'State', 'Began', 'Ended', 'Took'],
    ...['Preflight', 'done', '2026-11-20 03:00:00', '2026-11-20 03:01:00', '1m'],
    ...['Ticket', 'done', '2026-11-20 03:01:00', '2026-11-20 03:02:00', '1m'],
    ...['Synchronizer', 'done', '2026-11-20 03:02:00', '2026-11-20 03:03:00', '1m'],
    ...['History update', 'running, 2 attempts', '2026-11-20 03:03:00', '–', '–'],
    ...['Farmers', 'Rebuild', 'Write caches', 'Teardown', 'Propagate', 'Release'].flatMap((step) => [
      ...[step, 'pending', '–', '–', '–'],
    ]),
    ...['What was planned to be changed', 'What', 'Where', 'From', 'To'],
    ...['system6-dcr-sync', 'den / tenant-105858-prod', '0 pods', '1 pod'],
    ...['system6-dcr-farmer', 'den / tenant-105858-prod', '0 pods', '24 pods'],
    ...['Warnings', '6 farmers are few.'],
    'farmhand keeps this part up to date, about once a minute; what is written above or below it stays as it is. Times are UTC. Approvals, each change of the number of farmers, overrides, errors and the closing report are comments as well.',
  ]);
  expect(words.at(-1)).toMatch(/^End of the evidence of system6-20261120-1\. Check: [0-9a-f]{16}$/);
});

const end = { at: startedAt, by: bob, reason: 'wrong dataset', step: 'farmers', errors: [] } as const;
const own = { ...end, by: farmhand, reason: 'no nodes' };
const endedAt = startedAt + minute;
const states: readonly (readonly [string, Partial<Rebuild>])[] = [
  ['Finished, 2026-11-20 03:01:00 UTC', { phase: 'released', endedAt }],
  ['Being cancelled by Bob (U0BOB): wrong dataset', { phase: 'cancelling', end }],
  ['Cancelled, 2026-11-20 03:01:00 UTC by Bob (U0BOB): wrong dataset', { phase: 'cancelled', end, endedAt }],
  ['Being torn down, because it failed: no nodes', { phase: 'failing', end: own }],
  ['Failed in the step Farmers, 2026-11-20 03:01:00 UTC: no nodes', { phase: 'failed', end: own, endedAt }],
];
test.for(states)('%s', ([says, change]) => {
  expect(factsOf(inStep('farmers', {}, change), undefined)[0]).toEqual({ name: 'State', value: says });
});

test('an approval that is still asked for, or is not needed', () => {
  const plan = aPlan({ instance: anInstance({ approval: true }) });
  const said = (change: Partial<Rebuild>) =>
    factsOf(inStep('farmers', {}, change), undefined).find(({ name }) => name === 'Approval')?.value;
  expect(said({ plan })).toBe('Of a second person, before anything is touched');
  expect(said({})).toBe('Not required');
});

test('where there is little room the newest lines are shown; where there is none, nothing', () => {
  let rebuild = inStep('rebuild');
  for (let i = 1; i <= 100; i++) rebuild = withRow(rebuild, { kind: 'change', says: `line ${i}` }, startedAt);
  const room = (max: number) => ({ max, measure: adfSize });
  const made = rebuildPart(rebuild, undefined, room(20_000)) ?? [];
  const part = JSON.stringify(adfDocument(made));
  expect(part.length).toBeLessThanOrEqual(20_000);
  expect(part).toContain('line 100');
  expect(part).toMatch(/\d+ earlier lines are left out here; the journal, attached at the end/);
  expect(rebuildPart(rebuild, undefined, room(500))).toBeUndefined();
});
