import { Redis } from 'ioredis';
import type { JournalEntry } from '../../../src/core/journal.ts';
import { decodeLine } from '../../../src/integrations/redis/alerts/event-format.ts';
import { decodeRebuild } from '../../../src/integrations/redis/rebuilds/rebuild-write-plan.ts';
import { createKeys } from '../../../src/integrations/redis/shared/keys.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import type { RebuildId } from '../../../src/rebuild/model/rebuild-id.ts';
import { hasEnded } from '../../../src/rebuild/model/record.ts';
import { dueAt } from '../../../src/rebuild/reconcile/schedule.ts';
import { cardContent } from '../../../src/rebuild/thread/card-content.ts';
import { until } from './until.ts';

/** The records of rebuilds, read past farmhand: whether it runs or not. */
export interface RebuildBooks extends Disposable {
  get(id: RebuildId): Promise<Rebuild | undefined>;
  /** Of all rebuilds that the instance ever had. */
  of(instance: string): Promise<readonly Rebuild[]>;
  journal(id: RebuildId): Promise<readonly JournalEntry[]>;
  /** Once it looks like that; the error shows what it looks like instead. */
  when(what: string, id: RebuildId, test: (rebuild: Rebuild) => boolean, timeout?: number): Promise<Rebuild>;
  /** Once it has ended, and thread and ticket have been told everything. */
  told(id: RebuildId, timeout?: number): Promise<Rebuild>;
  /** The same, and nothing is to be looked at once more: up to a minute later where a call was lost. */
  atRest(id: RebuildId, timeout?: number): Promise<Rebuild>;
}

export const openRebuildBooks = (redisUrl: string): RebuildBooks => {
  const redis = new Redis(redisUrl);
  // Redis is killed in some tests; the next look tells.
  redis.on('error', () => undefined);
  const keys = createKeys('farmhand');
  const get: RebuildBooks['get'] = async (id) => {
    const value = await redis.get(keys.rebuild(id));
    return value === null ? undefined : decodeRebuild(value);
  };
  const when: RebuildBooks['when'] = async (what, id, test, timeout = 60_000) => {
    let last: Rebuild | undefined;
    const look = async () => {
      last = await get(id);
      return last !== undefined && test(last);
    };
    await until(`${id}: ${what}`, look, Boolean, timeout).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${last ? inShort(last) : 'There is no such record.'}`);
    });
    return last as Rebuild;
  };
  return {
    get,
    of: async (instance) => {
      const ids = await redis.zrange(keys.rebuildsOf(instance), '0', '-1');
      const found = await Promise.all(ids.map(get));
      return found.filter((rebuild) => rebuild !== undefined);
    },
    journal: async (id) =>
      (await redis.lrange(keys.rebuildJournal(id), 0, -1)).map((line) => decodeLine(line)),
    when,
    told: (id, timeout) => when('to have ended, and be told', id, isTold, timeout),
    atRest: (id, timeout) => when('to be at rest', id, isAtRest, timeout),
    [Symbol.dispose]: () => redis.disconnect(),
  };
};

const isTold = (rebuild: Rebuild): boolean =>
  hasEnded(rebuild) &&
  rebuild.card.notes.length === 0 &&
  rebuild.card.shown === cardContent(rebuild) &&
  dueAt(rebuild, 'ticket') === undefined;

const isAtRest = (rebuild: Rebuild): boolean =>
  hasEnded(rebuild) && dueAt(rebuild, 'card') === undefined && dueAt(rebuild, 'ticket') === undefined;

/** What somebody wants to know of a rebuild that did not get where it should. */
const inShort = ({ phase, steps, pause, drift, effects, card, ticket, end }: Rebuild): string =>
  JSON.stringify(
    {
      phase,
      steps: steps.map(({ name, state, says, ask }) =>
        [name, state, says, ask?.code].filter((part) => part !== undefined).join(' '),
      ),
      pause: pause?.state,
      drift,
      end,
      effects: effects.map(({ key, state, error }) => [key, state, error].join(' ')),
      card: { ...card, notes: card.notes.map(({ text }) => text) },
      ticket: { ...ticket, entries: ticket.entries.map(({ lines }) => lines[0]) },
    },
    null,
    1,
  );
