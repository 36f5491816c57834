import { isObject } from '../../../core/json.ts';
import { type Freezes, noFreezes } from '../../../rebuild/model/rules/freezes.ts';
import type { FreezeStore } from '../../../rebuild/ports/freeze-store.ts';
import { mustBe } from '../shared/reader.ts';
import { createOneRecord, type OneRecordDeps } from '../versioned/one-record.ts';

/** What people have frozen, in Redis. */
export const createFreezeStore = (deps: OneRecordDeps): FreezeStore =>
  createOneRecord(deps, {
    key: deps.keys.freezes,
    kind: 'freezes',
    none: noFreezes,
    what: 'What is frozen',
    decode: decodeFreezes,
  });

/** @throws where it is none */
export const decodeFreezes = (stored: unknown): Freezes => {
  mustBe(
    isObject(stored) &&
      [stored['version'], stored['last']].every(Number.isFinite) &&
      [stored['now'], stored['ended']].every(Array.isArray) &&
      (stored['untold'] === undefined || Array.isArray(stored['untold'])),
    'what people have frozen',
  );
  return stored as unknown as Freezes;
};
