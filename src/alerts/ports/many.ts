import { UnreadableRecord } from '../../core/errors.ts';
import type { Alert, AlertId } from '../model/alert.ts';
import type { AlertChange, AlertStore } from './store.ts';

/** Without those that are gone; so many are decoded in one go. */
export const readMany = async (
  store: Pick<AlertStore, 'getMany'>,
  ids: readonly AlertId[],
  atOnce: number,
): Promise<ReadonlyMap<AlertId, Alert>> => {
  const found = new Map<AlertId, Alert>();
  for (let at = 0; at < ids.length; at += atOnce) {
    for (const [id, alert] of await store.getMany(ids.slice(at, at + atOnce))) found.set(id, alert);
  }
  return found;
};

/** Side by side. One that is gone, or cannot be read, keeps the others from nothing: undefined in its place. */
export const updateMany = <T extends AlertChange>(
  store: Pick<AlertStore, 'update'>,
  ids: readonly AlertId[],
  change: (alert: Alert) => T,
): Promise<readonly (T | undefined)[]> =>
  Promise.all(
    ids.map((id) =>
      store.update(id, change).catch((error: unknown) => {
        if (error instanceof UnreadableRecord) return undefined;
        throw error;
      }),
    ),
  );
