import { describe, expect, test } from 'vitest';
import { type JournalEntry, line, ownLine } from '../../../src/core/journal.ts';
import { draftKeptMs, type PlanDraft } from '../../../src/rebuild/model/command.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import type { RebuildId } from '../../../src/rebuild/model/rebuild-id.ts';
import { type Transition, writeOf } from '../../../src/rebuild/model/transition.ts';
import type {
  RebuildQueries,
  RebuildStore,
  RebuildsInFlight,
  TierLimit,
} from '../../../src/rebuild/ports/store.ts';
import type { Part } from '../../../src/reconcile/work.ts';
import { anInstance, aPlan, aRebuild, startedAt } from '../../builders/rebuild.ts';

/** A store of rebuilds for tests, as one process sees it. */
export interface RebuildsSubject extends AsyncDisposable {
  readonly store: RebuildStore;
  readonly queries: RebuildQueries & RebuildsInFlight;
  /** The test moves it; ms. `least`: the least number that a rebuild may get. */
  readonly clock: { now: number; least: number };
  /** What was told, in order: `part id at`. */
  readonly told: string[];
}

const day = '20261120';
const alice = { id: 'U0ALICE', name: 'Alice Ash' };
const made = line(startedAt, 'U0ALICE', 'start', 'new dataset');

let drafts = 0;

/** Of an instance of this name, created in the store. */
const start = async (
  { store }: Pick<RebuildsSubject, 'store'>,
  name: string,
  change: Partial<Rebuild> = {},
): Promise<Rebuild> => {
  const draft = `draft-${++drafts}`;
  const result = await store.create({ instance: name, day, draft, limit: 20 }, (id) =>
    writeOf({ ...aRebuild({ plan: aPlan({ instance: anInstance({ name }) }) }), id, ...change }, made),
  );
  if (!result.ok) throw new Error(`not created: ${result.code}`);
  return result.rebuild;
};

const edit = (store: RebuildStore, id: RebuildId, change: (rebuild: Rebuild) => Rebuild) =>
  store.update(id, (rebuild) => ({ write: writeOf(change(rebuild)) }));

const end = (phase: 'released' | 'cancelled' | 'failed', at: number) => (rebuild: Rebuild) => ({
  ...rebuild,
  phase,
  end: { at, by: alice, reason: 'enough', step: 'rebuild' as const, errors: [] },
});

const shownAt =
  (ts: string, channel = 'C0DCR') =>
  (rebuild: Rebuild) => ({
    ...rebuild,
    card: { ...rebuild.card, channel, state: 'open' as const, ts },
  });

const aDraft = (id: string, validUntil: number): PlanDraft => ({
  id,
  plan: aPlan(),
  request: { instance: 'system6', forced: false },
  by: alice,
  at: startedAt,
  validUntil,
});

