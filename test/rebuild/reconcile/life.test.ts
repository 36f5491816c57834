import { describe, expect, test } from 'vitest';
import { closingReport } from '../../../src/rebuild/messages/closing-report.ts';
import { type News, newsWords } from '../../../src/rebuild/messages/news.ts';
import { problemWords } from '../../../src/rebuild/messages/planning/problems.ts';
import { goingOnWords } from '../../../src/rebuild/messages/steps/going-on.ts';
import { interventionWords } from '../../../src/rebuild/messages/steps/interventions.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { endedAt, hasEnded } from '../../../src/rebuild/model/record.ts';
import { statusOfRebuild } from '../../../src/rebuild/model/status.ts';
import { type StepName, stepNames } from '../../../src/rebuild/model/steps.ts';
import { aGitopsInstance, anInstance, aPlan, aRebuild } from '../../builders/rebuild.ts';
import { createRig, type Rig } from './rig.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const noTicket = { state: 'none', entries: [], count: 0, attempts: 0 } as const;
const of = (instance: Parameters<typeof anInstance>[0]): Rebuild =>
  aRebuild({ plan: aPlan({ instance: anInstance(instance) }), ticket: noTicket });

const currently = (rebuild: Rebuild) =>
  rebuild.steps.find(({ state }) => state === 'running' || state === 'waiting');
const inStep = (name: StepName) => (rebuild: Rebuild) => currently(rebuild)?.name === name;
const percent =
  (least: number) =>
  ({ progress }: Rebuild): boolean =>
    progress?.of === 'rebuild' && progress.percent > least;
const asks = (code: string) => (rebuild: Rebuild) => rebuild.steps.some(({ ask }) => ask?.code === code);
const kinds = (rebuild: Rebuild) => rebuild.card.notes.map(({ kind }) => kind);
const texts = (rebuild: Rebuild, kind: string) =>
  rebuild.card.notes.filter((note) => note.kind === kind).map(({ text }) => text);
const told = (news: News) => newsWords(news).text;
const ended = (rebuild: Rebuild, farmers = 0): string => {
  const { phase } = rebuild;
  if (phase === 'running' || phase === 'cancelling' || phase === 'failing') throw new Error(phase);
  const report = closingReport(rebuild, rebuild.endedAt ?? 0);
  return told({ code: 'ended', phase, report, kept: { farmers, guardian: false }, chart: false });
};
const nothingUp = ({ world }: Rig) => {
  expect([world.lookAt('farmer').wanted, world.lookAt('farmer').pods.length]).toEqual([0, 0]);
  expect([world.lookAt('synchronizer').wanted, world.lookAt('synchronizer').pods.length]).toEqual([0, 0]);
};

