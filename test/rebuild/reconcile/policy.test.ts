import { describe, expect, test } from 'vitest';
import type { Person } from '../../../src/core/person.ts';
import { newsWords } from '../../../src/rebuild/messages/news.ts';
import { frozenBar } from '../../../src/rebuild/messages/rules/bars.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { hasEnded, openIntervention } from '../../../src/rebuild/model/record.ts';
import { type Controls, noControls } from '../../../src/rebuild/model/rules/rules.ts';
import { type FreezeWindow, frozenAt } from '../../../src/rebuild/model/rules/windows.ts';
import { anInstance, aPlan, aRebuild, startedAt } from '../../builders/rebuild.ts';
import { createRig } from './rig.ts';

const alice: Person = { id: 'U0ALICE', name: 'Alice Ash' };
const bob: Person = { id: 'U0BOB', name: 'Bob Birch' };
const carol: Person = { id: 'U0CAROL', name: 'Carol Cole' };
const minute = 60_000;
const hour = 60 * minute;
const none = { state: 'none', entries: [], count: 0, attempts: 0 } as const;
const rule = (value: number) => ({ value, rule: 'gov' });

/** A window by when it holds, in ms after the start. */
const frozen = (from: number, to: number): FreezeWindow => ({
  name: 'weekend',
  zone: 'UTC',
  every: 'once',
  from: startedAt + from,
  to: startedAt + to,
});

/** A rebuild of eight farmers under `controls`, which the config may change meanwhile. */
const open = (controls: Partial<Controls>, change: Partial<Rebuild> = {}) => {
  const config = { now: { ...noControls('gov'), ...controls } };
  const { freeze: _, ...kept } = config.now;
  const plan = aPlan({
    instance: anInstance({ environment: 'gov' }),
    farmers: 8,
    controls: { ...kept, freeze: [] },
  });
  const rig = createRig(aRebuild({ plan, ticket: none, ...change }), {
    policy: { controls: () => config.now },
    replan: async () => ({ ok: true, value: { kind: 'plan', plan } }),
  });
  return { rig, config };
};
const inStep = (name: string) => (rebuild: Rebuild) =>
  rebuild.steps.some((step) => step.name === name && step.state === 'running');
const asksApproval = (rebuild: Rebuild) => openIntervention(rebuild)?.code === 'approval';
const never = () => false;
const touched = (rebuild: Rebuild) => rebuild.effects.length > 0;

