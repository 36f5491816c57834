import { expect, test } from 'vitest';
import { foundWords, scaleByHand } from '../../../../src/rebuild/messages/planning/found.ts';
import type { AdoptionFacts } from '../../../../src/rebuild/ports/ports.ts';
import { seenUp } from '../../../builders/lost.ts';
import { aGitopsInstance, anIdleEngine, anInstance } from '../../../builders/rebuild.ts';

const running = { state: 'running', percent: 41.7 } as const;
const engine = (change: Partial<typeof anIdleEngine>): AdoptionFacts => ({
  ...seenUp(24, 1),
  engine: { ok: true, value: { ...anIdleEngine, ...change } },
});
const ofEngine = (facts: AdoptionFacts) => foundWords(anInstance(), facts)[2];
const ofBranch = (branch: AdoptionFacts['branch']) =>
  foundWords(aGitopsInstance(), { ...seenUp(0, 0), ...(branch && { branch }) }).slice(3);
const { file, application } = aGitopsInstance().gitops ?? { file: '', application: '' };

test('what is there of an instance, a sentence each', () => {
  expect(foundWords(anInstance(), seenUp(24, 1))).toEqual([
    'system6-dcr-sync in den/tenant-105858-prod: 1 wanted, 1 ready.',
    'system6-dcr-farmer in den/tenant-105858-prod: 24 wanted, 24 ready.',
    'The engine: nothing runs.',
  ]);
  const error = 'HTTP 503';
  const blind = { ok: false, error } as const;
  expect(foundWords(anInstance(), { farmers: blind, synchronizer: blind, engine: blind })).toEqual([
    'system6-dcr-sync in den/tenant-105858-prod cannot be looked at: HTTP 503.',
    'system6-dcr-farmer in den/tenant-105858-prod cannot be looked at: HTTP 503.',
    'The engine does not answer: HTTP 503.',
  ]);
});

test('what the engine does', () => {
  const { rebuild } = anIdleEngine;
  expect(ofEngine(engine({ guardian: true }))).toBe(
    'The engine: nothing runs, the guardian keeps its dataset.',
  );
  expect(ofEngine(engine({ history: { state: 'done', percent: 100 } }))).toBe(
    'The engine: history update done, no rebuild ordered.',
  );
  expect(ofEngine(engine({ rebuild: { ...rebuild, ...running }, write: running }))).toBe(
    'The engine: rebuild running, 41 %; write running, 41 %.',
  );
});

test('what the branch says, where the cluster is changed by commits', () => {
  expect(ofBranch({ ok: true, value: { farmers: 8, commit: '3f2a91c “system6: farmers 0 → 8”' } })).toEqual([
    `${file} says no number for the synchronizer and 8 for the farmers; last commit 3f2a91c “system6: farmers 0 → 8”.`,
  ]);
  expect(ofBranch({ ok: false, error: 'GitHub is away' })).toEqual([
    `${file} cannot be looked at: GitHub is away.`,
  ]);
  expect(ofBranch({ ok: true, value: undefined })).toEqual([]);
});

test('how a person takes it down by hand', () => {
  expect(scaleByHand(anInstance())).toBe(
    'To end it by hand: kubectl --context den -n tenant-105858-prod scale statefulset system6-dcr-farmer system6-dcr-sync --replicas=0',
  );
  expect(scaleByHand(aGitopsInstance())).toMatch(
    new RegExp(
      `^To end it by hand: set .+ and .+ in ${file} to 0 and commit that; Argo CD \\(${application}\\) does the rest\\.$`,
    ),
  );
});