describe('from start to release', () => {
  test.each([
    ['balance, Kubernetes', anInstance()],
    ['balance, gitops', aGitopsInstance()],
    ['farm, Kubernetes', anInstance({ engine: 'farm' })],
    ['farm, gitops', aGitopsInstance({ engine: 'farm' })],
  ])('%s: every change once, in order', async (_, instance) => {
    const rig = createRig(aRebuild({ plan: aPlan({ instance }), ticket: noTicket }));
    const rebuild = await rig.until(hasEnded);
    expect(rebuild.phase).toBe('released');
    expect(rig.world.scales.map(({ role, from, to }) => `${role} ${from} ${to}`)).toEqual([
      'synchronizer 0 1',
      'farmer 0 24',
      'farmer 24 0',
      'synchronizer 1 0',
    ]);
    const { id } = rebuild;
    expect(rig.world.orders.map(({ key }) => key)).toEqual([
      `${id}/rebuild/1`,
      `${id}/write/1`,
      ...instance.frontends.map((name) => `${id}/${name}/1`),
    ]);
    expect(rig.world.mostAway).toBe(1);
    expect(rebuild.steps.map(({ state }) => state)).toEqual(stepNames.map(() => 'done'));
    expect(rebuild.driveAt).toBeUndefined();
    nothingUp(rig);
  });

  test('the thread stays quiet: only what matters, and a chart where there is something to see', async () => {
    const rebuild = await createRig().until(hasEnded);
    expect(
      rebuild.card.notes
        .filter(({ kind }) => kind !== 'scaled')
        .map(({ kind, chart }) => `${kind}${chart ? ' with chart' : ''}`),
    ).toEqual([
      'step',
      'milestone with chart',
      'milestone with chart',
      'milestone with chart',
      'step',
      'step',
      'step',
      'step',
      'ended with chart',
    ]);
  });

  test('the ticket is closed with a report of times, changes and overrides', async () => {
    const rig = createRig(
      aRebuild({ ticket: { state: 'open', key: 'OPS-7', entries: [], count: 0, attempts: 1 } }),
    );
    await rig.until(inStep('rebuild'));
    rig.command({ verb: 'override', kind: 'force', reason: 'stale' });
    const rebuild = await rig.until(hasEnded);
    const closing = rebuild.ticket.entries.filter(({ kind }) => kind === 'closing');
    expect(closing.map(({ lines }) => lines)).toEqual([closingReport(rebuild, rebuild.endedAt ?? 0)]);
    expect(rebuild.overrides.map(({ kind, reason }) => [kind, reason])).toEqual([['force', 'stale']]);
  });

  test('thirteen days of rebuilding make its record no longer than a day does', async () => {
    const rig = createRig(of({}), { timings: { rebuildWork: 24 * 13 * day } });
    const inThe = async (at: number) => {
      await rig.until(() => rig.clock.now > start + at, at);
      return JSON.stringify(rig.rebuild()).length;
    };
    const start = rig.clock.now;
    const [afterOne, afterTwelve] = [await inThe(day), await inThe(12 * day)];
    expect(afterTwelve).toBeLessThan(1.2 * afterOne);
    const rebuild = await rig.until(hasEnded);
    expect(rebuild.phase).toBe('released');
    expect(rig.clock.now - rebuild.at).toBeGreaterThan(13 * day);
    const samples = rebuild.progress?.samples ?? [];
    expect(samples.length).toBeLessThanOrEqual(240);
  });

  test('the limit ends it, and pauses do not count', async () => {
    const rig = createRig(of({}), { timings: { rebuildWork: 24 * 60 * day }, policy: { limit: 2 * day } });
    await rig.until(inStep('rebuild'));
    rig.command({ verb: 'pause', reason: 'holidays' });
    await rig.until(hasEnded, 3 * day);
    expect(rig.rebuild().phase).toBe('running');
    rig.command({ verb: 'resume' });
    const rebuild = await rig.until(hasEnded);
    expect(rebuild.phase).toBe('failed');
    const activeMs = (rebuild.end?.at ?? 0) - rebuild.at - rebuild.pausedMs;
    expect(rebuild.end?.errors).toEqual([problemWords({ code: 'limit', activeMs, limitMs: 2 * day })]);
    expect(Math.round((rig.clock.now - rebuild.at) / day)).toBe(5);
    nothingUp(rig);
  });
});

