import { expect, test } from 'vitest';
import { packMemory, unpackMemory } from '../../../src/integrations/slack/card-memory.ts';
import type { EffectState } from '../../../src/rebuild/model/parts/effect-state.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { isBehind, memoryOf, restored } from '../../../src/rebuild/ports/memory.ts';
import { anInstance, inStep, runningRebuild, startedAt } from '../../builders/rebuild.ts';

const now = startedAt + 86_400_000;
const card = { id: 'system6-20261120-1', channel: 'C0DCR', ts: '1763607600.000100' };
const scaled = (n: number): EffectState => ({
  key: `system6-20261120-1/farmers/${n}`,
  effect: { kind: 'scale', role: 'farmer', from: 0, to: 24 },
  state: 'done',
  step: 'farmers',
  stepAttempt: 1,
  at: startedAt,
  attempts: 1,
  claim: `claim-${n}`,
  endedAt: startedAt,
  arrivedAt: startedAt,
});

/** As it comes back from Slack. */
const told = (rebuild: Rebuild) => unpackMemory(JSON.parse(JSON.stringify(packMemory(memoryOf(rebuild))[0])));

test('what a card is told comes back as the record, at its place in Slack, with all that changes hang on', () => {
  const rebuild = runningRebuild({ version: 40, effects: [scaled(1)], overrides: [] });
  const memory = told(rebuild);
  expect(memory).toMatchObject({ instance: 'system6', version: 40, phase: 'running' });
  if (!memory?.kept) throw new Error('nothing is remembered');
  const back = restored(card, memory.kept, anInstance(), now);
  const { id, plan, steps, farmers, synchronizer, effects, by, reason, frontends, phase } = rebuild;
  expect(back).toMatchObject({ id, phase, by, reason, farmers, synchronizer, effects, frontends });
  expect(back.plan).toEqual(plan);
  expect(back.steps).toEqual(steps);
  expect(back.card).toEqual({
    channel: 'C0DCR',
    state: 'open',
    ts: card.ts,
    shown: 'adopted',
    notes: [],
    noteCount: 1_000,
  });
  // Numbers of comments that may have been written since are not used once more.
  expect(back.ticket).toMatchObject({ state: 'open', key: 'OPS-7', count: 1_000, entries: [] });
  // Nobody looked meanwhile: that is not standing still.
  expect(back.progress).toMatchObject({ of: 'rebuild', percent: 50, movedAt: now, samples: [] });
  expect(back.driveAt).toBe(now);
});

test('the limit of the step begins again, a ticket that may have been raised is looked for first', () => {
  const rebuild = inStep('farmers', { deadline: startedAt + 3_600_000, startedAt }, {});
  const { kept } = memoryOf({ ...rebuild, ticket: { state: 'wanted', entries: [], count: 3, attempts: 0 } });
  if (!kept) throw new Error('nothing is remembered');
  const back = restored(card, kept, anInstance(), now);
  expect(back.steps.find(({ name }) => name === 'farmers')?.deadline).toBe(now + 3_600_000);
  expect(back.ticket.doubt).toEqual({ n: 0, since: now, claim: 'lost' });
});

test('an approval is needed where the values of now or of then ask for one', () => {
  const { kept } = memoryOf(inStep('rebuild', {}, {}));
  if (!kept) throw new Error('nothing is remembered');
  const before = { ...kept, place: { ...kept.place, approval: true } };
  expect(restored(card, before, anInstance(), now).plan.instance.approval).toBe(true);
  expect(restored(card, kept, anInstance({ approval: true }), now).plan.instance.approval).toBe(true);
  expect(restored(card, kept, anInstance(), now).plan.instance.approval).toBe(false);
});

test('a record of two weeks fits into what Slack takes; what does not is left out, and the place is told', () => {
  const frontends = Array.from({ length: 40 }, (_, i) => `system6-fe${i}`);
  const long = runningRebuild({
    frontends: frontends.map((name) => ({ name, state: 'ready', since: startedAt })),
    effects: Array.from({ length: 80 }, (_, i) => scaled(i + 1)),
  });
  const [whole, lean] = packMemory(memoryOf(long));
  expect(JSON.stringify(whole).length).toBeLessThan(7_200);
  expect(lean).toEqual({ instance: 'system6', version: long.version, phase: 'running' });
  const noise = Array.from({ length: 3_000 }, (_, i) => Math.sin(i).toString(36)).join('');
  expect(packMemory(memoryOf({ ...long, reason: noise }))).toEqual([lean]);
  expect(unpackMemory(lean)).toEqual(lean);
});

test.each([
  ['nothing is told: a card of an older version', {}],
  ['a phase that this version does not know', { instance: 'system6', version: 3, phase: 'napping' }],
  ['another shape', { instance: 6, version: '3' }],
])('%s: it does not remember', (_, payload) => {
  expect(unpackMemory(payload)).toBeUndefined();
});

test.each([
  ['cut off', { kept: 'AAAA', format: 1 }],
  ['packed by another version', { kept: 'AAAA', format: 2 }],
  ['not text', { kept: 7, format: 1 }],
])('what it kept is %s: only that it was in flight is known', (_, kept) => {
  const place = { instance: 'system6', version: 3, phase: 'running' };
  expect(unpackMemory({ ...place, ...kept })).toEqual(place);
});

test('a record is behind where its card knows of a step, a change, or a word of a person that it does not', () => {
  const record = inStep('farmers', {}, { version: 10 });
  const ahead = (change: Partial<Rebuild>) => memoryOf({ ...record, version: 12, ...change });
  expect(isBehind(record, memoryOf({ ...record, version: 9, effects: [scaled(1)] }))).toBe(false);
  // Bookmarks of the card itself were lost, and nothing else.
  expect(isBehind(record, ahead({ seenAt: 5 }))).toBe(false);
  expect(isBehind(record, ahead({ effects: [scaled(1)] }))).toBe(true);
  expect(isBehind(record, ahead({ phase: 'released' }))).toBe(true);
  expect(isBehind(record, memoryOf({ ...inStep('rebuild'), version: 12 }))).toBe(true);
  const { kept: _, ...lean } = ahead({ phase: 'cancelling' });
  expect(isBehind(record, lean)).toBe(true);
});
