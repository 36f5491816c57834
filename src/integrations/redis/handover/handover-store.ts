import { isObject } from '../../../core/json.ts';
import type { HandoverStore } from '../../../handover/post-handovers.ts';
import type { HandoverRecord } from '../../../handover/record.ts';
import type { Keys } from '../shared/keys.ts';
import { mustBe } from '../shared/reader.ts';
import { createVersionedRecords, type VersionedDeps } from '../versioned/versioned-records.ts';

const decodeHandover = (stored: unknown): HandoverRecord => {
  mustBe(
    isObject(stored) &&
      typeof stored['name'] === 'string' &&
      [stored['version'], stored['due']].every(Number.isFinite) &&
      (stored['message'] === undefined || isObject(stored['message'])),
    'a handover',
  );
  return stored as HandoverRecord;
};

/** The newest handover of each schedule. */
export const createHandoverStore = (deps: VersionedDeps, keys: Keys): HandoverStore => {
  const records = createVersionedRecords(deps, 'handover', decodeHandover);
  return {
    load: (name) => records.load(keys.handover(name)),
    save: (record) => records.save(keys.handover(record.name), record),
  };
};