describe('nothing is touched', () => {
  test('before the ticket is there, however long that takes', async () => {
    const rig = createRig(aRebuild());
    await rig.until(hasEnded, 2 * day);
    expect(currently(rig.rebuild())?.name).toBe('ticket');
    expect(rig.rebuild().effects).toEqual([]);
    rig.change((rebuild) => ({ ...rebuild, ticket: { ...rebuild.ticket, state: 'open', key: 'OPS-7' } }));
    expect((await rig.until(hasEnded)).phase).toBe('released');
  });

  test('before a second person approves', async () => {
    const rig = createRig(of({ approval: true }));
    await rig.until(asks('approval'), day);
    await rig.until(hasEnded, 2 * day);
    expect(statusOfRebuild(rig.rebuild())).toBe('waiting for approval');
    expect(rig.world.scales).toEqual([]);
    rig.command({ verb: 'approve' });
    expect((await rig.until(hasEnded)).phase).toBe('released');
  });

  test('when preflight finds reasons: all of them at once', async () => {
    const rig = createRig();
    rig.world.setReplicas('farmer', 5, 'kubectl');
    rig.world.setReplicas('synchronizer', 1, 'kubectl');
    const rebuild = await rig.until(hasEnded);
    expect(rebuild.phase).toBe('failed');
    const { farmerSet, synchronizerSet } = rebuild.plan.instance;
    expect(rebuild.end?.errors).toEqual([
      problemWords({ code: 'farmers_up', set: farmerSet, farmers: 5 }),
      problemWords({ code: 'synchronizer_up', set: synchronizerSet }),
    ]);
    expect(rebuild.effects).toEqual([]);
    expect(rebuild.steps.map(({ state }) => state)).toEqual(['failed', ...Array(9).fill('skipped')]);
    expect(rig.world.lookAt('farmer').wanted).toBe(5);
  });
});

describe('cancel', () => {
  test.each(stepNames)('in %s tears everything down, and ends', async (name) => {
    const rig = createRig(name === 'ticket' ? aRebuild() : undefined);
    if (name === 'release') rig.world.stuckTerminating('synchronizer', true);
    if (name !== 'preflight') {
      await rig.until(inStep(name));
      await rig.until(() => false, 15_000);
    }
    rig.command({ verb: 'cancel', reason: 'wrong instance' });
    rig.world.heal();
    const rebuild = await rig.until(hasEnded, 2 * hour);
    expect(rebuild.phase).toBe('cancelled');
    expect(rig.world.mostAway).toBeLessThanOrEqual(1);
    nothingUp(rig);
  });

  test('stops the run, and says in one closing entry why', async () => {
    const rig = createRig(
      aRebuild({ ticket: { state: 'open', key: 'OPS-7', entries: [], count: 0, attempts: 1 } }),
    );
    await rig.until(percent(10));
    rig.command({ verb: 'cancel', reason: 'wrong instance' });
    const rebuild = await rig.until(hasEnded);
    expect(rebuild.phase).toBe('cancelled');
    expect(rig.world.orders.at(-1)?.effect).toEqual({ kind: 'stop_run' });
    expect(rebuild.steps.map(({ state }) => state)).toEqual([
      ...Array(5).fill('done'),
      'skipped',
      'skipped',
      'done',
      'skipped',
      'skipped',
    ]);
    expect(rebuild.end).toMatchObject({ by: { id: 'U0ADA', name: 'Ada' }, reason: 'wrong instance' });
    expect(texts(rebuild, 'ended')).toEqual([ended(rebuild)]);
    expect(rebuild.ticket.entries.filter(({ kind }) => kind === 'closing')).toHaveLength(1);
  });

  test('is over when the teardown is, not when it was asked for', async () => {
    const rig = createRig();
    await rig.until(percent(10));
    rig.world.stuckTerminating('farmer', true);
    rig.command({ verb: 'cancel', reason: 'wrong instance' });
    await rig.until(() => false, 20 * 60_000);
    rig.world.heal();
    const rebuild = await rig.until(hasEnded, 2 * hour);
    const asked = rebuild.end?.at ?? 0;
    const teardown = rebuild.steps.find(({ name }) => name === 'teardown')?.endedAt ?? 0;
    expect(teardown - asked).toBeGreaterThan(10 * 60_000);
    expect(endedAt(rebuild)).toBeGreaterThanOrEqual(teardown);
    const { endedAt: _, ...older } = rebuild;
    expect(endedAt(older)).toBe(teardown);
  });

  test('keeps the farmers where a person said so, and says that they cost', async () => {
    const rig = createRig();
    await rig.until(percent(10));
    rig.command({ verb: 'override', kind: 'keep_farmers', reason: 'to look at them' });
    rig.command({ verb: 'cancel', reason: 'enough' });
    const rebuild = await rig.until(hasEnded);
    expect(rig.world.lookAt('farmer').ready).toBe(24);
    expect(rig.world.lookAt('synchronizer').wanted).toBe(0);
    expect(texts(rebuild, 'ended')).toEqual([ended(rebuild, 24)]);
  });

  test('never ends while farmers are up: it asks, and goes on when they are gone', async () => {
    const rig = createRig();
    await rig.until(inStep('rebuild'));
    rig.world.stuckTerminating('farmer', true);
    rig.command({ verb: 'cancel', reason: 'enough' });
    await rig.until(asks('teardown_stuck'));
    await rig.until(hasEnded, 2 * day);
    expect(rig.rebuild().phase).toBe('cancelling');
    rig.world.heal();
    expect((await rig.until(hasEnded)).phase).toBe('cancelled');
    nothingUp(rig);
  });
});

