import { describe, expect, test } from 'vitest';
import { line } from '../../../src/core/journal.ts';
import type { LostName } from '../../../src/rebuild/model/lost.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import type { RebuildId } from '../../../src/rebuild/model/rebuild-id.ts';
import { writeOf } from '../../../src/rebuild/model/transition.ts';
import type { RebuildQueries, RebuildStore, RebuildsInFlight } from '../../../src/rebuild/ports/store.ts';
import { anInstance, aPlan, aRebuild, startedAt } from '../../builders/rebuild.ts';

/** A store of rebuilds of which some are lost, as one process sees it. */
export interface AdoptedSubject extends AsyncDisposable {
  readonly store: RebuildStore;
  readonly queries: RebuildQueries & RebuildsInFlight;
  lose(name: LostName): Promise<void>;
  readonly told: string[];
}

const day = '20261120';
const id = `system6-${day}-4`;
const found = line(startedAt, 'U0ALICE', 'adopt', '');
const lost: LostName = {
  ...{ id, instance: 'system6', since: startedAt, is: 'gone' },
  ...{ channel: 'C0DCR', ts: '1763630000.000100' },
};
const ask = { id, instance: 'system6', version: 41 } as const;

const of = (rebuildId: RebuildId, change: Partial<Rebuild> = {}): Rebuild => ({
  ...aRebuild({ plan: aPlan({ instance: anInstance({ name: 'system6' }) }) }),
  id: rebuildId,
  ...change,
});
const remembered = () => writeOf(of(id, { by: { id: 'U0BOB', name: 'Bob Birch' } }), found);
const mustNotBuild = (): never => {
  throw new Error('nothing was to be written');
};
const create = (store: RebuildStore, draft: string) =>
  store.create({ instance: 'system6', day, draft, limit: 20 }, (given) => writeOf(of(given)));

export const adoptedConformance = (open: () => Promise<AdoptedSubject>): void => {
  describe('adopt', () => {
    test('writes what the card remembers above its version, puts it in flight, and tells what is due', async () => {
      await using subject = await open();
      const { store, queries, told } = subject;
      await subject.lose(lost);
      const result = await store.adopt(ask, remembered);
      const rebuild = { ...remembered().rebuild, version: 42 };
      expect(result).toEqual({ ok: true, rebuild, already: false });
      expect(await store.get(id)).toEqual(rebuild);
      expect(await queries.journal(id)).toEqual([found]);
      expect(told).toEqual([`drive ${id} ${startedAt}`, `card ${id} 0`, `ticket ${id} 0`]);
      expect(await create(store, 'another')).toEqual({ ok: false, code: 'busy', id });
    });

    test('once: who comes second gets what the first has written', async () => {
      await using subject = await open();
      await subject.lose(lost);
      const first = await subject.store.adopt(ask, remembered);
      const second = await subject.store.adopt(ask, mustNotBuild);
      expect(second).toEqual({ ...first, already: true });
      expect(await subject.queries.journal(id)).toEqual([found]);
    });

    test('two at the same moment: one writes', async () => {
      await using subject = await open();
      await subject.lose(lost);
      const both = await Promise.all([
        subject.store.adopt(ask, remembered),
        subject.store.adopt(ask, remembered),
      ]);
      expect(both.map((each) => each.ok && each.already).sort()).toEqual([false, true]);
      expect(await subject.queries.journal(id)).toEqual([found]);
    });

    test('of none that is lost: what is on record stays; and where nothing is, somebody has said that it is over', async () => {
      await using subject = await open();
      const { store } = subject;
      expect(await store.adopt(ask, mustNotBuild)).toEqual({ ok: false, code: 'decided' });
      const made = await create(store, 'first');
      if (!made.ok) throw new Error(made.code);
      const again = await store.adopt({ ...ask, id: made.rebuild.id }, mustNotBuild);
      expect(again).toEqual({ ok: true, rebuild: made.rebuild, already: true });
    });

    test('what was decided stays decided, though its plan was started as another one since', async () => {
      await using subject = await open();
      const { store } = subject;
      const other = await create(store, 'plan-1');
      if (!other.ok) throw new Error(other.code);
      const asked = { ...ask, draft: 'plan-1' };
      expect(await store.adopt(asked, mustNotBuild)).toEqual({ ok: false, code: 'decided' });
      await subject.lose(lost);
      expect(await store.adopt(asked, remembered)).toEqual({ ...other, already: true });
      expect(await store.get(id)).toBeUndefined();
    });

    test('not while another one of the instance is in flight, which is named; it stays lost', async () => {
      await using subject = await open();
      const { store } = subject;
      const other = await create(store, 'other');
      if (!other.ok) throw new Error(other.code);
      await subject.lose(lost);
      expect(await store.adopt(ask, remembered)).toEqual({ ok: false, code: 'busy', id: other.rebuild.id });
      expect(await store.get(id)).toBeUndefined();
      await store.update(other.rebuild.id, (rebuild) => ({
        write: writeOf({ ...rebuild, phase: 'cancelled', endedAt: startedAt + 1 }),
      }));
      expect(await store.adopt(ask, remembered)).toMatchObject({ ok: true, already: false });
    });

    test('an older record that came back is written over, whatever its version', async () => {
      await using subject = await open();
      const { store } = subject;
      const made = await create(store, 'first');
      if (!made.ok) throw new Error(made.code);
      const behind = { ...lost, id: made.rebuild.id, is: 'behind' as const };
      await subject.lose(behind);
      const asked = { ...ask, id: behind.id, version: 9 };
      const adopted = await store.adopt(asked, () => writeOf(of(behind.id, { phase: 'running' }), found));
      expect(adopted).toMatchObject({ ok: true, already: false, rebuild: { id: behind.id, version: 10 } });
      expect(await store.get(behind.id)).toMatchObject({ version: 10 });
    });

    test('what was confirmed is started: a second click on the plan gets the adopted one', async () => {
      await using subject = await open();
      const { store } = subject;
      await subject.lose(lost);
      await store.adopt({ ...ask, draft: 'plan-1' }, remembered);
      expect(await create(store, 'plan-1')).toMatchObject({ ok: true, already: true, rebuild: { id } });
    });

    test('one that had ended is on record, and the instance is free', async () => {
      await using subject = await open();
      const { store } = subject;
      await subject.lose(lost);
      await store.adopt(ask, () => writeOf(of(id, { phase: 'released', endedAt: startedAt }), found));
      expect(await store.get(id)).toMatchObject({ phase: 'released', version: 42 });
      expect(await create(store, 'next')).toMatchObject({ ok: true, already: false });
    });
  });
};
