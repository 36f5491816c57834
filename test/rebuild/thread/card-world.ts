import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { withNote, writeOf } from '../../../src/rebuild/model/transition.ts';
import { type CardDeps, reconcileThread } from '../../../src/rebuild/thread/reconcile-thread.ts';
import { aRebuild, startedAt } from '../../builders/rebuild.ts';
import { createFakeCards } from '../../fakes/rebuilds/cards.ts';
import { createMemoryRebuilds } from '../../fakes/rebuilds/rebuild-store.ts';

/** The worker died here; nothing after it happened. */
export class Killed extends Error {}

/** One rebuild, its store, and a Slack; time moves only when told. */
export const cardWorld = async (change: Partial<Rebuild> = {}) => {
  const clock = { now: startedAt };
  const now = () => clock.now;
  /** Called before and after each call to the store. */
  const hook = { io: () => {} };
  const store = createMemoryRebuilds({
    now,
    io: async (_, effect) => {
      hook.io();
      const result = effect();
      hook.io();
      return result;
    },
  });
  const cards = createFakeCards(now);
  const holds: string[] = [];
  const pace = { granted: true };
  const created = await store.create({ instance: 'system6', day: '20261120', draft: 'd', limit: 9 }, (id) =>
    writeOf({
      ...aRebuild({ ticket: { state: 'none', entries: [], count: 0, attempts: 0 } }),
      ...change,
      id,
    }),
  );
  if (!created.ok) throw new Error(created.code);
  const { id } = created.rebuild;
  let claims = 0;
  const deps: CardDeps = {
    store,
    cards,
    pacer: {
      take: async () => (pace.granted ? { granted: 1, waitMs: 0 } : { granted: 0, waitMs: 700 }),
      hold: async (kind, channel, ms) => void holds.push(`${kind} ${channel} ${ms}`),
    },
    policy: () => defaultPolicy,
    now,
    newClaim: () => `claim-${++claims}`,
    nextChannel: (refused) => (refused === 'C0DCR' ? 'C0ELSE' : undefined),
  };

  const change_ = (edit: (rebuild: Rebuild) => Rebuild) =>
    store.update(id, (rebuild) => ({ write: writeOf(edit(rebuild)) }));
  return {
    id,
    clock,
    store,
    cards,
    holds,
    pace,
    hook,
    deps,
    change: change_,
    note: (text: string, by?: string) =>
      change_((rebuild) =>
        withNote(rebuild, { kind: 'step', text, ...(by !== undefined && { by: { id: by } }) }, clock.now),
      ),
    record: async (): Promise<Rebuild> => {
      const rebuild = await store.get(id);
      if (!rebuild) throw new Error('gone');
      return rebuild;
    },
    pass: () => reconcileThread(deps, id),
    /** Passes, waits as asked, and passes again, until nothing is left to do; answers how long that took, ms. */
    settle: async (atMost = 10_800_000): Promise<number> => {
      const began = clock.now;
      for (;;) {
        const again = await reconcileThread(deps, id);
        if (again === undefined) return clock.now - began;
        clock.now += again;
        if (clock.now - began > atMost) throw new Error('never comes to rest');
      }
    },
  };
};