describe('pause', () => {
  test.each(['synchronizer', 'history', 'farmers', 'rebuild', 'write', 'teardown', 'propagate'] as const)(
    'in %s lets nothing new begin, and costs no time',
    async (name) => {
      const rig = createRig();
      await rig.until(inStep(name));
      rig.command({ verb: 'pause', reason: 'waiting for the customer' });
      await rig.until(({ pause }) => pause?.state === 'paused');
      const made = rig.world.scales.length + rig.world.orders.length;
      await rig.until(hasEnded, 9 * hour);
      const { pause, phase } = rig.rebuild();
      expect([phase, pause?.state]).toEqual(['running', 'paused']);
      expect(rig.world.scales.length + rig.world.orders.length).toBe(made);
      expect(kinds(rig.rebuild()).filter((kind) => kind === 'still_paused')).toHaveLength(2);
      rig.command({ verb: 'resume' });
      const rebuild = await rig.until(hasEnded);
      expect(rebuild.phase).toBe('released');
      expect(texts(rebuild, 'waiting')).toEqual([]);
    },
  );

  test('says what it cannot stop', async () => {
    const rig = createRig();
    await rig.until(percent(10));
    rig.command({ verb: 'pause', reason: 'lunch' });
    const { pause } = await rig.until((rebuild) => rebuild.pause?.state === 'paused');
    expect(pause?.goesOn).toBe(goingOnWords({ code: 'computing', farmers: 24 }));
  });
});