export const rebuildsConformance = (
  open: (options?: { readonly lines?: number }) => Promise<RebuildsSubject>,
): void => {
  describe('create', () => {
    test('stores the record with the first number of the day, its journal, and what is due', async () => {
      await using subject = await open();
      const rebuild = await start(subject, 'system6');
      expect(rebuild.id).toBe('system6-20261120-1');
      expect(rebuild.version).toBe(1);
      expect(await subject.store.get(rebuild.id)).toEqual(rebuild);
      expect(await subject.queries.journal(rebuild.id)).toEqual([made]);
      expect(subject.told).toEqual([
        `drive ${rebuild.id} ${startedAt}`,
        `card ${rebuild.id} 0`,
        `ticket ${rebuild.id} 0`,
      ]);
      for (const part of ['drive', 'card', 'ticket'] as const) {
        expect(await subject.store.due(part, subject.clock.now, 10)).toEqual([rebuild.id]);
      }
    });

    test('refuses a second rebuild of the instance, and names the one in flight', async () => {
      await using subject = await open();
      const first = await start(subject, 'system6');
      const second = await subject.store.create(
        { instance: 'system6', day, draft: 'other', limit: 20 },
        (id) => writeOf({ ...first, id }),
      );
      expect(second).toEqual({ ok: false, code: 'busy', id: first.id });
    });

    test('gives no number once more that somebody else knows to be given', async () => {
      await using subject = await open();
      const given = [`system6-${day}-3`, `system6-${day}-12`, `system7-${day}-1`, 'system6-20261119-40', 'x'];
      await subject.store.taken(given);
      await subject.store.taken([`system6-${day}-7`]);
      expect((await start(subject, 'system6')).id).toBe(`system6-${day}-13`);
      expect((await start(subject, 'system7')).id).toBe(`system7-${day}-2`);
      expect((await start(subject, 'system8')).id).toBe(`system8-${day}-1`);
    });

    test('numbers begin where the store does not know which ones were given, and go on from there', async () => {
      await using subject = await open();
      subject.clock.least = 143_512;
      const first = await start(subject, 'system6');
      expect(first.id).toBe(`system6-${day}-143512`);
      await edit(subject.store, first.id, end('cancelled', startedAt + 1));
      expect((await start(subject, 'system6')).id).toBe(`system6-${day}-143513`);
    });

    test('answers a draft that was started before with its rebuild, also when that has ended', async () => {
      await using subject = await open();
      const ask = { instance: 'system6', day, draft: 'twice', limit: 1 };
      const build = (id: RebuildId) => writeOf({ ...aRebuild(), id });
      const first = await subject.store.create(ask, build);
      expect(first).toMatchObject({ ok: true, already: false });
      expect(await subject.store.create(ask, build)).toMatchObject({
        ok: true,
        already: true,
        rebuild: { id: 'system6-20261120-1' },
      });
      await edit(subject.store, 'system6-20261120-1', end('cancelled', startedAt + 1));
      expect(await subject.store.create(ask, build)).toMatchObject({
        ok: true,
        already: true,
        rebuild: { id: 'system6-20261120-1', phase: 'cancelled' },
      });
    });

    test('a double click makes one rebuild', async () => {
      await using subject = await open();
      const click = () =>
        subject.store.create({ instance: 'system6', day, draft: 'double', limit: 20 }, (id) =>
          writeOf({ ...aRebuild(), id }, made),
        );
      const answers = await Promise.all([click(), click(), click()]);
      const ids = answers.map((answer) => (answer.ok ? answer.rebuild.id : answer.code));
      expect(new Set(ids).size).toBe(1);
      expect(answers.filter((answer) => answer.ok && !answer.already).length).toBe(1);
      expect(await subject.queries.journal(ids[0] ?? '')).toEqual([made]);
      expect((await subject.queries.list({ limit: 10 })).length).toBe(1);
    });

    test('two people who start the same instance at once get one rebuild', async () => {
      await using subject = await open();
      const click = (draft: string) =>
        subject.store.create({ instance: 'system6', day, draft, limit: 20 }, (id) =>
          writeOf({ ...aRebuild(), id }),
        );
      const answers = await Promise.all([click('one'), click('two')]);
      const won = answers.flatMap((answer) => (answer.ok ? [answer.rebuild.id] : []));
      expect(won.length).toBe(1);
      expect(answers.find((answer) => !answer.ok)).toEqual({ ok: false, code: 'busy', id: won[0] });
    });

    test('refuses more in flight than the limit, also when they come at once', async () => {
      await using subject = await open();
      const click = (name: string) =>
        subject.store.create({ instance: name, day, draft: `limit-${name}`, limit: 2 }, (id) =>
          writeOf({ ...aRebuild({ plan: aPlan({ instance: anInstance({ name }) }) }), id }),
        );
      const answers = await Promise.all(['a', 'b', 'c', 'd'].map(click));
      expect(answers.filter(({ ok }) => ok).length).toBe(2);
      const inFlight = answers.flatMap((answer) => (answer.ok ? [answer.rebuild.id] : [])).sort();
      expect(answers.filter(({ ok }) => !ok)).toEqual([
        { ok: false, code: 'limit', inFlight },
        { ok: false, code: 'limit', inFlight },
      ]);
    });

    test('refuses more in one environment than policy allows, however many are confirmed at once', async () => {
      await using subject = await open();
      const { store } = subject;
      const click = (name: string, environment: string | undefined, limit: number) =>
        store.create(
          {
            ...{ instance: name, day, draft: `env-${name}-${++drafts}`, limit: 100 },
            within: { environment: environment ?? 'commercial', limit },
          },
          (id) => {
            const instance = anInstance({ name, ...(environment !== undefined && { environment }) });
            return writeOf({ ...aRebuild({ plan: aPlan({ instance }) }), id });
          },
        );
      const names = Array.from({ length: 24 }, (_, i) => `gov${String(i).padStart(2, '0')}`);
      const [gov, others] = await Promise.all([
        Promise.all(names.map((name) => click(name, 'gov', 3))),
        Promise.all(names.map((name) => click(`x${name}`, undefined, 5))),
      ]);
      for (const { answers, limit } of [
        { answers: gov, limit: 3 },
        { answers: others, limit: 5 },
      ]) {
        const inFlight = answers.flatMap((answer) => (answer.ok ? [answer.rebuild.id] : [])).sort();
        expect(inFlight).toHaveLength(limit);
        const refused = Array.from({ length: 24 - limit }, () => ({
          ...{ ok: false, code: 'environment_limit', inFlight },
        }));
        expect(answers.filter(({ ok }) => !ok)).toEqual(refused);
      }
      // One that ends makes room for one, and what nothing limits comes in.
      const [first] = gov.flatMap((answer) => (answer.ok ? [answer.rebuild.id] : []));
      await edit(store, first ?? '', end('released', startedAt + 1));
      const again = await Promise.all(names.slice(20).map((name) => click(name, 'gov', 3)));
      expect(again.filter(({ ok }) => ok)).toHaveLength(1);
      expect(await start(subject, 'free')).toMatchObject({ version: 1 });
    });

    test('refuses more of one tier than it may have, however many are confirmed at once; the longest pattern says whose an instance is', async () => {
      await using subject = await open();
      const alpha = { tier: 'alpha', limit: 2, own: ['a-*', 'b-a-one'], others: ['b-*'], rest: false };
      const beta = { tier: 'beta', limit: 3, own: ['b-*'], others: ['a-*', 'b-a-one'], rest: true };
      const click = (name: string, tier: TierLimit) =>
        subject.store.create(
          { instance: name, day, draft: `tier-${name}-${++drafts}`, limit: 100, tier },
          (id) => writeOf({ ...aRebuild({ plan: aPlan({ instance: anInstance({ name }) }) }), id }),
        );
      const [ofAlpha, ofBeta] = await Promise.all([
        Promise.all(['a-1', 'a-2', 'b-a-one', 'a-3', 'a-4'].map((name) => click(name, alpha))),
        // What nobody names is beta's, too.
        Promise.all(['b-1', 'nobody', 'b-a-one-more', 'b-2', 'b-a'].map((name) => click(name, beta))),
      ]);
      for (const { answers, limit } of [
        { answers: ofAlpha, limit: 2 },
        { answers: ofBeta, limit: 3 },
      ]) {
        const inFlight = answers.flatMap((answer) => (answer.ok ? [answer.rebuild.id] : [])).sort();
        expect(inFlight).toHaveLength(limit);
        const refused = Array.from({ length: 5 - limit }, () => ({
          ...{ ok: false, code: 'tier_limit', inFlight },
        }));
        expect(answers.filter(({ ok }) => !ok)).toEqual(refused);
      }
      const [first] = ofAlpha.flatMap((answer) => (answer.ok ? [answer.rebuild.id] : []));
      await edit(subject.store, first ?? '', end('released', startedAt + 1));
      expect(await click('b-3', beta)).toMatchObject({ ok: false });
      expect(await click('a-5', alpha)).toMatchObject({ ok: true });
    });

    test('numbers the rebuilds of an instance within a day; each day begins again', async () => {
      await using subject = await open();
      const first = await start(subject, 'system6');
      await edit(subject.store, first.id, end('released', startedAt + 1));
      expect((await start(subject, 'system6')).id).toBe('system6-20261120-2');
      expect((await start(subject, 'system7')).id).toBe('system7-20261120-1');
      await edit(subject.store, 'system6-20261120-2', end('released', startedAt + 2));
      const next = await subject.store.create(
        { instance: 'system6', day: '20261121', draft: 'next', limit: 20 },
        (id) => writeOf({ ...aRebuild(), id }),
      );
      expect(next).toMatchObject({ ok: true, rebuild: { id: 'system6-20261121-1' } });
    });
  });

  describe('update', () => {
    test('writes a new version and its journal; answers what the change answered', async () => {
      await using subject = await open();
      const { store, queries } = subject;
      const { id } = await start({ store }, 'system6');
      const lines = [line(startedAt + 5, 'farmhand', 'step', 'history')];
      const answer = await store.update(id, (rebuild) => ({
        write: { rebuild: { ...rebuild, reason: 'other' }, journal: lines },
        said: `was ${rebuild.version}`,
      }));
      expect(answer?.said).toBe('was 1');
      // What is there now, its version included: who goes on from the answer goes on from that.
      expect(answer?.write.rebuild).toEqual(await store.get(id));
      expect(await store.get(id)).toMatchObject({ version: 2, reason: 'other' });
      expect(await queries.journal(id)).toEqual([made, ...lines]);
    });

    test('writes nothing where the change writes nothing, and knows no rebuild that is not there', async () => {
      await using subject = await open();
      const { store, told } = subject;
      const { id } = await start({ store }, 'system6');
      told.length = 0;
      const nothing = (): { readonly write?: Transition; readonly no: true } => ({ no: true });
      expect(await store.update(id, nothing)).toEqual({ no: true });
      expect((await store.get(id))?.version).toBe(1);
      expect(await store.update('system9-20261120-1', nothing)).toBeUndefined();
      expect(await store.get('system9-20261120-1')).toBeUndefined();
      expect(told).toEqual([]);
    });

    test('writes over what the caller knows without reading it, and decides again where that is not what is there', async () => {
      await using subject = await open();
      const { store } = subject;
      const first = await start(subject, 'system6');
      const seen: number[] = [];
      const count = (rebuild: Rebuild) => {
        seen.push(rebuild.version);
        return { write: writeOf({ ...rebuild, pausedMs: rebuild.pausedMs + 1 }), rebuild };
      };
      const known = await store.get(first.id);
      const second = await store.update(first.id, count, known);
      const third = await store.update(first.id, count, second?.write.rebuild);
      expect(third?.write.rebuild.version).toBe(3);
      // Two writes ago.
      await store.update(first.id, count, known);
      expect(seen).toEqual([1, 2, 1, 3]);
      expect(await store.get(first.id)).toMatchObject({ version: 4, pausedMs: 3 });
      // What is not to be written after all is asked of what is there.
      const nothing = await store.update(first.id, ({ version }) => ({ version, last: false }), known);
      expect(nothing).toEqual({ version: 4, last: false });
    });

    test('loses none of many concurrent changes', async () => {
      await using subject = await open();
      const { store } = subject;
      const { id } = await start({ store }, 'system6');
      const add = () => edit(store, id, (rebuild) => ({ ...rebuild, pausedMs: rebuild.pausedMs + 1 }));
      await Promise.all(Array.from({ length: 12 }, add));
      expect(await store.get(id)).toMatchObject({ version: 13, pausedMs: 12 });
    });

    test('tells what is due at another time, or has more to say, and nothing else', async () => {
      await using subject = await open();
      const { store, told } = subject;
      const { id } = await start({ store }, 'system6');
      told.length = 0;
      await edit(store, id, (rebuild) => ({ ...rebuild, driveAt: startedAt + 30_000 }));
      expect(told.splice(0)).toEqual([`drive ${id} ${startedAt + 30_000}`]);
      // The card is behind anyway; that it is more so is no news.
      await edit(store, id, (rebuild) => ({ ...rebuild, phase: 'cancelling' }));
      expect(told.splice(0)).toEqual([]);
      await edit(store, id, ({ card, ...rest }) => ({
        ...rest,
        card: { ...card, noteCount: 1, notes: [{ n: 1, kind: 'step', at: startedAt, text: 'History' }] },
      }));
      expect(told.splice(0)).toEqual([`card ${id} 0`]);
      await edit(store, id, ({ ticket, ...rest }) => ({
        ...rest,
        ticket: { ...ticket, retryAt: startedAt + 7_000 },
      }));
      expect(told.splice(0)).toEqual([`ticket ${id} ${startedAt + 7_000}`]);
      await edit(store, id, ({ driveAt: _, ...rest }) => rest);
      expect(told).toEqual([]);
    });
  });

  describe('due', () => {
    const at = (store: RebuildStore, id: RebuildId, driveAt: number) =>
      edit(store, id, (rebuild) => ({ ...rebuild, driveAt }));

    test('gives the most overdue first, no more than asked for, and nothing that has time', async () => {
      await using subject = await open();
      const { store, clock } = subject;
      const ids: RebuildId[] = [];
      for (const name of ['a', 'b', 'c']) ids.push((await start(subject, name)).id);
      const [a = '', b = '', c = ''] = ids;
      await at(store, a, clock.now + 3_000);
      await at(store, b, clock.now + 1_000);
      await at(store, c, clock.now + 2_000);
      expect(await store.due('drive', clock.now, 10)).toEqual([]);
      expect(await store.due('drive', clock.now + 2_500, 10)).toEqual([b, c]);
      expect(await store.due('drive', clock.now + 9_000, 1)).toEqual([b]);
    });

    test('is taken with its record by one who asks, the most overdue first, and says when the next is due', async () => {
      await using subject = await open();
      const { store, clock } = subject;
      const due = async (name: string, driveAt: number) => (await start(subject, name, { driveAt })).id;
      const a = await due('a', clock.now - 2_000);
      const b = await due('b', clock.now - 1_000);
      const c = await due('c', clock.now + 5_000);
      const take = (owner: string, count = 10) => store.take('drive', clock.now, count, { owner, ms: 6_000 });
      expect(await take('one', 1)).toEqual({
        taken: [{ id: a, rebuild: await store.get(a) }],
        next: clock.now + 5_000,
      });
      expect((await take('two')).taken.map(({ id }) => id)).toEqual([b]);
      expect((await take('one')).taken).toEqual([]);
      clock.now += 5_000;
      expect((await store.take('drive', clock.now, 10, { owner: 'one', ms: 6_000 })).taken[0]?.id).toBe(c);
    });

    test('one is taken with its record, due or not, unless somebody is at it', async () => {
      await using subject = await open();
      const { store } = subject;
      const { id } = await start(subject, 'a');
      const take = (owner: string, of = id) => store.takeOne('card', of, { owner, ms: 6_000 });
      const mine = { lease: { ok: true }, rebuild: await store.get(id) };
      expect(await take('one')).toEqual(mine);
      // The lease is the process's: it may take it again.
      expect(await take('one')).toEqual(mine);
      const other = await take('two');
      expect(other.rebuild).toBeUndefined();
      if (other.lease.ok) throw new Error('taken twice');
      expect(other.lease.forMs).toBeGreaterThan(5_000);
      expect(await take('one', 'nobody-20261120-1')).toEqual({ lease: { ok: true }, rebuild: undefined });
      // What was given with the lease can be written over, as it was read.
      const taken = (await store.takeOne('ticket', id, { owner: 'one', ms: 6_000 })).rebuild;
      if (!taken) throw new Error('no record');
      const written = await store.update(
        id,
        (now) => ({ write: writeOf({ ...now, reason: 'other' }) }),
        taken,
      );
      expect(written?.write?.rebuild.version).toBe(taken.version + 1);
    });

    test('remembers since when something is overdue', async () => {
      await using subject = await open();
      const { store, clock } = subject;
      const first = await start(subject, 'a');
      clock.now += 1_000;
      const second = await start(subject, 'b', { driveAt: clock.now });
      clock.now += 1_000;
      await at(store, first.id, clock.now);
      expect(await store.due('drive', clock.now, 10)).toEqual([first.id, second.id]);
      expect(await store.due('drive', startedAt, 10)).toEqual([first.id]);
    });

    test('forgets what wants nothing any more', async () => {
      await using subject = await open();
      const { id } = await start(subject, 'a');
      await edit(subject.store, id, ({ driveAt: _, ...rest }) => rest);
      expect(await subject.store.due('drive', subject.clock.now + 1e9, 10)).toEqual([]);
    });

    test('a rebuild that has ended is woken for a broken glass that nobody has reviewed, and for nothing else', async () => {
      await using subject = await open();
      const { store } = subject;
      const day = 24 * 3_600_000;
      const { id } = await start(subject, 'a');
      await edit(store, id, ({ driveAt: _, ...rebuild }) => ({
        ...end('failed', startedAt)(rebuild),
        glass: [
          {
            n: 1,
            by: alice,
            reason: 'it burns',
            at: startedAt,
            until: startedAt,
            endedAt: startedAt,
            did: [],
          },
        ],
        unreviewed: { asked: 1, first: day, told: 0 },
      }));
      expect(await store.due('approvers', startedAt + day - 1, 10)).toEqual([]);
      expect(await store.due('approvers', startedAt + day, 10)).toEqual([id]);
      expect(await store.due('drive', startedAt + day, 10)).toEqual([]);
      const review = { by: { id: 'U0BOB' }, at: startedAt + 1, says: 'as needed' };
      await edit(store, id, ({ unreviewed: _, glass = [], ...rebuild }) => ({
        ...rebuild,
        glass: glass.map((each) => ({ ...each, review })),
      }));
      expect(await store.due('approvers', startedAt + 40 * day, 10)).toEqual([]);
    });
  });

  describe('end', () => {
    for (const phase of ['released', 'cancelled', 'failed'] as const) {
      test(`${phase}: the instance is free again, and the record stays`, async () => {
        await using subject = await open();
        const { id } = await start(subject, 'system6');
        expect((await subject.queries.ofInstance('system6'))?.id).toBe(id);
        await edit(subject.store, id, end(phase, startedAt + 60_000));
        expect(await subject.queries.ofInstance('system6')).toBeUndefined();
        expect(await subject.queries.inFlight()).toEqual(new Map());
        expect((await subject.store.get(id))?.phase).toBe(phase);
        const next = await start(subject, 'system6');
        expect((await subject.queries.ofInstance('system6'))?.id).toBe(next.id);
      });
    }

    test('what is written to an ended rebuild does not free the instance of the next one', async () => {
      await using subject = await open();
      const first = await start(subject, 'system6');
      await edit(subject.store, first.id, end('failed', startedAt + 1));
      const next = await start(subject, 'system6');
      await edit(subject.store, first.id, shownAt('1763607600.000100'));
      expect((await subject.queries.ofInstance('system6'))?.id).toBe(next.id);
      expect(await subject.queries.inFlight()).toEqual(
        new Map([['system6', { id: next.id, channel: 'C0DCR' }]]),
      );
    });
  });

  describe('lists', () => {
    const history = async () => {
      const subject = await open();
      const { store } = subject;
      const ids = new Map<string, RebuildId>();
      for (const [i, name] of ['failed', 'released', 'cancelled', 'old', 'new'].entries()) {
        ids.set(name, (await start(subject, name, { at: startedAt + i })).id);
      }
      for (const [i, phase] of (['cancelled', 'failed', 'released'] as const).entries()) {
        await edit(store, ids.get(phase) ?? '', end(phase, startedAt + 1_000 + i));
      }
      const names = async (filter: Parameters<RebuildQueries['list']>[0]) =>
        (await subject.queries.list(filter)).map(({ plan }) => plan.instance.name);
      return { subject, names };
    };

    test('all: in flight first, the latest start first; then ended, the latest end first', async () => {
      const { subject, names } = await history();
      await using _ = subject;
      expect(await names({ limit: 10 })).toEqual(['new', 'old', 'released', 'failed', 'cancelled']);
      expect(await names({ limit: 3 })).toEqual(['new', 'old', 'released']);
      expect(await names({ limit: 1 })).toEqual(['new']);
    });

    test('by state', async () => {
      const { subject, names } = await history();
      await using _ = subject;
      expect(await names({ state: 'flight', limit: 10 })).toEqual(['new', 'old']);
      expect(await names({ state: 'ended', limit: 10 })).toEqual(['released', 'failed', 'cancelled']);
      expect(await names({ state: 'ended', limit: 2 })).toEqual(['released', 'failed']);
      expect(await names({ state: 'failed', limit: 10 })).toEqual(['failed']);
    });

    test('of one instance, newest first, also by state', async () => {
      await using subject = await open();
      const { store, queries } = subject;
      const ids: RebuildId[] = [];
      for (const [i, phase] of (['released', 'failed', undefined] as const).entries()) {
        const { id } = await start(subject, 'system6', { at: startedAt + i * 1_000 });
        ids.unshift(id);
        if (phase) await edit(store, id, end(phase, startedAt + i * 1_000 + 500));
      }
      await start(subject, 'system7');
      const list = async (state?: 'flight' | 'failed' | 'ended') =>
        (await queries.list({ instance: 'system6', limit: 10, ...(state && { state }) })).map(({ id }) => id);
      expect(await list()).toEqual(ids);
      expect(await list('flight')).toEqual([ids[0]]);
      expect(await list('failed')).toEqual([ids[1]]);
      expect(await list('ended')).toEqual([ids[1], ids[2]]);
      expect(await queries.list({ instance: 'system9', limit: 10 })).toEqual([]);
    });
  });

  describe('pages', () => {
    const pages = async (queries: RebuildQueries, filter: Parameters<RebuildQueries['page']>[0]) => {
      const read: string[][] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await queries.page({ ...filter, ...(cursor !== undefined && { cursor }) });
        read.push(page.rebuilds.map(({ plan, id }) => `${plan.instance.name} ${id.at(-1)}`));
        cursor = page.next;
        if (cursor === undefined) return read.filter((names) => names.length > 0);
      }
    };
    const history = async () => {
      const subject = await open();
      const ids = new Map<string, RebuildId>();
      for (const [i, name] of ['failed', 'released', 'old', 'new'].entries()) {
        ids.set(name, (await start(subject, name, { at: startedAt + i })).id);
      }
      await edit(subject.store, ids.get('failed') ?? '', end('failed', startedAt + 1_000));
      await edit(subject.store, ids.get('released') ?? '', end('released', startedAt + 1_001));
      await start(subject, 'released', { at: startedAt + 10 });
      return subject;
    };

    test('each rebuild once, in flight first, and no page longer than asked for', async () => {
      await using subject = await history();
      const all = ['released 2', 'new 1', 'old 1', 'released 1', 'failed 1'];
      expect(await pages(subject.queries, { limit: 10 })).toEqual([all]);
      expect(await pages(subject.queries, { limit: 2 })).toEqual([
        all.slice(0, 2),
        all.slice(2, 4),
        all.slice(4),
      ]);
      expect((await pages(subject.queries, { limit: 1 })).flat()).toEqual(all);
      expect(await pages(subject.queries, { limit: 3 })).toEqual([all.slice(0, 3), all.slice(3)]);
    });

    test('by state, by instance, by when it was asked for', async () => {
      await using subject = await history();
      const flat = async (filter: Partial<Parameters<RebuildQueries['page']>[0]>) =>
        (await pages(subject.queries, { limit: 1, ...filter })).flat();
      expect(await flat({ state: 'in flight' })).toEqual(['released 2', 'new 1', 'old 1']);
      expect(await flat({ state: 'starting' })).toEqual(['released 2', 'new 1', 'old 1']);
      expect(await flat({ state: 'ended' })).toEqual(['released 1', 'failed 1']);
      expect(await flat({ state: 'failed' })).toEqual(['failed 1']);
      expect(await flat({ instance: 'released' })).toEqual(['released 2', 'released 1']);
      expect(await flat({ instance: 'released', state: 'ended' })).toEqual(['released 1']);
      expect(await flat({ instance: 'none' })).toEqual([]);
      expect(await flat({ since: startedAt + 2 })).toEqual(['released 2', 'new 1', 'old 1']);
      expect(await flat({ until: startedAt + 2 })).toEqual(['released 1', 'failed 1']);
      expect(await flat({ since: startedAt + 1, until: startedAt + 3 })).toEqual(['old 1', 'released 1']);
    });

    test('a cursor of another list is told as such', async () => {
      await using subject = await history();
      await expect(subject.queries.page({ limit: 1, cursor: 'xyz' })).rejects.toMatchObject({
        code: 'invalid_cursor',
      });
    });
  });

  describe('threads', () => {
    test('a rebuild is found by its thread, and the flight says where it is told', async () => {
      await using subject = await open();
      const { store, queries } = subject;
      const { id } = await start({ store }, 'system6');
      expect(await queries.inFlight()).toEqual(new Map([['system6', { id, channel: 'C0DCR' }]]));
      await edit(store, id, shownAt('1763607600.000100'));
      expect(await queries.byThread('C0DCR', '1763607600.000100')).toBe(id);
      expect(await queries.byThread('C0DCR', '1763607600.000200')).toBeUndefined();
      expect(await queries.byThread('C1', '1763607600.000100')).toBeUndefined();
      expect(await queries.inFlight()).toEqual(
        new Map([['system6', { id, channel: 'C0DCR', ts: '1763607600.000100' }]]),
      );
    });

    test('both threads lead to it when it moved, and also when it has ended', async () => {
      await using subject = await open();
      const { store, queries } = subject;
      const { id } = await start({ store }, 'system6');
      await edit(store, id, shownAt('1763607600.000100'));
      await edit(store, id, shownAt('1763607700.000100', 'C0ELSE'));
      await edit(store, id, end('released', startedAt + 1));
      expect(await queries.byThread('C0DCR', '1763607600.000100')).toBe(id);
      expect(await queries.byThread('C0ELSE', '1763607700.000100')).toBe(id);
    });
  });

  describe('journal', () => {
    const write = async ({ store, clock }: RebuildsSubject, id: RebuildId, from: number, to: number) => {
      const lines = Array.from({ length: to - from }, (_, i) =>
        line(clock.now, 'farmhand', `line ${from + i}`),
      );
      await store.update(id, (rebuild) => ({ write: writeOf(rebuild, ...lines) }));
    };
    const whatOf = (journal: readonly JournalEntry[]) => journal.map(({ what }) => what);

    test('keeps every line of a rebuild of two weeks', async () => {
      await using subject = await open();
      const { id } = await start(subject, 'system6');
      for (let at = 0; at < 20_000; at += 1_000) await write(subject, id, at, at + 1_000);
      expect(whatOf(await subject.queries.journal(id))).toEqual([
        'start',
        ...Array.from({ length: 20_000 }, (_, i) => `line ${i}`),
      ]);
    });

    test('where it is too long, its first line says how many are gone, of all cuts, and when the last were', async () => {
      await using subject = await open({ lines: 100 });
      const { clock, queries } = subject;
      const { id } = await start(subject, 'system6');
      await write(subject, id, 0, 109);
      expect((await queries.journal(id)).map(({ what }) => what)[0]).toBe('start');
      clock.now += 1_000;
      await write(subject, id, 109, 110);
      const journal = await queries.journal(id);
      expect(journal[0]).toEqual(ownLine(clock.now, 'lines_dropped', '12'));
      expect(whatOf(journal.slice(1))).toEqual(Array.from({ length: 99 }, (_, i) => `line ${i + 11}`));
      clock.now += 1_000;
      await write(subject, id, 110, 400);
      const later = await queries.journal(id);
      expect(later[0]).toEqual(ownLine(clock.now, 'lines_dropped', '302'));
      expect(whatOf(later.slice(1))).toEqual(Array.from({ length: 99 }, (_, i) => `line ${i + 301}`));
    });
  });

  describe('drafts', () => {
    test('are kept for a day after they were valid, so that a late click is answered', async () => {
      await using subject = await open();
      const { store, clock } = subject;
      const draft = aDraft('d-1', clock.now + 15 * 60_000);
      await store.saveDraft(draft);
      expect(await store.draft('d-1')).toEqual(draft);
      expect(await store.draft('d-2')).toBeUndefined();
      clock.now += 15 * 60_000 + draftKeptMs - 1;
      expect(await store.draft('d-1')).toEqual(draft);
      clock.now += 1;
      expect(await store.draft('d-1')).toBeUndefined();
    });
  });
};

/** Says what was told in the form the suite reads. */
export const telling =
  (told: string[]) =>
  (part: Part, id: RebuildId, at: number): void => {
    told.push(`${part} ${id} ${at}`);
  };
