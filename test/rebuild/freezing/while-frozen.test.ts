import { describe, expect, test } from 'vitest';
import type { Person } from '../../../src/core/person.ts';
import { freezeMore, thawPlace, withoutOver } from '../../../src/rebuild/freezing/evolve-freezes.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { activeMs, hasEnded, openIntervention } from '../../../src/rebuild/model/record.ts';
import { freezesOf, noFreezes } from '../../../src/rebuild/model/rules/freezes.ts';
import { noControls } from '../../../src/rebuild/model/rules/rules.ts';
import { statusOfRebuild } from '../../../src/rebuild/model/status.ts';
import { aRebuild, aScaleUp, inStep as inTheStep, startedAt } from '../../builders/rebuild.ts';
import { createRig } from '../reconcile/rig.ts';

const ann: Person = { id: 'U0ANN', name: 'Ann Ash' };
const bea: Person = { id: 'U0BEA', name: 'Bea Birch' };
const minute = 60_000;
const hour = 60 * minute;
const none = { state: 'none', entries: [], count: 0, attempts: 0 } as const;

/** One rebuild, and what people freeze meanwhile. */
const open = (change: Partial<Rebuild> = {}, options: Parameters<typeof createRig>[1] = {}) => {
  const board = { freezes: noFreezes };
  const rig = createRig(aRebuild({ ticket: none, ...change }), {
    ...options,
    policy: {
      ...options.policy,
      controls: ({ name }) => ({ ...noControls('commercial'), freezes: freezesOf(board.freezes, name) }),
    },
  });
  const write = (freezes: typeof noFreezes) => {
    board.freezes = { ...freezes, version: board.freezes.version + 1 };
    rig.change((rebuild) => ({ ...rebuild, ...(hasEnded(rebuild) ? {} : { driveAt: rig.clock.now }) }));
  };
  return {
    ...rig,
    freeze: (by = ann, lasts?: number, instance: string | undefined = 'system6') => {
      const now = rig.clock.now;
      const order = {
        reason: 'the storage moves',
        ...(instance && { instance }),
        ...(lasts !== undefined && { until: now + lasts, zone: 'UTC' }),
      };
      const made = freezeMore(withoutOver(board.freezes, now).freezes, order, by, now);
      if (!made.ok) throw new Error(made.code);
      write(made.freezes);
    },
    thaw: (by = bea, why?: string, instance: string | undefined = 'system6') => {
      const thawed = { by, ...(why !== undefined && { why }) };
      write(thawPlace(board.freezes, instance, thawed, rig.clock.now).freezes);
    },
    said: (word: string) => rig.journal.filter(({ what }) => what === word).map(({ why }) => why),
  };
};
const inStep = (name: string) => (rebuild: Rebuild) =>
  rebuild.steps.some((step) => step.name === name && step.state === 'running');
const never = () => false;
const frozen = (rebuild: Rebuild) => rebuild.frozen !== undefined;

