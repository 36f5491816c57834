import { describe, expect, test } from 'vitest';
import { adoptedWrite, makeAdoption } from '../../../src/rebuild/commands/adopt.ts';
import { goesOnWords } from '../../../src/rebuild/messages/commands/adoption.ts';
import { defaultPolicy, type RebuildPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { activeMs, currentStep, hasEnded } from '../../../src/rebuild/model/record.ts';
import { aLostRebuild, seenUp } from '../../builders/lost.ts';
import { anInstance, aPlan, aRebuild } from '../../builders/rebuild.ts';
import { createRig } from '../reconcile/rig.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const sre = 'S0123SRE';
const policy: Partial<RebuildPolicy> = { answerers: () => [sre] };
const percent =
  (least: number) =>
  ({ progress }: Rebuild): boolean =>
    progress?.of === 'rebuild' && progress.percent > least;
const asks =
  (code: string) =>
  (rebuild: Rebuild): boolean =>
    currentStep(rebuild)?.ask?.code === code;
const farmers = (rig: ReturnType<typeof createRig>) =>
  rig.world.scales.flatMap(({ role, from, to }) => (role === 'farmer' ? [`${from} → ${to}`] : []));
/** Days of rebuilding, and its run fails. */
const failedLate = async (more: Partial<RebuildPolicy> = {}) => {
  const rig = createRig(undefined, {
    policy: { ...policy, ...more },
    timings: { rebuildWork: 24 * 4 * day },
  });
  await rig.until(percent(60));
  rig.world.failRun('rebuild');
  const asked = await rig.until(asks('rebuild_failed'));
  return { rig, asked };
};
const mentions = (rebuild: Rebuild) => rebuild.card.notes.flatMap(({ to = [] }) => to);
const reminders = (rebuild: Rebuild) => rebuild.card.notes.filter(({ kind }) => kind === 'still_waiting');

describe('a question that nobody answers, with work to lose', () => {
  test('eight hours at night: farmers up, one page, reminders to the same; taken up in the morning', async () => {
    const { rig, asked } = await failedLate();
    expect(currentStep(asked)?.ask).toMatchObject({ kept: { farmers: 24 } });
    expect(currentStep(asked)?.ask?.until).toBeUndefined();
    await rig.until(() => false, 8 * hour);
    const morning = rig.rebuild();
    expect([morning.phase, morning.farmers.wanted, farmers(rig)]).toEqual(['running', 24, ['0 → 24']]);
    // After 30 minutes, then 1, 2 and 4 hours later.
    expect(reminders(morning).map(({ to }) => to)).toEqual([[sre], [sre], [sre], [sre]]);
    expect(mentions(morning)).toHaveLength(1 + 4);
    rig.command({ verb: 'retry' });
    const done = await rig.until(hasEnded);
    expect(done.phase).toBe('released');
    expect(reminders(done)).toHaveLength(4);
    expect(rig.world.orders.filter(({ key }) => key.includes('/rebuild/'))).toHaveLength(2);
  });

  test('after their time the farmers go, the synchronizer and the question stay; a retry brings them up once', async () => {
    const { rig } = await failedLate();
    const before = activeMs(rig.rebuild(), rig.clock.now);
    await rig.until(({ rest }) => rest !== undefined);
    await rig.until(() => false, 10 * day);
    const resting = rig.rebuild();
    expect(farmers(rig)).toEqual(['0 → 24', '24 → 0']);
    expect(rig.world.lookAt('synchronizer').wanted).toBe(1);
    // No person asked for that, and the evidence says so.
    const down = resting.effects.find(({ effect }) => effect.kind === 'scale' && effect.to === 0);
    expect(down).toMatchObject({
      by: { id: 'farmhand' },
      reason: expect.stringContaining('nobody answered'),
    });
    expect([resting.phase, asks('rebuild_failed')(resting)]).toEqual(['running', true]);
    // Twelve days after it began to ask, three of them count.
    expect(Math.round((activeMs(resting, rig.clock.now) - before) / day)).toBe(3);
    rig.command({ verb: 'retry' });
    const done = await rig.until(hasEnded);
    expect([done.phase, done.rest]).toEqual(['released', undefined]);
    expect(farmers(rig)).toEqual(['0 → 24', '24 → 0', '0 → 24', '24 → 0']);
    expect(Math.round((done.restedMs ?? 0) / day)).toBe(10);
  });

  test('money ends it sooner than time', async () => {
    const { rig, asked } = await failedLate({
      keepWork: { ...defaultPolicy.keepWork, cost: 24 * 5 * 6 },
      farmerHour: { cost: 5, currency: 'USD' },
    });
    const resting = await rig.until(({ rest }) => rest !== undefined);
    expect((resting.rest?.at ?? 0) - (currentStep(asked)?.ask?.since ?? 0)).toBe(6 * hour);
  });

  test('to extend its deadline is to have the farmers up for longer', async () => {
    const { rig } = await failedLate();
    const says = rig.command({
      verb: 'override',
      kind: 'extend_deadline',
      amount: 2 * day,
      reason: 'weekend',
    });
    expect(says).toContain('the farmers stay up 2d longer');
    await rig.until(() => false, 4 * day);
    expect(farmers(rig)).toEqual(['0 → 24']);
    await rig.until(({ rest }) => rest !== undefined, 2 * day);
    expect(farmers(rig)).toEqual(['0 → 24', '24 → 0']);
  });

  test('paused at rest: that time counts once', async () => {
    const { rig } = await failedLate();
    await rig.until(({ rest }) => rest !== undefined);
    await rig.until(() => false, day);
    rig.command({ verb: 'pause', reason: 'weekend' });
    await rig.until(() => false, 2 * day);
    rig.command({ verb: 'resume' });
    await rig.until(() => false, day);
    const at = rig.clock.now;
    const active = activeMs(rig.rebuild(), at);
    expect(Math.round((at - rig.rebuild().at - active) / day)).toBe(4);
    rig.command({ verb: 'retry' });
    await rig.until(({ rest }) => rest === undefined, hour);
    expect(Math.abs(activeMs(rig.rebuild(), rig.clock.now) - active)).toBeLessThan(2 * minute);
  });

  test('cancelled at rest it ends with nothing up', async () => {
    const { rig } = await failedLate();
    await rig.until(({ rest }) => rest !== undefined);
    rig.command({ verb: 'cancel', reason: 'not worth it' });
    const done = await rig.until(hasEnded);
    expect([done.phase, done.rest]).toEqual(['cancelled', undefined]);
    expect(rig.world.lookAt('synchronizer').wanted + rig.world.lookAt('farmer').wanted).toBe(0);
  });

  test('farmers of a run that goes on are never taken away', async () => {
    const rig = createRig(undefined, { policy });
    await rig.until(percent(60));
    rig.world.freeze(true);
    await rig.until(asks('rebuild_stalled'));
    await rig.until(() => false, 5 * day);
    expect([farmers(rig), rig.rebuild().rest]).toEqual([['0 → 24'], undefined]);
  });

  test('the caches that cannot be written are kept by the synchronizer alone', async () => {
    const rig = createRig(undefined, { policy });
    rig.world.failRun('write');
    await rig.until(({ steps }) => steps.some(({ name, state }) => name === 'write' && state === 'running'));
    rig.world.failRun('write');
    await rig.until(asks('write_failed'));
    await rig.until(({ rest }) => rest !== undefined, 4 * day);
    rig.world.heal();
    rig.command({ verb: 'retry' });
    expect((await rig.until(hasEnded)).phase).toBe('released');
    expect(farmers(rig)).toEqual(['0 → 24', '24 → 0']);
  });
});

describe('with nothing to lose', () => {
  test('it ends as it did: after half an hour, with everything taken down', async () => {
    const rig = createRig(
      aRebuild({
        plan: aPlan({ instance: anInstance({ minimum: 8 }) }),
        ticket: { state: 'none', entries: [], count: 0, attempts: 0 },
      }),
      { policy },
    );
    rig.world.capacity('farmer', 3);
    const asked = await rig.until(asks('too_few_farmers'));
    const { until, since, kept } = currentStep(asked)?.ask ?? { since: 0 };
    expect([(until ?? 0) - since, kept]).toEqual([30 * minute, undefined]);
    expect((await rig.until(hasEnded)).phase).toBe('failed');
  });

  test('a question with an end, asked by a farmhand of before: with work to lose it ends nothing', async () => {
    const { rig } = await failedLate();
    rig.change((rebuild) => ({
      ...rebuild,
      steps: rebuild.steps.map(({ ask, ...step }) => {
        if (!ask) return step;
        const { kept: _, ...old } = ask;
        return { ...step, ask: { ...old, until: rig.clock.now + 30 * minute } };
      }),
    }));
    await rig.until(() => false, hour);
    const step = currentStep(rig.rebuild());
    expect([rig.rebuild().phase, step?.ask?.until, step?.ask?.kept?.farmers]).toEqual([
      'running',
      undefined,
      24,
    ]);
  });
});

describe('whom it tells', () => {
  test('each step of the list once, then reminders; an answer ends it at once', async () => {
    const { rig } = await failedLate({
      notify: [
        { after: 0, mention: ['role'] },
        { after: 10 * minute, mention: ['S0LEADS', 'U0BOSS'] },
        { after: 30 * minute, mention: ['channel'] },
      ],
    });
    await rig.until(() => false, 45 * minute);
    expect(mentions(rig.rebuild())).toEqual([sre, 'S0LEADS', 'U0BOSS', 'channel']);
    rig.command({ verb: 'retry' });
    await rig.until(() => false, 3 * hour);
    expect(mentions(rig.rebuild())).toHaveLength(4);
    expect(rig.rebuild().asking).toBeUndefined();
  });

  test('what was missed while nothing ran is said in one go', async () => {
    const notify = [5, 10, 15].map((at) => ({ after: at * minute, mention: [`S0${at}`] }));
    const { rig } = await failedLate({ notify });
    rig.clock.now += hour;
    await rig.until(() => false, minute);
    expect(mentions(rig.rebuild())).toEqual(['S05', 'S010', 'S015']);
    expect(rig.rebuild().card.notes.filter(({ to = [] }) => to.length > 0)).toHaveLength(1);
  });
});

describe('whom a reminder mentions', () => {
  test('whoever the last step of the list does, and nobody of those before', async () => {
    const { rig } = await failedLate({
      notify: [
        { after: 0, mention: ['role'] },
        { after: 10 * minute, mention: ['S0LEADS', 'U0BOSS'] },
      ],
    });
    await rig.until(() => false, 2 * hour);
    expect(reminders(rig.rebuild()).map(({ to }) => to)).toEqual([
      ['S0LEADS', 'U0BOSS'],
      ['S0LEADS', 'U0BOSS'],
      ['S0LEADS', 'U0BOSS'],
    ]);
  });

  test('a question of a farmhand that told nobody is told from the first step on, each once', async () => {
    const { rig } = await failedLate({
      notify: [
        { after: 0, mention: ['role'] },
        { after: 2 * hour, mention: ['S0LEADS'] },
      ],
    });
    rig.change(({ asking: _, ...rebuild }) => ({ ...rebuild, card: { ...rebuild.card, notes: [] } }));
    await rig.until(() => false, minute);
    expect(mentions(rig.rebuild())).toEqual([sre]);
    await rig.until(() => false, 2 * hour);
    expect(mentions(rig.rebuild())).toEqual([sre, 'S0LEADS']);
  });

  test('and where its first step is still to come, nobody is mentioned before', async () => {
    const { rig } = await failedLate({ notify: [{ after: hour, mention: ['role'] }] });
    rig.change(({ asking: _, ...rebuild }) => rebuild);
    await rig.until(() => false, 30 * minute);
    expect(mentions(rig.rebuild())).toEqual([]);
    await rig.until(() => false, hour);
    expect(mentions(rig.rebuild())).toEqual([sre]);
  });
});

describe('its records are lost while it is at rest', () => {
  test('adopted, it stays at rest with its question; an answer brings its farmers up once, and that time counts nowhere', async () => {
    const { rig } = await failedLate();
    await rig.until(({ rest }) => rest !== undefined);
    await rig.until(() => false, 2 * day);
    const before = rig.rebuild();
    rig.clock.now += day;
    const at = rig.clock.now;
    const { instance } = before.plan;
    const facts = seenUp(0, 1);
    const made = makeAdoption(aLostRebuild(before), instance, facts, at);
    if (!made.ok) throw new Error(made.why.code);
    expect(made.adoption.goesOn).toBe(goesOnWords({ code: 'stays_at_rest', step: 'rebuild' }));
    rig.change(() => adoptedWrite(made.rebuild, { id: 'U0NORA' }, facts, instance, at).rebuild);
    await rig.until(() => false, 5 * day);
    const resting = rig.rebuild();
    expect([resting.rest, asks('rebuild_failed')(resting)]).toEqual([before.rest, true]);
    expect(farmers(rig)).toEqual(['0 → 24', '24 → 0']);
    expect(reminders(resting).at(-1)?.to).toEqual([sre]);
    expect(activeMs(resting, rig.clock.now)).toBe(activeMs(before, at));
    rig.command({ verb: 'retry' });
    const done = await rig.until(hasEnded);
    expect([done.phase, done.rest]).toEqual(['released', undefined]);
    expect(farmers(rig)).toEqual(['0 → 24', '24 → 0', '0 → 24', '24 → 0']);
    expect(Math.round((done.restedMs ?? 0) / day)).toBe(8);
  });
});

describe('the limit of the whole rebuild', () => {
  const limits = (rebuild: Rebuild) =>
    rebuild.card.notes.flatMap(({ text }) => /^It has used (\d+) %/.exec(text)?.[1] ?? []);

  test('is told at 75, 90 and 99 %, each once, and then it ends', async () => {
    const rig = createRig(undefined, { policy: { ...policy, limit: day } });
    await rig.until(percent(5));
    rig.world.freeze(true);
    const done = await rig.until(hasEnded, 3 * day);
    expect([done.phase, limits(done)]).toEqual(['failed', ['75', '90', '99']]);
  });

  test('is extended by an override, and the card forgets what was said of the old one', async () => {
    const rig = createRig(undefined, { policy: { ...policy, limit: day } });
    await rig.until(percent(5));
    rig.world.freeze(true);
    await rig.until(({ nearEnd }) => nearEnd?.percent === 75);
    rig.command({ verb: 'override', kind: 'extend_limit', amount: 2 * day, reason: 'nearly there' });
    await rig.until(() => false, hour);
    expect(rig.rebuild().nearEnd).toBeUndefined();
    await rig.until(() => false, day);
    expect(rig.rebuild().phase).toBe('running');
    rig.world.freeze(false);
    expect((await rig.until(hasEnded)).phase).toBe('released');
  });
});
