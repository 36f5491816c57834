import type { Alert, AlertId } from '../../../alerts/model/alert.ts';
import { seriesFingerprint } from '../../../alerts/model/open.ts';
import type { Keys } from '../shared/keys.ts';
import type { Reader } from '../shared/reader.ts';
import { decodeAlert } from './alert-format.ts';

/** Records that lie at the key of their series, and where records lie that were read. */
export interface LiveRecords {
  /** Where that very record lies, without the prefix: who writes it on need not look for it again. */
  readonly keyOf: WeakMap<Alert, string>;
  /** `values`: what lies at the series of each id. Those that are another alert's or cannot be read are left out. */
  of(ids: readonly AlertId[], values: readonly (string | null)[]): ReadonlyMap<AlertId, Alert>;
}

export const createLiveRecords = (keys: Keys, reader: Reader): LiveRecords => {
  const keyOf = new WeakMap<Alert, string>();
  return {
    keyOf,
    of: (ids, values) => {
      const found = new Map<AlertId, Alert>();
      for (const [i, id] of ids.entries()) {
        const value = values[i] ?? null;
        const key = keys.series(seriesFingerprint(id));
        const alert = value === null ? undefined : reader.read('alert', keys.full(key), value, decodeAlert);
        if (alert?.id !== id) continue;
        keyOf.set(alert, key);
        found.set(id, alert);
      }
      return found;
    },
  };
};