describe('two people, by what policy says of each verb', () => {
  test('start: nothing is touched before another person has approved, whatever the values say', async () => {
    const { rig } = open({ twoPeople: ['start'] });
    await rig.until(asksApproval);
    await rig.until(never, hour);
    expect(rig.world.scales).toEqual([]);
    expect(rig.command({ verb: 'approve' }, alice)).toContain('cannot approve it');
    rig.command({ verb: 'approve' }, bob);
    expect((await rig.until(hasEnded)).phase).toBe('released');
  });

  test('raise: a start needs nobody, more farmers wait, fewer do not', async () => {
    const { rig } = open({ twoPeople: ['raise'] });
    await rig.until(inStep('rebuild'));
    expect(rig.command({ verb: 'scale', farmers: 6 }, alice)).toBe('system6 goes from 8 to 6 farmers.');
    expect(rig.command({ verb: 'scale', farmers: 12 }, alice)).toContain('Asked for, not done');
    expect(rig.rebuild().farmers.target).toBe(6);
    expect(rig.command({ verb: 'override', kind: 'force', reason: 'broken' }, alice)).toContain('is forced');
    rig.command({ verb: 'approve' }, bob);
    expect(rig.rebuild().farmers.target).toBe(12);
    expect((await rig.until(hasEnded)).phase).toBe('released');
  });

  test('override: an exception waits, and more farmers do not', async () => {
    const { rig } = open({ twoPeople: ['override'] });
    await rig.until(inStep('rebuild'));
    expect(rig.command({ verb: 'scale', farmers: 12 }, alice)).toBe('system6 goes from 8 to 12 farmers.');
    expect(rig.command({ verb: 'override', kind: 'keep_farmers', reason: 'look' }, alice)).toContain(
      'another person must approve it',
    );
    expect(rig.rebuild().overrides).toEqual([]);
    rig.command({ verb: 'approve' }, bob);
    expect(rig.rebuild().overrides).toHaveLength(1);
  });

  test('lower: fewer by more than the share wait, also in small steps, and counted from what was agreed to', async () => {
    const { rig } = open({ twoPeople: ['lower'], lowerShare: rule(0.5) });
    await rig.until(inStep('rebuild'));
    expect(rig.command({ verb: 'scale', farmers: 5 }, alice)).toBe('system6 goes from 8 to 5 farmers.');
    expect(rig.command({ verb: 'scale', farmers: 4 }, alice)).toBe('system6 goes from 5 to 4 farmers.');
    expect(rig.command({ verb: 'scale', farmers: 3 }, alice)).toContain(
      '3 farmers, and the rule gov of policy asks for a second person below 4 of 8',
    );
    rig.command({ verb: 'approve' }, bob);
    expect(rig.rebuild().farmers.target).toBe(3);
    expect(rig.command({ verb: 'scale', farmers: 2 }, alice)).toBe('system6 goes from 3 to 2 farmers.');
    expect((await rig.until(hasEnded)).phase).toBe('released');
  });

  test('a rule that is new in the config counts at the next order; one that is gone still counts for this rebuild', async () => {
    const { rig, config } = open({});
    await rig.until(inStep('rebuild'));
    config.now = { ...config.now, twoPeople: ['start', 'raise'] };
    expect(rig.command({ verb: 'scale', farmers: 12 }, alice)).toContain('Asked for, not done');
    await rig.until(never, minute);
    config.now = noControls('gov');
    expect(rig.command({ verb: 'scale', farmers: 13 }, alice)).toContain('Asked for, not done');
    // What has begun is not begun again: the start needs nobody now.
    expect(asksApproval(rig.rebuild())).toBe(false);
  });

  test('an approval is taken back by whoever gave it, until the first change', async () => {
    const { rig } = open({ twoPeople: ['start'] });
    await rig.until(asksApproval);
    expect(rig.command({ verb: 'revoke' }, bob)).toContain('no approval counts here');
    rig.command({ verb: 'approve' }, bob);
    expect(rig.command({ verb: 'revoke' }, carol)).toContain('Bob Birch approved it');
    expect(rig.command({ verb: 'revoke', reason: 'wrong one' }, bob)).toContain('is taken back');
    await rig.until(never, hour);
    expect(rig.world.scales).toEqual([]);
    rig.command({ verb: 'approve' }, carol);
    await rig.until(touched);
    expect(rig.command({ verb: 'revoke' }, carol)).toContain('has begun');
  });
});

describe('a freeze window', () => {
  const words = (verb: 'scale' | 'resume' | 'override', window: FreezeWindow, at: number) => {
    const held = frozenAt([window], at);
    return held && frozenBar({ code: 'frozen', verb, frozen: held, instance: 'system6', breakers: [] });
  };

  test('that begins between the start and the first change holds it back until its very end', async () => {
    const { rig } = open({ freeze: [frozen(0, 6 * hour)] });
    await rig.until(never, 6 * hour - 1);
    expect(rig.world.scales).toEqual([]);
    await rig.until(touched, minute);
    expect(rig.rebuild().effects[0]?.at).toBeGreaterThanOrEqual(startedAt + 6 * hour);
    expect((await rig.until(hasEnded)).phase).toBe('released');
  });

  test('that begins while it runs leaves it to end as it was planned, refuses orders, and lets it be cancelled', async () => {
    const window = frozen(0, 10 * 24 * hour);
    const { rig, config } = open({});
    await rig.until(inStep('rebuild'));
    config.now = { ...config.now, freeze: [window] };
    const at = rig.clock.now;
    expect(rig.command({ verb: 'scale', farmers: 12 }, alice)).toBe(words('scale', window, at));
    expect(rig.command({ verb: 'override', kind: 'force', reason: 'x' }, alice)).toBe(
      words('override', window, at),
    );
    rig.command({ verb: 'pause', reason: 'to be sure' }, alice);
    expect(rig.rebuild().pause).toBeDefined();
    expect(rig.command({ verb: 'resume' }, alice)).toBe(words('resume', window, at));
    rig.command({ verb: 'cancel', reason: 'not now' }, alice);
    expect((await rig.until(hasEnded)).phase).toBe('cancelled');
    const { farmers } = rig.rebuild();
    expect(farmers.seen?.wanted).toBe(0);
  });

  test('lets what runs go on to its end', async () => {
    const { rig, config } = open({});
    await rig.until(touched);
    config.now = { ...config.now, freeze: [frozen(0, 10 * 24 * hour)] };
    expect((await rig.until(hasEnded)).phase).toBe('released');
  });

  test('holds back more farmers that were asked for right before it, tells that once, and lets them come up after it', async () => {
    const { rig, config } = open({});
    await rig.until(inStep('rebuild'));
    rig.command({ verb: 'scale', farmers: 12 }, alice);
    const from = rig.clock.now - startedAt;
    config.now = { ...config.now, freeze: [frozen(from, from + 2 * minute)] };
    await rig.until(never, 2 * minute - 1);
    const raised = () =>
      rig.rebuild().effects.some(({ effect }) => effect.kind === 'scale' && effect.to === 12);
    expect(raised()).toBe(false);
    const held = frozenAt(config.now.freeze, rig.clock.now);
    const told = held && newsWords({ code: 'raise_held', held: { code: 'frozen', frozen: held } }).text;
    expect(rig.rebuild().card.notes.filter(({ text }) => text === told)).toHaveLength(1);
    await rig.until(raised, 10 * minute);
    expect(raised()).toBe(true);
  });

  test('nobody approves in it what could not be begun in time', async () => {
    const { rig } = open({ twoPeople: ['start'], freeze: [frozen(0, 5 * hour)] });
    await rig.until(asksApproval);
    expect(rig.command({ verb: 'approve' }, bob)).toContain('Not approved: the freeze window “weekend”');
    rig.clock.now = startedAt + 5 * hour;
    rig.command({ verb: 'approve' }, bob);
    expect((await rig.until(hasEnded)).phase).toBe('released');
  });
});

