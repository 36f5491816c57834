import type { Redis } from 'ioredis';
import type { Alert, AlertId } from '../../alerts/alert.ts';
import { asStored } from '../../alerts/as-stored.ts';
import { fingerprintOf } from '../../alerts/open.ts';
import type { AlertChange, AlertStore } from '../../alerts/store.ts';
import { StoreUnavailable } from '../../errors.ts';
import { decodeAlert } from './alert-format.ts';
import { guarded } from './client.ts';
import type { Commit } from './commit.ts';
import type { Block } from './commit-plan.ts';
import type { Keys } from './keys.ts';

/** Series a script call: keeps one call under a few milliseconds of Redis' time. */
const batchSize = 250;
const maxTries = 20;

interface Located {
  readonly alert: Alert;
  readonly key: string;
}

/** Alert records in Redis. */
export const createAlertStore = (redis: Redis, keys: Keys, commit: Commit): AlertStore => {
  const load = async (names: readonly string[]): Promise<(Alert | undefined)[]> => {
    if (names.length === 0) return [];
    const values = await guarded('read', () => redis.mget(...names.map(keys.full)));
    return values.map((value) => (value === null ? undefined : decodeAlert(value)));
  };

  const locate = async (ids: readonly AlertId[]): Promise<ReadonlyMap<AlertId, Located>> => {
    const found = new Map<AlertId, Located>();
    const live = await load(ids.map((id) => keys.series(fingerprintOf(id))));
    const elsewhere: AlertId[] = [];
    for (const [i, id] of ids.entries()) {
      const alert = live[i];
      if (alert?.id === id) found.set(id, { alert, key: keys.series(alert.fingerprint) });
      else elsewhere.push(id);
    }
    for (const alert of await load(elsewhere.map(keys.archive))) {
      if (alert) found.set(alert.id, { alert, key: keys.archive(alert.id) });
    }
    return found;
  };

  return {
    getMany: async (ids) => {
      const located = await locate(ids);
      return new Map([...located].map(([id, { alert }]) => [id, alert]));
    },

    series: async (fingerprints) => {
      const alerts = await load(fingerprints.map(keys.series));
      return new Map(alerts.flatMap((alert) => (alert ? [[alert.fingerprint, alert] as const] : [])));
    },

    known: async (eventIds, nonces) => {
      const names = [...eventIds.map(keys.event), ...nonces.map(keys.nonce)];
      if (names.length === 0) return new Set();
      const values = await guarded('read', () => redis.mget(...names));
      return new Set([...eventIds, ...nonces].filter((_, i) => values[i] !== null));
    },

    takeIn: async (writes, loose) => {
      const parts = writes.length === 0 ? [writes] : chunksOf(writes, batchSize);
      // All at once: the next part is written out while Redis works on the one before.
      const conflicts = await Promise.all(
        parts.map(async (part, i) => {
          const blocks = part.map((write) => ({ ...write, key: keys.series(write.after.fingerprint) }));
          const places = await commit(blocks, i === 0 ? loose : []);
          return places.flatMap((place) => part[place]?.after.fingerprint ?? []);
        }),
      );
      return conflicts.flat();
    },

    update: async (id, change) => {
      for (let tries = 0; tries < maxTries; tries++) {
        const at = (await locate([id])).get(id);
        if (!at) return undefined;
        const result = change(at.alert);
        if (!result.write) return result;
        const conflicts = await commit([updateBlock(at, result.write)]);
        const { alert } = result.write;
        if (conflicts.length === 0)
          return asStored(result, alert, { ...alert, version: at.alert.version + 1 });
      }
      throw new StoreUnavailable(
        `Alert ${id} kept changing while it was written; nothing was changed. Try again.`,
      );
    },
  };
};

const updateBlock = (at: Located, write: NonNullable<AlertChange['write']>): Block => ({
  key: at.key,
  before: at.alert,
  after: write.alert,
  archived: [],
  journal: write.journal.map((entry) => ({ id: at.alert.id, entry })),
  events: [],
  nonces: [],
  ...(write.settles && { settles: write.settles }),
  ...(write.urgent && { urgent: true }),
});

const chunksOf = <T>(items: readonly T[], size: number): (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
