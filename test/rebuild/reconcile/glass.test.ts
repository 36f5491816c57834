import { describe, expect, test } from 'vitest';
import type { Person } from '../../../src/core/person.ts';
import { auditOfWrite } from '../../../src/rebuild/audit/audit-of-write.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { hasEnded, openIntervention } from '../../../src/rebuild/model/record.ts';
import { openGlass } from '../../../src/rebuild/model/rules/controlled.ts';
import { type Controls, noControls } from '../../../src/rebuild/model/rules/rules.ts';
import type { Transition } from '../../../src/rebuild/model/transition.ts';
import { anInstance, aPlan, aRebuild, startedAt } from '../../builders/rebuild.ts';
import { createRig } from './rig.ts';

const alice: Person = { id: 'U0ALICE', name: 'Alice Ash' };
const bob: Person = { id: 'U0BOB', name: 'Bob Birch', email: 'bob@example.com' };
const bobToo: Person = { id: 'U0BOBTOO', name: 'Bob, too', email: 'Bob@example.com' };
const carol: Person = { id: 'U0CAROL', name: 'Carol Cole' };
const minute = 60_000;
const none = { state: 'none', entries: [], count: 0, attempts: 0 } as const;
const gov: Controls = {
  ...noControls('gov'),
  twoPeople: ['start', 'override', 'raise'],
  limits: { farmers: { value: 10, rule: 'gov' } },
};
const always = {
  name: 'audit week',
  zone: 'UTC',
  every: 'once' as const,
  from: startedAt,
  to: startedAt + 40 * 24 * 60 * minute,
};

/** Two people, ten farmers at the most, and frozen: nothing of it goes without breaking the glass. */
const open = (change: Partial<Rebuild> = {}, controls: Partial<Controls> = { freeze: [always] }) => {
  const writes: { before: Rebuild; write: Transition }[] = [];
  const plan = aPlan({ instance: anInstance({ environment: 'gov' }), farmers: 8, controls: gov });
  const rig = createRig(aRebuild({ plan, ticket: none, ...change }), {
    policy: { controls: () => ({ ...gov, ...controls }) },
    replan: async () => ({ ok: true, value: { kind: 'plan', plan } }),
    onWrite: (before, write) => writes.push({ before, write }),
  });
  /** Records of the audit that the writes of the controller make. */
  const audited = () => writes.flatMap(({ before, write }) => auditOfWrite(before, write.rebuild, 0));
  return { rig, audited };
};
const breakGlass = { verb: 'break_glass', reason: 'the customer is down' } as const;
const touched = ({ effects }: Rebuild) => effects.length > 0;
const never = () => false;
const inStep = (name: string) => (rebuild: Rebuild) =>
  rebuild.steps.some((step) => step.name === name && step.state === 'running');
const asksApproval = (rebuild: Rebuild) => openIntervention(rebuild)?.code === 'approval';

describe('a broken glass', () => {
  test('lets a rebuild begin that is neither approved nor out of a freeze window, and tells it in the channel', async () => {
    const { rig } = open();
    await rig.until(never, 10 * minute);
    expect(rig.world.scales).toEqual([]);
    expect(rig.command(breakGlass, bob)).toContain('The glass is broken for system6, for 30m');
    expect(rig.rebuild().card.notes.at(-1)).toMatchObject({ kind: 'glass', by: bob });
    await rig.until(touched, minute);
    expect(rig.world.scales.length).toBeGreaterThan(0);
  });

  test('bars nothing of whoever broke it, and everything of all others; what was ordered is on it', async () => {
    const { rig } = open();
    await rig.until(never, minute);
    rig.command(breakGlass, bob);
    await rig.until(inStep('rebuild'));
    expect(rig.command({ verb: 'scale', farmers: 12 }, alice)).toContain('Not done');
    expect(rig.command({ verb: 'scale', farmers: 12 }, bob)).toBe('system6 goes from 8 to 12 farmers.');
    expect(rig.command({ verb: 'override', kind: 'force', reason: 'broken' }, bob)).toContain('forced');
    expect(rig.rebuild().glass?.[0]?.did).toEqual(['scale to 12 farmers', 'force the rebuild']);
    expect(rig.journal.filter(({ what }) => what === 'under_glass')).toHaveLength(2);
    await rig.until(({ effects }) =>
      effects.some(({ effect }) => effect.kind === 'scale' && effect.to === 12),
    );
  });

  test('closes in the middle of a step, by the second: what is claimed is finished, and the next change waits for another person', async () => {
    const { rig, audited } = open({}, {});
    await rig.until(never, minute);
    const at = rig.clock.now;
    rig.command(breakGlass, bob);
    await rig.until(inStep('rebuild'));
    rig.command({ verb: 'scale', farmers: 12 }, bob);
    const { glass = [] } = rig.rebuild();
    expect(glass[0]?.until).toBe(at + 30 * minute);
    await rig.until((rebuild) => openGlass(rebuild) === undefined);
    expect(rig.rebuild().glass?.[0]?.endedAt).toBe(at + 30 * minute);
    expect(audited().filter(({ type }) => type === 'break_glass')).toHaveLength(1);
    const made = rig.rebuild().effects.length;
    await rig.until(asksApproval);
    await rig.until(never, 60 * minute);
    expect(rig.rebuild().effects).toHaveLength(made);
    // Whoever broke it is bound like anybody else.
    expect(rig.command({ verb: 'scale', farmers: 10 }, bob)).toContain('Not done');
    rig.command({ verb: 'approve' }, carol);
    expect((await rig.until(hasEnded)).phase).toBe('released');
  });

  test('pause and cancel need no glass; one that is open ends with the rebuild', async () => {
    const { rig } = open();
    await rig.until(never, minute);
    rig.command(breakGlass, bob);
    await rig.until(inStep('rebuild'));
    rig.command({ verb: 'cancel', reason: 'over' }, alice);
    expect((await rig.until(hasEnded)).phase).toBe('cancelled');
    expect(openGlass(rig.rebuild())).toBeUndefined();
    expect(rig.command(breakGlass, bob)).toContain('was cancelled');
  });

  test('of one person at a time, and not without a reason', async () => {
    const { rig } = open();
    await rig.until(never, minute);
    expect(rig.command({ verb: 'break_glass', reason: ' ' }, bob)).toContain('Say why');
    rig.command(breakGlass, bob);
    expect(rig.command(breakGlass, bob)).toContain('You have broken the glass already');
    expect(rig.command(breakGlass, carol)).toContain('Bob Birch has broken the glass already');
  });

  test('is reviewed by another person, after it has closed, and once', async () => {
    const { rig } = open();
    await rig.until(never, minute);
    rig.command(breakGlass, bob);
    const review = { verb: 'review', says: 'as the incident needed' } as const;
    expect(rig.command(review, carol)).toContain('the glass is open until');
    await rig.until((rebuild) => openGlass(rebuild) === undefined);
    rig.command({ verb: 'cancel', reason: 'over' }, alice);
    await rig.until(hasEnded);
    expect(rig.command(review, bob)).toContain('whoever broke the glass does not review it');
    expect(rig.command(review, bobToo)).toContain('whoever broke the glass does not review it');
    expect(rig.command(review, carol)).toContain('is reviewed, and in order: as the incident needed');
    expect(rig.rebuild().driveAt).toBeUndefined();
    expect(rig.rebuild().glass?.[0]?.review?.by).toEqual(carol);
    expect(rig.command(review, carol)).toContain('nobody has reviewed');
  });
});