describe('a rebuild that is frozen', () => {
  test('keeps its farm, begins nothing, is not failed by any limit, and goes on where it was', async () => {
    const { until, freeze, thaw, world, rebuild, said, clock } = open();
    await until(inStep('farmers'));
    const before = { scales: world.scales.length, effects: rebuild().effects.length };
    const active = activeMs(rebuild(), clock.now);
    freeze();
    // Longer than the rebuild as a whole may take.
    await until(never, 20 * 24 * hour);
    expect(statusOfRebuild(rebuild())).toBe('frozen');
    expect([world.scales.length, rebuild().effects.length]).toEqual([before.scales, before.effects]);
    expect(rebuild().farmers.wanted).toBeGreaterThan(0);
    expect(activeMs(rebuild(), clock.now)).toBe(active);
    thaw(bea, 'it is back');
    await until((r) => !frozen(r));
    expect(rebuild().frozenMs).toBe(20 * 24 * hour);
    expect(said('frozen')).toHaveLength(1);
    expect(said('thawed')).toEqual([
      'Thawed, after 20d. Ann Ash’s freeze of system6 was thawed by Bea Birch: it is back. The rebuild goes on in the step Farmers; that time does not count towards any limit.',
    ]);
    expect((await until(hasEnded)).phase).toBe('released');
  });

  test('waits from the boundary second of one freeze to that of the last that holds', async () => {
    const { until, freeze, rebuild, clock, said } = open();
    await until(inStep('rebuild'));
    freeze(ann, hour);
    freeze(bea, 3 * hour, '');
    const end = clock.now + 3 * hour;
    await until(never, 3 * hour - 1);
    expect(clock.now).toBe(end - 1);
    expect(rebuild().frozen?.by.map(({ by }) => by.id)).toEqual(['U0BEA']);
    await until((r) => !frozen(r), minute);
    expect(clock.now).toBe(end);
    // Each change of what holds it once, its end once before it comes, and once when it has come.
    expect([said('frozen').length, said('freeze_ends_soon').length, said('thawed').length]).toEqual([
      2, 1, 1,
    ]);
    expect(said('thawed')[0]).toContain('Bea Birch’s freeze of all instances is over: its time has come.');
  });

  test('before its first change waits as well, and is begun at the end of the freeze', async () => {
    const { until, freeze, world, clock } = open();
    freeze(ann, 2 * hour);
    await until(never, 2 * hour - 1);
    expect(world.scales).toEqual([]);
    await until(() => world.scales.length > 0, 10 * minute);
    expect(clock.now).toBeGreaterThanOrEqual(startedAt + 2 * hour);
  });

  test('refuses what would change a cluster, says who, until when and why, and takes pause and cancel', async () => {
    const { until, freeze, command, rebuild, world } = open();
    await until(inStep('rebuild'));
    freeze(ann, 4 * hour);
    await until(frozen);
    const why = 'frozen by Ann Ash until Fri 20 Nov 2026, 07:'; // the rest follows from when it was
    for (const [order, no] of [
      [{ verb: 'scale', farmers: 30 }, 'Not scaled'],
      [{ verb: 'override', kind: 'keep_farmers', reason: 'x' }, 'Not overridden'],
    ] as const) {
      const said = command(order, bea);
      expect(said).toContain(`${no}: ${why}`);
      expect(said).toContain(
        '“the storage moves”. Nothing was changed; its farm stays up, pause and cancel work. ',
      );
      expect(said).toContain('/dcr thaw system6 <why>');
    }
    const scales = world.scales.length;
    expect(command({ verb: 'pause', reason: 'to look' }, bea)).toContain('system6');
    await until((r) => r.pause?.state === 'paused', minute);
    expect(rebuild().pause?.state).toBe('paused');
    expect(command({ verb: 'resume' }, bea)).toContain('Not resumed: frozen by Ann Ash');
    expect(command({ verb: 'cancel', reason: 'the wrong dataset' }, bea)).toContain('stay up until the thaw');
    await until(never, hour);
    // Taken down only after the thaw.
    expect([rebuild().phase, world.scales.length]).toEqual(['cancelling', scales]);
    expect((await until(hasEnded, 5 * hour)).phase).toBe('cancelled');
    expect(world.scales.length).toBeGreaterThan(scales);
  });

  test('that was cancelled before it touched anything ends at once', async () => {
    const { until, freeze, command, rebuild } = open();
    freeze();
    await until(frozen);
    command({ verb: 'cancel', reason: 'never mind' }, bea);
    expect((await until(hasEnded, minute)).phase).toBe('cancelled');
    expect(rebuild().effects).toEqual([]);
  });

  test('an open question neither fails it nor reminds anybody, and waits for its whole time after the thaw', async () => {
    const { until, freeze, thaw, rebuild, world, said } = open();
    world.capacity('farmer', 1);
    const asked = await until((r) => openIntervention(r)?.until !== undefined, 3 * hour);
    const left = openIntervention(asked)?.until ?? 0;
    freeze();
    const reminders = said('still_asked').length;
    await until(never, 30 * hour);
    expect(rebuild().phase).toBe('running');
    expect(said('still_asked')).toHaveLength(reminders);
    thaw();
    await until((r) => !frozen(r), minute);
    expect((openIntervention(rebuild())?.until ?? 0) - left).toBeGreaterThanOrEqual(30 * hour - minute);
  });

  test('paused time and frozen time count once', async () => {
    const { until, freeze, thaw, command, rebuild, clock } = open();
    await until(inStep('rebuild'));
    const active = activeMs(rebuild(), clock.now);
    freeze();
    await until(never, hour);
    command({ verb: 'pause', reason: 'to look' }, bea);
    await until(never, hour);
    expect(activeMs(rebuild(), clock.now)).toBe(active);
    thaw();
    await until(never, hour);
    expect(activeMs(rebuild(), clock.now)).toBe(active);
    command({ verb: 'resume' }, bea);
    expect(activeMs(rebuild(), clock.now)).toBe(active);
    await until(never, 10 * minute);
    expect(activeMs(rebuild(), clock.now)).toBe(active + 10 * minute);
  });

  test('goes on under a broken glass, and is held again once that is closed', async () => {
    const { until, freeze, command, rebuild, said, clock } = open();
    await until(inStep('farmers'));
    freeze();
    await until(frozen);
    command({ verb: 'break_glass', reason: 'the customer is down' }, bea);
    await until((r) => !frozen(r), minute);
    expect(command({ verb: 'scale', farmers: 20 }, bea)).toContain('goes from');
    expect(command({ verb: 'scale', farmers: 10 }, ann)).toContain('Not scaled: frozen by Ann Ash');
    const effects = rebuild().effects.length;
    await until((r) => r.effects.length > effects, 20 * minute);
    const closes = rebuild().glass?.at(-1)?.until ?? 0;
    await until(frozen, 2 * hour);
    expect(clock.now).toBeGreaterThanOrEqual(closes);
    expect(said('thawed')[0]).toContain('under the broken glass, although it is frozen');
    const after = rebuild().effects.length;
    await until(never, 5 * hour);
    expect(rebuild().effects.length).toBe(after);
  });

  test('a reminder comes as often as of a pause', async () => {
    const { until, freeze, said } = open();
    await until(inStep('rebuild'));
    freeze();
    await until(never, 9 * hour);
    expect(said('still_frozen')).toHaveLength(Math.floor((9 * hour) / defaultPolicy.remind));
  });

  test('a change that was claimed before, and of which nobody knows, is not made again before the thaw', async () => {
    const lost = inTheStep('farmers', { startedAt, deadline: startedAt + hour });
    const effect = aScaleUp({ state: 'claimed', at: startedAt - hour });
    const { until, freeze, thaw, world, rebuild } = open({ ...lost, ticket: none, effects: [effect] });
    world.setReplicas('synchronizer', 1, 'farmhand');
    freeze();
    await until(never, hour);
    expect([world.scales, rebuild().effects.map(({ state }) => state)]).toEqual([[], ['claimed']]);
    thaw();
    await until(() => world.scales.length > 0, hour);
    expect(world.scales).toMatchObject([{ role: 'farmer', key: effect.key }]);
  });
});