describe('manual intervention', () => {
  test('too few farmers: asked, then failed and torn down', async () => {
    const rig = createRig(of({ minimum: 8 }));
    rig.world.capacity('farmer', 3);
    const asked = await rig.until(asks('too_few_farmers'));
    const { troubles = [] } = asked.farmers.seen ?? {};
    const counts = { ready: 3, target: 24, minimum: 8, troubles };
    expect(currently(asked)?.ask).toMatchObject(
      interventionWords({ code: 'too_few_farmers', at: 'start', ...counts }),
    );
    const rebuild = await rig.until(hasEnded);
    expect(rebuild.phase).toBe('failed');
    expect(rebuild.end?.errors.at(-1)).toBe(problemWords({ code: 'nobody_answered', ms: 30 * minute }));
    expect(rig.world.orders.filter(({ key }) => key.includes('/rebuild/'))).toEqual([]);
    nothingUp(rig);
  });

  test('fewer farmers accepted: goes on with those', async () => {
    const rig = createRig(of({ minimum: 8 }));
    rig.world.capacity('farmer', 3);
    await rig.until(asks('too_few_farmers'));
    rig.command({ verb: 'override', kind: 'accept_farmers', amount: 3, reason: 'no more nodes today' });
    const rebuild = await rig.until(hasEnded);
    expect(rebuild.phase).toBe('released');
    expect(rig.world.orders[0]).toMatchObject({ ready: 3 });
  });

  test('what was asked for comes right by itself: the question is withdrawn', async () => {
    const rig = createRig(of({ minimum: 8 }));
    rig.world.capacity('farmer', 3);
    await rig.until(asks('too_few_farmers'));
    rig.world.capacity('farmer', 24);
    const rebuild = await rig.until(inStep('rebuild'));
    expect(asks('too_few_farmers')(rebuild)).toBe(false);
  });

  test('farm: waits for all until the deadline, then goes on with enough', async () => {
    const rig = createRig(of({ engine: 'farm', minimum: 8 }));
    rig.world.capacity('farmer', 12);
    const rebuild = await rig.until(inStep('rebuild'));
    const counts = { ready: 12, target: 24, minimum: 8 };
    const why = { lateMs: 20 * minute };
    expect(texts(rebuild, 'step').at(-1)).toBe(told({ code: 'farmers_up', ...counts, why }));
  });

  test('a synchronizer in a crash loop is asked about at once, and no farmer is started', async () => {
    const rig = createRig();
    rig.world.crashLoop('synchronizer', true);
    const rebuild = await rig.until(({ steps }) => steps.some(({ ask }) => ask));
    expect(asks('readiness_trap')(rebuild)).toBe(true);
    expect(rebuild.farmers.wanted).toBe(0);
    expect((await rig.until(hasEnded)).phase).toBe('failed');
    nothingUp(rig);
  });

  test('a synchronizer that never becomes ready is asked about at the deadline, which can be extended', async () => {
    const rig = createRig();
    rig.world.neverReady('synchronizer', true);
    const asked = await rig.until(asks('synchronizer_not_ready'));
    expect(rig.clock.now - asked.at).toBeGreaterThanOrEqual(30 * minute);
    rig.command({ verb: 'override', kind: 'extend_deadline', amount: 2 * hour, reason: 'slow disk' });
    await rig.until(() => false, minute);
    expect(currently(rig.rebuild())).toMatchObject({ name: 'synchronizer', state: 'running' });
    rig.world.heal();
    expect((await rig.until(hasEnded)).phase).toBe('released');
  });

  test('a history update that stalls is asked about; a retry orders it', async () => {
    const rig = createRig();
    await rig.until(inStep('history'));
    rig.world.freeze(true);
    await rig.until(asks('history_stalled'));
    rig.world.freeze(false);
    rig.command({ verb: 'retry' });
    const rebuild = await rig.until(hasEnded);
    expect(rebuild.phase).toBe('released');
    expect(rig.world.orders.slice(0, 2).map(({ key }) => key)).toEqual([
      `${rebuild.id}/stop/1`,
      `${rebuild.id}/history/2`,
    ]);
  });

  test('a frontend that does not come back stops the propagation, without touching the next', async () => {
    const rig = createRig();
    rig.world.frontendStays('system6-fe1', true);
    await rig.until(asks('frontend_not_back'));
    await rig.until(hasEnded, day);
    expect(rig.world.orders.at(-1)?.effect).toEqual({ kind: 'propagate', frontend: 'system6-fe1' });
    rig.world.heal();
    expect((await rig.until(hasEnded)).phase).toBe('released');
    expect(rig.world.mostAway).toBe(1);
  });

  test('a skipped propagation leaves the guardian up until it is dropped', async () => {
    const rig = createRig(undefined, { policy: { limit: day } });
    rig.world.frontendStays('system6-fe1', true);
    await rig.until(asks('frontend_not_back'));
    rig.command({ verb: 'override', kind: 'skip_step', reason: 'fe1 is broken' });
    await rig.until(asks('guardian'));
    await rig.until(hasEnded, 2 * day);
    expect([statusOfRebuild(rig.rebuild()), rig.rebuild().synchronizer.guardian]).toEqual(['guardian', true]);
    rig.command({ verb: 'override', kind: 'drop_guardian', reason: 'not needed' });
    const rebuild = await rig.until(hasEnded);
    expect(rebuild.phase).toBe('released');
    expect(rebuild.frontends.map(({ state }) => state)).toContain('skipped');
    nothingUp(rig);
  });
});