describe('limits', () => {
  test('an order above them is refused with the number, the limit and the rule', async () => {
    const { rig } = open({ limits: { farmers: rule(20), change: rule(0.5) } });
    await rig.until(inStep('rebuild'));
    await rig.until(never, minute);
    expect(rig.command({ verb: 'scale', farmers: 24 }, alice)).toContain(
      'the rule gov of policy allows, which is 20',
    );
    expect(rig.command({ verb: 'scale', farmers: 13 }, alice)).toContain(
      'Any number from 4 to 12 is within it',
    );
    expect(rig.command({ verb: 'scale', farmers: 12 }, alice)).toBe('system6 goes from 8 to 12 farmers.');
    // Not yet there: orders in quick succession do not add up.
    expect(rig.command({ verb: 'scale', farmers: 18 }, alice)).toContain(
      'Any number from 4 to 12 is within it',
    );
  });

  test('one that is lower by the time of the first change holds it back', async () => {
    const { rig, config } = open({});
    config.now = { ...config.now, limits: { farmers: rule(4) } };
    await rig.until(never, hour);
    expect(rig.world.scales).toEqual([]);
    config.now = noControls('gov');
    await rig.until(never, hour);
    // The stricter stays: somebody has to ask for fewer.
    expect(rig.world.scales).toEqual([]);
    rig.command({ verb: 'scale', farmers: 4 }, alice);
    expect((await rig.until(hasEnded)).phase).toBe('released');
  });
});

describe('the name of the instance', () => {
  test('must be typed for what destroys, exactly', async () => {
    const { rig } = open({ typedName: ['cancel', 'force'] });
    rig.command({ verb: 'cancel', reason: 'nothing is up yet' }, alice);
    expect(rig.rebuild().phase).toBe('cancelling');

    const second = open({ typedName: ['cancel', 'force'] }).rig;
    await second.until(inStep('rebuild'));
    expect(second.command({ verb: 'cancel', reason: 'wrong' }, alice)).toContain(
      'must be typed for it: system6',
    );
    expect(second.command({ verb: 'cancel', reason: 'wrong', typed: 'system7' }, alice)).toContain(
      '“system7” is not',
    );
    expect(second.command({ verb: 'override', kind: 'force', reason: 'x' }, alice)).toContain(
      'must be typed',
    );
    expect(second.command({ verb: 'override', kind: 'keep_farmers', reason: 'x' }, alice)).toContain(
      'stay up',
    );
    second.command({ verb: 'cancel', reason: 'wrong', typed: 'system6' }, alice);
    expect(second.rebuild().phase).toBe('cancelling');
  });
});
