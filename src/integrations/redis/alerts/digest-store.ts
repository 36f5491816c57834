import type { DigestStore } from '../../../alerts/channel/digest-message.ts';
import type { Digest } from '../../../alerts/model/digest.ts';
import { isObject } from '../../../core/json.ts';
import type { Keys } from '../shared/keys.ts';
import { mustBe } from '../shared/reader.ts';
import { createVersionedRecords, type VersionedDeps } from '../versioned/versioned-records.ts';

const decodeDigest = (stored: unknown): Digest => {
  mustBe(
    isObject(stored) &&
      [stored['channel'], stored['id'], stored['state']].every((text) => typeof text === 'string') &&
      [stored['version'], stored['startedAt'], stored['updatedAt']].every(Number.isFinite) &&
      ['waiting', 'folded', 'folding'].every((list) => Array.isArray(stored[list])),
    'a digest',
  );
  return stored as Digest;
};

/** Digest records, one a channel: they only tell what waits. */
export const createDigestStore = (deps: VersionedDeps, keys: Keys): DigestStore => {
  const records = createVersionedRecords(deps, 'digest', decodeDigest);
  return {
    load: (channel) => records.load(keys.digest(channel)),
    save: (digest) => records.save(keys.digest(digest.channel), digest),
    remove: (digest) => records.remove(keys.digest(digest.channel), digest),
  };
};