describe('while it runs', () => {
  const running = async (rig: Rig, least = 10) => rig.until(percent(least));

  test('farmers die: told once, and survived', async () => {
    const rig = createRig();
    await running(rig);
    for (let i = 0; i < 5; i++) {
      rig.world.killPod('farmer', i);
      await rig.until(() => false, 2 * minute);
    }
    const rebuild = await rig.until(hasEnded);
    expect(rebuild.phase).toBe('released');
    expect(rig.journal.filter(({ what }) => what === 'farmers_trouble')).toHaveLength(1);
    expect(kinds(rebuild).filter((kind) => kind === 'error')).toHaveLength(1);
  });

  test('the synchronizer dies: recovered from the cache file, without asking', async () => {
    const rig = createRig();
    await running(rig, 40);
    rig.world.killPod('synchronizer', 0);
    const rebuild = await rig.until(hasEnded);
    expect(rebuild.phase).toBe('released');
    const orders = rig.world.orders.filter(({ key }) => key.includes('/rebuild/'));
    expect(orders.map(({ effect }) => effect)).toEqual([
      { kind: 'run', run: 'rebuild' },
      { kind: 'run', run: 'rebuild', recover: true },
    ]);
    expect(texts(rebuild, 'waiting')).toEqual([]);
  });

  test('the synchronizer dies without a cache file: a person decides', async () => {
    const rig = createRig();
    await running(rig, 40);
    rig.world.cacheFile(false);
    rig.world.killPod('synchronizer', 0);
    await rig.until(asks('synchronizer_lost'));
    rig.command({ verb: 'retry' });
    const rebuild = await rig.until(hasEnded);
    expect(rebuild.phase).toBe('released');
    expect(rig.world.orders.filter(({ key }) => key.includes('/rebuild/')).at(-1)?.effect).toEqual({
      kind: 'run',
      run: 'rebuild',
    });
  });

  test('a run that failed is asked about, and a retry goes on from the cache file', async () => {
    const rig = createRig();
    await running(rig, 40);
    rig.world.failRun('rebuild');
    const asked = await rig.until(asks('rebuild_failed'));
    expect(currently(asked)?.ask).toMatchObject(
      interventionWords({ code: 'rebuild_failed', error: 'disk full', cacheFile: true }),
    );
    rig.command({ verb: 'retry' });
    expect((await rig.until(hasEnded)).phase).toBe('released');
  });

  test('never without its farmers: an engine that does it alone is stopped, loudly', async () => {
    const rig = createRig();
    rig.world.fallBack(true);
    const { lookAtEngine } = rig.world;
    await running(rig, 5);
    const alone = {
      ...rig.deps,
      engine: {
        ...rig.deps.engine,
        look: async () => {
          const value = lookAtEngine('');
          return {
            ok: true as const,
            value: { ...value, rebuild: { ...value.rebuild, distributed: false } },
          };
        },
      },
    };
    Object.assign(rig.deps, alone);
    const rebuild = await rig.until(hasEnded);
    expect(rebuild.phase).toBe('failed');
    expect(rebuild.end?.errors).toEqual([problemWords({ code: 'works_alone', farmers: 24, ready: 24 })]);
    expect(rig.world.orders.at(-1)?.effect).toEqual({ kind: 'stop_run' });
    nothingUp(rig);
  });

  test('a stall is told, and that it moves again; a long one asks without ending anything', async () => {
    const rig = createRig();
    await running(rig);
    rig.world.freeze(true);
    await rig.until(({ stalledSince }) => stalledSince !== undefined);
    await rig.until(asks('rebuild_stalled'));
    await rig.until(hasEnded, 6 * hour);
    expect(rig.rebuild().phase).toBe('running');
    rig.world.freeze(false);
    const rebuild = await rig.until(hasEnded);
    expect(rebuild.phase).toBe('released');
    expect(kinds(rebuild).filter((kind) => kind === 'stalled' || kind === 'moving')).toEqual([
      'stalled',
      'moving',
    ]);
  });

  test('an ETA beyond the target offers the number that meets it; one scale, and it does', async () => {
    const plan = aPlan({ targetMs: 60 * minute });
    const rig = createRig(aRebuild({ plan, ticket: noTicket }), {
      timings: { rebuildWork: 24 * 90 * minute },
    });
    const offered = await rig.until(({ offer }) => offer !== undefined);
    const farmers = offered.offer?.farmers ?? 0;
    expect(farmers).toBeGreaterThan(36);
    expect(farmers).toBeLessThan(50);
    expect(texts(offered, 'offer')).toHaveLength(1);
    rig.command({ verb: 'scale', farmers });
    const done = await rig.until(inStep('write'));
    const took = rig.clock.now - done.at;
    expect(took).toBeLessThan(64 * minute);
    expect(rig.world.scales.filter(({ role }) => role === 'farmer').map(({ to }) => to)).toEqual([
      24,
      farmers,
    ]);
    expect(texts(await rig.until(hasEnded), 'offer')).toHaveLength(1);
  });

  test('farm: says what would have met the target, and offers nothing', async () => {
    const plan = aPlan({ instance: anInstance({ engine: 'farm' }), targetMs: 60 * minute });
    const rig = createRig(aRebuild({ plan, ticket: noTicket }), {
      timings: { rebuildWork: 24 * 90 * minute },
    });
    const rebuild = await rig.until(inStep('write'));
    expect(rebuild.offer).toBeUndefined();
    expect(texts(rebuild, 'offer')).toHaveLength(1);
    expect(rig.journal.filter(({ what }) => what === 'offer')).toHaveLength(1);
    expect(Object.keys(rebuild.told ?? {})).toContain('offer:farm');
  });

  test('somebody else scales: told once with who, not fought, and settled by a scale', async () => {
    const rig = createRig();
    await running(rig);
    rig.world.setReplicas('farmer', 12, 'autoscaler');
    await rig.until(({ drift }) => drift !== undefined);
    await rig.until(() => false, 5 * minute);
    expect(rig.world.lookAt('farmer').wanted).toBe(12);
    expect(texts(rig.rebuild(), 'drift')).toHaveLength(1);
    expect(rig.rebuild().drift).toMatchObject({ role: 'farmer', expected: 24, found: 12, who: 'autoscaler' });
    rig.command({ verb: 'scale', farmers: 24 });
    await rig.until(() => false, minute);
    expect(rig.world.lookAt('farmer').wanted).toBe(24);
    const rebuild = await rig.until(hasEnded);
    expect([rebuild.phase, rebuild.drift?.settled]).toEqual(['released', 'restored']);
    nothingUp(rig);
  });

  test('a write that fails is tried once more by itself, then asked about', async () => {
    const rig = createRig();
    await rig.until(({ progress }) => progress?.of === 'write' && progress.percent > 10);
    rig.world.failRun('write');
    await rig.until(({ steps }) => steps.some(({ name, attempt }) => name === 'write' && attempt === 2));
    await rig.until(
      ({ progress, steps }) =>
        progress?.of === 'write' && progress.percent > 10 && steps[6]?.state === 'running',
      hour,
    );
    await rig.until(() => false, minute);
    rig.world.failRun('write');
    await rig.until(asks('write_failed'));
    rig.command({ verb: 'retry' });
    expect((await rig.until(hasEnded)).phase).toBe('released');
  });

  test('going back on purpose begins again, under new keys', async () => {
    const rig = createRig();
    await running(rig, 60);
    rig.command({ verb: 'override', kind: 'retry_from', step: 'rebuild', reason: 'wrong data' });
    const rebuild = await rig.until(hasEnded);
    expect(rebuild.phase).toBe('released');
    const runs = rig.world.orders.filter(({ key }) => key.includes('/rebuild/') || key.includes('/stop/'));
    expect(runs.map(({ key, effect }) => [key.slice(rebuild.id.length), effect])).toEqual([
      ['/rebuild/1', { kind: 'run', run: 'rebuild' }],
      ['/stop/1', { kind: 'stop_run' }],
      ['/rebuild/2', { kind: 'run', run: 'rebuild' }],
    ]);
  });
});
